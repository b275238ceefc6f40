/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Build: a tree becomes a model. The order is the order of this file's last function. */
#include "model/build.h"

#include <string.h>

#include "base/text.h"

static const char *const root_keys[] = {
    "hecate",       "model",      "study",        "title",       "description",  "authors",
    "licence",      "setting",    "sources",      "notes",       "limitations",  "assumptions",
    "time",         "population", "parameters",   "correlations", "joint",       "tables",
    "let",          "services",   "chains",       "on",          "strategies",   "perspectives",
    "economics",    "uncertainty"};

static const char *const strategy_keys[] = {"label",  "set", "cost", "utility", "effect",
                                            "use",    "on",  "source", "note", "description"};

/* ---- strategies: one tree each --------------------------------------------------------------- */

/* The tree with a strategy's `set:` applied. */
static hec_node *strategy_tree(hec_builder *b, const hec_node *tree, const hec_node *strategy)
{
    const hec_node *set = strategy->kind == HEC_NODE_MAP ? hec_node_get(strategy, "set") : NULL;
    hec_node *own = hec_node_copy(b->arena, tree);
    if (!own || !set || set->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, set, HEC_NODE_MAP, "`set`")) {
        return own;
    }
    for (size_t i = 0; i < set->count; i++) {
        (void)hec_tree_set(b->arena, b->diagnostics, own, set->entries[i].key,
                           set->entries[i].key_place, set->entries[i].value);
    }
    return own;
}

/* Without `strategies:` there is one, which has the model's name. */
static const hec_node **strategy_trees(hec_builder *b, const hec_node *tree)
{
    hec_model *model = b->model;
    const hec_node *map = hec_node_get(tree, "strategies");
    bool some = map && map->kind == HEC_NODE_MAP && map->count > 0;
    size_t n = some ? map->count : 1;
    const hec_node **trees = hec_arena_array(b->arena, n, sizeof *trees);
    model->strategies = hec_arena_array(b->arena, n, sizeof *model->strategies);
    if (!trees || !model->strategies) {
        return NULL;
    }
    if (map && map->kind != HEC_NODE_EMPTY) {
        (void)hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`strategies`");
    }
    model->n_strategies = n;
    if (!some) {
        model->strategies[0].name = model->strategies[0].label = model->name;
        trees[0] = tree;
        return trees;
    }
    for (size_t i = 0; i < n; i++) {
        const hec_entry *entry = &map->entries[i];
        const hec_node *label = NULL;
        if (entry->value->kind != HEC_NODE_EMPTY &&
            hec_node_expect(b->diagnostics, entry->value, HEC_NODE_MAP, "a strategy")) {
            hec_node_expect_keys(b->diagnostics, entry->value, "a strategy",
                                 sizeof strategy_keys / sizeof strategy_keys[0], strategy_keys);
            label = hec_node_get(entry->value, "label");
        }
        model->strategies[i] = (hec_strategy){
            .name = entry->key,
            .label = label && label->kind == HEC_NODE_SCALAR ? label->text : entry->key,
            .place = entry->key_place,
        };
        trees[i] = strategy_tree(b, tree, entry->value);
        if (!trees[i]) {
            return NULL;
        }
    }
    return trees;
}

/* ---- what nobody reads ----------------------------------------------------------------------- */

/* Definitions that no strategy reads are resolved too, so that their mistakes are found. */
static void resolve_unread(hec_builder *b)
{
    for (size_t i = 0; i < b->n_bindings; i++) {
        hec_binding *binding = &b->bindings[i];
        if (binding->kind == HEC_BIND_CLOCK || binding->progress != HEC_BINDING_NEW) {
            continue;
        }
        size_t used = b->n_used;
        (void)b->scope.name(b, binding->name, binding->place);
        b->n_used = used; /* reading it for its mistakes is not a use */
    }
}

static bool was_used(const hec_builder *b, const char *name)
{
    for (size_t i = 0; i < b->n_used; i++) {
        if (strcmp(b->used_names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void report_unread(hec_builder *b, const hec_node *tree)
{
    static const char *const rooms[] = {"parameters", "let"};
    static const char *const words[] = {"the parameter", "the definition"};
    for (size_t room = 0; room < 2; room++) {
        const hec_node *map = hec_node_get(tree, rooms[room]);
        for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
            const hec_entry *entry = &map->entries[i];
            if (entry->value->kind != HEC_NODE_EMPTY && !was_used(b, entry->key)) {
                hec_report(b->diagnostics, HEC_CHECK_UNUSED, entry->key_place,
                           "%s `%s` is read by nothing", words[room], entry->key);
            }
        }
    }
    for (size_t i = 0; i < b->n_tables; i++) {
        if (!b->tables[i].used) {
            hec_report(b->diagnostics, HEC_CHECK_UNUSED, b->tables[i].place,
                       "the table `%s` is read by nothing", b->tables[i].name);
        }
    }
}

static bool mentions(const hec_node *node, const char *service)
{
    if (!node) {
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == HEC_NODE_LIST && mentions(node->items[i], service)) {
            return true;
        }
        if (node->kind == HEC_NODE_MAP) {
            const hec_entry *entry = &node->entries[i];
            bool use = strcmp(entry->key, "use") == 0 && entry->value->kind == HEC_NODE_MAP;
            if ((use && hec_node_get(entry->value, service)) || mentions(entry->value, service)) {
                return true;
            }
        }
    }
    return false;
}

static void report_unused_services(hec_builder *b, const hec_node *tree)
{
    const hec_node *services = hec_node_get(tree, "services");
    for (size_t i = 0; services && services->kind == HEC_NODE_MAP && i < services->count; i++) {
        const char *name = services->entries[i].key;
        if (!mentions(hec_node_get(tree, "chains"), name) &&
            !mentions(hec_node_get(tree, "on"), name) &&
            !mentions(hec_node_get(tree, "strategies"), name)) {
            hec_report(b->diagnostics, HEC_CHECK_UNUSED, services->entries[i].key_place,
                       "the service `%s` is used by nothing", name);
        }
    }
}

/* ---- after the strategies -------------------------------------------------------------------- */

static bool is_zero(const hec_model *model, hec_id id)
{
    const hec_graph_node *node = hec_graph_node_at(model->graph, id);
    return node->code == HEC_CODE_CONSTANT && node->value == 0;
}

static void report_unreachable(hec_builder *b)
{
    hec_model *model = b->model;
    bool *reached = hec_arena_array(b->arena, model->n_states + 1, sizeof *reached);
    for (size_t s = 0; reached && s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        for (size_t i = 0; i < model->n_states; i++) {
            reached[i] = reached[i] || !is_zero(model, strategy->start[i]);
        }
        for (bool grew = true; grew;) {
            grew = false;
            for (size_t i = 0; i < strategy->n_arcs; i++) {
                const hec_arc *arc = &strategy->arcs[i];
                if (reached[arc->from] && !reached[arc->to] && !is_zero(model, arc->value)) {
                    reached[arc->to] = grew = true;
                }
            }
        }
    }
    for (size_t i = 0; reached && i < model->n_states; i++) {
        if (!reached[i]) {
            hec_report(b->diagnostics, HEC_CHECK_UNREACHABLE, model->states[i].place,
                       "nobody can ever be in `%s`", model->states[i].name);
        }
    }
}

/* A state is carried by duration where anything that leaves it or is counted in it asks for it. */
static void find_timed(hec_model *model)
{
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        for (size_t i = 0; i < strategy->n_arcs; i++) {
            const hec_arc *arc = &strategy->arcs[i];
            if (hec_graph_node_at(model->graph, arc->check)->depends & HEC_DEP_DURATION) {
                model->states[arc->from].timed = true;
            }
        }
        for (size_t i = 0; i < strategy->n_rewards; i++) {
            const hec_reward *reward = &strategy->rewards[i];
            if (hec_graph_node_at(model->graph, reward->value)->depends & HEC_DEP_DURATION) {
                model->states[reward->state].timed = true;
            }
        }
        for (size_t i = 0; i < strategy->n_one_offs; i++) {
            const hec_one_off *one_off = &strategy->one_offs[i];
            if (hec_graph_node_at(model->graph, one_off->value)->depends & HEC_DEP_DURATION) {
                model->states[one_off->from].timed = true;
            }
        }
    }
}

static void find_effect(hec_builder *b)
{
    hec_model *model = b->model;
    const char *wanted = model->economics.effect;
    model->effect = wanted ? hec_build_outcome(model, HEC_OUTCOME_EFFECT, wanted) : 0;
    if (model->effect >= 0) {
        return;
    }
    const hec_node *node = hec_node_get(hec_node_get(b->tree, "economics"), "effect");
    const char *names[256];
    size_t n = 0;
    for (size_t i = 0; i < model->n_effects && n < 256; i++) {
        names[n++] = model->outcomes[model->n_costs + i].name;
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node ? node->place : HEC_NOWHERE,
               "nothing measures the effect `%s`", wanted);
    const char *near = hec_text_nearest(wanted, n, names);
    hec_report_help(b->diagnostics, near ? "did you mean `%s`?" : "qaly and life_years are always "
                                                                  "there (not %s)",
                    near ? near : wanted);
}

static const char *name_of(const hec_node *tree)
{
    static const char *const keys[] = {"study", "model"};
    for (size_t i = 0; i < 2; i++) {
        const hec_node *node = hec_node_get(tree, keys[i]);
        if (node && node->kind == HEC_NODE_SCALAR) {
            return node->text;
        }
    }
    return "model";
}

static void build_strategies(hec_builder *b, const hec_node *const *trees)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_strategies; i++) {
        hec_build_bind(b, trees[i]);
        hec_build_strategy(b, &model->strategies[i]);
    }
}

hec_model *hec_model_build(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree)
{
    hec_model *model = hec_arena_alloc(arena, sizeof *model);
    hec_builder *b = hec_arena_alloc(arena, sizeof *b);
    int64_t before = hec_diagnostics_count(diagnostics, HEC_ERROR);
    if (!model || !b || !hec_node_expect(diagnostics, tree, HEC_NODE_MAP, "a model or study")) {
        return NULL;
    }
    *b = (hec_builder){.arena = arena, .diagnostics = diagnostics, .model = model, .tree = tree};
    *model = (hec_model){.arena = arena, .tree = tree, .name = name_of(tree)};
    model->graph = hec_graph_create(arena, false);
    const hec_node *title = hec_node_get(tree, "title");
    model->title = title && title->kind == HEC_NODE_SCALAR ? title->text : model->name;
    if (!model->graph) {
        return NULL;
    }
    hec_node_expect_keys(diagnostics, tree, "a model or study",
                         sizeof root_keys / sizeof root_keys[0], root_keys);
    hec_build_open_scope(b);
    hec_build_time(b);
    hec_build_population(b);
    hec_build_tables(b);
    hec_build_joint(b, tree);
    hec_build_bind(b, tree);
    hec_build_uncertainty(b);
    hec_build_economics(b);
    const hec_node **trees = strategy_trees(b, tree);
    if (trees) {
        hec_build_structure(b, model->n_strategies, trees);
    }
    if (!trees || model->n_states == 0) {
        return NULL;
    }
    build_strategies(b, trees);
    hec_build_bind(b, tree);
    resolve_unread(b);
    hec_build_correlations(b);
    hec_build_perspectives(b);
    find_effect(b);
    report_unread(b, tree);
    report_unused_services(b, tree);
    if (hec_diagnostics_count(diagnostics, HEC_ERROR) > before) {
        return NULL;
    }
    find_timed(model);
    report_unreachable(b);
    return model;
}
