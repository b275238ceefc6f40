/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Build: a tree becomes a model. The order is the order of this file's last function. */
#include "model/strategy_inner.h"

#include <string.h>

static const char *const root_keys[] = {
    "hecate",    "model",       "study",      "title",        "description", "authors",
    "licence",   "setting",     "sources",    "notes",        "limitations", "assumptions",
    "time",      "population",  "parameters", "correlations", "joint",       "tables",
    "let",       "services",    "chains",     "on",           "strategies",  "perspectives",
    "economics", "uncertainty", "engine",     "outputs",      "attributes",  "events",
    "alive",     "event_order", "utilities",  "payers",       "providers",   "behaviours",
    "accepted"};

static const char *const strategy_keys[] = {"label", "source", "note",   "description",
                                            "set",   "cost",   "effect", "utility",
                                            "use",   "on",     "alive",  "policy"};
enum { N_STRATEGY_WORDS = 4 };

/* ---- strategies: one tree each --------------------------------------------------------------- */

/* Makes the part of the tree that a setting reaches a strategy's own. */
static bool own_part(hec_builder *b, hec_node *own, const hec_node *tree, const char *path)
{
    static const char *const homes[] = {"parameters", "let"};
    const char *word = hec_arena_copy(b->arena, path, strcspn(path, "."));
    const char *part = word;
    for (size_t i = 2; word && i-- > 0;) {
        part = hec_node_get(hec_node_get(tree, homes[i]), word) ? homes[i] : part;
    }
    const hec_node *shared = word ? hec_node_get(tree, part) : NULL;
    for (size_t i = 0; shared && i < own->count; i++) {
        if (own->entries[i].value == shared) {
            own->entries[i].value = hec_node_copy(b->arena, shared);
            return own->entries[i].value != NULL;
        }
    }
    return word != NULL;
}

/* Whether a strategy may set this: what is the same for all strategies is set by a study. */
static bool may_differ(hec_builder *b, const hec_node *tree, const hec_entry *entry)
{
    static const char *const homes[] = {"parameters", "let",        "tables", "chains", "services",
                                        "on",         "attributes", "events", "alive",  "policy"};
    static const char *const fixed[] = {".dead",  ".absorbing", ".label",  ".time_in_state_cap",
                                        ".clock", ".fatal",     ".before", ".years_before"};
    const char *path = entry->key;
    size_t length = strlen(path), first = strcspn(path, ".");
    const char *word = hec_arena_copy(b->arena, path, first);
    bool good = !word || !hec_node_get(tree, word) ||
                hec_node_get(hec_node_get(tree, "parameters"), word) ||
                hec_node_get(hec_node_get(tree, "let"), word);
    for (size_t i = 0; word && i < sizeof homes / sizeof homes[0]; i++) {
        good = good || strcmp(word, homes[i]) == 0;
    }
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        size_t tail = strlen(fixed[i]);
        bool ends = length > tail && strcmp(path + length - tail, fixed[i]) == 0;
        good =
            good && !(ends && word && (strcmp(word, "chains") == 0 || strcmp(word, "events") == 0));
    }
    if (!good) {
        hec_report(b->diagnostics, HEC_CHECK_SET_PATH, entry->key_place,
                   "a strategy cannot set `%s`: it is the same for all strategies", path);
        hec_report_help(b->diagnostics, "make it another study (`extends:`), or use --set");
    }
    return good;
}

/* False: no memory. */
static bool apply_settings(hec_builder *b, hec_node *own, const hec_node *tree, const hec_node *set)
{
    for (size_t i = 0; set && i < set->count; i++) {
        const hec_entry *entry = &set->entries[i];
        if (!may_differ(b, tree, entry)) {
            continue;
        }
        if (!own_part(b, own, tree, entry->key)) {
            return false;
        }
        (void)hec_tree_set(b->arena, b->diagnostics, own, entry->key, entry->key_place,
                           entry->value);
    }
    return true;
}

/* The tree with a strategy's policy laid over it, and `set:` applied: the policy's, then its own.
 * What neither reaches is shared. */
static const hec_node *strategy_tree(hec_builder *b, const hec_node *tree, const hec_node *strategy)
{
    const hec_node *set = hec_build_part(b, strategy, "set", HEC_NODE_MAP);
    const hec_node *policy = hec_build_policy_of(b, strategy);
    if ((!set || set->count == 0) && !policy) {
        return tree;
    }
    hec_node *own = hec_arena_alloc(b->arena, sizeof *own);
    hec_entry *entries = hec_arena_array(b->arena, tree->count, sizeof *entries);
    if (!own || !entries) {
        return NULL;
    }
    memcpy(entries, tree->entries, tree->count * sizeof *entries);
    *own = *tree;
    own->entries = entries;
    own->capacity = tree->count;
    const hec_node *all = policy ? hec_build_part(b, policy, "set", HEC_NODE_MAP) : NULL;
    bool good = (!policy || hec_build_lay_policy(b, own, policy)) &&
                apply_settings(b, own, tree, all) && apply_settings(b, own, tree, set) &&
                (!policy || hec_build_lay_memory(b, own));
    return good ? own : NULL;
}

/* Who lives cycle by cycle can pay. */
static void refuse_policy(hec_builder *b, const hec_node *map)
{
    if (b->model->engine != HEC_ENGINE_TIMES || !hec_build_stated(map, "policy")) {
        return;
    }
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, "policy"),
               "a policy pays by the cycle; a chain with `time:` has no cycles");
    hec_report_help(b->diagnostics, "write the chain with `to:` or `rate:`");
}

static void read_strategy(hec_builder *b, const hec_entry *entry, hec_strategy *strategy)
{
    const hec_node *map = entry->value;
    *strategy = (hec_strategy){.name = entry->key, .label = entry->key, .place = entry->key_place};
    if (map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a strategy")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a strategy",
                         sizeof strategy_keys / sizeof strategy_keys[0], strategy_keys);
    hec_build_expect_words(b, map, N_STRATEGY_WORDS, strategy_keys);
    if (!hec_build_is_persons(b) && hec_build_stated(map, "alive")) {
        hec_build_needs_persons(b, hec_build_key_place(map, "alive"),
                                "`alive` counts what a person's life has brought; a cohort counts "
                                "by state");
    }
    refuse_policy(b, map);
    const char *label = hec_build_words(b, map, "label");
    strategy->label = *label ? label : entry->key;
}

/* Two strategies of one label would be one line twice in every table. */
static void check_labels(hec_builder *b)
{
    const hec_model *model = b->model;
    hec_names labels = {0};
    for (size_t i = 0; i < model->n_strategies; i++) {
        size_t other = hec_names_find(&labels, model->strategies[i].label);
        if (other != SIZE_MAX) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, model->strategies[i].place,
                       "the strategies `%s` and `%s` have the same label",
                       model->strategies[other].name, model->strategies[i].name);
            hec_report_note(b->diagnostics, model->strategies[other].place, "the other is here");
        }
        (void)hec_names_add(b->arena, &labels, model->strategies[i].label);
    }
}

/* Without `strategies:` there is one, which has the model's name. */
static const hec_node **strategy_trees(hec_builder *b, const hec_node *tree)
{
    hec_model *model = b->model;
    const hec_node *map = hec_build_part(b, tree, "strategies", HEC_NODE_MAP);
    size_t n = map && map->count > 0 ? map->count : 1;
    const hec_node **trees = hec_arena_array(b->arena, n, sizeof *trees);
    model->strategies = hec_arena_array(b->arena, n, sizeof *model->strategies);
    if (!trees || !model->strategies) {
        return NULL;
    }
    model->n_strategies = n;
    if (!map || map->count == 0) {
        model->strategies[0].name = model->strategies[0].label = model->name;
        model->strategies[0].place = hec_build_key_place(tree, "chains");
        trees[0] = tree;
        return trees;
    }
    for (size_t i = 0; i < n; i++) {
        read_strategy(b, &map->entries[i], &model->strategies[i]);
        trees[i] = strategy_tree(b, tree, map->entries[i].value);
        if (!trees[i]) {
            return NULL;
        }
    }
    check_labels(b);
    return trees;
}

/* ---- after the strategies -------------------------------------------------------------------- */

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
                model->states[one_off->from < 0 ? one_off->to : one_off->from].timed = true;
            }
        }
    }
}

/* Within a cycle of hazards people come and go, so how long they have been there is not known. */
static void refuse_timed_hazards(hec_builder *b)
{
    const hec_model *model = b->model;
    for (size_t s = 0; model->hazards && s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        for (size_t i = 0; i < strategy->n_rewards + strategy->n_one_offs; i++) {
            bool reward = i < strategy->n_rewards;
            size_t k = reward ? i : i - strategy->n_rewards;
            hec_id id = reward ? strategy->rewards[k].value : strategy->one_offs[k].value;
            if (hec_graph_node_at(model->graph, id)->depends & HEC_DEP_DURATION) {
                hec_report(b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS,
                           reward ? strategy->rewards[k].place : strategy->one_offs[k].place,
                           "what a chain with `rate:` counts cannot follow `time_in_state`");
                hec_report_help(b->diagnostics, "use `to:` with event_prob(D, time_in_state, "
                                                "cycle_length)");
            }
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

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

/* What all strategies share, in the order in which one part needs another. */
static void build_frame(hec_builder *b, hec_node *tree)
{
    hec_build_time(b);
    hec_build_engine(b);
    hec_build_population(b);
    hec_build_set_aside(b);
    hec_build_bind(b, tree);
    hec_build_tables(b);
    hec_build_joint(b, tree);
    hec_build_bind(b, tree);
    hec_build_uncertainty(b);
    hec_build_economics(b);
    hec_build_about(b, tree); /* when members of joint distributions have their names */
}

/* A strategy that sets something inside a table reads tables of its own. */
static void build_strategy(hec_builder *b, const hec_node *tree, const hec_node *own,
                           hec_strategy *strategy)
{
    hec_table_entry *tables = b->tables;
    size_t n_tables = b->n_tables, capacity = b->table_capacity;
    bool differ = hec_node_get(own, "tables") != hec_node_get(tree, "tables");
    if (differ) {
        b->tables = NULL;
        b->n_tables = b->table_capacity = 0;
        b->tree = own;
        hec_build_tables(b);
    }
    hec_build_bind(b, own);
    hec_build_strategy(b, strategy);
    for (size_t i = 0; differ && i < n_tables && i < b->n_tables; i++) {
        tables[i].used = tables[i].used || b->tables[i].used;
    }
    b->tables = tables;
    b->n_tables = n_tables;
    b->table_capacity = capacity;
}

static bool build_strategies(hec_builder *b, const hec_node *tree)
{
    hec_model *model = b->model;
    const hec_node **trees = strategy_trees(b, tree);
    if (!trees) {
        hec_report_out_of_memory(b->diagnostics);
        return false;
    }
    hec_build_structure(b, model->n_strategies, trees);
    bool lives = model->n_states > 0 || b->lives;
    for (size_t i = 0; lives && i < model->n_strategies; i++) {
        build_strategy(b, tree, trees[i], &model->strategies[i]);
    }
    hec_build_bind(b, tree);
    return true;
}

static bool is_policy(const hec_node *tree)
{
    return hec_node_get(tree, "policy") && !hec_node_get(tree, "model") &&
           !hec_node_get(tree, "study");
}

/* Without a name, lives, time and economics: what others include. */
static bool is_piece(const hec_node *tree)
{
    static const char *const whole[] = {"model", "study",      "chains", "events",
                                        "alive", "attributes", "time",   "economics"};
    bool piece = true;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        piece = piece && !hec_node_get(tree, whole[i]);
    }
    return piece && tree->count > 1; /* more than `hecate: 1` */
}

/* Says what a file is that is no model; true when it is none. */
static bool refuse_other(hec_diagnostics *diagnostics, const hec_node *tree)
{
    if (is_policy(tree)) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(tree, "policy"),
                   "this is a policy, which says who pays, not who uses what");
        hec_report_help(diagnostics, "name the file in a study, under `strategies:`: "
                                     "{NAME: {policy: FILE}}");
        return true;
    }
    if (is_piece(tree)) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, tree->entries[0].key_place,
                   "this is a piece of a model: it has no `model:` or `study:`, no lives, no time");
        hec_report_help(diagnostics, "name the file in a model or study: `include: FILE`");
        return true;
    }
    return false;
}

static hec_model *build(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree, bool forced,
                        hec_engine engine)
{
    hec_model *model = hec_arena_alloc(arena, sizeof *model);
    hec_builder *b = hec_arena_alloc(arena, sizeof *b);
    int64_t before = hec_diagnostics_count(diagnostics, HEC_ERROR);
    if (!model || !b || !hec_node_expect(diagnostics, tree, HEC_NODE_MAP, "a model or study")) {
        return NULL;
    }
    *b = (hec_builder){.arena = arena,
                       .diagnostics = diagnostics,
                       .model = model,
                       .tree = tree,
                       .chain = -1,
                       .forced = forced};
    *model = (hec_model){.arena = arena, .tree = tree, .name = name_of(tree), .engine = engine};
    model->graph = hec_graph_create(arena, false);
    const hec_node *title = hec_node_get(tree, "title");
    model->title = title && title->kind == HEC_NODE_SCALAR ? title->text : model->name;
    if (!model->graph) {
        return NULL;
    }
    if (refuse_other(diagnostics, tree)) {
        return NULL;
    }
    hec_node_expect_keys(diagnostics, tree, "a model or study",
                         sizeof root_keys / sizeof root_keys[0], root_keys);
    hec_build_open_scope(b);
    build_frame(b, tree);
    if (!build_strategies(b, tree)) {
        return NULL;
    }
    hec_build_services(b);
    hec_build_resolve_unread(b);
    hec_build_correlations(b);
    hec_build_perspectives(b);
    hec_build_effect(b);
    if (model->engine == HEC_ENGINE_COHORT) {
        refuse_timed_hazards(b);
        hec_build_refuse_timed_shares(b);
    }
    if (hec_diagnostics_count(diagnostics, HEC_ERROR) > before) {
        return NULL;
    }
    if (model->engine == HEC_ENGINE_COHORT) {
        find_timed(model);
    }
    hec_build_review(b, tree);
    return model;
}

hec_model *hec_model_build(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree)
{
    return build(arena, diagnostics, tree, false, HEC_ENGINE_COHORT);
}

hec_model *hec_model_build_for(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree,
                               hec_engine engine)
{
    return build(arena, diagnostics, tree, true, engine);
}
