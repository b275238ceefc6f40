/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engine: what runs the model, how many persons, and what is kept of them. */
#include "model/build.h"

#include <stdarg.h>
#include <string.h>

/* What a tree that asks for no persons is compared with. */
enum { PERSONS_FORCED = 10000, HISTORIES_MAX = 1000000 };
static const int64_t PERSONS_MAX = INT64_C(10000000000);
static const char persons_words[] = "microsimulation: {persons: 10000}";

void hec_build_persons_help(hec_builder *b)
{
    hec_report_help(b->diagnostics, "engine: {microsimulation: {persons: 10000}}");
}

void hec_build_needs_persons(hec_builder *b, hec_place place, const char *format, ...)
{
    va_list arguments;
    if (b->engine_unknown) {
        return;
    }
    va_start(arguments, format);
    const char *words = hec_arena_vformat(b->arena, format, arguments);
    va_end(arguments);
    hec_report(b->diagnostics, HEC_CHECK_NEEDS_PERSONS, place, "%s", words ? words : "");
    hec_build_persons_help(b);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static size_t entries_of(const hec_node *tree, const char *key)
{
    const hec_node *map = hec_node_get(tree, key);
    return map && map->kind == HEC_NODE_MAP ? map->count : 0;
}

/* Causes of moves in continuous time: each has a number of chance. */
static size_t causes_of(const hec_node *chain)
{
    const hec_node *states = hec_node_get(chain, "states");
    size_t causes = 0;
    for (size_t i = 0; i < entries_of(chain, "states"); i++) {
        const hec_node *map = hec_node_get(states->entries[i].value, "time");
        for (size_t k = 0; k < entries_of(states->entries[i].value, "time"); k++) {
            const hec_node *cause = map->entries[k].value;
            causes += cause->kind == HEC_NODE_LIST ? cause->count : 1;
        }
    }
    return causes;
}

void hec_build_set_aside(hec_builder *b)
{
    const hec_node *chains = hec_node_get(b->tree, "chains");
    if (!hec_build_is_persons(b) && !hec_build_has_policies(b->tree)) {
        return;
    }
    size_t entries = entries_of(b->tree, "attributes") + entries_of(b->tree, "events"), causes = 0;
    if (!hec_build_is_persons(b)) { /* their uses are inputs of a cohort's payments */
        entries += entries_of(b->tree, "services");
    }
    for (size_t i = 0; i < entries_of(b->tree, "chains"); i++) {
        entries += 1 + entries_of(chains->entries[i].value, "states");
        causes += causes_of(chains->entries[i].value);
    }
    b->model->n_person_inputs = 256 + 8 * entries + causes + hec_build_policy_inputs(b->tree);
}

int32_t hec_build_person_input(hec_builder *b)
{
    hec_model *model = b->model;
    if (model->next_person_input == model->n_person_inputs) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(b->tree, "chains"),
                   "persons of this model have more than %zu numbers to remember",
                   model->n_person_inputs);
        return -1;
    }
    return (int32_t)(HEC_CLOCK_COUNT + model->population.n_attributes + model->next_person_input++);
}

/* ---- engine ---------------------------------------------------------------------------------- */

static void read_persons(hec_builder *b, const hec_node *map)
{
    static const char *const keys[] = {"persons", "per_draw", "antithetic", "design"};
    static const char *const designs[] = {"random", "sobol"};
    hec_persons_settings *persons = &b->model->persons;
    hec_node_expect_keys(b->diagnostics, map, "`microsimulation`", 4, keys);
    const hec_node *count = hec_build_stated(map, "persons");
    const hec_node *per_draw = hec_build_stated(map, "per_draw");
    const hec_node *design = hec_build_stated(map, "design");
    if (!count) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "`microsimulation` does not say how many `persons` are simulated");
        hec_report_help(b->diagnostics, persons_words);
    } else if (hec_build_integer(b, count, "the number of persons", 1, PERSONS_MAX,
                                 &persons->count)) {
        persons->per_draw = persons->count;
    }
    if (per_draw) {
        (void)hec_build_integer(b, per_draw, "the number of persons in each draw", 1, PERSONS_MAX,
                                &persons->per_draw);
    }
    persons->antithetic = hec_build_truth(b, map, "antithetic");
    persons->sobol = design && hec_build_choice(b, design, "design", 2, designs) == 1;
}

/* `engine: WORD` */
static bool read_engine_word(hec_builder *b, const hec_node *engine)
{
    static const char *const words[] = {"cohort", "microsimulation"};
    if (strcmp(engine->text, words[1]) == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, engine->place,
                   "`microsimulation` does not say how many `persons` are simulated");
        hec_build_persons_help(b);
        return true;
    }
    if (strncmp(engine->text, "person", strlen("person")) == 0) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, engine->place, "`engine` cannot be `%s`",
                   engine->text);
        hec_build_persons_help(b);
        b->engine_unknown = true;
    } else {
        b->engine_unknown = hec_build_choice(b, engine, "engine", 2, words) < 0;
    }
    return false;
}

/* What holds where the study is run as a cohort. */
static void read_cohort(hec_builder *b, const hec_node *map)
{
    static const char *const keys[] = {"payments"};
    static const char *const ways[] = {"exact", "on_means"};
    const hec_node *payments = hec_build_stated(map, keys[0]);
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`cohort`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`cohort`", 1, keys);
    b->model->payments_on_means = payments && hec_build_choice(b, payments, keys[0], 2, ways) == 1;
}

/* Whether the tree asks for persons; reads how many. */
static bool read_engine(hec_builder *b, const hec_node *engine)
{
    static const char *const keys[] = {"microsimulation", "cohort"};
    if (engine->kind == HEC_NODE_SCALAR) {
        return read_engine_word(b, engine);
    }
    const hec_node *map = hec_build_stated(engine, keys[0]);
    const hec_node *cohort = hec_build_stated(engine, keys[1]);
    b->engine_unknown = !map && !cohort && engine->count > 0;
    if (!hec_node_expect(b->diagnostics, engine, HEC_NODE_MAP, "`engine`")) {
        return false;
    }
    hec_node_expect_keys(b->diagnostics, engine, "`engine`", 2, keys);
    if (cohort) {
        read_cohort(b, cohort);
    }
    if (map && map->kind == HEC_NODE_SCALAR) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, map->place,
                   "`microsimulation` must be a mapping, not a single value");
        hec_report_help(b->diagnostics, persons_words);
    } else if (map && hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`microsimulation`")) {
        read_persons(b, map);
    }
    return map != NULL;
}

hec_engine hec_build_clock(const hec_node *tree)
{
    const hec_node *chains = hec_node_get(tree, "chains");
    hec_engine engine = HEC_ENGINE_PERSONS;
    for (size_t i = 0; i < entries_of(tree, "chains"); i++) {
        const hec_node *states = hec_node_get(chains->entries[i].value, "states");
        for (size_t k = 0; k < entries_of(chains->entries[i].value, "states"); k++) {
            engine = hec_node_get(states->entries[k].value, "time") ? HEC_ENGINE_TIMES : engine;
        }
    }
    return engine;
}

/* ---- outputs --------------------------------------------------------------------------------- */

static void read_kept(hec_builder *b, const hec_node *node)
{
    hec_persons_settings *persons = &b->model->persons;
    if (node->kind == HEC_NODE_SCALAR && !node->quoted && strcmp(node->text, "all") == 0) {
        persons->keep_all = true;
        persons->keep = persons->count;
        return;
    }
    if (!hec_build_integer(b, node, "how many persons are kept", 0, PERSONS_MAX, &persons->keep)) {
        hec_report_help(b->diagnostics,
                        "a number keeps the first so many, `persons: all` keeps all");
    }
    persons->keep = persons->keep < persons->count ? persons->keep : persons->count;
}

static void read_histories(hec_builder *b, const hec_node *node)
{
    hec_persons_settings *persons = &b->model->persons;
    bool list = node->kind == HEC_NODE_LIST;
    int64_t count = list ? (int64_t)node->count : 0;
    if (!list &&
        !hec_build_integer(b, node, "how many histories are kept", 0, HISTORIES_MAX, &count)) {
        hec_report_help(b->diagnostics,
                        "a number keeps the lives of the first so many, a list those it names: "
                        "histories: [1, 17]");
        return;
    }
    count = list || count < persons->count ? count : persons->count;
    int64_t *histories = hec_arena_array(b->arena, (size_t)count + 1, sizeof *histories);
    for (int64_t i = 0; histories && i < count; i++) {
        histories[i] = i + 1;
        if (list && !hec_build_integer(b, node->items[i], "the number of a person", 1,
                                       persons->count, &histories[i])) {
            return;
        }
    }
    persons->histories = histories;
    persons->n_histories = histories ? (size_t)count : 0;
}

static void read_outputs(hec_builder *b, const hec_node *outputs)
{
    static const char *const keys[] = {"persons", "histories"};
    if (!hec_node_expect(b->diagnostics, outputs, HEC_NODE_MAP, "`outputs`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, outputs, "`outputs`", 2, keys);
    const hec_node *kept = hec_build_stated(outputs, "persons");
    const hec_node *histories = hec_build_stated(outputs, "histories");
    if (!hec_build_is_persons(b)) {
        if ((kept || histories) && !b->forced) {
            hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT,
                       hec_build_key_place(outputs, kept ? "persons" : "histories"),
                       "`outputs` keeps persons, and a cohort has none");
        }
        return;
    }
    if (b->model->persons.count < 1) { /* their number has a mistake */
        return;
    }
    if (kept) {
        read_kept(b, kept);
    }
    if (histories) {
        read_histories(b, histories);
    }
}

/* ---- what an engine cannot run --------------------------------------------------------------- */

/* Whether something stands under a key of the root. */
static bool is_stated(const hec_node *tree, const char *key)
{
    const hec_node *part = hec_build_stated(tree, key);
    return part && (part->kind == HEC_NODE_SCALAR || part->count > 0);
}

/* Whether the tree states what only persons have. */
static bool needs_persons(const hec_node *tree)
{
    return is_stated(tree, "attributes") || is_stated(tree, "events") || is_stated(tree, "alive") ||
           entries_of(tree, "chains") > 1 || hec_build_clock(tree) == HEC_ENGINE_TIMES;
}

static void check_cohort(hec_builder *b)
{
    static const char *const keys[][2] = {
        {"attributes", "`attributes` evolve in each person; a cohort has only strata"},
        {"events", "`events` happen to persons; a cohort has only moves"},
        {"alive", "`alive` counts what a person's life has brought; a cohort counts by state"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (is_stated(b->tree, keys[i][0])) {
            hec_build_needs_persons(b, hec_build_key_place(b->tree, keys[i][0]), "%s", keys[i][1]);
        }
    }
    if (is_stated(b->tree, "utilities")) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, hec_build_key_place(b->tree, "utilities"),
                   "`utilities` says how those of several chains go together; a cohort has one");
    }
    if (is_stated(b->tree, "event_order") && !is_stated(b->tree, "events")) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, hec_build_key_place(b->tree, "event_order"),
                   "`event_order` orders events, and there are none");
    }
}

void hec_build_engine(hec_builder *b)
{
    hec_model *model = b->model;
    const hec_node *engine = hec_build_stated(b->tree, "engine");
    const hec_node *outputs = hec_build_stated(b->tree, "outputs");
    bool forced = b->forced, persons = forced && model->engine != HEC_ENGINE_COHORT;
    model->persons.place = engine ? hec_build_key_place(b->tree, "engine") : b->tree->place;
    if (engine && forced && !persons && hec_build_stated(engine, "cohort")) {
        read_cohort(b, hec_build_stated(engine, "cohort"));
    } else if (engine && (persons || !forced)) {
        bool asked = read_engine(b, engine);
        persons = persons || asked || (b->engine_unknown && needs_persons(b->tree));
    }
    if (persons && (forced || b->engine_unknown) && model->persons.count == 0) {
        model->persons.count = model->persons.per_draw = PERSONS_FORCED;
    }
    model->engine = persons ? hec_build_clock(b->tree) : HEC_ENGINE_COHORT;
    if (outputs) {
        read_outputs(b, outputs);
    }
    if (model->engine == HEC_ENGINE_COHORT && !b->engine_unknown) {
        check_cohort(b);
    }
}
