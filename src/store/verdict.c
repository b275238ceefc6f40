/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision in words: which strategy at which willingness to pay, by how much, how surely. */
#include "store/prose.h"

#include <math.h>
#include <string.h>

/* All that the sentences are made of. */
typedef struct evidence {
    size_t n, n_thresholds;
    const hec_dimension *strategy, *threshold;
    const double *ceac, *nmb, *se, *base; /* [threshold][strategy], base [strategy][threshold] */
    const char *const *label;             /* NULL: names alone */
    const char *currency;
} evidence;

static const hec_array *find(const hec_dataset *d, const char *path, hec_array_kind kind,
                             const char *first, const char *second)
{
    const hec_array *array = hec_dataset_array(d, path);
    if (!array || array->kind != kind || array->rank != (second ? 2 : 1) ||
        strcmp(hec_dataset_dimension_of(d, array, 0)->name, first) != 0 ||
        (second && strcmp(hec_dataset_dimension_of(d, array, 1)->name, second) != 0))
        return NULL;
    return array;
}

static const double *doubles(const hec_dataset *d, const char *path, const char *first,
                             const char *second)
{
    const hec_array *array = find(d, path, HEC_ARRAY_DOUBLE, first, second);
    return array ? array->data.doubles : NULL;
}

static bool gather(const hec_dataset *d, evidence *e)
{
    int strategy = hec_dataset_find_dimension(d, "strategy");
    int threshold = hec_dataset_find_dimension(d, "threshold");
    const hec_array *nmb =
        find(d, "analysis/threshold_nmb", HEC_ARRAY_DOUBLE, "threshold", "strategy");
    const hec_array *label = find(d, "strategies/label", HEC_ARRAY_TEXT, "strategy", NULL);
    if (strategy < 0 || threshold < 0 || !nmb)
        return false;
    *e = (evidence){.strategy = &d->dimensions[strategy],
                    .threshold = &d->dimensions[threshold],
                    .ceac = doubles(d, "analysis/threshold_ceac", "threshold", "strategy"),
                    .nmb = nmb->data.doubles,
                    .se = doubles(d, "analysis/threshold_nmb_se", "threshold", "strategy"),
                    .base = doubles(d, "base/threshold_nmb", "strategy", "threshold"),
                    .label = label ? (const char *const *)label->data.texts : NULL,
                    .currency = nmb->unit};
    e->n = e->strategy->length;
    e->n_thresholds = e->threshold->length;
    return e->ceac && e->se && e->strategy->labels && e->threshold->coordinates && e->n > 1;
}

/* The greatest of n values, `step` apart, other than that at `but`; n when there is none. */
static size_t greatest(size_t n, const double *values, size_t step, size_t but)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++)
        if (i != but && (best == n || values[i * step] > values[best * step]))
            best = i;
    return best;
}

static void add_strategy(const evidence *e, size_t strategy, bool in_full, hec_text *out)
{
    const char *name = e->strategy->labels[strategy];
    const char *label = e->label ? e->label[strategy] : "";
    hec_text_add_line(out, name);
    if (in_full && *label && strcmp(label, name) != 0) {
        hec_text_add(out, " (");
        hec_text_add_line(out, label);
        hec_text_add(out, ")");
    }
}

/* A strategy that pays otherwise and changes no more has the same net benefit in every draw. */
static bool is_tied(const evidence *e, size_t k, size_t best, size_t i)
{
    const double *nmb = e->nmb + k * e->n;
    return i != best && nmb[i] == nmb[best] && e->se[k * e->n + i] == 0;
}

/* The best of those that are not tied with the best; n when there is none. */
static size_t runner_up(const evidence *e, size_t k, size_t best)
{
    const double *nmb = e->nmb + k * e->n;
    size_t second = e->n;
    for (size_t i = 0; i < e->n; i++) {
        bool other = i != best && !is_tied(e, k, best, i);
        second = other && (second == e->n || nmb[i] > nmb[second]) ? i : second;
    }
    return second;
}

static void add_tied(const evidence *e, size_t k, size_t best, hec_text *out)
{
    size_t told = 0;
    for (size_t i = 0; i < e->n; i++) {
        if (is_tied(e, k, best, i)) {
            hec_text_add(out, told++ ? ", " : ", the same as ");
            add_strategy(e, i, false, out);
        }
    }
    hec_text_add(out, told ? "," : "");
}

/* An amount of money with three digits or all that stand before the point. */
static void add_amount(double value, hec_text *out)
{
    char number[HEC_FIXED_BYTES];
    double size = fabs(value);
    hec_number_fixed(value, size >= 100 ? 0 : size >= 1 ? 1 : 2, number);
    hec_text_add(out, number);
}

static void add_sentence(const evidence *e, size_t k, hec_text *out)
{
    const double *nmb = e->nmb + k * e->n;
    size_t best = greatest(e->n, nmb, 1, e->n), second = runner_up(e, k, best);
    char number[HEC_FIXED_BYTES];
    double wtp = e->threshold->coordinates[k];
    hec_number_fixed(wtp, wtp == floor(wtp) ? 0 : 2, number);
    hec_text_format(out, "At %s ", number);
    hec_prose_unit(out, e->threshold->unit);
    hec_text_add(out, ", ");
    add_strategy(e, best, true, out);
    add_tied(e, k, best, out);
    hec_text_add(out, " has the greatest expected net benefit");
    if (second == e->n) {
        hec_text_add(out, ".\n");
        return;
    }
    double lead = nmb[best] - nmb[second], error = e->se[k * e->n + second];
    hec_text_add(out, ": ");
    add_amount(lead, out);
    hec_text_format(out, " %s a person more than ", e->currency);
    add_strategy(e, second, false, out);
    hec_text_add(out, " (Monte Carlo error ");
    add_amount(error, out);
    hec_number_fixed(100 * e->ceac[k * e->n + best], 1, number);
    hec_text_format(out, "). It is best in %s %% of the draws.", number);
    if (lead <= 1.96 * error)
        hec_text_add(out, " So small a lead may be chance: more draws could turn it.");
    size_t base = e->base ? greatest(e->n, e->base + k, e->n_thresholds, e->n) : best;
    if (base != best) {
        hec_text_add(out, " In the base case the best is ");
        add_strategy(e, base, true, out);
        hec_text_add(out, ".");
    }
    hec_text_add(out, "\n");
}

void hec_verdict(const hec_dataset *dataset, hec_text *out)
{
    evidence e;
    if (!gather(dataset, &e))
        return;
    for (size_t k = 0; k < e.n_thresholds; k++)
        add_sentence(&e, k, out);
}
