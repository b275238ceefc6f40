/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Economics: discount factors and what each cycle counts; the table of methods. */
#include "model/economics.h"

#include <math.h>

#include "hk.h"

static const char *const method_names[] = {
#define METHOD_NAME(code, name, words) name,
    HEC_METHOD_TABLE(METHOD_NAME)
#undef METHOD_NAME
};

static const char *const method_words[] = {
#define METHOD_WORDS(code, name, words) words,
    HEC_METHOD_TABLE(METHOD_WORDS)
#undef METHOD_WORDS
};

size_t hec_method_count(void)
{
    return HEC_METHOD_COUNT;
}

const char *hec_method_name(size_t index)
{
    return index < HEC_METHOD_COUNT ? method_names[index] : "";
}

const char *hec_method_words(size_t index)
{
    return index < HEC_METHOD_COUNT ? method_words[index] : "";
}

/* Discrete: product of (1 + r_i)^-(years at r_i). Continuous: exp of minus the integral of r. */
double hec_discount_factor(const hec_discount_curve *curve, bool continuous, double t_years)
{
    double factor = 1;
    for (size_t i = 0; curve && i < curve->count && curve->from[i] < t_years; i++) {
        double until = i + 1 < curve->count ? fmin(curve->from[i + 1], t_years) : t_years;
        double years = until - curve->from[i];
        factor *= continuous ? hk_scalar(HK_EXP, -curve->rates[i] * years, 0, 0)
                             : hk_scalar(HK_POW, 1 + curve->rates[i], -years, 0);
    }
    return factor;
}

/* Weight of point i of 0..n for the methods that are weights of points. */
static double point_weight(const hec_economics *economics, int64_t i, int64_t n)
{
    bool edge = i == 0 || i == n;
    switch (economics->method) {
    case HEC_METHOD_HALF_CYCLE:
        return edge ? 0.5 : 1;
    case HEC_METHOD_SIMPSON:
        return edge ? 1.0 / 3 : i % 2 ? 4.0 / 3 : 2.0 / 3;
    case HEC_METHOD_WEIGHTS:
        return economics->weights[i];
    default:
        return 1;
    }
}

/* What the start (or end) of cycle k (1-based) counts, without discounting. A point between two
 * cycles belongs half to each, so that rewards that change with the cycle meet both. */
static double end_weight(const hec_economics *economics, int64_t k, int64_t n, bool at_end)
{
    int64_t point = at_end ? k : k - 1;
    switch (economics->method) {
    case HEC_METHOD_START:
        return at_end ? 0 : 1;
    case HEC_METHOD_END:
        return at_end ? 1 : 0;
    case HEC_METHOD_LIFE_TABLE:
        return 0.5;
    default:
        return point_weight(economics, point, n) * (point == 0 || point == n ? 1 : 0.5);
    }
}

double hec_moment_part(hec_moment moment)
{
    return moment == HEC_AT_START ? 0 : moment == HEC_AT_MIDDLE ? 0.5 : 1;
}

/* With `within_cycle: true` a move counts like the point at which the cycle it happens in ends. */
static double one_off_weight(const hec_economics *economics, int64_t k, int64_t n)
{
    if (!economics->one_off_within_cycle) {
        return 1;
    }
    switch (economics->method) {
    case HEC_METHOD_START:
        return k == n ? 0 : 1;
    case HEC_METHOD_LIFE_TABLE:
        return k == n ? 0.5 : 1;
    default:
        return point_weight(economics, k, n);
    }
}

bool hec_cycle_weights_create(hec_arena *arena, const hec_economics *economics,
                              const hec_discount_curve *curve, int64_t cycles, double cycle_length,
                              hec_cycle_weights *weights)
{
    bool continuous = economics->continuous;
    *weights = (hec_cycle_weights){.cycles = cycles};
    weights->start = hec_arena_array(arena, (size_t)cycles, sizeof(double));
    weights->end = hec_arena_array(arena, (size_t)cycles, sizeof(double));
    weights->one_off = hec_arena_array(arena, (size_t)cycles, sizeof(double));
    if (!weights->start || !weights->end || !weights->one_off) {
        return false;
    }
    for (int64_t k = 1; k <= cycles; k++) {
        double begin = (double)(k - 1) * cycle_length, finish = (double)k * cycle_length;
        double at_start = begin, at_end = finish;
        if (economics->method == HEC_METHOD_LIFE_TABLE) {
            at_start = at_end = begin + hec_moment_part(economics->life_table_at) * cycle_length;
        }
        double event = begin + hec_moment_part(economics->one_off_at) * cycle_length;
        weights->start[k - 1] = end_weight(economics, k, cycles, false) *
                                hec_discount_factor(curve, continuous, at_start);
        weights->end[k - 1] =
            end_weight(economics, k, cycles, true) * hec_discount_factor(curve, continuous, at_end);
        weights->one_off[k - 1] =
            one_off_weight(economics, k, cycles) * hec_discount_factor(curve, continuous, event);
    }
    return true;
}
