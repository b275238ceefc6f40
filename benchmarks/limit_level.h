/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the limits of one ISA level share: names, and prototypes of what the table holds. */
#ifndef HECATE_BENCHMARKS_LIMIT_LEVEL_H
#define HECATE_BENCHMARKS_LIMIT_LEVEL_H

#include "limit_lanes.h"

void LIMIT_LEVEL(limit_exp)(size_t n, const double *x, double *out);
void LIMIT_LEVEL(limit_expm1)(size_t n, const double *x, double *out);
void LIMIT_LEVEL(limit_log)(size_t n, const double *x, double *out);
void LIMIT_LEVEL(limit_pow)(size_t n, const double *x, const double *y, double *out);
void LIMIT_LEVEL(limit_normal_quantile)(size_t n, const double *p, double *out);
void LIMIT_LEVEL(limit_uniforms)(size_t n, uint64_t key, uint64_t first, uint32_t word,
                                 double *out);
void LIMIT_LEVEL(limit_uniforms_both)(size_t n, uint64_t key, uint64_t first, uint32_t word,
                                      double *out);
void LIMIT_LEVEL(limit_formula)(size_t n, const double *const *x, double *out);
void LIMIT_LEVEL(limit_moves)(size_t n, const double *const *x, double *out);
void LIMIT_LEVEL(limit_step)(size_t n, const double *const *p, const double *x,
                             const double *weight, double *y, double *acc);
void LIMIT_LEVEL(limit_run)(size_t n, const double *const *p, size_t cycles, const double *weight,
                            double *x, double *acc);
void LIMIT_LEVEL(limit_columns)(size_t n, const double *const *x, const double *weight,
                                double *cost, double *effect);
void LIMIT_LEVEL(limit_registers)(size_t n, const double *const *x, const double *weight,
                                  double *cost, double *effect);
void LIMIT_LEVEL(limit_aged)(size_t n, const double *const *x, const double *weight, double growth,
                             double *cost, double *effect);
void LIMIT_LEVEL(limit_persons)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                const double *weight, double *cost, double *qaly);
void LIMIT_LEVEL(limit_persons_tabulated)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                          const double *weight, double *cost, double *qaly);
void LIMIT_LEVEL(limit_persons_columns)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                        const double *weight, double *cost, double *qaly);
void LIMIT_LEVEL(limit_persons_paid)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                     const double *weight, double *cost, double *qaly,
                                     double *patient, double *fund, double *ledger, double *panel);
void LIMIT_LEVEL(limit_times)(size_t n, const uint64_t key[3], uint64_t first, double horizon,
                              double rate, double *cost, double *qaly);
void LIMIT_LEVEL(limit_decision)(size_t n, const double *const *cost, const double *const *effect,
                                 size_t n_wtp, const double *wtp, double *ceac, double *evpi);
extern const limit_table LIMIT_LEVEL(limit_table);

#endif
