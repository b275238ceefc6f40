/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels of persons against loops that take one person after the other. */
#include "kernel_data.h"

#include <math.h>
#include <string.h>

enum { N = KERNEL_LARGEST, STATES = 100, ARCS = 3 * STATES };

static const hk_table *levels[4];
static size_t n_levels;

static int find_levels(void **unused)
{
    (void)unused;
    n_levels = hk_levels(levels);
    return 0;
}

/* One more lane than a kernel may touch. */
static const double beyond = -12345;

static void assert_columns(const char *isa, const char *what, size_t n, const double *got,
                           const double *expected)
{
    for (size_t i = 0; i < n; i++)
        if (!same_bits(got[i], expected[i]))
            fail_msg("%s %s: lane %zu of %zu is %a instead of %a", isa, what, i, n, got[i],
                     expected[i]);
    assert_true(got[n] == beyond);
}

/* ---- random numbers -------------------------------------------------------------------------- */

/* Philox4x32-10 as its paper writes it, on 32-bit words; the key as philox.h says. */
static void plain_block(uint64_t seed, uint64_t stream, uint64_t index, uint32_t word, double u[2])
{
    uint64_t z[2] = {seed + 0x9e3779b97f4a7c15, stream};
    for (int k = 0; k < 2; k++) {
        z[0] += k ? z[1] : 0;
        z[0] = (z[0] ^ (z[0] >> 30)) * 0xbf58476d1ce4e5b9;
        z[0] = (z[0] ^ (z[0] >> 27)) * 0x94d049bb133111eb;
        z[0] ^= z[0] >> 31;
    }
    uint32_t key[2] = {(uint32_t)z[0], (uint32_t)(z[0] >> 32)};
    uint32_t c[4] = {(uint32_t)index, (uint32_t)(index >> 32), word, 0};
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = (uint64_t)0xd2511f53 * c[0], product1 = (uint64_t)0xcd9e8d57 * c[2];
        uint32_t next[4] = {(uint32_t)(product1 >> 32) ^ c[1] ^ key[0], (uint32_t)product1,
                            (uint32_t)(product0 >> 32) ^ c[3] ^ key[1], (uint32_t)product0};
        memcpy(c, next, sizeof c);
        key[0] += 0x9e3779b9;
        key[1] += 0xbb67ae85;
    }
    for (int k = 0; k < 2; k++) {
        uint64_t top = (((uint64_t)c[2 * k + 1] << 32) | c[2 * k]) >> 12;
        u[k] = ldexp((double)top + 0.5, -52);
    }
}

static void check_uniforms(const hk_table *table, size_t n, const uint64_t *id, uint64_t stream,
                           uint32_t word, int pairs)
{
    static double even[N + 1], odd[N + 1], alone[N + 1], expected[2][N];
    even[n] = odd[n] = alone[n] = beyond;
    table->person_uniforms(n, 20250101, stream, id, word, pairs, even, odd);
    table->person_uniforms(n, 20250101, stream, id, word, pairs, alone, NULL);
    for (size_t i = 0; i < n; i++) {
        double u[2];
        plain_block(20250101, stream, pairs ? id[i] / 2 : id[i], word, u);
        for (int k = 0; k < 2; k++)
            expected[k][i] = pairs && id[i] % 2 ? 1 - u[k] : u[k];
    }
    assert_columns(table->isa, "even uniforms", n, even, expected[0]);
    assert_columns(table->isa, "odd uniforms", n, odd, expected[1]);
    assert_columns(table->isa, "uniforms", n, alone, expected[0]);
}

static void test_uniforms_follow_the_rule(void **unused)
{
    (void)unused;
    static uint64_t contiguous[N], scattered[N], far[N];
    uint64_t state = 3;
    for (size_t i = 0; i < N; i++) {
        contiguous[i] = 17 + i;
        scattered[i] = random_bits(&state) % 1000000;
        far[i] = random_bits(&state);
    }
    for (size_t l = 0; l < n_levels; l++) {
        for (int s = 0; s < KERNEL_SIZES; s++) {
            for (int pairs = 0; pairs < 2; pairs++) {
                check_uniforms(levels[l], kernel_sizes[s], contiguous, 1, (uint32_t)s, pairs);
                check_uniforms(levels[l], kernel_sizes[s], scattered, 2, 0xffffffff, pairs);
                check_uniforms(levels[l], kernel_sizes[s], far, UINT64_MAX, 0x80000000, pairs);
            }
        }
    }
}

/* Persons one after the other have the numbers that draws have. */
static void test_uniforms_are_those_of_draws(void **unused)
{
    (void)unused;
    static uint64_t id[N];
    static double even[N + 1], draws[N + 1];
    const uint64_t first = 0xffffff00;
    for (size_t i = 0; i < N; i++)
        id[i] = first + i;
    even[N] = draws[N] = beyond;
    for (size_t l = 0; l < n_levels; l++) {
        levels[l]->person_uniforms(N, 5, 6, id, 7, 0, even, NULL);
        levels[l]->uniforms(N, 5, 6, first, 7, draws);
        assert_columns(levels[l]->isa, "uniforms", N, even, draws);
    }
}

/* ---- moves ----------------------------------------------------------------------------------- */

typedef struct chain {
    hk_moves moves;
    int32_t first[STATES + 1], to[ARCS], rest[STATES];
    const double *p[ARCS];
    uint8_t uniform[ARCS];
    double columns[ARCS][N], numbers[ARCS];
    double state[N], asked[N], u[N];
} chain;

/* Row `s` has `arcs` arcs; each is uniform with the chance `uniform`. */
static void add_row(chain *c, size_t s, int32_t arcs, double uniform, uint64_t *random)
{
    const int32_t begin = c->first[s];
    c->first[s + 1] = begin + arcs;
    c->rest[s] = (int32_t)(random_bits(random) % c->moves.n_states);
    for (int32_t k = begin; k < begin + arcs; k++) {
        const double most = 1.0 / arcs;
        c->to[k] = (int32_t)(random_bits(random) % c->moves.n_states);
        c->uniform[k] = random_between(random, 0, 1) < uniform;
        c->numbers[k] = random_between(random, 0, most);
        for (size_t i = 0; i < N; i++)
            c->columns[k][i] = random_between(random, 0, most);
        c->p[k] = c->uniform[k] ? &c->numbers[k] : c->columns[k];
    }
}

/* One in nine is nowhere. */
static double some_state(size_t n_states, uint64_t *random)
{
    return random_bits(random) % 9 ? (double)(random_bits(random) % n_states) : -1.0;
}

static void make_chain(chain *c, size_t n_states, double uniform, uint64_t *random)
{
    c->moves = (hk_moves){.n_states = n_states,
                          .first = c->first,
                          .to = c->to,
                          .rest = c->rest,
                          .p = c->p,
                          .uniform = c->uniform};
    c->first[0] = 0;
    for (size_t s = 0; s < n_states; s++) /* some have none, one may have many */
        add_row(c, s, (int32_t)(random_bits(random) % 4) + (s == 1 && n_states < 9 ? 9 : 0),
                uniform, random);
    for (size_t i = 0; i < N; i++) {
        c->state[i] = some_state(n_states, random);
        c->asked[i] = random_bits(random) % 4 ? random_any(random) : 0.0;
        c->u[i] = random_between(random, 0, 1);
    }
}

static double chance(const chain *c, int32_t k, size_t i)
{
    return c->moves.uniform[k] ? c->p[k][0] : c->p[k][i];
}

static size_t plain_move(size_t n, const chain *c, const double *asked, double *next)
{
    size_t bad = n;
    for (size_t i = 0; i < n; i++) {
        const int s = (int)c->state[i];
        int taken = 0, wrong = 0;
        double sum = 0;
        next[i] = c->state[i];
        if (s < 0 || (asked && asked[i] == 0))
            continue;
        for (int32_t k = c->first[s]; k < c->first[s + 1]; k++) {
            const double p = chance(c, k, i);
            sum += p;
            if (!taken && sum > c->u[i]) {
                next[i] = c->to[k];
                taken = 1;
            }
            wrong |= isnan(p) || p < 0;
        }
        if (!taken)
            next[i] = c->rest[s];
        if (bad == n && (wrong || sum > 1 + 1e-12))
            bad = i;
    }
    return bad;
}

static void check_move(const hk_table *table, size_t n, const chain *c, const double *asked)
{
    static double next[N + 1], in_place[N + 1], expected[N];
    const size_t bad = plain_move(n, c, asked, expected);
    next[n] = beyond;
    memcpy(in_place, c->state, sizeof c->state);
    in_place[n] = beyond;
    const size_t found = table->person_move(n, &c->moves, c->state, asked, c->u, next);
    const size_t again = table->person_move(n, &c->moves, in_place, asked, c->u, in_place);
    if (found != bad || again != bad)
        fail_msg("%s: of %zu lanes %zu and %zu are bad instead of %zu", table->isa, n, found, again,
                 bad);
    if (bad < n)
        return; /* what they become nobody asks */
    assert_columns(table->isa, "next", n, next, expected);
    assert_columns(table->isa, "next in place", n, in_place, expected);
}

static const size_t chain_sizes[] = {1,  2,  3,  4,  5,  7,  8,  9,     13,
                                     15, 16, 17, 40, 63, 64, 65, STATES};
enum { CHAIN_SIZES = sizeof chain_sizes / sizeof *chain_sizes };

static void test_moves(void **unused)
{
    (void)unused;
    static chain c;
    uint64_t random = 11;
    for (int size = 0; size < CHAIN_SIZES; size++) {
        for (int mixture = 0; mixture < 3; mixture++) {
            make_chain(&c, chain_sizes[size], 0.5 * mixture, &random);
            for (size_t l = 0; l < n_levels; l++) {
                for (int k = 0; k < KERNEL_SIZES; k++) {
                    check_move(levels[l], kernel_sizes[k], &c, NULL);
                    check_move(levels[l], kernel_sizes[k], &c, c.asked);
                }
            }
        }
    }
}

/* A number equal to a running sum goes on to the next arc; a sum of 1 leaves nothing to the rest.
 */
static void test_edges_of_moves(void **unused)
{
    (void)unused;
    static chain c;
    uint64_t random = 12;
    for (int uniform = 0; uniform < 2; uniform++) {
        make_chain(&c, 3, uniform, &random);
        c.first[1] = c.first[2] = c.first[3] = 3;
        for (int32_t k = 0; k < 3; k++) {
            static const double p[3] = {0.25, 0.0, 0.75};
            c.uniform[k] = (uint8_t)uniform;
            c.p[k] = uniform ? &c.numbers[k] : c.columns[k];
            c.to[k] = 2 - k;
            for (size_t i = 0; i < N; i++)
                c.columns[k][i] = c.numbers[k] = p[k];
        }
        c.rest[0] = 1;
        for (size_t i = 0; i < N; i++) {
            static const double u[4] = {0x1p-53, 0x1.fffffffffffffp-3, 0.25, 0x1.fffffffffffffp-1};
            c.state[i] = 0;
            c.u[i] = u[i % 4];
        }
        for (size_t l = 0; l < n_levels; l++) {
            double next[5] = {0, 0, 0, 0, beyond}, expected[4] = {2, 2, 0, 0};
            assert_int_equal(levels[l]->person_move(4, &c.moves, c.state, NULL, c.u, next), 4);
            assert_columns(levels[l]->isa, "next at an edge", 4, next, expected);
            check_move(levels[l], N, &c, NULL);
        }
    }
}

/* One bad probability at a time: found where its row's lanes are asked, and nowhere else. */
static void test_rows_that_are_no_probabilities(void **unused)
{
    (void)unused;
    static chain c;
    uint64_t random = 13;
    static const double wrong[] = {NAN, -0x1p-1074, -1e-12, -1, INFINITY, -INFINITY, 1 + 2e-12, 2};
    for (int uniform = 0; uniform < 2; uniform++) {
        for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
            make_chain(&c, 6, uniform, &random);
            for (int32_t k = 0; k < c.first[6]; k++) {
                const size_t lane = random_bits(&random) % N;
                const double number = c.numbers[k], value = c.columns[k][lane];
                c.numbers[k] = c.columns[k][lane] = wrong[w];
                for (size_t l = 0; l < n_levels; l++) {
                    check_move(levels[l], N, &c, NULL);
                    check_move(levels[l], N, &c, c.asked);
                    check_move(levels[l], 65, &c, c.asked);
                }
                c.numbers[k] = number;
                c.columns[k][lane] = value;
            }
        }
    }
}

/* Rounding of a sum of one is well. */
static void test_a_sum_just_above_one(void **unused)
{
    (void)unused;
    static chain c;
    uint64_t random = 14;
    for (int uniform = 0; uniform < 2; uniform++) {
        make_chain(&c, 1, uniform, &random);
        for (int more = 0; more < 2; more++) {
            c.first[1] = 2;
            c.p[0] = uniform ? &c.numbers[0] : c.columns[0];
            c.p[1] = uniform ? &c.numbers[1] : c.columns[1];
            c.uniform[0] = c.uniform[1] = (uint8_t)uniform;
            c.to[0] = c.to[1] = 0;
            for (size_t i = 0; i < N; i++) {
                c.state[i] = 0;
                c.numbers[0] = c.columns[0][i] = 0.5;
                c.numbers[1] = c.columns[1][i] = more ? 0.5 + 1.1e-12 : 0.5 + 0.9e-12;
            }
            for (size_t l = 0; l < n_levels; l++) {
                double next[N];
                size_t bad = levels[l]->person_move(N, &c.moves, c.state, NULL, c.u, next);
                assert_int_equal(bad, more ? 0 : N);
            }
        }
    }
}

/* ---- what states are worth ------------------------------------------------------------------- */

typedef struct worths {
    const double *value[STATES];
    uint8_t uniform[STATES];
    double columns[STATES][N], state[N], y0[N], y1[N];
} worths;

static void make_worths(worths *w, size_t n_states, int mixture, uint64_t *random)
{
    for (size_t s = 0; s < n_states; s++) {
        for (size_t i = 0; i < N; i++)
            w->columns[s][i] = random_any(random);
        w->uniform[s] = mixture == 2 || (mixture == 1 && random_bits(random) % 2);
        w->value[s] = random_bits(random) % 4 ? w->columns[s] : NULL;
    }
    for (size_t i = 0; i < N; i++) {
        w->state[i] = some_state(n_states, random);
        w->y0[i] = random_between(random, -1, 1);
        w->y1[i] = random_between(random, -1, 1);
    }
}

static double worth(const worths *w, size_t i)
{
    const int s = (int)w->state[i];
    return s >= 0 && w->value[s] ? w->value[s][w->uniform[s] ? 0 : i] : 0.0;
}

static void check_worths(const hk_table *table, size_t n, size_t n_states, const worths *w)
{
    static double picked[N + 1], in_place[N + 1], y0[N + 1], y1[N + 1], expected[3][N];
    const double w0 = 1.5, w1 = -0.3;
    memcpy(in_place, w->state, sizeof w->state);
    memcpy(y0, w->y0, sizeof w->y0);
    memcpy(y1, w->y1, sizeof w->y1);
    picked[n] = in_place[n] = y0[n] = y1[n] = beyond;
    table->person_pick(n, n_states, w->value, w->uniform, w->state, picked);
    table->person_pick(n, n_states, w->value, w->uniform, in_place, in_place);
    table->person_reward(n, n_states, w->value, w->uniform, w->state, w0, w1, y0, y1);
    for (size_t i = 0; i < n; i++) {
        expected[0][i] = worth(w, i);
        expected[1][i] = fma(w0, worth(w, i), w->y0[i]);
        expected[2][i] = fma(w1, worth(w, i), w->y1[i]);
    }
    assert_columns(table->isa, "pick", n, picked, expected[0]);
    assert_columns(table->isa, "pick in place", n, in_place, expected[0]);
    assert_columns(table->isa, "reward", n, y0, expected[1]);
    assert_columns(table->isa, "second reward", n, y1, expected[2]);
}

static void test_worths(void **unused)
{
    (void)unused;
    static worths w;
    uint64_t random = 21;
    for (int size = 0; size < CHAIN_SIZES; size++) {
        for (int mixture = 0; mixture < 3; mixture++) {
            make_worths(&w, chain_sizes[size], mixture, &random);
            for (size_t l = 0; l < n_levels; l++)
                for (int k = 0; k < KERNEL_SIZES; k++)
                    check_worths(levels[l], kernel_sizes[k], chain_sizes[size], &w);
        }
    }
}

/* ---- lanes ----------------------------------------------------------------------------------- */

/* All stay, none, some; whoever stays is found in order, gathered in place and put back. */
static void test_keeping(void **unused)
{
    (void)unused;
    static double keep[N], x[N + 1], gathered[N + 1], back[N + 1], expected[N];
    static uint32_t index[N + 1];
    uint64_t random = 31;
    for (int k = 0; k < KERNEL_SIZES * 6; k++) {
        const size_t n = kernel_sizes[k % KERNEL_SIZES], odds = (size_t)(k / KERNEL_SIZES);
        for (size_t i = 0; i < n; i++) {
            keep[i] = random_bits(&random) % 5 < odds ? random_any(&random) : -0.0;
            x[i] = random_any(&random);
        }
        for (size_t l = 0; l < n_levels; l++) {
            const hk_table *table = levels[l];
            size_t kept = 0;
            index[n] = 0xabcdef;
            const size_t count = table->person_keep(n, keep, index);
            for (size_t i = 0; i < n; i++) {
                if (keep[i] != 0) {
                    assert_int_equal(index[kept], i);
                    expected[kept++] = x[i];
                }
            }
            assert_int_equal(count, kept);
            assert_int_equal(index[n], 0xabcdef);
            gathered[count] = beyond;
            table->gather(count, index, x, gathered);
            assert_columns(table->isa, "gather", count, gathered, expected);
            for (size_t i = 0; i < n; i++)
                back[i] = (double)i;
            back[n] = beyond;
            table->scatter(count, index, gathered, back);
            for (size_t i = 0; i < n; i++)
                expected[i] = keep[i] != 0 ? x[i] : (double)i;
            assert_columns(table->isa, "scatter", n, back, expected);
            memcpy(back, x, sizeof x);
            table->gather(count, index, back, back);
            for (size_t i = 0; i < n; i++)
                assert_same(back[i], i < count ? gathered[i] : x[i], "gather in place", 0, 0);
        }
    }
}

static void test_sum_lanes(void **unused)
{
    (void)unused;
    static double x[N];
    uint64_t random = 41;
    for (size_t i = 0; i < N; i++)
        x[i] = random_between(&random, -1, 1);
    for (size_t l = 0; l < n_levels; l++) {
        for (int k = 0; k < KERNEL_SIZES; k++) {
            double got[9] = {1, 2, 3, 4, 5, 6, 7, 8, beyond},
                   expected[8] = {1, 2, 3, 4, 5, 6, 7, 8};
            for (size_t i = 0; i < kernel_sizes[k]; i++)
                expected[i % 8] += x[i];
            levels[l]->sum_lanes(kernel_sizes[k], x, got);
            assert_columns(levels[l]->isa, "sums", 8, got, expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uniforms_follow_the_rule),
        cmocka_unit_test(test_uniforms_are_those_of_draws),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_edges_of_moves),
        cmocka_unit_test(test_rows_that_are_no_probabilities),
        cmocka_unit_test(test_a_sum_just_above_one),
        cmocka_unit_test(test_worths),
        cmocka_unit_test(test_keeping),
        cmocka_unit_test(test_sum_lanes),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
