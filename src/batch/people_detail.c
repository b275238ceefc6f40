/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in the base case: who is where, what happens, what is counted when, how it is spread. */
#include "batch/run_persons.h"

#include <stdlib.h>
#include <string.h>

int hec_life_years(const hec_model *model)
{
    for (size_t o = 0; o < model->n_outcomes; o++) {
        if (model->outcomes[o].kind == HEC_OUTCOME_EFFECT &&
            strcmp(model->outcomes[o].name, "life_years") == 0) {
            return (int)o;
        }
    }
    return -1;
}

size_t hec_people_moves(const hec_model *model, size_t strategy)
{
    const hec_strategy *s = &model->strategies[strategy];
    return model->engine == HEC_ENGINE_TIMES ? s->life.n_latents : s->n_arcs;
}

/* How many numbers each part of a strategy's tally has. */
typedef struct tally_sizes {
    size_t trace, moves, events, deaths, lanes;
} tally_sizes;

static tally_sizes sizes_of(const hec_model *model, size_t strategy)
{
    size_t cycles = (size_t)model->cycles;
    return (tally_sizes){.trace = (cycles + 1) * hec_model_places(model),
                         .moves = cycles * hec_people_moves(model, strategy),
                         .events = cycles * model->n_events,
                         .deaths = cycles * hec_persons_causes(model),
                         .lanes = 2 * model->n_outcomes * cycles * 8};
}

static void measure(const hec_model *model, hec_people_detail *d)
{
    for (size_t s = 0; s < model->n_strategies; s++) {
        tally_sizes n = sizes_of(model, s);
        d->n_counts += n.trace + n.moves + n.events + n.deaths;
        d->n_lanes += n.lanes;
        d->n_amounts += n.lanes / 8;
    }
}

static void share_out(hec_people_detail *d)
{
    int64_t *count = d->counts;
    double *lane = d->lanes;
    for (size_t s = 0; s < d->model->n_strategies; s++) {
        tally_sizes n = sizes_of(d->model, s);
        hec_person_tally *t = &d->tallies[s];
        t->trace = count;
        t->moves = t->trace + n.trace;
        t->events = t->moves + n.moves;
        t->deaths = t->events + n.events;
        count = t->deaths + n.deaths;
        t->sums = lane;
        lane = lane ? lane + n.lanes : NULL;
    }
}

size_t hec_people_detail_bytes(const hec_model *model)
{
    hec_people_detail d = {0};
    size_t spreads = model->n_strategies * HEC_SPREADS + model->population.n_attributes;
    measure(model, &d);
    return 8 * (d.n_counts + d.n_lanes + d.n_amounts) + spreads * sizeof(hec_sketch);
}

/* The whole has no running sums, a thread's part no amounts. */
bool hec_people_detail_create(const hec_model *model, bool whole, hec_people_detail *d)
{
    size_t strategies = model->n_strategies, attributes = model->population.n_attributes;
    *d = (hec_people_detail){.model = model};
    measure(model, d);
    d->tallies = calloc(strategies, sizeof *d->tallies);
    d->counts = calloc(d->n_counts + 1, sizeof *d->counts);
    d->spreads = calloc(strategies * HEC_SPREADS, sizeof *d->spreads);
    d->baseline = calloc(attributes + 1, sizeof *d->baseline);
    if (whole) {
        d->amounts = calloc(d->n_amounts + 1, sizeof *d->amounts);
        d->baseline_sums = calloc(attributes + 1, sizeof *d->baseline_sums);
    } else {
        d->lanes = hec_aligned_doubles(d->n_lanes + 8);
        d->attributes = calloc(attributes + 1, sizeof *d->attributes);
    }
    if (!d->tallies || !d->counts || !d->spreads || !d->baseline ||
        (whole ? !d->amounts || !d->baseline_sums : !d->lanes || !d->attributes)) {
        return false;
    }
    share_out(d);
    return true;
}

void hec_people_detail_destroy(hec_people_detail *d)
{
    free(d->tallies);
    free(d->counts);
    hec_aligned_free(d->lanes);
    free(d->amounts);
    free(d->spreads);
    free(d->baseline);
    free(d->attributes);
    free(d->baseline_sums);
    *d = (hec_people_detail){0};
}

void hec_people_detail_fold(hec_people_detail *whole, hec_people_detail *chunk)
{
    size_t attributes = whole->model->population.n_attributes;
    for (size_t i = 0; i < whole->n_amounts; i++) {
        whole->amounts[i] += hec_fold_lanes(chunk->lanes + 8 * i);
    }
    memset(chunk->lanes, 0, chunk->n_lanes * sizeof *chunk->lanes);
    for (size_t a = 0; a < attributes; a++) {
        hec_moments sums = hec_lane_sums_close(&chunk->attributes[a]);
        hec_moments_merge(&whole->baseline_sums[a], &sums);
        chunk->attributes[a] = (hec_lane_sums){0};
    }
}

void hec_people_detail_merge(hec_people_detail *whole, const hec_people_detail *of_thread)
{
    size_t spreads = whole->model->n_strategies * HEC_SPREADS;
    for (size_t i = 0; i < whole->n_counts; i++) {
        whole->counts[i] += of_thread->counts[i];
    }
    for (size_t i = 0; i < spreads; i++) {
        hec_sketch_merge(&whole->spreads[i], &of_thread->spreads[i]);
    }
    for (size_t a = 0; a < whole->model->population.n_attributes; a++) {
        hec_sketch_merge(&whole->baseline[a], &of_thread->baseline[a]);
    }
}
