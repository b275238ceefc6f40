/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs: random graphs run the way an engine runs them, against the scalar evaluator of the
 * same graph and of a plain one, bit for bit; and what is computed where. */
#include "language_fixture.h"

#include "lang/special.h"

static const hec_place nowhere = {-1, 0, 0};

enum { INPUTS = 10, STRATA = 2, DURATIONS = 3, CYCLES = 2, SETS = 4, ROOTS = 7, STRIDE = 136 };

typedef struct rng {
    uint64_t state;
} rng;

static uint32_t next(rng *r)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = r->state ^ (r->state >> 29);
    return (uint32_t)((x * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static uint32_t below(rng *r, uint32_t n)
{
    return next(r) % n;
}

/* ---- random graphs -----------------------------------------------------------------------------
 */

typedef struct world {
    hec_arena *arena;
    hec_graph *graph, *plain;
    uint8_t depends[INPUTS];
    size_t n_nodes;
    hec_id ids[200], plain_ids[200]; /* the same expression in both graphs */
    uint8_t lane_depends;
    size_t n_sets, n_roots[SETS];
    size_t picks[SETS][ROOTS]; /* roots as indices of ids */
    hec_id roots[SETS][ROOTS];
    bool want[SETS][ROOTS];
    hec_program *program;
} world;

static const double axis_a[] = {-1, 0, 0.5, 2}, axis_b[] = {0, 1};
static const double table_values[] = {1, -2, 0.25, 4, 5, 1e9, -7, 0};
static const hec_lookup tables[] = {
    {.name = "linear",
     .n_axes = 2,
     .lengths = {4, 2},
     .axes = {axis_a, axis_b},
     .values = table_values,
     .between = HEC_LOOKUP_LINEAR,
     .outside = HEC_OUTSIDE_CLAMP},
    {.name = "step",
     .n_axes = 1,
     .lengths = {4},
     .axes = {axis_a},
     .values = table_values,
     .between = HEC_LOOKUP_STEP},
};

static double awkward(rng *r)
{
    static const double values[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, INFINITY, NAN, 1e-300, 1e300};
    return below(r, 3) == 0 ? values[below(r, 10)] : (double)below(r, 4001) / 1000 - 2;
}

static void add_node(world *w, hec_id shared, hec_id plain)
{
    assert_true(shared >= 0 && plain >= 0);
    w->ids[w->n_nodes] = shared;
    w->plain_ids[w->n_nodes++] = plain;
}

static void add_random_node(world *w, rng *r)
{
    hec_id a[4], b[4];
    uint32_t what = below(r, 20);
    for (int k = 0; k < 4; k++) {
        /* mostly of late, so that expressions grow deep */
        size_t reach = below(r, 3) ? (w->n_nodes < 8 ? w->n_nodes : 8) : w->n_nodes;
        size_t pick = w->n_nodes - 1 - below(r, (uint32_t)reach);
        a[k] = w->ids[pick];
        b[k] = w->plain_ids[pick];
    }
    if (what == 0) {
        double value = awkward(r);
        add_node(w, hec_graph_constant(w->graph, value, nowhere),
                 hec_graph_constant(w->plain, value, nowhere));
    } else if (what == 1) {
        const hec_lookup *table = &tables[below(r, 2)];
        add_node(w, hec_graph_lookup(w->graph, table, a, nowhere),
                 hec_graph_lookup(w->plain, table, b, nowhere));
    } else if (what == 2) {
        int32_t special = (int32_t)below(r, HEC_SPECIAL_COUNT);
        add_node(w, hec_graph_special(w->graph, special, a, nowhere),
                 hec_graph_special(w->plain, special, b, nowhere));
    } else {
        hk_op op = (hk_op)below(r, HK_OP_COUNT);
        add_node(w, hec_graph_op(w->graph, op, a[0], a[1], a[2], nowhere),
                 hec_graph_op(w->plain, op, b[0], b[1], b[2], nowhere));
    }
}

static void make_world(world *w, rng *r, uint8_t lane_depends)
{
    *w = (world){.arena = hec_arena_create(), .lane_depends = lane_depends};
    w->graph = hec_graph_create(w->arena, false);
    w->plain = hec_graph_create(w->arena, true);
    for (int i = 0; i < INPUTS; i++) {
        static const uint8_t usual[] = {HEC_DEP_DRAW, HEC_DEP_STRATUM, HEC_DEP_DURATION,
                                        HEC_DEP_CYCLE, 0};
        w->depends[i] = (uint8_t)(below(r, 4) ? usual[below(r, 5)] : below(r, 16));
        add_node(w, hec_graph_input(w->graph, i, w->depends[i], "x", nowhere),
                 hec_graph_input(w->plain, i, w->depends[i], "x", nowhere));
    }
    for (size_t n = 5 + below(r, 120); n > 0; n--) {
        add_random_node(w, r);
    }
    const hec_id *roots[SETS];
    const bool *want[SETS];
    w->n_sets = 1 + below(r, SETS);
    for (size_t s = 0; s < w->n_sets; s++) {
        w->n_roots[s] = below(r, ROOTS + 1);
        for (size_t k = 0; k < w->n_roots[s]; k++) {
            w->picks[s][k] = below(r, (uint32_t)w->n_nodes);
            w->roots[s][k] = below(r, 30) ? w->ids[w->picks[s][k]] : -1;
            w->want[s][k] = below(r, 3) == 0;
        }
        roots[s] = w->roots[s];
        want[s] = below(r, 4) ? w->want[s] : NULL;
    }
    w->program = hec_program_compile(w->arena, w->graph, lane_depends, w->n_sets, w->n_roots, roots,
                                     below(r, 8) ? want : NULL);
    assert_non_null(w->program);
}

/* ---- a small engine ----------------------------------------------------------------------------
 */

/* Where its loops stand; -1: the loop has not begun, and its inputs must not be read. */
typedef struct moment {
    int stratum, duration, cycle;
} moment;

typedef struct engine {
    const world *w;
    const hk_table *kernels;
    hec_frames frames;
    double *columns[INPUTS], values[INPUTS];
    double *lane[HEC_STAGE_COUNT], *uniform[HEC_STAGE_COUNT];
    double *duration_lane[DURATIONS], *duration_uniform[DURATIONS];
    uint64_t seed;
    size_t checked;
} engine;

static double input_value(const engine *e, int index, size_t lane, moment now)
{
    uint8_t depends = e->w->depends[index];
    uint64_t key = e->seed + (uint64_t)index * 1000003;
    if (e->w->lane_depends == HEC_DEP_STRATUM) {
        now.stratum = 0; /* lanes are persons: there is no loop over strata */
    }
    if ((depends & HEC_DEP_STRATUM && now.stratum < 0) ||
        (depends & HEC_DEP_DURATION && now.duration < 0) ||
        (depends & HEC_DEP_CYCLE && now.cycle < 0)) {
        return 777e77; /* poison */
    }
    key = key * 31 + (depends & e->w->lane_depends ? lane + 1 : 0);
    key = key * 31 + (uint64_t)(depends & HEC_DEP_STRATUM ? now.stratum + 1 : 0);
    key = key * 31 + (uint64_t)(depends & HEC_DEP_DURATION ? now.duration + 1 : 0);
    key = key * 31 + (uint64_t)(depends & HEC_DEP_CYCLE ? now.cycle + 1 : 0);
    rng r = {key};
    next(&r);
    return awkward(&r);
}

static void set_inputs(engine *e, moment now)
{
    for (int i = 0; i < INPUTS; i++) {
        e->values[i] = input_value(e, i, 0, now);
        for (size_t lane = 0; lane < e->frames.lanes; lane++) {
            e->columns[i][lane] = input_value(e, i, lane, now);
        }
        if (e->w->depends[i] & e->w->lane_depends) {
            e->values[i] = 777e77;
        } else {
            e->columns[i][0] = 777e77;
        }
    }
}

static void run(engine *e, size_t set, hec_stage stage, moment now)
{
    set_inputs(e, now);
    hec_program_run(e->w->program, e->kernels, set, stage, &e->frames);
}

static bool same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void check_lane(engine *e, size_t set, size_t root, size_t lane, moment now, double got)
{
    const world *w = e->w;
    double inputs[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
        inputs[i] = input_value(e, i, lane, now);
    }
    double shared = hec_evaluate(w->graph, w->roots[set][root], inputs);
    double plain = hec_evaluate(w->plain, w->plain_ids[w->picks[set][root]], inputs);
    if (!same_bits(got, shared) || !same_bits(got, plain)) {
        fail_msg("seed %llu set %zu root %zu lane %zu: %a, evaluated %a, plain %a",
                 (unsigned long long)e->seed, set, root, lane, got, shared, plain);
    }
    e->checked++;
}

static void check_roots(engine *e, size_t set, moment now)
{
    const world *w = e->w;
    for (size_t k = 0; k < w->n_roots[set]; k++) {
        hec_slot slot = hec_program_root(w->program, set, k);
        const double *at = hec_slot_address(&e->frames, slot);
        if (w->roots[set][k] < 0) {
            assert_int_equal(slot.column, -1);
            assert_null(at);
            continue;
        }
        bool lanes = hec_graph_node_at(w->graph, w->roots[set][k])->depends & w->lane_depends;
        assert_true(!slot.uniform || !lanes);
        size_t step = e->frames.lanes > 8 ? e->frames.lanes / 4 : 1;
        for (size_t lane = 0; lane < e->frames.lanes; lane += step) {
            check_lane(e, set, k, lane, now, slot.uniform ? *at : at[lane]);
        }
    }
}

static void use_duration(engine *e, int d)
{
    e->frames.lane[HEC_STAGE_DURATION] = e->duration_lane[d];
    e->frames.uniform[HEC_STAGE_DURATION] = e->duration_uniform[d];
}

static void run_set(engine *e, size_t set)
{
    run(e, set, HEC_STAGE_STRATEGY, (moment){-1, -1, -1});
    for (int s = 0; s < STRATA; s++) {
        run(e, set, HEC_STAGE_STRATUM, (moment){s, -1, -1});
        for (int d = 0; d < DURATIONS; d++) {
            use_duration(e, d);
            run(e, set, HEC_STAGE_DURATION, (moment){s, d, -1});
        }
        for (int c = 0; c < CYCLES; c++) {
            run(e, set, HEC_STAGE_CYCLE, (moment){s, -1, c});
            for (int d = 0; d < DURATIONS; d++) {
                use_duration(e, d);
                run(e, set, HEC_STAGE_CELL, (moment){s, d, c});
                check_roots(e, set, (moment){s, d, c});
            }
        }
    }
}

/* Frames of exactly the size the program asks for, full of NaN: the address sanitizer sees a step
 * beyond them, the comparison a value that was never written. */
static double *frame(size_t count)
{
    double *columns = hec_aligned_doubles(count + 1);
    for (size_t i = 0; i < count; i++) {
        columns[i] = 777e77;
    }
    return columns;
}

static void open_frames(engine *e, size_t set)
{
    const hec_program *program = e->w->program;
    for (int s = 0; s < HEC_STAGE_COUNT; s++) {
        if (s == HEC_STAGE_SHARED && set > 0) {
            continue;
        }
        size_t lanes = hec_program_lane_columns(program, set, (hec_stage)s) * STRIDE;
        size_t uniforms = hec_program_uniform_columns(program, set, (hec_stage)s);
        e->frames.lane[s] = e->lane[s] = frame(lanes);
        e->frames.uniform[s] = e->uniform[s] = frame(uniforms);
        for (int d = 0; s == HEC_STAGE_DURATION && d < DURATIONS; d++) {
            e->duration_lane[d] = frame(lanes);
            e->duration_uniform[d] = frame(uniforms);
        }
    }
}

static void close_frames(engine *e, bool shared)
{
    for (int s = 0; s < HEC_STAGE_COUNT; s++) {
        if ((s == HEC_STAGE_SHARED) == shared) {
            hec_aligned_free(e->lane[s]);
            hec_aligned_free(e->uniform[s]);
        }
    }
    for (int d = 0; !shared && d < DURATIONS; d++) {
        hec_aligned_free(e->duration_lane[d]);
        hec_aligned_free(e->duration_uniform[d]);
    }
}

static size_t run_world(const world *w, const hk_table *kernels, size_t lanes, uint64_t seed)
{
    engine e = {.w = w, .kernels = kernels, .seed = seed};
    e.frames.lanes = lanes;
    e.frames.stride = STRIDE;
    e.frames.input_columns = (const double *const *)e.columns;
    e.frames.input_values = e.values;
    for (int i = 0; i < INPUTS; i++) {
        e.columns[i] = frame(STRIDE);
    }
    for (size_t set = 0; set < w->n_sets; set++) {
        open_frames(&e, set);
        if (set == 0) {
            run(&e, 0, HEC_STAGE_SHARED, (moment){-1, -1, -1});
        }
        run_set(&e, set);
        close_frames(&e, false);
    }
    close_frames(&e, true);
    for (int i = 0; i < INPUTS; i++) {
        hec_aligned_free(e.columns[i]);
    }
    return e.checked;
}

static void test_random_programs(void **state)
{
    static const size_t lanes[] = {1, 7, 64, 130};
    static const uint8_t depends[] = {HEC_DEP_DRAW, HEC_DEP_DRAW, HEC_DEP_STRATUM, 0};
    const hk_table *levels[4];
    size_t n_levels = hk_levels(levels), checked = 0;
    (void)state;
    assert_true(n_levels > 0);
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        rng r = {seed};
        world w;
        make_world(&w, &r, depends[seed % 4]);
        /* every hundredth on all levels, the others in turn */
        for (size_t level = 0; level < n_levels; level++) {
            if (seed % 100 == 0 || seed % n_levels == level) {
                checked += run_world(&w, levels[level], lanes[seed / 4 % 4], seed);
            }
        }
        hec_arena_destroy(w.arena);
    }
    assert_true(checked > 100000);
}

/* ---- what is computed where --------------------------------------------------------------------
 */

typedef struct shop {
    hec_arena *arena;
    hec_graph *graph;
    hec_id draw, age, duration, t, zero_dependence;
} shop;

static int open_shop(void **state)
{
    static shop s;
    s.arena = hec_arena_create();
    s.graph = hec_graph_create(s.arena, false);
    s.draw = hec_graph_input(s.graph, 0, HEC_DEP_DRAW, "draw", nowhere);
    s.age = hec_graph_input(s.graph, 1, HEC_DEP_STRATUM, "age", nowhere);
    s.duration = hec_graph_input(s.graph, 2, HEC_DEP_DURATION, "duration", nowhere);
    s.t = hec_graph_input(s.graph, 3, HEC_DEP_CYCLE, "t", nowhere);
    s.zero_dependence = hec_graph_input(s.graph, 4, 0, "fixed", nowhere);
    *state = &s;
    return 0;
}

static int close_shop(void **state)
{
    shop *s = *state;
    hec_arena_destroy(s->arena);
    return 0;
}

static hec_id op(const shop *s, hk_op code, hec_id a, hec_id b)
{
    return hec_graph_op(s->graph, code, a, b, -1, nowhere);
}

static void expect_counts(const hec_program *program, size_t set, const size_t *wanted)
{
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        assert_int_equal(hec_program_instructions(program, set, (hec_stage)stage), wanted[stage]);
    }
}

static void test_hoisting(void **state)
{
    shop *s = *state;
    hec_graph *g = s->graph;
    hec_id two = hec_graph_constant(g, 2, nowhere);
    hec_id of_draw = op(s, HK_MUL, op(s, HK_EXP, s->draw, -1), two);          /* 2 */
    hec_id of_age = op(s, HK_EXP, s->age, -1);                                /* 1 uniform */
    hec_id of_time = op(s, HK_LOG, s->t, -1);                                 /* 1 uniform */
    hec_id of_duration = op(s, HK_SQRT, s->duration, -1);                     /* 1 uniform */
    hec_id of_cell = op(s, HK_POW, op(s, HK_ADD, s->t, s->duration), s->age); /* 2 uniform */
    hec_id slow = op(s, HK_ADD, of_draw, of_age);                             /* stratum, lanes */
    hec_id cycle = op(s, HK_MUL, slow, of_time);                              /* cycle, lanes */
    hec_id stay = op(s, HK_MUL, of_draw, of_duration);                        /* duration, lanes */
    hec_id cell = op(s, HK_SUB, cycle, stay);                                 /* cell, lanes */
    hec_id last = op(s, HK_MUL, cell, of_cell);                               /* cell: multiply */
    hec_program *program = hec_program_compile(s->arena, g, HEC_DEP_DRAW, 1, (size_t[]){1},
                                               (const hec_id *[]){&last}, NULL);
    assert_non_null(program);
    expect_counts(program, 0,
                  (size_t[]){[HEC_STAGE_STRATEGY] = 2,
                             [HEC_STAGE_STRATUM] = 2,
                             [HEC_STAGE_DURATION] = 2,
                             [HEC_STAGE_CYCLE] = 2,
                             [HEC_STAGE_CELL] = 4});
    assert_int_equal(hec_program_root_stage(program, 0, 0), HEC_STAGE_CELL);
    /* what a deeper stage reads keeps its column; numbers need none */
    assert_int_equal(hec_program_lane_columns(program, 0, HEC_STAGE_STRATUM), 1);
    assert_int_equal(hec_program_lane_columns(program, 0, HEC_STAGE_DURATION), 1);
    assert_int_equal(hec_program_lane_columns(program, 0, HEC_STAGE_CYCLE), 1);
}

static void test_shared_between_strategies(void **state)
{
    shop *s = *state;
    hec_id common = op(s, HK_EXP, s->draw, -1), doubled = op(s, HK_ADD, common, common);
    hec_id fixed = op(s, HK_EXP, s->zero_dependence, -1);
    hec_id a = op(s, HK_MUL, doubled, fixed), b = op(s, HK_SUB, doubled, fixed);
    hec_id timed = op(s, HK_MUL, doubled, s->t);
    const hec_id first[] = {a, timed}, second[] = {b, timed};
    hec_program *program =
        hec_program_compile(s->arena, s->graph, HEC_DEP_DRAW, 2, (size_t[]){2, 2},
                            (const hec_id *[]){first, second}, NULL);
    /* shared: exp, add, exp of the uniform; each: its own, then the product with t in every cycle
     */
    for (size_t set = 0; set < 2; set++) {
        expect_counts(program, set,
                      (size_t[]){[HEC_STAGE_SHARED] = 3,
                                 [HEC_STAGE_STRATEGY] = 1,
                                 [HEC_STAGE_CYCLE] = 1,
                                 [HEC_STAGE_CELL] = 0});
    }
    /* alone, a strategy shares nothing */
    program = hec_program_compile(s->arena, s->graph, HEC_DEP_DRAW, 1, (size_t[]){2},
                                  (const hec_id *[]){first}, NULL);
    expect_counts(
        program, 0,
        (size_t[]){[HEC_STAGE_STRATEGY] = 4, [HEC_STAGE_CYCLE] = 1, [HEC_STAGE_CELL] = 0});
}

static void test_literal_roots(void **state)
{
    shop *s = *state;
    const hec_id roots[] = {hec_graph_constant(s->graph, 0.25, nowhere), s->draw, s->t, s->t};
    const bool want[] = {true, false, false, true};
    hec_program *program = hec_program_compile(s->arena, s->graph, HEC_DEP_DRAW, 1, (size_t[]){4},
                                               (const hec_id *[]){roots}, (const bool *[]){want});
    assert_int_equal(hec_program_root_stage(program, 0, 0), HEC_STAGE_CONSTANT);
    assert_int_equal(hec_program_root(program, 0, 0).stage, HEC_STAGE_STRATEGY);
    assert_int_equal(hec_program_root_stage(program, 0, 1), HEC_STAGE_STRATEGY);
    assert_int_equal(hec_program_root_stage(program, 0, 2), HEC_STAGE_CYCLE);
    assert_true(hec_program_root(program, 0, 2).uniform);
    assert_false(hec_program_root(program, 0, 3).uniform);
    expect_counts(
        program, 0,
        (size_t[]){[HEC_STAGE_STRATEGY] = 2, [HEC_STAGE_CYCLE] = 2, [HEC_STAGE_CELL] = 0});
    assert_int_equal(hec_program_frame_doubles(program, 0, HEC_STAGE_CYCLE, 64), 65);
}

/* Where lanes are persons, what depends on the person alone is no loop's business. */
static void test_lanes_of_persons(void **state)
{
    shop *s = *state;
    hec_id risk = op(s, HK_EXP, s->age, -1), root = op(s, HK_MUL, risk, s->t);
    hec_program *program = hec_program_compile(s->arena, s->graph, HEC_DEP_STRATUM, 1,
                                               (size_t[]){1}, (const hec_id *[]){&root}, NULL);
    expect_counts(
        program, 0,
        (size_t[]){[HEC_STAGE_STRATEGY] = 1, [HEC_STAGE_CYCLE] = 1, [HEC_STAGE_CELL] = 0});
}

/* All uniform: no column of lanes anywhere. */
static void test_no_lanes(void **state)
{
    shop *s = *state;
    hec_id root = op(s, HK_MUL, op(s, HK_EXP, s->draw, -1), s->t);
    hec_program *program = hec_program_compile(s->arena, s->graph, 0, 1, (size_t[]){1},
                                               (const hec_id *[]){&root}, NULL);
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        assert_int_equal(hec_program_lane_columns(program, 0, (hec_stage)stage), 0);
    }
    expect_counts(
        program, 0,
        (size_t[]){[HEC_STAGE_STRATEGY] = 1, [HEC_STAGE_CYCLE] = 1, [HEC_STAGE_CELL] = 0});
}

/* Columns are used again: a long chain lives in one or two, a wide sum in a few. */
static void test_columns_are_reused(void **state)
{
    shop *s = *state;
    hec_id chain = s->draw, wide = s->draw;
    for (int i = 0; i < 100; i++) {
        chain = op(s, HK_EXP, chain, -1);
        hec_id branch = op(s, HK_SQRT, op(s, HK_POW, s->draw, chain), -1);
        wide = op(s, HK_ADD, wide, branch);
    }
    hec_program *program = hec_program_compile(s->arena, s->graph, HEC_DEP_DRAW, 1, (size_t[]){1},
                                               (const hec_id *[]){&wide}, NULL);
    assert_int_equal(hec_program_instructions(program, 0, HEC_STAGE_STRATEGY), 400);
    /* two of them for the logarithm that all powers share */
    assert_int_equal(hec_program_lane_columns(program, 0, HEC_STAGE_STRATEGY), 3 + 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_shop, close_shop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_programs),
        TEST(test_hoisting),
        TEST(test_shared_between_strategies),
        TEST(test_literal_roots),
        TEST(test_lanes_of_persons),
        TEST(test_no_lanes),
        TEST(test_columns_are_reused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
