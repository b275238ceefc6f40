/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compositions of survival distributions, tabulated ones, and times of events: against mpmath,
 * closed forms and sums in long double. */
#include "language_fixture.h"

/* Definitions of the test that runs: name, text, name, text, ..., NULL. */
static const char *const *definitions;

/* Parsed once for each graph. */
static const hec_expr *definition(void *context, const char *name)
{
    static const hec_expr *parsed[8];
    static const hec_graph *world;
    fixture *f = context;
    if (world != f->graph) {
        memset(parsed, 0, sizeof parsed);
        world = f->graph;
    }
    for (size_t i = 0; definitions && definitions[2 * i]; i++) {
        if (strcmp(definitions[2 * i], name) == 0) {
            parsed[i] = parsed[i] ? parsed[i] : fixture_parse(f, definitions[2 * i + 1]);
            return parsed[i];
        }
    }
    return NULL;
}

enum { AGES = 5 };
/* deaths per year by sex and age: women first */
static const double ages[AGES] = {0, 1, 50, 60, 75}, sexes[] = {0, 1};
static const double rates[] = {0.006, 0.0004, 0.004, 0.012, 0.08, 0.007, 0.0005, 0.006, 0.02, 0.11};
static const double by_age[] = {0.006, 0.007, 0.0004, 0.0005, 0.004,
                                0.006, 0.012, 0.02,   0.08,   0.11};
static const double months[] = {0, 0.25, 0.5, 2}, shares[] = {1, 0.9, 0.72, 0.36};

static int open_fixture(void **state)
{
    static fixture f;
    static hec_lookup table;
    fixture_open(&f);
    definitions = NULL;
    table = (hec_lookup){.name = "r_death",
                         .n_axes = 2,
                         .axis_types = {{.kind = HEC_KIND_LABEL}, HEC_TYPE_ANY},
                         .axis_names = {"sex", "age"},
                         .lengths = {2, AGES},
                         .axes = {sexes, ages},
                         .values = rates,
                         .type = HEC_TYPE_PER_YEAR,
                         .between = HEC_LOOKUP_STEP};
    f.table = &table;
    f.scope.definition = definition;
    fixture_name(&f, "t", "years", 0);
    fixture_name(&f, "p", "probability", 0);
    fixture_name(&f, "u", NULL, 0);
    fixture_name(&f, "entry", "years", 0);
    fixture_name(&f, "age0", "years", 40);
    fixture_name(&f, "sex", "label", 1);
    fixture_name(&f, "a", NULL, 0);
    fixture_name(&f, "time_in_state", "years", 0);
    fixture_name(&f, "rate", "1/year", 0.2);
    fixture_name(&f, "cycle_length", "years", 0.5);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

enum { T, P, U, ENTRY, AGE0, SEX, A, TIME_IN_STATE };

static double ask(fixture *f, const char *part, const char *curve, const char *rest)
{
    char text[400];
    snprintf(text, sizeof text, "%s(%s, %s)", part, curve, rest);
    return fixture_value(f, text);
}

static hec_value time_after(fixture *f, const char *curve, hec_id entry)
{
    hec_expr *expr = fixture_parse(f, curve);
    hec_id u = hec_graph_input(f->graph, U, HEC_DEP_DRAW, "u", HEC_NOWHERE);
    return hec_lower_time_after(f->graph, &f->scope, f->diagnostics, expr, entry, u);
}

static double event_time(fixture *f, const char *curve)
{
    hec_id entry = f->values[ENTRY] == 0
                       ? hec_graph_constant(f->graph, 0, HEC_NOWHERE)
                       : hec_graph_input(f->graph, ENTRY, HEC_DEP_DRAW, "entry", HEC_NOWHERE);
    hec_value time = time_after(f, curve, entry);
    assert_true(time.id >= 0);
    assert_true(hec_type_agree(&time.type, &HEC_TYPE_YEARS));
    return hec_evaluate(f->graph, time.id, f->values);
}

static void expect_near(const char *curve, const char *what, double at, double got, double wanted,
                        double relative)
{
    if (got != wanted && !(fabs(got - wanted) <= relative * fabs(wanted))) {
        fail_msg("%s of %s at %g: %.17g instead of %.17g (%.3g)", what, curve, at, got, wanted,
                 fabs(got / wanted - 1));
    }
}

static FILE *open_data(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/lang/data/%s", HECATE_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

/* ---- mpmath ---------------------------------------------------------------------------------- */

/* The cumulative hazard and the hazard are good to 1e-13 of themselves; what the exponential makes
 * of it is worse by the cumulative hazard; what comes within half a year by what was there before
 * (differences of sums). */
static void test_values(void **state)
{
    static const char *const parts[] = {"survival", "hazard", "cumhazard", "event_prob"};
    fixture *f = *state;
    FILE *file = open_data("composed_values.csv");
    char line[512], curve[200];
    double wanted[4];
    int rows = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%199[^;];%lf;%lf;%lf;%lf;%lf", curve, &f->values[T], &wanted[0],
                   &wanted[1], &wanted[2], &wanted[3]) != 6) {
            continue;
        }
        const double total = wanted[2];
        const double slack[] = {4e-16 + 1e-13 * fmin(1, total) + 4e-16 * total, 1e-13, 1e-13,
                                1e-13 + 4e-16 * total / wanted[3]};
        fixture_restart(f, rows % 2 == 1);
        for (int i = 0; i < 4; i++) {
            expect_near(curve, parts[i], f->values[T], ask(f, parts[i], curve, "t"), wanted[i],
                        slack[i]);
        }
        double density = wanted[0] * wanted[1];
        expect_near(curve, "density", f->values[T], ask(f, "density", curve, "t"), density,
                    2e-13 + 4e-16 * total);
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 152);
}

/* The time is found from the cumulative hazard: rounding it moves the time by that over the
 * hazard, which the data give by their neighbours in u; 4 units in the last place of each. */
static void test_event_times(void **state)
{
    fixture *f = *state;
    FILE *file = open_data("event_times.csv");
    char line[512], curve[200], number[64];
    int rows = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%199[^;];%lf;%lf;%63s", curve, &f->values[ENTRY], &f->values[U],
                   number) != 4) {
            continue;
        }
        double wanted = strtod(number, NULL);
        fixture_restart(f, rows % 2 == 1);
        double got = event_time(f, curve);
        rows++;
        if (isinf(wanted) || got == wanted) {
            assert_true(got == wanted);
            continue;
        }
        f->values[T] = wanted;
        double h = ask(f, "hazard", curve, "t"), total = ask(f, "cumhazard", curve, "t");
        double slack = 1e-15 * total / h + 4e-14 * wanted;
        if (!(fabs(got - wanted) <= slack) || !(got >= f->values[ENTRY])) {
            fail_msg("%s from %g with %g: %.17g instead of %.17g", curve, f->values[ENTRY],
                     f->values[U], got, wanted);
        }
    }
    fclose(file);
    assert_int_equal(rows, 560);
}

/* ---- closed forms ------------------------------------------------------------------------------
 */

static void expect_same(fixture *f, const char *one, const char *other, double tolerance)
{
    static const char *const parts[] = {"survival", "hazard", "cumhazard", "density", "event_prob"};
    for (double t = 0.1; t < 40; t *= 1.9) {
        for (int i = 0; i < 5; i++) {
            fixture_restart(f, false);
            f->values[T] = t;
            double a = ask(f, parts[i], one, "t"), b = ask(f, parts[i], other, "t");
            if (!(fabs(a - b) <= tolerance * fabs(b))) {
                fail_msg("%s at %g: %s %.17g, %s %.17g", parts[i], t, one, a, other, b);
            }
        }
    }
    for (double p = 0.01; p < 1; p += 0.07) {
        f->values[P] = p;
        double a = ask(f, "quantile", one, "p"), b = ask(f, "quantile", other, "p");
        if (a != b && !(fabs(a - b) <= tolerance * b)) {
            fail_msg("quantile %g: %s %.17g, %s %.17g", p, one, a, other, b);
        }
    }
}

static void test_families_within_families(void **state)
{
    fixture *f = *state;
    expect_same(f, "hazard_ratio(weibull_ph(1.3, 0.08), 0.7)", "weibull_ph(1.3, 0.7 * 0.08)",
                1e-13);
    expect_same(f, "hazard_ratio(gompertz(0.09, 0.02), 3)", "gompertz(0.09, 0.06)", 1e-13);
    expect_same(f, "hazard_ratio(exponential(0.1), 2)", "exponential(0.2)", 1e-14);
    expect_same(f, "time_ratio(weibull(1.3, 5), 1.5)", "weibull(1.3, 7.5)", 1e-13);
    expect_same(f, "time_ratio(gompertz(0.09, 0.02), 0.5)", "gompertz(0.18, 0.04)", 1e-13);
    expect_same(f, "time_ratio(lognormal(1.1, 0.8), 1.5)", "lognormal(1.1 + log(1.5), 0.8)", 2e-13);
    expect_same(f, "time_ratio(gengamma(1.1, 0.8, 0.5), 1.5)", "gengamma(1.1 + log(1.5), 0.8, 0.5)",
                2e-13);
    expect_same(f, "time_ratio(gamma(1.7, 0.3), 1.5)", "gamma(1.7, 0.2)", 2e-13);
    expect_same(f, "odds_ratio(loglogistic(1.6, 4), 0.5)", "loglogistic(1.6, 4 * 2^(1/1.6))",
                2e-13);
    expect_same(f, "cured(weibull(1.3, 5), 0)", "weibull(1.3, 5)", 2e-13);
    expect_same(f, "odds_ratio(weibull(1.3, 5), 1)", "weibull(1.3, 5)", 2e-13);
    expect_same(f, "switch_at(exponential(0.1), 2, exponential(0.3))",
                "piecewise({0: 0.1, 2: 0.3})", 1e-13);
    expect_same(f, "switch_at(weibull(1.3, 5), 1000, exponential(0.3))", "weibull(1.3, 5)", 2e-13);
    expect_same(f, "switch_at(weibull(1.3, 5), 0, exponential(0.3))", "exponential(0.3)", 2e-13);
    expect_same(f, "hazard_ratio(time_ratio(odds_ratio(gamma(1.7, 0.3), 1), 1), 1)",
                "gamma(1.7, 0.3)", 4e-13);
    f->table->outside = HEC_OUTSIDE_CLAMP;
    expect_same(f, "time_ratio(life_table(r_death, sex, age0), 2)",
                "hazard_ratio(time_ratio(hazard_ratio(life_table(r_death, sex, age0), 2), 2), 0.5)",
                1e-13);
}

/* Hazards of events that compete are added; the lifetimes of who is cured never end. */
static void test_limits(void **state)
{
    fixture *f = *state;
    f->values[T] = 3;
    assert_true(ask(f, "hazard", "competing(exponential(0.1), exponential(0.2))", "t") ==
                0.1 + 0.2);
    f->values[P] = 0.8;
    assert_true(ask(f, "quantile", "cured(weibull(1.3, 5), 0.2)", "p") == INFINITY);
    f->values[P] = 0.79999;
    assert_true(ask(f, "quantile", "cured(weibull(1.3, 5), 0.2)", "p") < 40);
    f->values[P] = 0;
    assert_true(ask(f, "quantile", "cured(weibull(1.3, 5), 1)", "p") == INFINITY);
    assert_true(ask(f, "quantile", "cured(points({0: 1, 1: 0}), 0.5)", "0.6") == INFINITY);
    assert_true(ask(f, "quantile", "cured(points({0: 1, 1: 0}), 0.5)", "0.4") == 1);
    /* nobody is left, and no NaN comes of it */
    assert_true(ask(f, "event_prob", "hazard_ratio(lognormal(log(0.25), 0.12), 2)", "5000, 1") ==
                1);
    assert_true(ask(f, "event_prob", "competing(gompertz(3, 1), exponential(1))", "5000, 1") == 1);
    assert_true(ask(f, "event_prob", "odds_ratio(weibull(5, 0.01), 2)", "5000, 1") == 1);
    assert_true(ask(f, "event_prob", "switch_at(weibull(5, 0.01), 1, gompertz(3, 1))", "5000, 1") ==
                1);
    /* no time passes, nothing happens */
    f->values[T] = 4;
    assert_true(ask(f, "event_prob", "switch_at(weibull(5, 1), 4, gompertz(3, 1))", "t, 0") == 0);
}

/* Where e^H overflows the odds are still multiplied; where pieces meet, the later one holds. */
static void test_far_and_near(void **state)
{
    fixture *f = *state;
    f->values[T] = 750;
    double far = ask(f, "cumhazard", "odds_ratio(exponential(1), 3)", "t");
    assert_true(fabs(far - (750 + log(3))) <= 2e-13);
    f->values[T] = far;
    expect_near("odds_ratio", "H", 750, ask(f, "cumhazard", "odds_ratio(exponential(1), 1/3)", "t"),
                750, 1e-15);
    f->values[T] = 2 - 1e-12;
    assert_true(ask(f, "hazard", "piecewise({0: 0.1, 2: 0.3})", "t") == 0.3);
    assert_true(ask(f, "hazard", "switch_at(exponential(0.1), 2, exponential(0.3))", "t") == 0.3);
    f->values[T] = 2 - 1e-6;
    assert_true(ask(f, "hazard", "piecewise({0: 0.1, 2: 0.3})", "t") == 0.1);
    assert_true(ask(f, "hazard", "switch_at(exponential(0.1), 2, exponential(0.3))", "t") == 0.1);
    f->values[T] = 1.7; /* half a year: 0.3 before, 0.2 after */
    double within = -expm1(-(0.3 * 0.1 + 0.2 * 0.3));
    expect_near("piecewise", "event_prob", 1.7,
                ask(f, "event_prob", "piecewise({0: 0.1, 2: 0.3})", "t"), within, 2e-15);
    expect_near("switch", "event_prob", 1.7,
                ask(f, "event_prob", "switch_at(exponential(0.1), 2, exponential(0.3))", "t"),
                within, 2e-15);
}

/* ---- points ------------------------------------------------------------------------------------
 */

static const char steps[] = "points({0: 1, 3 months: 0.9, 0.5: 72 %, 2: 0.36})";

static void test_points(void **state)
{
    static const double at[][2] = {{0, 1},      {0.2, 1},  {0.25, 0.9}, {0.25 - 1e-12, 0.9},
                                   {0.49, 0.9}, {1, 0.72}, {2, 0.36},   {90, 0.36}};
    static const double quantile[][2] = {{0, 0},      {0.05, 0.25}, {0.1, 0.25}, {0.11, 0.5},
                                         {0.28, 0.5}, {0.6, 2},     {0.64, 2},   {0.65, INFINITY}};
    fixture *f = *state;
    hec_lookup table = {.name = "km",
                        .n_axes = 1,
                        .axis_names = {"t"},
                        .lengths = {4},
                        .axes = {months},
                        .values = shares,
                        .between = HEC_LOOKUP_STEP,
                        .outside = HEC_OUTSIDE_CLAMP};
    f->table = &table;
    for (size_t i = 0; i < 8; i++) {
        fixture_restart(f, false);
        f->values[T] = at[i][0];
        assert_true(ask(f, "survival", steps, "t") == at[i][1]);
        assert_true(ask(f, "survival", "points(km)", "t") == at[i][1]);
        expect_near(steps, "H", at[i][0], ask(f, "cumhazard", steps, "t"), -log(at[i][1]), 2e-16);
        expect_near(steps, "S^2", at[i][0], ask(f, "survival", "hazard_ratio(points(km), 2)", "t"),
                    at[i][1] * at[i][1], 1e-15);
        f->values[P] = quantile[i][0];
        assert_true(ask(f, "quantile", steps, "p") == quantile[i][1]);
        assert_true(ask(f, "quantile", "points(km)", "p") == quantile[i][1]);
    }
    expect_near(steps, "event_prob", 0.25, ask(f, "event_prob", steps, "0.25, 0.25"), 0.2, 1e-15);
    f->values[ENTRY] = 0.3;
    f->values[U] = 0.5; /* 0.9 to 0.45: the step to 0.36 */
    assert_true(event_time(f, steps) == 2);
    f->values[U] = 0.7;
    assert_true(event_time(f, steps) == INFINITY);
    table.outside = HEC_OUTSIDE_ERROR; /* then it is not known what comes after the last point */
    fixture_restart(f, false);
    f->values[T] = 3;
    assert_true(isnan(ask(f, "survival", "points(km)", "t")));
    assert_true(isnan(event_time(f, "points(km)")));
}

/* ---- life tables -------------------------------------------------------------------------------
 */

/* The rates of one sex, summed from age to age + t. */
static long double life(int sex, double from, double to)
{
    long double sum = 0;
    for (int k = 0; k < AGES; k++) {
        double end = k + 1 < AGES ? ages[k + 1] : INFINITY;
        double low = from > ages[k] ? from : ages[k], high = to < end ? to : end;
        sum += high > low ? (long double)rates[sex * AGES + k] * (high - low) : 0;
    }
    return sum;
}

static void test_life_table(void **state)
{
    static const double starts[] = {0, 0.5, 40, 59.75, 74.99}, times[] = {0, 0.4, 1, 9.5, 14};
    static const char *const curve = "life_table(r_death, sex, age0)";
    static const char *const named = "life_table(r_death, age: age0, sex: sex)";
    fixture *f = *state;
    for (int i = 0; i < 50; i++) {
        int sex = i % 2;
        double start = starts[i / 2 % 5], t = times[i / 10];
        f->values[SEX] = sex;
        f->values[AGE0] = start;
        f->values[T] = t;
        fixture_restart(f, i % 3 == 0);
        long double total = life(sex, start, start + t);
        assert_true(fabsl(ask(f, "cumhazard", curve, "t") - total) <= 2e-16L + 1e-15L * total);
        assert_true(ask(f, "cumhazard", named, "t") == ask(f, "cumhazard", curve, "t"));
        expect_near(curve, "survival", t, ask(f, "survival", curve, "t"), (double)expl(-total),
                    1e-15);
        int band = 0;
        while (band + 1 < AGES && ages[band + 1] <= start + t) {
            band++;
        }
        assert_true(ask(f, "hazard", curve, "t") == rates[sex * AGES + band]);
        double within = (double)-expm1l(-life(sex, start + t, start + t + 0.5));
        assert_true(fabs(ask(f, "event_prob", curve, "t") - within) <= 4e-16);
        f->values[P] = (double)-expm1l(-total);
        assert_true(fabs(ask(f, "quantile", curve, "p") - t) <=
                    1e-13 + 4e-16 * (double)total / rates[sex * AGES + band] + 1e-12);
    }
}

static void test_life_table_ends(void **state)
{
    fixture *f = *state;
    f->values[AGE0] = 70;
    /* the last rate holds for as long as the one before: 15 years, until 90 */
    f->values[T] = 20;
    fixture_restart(f, false);
    assert_false(isnan(ask(f, "survival", "life_table(r_death, sex, age0)", "t")));
    f->values[T] = 20.5;
    assert_true(isnan(ask(f, "survival", "life_table(r_death, sex, age0)", "t")));
    assert_true(isnan(ask(f, "hazard", "life_table(r_death, sex, age0)", "t")));
    f->values[P] = 0.999;
    assert_true(isnan(ask(f, "quantile", "life_table(r_death, sex, age0)", "p")));
    f->table->outside = HEC_OUTSIDE_CLAMP;
    fixture_restart(f, false);
    long double total = life(1, 70, 90.5);
    expect_near("life table", "survival", 20.5,
                ask(f, "survival", "life_table(r_death, sex, age0)", "t"), (double)expl(-total),
                1e-15);
    double late = ask(f, "quantile", "life_table(r_death, sex, age0)", "p");
    assert_true(fabsl(life(1, 70, 70 + late) + logl(0.001L)) < 1e-13L);
}

/* Probabilities of dying within a year, the axes the other way round. */
static void test_life_table_of_probabilities(void **state)
{
    fixture *f = *state;
    double chances[2 * AGES];
    for (int i = 0; i < 2 * AGES; i++) {
        chances[i] = -expm1(-by_age[i]);
    }
    chances[2 * AGES - 1] = 1; /* certain at 75 */
    *f->table = (hec_lookup){.name = "q_death",
                             .n_axes = 2,
                             .axis_types = {HEC_TYPE_ANY, {.kind = HEC_KIND_LABEL}},
                             .axis_names = {"age", "sex"},
                             .lengths = {AGES, 2},
                             .axes = {ages, sexes},
                             .values = chances,
                             .type = {.kind = HEC_KIND_PROBABILITY, .interval = 1},
                             .between = HEC_LOOKUP_STEP};
    for (double t = 0; t < 35; t += 0.7) {
        f->values[T] = t;
        expect_near("q", "survival", t, ask(f, "survival", "life_table(q_death, age0, sex)", "t"),
                    (double)expl(-life(1, 40, 40 + t)), 1e-15);
    }
    f->values[T] = 35.1;
    assert_true(ask(f, "survival", "life_table(q_death, age0, sex)", "t") == 0);
    assert_true(ask(f, "event_prob", "life_table(q_death, age0, sex)", "t") == 1);
    f->values[T] = 35;
    assert_true(ask(f, "survival", "life_table(q_death, age0, sex)", "t") > 0.5);
    assert_true(ask(f, "quantile", "life_table(q_death, age0, sex)", "0.999999") == 35);
}

/* Relative survival: the excess hazard and the life table's are added. */
static void test_relative_survival(void **state)
{
    fixture *f = *state;
    f->values[T] = 25;
    double both =
        ask(f, "survival", "competing(weibull(1.3, 30), life_table(r_death, sex, age0))", "t");
    long double total = powl(25 / 30.0L, 1.3) + life(1, 40, 65);
    expect_near("both", "survival", 25, both, (double)expl(-total), 4e-15);
}

/* ---- names -------------------------------------------------------------------------------------
 */

static void test_names(void **state)
{
    static const char *const some[] = {
        "os", "weibull(1.2, 4)", "pfs", "hazard_ratio(os, 2)", "best", "pfs", NULL};
    fixture *f = *state;
    definitions = some;
    f->values[T] = 3;
    fixture_restart(f, false);
    double direct = ask(f, "survival", "hazard_ratio(weibull(1.2, 4), 2)", "t");
    assert_true(ask(f, "survival", "pfs", "t") == direct);
    assert_true(ask(f, "survival", "best", "t") == direct);
    /* asked twice, it is one node */
    assert_int_equal(fixture_lower(f, "survival(pfs, t)").id,
                     fixture_lower(f, "survival(best, t)").id);
    assert_int_equal(fixture_lower(f, "survival(life_table(r_death, sex, age0), t)").id,
                     fixture_lower(f, "survival(life_table(r_death, sex, age0), t)").id);
    assert_int_equal(fixture_lower(f, "survival(points({0: 1, 1: 0.5}), t)").id,
                     fixture_lower(f, "survival(points({0: 1, 1: 0.5}), t)").id);
    assert_int_not_equal(fixture_lower(f, "survival(points({0: 1, 1: 0.5}), t)").id,
                         fixture_lower(f, "survival(points({0: 1, 1: 0.4}), t)").id);
}

/* A table of a curve's name is a table. */
static void test_a_table_wins(void **state)
{
    static const char *const some[] = {"risk", "life_table(sex, age0)", NULL};
    fixture *f = *state;
    f->table->name = "life_table";
    definitions = some;
    assert_null(hec_expr_find_curve(&f->scope, fixture_parse(f, "risk")));
    f->values[AGE0] = 55;
    assert_true(fixture_value(f, "life_table(sex, age0)") == 0.006);
}

/* ---- mistakes ----------------------------------------------------------------------------------
 */

#define M "m.yaml:1:"
#define ARGS " [arguments]\n"

static void test_no_hazard_no_inverse(void **state)
{
    fixture_says(*state, "hazard(hazard_ratio(points({0: 1, 1: 0.5}), 2), t)",
                 M "1: error: a survival that falls in steps has no `hazard`: it is nothing, or "
                   "infinite" ARGS "hazard(hazard_ratio(points({0: 1, 1: 0.5}), 2), t)\n"
                   "^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
                   "  note: " M "21: the steps are here\n"
                   "  hazard(hazard_ratio(points({0: 1, 1: 0.5}), 2), t)\n"
                   "                      ^~~~~~~~~~~~~~~~~~~~~~\n"
                   "  help: event_prob(curve, t, dt) tells what happens within a time\n");
    fixture_says(*state, "quantile(competing(exponential(0.1), weibull(2, 3)), 0.5)",
                 M "1: error: a quantile of events that compete has no closed form" ARGS
                   "quantile(competing(exponential(0.1), weibull(2, 3)), 0.5)\n"
                   "^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
                   "  note: " M "10: they compete here\n"
                   "  quantile(competing(exponential(0.1), weibull(2, 3)), 0.5)\n"
                   "           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
                   "  help: write them as latent times, the earliest of which counts: [D1, D2]\n");
    fixture *f = *state;
    fixture_restart(f, false);
    hec_id zero = hec_graph_constant(f->graph, 0, HEC_NOWHERE);
    assert_int_equal(time_after(f, "competing(exponential(0.1), weibull(2, 3))", zero).id, -1);
    char *said = hec_diagnostics_text(f->diagnostics, false);
    assert_string_equal(said,
                        M "1: error: the time of events that compete has no closed form" ARGS
                          "competing(exponential(0.1), weibull(2, 3))\n"
                          "^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
                          "  help: write them as latent times, the earliest of which counts: [D1, "
                          "D2]\n");
    free(said);
}

static void test_wrong_parameters(void **state)
{
    fixture_says(*state, "survival(hazard_ratio(weibull(2, 3), -1), t)",
                 M "38: error: `hazard_ratio` needs a ratio above 0 here, but this is -1" ARGS
                   "survival(hazard_ratio(weibull(2, 3), -1), t)\n"
                   "                                     ^~\n");
    fixture_says(*state, "survival(cured(weibull(2, 3), 1.5), t)",
                 M "31: error: `cured` needs a fraction between 0 and 1 here, but this is 1.5" ARGS
                   "survival(cured(weibull(2, 3), 1.5), t)\n"
                   "                              ^~~\n");
    fixture_says(*state, "survival(switch_at(weibull(2, 3), rate, weibull(2, 3)), t)",
                 M "35: error: `switch_at` needs a time in years here, but this is a rate per year "
                   "[unit-mismatch]\n"
                   "survival(switch_at(weibull(2, 3), rate, weibull(2, 3)), t)\n"
                   "                                  ^~~~\n");
    fixture_says(*state, "survival(hazard_ratio(t, 2), t)",
                 M "23: error: `hazard_ratio` needs a survival distribution here" ARGS
                   "survival(hazard_ratio(t, 2), t)\n"
                   "                      ^\n"
                   "  help: one of exponential, weibull, weibull_ph, gompertz, loglogistic, "
                   "lognormal, gamma, gengamma, hazard_ratio, time_ratio, odds_ratio, cured, "
                   "competing, switch_at, piecewise, points, life_table; `hecate list curves` "
                   "shows how they are written\n");
    fixture_says(*state, "survival(competing(weibull(2, 3)), t)",
                 M "10: error: `competing` takes at least 2 values, not 1" ARGS
                   "survival(competing(weibull(2, 3)), t)\n"
                   "         ^~~~~~~~~~~~~~~~~~~~~~~~\n"
                   "  help: it is written competing(a, b, ...)\n");
}

static void test_wrong_pairs(void **state)
{
    fixture_says(*state, "survival(piecewise({1: 0.1, 2: 0.2}), t)",
                 M "21: error: the first time of `piecewise` is 0" ARGS
                   "survival(piecewise({1: 0.1, 2: 0.2}), t)\n"
                   "                    ^\n");
    fixture_says(*state, "survival(piecewise({0: 0.1, 0: -0.2}), t)",
                 M
                 "29: error: the times of `piecewise` must rise, but this one is not above the one "
                 "before" ARGS "survival(piecewise({0: 0.1, 0: -0.2}), t)\n"
                 "                            ^\n" M
                 "32: error: `piecewise` needs a rate from 0 on here, but this is -0.2" ARGS
                 "survival(piecewise({0: 0.1, 0: -0.2}), t)\n"
                 "                               ^~~~\n");
    fixture_says(*state, "survival(piecewise(0.3), t)",
                 M
                 "20: error: `piecewise` needs pairs of a time and a value here, such as {0: 0.1, "
                 "2: 0.3}" ARGS "survival(piecewise(0.3), t)\n"
                 "                   ^~~\n");
    fixture_says(*state, "survival(points({0: 0.99, 1: 0.5}), t)",
                 M "21: error: survival starts at 1, but at 0 it is 0.99" ARGS
                   "survival(points({0: 0.99, 1: 0.5}), t)\n"
                   "                    ^~~~\n");
    fixture_says(*state, "survival(points({0: 1, 1: 0.5, 2: 0.6, 3: 0.7}), t)",
                 M "35: error: survival never rises, but at 2 it is 0.6" ARGS
                   "survival(points({0: 1, 1: 0.5, 2: 0.6, 3: 0.7}), t)\n"
                   "                                  ^~~\n");
    fixture_says(*state, "survival(points({0: 1, 1: -0.5}), t)",
                 M "27: error: survival is no less than 0, but at 1 it is -0.5" ARGS
                   "survival(points({0: 1, 1: -0.5}), t)\n"
                   "                          ^~~~\n");
    fixture_says(*state, "survival(points({0: 1, 1: p}), t)",
                 M "27: error: a share of `points` must be known before the run [not-constant]\n"
                   "survival(points({0: 1, 1: p}), t)\n"
                   "                          ^\n");
    fixture_says(*state, "survival(points(r_death), t)",
                 M "17: error: `points` needs a table with one axis, time in years from 0 on, and "
                   "`between: step`; `r_death` is none" ARGS "survival(points(r_death), t)\n"
                   "                ^~~~~~~\n");
}

static void test_wrong_life_tables(void **state)
{
    fixture *f = *state;
    fixture_says(f, "survival(life_table(r_death(sex, age0)), t)",
                 M "21: error: `life_table` needs the name of a table here, and then what it is "
                   "read at" ARGS "survival(life_table(r_death(sex, age0)), t)\n"
                   "                    ^~~~~~~~~~~~~~~~~~\n"
                   "  help: life_table(r_death, age - t, sex): rates by age, from the age at the "
                   "start on\n");
    fixture_says(f, "survival(life_table(r_death, sex), t)",
                 M "10: error: `r_death` takes 2 values, not 1" ARGS
                   "survival(life_table(r_death, sex), t)\n"
                   "         ^~~~~~~~~~~~~~~~~~~~~~~~\n"
                   "  help: it is written r_death(sex, age)\n");
    f->table->type = HEC_TYPE_YEARS;
    fixture_says(f, "survival(life_table(r_death, sex, age0), t)",
                 M "21: error: `life_table` needs a table of rates per year, but `r_death` holds a "
                   "time in years [unit-mismatch]\n"
                   "survival(life_table(r_death, sex, age0), t)\n"
                   "                    ^~~~~~~\n"
                   "  help: unit: 1/year, or unit: probability per 1 year for probabilities of "
                   "dying\n");
    f->table->type = HEC_TYPE_PER_YEAR;
    f->table->between = HEC_LOOKUP_LINEAR;
    fixture_says(f, "survival(life_table(r_death, sex, age0), t)",
                 M "21: error: `life_table` needs a table with `between: step` and at least two "
                   "ages; `r_death` is none" ARGS "survival(life_table(r_death, sex, age0), t)\n"
                   "                    ^~~~~~~\n"
                   "  help: a rate then holds from its age to the next one\n");
    f->table->between = HEC_LOOKUP_STEP;
    f->table->axis_types[0].kind = HEC_KIND_ANY;
    f->table->axis_names[1] = "year";
    fixture_says(f, "survival(life_table(r_death, 1, age0), t)",
                 M "21: error: `life_table` does not see along which axis of `r_death` people "
                   "age" ARGS "survival(life_table(r_death, 1, age0), t)\n"
                   "                    ^~~~~~~\n"
                   "  help: name it `age`\n");
}

/* Ages that grow with the time at which the table is asked would count years double. */
static void test_years_count_once(void **state)
{
    fixture *f = *state;
#define DOUBLE                                                                                     \
    "error: the age at which this life table starts grows with time, and so does the time at "     \
    "which it is asked: people would age twice as fast" ARGS
#define CURE                                                                                       \
    "  help: state the age at time 0 of the curve: `age - t` is the age at the start, `age - "     \
    "time_in_state` that on entering\n"
    fixture_says(f, "survival(life_table(r_death, sex, age0 + t), t)",
                 M "10: " DOUBLE "survival(life_table(r_death, sex, age0 + t), t)\n"
                   "         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n" CURE);
    fixture_says(f, "event_prob(life_table(r_death, sex, age0 + t), time_in_state)",
                 M "12: " DOUBLE "event_prob(life_table(r_death, sex, age0 + t), time_in_state)\n"
                   "           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n" CURE);
    fixture_restart(f, false);
    f->values[T] = 3;
    assert_true(ask(f, "survival", "life_table(r_death, sex, age0 + t - t)", "t") ==
                ask(f, "survival", "life_table(r_death, sex, age0)", "t"));
    assert_true(ask(f, "event_prob", "life_table(r_death, sex, age0 + t)", "0") > 0);
    assert_true(ask(f, "event_prob", "life_table(r_death, sex, age0 + t - time_in_state)",
                    "time_in_state") > 0);
}

static void test_circles(void **state)
{
    static const char *const some[] = {"os", "cured(pfs, 0.1)", "pfs", "hazard_ratio(os, 2)", NULL};
    fixture *f = *state;
    definitions = some;
    fixture_restart(f, false);
    assert_int_equal(fixture_lower(f, "survival(os, t)").id, -1);
    assert_int_equal(fixture_lower(f, "survival(pfs, t)").id, -1);
    char *said = hec_diagnostics_text(f->diagnostics, false);
    assert_non_null(strstr(said, "error: this distribution is made of itself [definition-loop]"));
    free(said);
    static const char *const other[] = {"a", "b", "b", "a", NULL};
    definitions = other;
    fixture_restart(f, false);
    hec_expr *expr = fixture_parse(f, "a");
    assert_null(hec_expr_find_curve(&f->scope, expr));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values),
        TEST(test_event_times),
        TEST(test_families_within_families),
        TEST(test_limits),
        TEST(test_far_and_near),
        TEST(test_points),
        TEST(test_life_table),
        TEST(test_life_table_ends),
        TEST(test_life_table_of_probabilities),
        TEST(test_relative_survival),
        TEST(test_names),
        TEST(test_a_table_wins),
        TEST(test_no_hazard_no_inverse),
        TEST(test_wrong_parameters),
        TEST(test_wrong_pairs),
        TEST(test_wrong_life_tables),
        TEST(test_years_count_once),
        TEST(test_circles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
