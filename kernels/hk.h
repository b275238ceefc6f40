/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels: the hot loops, compiled once per ISA level, the same bits on each of them.
 * No header of src/ is included here; nothing allocates, prints or branches on data.
 *
 * A column is an array of n doubles, one per lane, 64-byte aligned. `out` may equal an input
 * (element by element); otherwise columns do not overlap. */
#ifndef HECATE_KERNELS_HK_H
#define HECATE_KERNELS_HK_H

#include <stddef.h>
#include <stdint.h>

/* X(NAME, number of operands, what it computes). Truth is 1.0, falsehood 0.0. NaN passes through
 * arithmetic and compares as in C: only NE holds of it, and it counts as true where a truth is
 * asked for. MIN/MAX return NaN if either operand is NaN. Which NaN it is, sign and payload, is
 * left open; all other results have the same bits on every ISA level. Error bounds: vmath.h. */
#define HK_OP_TABLE(X)                                                                             \
    X(COPY, 1, "a")                                                                                \
    X(NEG, 1, "-a")                                                                                \
    X(ABS, 1, "|a|")                                                                               \
    X(FLOOR, 1, "greatest integer not above a")                                                    \
    X(SQRT, 1, "square root")                                                                      \
    X(EXP, 1, "e^a")                                                                               \
    X(EXPM1, 1, "e^a - 1")                                                                         \
    X(LOG, 1, "natural logarithm")                                                                 \
    X(LOG1P, 1, "ln(1 + a)")                                                                       \
    X(NORMAL_CDF, 1, "standard normal distribution function")                                      \
    X(NORMAL_QUANTILE, 1, "inverse of the standard normal distribution function")                  \
    X(NOT, 1, "a == 0")                                                                            \
    X(ADD, 2, "a + b")                                                                             \
    X(SUB, 2, "a - b")                                                                             \
    X(MUL, 2, "a * b")                                                                             \
    X(DIV, 2, "a / b")                                                                             \
    X(POW, 2, "a^b")                                                                               \
    X(MIN, 2, "lesser")                                                                            \
    X(MAX, 2, "greater")                                                                           \
    X(LT, 2, "a < b")                                                                              \
    X(LE, 2, "a <= b")                                                                             \
    X(EQ, 2, "a == b")                                                                             \
    X(NE, 2, "a != b")                                                                             \
    X(AND, 2, "a != 0 and b != 0")                                                                 \
    X(OR, 2, "a != 0 or b != 0")                                                                   \
    X(SELECT, 3, "a != 0 ? b : c")

typedef enum hk_op {
#define HK_OP_ENUM(name, arity, words) HK_##name,
    HK_OP_TABLE(HK_OP_ENUM)
#undef HK_OP_ENUM
        HK_OP_COUNT
} hk_op;

/* Every operation has one shape: out[i] = op(a[i], b[i], c[i]); unused operands may be NULL. */
typedef void (*hk_op_fn)(size_t n, const double *a, const double *b, const double *c, double *out);

/* Which operands are numbers, one for all lanes, instead of columns: bit 0 for a, 1 for b, 2 for c;
 * not all of them. */
enum { HK_MIXES = 7 };

/* One operation of a chain: of the value so far, which is its operand `at` (0, 1, 2), and of the
 * others, in their order x and y; bits 0 and 1 of `numbers`: x, y are numbers and no columns. In ADD
 * and SUB `at` may be HK_LINK_PRODUCT: the value is the first operand and x * y, of which y is a
 * column, the second. The code is a macro, since it is the label of a case. */
typedef struct hk_link {
    unsigned code;
    const double *x, *y; /* anything where there is none */
} hk_link;
enum { HK_LINKS_MAX = 64, HK_LINK_PRODUCT = 3 };
#define HK_LINK_CODE(op, at, numbers)                                                              \
    ((unsigned)(op) << 4 | (unsigned)(at) << 2 | (unsigned)(numbers))

/* X(NAME, number of operands) of those a chain may be made of: not the dearest, which gain nothing
 * by it. */
#define HK_LINK_TABLE(X)                                                                           \
    X(NEG, 1) X(ABS, 1) X(FLOOR, 1) X(SQRT, 1) X(EXP, 1) X(EXPM1, 1) X(LOG, 1) X(LOG1P, 1)         \
    X(NOT, 1) X(ADD, 2) X(SUB, 2) X(MUL, 2) X(DIV, 2) X(MIN, 2) X(MAX, 2) X(LT, 2) X(LE, 2)        \
    X(EQ, 2) X(NE, 2) X(AND, 2) X(OR, 2) X(SELECT, 3)

/* One axis of a table: rising points; `apart`: from the values of one to those of the next. Where
 * steps are even (length - 1) / (last - first) of them, counted, end at most one point above x and
 * never below the point before; `steps` is 0 where they are not. x within `near` of a point is at
 * it. */
typedef struct hk_axis {
    const double *points;
    int32_t length, apart;
    double steps;
    enum { HK_NOTHING_BETWEEN, HK_STEPS_BETWEEN, HK_LINES_BETWEEN } between;
    int clamped; /* outside the ends hold; else there is nothing */
} hk_axis;

typedef struct hk_lookup {
    int n_axes; /* at most 4 */
    hk_axis axes[4];
    const double *values; /* fewer than 2^31 */
    double near;
} hk_lookup;

enum { HK_WEIGHTS_MAX = 8 };

/* A good distance between columns of that many lanes: whole cache lines, and an odd number of
 * them, since columns a power of two apart fall on the same few places of the cache. */
static inline size_t hk_stride(size_t lanes)
{
    return (((lanes + 7) / 8) | 1) * 8;
}

/* One cycle of a cohort for n lanes over sparse arcs, grouped by the state they lead to.
 * arcs of destination j: k in [first[j], first[j+1]); arc k comes from state from[k] with the
 * column p[k] of probabilities (a stay is an arc like any other).
 *   y_j = sum over its arcs of x_from * p_k     (fma, in arc order)
 *   acc[w*n_states + j] = fma(weight[w], y_j, acc[w*n_states + j])   for w < n_weights
 * x, y: [n_states][n]; acc: [n_weights][n_states][n]; stride between columns is `stride`, see
 * hk_stride. A state no arc leads to gets 0. Without weights, weight and acc may be NULL.
 * All columns of a cycle want to stay in the first cache: blocks of about 128 lanes for a chain of
 * four states and ten arcs, fewer for larger ones. */
typedef struct hk_cohort {
    size_t n_states, n_weights, stride;
    const int32_t *first, *from;
    const double *const *p;
} hk_cohort;

/* One decision of a chain for n persons: arcs grouped by the state they leave, arc k in [first[s],
 * first[s+1]) leads to to[k] with probability p[k], one number where uniform[k], else a column. Who
 * takes none goes to rest[s]. States are numbers 0, 1, ... as doubles; who is nowhere (-1) stays
 * there, and counts as 0 where states are worth something. */
typedef struct hk_moves {
    size_t n_states;
    const int32_t *first, *to, *rest;
    const double *const *p;
    const uint8_t *uniform;
} hk_moves;

typedef struct hk_table {
    const char *isa; /* "x86-64", "x86-64-v3", "x86-64-v4", "aarch64" */
    hk_op_fn op[HK_OP_COUNT];
    hk_op_fn mixed[HK_OP_COUNT][HK_MIXES]; /* by the bits of HK_MIXES; [0] is op */
    /* out = the last of n_links <= HK_LINKS_MAX operations in a row, the first of which is given
     * `start`; the same bits as one after the other. */
    void (*chain)(size_t n, const double *start, size_t n_links, const hk_link *links,
                  double *out);
    /* Values of a table at x[axis]; bits of `numbers`: those that are one number, no column. */
    void (*lookup)(size_t n, const hk_lookup *table, const double *const *x, unsigned numbers,
                   double *out);
    /* ln |x| as the sum of two columns, from which `powers` has x^y: the bits of POW, where one
     * base has several powers. y is one number where `number`. */
    void (*logs)(size_t n, const double *x, double *high, double *low);
    void (*powers)(size_t n, const double *x, const double *high, const double *low,
                   const double *y, int number, double *out);
    void (*fill)(size_t n, double value, double *out);
    /* y = fma(a, x, y), with one number a or a column of them. */
    void (*axpy)(size_t n, double a, const double *x, double *y);
    void (*multiply_add)(size_t n, const double *a, const double *x, double *y);
    void (*cohort_step)(size_t n, const hk_cohort *cohort, const double *x, const double *weight,
                        double *y, double *acc);
    /* n_cycles cycles while the columns p stay as they are, the same bits as that many steps;
     * weight: [n_cycles][n_weights]. x becomes the last cycle's y; scratch, as large as x, is left
     * in no particular state. */
    void (*cohort_run)(size_t n, const hk_cohort *cohort, size_t n_cycles, const double *weight,
                       double *x, double *scratch, double *acc);
    /* Uniform doubles in (0,1), never 0 or 1: (m + 1/2) / 2^52 for a random m of 52 bits. Lane i
     * uses Philox4x32-10 with a key mixed from (seed, stream) and the counter (first + i, word, 0),
     * so it does not matter how lanes are grouped into calls; see philox.h. */
    void (*uniforms)(size_t n, uint64_t seed, uint64_t stream, uint64_t first, uint32_t word,
                     double *out);
    /* Piecewise Chebyshev/polynomial evaluation on equal pieces of [lo, hi]:
     * piece k = clamp(floor(u)) of u = (x-lo)*scale, local t = 2(u-k)-1 in [-1,1], Horner with
     * `degree`+1 coefficients coefficients[k*(degree+1) + d] (lowest degree first, fma); fewer
     * than 2^31 of them in all. Beyond [lo, hi] the outer pieces go on; NaN gives NaN. */
    void (*piecewise)(size_t n, double lo, double scale, size_t pieces, size_t degree,
                      const double *coefficients, const double *x, double *out);
    /* Index of the first lane outside [lo, hi] (NaN is outside), or n. */
    size_t (*first_outside)(size_t n, const double *x, double lo, double hi);
    /* Sum in a fixed tree: s[i mod 8] += x[i] in order from 0, then
     * ((s0+s4) + (s2+s6)) + ((s1+s5) + (s3+s7)). */
    double (*sum)(size_t n, const double *x);
    /* Decision curves for one willingness to pay over n draws:
     * nb_s = fma(wtp, effect_s, -cost_s); best[s] += number of draws in which s is the first with
     * the greatest nb (if none is NaN). sum_nb ([n_strategies][8]) and sum_max ([8]) are running
     * lanes that go on: draw i adds to lane i mod 8 of the call, so calls of a multiple of 8 draws
     * (but for the last) give the bits of one call. Fold them as `sum` does. */
    void (*decision)(size_t n, size_t n_strategies, double wtp, const double *const *cost,
                     const double *const *effect, int64_t *best, double *sum_nb, double *sum_max);

    /* ---- persons ---- */
    /* Two uniforms of each person from one block of Philox, as `uniforms` gives them: lane i has
     * the counter (id[i], word, 0); `even` comes from words 0 and 1 of the block, `odd` from words
     * 2 and 3 (NULL: not wanted). pairs != 0: antithetic, the counter is id >> 1, and odd ids have
     * 1 - u. */
    void (*person_uniforms)(size_t n, uint64_t seed, uint64_t stream, const uint64_t *id,
                            uint32_t word, int pairs, double *even, double *odd);
    /* next = where u leads from state: the first arc whose running sum of probabilities exceeds u,
     * else rest. Lanes with asked == 0 stay where they are (asked NULL: all are asked). Returns the
     * first lane asked whose own row has a p that is NaN or below 0, or a sum above 1 + 1e-12; n
     * when all are well. Where one is not, `next` means nothing. */
    size_t (*person_move)(size_t n, const hk_moves *moves, const double *state, const double *asked,
                          const double *u, double *next);
    /* out = value[state]: one number where uniform[s], else a column. value[s] NULL counts as 0. */
    void (*person_pick)(size_t n, size_t n_states, const double *const *value,
                        const uint8_t *uniform, const double *state, double *out);
    /* The same added up twice: y0 += w0 * value[state], y1 += w1 * value[state] (fma). */
    void (*person_reward)(size_t n, size_t n_states, const double *const *value,
                          const uint8_t *uniform, const double *state, double w0, double w1,
                          double *y0, double *y1);
    /* Numbers of the lanes with keep != 0, in order; returns how many. `index` has room for n. */
    size_t (*person_keep)(size_t n, const double *keep, uint32_t *index);
    /* out[i] = x[index[i]]; index rises, so out may be x. The other way: out[index[i]] = x[i]. */
    void (*gather)(size_t n, const uint32_t *index, const double *x, double *out);
    void (*scatter)(size_t n, const uint32_t *index, const double *x, double *out);
    /* sums[i mod 8] += x[i], in order. */
    void (*sum_lanes)(size_t n, const double *x, double sums[8]);

    /* ---- money ---- */
    /* *sum = the sum of x over the lanes with keep != 0; 1 where none of those is larger than
     * `most` in size, 0 where one is, or is NaN. The sum of whole numbers is exact, in any order,
     * where n * most <= 2^53. */
    int (*sum_whole)(size_t n, const double *keep, const double *x, double most, double *sum);
    /* steps = how many times 2^-40 is in x, rounded, half up: floor(x) / 2^-40 and what the part
     * above it has; 0 where keep == 0. 1 where no x is larger than `most`, at most 8191, in size:
     * all are exact then; 0 where one is, or is NaN. */
    int (*to_steps)(size_t n, const double *keep, const double *x, double most, double *steps);
    /* out = x mod divisor; both below 2^52, the divisor below 2^32 and not 0. */
    void (*remainders)(size_t n, uint64_t divisor, const uint64_t *x, uint32_t *out);

    /* ---- persons in continuous time ---- */
    /* until = the least of the times and the horizon; which = the first time that is it, n_times
     * where all lie at the horizon or beyond. Returns the first lane that has a time below `from`
     * or NaN; n when all are well. */
    size_t (*person_earliest)(size_t n, size_t n_times, const double *const *time,
                              const double *from, double horizon, double *until, double *which);
    /* years = integral of e^(-rate t) from `from` (NULL: 0) to `until`, for a rate other than 0. */
    void (*person_discount)(size_t n, double rate, const double *from, const double *until,
                            double *years);
    /* Those with which == wanted, in order: where they stand (index), lanes and until of them.
     * Returns how many; what is written beyond means nothing, but there is room for n. */
    size_t (*person_choose)(size_t n, const double *which, double wanted, const uint32_t *lanes,
                            const double *until, uint32_t *index, uint32_t *lanes_out,
                            double *until_out);
    /* out[index[i]] += x[i], where no index stands twice. */
    void (*scatter_add)(size_t n, const uint32_t *index, const double *x, double *out);
} hk_table;

/* The table for the best ISA level of this CPU, or for `wanted` ("x86-64-v3", ...) when given;
 * NULL when the CPU cannot run `wanted` or the build lacks it. */
const hk_table *hk_select(const char *wanted);
/* All levels compiled in and runnable here, best last; returns their number (at most 4). */
size_t hk_levels(const hk_table *tables[4]);

/* One lane of an operation, the same bits as the kernels: for folding constants and for the
 * scalar evaluator. */
double hk_scalar(hk_op op, double a, double b, double c);

#endif
