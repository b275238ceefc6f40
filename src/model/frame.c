/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frame: time and uncertainty of a model. */
#include "model/build.h"

#include <math.h>
#include <string.h>

enum { CYCLES_MAX = 100000 };

/* ---- time ----------------------------------------------------------------------------------- */

/* So many years, months, weeks or days, where it is a whole number of them. */
static void set_cycle_length(hec_model *model, double years)
{
    static const double parts[] = {1, 12, 365.25 / 7, 365.25};
    model->cycle_length = model->cycle_units = years;
    model->cycle_parts = 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        double units = round(years * parts[i]);
        if (units >= 1 && fabs(years * parts[i] - units) < 1e-12 * units) {
            model->cycle_units = units;
            model->cycle_parts = parts[i];
            return;
        }
    }
}

static void read_cycle_length(hec_builder *b, const hec_node *node)
{
    double length = 1;
    if (!hec_build_constant(b, node, &HEC_TYPE_YEARS, "the cycle length", &length)) {
        return;
    }
    double ignored;
    if (hec_text_to_double(node->text, node->length, &ignored)) {
        hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, node->place,
                   "the cycle length needs a unit of time");
        hec_report_help(b->diagnostics, "such as `1 year`, `6 months` or `1 week`");
    }
    if (!(length > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "the cycle length must be positive");
        length = 1;
    }
    set_cycle_length(b->model, length);
}

static void read_cycles(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool time =
        value.type.kind == HEC_KIND_QUANTITY && hec_type_agree(&value.type, &HEC_TYPE_YEARS);
    b->no_cycles = true;
    if (value.id >= 0 && time) {
        (void)hec_build_wants(b, value, &HEC_TYPE_RATIO, node, "the number of cycles",
                              "how long the model runs is written `horizon: 20 years`");
    } else if (value.id >= 0) {
        b->no_cycles =
            !hec_build_integer(b, node, "the number of cycles", 1, CYCLES_MAX, &b->model->cycles);
    }
}

static void read_horizon(hec_builder *b, const hec_node *node)
{
    hec_model *model = b->model;
    double years = 0;
    b->no_cycles = true;
    if (!hec_build_constant(b, node, &HEC_TYPE_YEARS, "the horizon", &years)) {
        return;
    }
    double n = years / model->cycle_length;
    if (!(n >= 0.5 && n <= CYCLES_MAX) || fabs(n - round(n)) > 1e-9 * n) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "the horizon is %.10g cycles; it must be a whole number from 1 to %d", n,
                   CYCLES_MAX);
        if (n >= 0.5 && n < CYCLES_MAX) {
            hec_report_help(b->diagnostics, "`cycles: %.0f` comes nearest", n);
        }
        return;
    }
    model->cycles = (int64_t)llround(n);
    b->no_cycles = false;
}

static void read_start_year(hec_builder *b, const hec_node *node)
{
    double year = 0;
    if (!hec_build_constant(b, node, NULL, "the starting year", &year)) {
        return;
    }
    if (!(year >= 1000 && year < 3000)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "the starting year is a calendar year such as 2024, not %g", year);
        return;
    }
    b->model->start_year = year;
}

void hec_build_time(hec_builder *b)
{
    static const char *const keys[] = {"cycle", "cycles", "horizon", "start_year", "lifetime"};
    hec_model *model = b->model;
    const hec_node *time = hec_node_get(b->tree, "time");
    set_cycle_length(model, 1);
    model->cycles = 1;
    model->start_year = NAN;
    b->no_cycles = true;
    if (!time) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, b->tree->place,
                   "`time` is missing: how long a cycle is, and how many there are");
        hec_report_help(b->diagnostics, "time: {cycle: 1 year, cycles: 40}");
        return;
    }
    if (!hec_node_expect(b->diagnostics, time, HEC_NODE_MAP, "`time`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, time, "`time`", 5, keys);
    const hec_node *cycle = hec_build_stated(time, "cycle");
    const hec_node *cycles = hec_build_stated(time, "cycles");
    const hec_node *horizon = hec_build_stated(time, "horizon");
    const hec_node *start_year = hec_build_stated(time, "start_year");
    if (!cycle) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, time->place,
                   "`time` does not say how long a `cycle` is");
        hec_report_help(b->diagnostics, "cycle: 1 year");
    } else {
        read_cycle_length(b, cycle);
    }
    if (cycles && horizon) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, horizon->place,
                   "`horizon` and `cycles` say the same thing twice; one of them is enough");
        hec_report_note(b->diagnostics, cycles->place, "`cycles` stands here");
    } else if (!cycles && !horizon) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, time->place,
                   "`time` does not say how long the model runs");
        hec_report_help(b->diagnostics, "cycles: 40, or horizon: 40 years");
    }
    b->no_cycles = !cycles && !horizon;
    if (cycles) {
        read_cycles(b, cycles);
    } else if (horizon) {
        read_horizon(b, horizon);
    }
    if (start_year) {
        read_start_year(b, start_year);
    }
    model->lifetime = hec_build_truth(b, time, "lifetime");
}

/* ---- uncertainty ---------------------------------------------------------------------------- */

/* All digits of a seed count, which a double would not hold. */
static void read_seed(hec_builder *b, const hec_node *node)
{
    hec_model *model = b->model;
    int64_t value = 0;
    if (node->kind == HEC_NODE_SCALAR && node->length > 0 &&
        strspn(node->text, "0123456789") == node->length) {
        uint64_t seed = 0;
        for (const char *c = node->text; *c; c++) {
            uint64_t digit = (uint64_t)(*c - '0');
            if (seed > (UINT64_MAX - digit) / 10) {
                hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                           "a seed is at most 18446744073709551615");
                return;
            }
            seed = 10 * seed + digit;
        }
        model->seed = seed;
        model->has_seed = true;
    } else if (hec_build_integer(b, node, "the seed", 0, INT64_C(9007199254740992), &value)) {
        model->seed = (uint64_t)value;
        model->has_seed = true;
    }
}

void hec_build_uncertainty(hec_builder *b)
{
    static const char *const keys[] = {"draws", "seed", "design"};
    static const char *const designs[] = {"random", "latin-hypercube", "sobol"};
    hec_model *model = b->model;
    const hec_node *map = hec_build_part(b, b->tree, "uncertainty", HEC_NODE_MAP);
    model->design = designs[0];
    if (hec_build_is_persons(b) && !b->forced && !b->engine_unknown &&
        !(map && hec_build_stated(map, "seed"))) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, model->persons.place,
                   "persons are left to chance, but no seed is stated");
        hec_report_help(b->diagnostics, "uncertainty: {seed: 20260101}, or --seed");
    }
    if (!map) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`uncertainty`", 3, keys);
    const hec_node *draws = hec_build_stated(map, "draws");
    const hec_node *seed = hec_build_stated(map, "seed");
    const hec_node *design = hec_build_stated(map, "design");
    if (draws) {
        (void)hec_build_integer(b, draws, "the number of draws", 0, 1000000000, &model->draw_count);
    }
    if (seed) {
        read_seed(b, seed);
    }
    if (model->draw_count > 0 && !seed && (b->forced || !hec_build_is_persons(b))) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, draws->place,
                   "draws are asked for, but no seed is stated");
        hec_report_help(b->diagnostics, "uncertainty: {draws: 1000, seed: 20260101}, or --seed");
    }
    if (design) {
        int chosen = hec_build_choice(b, design, "design", 3, designs);
        model->design = designs[chosen < 0 ? 0 : chosen];
    }
}
