/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who persons are: drawn, in shares, rows of a file; pairs that mirror each other; designs. */
#include "persons_fixture.h"

#define MODEL(engine, population)                                                                  \
    "hecate: 1\n"                                                                                  \
    "model: people\n"                                                                              \
    "time: {cycle: 1 year, cycles: 4}\n"                                                           \
    "engine: {microsimulation: {" engine "}}\n"                                                    \
    "uncertainty: {seed: 7}\n"                                                                     \
    "population: " population "\n"                                                                 \
    "chains: {c: {start: A, states: {A: {cost: 1, to: {D: 0.1}}, D: {dead: true}}}}\n"             \
    "economics: {perspective: all, currency: CNY, discount: 0%, discounting: discrete,\n"          \
    "            within_cycle: start, effect: qaly}\n"

/* Attribute columns of `count` persons: [attributes][count]. */
static double *draw(const fixture *f, int64_t first, size_t count, int64_t draw_number)
{
    size_t n = f->model->population.n_attributes;
    assert_non_null(f->persons);
    hec_persons_work *work = hec_persons_work_create(f->persons, count);
    double *out = malloc((n * count + 1) * sizeof *out), none = 0;
    assert_true(work && out);
    hec_persons_begin(f->persons, work,
                      &(hec_person_block){.kernels = hk_select(NULL),
                                          .seed = FIXTURE_SEED,
                                          .draw = draw_number,
                                          .draw_values = &none,
                                          .first = first,
                                          .n = count});
    for (size_t a = 0; a < n; a++) {
        memcpy(out + a * count, hec_persons_attribute(f->persons, work, a), count * sizeof *out);
    }
    hec_persons_work_destroy(work);
    return out;
}

enum { MANY = 40000 };

static void assert_mean(const double *x, size_t n, double wanted)
{
    double error, mean = mean_of(x, (int64_t)n, &error);
    if (!(fabs(mean - wanted) <= 4 * error)) {
        fail_msg("%.9g is not %.9g, standard error %.3g", mean, wanted, error);
    }
}

static void attributes_are_drawn(void **state)
{
    (void)state;
    fixture f =
        fixture_open(MODEL("persons: 40000", "\n  x: {dist: normal(mean: 10, sd: 2)}"
                                             "\n  y: {dist: normal(mean: -5, sd: 3)}"
                                             "\n  sex: {shares: {male: 0.3, female: 0.7}}"
                                             "\n  n: {shares: {2: 0.5, 4: 0.25, 8: 0.25}}"
                                             "\n  fixed: 3"
                                             "\n  correlations: [{between: [x, y], rho: -0.6}]"));
    double *a = draw(&f, 0, MANY, -1), *xx = malloc(MANY * sizeof *xx);
    double *x = a, *y = a + MANY, *sex = y + MANY, *n = sex + MANY, *fixed = n + MANY;
    assert_mean(x, MANY, 10);
    assert_mean(y, MANY, -5);
    assert_mean(n, MANY, 4);
    for (size_t i = 0; i < MANY; i++) {
        xx[i] = (x[i] - 10) / 2 * (y[i] + 5) / 3;
        assert_true(fixed[i] == 3);
        assert_true(sex[i] == 0 || sex[i] == 1);
        assert_true(n[i] == 2 || n[i] == 4 || n[i] == 8);
    }
    assert_mean(xx, MANY, -0.6);
    for (size_t i = 0; i < MANY; i++) {
        xx[i] = (x[i] - 10) * (x[i] - 10);
    }
    assert_mean(xx, MANY, 4);
    assert_mean(sex, MANY, 0.7); /* words are numbered as they are written */
    /* another draw has other persons, the same draw the same */
    double *b = draw(&f, 0, MANY, 0), *c = draw(&f, 17, 100, -1);
    assert_true(b[0] != a[0] && b[MANY] != a[MANY]);
    for (size_t k = 0; k < 5; k++) {
        assert_memory_equal(c + k * 100, a + k * MANY + 17, 100 * sizeof *c);
    }
    free(xx);
    free(a);
    free(b);
    free(c);
    fixture_close(&f);
}

static void pairs_mirror(void **state)
{
    (void)state;
    fixture f = fixture_open(MODEL("persons: 1000, antithetic: true",
                                   "\n  x: {dist: normal(mean: 10, sd: 2)}"
                                   "\n  sex: {shares: {male: 0.5, female: 0.5}}"));
    double *a = draw(&f, 3, 201, -1); /* 3; then pairs (4, 5), (6, 7), ... */
    for (size_t i = 1; i + 1 < 201; i += 2) {
        assert_true(fabs(a[i] + a[i + 1] - 20) < 1e-12);
        assert_true(a[201 + i] + a[201 + i + 1] == 1);
    }
    free(a);
    fixture_close(&f);
    /* a number of chance and its mirror image sum to one, in each cycle and for life */
    f = fixture_open("hecate: 1\n"
                     "model: pairs\n"
                     "time: {cycle: 1 year, cycles: 5}\n"
                     "engine: {microsimulation: {persons: 1000, antithetic: true}}\n"
                     "uncertainty: {seed: 7}\n"
                     "chains: {c: {start: A, states: {A: {}, D: {dead: true}}}}\n"
                     "alive: {effect: {now: random('x'), ever: random_once('y')}}\n"
                     "economics: {perspective: all, currency: CNY, discount: 0%,\n"
                     "  discounting: discrete, within_cycle: start, effect: qaly}\n");
    runs options = {.count = 100, .draw = -1};
    double *totals = fixture_run(&f, &options);
    const double *now = totals_of(&f, totals, 0, 0, outcome_of(&f, "now"), 100);
    const double *ever = totals_of(&f, totals, 0, 0, outcome_of(&f, "ever"), 100);
    for (size_t i = 0; i < 100; i += 2) {
        assert_true(fabs(now[i] + now[i + 1] - 5) < 1e-14 * 10);
        assert_true(fabs(ever[i] + ever[i + 1] - 5) < 1e-14 * 10);
        assert_true(now[i] != 5 * floor(now[i] / 5) && now[i] != ever[i]);
    }
    free(totals);
    fixture_close(&f);
}

/* 4096 points of Sobol's sequence: each of 4096 equal intervals of probability has just one. */
static void sobol_fills_evenly(void **state)
{
    (void)state;
    enum { POINTS = 4096 };
    fixture f =
        fixture_open(MODEL("persons: 4096, design: sobol", "\n  x: {dist: normal(mean: 0, sd: 1)}"
                                                           "\n  y: {dist: uniform(0, 1)}"));
    double *a = draw(&f, 0, POINTS, -1);
    char seen[2][POINTS] = {{0}};
    for (size_t i = 0; i < POINTS; i++) {
        double u = hk_scalar(HK_NORMAL_CDF, a[i], 0, 0);
        seen[0][(size_t)fmin(floor(u * POINTS), POINTS - 1)]++;
        seen[1][(size_t)fmin(floor(a[POINTS + i] * POINTS), POINTS - 1)]++;
    }
    for (size_t i = 0; i < POINTS; i++) {
        assert_int_equal(seen[0][i], 1);
        assert_int_equal(seen[1][i], 1);
    }
    free(a);
    fixture_close(&f);
}

static void write_patients(void)
{
    FILE *file = fopen("patients.csv", "w");
    assert_non_null(file);
    fprintf(file, "id,x,w\n1,5,0.5\n2,7,0\n3,9,0.3\n4,11,0.2\n");
    fclose(file);
}

static void rows_of_a_file(void **state)
{
    (void)state;
    write_patients();
    fixture f = fixture_open(MODEL("persons: 10", "{file: patients.csv, rows: in-turn}"));
    double *a = draw(&f, 0, 11, -1);
    size_t x = 0;
    while (strcmp(f.model->population.attributes[x], "x") != 0) {
        x++;
    }
    for (size_t i = 0; i < 11; i++) {
        assert_true(a[x * 11 + i] == 5 + 2 * (double)(i % 4));
    }
    free(a);
    fixture_close(&f);
    f = fixture_open(MODEL("persons: 10", "{file: patients.csv, weight: w}"));
    a = draw(&f, 0, MANY, -1);
    double share[12] = {0};
    for (size_t i = 0; i < MANY; i++) {
        share[(size_t)a[x * MANY + i]] += 1.0 / MANY;
    }
    assert_true(share[7] == 0);
    static const double wanted[12] = {[5] = 0.5, [9] = 0.3, [11] = 0.2};
    for (size_t i = 0; i < 12; i++) {
        assert_true(fabs(share[i] - wanted[i]) <= 4 * sqrt(wanted[i] * (1 - wanted[i]) / MANY));
    }
    free(a);
    fixture_close(&f);
    f = fixture_open(MODEL("persons: 10", "{file: patients.csv, rows: drawn}"));
    a = draw(&f, 0, MANY, -1);
    assert_mean(a + x * MANY, MANY, 8);
    free(a);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_drawn),
        cmocka_unit_test(pairs_mirror),
        cmocka_unit_test(sobol_fills_evenly),
        cmocka_unit_test(rows_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
