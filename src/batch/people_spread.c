/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How persons differ: costs, effects and life years of the base case, and who the persons are. */
#include "batch/run_persons.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

enum { PIECES = 64 };

static const char *const statistics[] = {"mean", "sd",  "min", "p1",  "p5",  "p10", "p25",
                                         "p50",  "p75", "p90", "p95", "p99", "max"};
static const double probabilities[] = {0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
enum {
    N_STATISTICS = sizeof statistics / sizeof statistics[0],
    N_PROBABILITIES = sizeof probabilities / sizeof probabilities[0]
};
_Static_assert(N_STATISTICS == N_PROBABILITIES + 2, "mean and sd, then quantiles");

static void describe(const hec_moments *moment, const hec_sketch *sketch, double *row)
{
    row[0] = hec_moments_mean(moment);
    row[1] = sqrt(hec_moments_variance(moment));
    for (size_t i = 0; i < N_PROBABILITIES; i++) {
        row[2 + i] = hec_sketch_quantile(sketch, probabilities[i]);
    }
}

/* One of the HEC_SPREADS: which array it goes to, and which total it is. */
typedef struct spread {
    const char *name, *unit, *title;
    int kind;
    size_t total; /* among outcomes and perspectives */
} spread;

static bool add_distribution(const hec_people_results *r, const spread *of, size_t which)
{
    char path[64];
    snprintf(path, sizeof path, "base/distribution_%s", of->name);
    double *to = hec_dataset_doubles(r->run->dataset, path, "strategy,spread", of->unit, of->title);
    for (size_t s = 0; to && s < r->run->model->n_strategies; s++) {
        describe(&r->moments[hec_quantity_outcome(&r->q, s, of->kind, of->total)].persons,
                 &r->detail->spreads[s * HEC_SPREADS + which], to + s * N_STATISTICS);
    }
    return to != NULL;
}

/* The least and the greatest value under any strategy. */
static void range_of(const hec_people_results *r, size_t which, double range[2])
{
    for (size_t s = 0; s < r->run->model->n_strategies; s++) {
        const hec_sketch *sketch = &r->detail->spreads[s * HEC_SPREADS + which];
        double low = hec_sketch_quantile(sketch, 0), high = hec_sketch_quantile(sketch, 1);
        range[0] = s == 0 || low < range[0] ? low : range[0];
        range[1] = s == 0 || high > range[1] ? high : range[1];
    }
}

/* Persons in pieces of the range, the same pieces for every strategy. */
static bool add_histogram(const hec_people_results *r, const spread *of, size_t which)
{
    char path[64];
    double range[2] = {0, 0}, edges[PIECES + 1];
    hec_dataset *d = r->run->dataset;
    snprintf(path, sizeof path, "base/histogram_%s", of->name);
    int64_t *counts =
        hec_dataset_ints(d, path, "strategy,piece", "persons", "Persons by what they have");
    snprintf(path, sizeof path, "base/histogram_%s_from", of->name);
    double *from = hec_dataset_doubles(d, path, "piece", of->unit, "Where the piece begins");
    snprintf(path, sizeof path, "base/histogram_%s_to", of->name);
    double *to = hec_dataset_doubles(d, path, "piece", of->unit, "Where the piece ends");
    if (!counts || !from || !to) {
        return false;
    }
    range_of(r, which, range);
    hec_sketch_edges(range[0], range[1], PIECES, edges);
    for (size_t k = 0; k < PIECES; k++) {
        from[k] = edges[k];
        to[k] = edges[k + 1];
    }
    for (size_t s = 0; s < r->run->model->n_strategies; s++) {
        hec_sketch_histogram(&r->detail->spreads[s * HEC_SPREADS + which], PIECES, edges,
                             counts + s * PIECES);
    }
    return true;
}

static bool add_spreads(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    int life_years = hec_life_years(m);
    const spread of[HEC_SPREADS] = {
        {"cost", m->economics.currency, "Cost over persons, discounted", 1,
         m->n_outcomes + (size_t)m->perspective},
        {"effect", m->outcomes[m->effect].name, "Effect over persons, discounted", 1,
         (size_t)m->effect},
        {"life_years", "years", "Life years over persons, undiscounted", 0,
         life_years < 0 ? 0 : (size_t)life_years},
    };
    bool good = hec_dataset_dimension(r->run->dataset, "spread", "Statistic over persons", "",
                                      N_STATISTICS, statistics, NULL) >= 0 &&
                hec_dataset_dimension(r->run->dataset, "piece", "Piece of a histogram", "", PIECES,
                                      NULL, NULL) >= 0;
    for (size_t i = 0; good && i < HEC_SPREADS - (life_years < 0); i++) {
        good = add_distribution(r, &of[i], i) && add_histogram(r, &of[i], i);
    }
    return good;
}

/* ---- the population -------------------------------------------------------------------------- */

static bool is_word(const hec_model *m, size_t attribute)
{
    return m->population.types[attribute].kind == HEC_KIND_LABEL;
}

/* Words have no mean; they are counted beside. */
static bool add_numbers(const hec_people_results *r)
{
    const hec_population *p = &r->run->model->population;
    double *to = hec_dataset_doubles(r->run->dataset, "base/population", "attribute,spread", "",
                                     "Attributes of the persons at the start");
    for (size_t a = 0; to && a < p->n_attributes; a++) {
        double *row = to + a * N_STATISTICS;
        describe(&r->detail->baseline_sums[a], &r->detail->baseline[a], row);
        for (size_t i = 0; is_word(r->run->model, a) && i < N_STATISTICS; i++) {
            row[i] = NAN;
        }
    }
    return to != NULL;
}

/* Persons who have a word, which is a small whole number and alone in its bin. */
static int64_t count_of(const hec_sketch *sketch, double code)
{
    int64_t count = 0;
    for (size_t i = 0; i < HEC_SKETCH_BINS; i++) {
        const hec_sketch_bin *bin = &sketch->bins[i];
        count += bin->count > 0 && bin->least == code ? bin->count : 0;
    }
    return count;
}

/* Words of the attributes, all that somebody has: "sex = female". */
static bool add_words(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    const hec_population *p = &m->population;
    size_t n = 0, most = p->n_attributes * m->n_words + 1;
    const char **labels = calloc(most, sizeof *labels);
    double *shares = calloc(most, sizeof *shares);
    bool good = labels && shares;
    for (size_t a = 0; good && a < p->n_attributes; a++) {
        for (size_t w = 0; is_word(m, a) && w < m->n_words; w++) {
            int64_t count = count_of(&r->detail->baseline[a], (double)w);
            if (count > 0) {
                labels[n] =
                    hec_arena_format(r->run->arena, "%s = %s", p->attributes[a], m->words[w]);
                shares[n] = (double)count / (double)m->persons.count;
                good = good && labels[n++];
            }
        }
    }
    double *to = NULL;
    if (good && n > 0 &&
        hec_dataset_dimension(r->run->dataset, "word", "Attribute in words", "", n, labels, NULL) >=
            0) {
        to = hec_dataset_doubles(r->run->dataset, "base/population_words", "word", "1",
                                 "Share of the persons at the start");
    }
    for (size_t i = 0; to && i < n; i++) {
        to[i] = shares[i];
    }
    free(labels);
    free(shares);
    return good && (to || n == 0);
}

hec_status hec_people_spread(const hec_people_results *results)
{
    bool people = results->run->model->population.n_attributes > 0;
    bool good = add_spreads(results);
    if (good && people) {
        good = hec_people_attribute_dimension(results->run) && add_numbers(results) &&
               add_words(results);
    }
    return good ? HEC_OK : HEC_E_MEMORY;
}
