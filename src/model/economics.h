/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Economics: discounting, within-cycle counting, perspective; named profiles; nothing assumed. */
#ifndef HECATE_MODEL_ECONOMICS_H
#define HECATE_MODEL_ECONOMICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

/* X(NAME, "name", words) */
#define HEC_METHOD_TABLE(X)                                                                        \
    X(START, "start", "who is there at the start of the cycle, discounted there")                  \
    X(END, "end", "who is there at the end of the cycle, discounted there")                        \
    X(HALF_CYCLE, "half-cycle", "half of each end of the cycle, each discounted at its own point") \
    X(LIFE_TABLE, "life-table",                                                                    \
      "the mean of start and end, discounted at `life_table_discount_at`")                         \
    X(SIMPSON, "simpson", "Simpson's 1/3 rule over the points; needs an even number of cycles")    \
    X(NONE, "none", "every point whole, the first and the last too: no correction")                \
    X(WEIGHTS, "weights", "weights you give, one for each point 0..cycles")

typedef enum hec_method {
#define HEC_METHOD_ENUM(code, name, words) HEC_METHOD_##code,
    HEC_METHOD_TABLE(HEC_METHOD_ENUM)
#undef HEC_METHOD_ENUM
        HEC_METHOD_COUNT
} hec_method;

typedef enum hec_moment { HEC_AT_START, HEC_AT_MIDDLE, HEC_AT_END } hec_moment;

/* A discount rate per year, constant from each start on: rates[i] holds in [from[i], from[i+1]). */
typedef struct hec_discount_curve {
    size_t count;
    double *from, *rates; /* from[0] = 0 */
} hec_discount_curve;

/* One setting as resolved: for the result, `hecate check` and the list of departures. */
typedef struct hec_setting {
    const char *name, *value, *origin; /* origin: "profile cn2020" or "file:line" */
    bool departs;                      /* the profile says otherwise */
    const char *profile_value;
} hec_setting;

typedef struct hec_economics {
    const char *profile, *perspective, *currency, *effect;
    int price_year; /* 0: not stated */
    hec_discount_curve cost, effects;
    bool continuous;
    hec_method method;
    size_t n_weights; /* WEIGHTS */
    double *weights;
    hec_moment life_table_at, one_off_at;
    bool one_off_within_cycle;
    size_t n_wtp, n_thresholds;
    double *wtp, *thresholds;
    size_t n_settings, setting_capacity;
    hec_setting *settings;
} hec_economics;

/* Weights of every cycle: what one person-year at the start or the end of cycle k (1-based; index
 * k-1) counts, discounting included. The cycle length is not included. */
typedef struct hec_cycle_weights {
    int64_t cycles;
    double *start, *end, *one_off; /* [cycles] */
} hec_cycle_weights;

/* curve NULL: undiscounted. Allocates in the arena; false when out of memory. */
bool hec_cycle_weights_create(hec_arena *arena, const hec_economics *economics,
                              const hec_discount_curve *curve, int64_t cycles, double cycle_length,
                              hec_cycle_weights *weights);
/* Which part of a cycle is over by then: 0, a half or 1. */
double hec_moment_part(hec_moment moment);
/* Value today of one unit at time t (years). */
double hec_discount_factor(const hec_discount_curve *curve, bool continuous, double t_years);

typedef struct hec_profile_info {
    const char *name, *words, *settings;
} hec_profile_info;
size_t hec_profile_count(void);
const hec_profile_info *hec_profile_describe(size_t index);
size_t hec_method_count(void);
const char *hec_method_name(size_t index);
const char *hec_method_words(size_t index);

#endif
