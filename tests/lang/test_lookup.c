/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables read for many lanes against the same tables read one value at a time, bit for bit. */
#include <math.h>
#include <string.h>

#include "language_fixture.h"

#include "lang/program.h"

enum { LANES = 200, POINTS = 12, AXES = 4 };

typedef struct rng {
    uint64_t state;
} rng;

static uint32_t below(rng *r, uint32_t n)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = r->state ^ (r->state >> 29);
    return (uint32_t)((x * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % n;
}

typedef struct table {
    hec_lookup lookup;
    double points[AXES][POINTS], values[POINTS * POINTS * POINTS * POINTS];
} table;

static void make_axis(table *t, rng *r, int axis)
{
    double *points = t->points[axis];
    size_t length = 1 + below(r, POINTS);
    bool label = below(r, 4) == 0, even = label || below(r, 2);
    double at = label ? 0 : below(r, 100) / 7.0 - 5, step = label ? 1 : 0.1 + below(r, 50) / 9.0;
    for (size_t i = 0; i < length; i++) {
        points[i] = even ? at + step * (double)i : at;
        at += even ? 0 : 0.001 + below(r, 4000) / 300.0;
    }
    t->lookup.axis_types[axis].kind = label ? HEC_KIND_LABEL : HEC_KIND_QUANTITY;
    t->lookup.lengths[axis] = length;
    t->lookup.axes[axis] = points;
}

static void make_table(table *t, rng *r)
{
    static const double awkward[] = {0, -0.0, INFINITY, -INFINITY, NAN, 1e308, -1e308};
    memset(&t->lookup, 0, sizeof t->lookup);
    t->lookup.name = "table";
    t->lookup.n_axes = 1 + (int)below(r, AXES);
    t->lookup.values = t->values;
    t->lookup.between = below(r, 3);
    t->lookup.outside = below(r, 2);
    size_t cells = 1;
    for (int a = 0; a < t->lookup.n_axes; a++) {
        make_axis(t, r, a);
        cells *= t->lookup.lengths[a];
    }
    for (size_t i = 0; i < cells; i++) {
        t->values[i] = below(r, 8) ? below(r, 100000) / 321.0 - 100 : awkward[below(r, 7)];
    }
}

/* At a point, near it, not quite near it, anywhere, nowhere. */
static double make_x(const table *t, rng *r, int axis)
{
    static const double off[] = {0, 0, 0, 1e-9, -1e-9, 0.5e-9, -0.9e-9, 1.1e-9, -2e-9};
    size_t length = t->lookup.lengths[axis];
    const double *points = t->points[axis];
    double point = points[below(r, (uint32_t)length)];
    switch (below(r, 8)) {
    case 0:
        return point + below(r, 1000) / 100.0 - 5;
    case 1:
        return below(r, 3) == 0 ? NAN : below(r, 2) ? INFINITY : -1e300;
    case 2:
        return points[0] + (points[length - 1] - points[0]) * below(r, 1000) / 1000;
    default:
        return point + off[below(r, 9)];
    }
}

static void compare(const table *t, const hk_table *kernels, hec_arena *arena, rng *r)
{
    static double x[AXES][LANES], out[LANES];
    const double *columns[AXES] = {x[0], x[1], x[2], x[3]};
    const hk_lookup *lanes = hec_lookup_for_lanes(arena, &t->lookup);
    size_t n = 1 + below(r, LANES - 1);
    unsigned numbers = below(r, 3) ? 0 : below(r, 1u << t->lookup.n_axes);
    assert_non_null(lanes);
    for (int a = 0; a < t->lookup.n_axes; a++) {
        for (size_t i = 0; i < LANES; i++) {
            x[a][i] = make_x(t, r, a);
        }
    }
    out[n] = 777;
    kernels->lookup(n, lanes, columns, numbers, out);
    assert_true(out[n] == 777);
    for (size_t i = 0; i < n; i++) {
        double at[AXES] = {0};
        for (int a = 0; a < t->lookup.n_axes; a++) {
            at[a] = x[a][numbers >> a & 1 ? 0 : i];
        }
        double one = hec_lookup_value(&t->lookup, at);
        if (memcmp(&one, &out[i], sizeof one) != 0 && !(isnan(one) && isnan(out[i]))) {
            fail_msg("%s, %d axes, at %.17g, %.17g, %.17g, %.17g: %a, not %a", kernels->isa,
                     t->lookup.n_axes, at[0], at[1], at[2], at[3], out[i], one);
        }
    }
}

static void test_tables_for_lanes(void **state)
{
    const hk_table *levels[4];
    size_t n_levels = hk_levels(levels);
    static table t;
    rng r = {7};
    (void)state;
    for (int round = 0; round < 6000; round++) {
        hec_arena *arena = hec_arena_create();
        make_table(&t, &r);
        compare(&t, levels[(size_t)round % n_levels], arena, &r);
        hec_arena_destroy(arena);
    }
}

/* Ages in years are counted, uneven ones searched. */
static void test_even_axes(void **state)
{
    static double ages[101], values[101], uneven[] = {0, 1, 2, 3, 50};
    hec_lookup lookup = {.n_axes = 1, .lengths = {101}, .axes = {ages}, .values = values};
    hec_arena *arena = hec_arena_create();
    (void)state;
    for (int i = 0; i <= 100; i++) {
        ages[i] = 0.1 * i;
    }
    assert_true(fabs(hec_lookup_for_lanes(arena, &lookup)->axes[0].steps - 10) < 1e-9);
    lookup.axes[0] = uneven;
    lookup.lengths[0] = 5;
    assert_true(hec_lookup_for_lanes(arena, &lookup)->axes[0].steps == 0);
    hec_arena_destroy(arena);
}

/* Integrals along an axis are read one by one. */
static void test_other_readings(void **state)
{
    static const double points[] = {0, 1}, values[] = {1, 2};
    hec_lookup lookup = {.n_axes = 1,
                         .lengths = {2},
                         .axes = {points},
                         .values = values,
                         .areas = values,
                         .reading = HEC_LOOKUP_AREA};
    hec_arena *arena = hec_arena_create();
    (void)state;
    assert_null(hec_lookup_for_lanes(arena, &lookup));
    hec_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_for_lanes),
        cmocka_unit_test(test_even_axes),
        cmocka_unit_test(test_other_readings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
