/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadrature. Written here rather than taken from GSL, whose integration calls a global handler
 * that ends the program when an integrand is hard; GSL is the reference in the tests. */
#include "sim/quadrature.h"

#include <math.h>
#include <stdlib.h>

/* ---- one interval ---------------------------------------------------------------------------- */

/* Lobatto's rule of 4 points (degree 5) and Kronrod's extension to 7 (degree 9), both with the
 * ends: a jump anywhere inside is seen by some point. */
static const double lobatto[2] = {1.0 / 6, 5.0 / 6};
static const double kronrod[4] = {77.0 / 1470, 432.0 / 1470, 625.0 / 1470, 672.0 / 1470};

typedef struct piece {
    double low, high, value, error;
} piece;

/* The two rules; how far they are apart is a safe error of the better one. */
static bool measure(hec_integrand *f, void *self, piece *p)
{
    double middle = 0.5 * (p->low + p->high), half = 0.5 * (p->high - p->low);
    double outer = half * sqrt(2.0 / 3), inner = half / sqrt(5.0);
    double ends = f(self, p->low) + f(self, p->high);
    double others = f(self, middle - inner) + f(self, middle + inner);
    double rough = lobatto[0] * ends + lobatto[1] * others;
    double value = kronrod[0] * ends + kronrod[2] * others + kronrod[3] * f(self, middle) +
                   kronrod[1] * (f(self, middle - outer) + f(self, middle + outer));
    p->value = half * value;
    p->error = half * fabs(value - rough);
    return isfinite(value);
}

/* ---- a heap of intervals, the worst on top --------------------------------------------------- */

enum { PIECES_MAX = 8192 };

typedef struct heap {
    size_t count;
    piece *items;
} heap;

static void push(heap *h, piece p)
{
    size_t i = h->count++;
    for (; i > 0 && h->items[(i - 1) / 2].error < p.error; i = (i - 1) / 2) {
        h->items[i] = h->items[(i - 1) / 2];
    }
    h->items[i] = p;
}

static piece pop(heap *h)
{
    piece top = h->items[0], last = h->items[--h->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < h->count; i = child) {
        child += child + 1 < h->count && h->items[child].error < h->items[child + 1].error;
        if (h->items[child].error <= last.error) {
            break;
        }
        h->items[i] = h->items[child];
    }
    h->items[i] = last;
    return top;
}

static double total_error(const heap *h)
{
    double sum = 0;
    for (size_t i = 0; i < h->count; i++) {
        sum += h->items[i].error;
    }
    return sum;
}

/* Halves the worst interval until what is left is allowed, or cannot be made less. */
static bool refine(hec_integrand *f, void *self, heap *h, double allowed)
{
    double left = total_error(h);
    while (left > allowed && h->count + 1 < PIECES_MAX) {
        piece worst = pop(h), halves[2] = {worst, worst};
        double middle = 0.5 * (worst.low + worst.high);
        if (!(middle > worst.low && middle < worst.high)) {
            push(h, worst);
            break;
        }
        halves[0].high = halves[1].low = middle;
        if (!measure(f, self, &halves[0]) || !measure(f, self, &halves[1])) {
            return false;
        }
        push(h, halves[0]);
        push(h, halves[1]);
        left += halves[0].error + halves[1].error - worst.error;
        left = left <= allowed ? total_error(h) : left; /* rounding may have gathered */
    }
    return true;
}

static bool add_piece(hec_integrand *f, void *self, heap *h, double low, double high)
{
    piece p = {.low = low, .high = high};
    bool good = measure(f, self, &p);
    push(h, p);
    return good;
}

bool hec_integrate(hec_integrand *f, void *self, double low, double high, size_t pieces,
                   double tolerance, double *value, double *error)
{
    heap h = {.items = malloc((PIECES_MAX + 2) * sizeof *h.items)};
    double width = (high - low) / (double)pieces, from = low;
    bool good = h.items && pieces > 0 && pieces < PIECES_MAX;
    for (size_t i = 0; good && i < pieces; i++) {
        double to = i + 1 < pieces ? low + width * (double)(i + 1) : high;
        good = add_piece(f, self, &h, from, to);
        from = to;
    }
    good = good && refine(f, self, &h, tolerance * (high - low));
    *value = *error = 0;
    for (size_t i = 0; good && i < h.count; i++) {
        *value += h.items[i].value;
        *error += h.items[i].error;
    }
    free(h.items);
    return good;
}

/* ---- time in a state ------------------------------------------------------------------------- */

typedef struct world {
    const hec_model *model;
    const hec_strategy *strategy;
    size_t state;
    double *inputs;
} world;

static double share_in(const world *w, size_t state)
{
    return hec_evaluate(w->model->graph, w->strategy->occupancy[state], w->inputs);
}

/* As the engine clamps: negative shares count as none, the excess is taken as written. */
static double clamped_share(const world *w)
{
    double excess = -1, mine = 0;
    for (size_t s = 0; s < w->model->n_states; s++) {
        double share = share_in(w, s);
        excess += share > 0 ? share : 0;
    }
    for (size_t s = 0; s <= w->state; s++) {
        double share = share_in(w, s), taken;
        mine = isnan(share) || share > 0 ? share : 0;
        taken = excess > 0 ? fmin(mine, excess) : 0;
        mine -= taken;
        excess -= taken;
    }
    return mine;
}

static double share_at(void *self, double t)
{
    const world *w = self;
    const hec_model *model = w->model;
    w->inputs[HEC_CLOCK_CYCLE] = floor(t / model->cycle_length + 1e-9) + 1;
    w->inputs[HEC_CLOCK_T] = t;
    w->inputs[HEC_CLOCK_YEAR] = isnan(model->start_year) ? 0 : floor(model->start_year + t + 1e-9);
    return w->strategy->clamp ? clamped_share(w) : share_in(w, w->state);
}

bool hec_mean_time(const hec_model *model, size_t strategy, size_t state, const double *draw_values,
                   double *years, double *error)
{
    enum { PARTS = 128 };
    static const double tolerance = 1e-11;
    const hec_population *population = &model->population;
    world w = {.model = model, .strategy = &model->strategies[strategy], .state = state};
    double horizon = (double)model->cycles * model->cycle_length;
    *years = *error = 0;
    if (!w.strategy->occupancy) {
        return false;
    }
    w.inputs = calloc(hec_model_inputs(model) + 1, sizeof *w.inputs);
    bool good = w.inputs != NULL;
    for (size_t i = 0; good && i < model->n_draws; i++) {
        w.inputs[hec_model_draw(model, i)] = draw_values[i];
    }
    for (size_t s = 0; good && s < population->n_strata; s++) {
        double time = 0, left = 0;
        for (size_t a = 0; a < population->n_attributes; a++) {
            w.inputs[hec_model_attribute(model, a)] =
                population->values[s * population->n_attributes + a];
        }
        good = hec_integrate(share_at, &w, 0, horizon, PARTS, tolerance, &time, &left);
        *years += population->weights[s] * time;
        *error += population->weights[s] * left;
    }
    free(w.inputs);
    return good;
}
