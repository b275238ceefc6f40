/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons against a walk through the graph, one value at a time. */
#include "persons_text.h"
#include "persons_walk.h"
#include "sim/persons_cycles.h"

/* A few hundred roundings in each total. */
static const double ROUNDING = 1e-12;

enum { COUNT = 120 };

/* Attributes of persons as the engine draws them: [attributes][COUNT]. */
static double *attributes_of(const fixture *f, const runs *options)
{
    size_t n = f->model->population.n_attributes;
    hec_persons_work *work = hec_persons_work_create(f->persons, COUNT);
    double *out = malloc((n * COUNT + 1) * sizeof *out), *draws = NULL;
    assert_true(work && out);
    draws = calloc(f->model->n_draws + 1, sizeof *draws);
    hec_persons_begin(f->persons, work,
                      &(hec_person_block){.kernels = hk_select(NULL),
                                          .seed = FIXTURE_SEED,
                                          .draw = options->draw,
                                          .draw_values = draws,
                                          .first = options->first,
                                          .n = COUNT});
    for (size_t a = 0; a < n; a++) {
        memcpy(out + a * COUNT, hec_persons_attribute(f->persons, work, a), COUNT * sizeof *out);
    }
    hec_persons_work_destroy(work);
    free(draws);
    return out;
}

static void compare(fixture *f, const runs *options)
{
    const hec_model *m = f->model;
    size_t n = m->population.n_attributes;
    assert_non_null(f->persons);
    double *totals = fixture_run(f, options), *attributes = attributes_of(f, options);
    double *own = calloc(n + 1, sizeof *own);
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (int64_t p = 0; p < COUNT; p++) {
            for (size_t a = 0; a < n; a++) {
                own[a] = attributes[a * COUNT + (size_t)p];
            }
            walked w = walk_person(f, options, s, options->first + p, own);
            for (size_t i = 0; i < 2 * m->n_outcomes; i++) {
                double found = totals[(s * 2 * m->n_outcomes + i) * COUNT + (size_t)p];
                if (!(fabs(found - w.totals[i]) <= ROUNDING * fmax(1, fabs(w.totals[i])))) {
                    fail_msg("strategy %zu, person %lld, %s: %.17g is not %.17g", s, (long long)p,
                             m->outcomes[i % m->n_outcomes].name, found, w.totals[i]);
                }
            }
            walked_free(&w);
        }
    }
    free(own);
    free(totals);
    free(attributes);
    fixture_close(f);
}

static void everything(void **state)
{
    (void)state;
    fixture f = fixture_open(RICH);
    compare(&f, &(runs){.count = COUNT, .draw = -1});
    f = fixture_open(RICH);
    compare(&f, &(runs){.count = COUNT, .draw = 5, .first = 99999999});
    f = fixture_open(RICH_OF(", antithetic: true"));
    compare(&f, &(runs){.count = COUNT, .draw = 0, .first = 7});
}

/* Few cycles, and so many that not all of it is looked up. */
static void times_in_state(void **state)
{
    (void)state;
    static const char *const texts[] = {TIMES("30"), TIMES("140")};
    for (size_t i = 0; i < 2; i++) {
        fixture f = fixture_open(texts[i]);
        assert_non_null(f.persons);
        assert_true(f.persons->cycles->n_tables > 4);
        compare(&f, &(runs){.count = COUNT, .draw = -1, .lanes = 64});
    }
}

static void events_alone(void **state)
{
    (void)state;
    fixture f = fixture_open(PAST);
    assert_int_equal(f.model->n_chains, 0);
    compare(&f, &(runs){.count = COUNT, .draw = -1, .lanes = 32});
}

/* ---- what is counted along the way ----------------------------------------------------------- */

/* Where the walks say everybody is at each point: the living, and who died in that state. */
static void trace_of_walks(const fixture *f, const runs *options, const double *attributes,
                           int64_t *trace)
{
    const hec_model *m = f->model;
    size_t n = m->population.n_attributes, places = hec_model_places(m);
    double *own = calloc(n + 1, sizeof *own);
    for (int64_t p = 0; p < COUNT; p++) {
        for (size_t a = 0; a < n; a++) {
            own[a] = attributes[a * COUNT + (size_t)p];
        }
        walked w = walk_person(f, options, 0, options->first + p, own);
        for (size_t k = 0; k <= (size_t)m->cycles; k++) {
            for (size_t c = 0; c < m->n_chains; c++) {
                size_t state = m->chains[c].first + (size_t)w.states[k * m->n_chains + c];
                trace[k * places + state] += w.alive[k] || m->states[state].dead;
            }
            if (m->shows_life) {
                trace[k * places + m->n_states + !w.alive[k]]++;
            }
        }
        walked_free(&w);
    }
    free(own);
}

static int64_t sum_of(const int64_t *x, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum;
}

static void tally_counts_people(void **state)
{
    (void)state;
    fixture f = fixture_open(RICH);
    const hec_model *m = f.model;
    runs options = {.count = COUNT, .draw = -1, .lanes = 32};
    size_t cycles = (size_t)m->cycles, causes = hec_persons_causes(m), outcomes = m->n_outcomes;
    size_t points = (cycles + 1) * hec_model_places(m), n_arcs = m->strategies[0].n_arcs;
    hec_person_tally tally = {.trace = calloc(points, sizeof(int64_t)),
                              .moves = calloc(cycles * n_arcs, sizeof(int64_t)),
                              .events = calloc(cycles * m->n_events, sizeof(int64_t)),
                              .deaths = calloc(cycles * causes, sizeof(int64_t))};
    double *attributes = attributes_of(&f, &options), *totals = malloc(2 * outcomes * COUNT * 8);
    int64_t *trace = calloc(points, sizeof *trace), moved = 0;
    hec_person_fault fault = {0};
    options.tally = &tally;
    assert_true(fixture_run_strategy(&f, &options, 0, totals, &fault));
    trace_of_walks(&f, &options, attributes, trace);
    assert_memory_equal(trace, tally.trace, points * sizeof *trace);
    /* deaths: one for each person who is in no living state at the end */
    int64_t alive = 0, dead = sum_of(tally.deaths, cycles * causes);
    for (size_t i = 0; i < m->chains[0].count; i++) {
        alive += m->states[i].dead ? 0 : trace[cycles * hec_model_places(m) + i];
    }
    assert_int_equal(alive + dead, COUNT);
    assert_int_equal(alive, trace[cycles * hec_model_places(m) + m->n_states]);
    assert_int_equal(dead, trace[cycles * hec_model_places(m) + m->n_states + 1]);
    assert_int_equal(causes, 3);
    assert_string_equal(hec_persons_cause(m, 0), "death");
    assert_string_equal(hec_persons_cause(m, 1), "gone");
    assert_string_equal(hec_persons_cause(m, 2), "failed");
    /* moves into the dead states are deaths of that cause */
    for (size_t cause = 1; cause < causes; cause++) {
        int64_t deaths = 0;
        moved = 0;
        for (size_t k = 0; k < cycles; k++) {
            deaths += tally.deaths[k * causes + cause];
            for (size_t i = 0; i < n_arcs; i++) {
                size_t to = (size_t)m->strategies[0].arcs[i].to;
                bool mine = strcmp(m->states[to].name, hec_persons_cause(m, cause)) == 0 &&
                            m->strategies[0].arcs[i].from != (int)to;
                moved += mine ? tally.moves[k * n_arcs + i] : 0;
            }
        }
        assert_true(moved > 0);
        assert_int_equal(moved, deaths);
    }
    /* the measure `mis` counts the event `mi`, undiscounted once each */
    double mis = 0;
    int64_t events = 0;
    for (size_t p = 0; p < COUNT; p++) {
        mis += totals[outcome_of(&f, "mis") * COUNT + p];
    }
    for (size_t k = 0; k < cycles; k++) {
        events += tally.events[k * m->n_events];
    }
    assert_true(events > 0 && mis == (double)events);
    free(tally.trace);
    free(tally.moves);
    free(tally.events);
    free(tally.deaths);
    free(trace);
    free(totals);
    free(attributes);
    fixture_close(&f);
}

/* ---- what is told ---------------------------------------------------------------------------- */

typedef struct story {
    const hec_model *m;
    int states[8]; /* of each chain, as told */
    int64_t last_cycle;
    double last_time, totals[16];
    int deaths, ends, values, events;
    bool dead;
} story;

static void hear(void *context, const hec_happening *h)
{
    story *s = context;
    const hec_model *m = s->m;
    assert_true(h->cycle >= s->last_cycle);
    s->last_cycle = h->cycle;
    if (h->kind == HEC_HAPPENING_ENTERS) {
        s->states[m->states[h->item].chain] = (int)h->item;
    } else if (h->kind == HEC_HAPPENING_MOVE) {
        const hec_arc *arc = &m->strategies[0].arcs[h->item];
        int *at = &s->states[m->states[arc->from].chain];
        assert_false(s->dead);
        assert_int_equal(*at, arc->from);
        *at = arc->to;
        assert_true(h->time > (double)(h->cycle - 1) * m->cycle_length &&
                    h->time <= (double)h->cycle * m->cycle_length);
    } else if (h->kind == HEC_HAPPENING_DEATH) {
        s->dead = true;
        s->deaths++;
    } else if (h->kind == HEC_HAPPENING_EVENT) {
        assert_false(s->dead);
        s->events++;
    } else if (h->kind == HEC_HAPPENING_VALUE) {
        assert_int_equal(m->variables[h->item].kind, HEC_VARIABLE_ATTRIBUTE);
        s->values++;
    } else if (h->kind == HEC_HAPPENING_TOTAL) {
        s->totals[h->item] += h->number;
    } else {
        assert_false(s->dead);
        s->ends++;
    }
}

static void lives_are_told(void **state)
{
    (void)state;
    fixture f = fixture_open(RICH);
    const hec_model *m = f.model;
    runs options = {.count = COUNT, .draw = -1};
    double *attributes = attributes_of(&f, &options), own[8], *totals = fixture_run(&f, &options);
    int events = 0, values = 0;
    for (int64_t p = 0; p < COUNT; p++) {
        for (size_t a = 0; a < m->population.n_attributes; a++) {
            own[a] = attributes[a * COUNT + (size_t)p];
        }
        walked w = walk_person(&f, &options, 0, p, own);
        story s = {.m = m};
        double *again = malloc(2 * m->n_outcomes * sizeof *again);
        runs one = {.count = 1, .first = p, .draw = -1, .told = hear, .context = &s};
        hec_person_fault fault = {0};
        assert_true(fixture_run_strategy(&f, &one, 0, again, &fault));
        assert_int_equal(s.deaths + s.ends, 1);
        assert_int_equal(s.ends, w.alive[m->cycles]);
        for (size_t c = 0; c < m->n_chains; c++) {
            int at = s.states[c] - (int)m->chains[c].first;
            assert_int_equal(at, w.states[(size_t)m->cycles * m->n_chains + c]);
        }
        for (size_t o = 0; o < m->n_outcomes; o++) {
            double whole = totals[(m->n_outcomes + o) * COUNT + (size_t)p];
            assert_true(again[m->n_outcomes + o] == whole);
            assert_true(fabs(s.totals[o] - whole) <= ROUNDING * fmax(1, fabs(whole)));
        }
        events += s.events;
        values += s.values;
        free(again);
        walked_free(&w);
    }
    assert_true(events > COUNT / 2);
    assert_true(values > COUNT * 4); /* it changes in every cycle that is lived through */
    free(totals);
    free(attributes);
    fixture_close(&f);
}

/* Where events are all there is: who lives and who is dead at each point. */
static void the_dead_are_counted_as_dead(void **state)
{
    (void)state;
    fixture f = fixture_open(PAST);
    const hec_model *m = f.model;
    runs options = {.count = COUNT, .draw = -1, .lanes = 32};
    size_t cycles = (size_t)m->cycles, points = (cycles + 1) * 2;
    hec_person_tally tally = {.trace = calloc(points, sizeof(int64_t)),
                              .deaths = calloc(cycles, sizeof(int64_t))};
    double *attributes = attributes_of(&f, &options),
           *totals = malloc(2 * m->n_outcomes * COUNT * 8);
    int64_t *trace = calloc(points, sizeof *trace), dead = 0;
    hec_person_fault fault = {0};
    options.tally = &tally;
    assert_true(fixture_run_strategy(&f, &options, 0, totals, &fault));
    trace_of_walks(&f, &options, attributes, trace);
    assert_memory_equal(trace, tally.trace, points * sizeof *trace);
    for (size_t k = 0; k <= cycles; k++) {
        assert_int_equal(trace[2 * k] + trace[2 * k + 1], COUNT);
        assert_int_equal(trace[2 * k + 1], dead);
        dead += k < cycles ? tally.deaths[k] : 0;
    }
    assert_true(dead > COUNT / 2);
    free(tally.trace);
    free(tally.deaths);
    free(trace);
    free(totals);
    free(attributes);
    fixture_close(&f);
}

typedef struct pasts {
    int told[2]; /* of each event */
    double years[2];
} pasts;

static void hear_past(void *context, const hec_happening *h)
{
    pasts *p = context;
    if (h->kind == HEC_HAPPENING_PAST) {
        assert_true(h->time == 0 && h->cycle == 0);
        p->told[h->item]++;
        p->years[h->item] = h->number;
    }
}

static void what_was_before_is_told(void **state)
{
    (void)state;
    fixture f = fixture_open(PAST);
    runs options = {.count = COUNT, .draw = -1};
    double *attributes = attributes_of(&f, &options), totals[16];
    int strokes = 0;
    assert_string_equal(f.model->population.attributes[1], "had_mi");
    assert_string_equal(f.model->population.attributes[2], "ago");
    for (int64_t p = 0; p < COUNT; p++) {
        pasts heard = {0};
        runs one = {.count = 1, .first = p, .draw = -1, .told = hear_past, .context = &heard};
        hec_person_fault fault = {0};
        assert_true(2 * f.model->n_outcomes <= 16);
        assert_true(fixture_run_strategy(&f, &one, 0, totals, &fault));
        assert_int_equal(heard.told[0], attributes[COUNT + p] == 1);
        assert_true(heard.told[0] == 0 || heard.years[0] == attributes[2 * COUNT + p]);
        assert_true(heard.told[1] == 0 || isnan(heard.years[1])); /* nobody said when */
        strokes += heard.told[1];
    }
    assert_true(strokes > COUNT / 10 && strokes < COUNT / 3);
    free(attributes);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(times_in_state),
        cmocka_unit_test(tally_counts_people),
        cmocka_unit_test(lives_are_told),
        cmocka_unit_test(events_alone),
        cmocka_unit_test(the_dead_are_counted_as_dead),
        cmocka_unit_test(what_was_before_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
