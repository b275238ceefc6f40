/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The random numbers: published answers, independence of blocks, an even spread. */
#include "kernel_data.h"

#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "philox.h"

static const hk_table *levels[4];
static size_t n_levels;

static int find_levels(void **unused)
{
    (void)unused;
    n_levels = hk_levels(levels);
    return 0;
}

static void test_known_answers(void **unused)
{
    (void)unused;
    FILE *file = fopen(HECATE_SOURCE_DIR "/tests/kernels/data/philox4x32_10.txt", "r");
    assert_non_null(file);
    char line[256];
    int checked = 0;
    while (fgets(line, sizeof line, file)) {
        uint32_t w[10];
        if (line[0] == '#')
            continue;
        int offset = 0, used = 0;
        for (int k = 0; k < 10; k++, offset += used)
            assert_int_equal(sscanf(line + offset, "%" SCNx32 "%n", &w[k], &used), 1);
        hk_philox counter = {{w[0], w[1], w[2], w[3]}};
        hk_philox out = hk_philox_block(counter, w[4], w[5]);
        for (int k = 0; k < 4; k++)
            assert_int_equal(out.word[k], w[6 + k]);
        checked++;
    }
    fclose(file);
    assert_int_equal(checked, 3);
}

/* First outputs of SplitMix64 from seed 0, as published with the generator (Vigna 2015). */
static void test_mix(void **unused)
{
    (void)unused;
    const uint64_t golden = 0x9e3779b97f4a7c15;
    assert_true(hk_philox_mix(golden) == 0xe220a8397b1dcdaf);
    assert_true(hk_philox_mix(2 * golden) == 0x6e789e6aa1b965f4);
    assert_true(hk_philox_mix(3 * golden) == 0x06c45d188009454f);
}

/* The generator once more as the paper writes it, on 32-bit words, and the rule for its use. */
static double plain_uniform(uint64_t seed, uint64_t stream, uint64_t index, uint32_t word)
{
    uint64_t mixed = hk_philox_mix(hk_philox_mix(seed + 0x9e3779b97f4a7c15) + stream);
    uint32_t key[2] = {(uint32_t)mixed, (uint32_t)(mixed >> 32)};
    uint32_t c[4] = {(uint32_t)index, (uint32_t)(index >> 32), word, 0};
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = (uint64_t)0xd2511f53 * c[0], product1 = (uint64_t)0xcd9e8d57 * c[2];
        uint32_t next[4] = {(uint32_t)(product1 >> 32) ^ c[1] ^ key[0], (uint32_t)product1,
                            (uint32_t)(product0 >> 32) ^ c[3] ^ key[1], (uint32_t)product0};
        memcpy(c, next, sizeof c);
        key[0] += 0x9e3779b9;
        key[1] += 0xbb67ae85;
    }
    uint64_t top = (((uint64_t)c[1] << 32) | c[0]) >> 12;
    return ldexp((double)top + 0.5, -52);
}

static void test_uniforms_follow_the_rule(void **unused)
{
    (void)unused;
    static double out[KERNEL_LARGEST + 1];
    const uint64_t firsts[] = {0, 5, 0xfffffff0, UINT64_MAX - 100};
    for (size_t l = 0; l < n_levels; l++) {
        for (int s = 0; s < KERNEL_SIZES; s++) {
            for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++) {
                size_t n = kernel_sizes[s];
                out[n] = -1;
                levels[l]->uniforms(n, 20240917, f, firsts[f], (uint32_t)s, out);
                for (size_t i = 0; i < n; i++) {
                    double expected = plain_uniform(20240917, f, firsts[f] + i, (uint32_t)s);
                    assert_same(out[i], expected, levels[l]->isa, (double)n, (double)i);
                }
                assert_true(out[n] == -1);
            }
        }
    }
}

static void test_blocks_do_not_matter(void **unused)
{
    (void)unused;
    enum { N = 1000 };
    static double whole[N], parts[N];
    for (size_t l = 0; l < n_levels; l++) {
        levels[l]->uniforms(N, 1, 2, 3, 4, whole);
        for (size_t step = 1; step < 70; step += 3) {
            for (size_t i = 0; i < N; i += step)
                levels[l]->uniforms(N - i < step ? N - i : step, 1, 2, 3 + i, 4, parts + i);
            assert_memory_equal(whole, parts, sizeof whole);
        }
    }
}

/* The smallest and largest number there can be lie inside (0, 1). */
static void test_ends(void **unused)
{
    (void)unused;
    const double low = ldexp(0.5, -52), high = ldexp(0x1p52 - 0.5, -52);
    assert_true(low > 0 && high < 1 && 1 - high == low);
}

typedef enum walk { BY_INDEX, BY_WORD, BY_STREAM, BY_SEED, WALKS } walk;

/* Chi-square of 256 equal classes over each way of walking through the numbers. A sound generator
 * leaves (1e-7, 1 - 1e-7) in one of 5 million runs; the numbers being fixed, it is run once. */
static void test_even_spread(void **unused)
{
    (void)unused;
    enum { CLASSES = 256, DRAWS = 256 * 400 };
    const hk_table *best = levels[n_levels - 1];
    for (walk way = BY_INDEX; way < WALKS; way++) {
        double counts[CLASSES] = {0}, chi2 = 0, u;
        for (uint64_t i = 0; i < DRAWS; i++) {
            best->uniforms(1, way == BY_SEED ? i : 7, way == BY_STREAM ? i : 7,
                           way == BY_INDEX ? i : 7, way == BY_WORD ? (uint32_t)i : 7, &u);
            assert_true(u > 0 && u < 1);
            counts[(int)(u * CLASSES)]++;
        }
        for (int k = 0; k < CLASSES; k++) {
            double off = counts[k] - (double)DRAWS / CLASSES;
            chi2 += off * off / ((double)DRAWS / CLASSES);
        }
        assert_true(chi2 > gsl_cdf_chisq_Pinv(1e-7, CLASSES - 1));
        assert_true(chi2 < gsl_cdf_chisq_Qinv(1e-7, CLASSES - 1));
    }
}

/* Neighbours in index, word, stream and seed are uncorrelated: the mean product of n centred
 * pairs has standard deviation 1/(12 sqrt n); 6 of them. */
static void test_neighbours_are_independent(void **unused)
{
    (void)unused;
    enum { N = 100000 };
    static double a[N], b[4][N];
    const hk_table *best = levels[n_levels - 1];
    best->uniforms(N, 11, 12, 0, 13, a);
    best->uniforms(N, 11, 12, 1, 13, b[0]);
    best->uniforms(N, 11, 12, 0, 14, b[1]);
    best->uniforms(N, 11, 13, 0, 13, b[2]);
    best->uniforms(N, 12, 12, 0, 13, b[3]);
    for (int k = 0; k < 4; k++) {
        double product = 0;
        for (int i = 0; i < N; i++)
            product += (a[i] - 0.5) * (b[k][i] - 0.5) / N;
        assert_true(fabs(product) < 6 / (12 * sqrt(N)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_mix),
        cmocka_unit_test(test_uniforms_follow_the_rule),
        cmocka_unit_test(test_blocks_do_not_matter),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_even_spread),
        cmocka_unit_test(test_neighbours_are_independent),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
