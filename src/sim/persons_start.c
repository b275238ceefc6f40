/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: who they are before anything happens. */
#include <math.h>

#include "sim/persons_inner.h"

/* SplitMix64's finaliser, a bijection: draws of one stream never share a key. */
uint64_t hec_person_stream(uint64_t stream, int64_t draw)
{
    uint64_t x = stream + ((uint64_t)draw + 2) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* ---- layout ---------------------------------------------------------------------------------- */

static uint64_t stream_of(hec_arena *arena, const char *what, const char *name, bool *good)
{
    const char *text = hec_arena_format(arena, "%s/%s", what, name);
    *good = *good && text;
    return text ? hec_stream_of_name(text) : 0;
}

/* Running sums of the weights; who stands beyond the last by rounding is in the last row that has
 * any weight. */
static bool lay_rows(hec_arena *arena, hec_persons *persons)
{
    const hec_population *population = &persons->model->population;
    size_t n = population->n_strata;
    persons->row_stream = hec_stream_of_name("population/row");
    if (population->in_turn || n <= 1) {
        return true;
    }
    persons->cumulative = hec_arena_array(arena, n, sizeof *persons->cumulative);
    double sum = 0;
    size_t last = 0;
    for (size_t i = 0; persons->cumulative && i < n; i++) {
        sum += population->weights[i];
        last = population->weights[i] > 0 ? i : last;
        persons->cumulative[i] = sum;
    }
    for (size_t i = last; persons->cumulative && i < n; i++) {
        persons->cumulative[i] = INFINITY;
    }
    return persons->cumulative != NULL;
}

static bool lay_samples(hec_arena *arena, hec_diagnostics *diagnostics, hec_persons *persons)
{
    const hec_model *model = persons->model;
    const hec_population *population = &model->population;
    const hec_persons_settings *settings = &model->persons;
    int64_t most = settings->count > settings->per_draw ? settings->count : settings->per_draw;
    if (population->n_draws == 0) {
        return true;
    }
    hec_sample_request request = {.n_columns = population->n_draws,
                                  .columns = population->draws,
                                  .n_correlations = population->n_correlations,
                                  .correlations = population->correlations,
                                  .design = settings->sobol ? HEC_DESIGN_SOBOL : HEC_DESIGN_RANDOM,
                                  .antithetic = settings->antithetic,
                                  .draws = most,
                                  .place = settings->place};
    persons->samples = hec_sample_plan_create(arena, diagnostics, &request);
    return persons->samples != NULL;
}

bool hec_persons_lay_start(hec_arena *arena, hec_diagnostics *diagnostics, hec_persons *persons)
{
    const hec_model *model = persons->model;
    const hec_population *population = &model->population;
    bool good = true;
    persons->number_input = model->number_input > 0 ? model->number_input : -1;
    persons->streams = hec_arena_array(arena, model->n_chances + 1, sizeof *persons->streams);
    persons->lasting = hec_arena_array(arena, model->n_chances + 1, sizeof *persons->lasting);
    persons->start = hec_arena_array(arena, model->n_chains + 1, sizeof *persons->start);
    persons->move = hec_arena_array(arena, model->n_chains + 1, sizeof *persons->move);
    persons->share_streams =
        hec_arena_array(arena, population->n_shares + 1, sizeof *persons->share_streams);
    if (!persons->streams || !persons->lasting || !persons->start || !persons->move ||
        !persons->share_streams || !lay_rows(arena, persons)) {
        return false;
    }
    for (size_t i = 0; i < model->n_chances; i++) {
        persons->streams[i] = hec_stream_of_name(model->chances[i].name);
        if (model->chances[i].lasting) {
            persons->lasting[persons->n_lasting++] = i;
        }
    }
    for (size_t i = 0; i < model->n_chains; i++) {
        persons->start[i] = stream_of(arena, "start", model->chains[i].name, &good);
        persons->move[i] = stream_of(arena, "move", model->chains[i].name, &good);
    }
    for (size_t i = 0; i < population->n_shares; i++) {
        const char *name = population->attributes[population->shares[i].attribute];
        persons->share_streams[i] = stream_of(arena, "population", name, &good);
    }
    return good && lay_samples(arena, diagnostics, persons);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* The first place whose running sum is above u; the last one's is infinite, or u stays below. */
static size_t place_of(const double *cumulative, size_t n, double u)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u < cumulative[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static void draw_rows(const hec_persons *persons, hec_persons_work *work,
                      const hec_person_block *block)
{
    const hec_population *population = &persons->model->population;
    size_t n_attributes = population->n_attributes, rows = population->n_strata;
    if (persons->cumulative) {
        hec_person_chance(persons, block, persons->row_stream, block->n, work->ids,
                          HEC_WORD_LASTING, work->scratch, NULL);
    }
    for (size_t i = 0; i < block->n; i++) {
        size_t row = persons->cumulative ? place_of(persons->cumulative, rows, work->scratch[i])
                     : rows > 1          ? (size_t)(work->ids[i] % rows)
                                         : 0;
        for (size_t a = 0; a < n_attributes; a++) {
            work->attributes[a * work->stride + i] = population->values[row * n_attributes + a];
        }
    }
}

static void draw_samples(const hec_persons *persons, hec_persons_work *work,
                         const hec_person_block *block)
{
    const hec_population *population = &persons->model->population;
    uint64_t seed = hec_person_stream(block->seed, block->draw);
    hec_status status = hec_sample(persons->samples, block->kernels, work->samples, seed,
                                   block->first, block->n, work->stride, work->drawn);
    for (size_t i = 0; i < population->n_draws; i++) {
        double *column = work->attributes + population->draw_attributes[i] * work->stride;
        if (status == HEC_OK) {
            block->kernels->op[HK_COPY](block->n, work->drawn + i * work->stride, NULL, NULL,
                                        column);
        } else { /* persons beyond those that the design was made for */
            block->kernels->fill(block->n, NAN, column);
        }
    }
}

static void draw_shares(const hec_persons *persons, hec_persons_work *work,
                        const hec_person_block *block)
{
    const hec_population *population = &persons->model->population;
    for (size_t k = 0; k < population->n_shares; k++) {
        const hec_population_shares *shares = &population->shares[k];
        double *column = work->attributes + shares->attribute * work->stride;
        hec_person_chance(persons, block, persons->share_streams[k], block->n, work->ids,
                          HEC_WORD_LASTING, column, NULL);
        for (size_t i = 0; i < block->n; i++) {
            column[i] = shares->values[place_of(shares->cumulative, shares->count, column[i])];
        }
    }
}

void hec_persons_give_draws(const hec_persons *persons, hec_persons_work *work,
                            const hec_person_block *block)
{
    const hec_model *model = persons->model;
    for (size_t i = 0; i < model->n_draws; i++) {
        work->values[hec_model_draw(model, i)] = block->draw_values[i];
    }
}

void hec_persons_point(const hec_persons *persons, hec_persons_work *work)
{
    const hec_model *model = persons->model;
    for (size_t a = 0; a < model->population.n_attributes; a++) {
        work->inputs[hec_model_attribute(model, a)] = work->attributes + a * work->stride;
        work->values[hec_model_attribute(model, a)] = work->attributes[a * work->stride];
    }
    for (size_t k = 0; k < persons->n_lasting; k++) {
        int32_t input = model->chances[persons->lasting[k]].input;
        if (input >= 0) {
            work->inputs[input] = work->lasting + k * work->stride;
        }
    }
    if (persons->number_input >= 0) {
        work->inputs[persons->number_input] = work->number;
    }
}

void hec_persons_draw(const hec_persons *persons, hec_persons_work *work,
                      const hec_person_block *block)
{
    for (size_t i = 0; i < block->n; i++) {
        work->ids[i] = (uint64_t)block->first + i;
        work->number[i] = (double)(block->first + (int64_t)i + 1);
    }
    draw_rows(persons, work, block);
    if (persons->samples) {
        draw_samples(persons, work, block);
    }
    draw_shares(persons, work, block);
    for (size_t k = 0; k < persons->n_lasting; k++) {
        hec_person_chance(persons, block, persons->streams[persons->lasting[k]], block->n,
                          work->ids, HEC_WORD_LASTING, work->lasting + k * work->stride, NULL);
    }
    hec_persons_give_draws(persons, work, block);
    hec_persons_point(persons, work);
}

void hec_person_inputs(const hec_persons *persons, const double *const *inputs,
                       const double *values, size_t lane, double *out)
{
    for (size_t i = 0; out && i < hec_model_inputs(persons->model); i++) {
        out[i] = inputs[i] ? inputs[i][lane] : values[i];
    }
}
