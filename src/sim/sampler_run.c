/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampler: draws by blocks of lanes. Every lane goes through the same operations in the same order,
 * whatever block it is in. */
#include "sim/sampler_inner.h"

#include <math.h>
#include <stdlib.h>

enum { LANES = HEC_SAMPLE_LANES };

struct hec_sample_work {
    double *block;
    double *least, *greatest; /* columns of the bounds of scores */
    double *mixed, *sum;
    double *members; /* [largest unit][LANES] */
};

hec_sample_work *hec_sample_work_create(const hec_sample_plan *plan)
{
    hec_sample_work *work = malloc(sizeof *work);
    double *block = hec_aligned_doubles((plan->largest_unit + 5) * LANES);
    if (!work || !block) {
        free(work);
        hec_aligned_free(block);
        return NULL;
    }
    *work = (hec_sample_work){.block = block,
                              .least = block,
                              .greatest = block + LANES,
                              .mixed = block + (ptrdiff_t)2 * LANES,
                              .sum = block + (ptrdiff_t)3 * LANES,
                              .members = block + (ptrdiff_t)4 * LANES};
    for (size_t i = 0; i < LANES; i++) {
        work->least[i] = -HEC_SCORE_MAX;
        work->greatest[i] = HEC_SCORE_MAX;
    }
    return work;
}

void hec_sample_work_destroy(hec_sample_work *work)
{
    if (work) {
        hec_aligned_free(work->block);
        free(work);
    }
}

/* One block of a call. */
typedef struct block {
    const hec_sample_plan *plan;
    const hk_table *k;
    hec_sample_work *work;
    uint64_t seed;
    int64_t first;
    size_t n, stride;
    double *out; /* out + column * stride */
} block;

static double *column(const block *b, const hec_target *target)
{
    return b->out + target->column * b->stride;
}

static double *lanes_of(const block *b, size_t member)
{
    return b->work->members + member * LANES;
}

/* Uniform numbers or scores of pairs of draws; `mirror` turns one into its partner's. */
static void spread_pairs(const block *b, const double *pairs, bool scores, double *out)
{
    for (size_t i = 0; i < b->n; i++) {
        uint64_t draw = (uint64_t)b->first + i;
        double x = pairs[(draw >> 1) - ((uint64_t)b->first >> 1)];
        out[i] = (draw & 1) == 0 ? x : scores ? -x : 1 - x;
    }
}

static void uniforms(const block *b, const hec_stream *stream, double *out)
{
    if (!b->plan->antithetic) {
        hec_design_uniforms(b->plan, b->k, stream, b->seed, b->first, b->n, out);
        return;
    }
    int64_t first = b->first >> 1, last = (b->first + (int64_t)b->n - 1) >> 1;
    hec_design_uniforms(b->plan, b->k, stream, b->seed, first, (size_t)(last - first) + 1,
                        b->work->sum);
    spread_pairs(b, b->work->sum, false, out);
}

static void scores(const block *b, const hec_stream *stream, double *out)
{
    if (!b->plan->antithetic) {
        hec_design_uniforms(b->plan, b->k, stream, b->seed, b->first, b->n, out);
        b->k->op[HK_NORMAL_QUANTILE](b->n, out, NULL, NULL, out);
        return;
    }
    int64_t first = b->first >> 1, last = (b->first + (int64_t)b->n - 1) >> 1;
    size_t n = (size_t)(last - first) + 1;
    hec_design_uniforms(b->plan, b->k, stream, b->seed, first, n, b->work->sum);
    b->k->op[HK_NORMAL_QUANTILE](n, b->work->sum, NULL, NULL, b->work->sum);
    spread_pairs(b, b->work->sum, true, out);
}

/* start + row i of the factor times the members' scores, in their order. */
static void mix(const block *b, const hec_unit *unit, size_t i, double start, double *out)
{
    b->k->fill(b->n, start, out);
    for (size_t j = 0; j <= i; j++) {
        b->k->axpy(b->n, unit->factor[i * unit->n_members + j], lanes_of(b, j), out);
    }
}

static void draw_marginals(const block *b, const hec_unit *unit)
{
    for (size_t i = 0; i < unit->n_members; i++) {
        scores(b, &unit->members[i], lanes_of(b, i));
    }
    for (size_t t = 0; t < unit->n_targets; t++) {
        const hec_target *target = &unit->targets[t];
        const double *z = lanes_of(b, target->member);
        if (unit->factor) {
            mix(b, unit, target->member, 0, b->work->mixed);
            b->k->op[HK_MAX](b->n, b->work->mixed, b->work->least, NULL, b->work->mixed);
            b->k->op[HK_MIN](b->n, b->work->mixed, b->work->greatest, NULL, b->work->mixed);
            z = b->work->mixed;
        }
        hec_quantile_table_apply(target->table, b->k, b->n, z, column(b, target));
    }
}

static void draw_multinormal(const block *b, const hec_unit *unit)
{
    for (size_t i = 0; i < unit->n_members; i++) {
        scores(b, &unit->members[i], lanes_of(b, i));
    }
    for (size_t t = 0; t < unit->n_targets; t++) {
        size_t i = unit->targets[t].member;
        mix(b, unit, i, unit->group->mean[i], column(b, &unit->targets[t]));
    }
}

/* Shares of gamma draws, formed from their logarithms: small counts make draws that underflow. */
static void draw_dirichlet(const block *b, const hec_unit *unit)
{
    double *greatest = b->work->mixed, *sum = b->work->sum;
    b->k->fill(b->n, -INFINITY, greatest);
    for (size_t i = 0; i < unit->n_members; i++) {
        double *x = lanes_of(b, i);
        if (unit->logs[i]) {
            scores(b, &unit->members[i], x);
            hec_quantile_table_apply_log(unit->logs[i], b->k, b->n, x, sum);
            b->k->op[HK_COPY](b->n, sum, NULL, NULL, x);
            b->k->op[HK_MAX](b->n, greatest, x, NULL, greatest);
        }
    }
    b->k->fill(b->n, 0, sum);
    for (size_t i = 0; i < unit->n_members; i++) {
        double *x = lanes_of(b, i);
        if (unit->logs[i]) {
            b->k->op[HK_SUB](b->n, x, greatest, NULL, x);
            b->k->op[HK_EXP](b->n, x, NULL, NULL, x);
            b->k->op[HK_ADD](b->n, sum, x, NULL, sum);
        } else {
            b->k->fill(b->n, 0, x);
        }
    }
    for (size_t t = 0; t < unit->n_targets; t++) {
        const hec_target *target = &unit->targets[t];
        b->k->op[HK_DIV](b->n, lanes_of(b, target->member), sum, NULL, column(b, target));
    }
}

static void draw_rows(const block *b, const hec_unit *unit)
{
    const hec_draw_group *group = unit->group;
    double *row = b->work->members, rows = (double)group->rows;
    if (unit->kind == HEC_DRAW_BOOTSTRAP) {
        uniforms(b, &unit->members[0], row);
    }
    for (size_t i = 0; i < b->n; i++) {
        row[i] = unit->kind == HEC_DRAW_BOOTSTRAP ? fmin(floor(row[i] * rows), rows - 1)
                                                  : (double)b->first + (double)i;
    }
    for (size_t t = 0; t < unit->n_targets; t++) {
        double *out = column(b, &unit->targets[t]);
        for (size_t i = 0; i < b->n; i++) {
            out[i] = group->values[(size_t)row[i] * group->count + unit->targets[t].member];
        }
    }
}

static void draw_unit(const block *b, const hec_unit *unit)
{
    switch (unit->kind) {
    case HEC_DRAW_MARGINAL:
        draw_marginals(b, unit);
        break;
    case HEC_DRAW_DIRICHLET:
        draw_dirichlet(b, unit);
        break;
    case HEC_DRAW_MULTINORMAL:
        draw_multinormal(b, unit);
        break;
    case HEC_DRAW_SAMPLES:
    case HEC_DRAW_BOOTSTRAP:
        draw_rows(b, unit);
        break;
    }
}

hec_status hec_sample(const hec_sample_plan *plan, const hk_table *kernels, hec_sample_work *work,
                      uint64_t seed, int64_t first, size_t n, size_t stride, double *out)
{
    if (first < 0 || n > stride ||
        (plan->bounded && (first > plan->draws || n > (uint64_t)(plan->draws - first)))) {
        return HEC_E_ARGUMENT;
    }
    for (size_t done = 0; done < n; done += LANES) {
        block b = {.plan = plan,
                   .k = kernels,
                   .work = work,
                   .seed = seed,
                   .first = first + (int64_t)done,
                   .n = n - done < LANES ? n - done : LANES,
                   .stride = stride,
                   .out = out + done};
        for (size_t i = 0; i < plan->n_units; i++) {
            draw_unit(&b, &plan->units[i]);
        }
    }
    return HEC_OK;
}
