/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: what they read of everybody. It is given as rows of numbers, one number for each panel,
 * and each person reads that of its own panel; or it is one number for all. */
#include "sim/persons_cycles.h"

/* ---- layout ---------------------------------------------------------------------------------- */

bool hec_cycles_lay_years(hec_arena *arena, struct hec_cycles *cycles, const hec_model *model)
{
    cycles->year_of = hec_arena_array(arena, (size_t)model->cycles + 1, sizeof *cycles->year_of);
    for (int64_t cycle = 1; cycles->year_of && cycle <= model->cycles; cycle++) {
        cycles->year_of[cycle - 1] = cycles->n_years;
        cycles->n_years += hec_model_year_ends(model, cycle) != 0;
    }
    return cycles->year_of != NULL;
}

static size_t panels_of(const hec_model *model, int provider)
{
    bool several = provider >= 0 && model->parties[provider].panels > 1;
    return several ? (size_t)model->parties[provider].panels : 1;
}

bool hec_cycles_lay_feeds(hec_arena *arena, hec_persons *persons, size_t strategy,
                          const bool *reads)
{
    const hec_model *model = persons->model;
    const hec_pay *pay = &model->strategies[strategy].pay;
    struct hec_cycles *cycles = persons->cycles;
    hec_life_plan *plan = &cycles->plans[strategy];
    int columns = 0;
    plan->feeds = hec_arena_array(arena, pay->n_feeds + 1, sizeof *plan->feeds);
    for (size_t i = 0; plan->feeds && i < pay->n_feeds; i++) {
        const hec_feed *feed = &pay->feeds[i];
        bool by_cycle = feed->kind == HEC_FEED_SO_FAR;
        hec_feed_plan *f = &plan->feeds[i];
        *f = (hec_feed_plan){.first = plan->feed_numbers,
                             .panels = panels_of(model, feed->provider),
                             .by_cycle = by_cycle,
                             .read = feed->input >= 0 && reads[feed->input],
                             .column = -1};
        plan->feed_numbers += f->panels * (by_cycle ? (size_t)model->cycles : cycles->n_years);
        if (f->read && feed->provider >= 0) {
            f->column = columns++;
        }
    }
    cycles->most_feeds =
        (size_t)columns > cycles->most_feeds ? (size_t)columns : cycles->most_feeds;
    return plan->feeds != NULL;
}

/* ---- a cycle --------------------------------------------------------------------------------- */

/* The panel of each lane, from 0. Who is said to be in one that there is not is found by the checks
 * of the life. */
static void find_panels(const hec_life_run *r, const hec_party *party, uint32_t *restrict out)
{
    const double *belongs =
        party->attribute < 0
            ? NULL
            : r->c->inputs[hec_model_attribute(r->model, (size_t)party->attribute)];
    for (size_t lane = 0; lane < r->n; lane++) {
        size_t panel = 0;
        bool known = hec_party_panel(party, r->c->ids[lane], belongs ? belongs[lane] : 0, &panel);
        out[lane] = known ? (uint32_t)panel : 0;
    }
}

static void find_all_panels(hec_life_run *r)
{
    const hec_pay *pay = &r->model->strategies[r->strategy].pay;
    for (size_t i = 0; i < pay->n_feeds; i++) {
        const hec_feed_plan *f = &r->plan->feeds[i];
        if (f->column >= 0) {
            find_panels(r, &r->model->parties[pay->feeds[i].provider],
                        r->c->panels + (size_t)f->column * r->stride);
        }
    }
    r->panelled = true;
}

void hec_cycles_feed(hec_life_run *r)
{
    static const double nothing = 0;
    const hec_pay *pay = &r->model->strategies[r->strategy].pay;
    const double *numbers = r->block->feeds ? r->block->feeds[r->strategy] : NULL;
    if (pay->n_feeds > 0 && !r->panelled) {
        find_all_panels(r);
    }
    for (size_t i = 0; i < pay->n_feeds; i++) {
        const hec_feed_plan *f = &r->plan->feeds[i];
        int32_t input = pay->feeds[i].input;
        if (!f->read) {
            continue;
        }
        const double *row =
            numbers ? numbers + hec_persons_feed(r->persons, r->strategy, i, r->cycle) : &nothing;
        r->work->values[input] = row[0];
        if (f->column >= 0) {
            double *column = r->c->fed + (size_t)f->column * r->stride;
            if (numbers) {
                r->hk->gather(r->n, r->c->panels + (size_t)f->column * r->stride, row, column);
            } else {
                r->hk->fill(r->n, 0, column);
            }
            r->c->inputs[input] = column;
        }
    }
}

/* ---- what others ask ------------------------------------------------------------------------- */

size_t hec_persons_feed_numbers(const hec_persons *persons, size_t strategy)
{
    return persons->cycles ? persons->cycles->plans[strategy].feed_numbers : 0;
}

size_t hec_persons_feed(const hec_persons *persons, size_t strategy, size_t feed, int64_t cycle)
{
    const struct hec_cycles *cycles = persons->cycles;
    const hec_feed_plan *f = &cycles->plans[strategy].feeds[feed];
    size_t row = f->by_cycle ? (size_t)cycle - 1 : cycles->year_of[cycle - 1];
    return f->first + row * f->panels;
}
