/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where chance leads each person: some registers of lanes are led along all arcs at a time. Loops
 * over columns, arc by arc, take 2 (x86-64) to 5 (v4) times as long. Where arcs are many, a lane
 * alone along its own is faster. */
#include "level.h"

#include "vectors.h"
#include "vmath.h"

enum {
    HK_ROWS = 64, /* of a chain whose arcs are all tried on all lanes */
    HK_ARCS = 8 * HK_WIDTH,
    HK_GROUPS = 4,
};
static const double most = 1.0 + 1e-12; /* a row's sum */

/* A state somebody leaves. */
typedef struct hk_row {
    double state, first; /* first: where a number below all sums leads */
    int32_t begin, end;
    int fixed; /* all probabilities are uniform */
    int bad;   /* and they are none */
} hk_row;

typedef struct hk_rows {
    size_t n;
    hk_row row[HK_ROWS];
    double beyond[HK_ARCS]; /* where a number not below the running sum leads */
    double sum[HK_ARCS];    /* of fixed rows: running sums */
} hk_rows;

static int is_fixed(const hk_moves *moves, int32_t begin, int32_t end)
{
    for (int32_t k = begin; k < end; k++)
        if (!moves->uniform[k])
            return 0;
    return 1;
}

static void sum_row(const hk_moves *moves, hk_row *row, double *sums)
{
    double sum = 0.0, least = 0.0;
    for (int32_t k = row->begin; k < row->end; k++) {
        const double p = moves->p[k][0];
        sums[k] = sum += p;
        least = hk_pick(p < least, p, least);
    }
    row->bad = !(sum <= most) | (least < 0.0);
}

static void prepare(const hk_moves *moves, hk_rows *rows)
{
    rows->n = 0;
    for (size_t s = 0; s < moves->n_states; s++) {
        const int32_t begin = moves->first[s], end = moves->first[s + 1], rest = moves->rest[s];
        if (begin == end && rest == (int32_t)s)
            continue;
        hk_row *row = &rows->row[rows->n++];
        *row = (hk_row){.state = (double)s,
                        .first = begin < end ? moves->to[begin] : rest,
                        .begin = begin,
                        .end = end,
                        .fixed = is_fixed(moves, begin, end)};
        for (int32_t k = begin; k < end; k++)
            rows->beyond[k] = k + 1 < end ? moves->to[k + 1] : rest;
        if (row->fixed)
            sum_row(moves, row, rows->sum);
    }
}

/* ---- one lane ------------------------------------------------------------------------------ */

/* Where it goes; *bad is set when its row is no row of probabilities. */
static double walk_alone(const hk_moves *moves, size_t i, double state, double u, int *bad)
{
    const size_t s = (size_t)state;
    const int32_t begin = moves->first[s], end = moves->first[s + 1];
    double sum = 0.0, least = 0.0;
    int32_t taken = begin; /* the first arc whose sum exceeds u */
    for (int32_t k = begin; k < end; k++) {
        const double p = moves->p[k][moves->uniform[k] ? 0 : i];
        sum += p;
        least = hk_pick(p < least, p, least);
        taken = u >= sum ? k + 1 : taken;
    }
    *bad = !(sum <= most) | (least < 0.0);
    return taken < end ? moves->to[taken] : moves->rest[s];
}

/* Lanes i to n; the first that is bad, or n. */
static size_t walk_each(size_t i, size_t n, const hk_moves *moves, const double *state,
                        const double *asked, const double *u, double *next)
{
    for (; i < n; i++) {
        int bad = 0;
        double to = state[i];
        if (to >= 0.0 && (!asked || asked[i] != 0.0))
            to = walk_alone(moves, i, state[i], u[i], &bad);
        if (bad)
            return i;
        next[i] = to;
    }
    return n;
}

/* ---- registers of lanes ---------------------------------------------------------------------- */

/* What a call is about; asked is not NULL where it is looked at. */
typedef struct hk_walk {
    const hk_moves *moves;
    const double *state, *asked, *u;
    double *next;
    hk_rows rows;
} hk_walk;

typedef struct hk_walkers {
    hk_truths here[HK_GROUPS];   /* those in the state of the row */
    hk_doubles state[HK_GROUPS]; /* none where there is no lane, or it is not asked */
    hk_doubles u[HK_GROUPS], next[HK_GROUPS];
    hk_doubles there[HK_GROUPS]; /* u of those in the state, else NaN, which goes nowhere */
    hk_truths bad;
} hk_walkers;

static inline __attribute__((always_inline)) void
along_fixed(const hk_rows *rows, const hk_row *row, int groups, hk_walkers *w)
{
    const hk_truths every = hk_first_lanes(HK_WIDTH);
    for (int32_t k = row->begin; k < row->end; k++) {
        const hk_doubles sum = hk_spread(rows->sum[k]), beyond = hk_spread(rows->beyond[k]);
        for (int g = 0; g < groups; g++)
            w->next[g] = hk_blend(hk_at_least(every, w->there[g], sum), beyond, w->next[g]);
    }
    if (row->bad)
        for (int g = 0; g < groups; g++)
            w->bad |= w->here[g];
}

static inline __attribute__((always_inline)) void
along_columns(const hk_rows *rows, const hk_row *row, const hk_moves *moves, size_t i, int groups,
              int whole, hk_walkers *w)
{
    const hk_truths every = hk_first_lanes(HK_WIDTH);
    hk_doubles sum[HK_GROUPS], least[HK_GROUPS], p[HK_GROUPS];
    for (int g = 0; g < groups; g++)
        sum[g] = least[g] = hk_spread(0.0);
    for (int32_t k = row->begin; k < row->end; k++) {
        const hk_doubles beyond = hk_spread(rows->beyond[k]);
        if (moves->uniform[k])
            for (int g = 0; g < groups; g++)
                p[g] = hk_spread(moves->p[k][0]);
        else
            for (int g = 0; g < groups; g++)
                p[g] = whole ? hk_load(moves->p[k] + i + g * HK_WIDTH)
                             : hk_load_some(w->here[g], moves->p[k] + i + g * HK_WIDTH);
        for (int g = 0; g < groups; g++) {
            sum[g] += p[g];
            least[g] = hk_lesser(p[g], least[g]);
            w->next[g] = hk_blend(hk_at_least(every, w->there[g], sum[g]), beyond, w->next[g]);
        }
    }
    for (int g = 0; g < groups; g++) {
        w->bad |= hk_not_at_most(w->here[g], sum[g], hk_spread(most));
        w->bad |= hk_not_at_most(w->here[g], -least[g], hk_spread(0.0));
    }
}

static inline __attribute__((always_inline)) void
set_out(const hk_walk *walk, size_t i, size_t n, int groups, int whole, int all, hk_walkers *w)
{
    const hk_doubles none = hk_spread(-1.0);
    w->bad = hk_first_lanes(0);
    for (int g = 0; g < groups; g++, i += HK_WIDTH) {
        const hk_truths some = hk_first_lanes(whole ? HK_WIDTH : n - i);
        w->state[g] = whole ? hk_load(walk->state + i) : hk_load_some(some, walk->state + i);
        w->u[g] = whole ? hk_load(walk->u + i) : hk_load_some(some, walk->u + i);
        w->next[g] = w->state[g];
        if (!all) {
            const hk_doubles asked =
                whole ? hk_load(walk->asked + i) : hk_load_some(some, walk->asked + i);
            w->state[g] = hk_blend(hk_equal(some, asked, hk_spread(0.0)), none, w->state[g]);
        }
        if (!whole)
            w->state[g] = hk_blend(some, w->state[g], none);
    }
}

/* Lanes i on, as many as `groups` registers hold where they are whole, else up to n. The last
 * three are constants wherever this is inlined. False, and nothing stored, when a row is bad. */
static inline __attribute__((always_inline)) int
walk_vectors(const hk_walk *walk, size_t i, size_t n, int groups, int whole, int all)
{
    const hk_truths every = hk_first_lanes(HK_WIDTH);
    hk_walkers w;
    set_out(walk, i, n, groups, whole, all, &w);
    for (size_t r = 0; r < walk->rows.n; r++) {
        const hk_row *row = &walk->rows.row[r];
        const hk_doubles number = hk_spread(row->state), first = hk_spread(row->first);
        for (int g = 0; g < groups; g++) {
            w.here[g] = hk_equal(every, w.state[g], number);
            w.there[g] = hk_blend(w.here[g], w.u[g], hk_spread(HK_NAN));
            w.next[g] = hk_blend(w.here[g], first, w.next[g]);
        }
        if (row->fixed)
            along_fixed(&walk->rows, row, groups, &w);
        else
            along_columns(&walk->rows, row, walk->moves, i, groups, whole, &w);
    }
    if (hk_any(w.bad))
        return 0;
    for (int g = 0; g < groups; g++, i += HK_WIDTH) {
        if (whole)
            hk_store(walk->next + i, w.next[g]);
        else
            hk_store_some(hk_first_lanes(n - i), walk->next + i, w.next[g]);
    }
    return 1;
}

/* The first lane of the registers in which one is bad, or n. */
static inline __attribute__((always_inline)) size_t walk_all(const hk_walk *walk, size_t n, int all)
{
    const size_t tile = HK_GROUPS * HK_WIDTH;
    size_t i = 0;
    for (; i + tile <= n; i += tile)
        if (!walk_vectors(walk, i, n, HK_GROUPS, 1, all))
            return i;
    for (; i < n; i += HK_WIDTH)
        if (!walk_vectors(walk, i, n, 1, 0, all))
            return i;
    return n;
}

size_t HK_LEVEL(hk_person_move)(size_t n, const hk_moves *moves, const double *state,
                                const double *asked, const double *u, double *next)
{
    size_t bad = 0;
    if (moves->n_states <= HK_ROWS && moves->first[moves->n_states] <= HK_ARCS) {
        hk_walk walk = {.moves = moves, .state = state, .asked = asked, .u = u, .next = next};
        prepare(moves, &walk.rows);
        bad = asked ? walk_all(&walk, n, 0) : walk_all(&walk, n, 1);
    }
    return walk_each(bad, n, moves, state, asked, u, next);
}
