/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits: what a careful programmer writes by hand for one case and nothing else. Compiled once per
 * ISA level, as the kernels are. */
#ifndef HECATE_BENCHMARKS_LIMIT_H
#define HECATE_BENCHMARKS_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A long formula of plain arithmetic, once as C and once as text of the language. */
#define LIMIT_FORMULA                                                                              \
    ((x0 * x1 + x2 / x3) * (x4 - x5) + sqrt(x6 * x7 + x0)) / (1 + x1 * x2 * x3) +                  \
        min(x4 *x6, x5 + x7) * (0.25 + x0 / (x1 + x2)) - max(x3 - x6, x4 * x5) / (x7 + 2) +        \
        (x0 - x1) * (x2 - x3) * (x4 - x6) / (x5 * x5 + x7 * x7 + 1) +                              \
        sqrt((x1 - x4) * (x1 - x4) + (x2 - x5) * (x2 - x5)) * (x3 / (x6 + x7))
enum { LIMIT_INPUTS = 8 };

enum { LIMIT_PARAMETERS = 16, LIMIT_STRATEGIES = 4, LIMIT_CYCLES = 75, LIMIT_MOVES = 7 };
enum { LIMIT_FLOWS = 17, LIMIT_PANELS = 20 };
enum { LIMIT_STATES = 4, LIMIT_ARCS = 10, LIMIT_WEIGHTS = 2 };

typedef struct limit_table {
    const char *isa;
    bool vector_libm; /* else the C library's scalar functions in a loop */

    /* Vector mathematics of the C library (4 ulp), as wide as the level. */
    void (*exp)(size_t n, const double *x, double *out);
    void (*expm1)(size_t n, const double *x, double *out);
    void (*log)(size_t n, const double *x, double *out);
    void (*pow)(size_t n, const double *x, const double *y, double *out);
    /* Wichura's AS 241 (1e-16), the tails apart from the middle. */
    void (*normal_quantile)(size_t n, const double *p, double *out);
    /* Philox4x32-10: the numbers of the kernel in plain C; by intrinsics both doubles that are in a
     * counter, n/2 and n/2 (whole registers of them). */
    void (*uniforms)(size_t n, uint64_t key, uint64_t first, uint32_t word, double *out);
    void (*uniforms_both)(size_t n, uint64_t key, uint64_t first, uint32_t word, double *out);

    /* LIMIT_FORMULA of columns x[0..7]. */
    void (*formula)(size_t n, const double *const *x, double *out);
    /* Sick-Sicker's moves of a draw from r_HD, r_HS1, r_S1H, r_S1S2, hr_S1, hr_S2 to out[7][n]:
     * H->S1, H->D, S1->H, S1->S2, S1->D, S1->S1, S2->D. */
    void (*moves)(size_t n, const double *const *x, double *out);

    /* One cycle, and many, of four states with the ten arcs of Sick-Sicker in the order of the
     * state they lead to: H<-H, H<-S1, S1<-H, S1<-S1, S2<-S1, S2<-S2, D<-H, D<-S1, D<-S2, D<-D.
     * x, y: [4][n]; acc: [2][4][n]; weight: [cycles][2]. */
    void (*step)(size_t n, const double *const *p, const double *x, const double *weight, double *y,
                 double *acc);
    void (*run)(size_t n, const double *const *p, size_t cycles, const double *weight, double *x,
                double *acc);

    /* Sick-Sicker's probabilistic analysis. x[p]: n values of each parameter in the order of the
     * model file (r_HD ... u_trtA); weight[76]: what each point counts; cost, effect: [4][n].
     * columns: 64 draws side by side, state by state, one strategy after the other. */
    void (*sick_sicker_columns)(size_t n, const double *const *x, const double *weight,
                                double *cost, double *effect);
    /* registers: everything of a few draws in registers through all cycles, and the chain that two
     * strategies share run once: the floor. */
    void (*sick_sicker_registers)(size_t n, const double *const *x, const double *weight,
                                  double *cost, double *effect);
    /* columns, where background mortality rises by `growth` a year: moves change every cycle. */
    void (*sick_sicker_aged)(size_t n, const double *const *x, const double *weight, double growth,
                             double *cost, double *effect);

    /* Sick-Sicker person by person, first + i for i < n (a multiple of 16); weight[cycles + 1]: what
     * each point counts. registers: two registers of persons through all cycles; tabulated: the
     * same with mortality worked out beforehand for each year, of 75 at the most; columns: 512
     * persons side by side in plain C. */
    void (*persons_registers)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                              const double *weight, double *cost, double *qaly);
    void (*persons_tabulated)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                              const double *weight, double *cost, double *qaly);
    void (*persons_columns)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                            const double *weight, double *cost, double *qaly);

    /* The columns with the payments of models/insured.yaml beside them: what patients and the fund
     * pay for each person, discounted by weight[cycle]; ledger[cycles][LIMIT_FLOWS]: sums in
     * hundredths; panel[cycles][LIMIT_PANELS][2]: person-years of the clinic's panels, and of the
     * well. */
    void (*persons_paid)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                         const double *weight, double *cost, double *qaly, double *patient,
                         double *fund, double *ledger, double *panel);

    /* Illness and death in continuous time, first + i for i < n (whole registers of them); key: of
     * the times from H to S, from H to D and from S to D. Discounted at `rate`, continuously. */
    void (*times)(size_t n, const uint64_t key[3], uint64_t first, double horizon, double rate,
                  double *cost, double *qaly);

    /* CEAC and EVPI of four strategies: ceac[n_wtp][4], evpi[n_wtp]. */
    void (*decision)(size_t n, const double *const *cost, const double *const *effect, size_t n_wtp,
                     const double *wtp, double *ceac, double *evpi);
} limit_table;

/* NULL when the build lacks that level. */
const limit_table *limit_select(const char *isa);

#endif
