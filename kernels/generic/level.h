/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of generic/ share. They are compiled once per ISA level; the build defines
 * HK_SUFFIX, which goes into every name, and HK_ISA, the name of the level. */
#ifndef HECATE_KERNELS_LEVEL_H
#define HECATE_KERNELS_LEVEL_H

#include "hk.h"

#define HK_PASTE_(a, b) a##_##b
#define HK_PASTE(a, b) HK_PASTE_(a, b)
#define HK_LEVEL(name) HK_PASTE(name, HK_SUFFIX)

extern const hk_table HK_LEVEL(hk_table);

/* X(name, numbers) for each mix that an operation of so many operands has; see HK_MIXES. */
#define HK_MIXES_OF_1(X, name) X(name, 0)
#define HK_MIXES_OF_2(X, name) X(name, 0) X(name, 1) X(name, 2)
#define HK_MIXES_OF_3(X, name)                                                                     \
    X(name, 0) X(name, 1) X(name, 2) X(name, 3) X(name, 4) X(name, 5) X(name, 6)

#define HK_OP_PROTOTYPE(name, numbers)                                                             \
    void HK_LEVEL(hk_op_##name##_##numbers)(size_t n, const double *a, const double *b,            \
                                            const double *c, double *out);
#define HK_OP_PROTOTYPES(name, arity, words) HK_MIXES_OF_##arity(HK_OP_PROTOTYPE, name)
HK_OP_TABLE(HK_OP_PROTOTYPES)
#undef HK_OP_PROTOTYPES
#undef HK_OP_PROTOTYPE

void HK_LEVEL(hk_chain)(size_t n, const double *start, size_t n_links, const hk_link *links,
                        double *out);
void HK_LEVEL(hk_lookup)(size_t n, const hk_lookup *table, const double *const *x, unsigned numbers,
                         double *out);
void HK_LEVEL(hk_logs)(size_t n, const double *x, double *high, double *low);
void HK_LEVEL(hk_powers)(size_t n, const double *x, const double *high, const double *low,
                         const double *y, int number, double *out);
void HK_LEVEL(hk_fill)(size_t n, double value, double *out);
void HK_LEVEL(hk_axpy)(size_t n, double a, const double *x, double *y);
void HK_LEVEL(hk_multiply_add)(size_t n, const double *a, const double *x, double *y);
void HK_LEVEL(hk_cohort_step)(size_t n, const hk_cohort *cohort, const double *x,
                              const double *weight, double *y, double *acc);
void HK_LEVEL(hk_cohort_run)(size_t n, const hk_cohort *cohort, size_t n_cycles,
                             const double *weight, double *x, double *scratch, double *acc);
/* cohort_run of a chain small enough for registers; 0, and nothing done, when it is not. */
int HK_LEVEL(hk_cohort_registers)(size_t n, const hk_cohort *cohort, size_t n_cycles,
                                  const double *weight, double *x, double *acc);
void HK_LEVEL(hk_uniforms)(size_t n, uint64_t seed, uint64_t stream, uint64_t first, uint32_t word,
                           double *out);
void HK_LEVEL(hk_piecewise)(size_t n, double lo, double scale, size_t pieces, size_t degree,
                            const double *coefficients, const double *x, double *out);
size_t HK_LEVEL(hk_first_outside)(size_t n, const double *x, double lo, double hi);
double HK_LEVEL(hk_sum)(size_t n, const double *x);
void HK_LEVEL(hk_decision)(size_t n, size_t n_strategies, double wtp, const double *const *cost,
                           const double *const *effect, int64_t *best, double *sum_nb,
                           double *sum_max);
void HK_LEVEL(hk_person_uniforms)(size_t n, uint64_t seed, uint64_t stream, const uint64_t *id,
                                  uint32_t word, int pairs, double *even, double *odd);
size_t HK_LEVEL(hk_person_move)(size_t n, const hk_moves *moves, const double *state,
                                const double *asked, const double *u, double *next);
void HK_LEVEL(hk_person_pick)(size_t n, size_t n_states, const double *const *value,
                              const uint8_t *uniform, const double *state, double *out);
void HK_LEVEL(hk_person_reward)(size_t n, size_t n_states, const double *const *value,
                                const uint8_t *uniform, const double *state, double w0, double w1,
                                double *y0, double *y1);
size_t HK_LEVEL(hk_person_keep)(size_t n, const double *keep, uint32_t *index);
void HK_LEVEL(hk_gather)(size_t n, const uint32_t *index, const double *x, double *out);
void HK_LEVEL(hk_scatter)(size_t n, const uint32_t *index, const double *x, double *out);
int HK_LEVEL(hk_sum_whole)(size_t n, const double *keep, const double *x, double most, double *sum);
int HK_LEVEL(hk_to_steps)(size_t n, const double *keep, const double *x, double most,
                          double *steps);
void HK_LEVEL(hk_remainders)(size_t n, uint64_t divisor, const uint64_t *x, uint32_t *out);
void HK_LEVEL(hk_sum_lanes)(size_t n, const double *x, double sums[8]);
size_t HK_LEVEL(hk_person_earliest)(size_t n, size_t n_times, const double *const *time,
                                    const double *from, double horizon, double *until,
                                    double *which);
void HK_LEVEL(hk_person_discount)(size_t n, double rate, const double *from, const double *until,
                                  double *years);
size_t HK_LEVEL(hk_person_choose)(size_t n, const double *which, double wanted,
                                  const uint32_t *lanes, const double *until, uint32_t *index,
                                  uint32_t *lanes_out, double *until_out);
void HK_LEVEL(hk_scatter_add)(size_t n, const uint32_t *index, const double *x, double *out);

#endif
