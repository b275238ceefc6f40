/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lives that pause go on as if they had not: whoever looks on sees the same numbers, whenever they
 * pause, in whatever blocks, in whatever order of blocks. */
#include "persons_fixture.h"
#include "persons_text.h"

enum { COUNT = 777 };

/* Everything that is seen of all persons in all cycles, to the last bit; NaN of the dead. */
typedef struct seen {
    size_t n_values, cycles;
    double *values; /* [persons][cycles][values] */
} seen;

static seen open_seen(const fixture *f)
{
    const hec_model *m = f->model;
    seen s = {m->n_variables + m->n_events, (size_t)m->cycles, NULL};
    size_t n = COUNT * s.cycles * s.n_values;
    s.values = malloc(n * sizeof *s.values);
    assert_non_null(s.values);
    for (size_t i = 0; i < n; i++) {
        s.values[i] = NAN;
    }
    return s;
}

static void see(void *observer, const hec_person_view *view)
{
    seen *s = observer;
    for (size_t lane = 0; lane < view->n; lane++) {
        if (view->alive[lane] == 0) {
            continue;
        }
        double *to =
            s->values + (view->persons[lane] * s->cycles + (size_t)view->cycle - 1) * s->n_values;
        assert_true(isnan(to[0])); /* each once */
        for (size_t i = 0; i < s->n_values; i++) {
            to[i] = view->values[i][view->uniform[i] ? 0 : lane];
        }
    }
}

/* All that a cycle leads to is shown: where chains move to, next values, events. */
static fixture open_shown(const char *text)
{
    fixture f = fixture_open(text);
    hec_model *m = f.model;
    for (size_t s = 0; s < m->n_strategies; s++) {
        hec_life *life = &m->strategies[s].life;
        life->n_observed = m->n_variables + m->n_events;
        life->observed = hec_arena_array(f.arena, life->n_observed, sizeof *life->observed);
        assert_non_null(life->observed);
        for (size_t i = 0; i < m->n_variables; i++) {
            const hec_variable *v = &m->variables[i];
            hec_id next = life->next[i];
            if (v->kind == HEC_VARIABLE_CHAIN && v->next_input >= 0) {
                next = hec_graph_input(m->graph, v->next_input, HEC_DEP_NEXT, "next", v->place);
            }
            life->observed[i] = next >= 0 ? next : hec_graph_constant(m->graph, 0, v->place);
        }
        for (size_t i = 0; i < m->n_events; i++) {
            life->observed[m->n_variables + i] = life->happens[i];
        }
    }
    f.persons = hec_persons_create(f.arena, f.diagnostics, m);
    assert_non_null(f.persons);
    return f;
}

typedef struct crowd {
    const fixture *f;
    double *base, *memory;
    size_t block, blocks;
    hec_resident *residents;
} crowd;

static hec_person_block block_of(const crowd *c, size_t number, seen *s)
{
    size_t first = number * c->block;
    return (hec_person_block){.kernels = hk_select(NULL),
                              .seed = FIXTURE_SEED,
                              .draw = -1,
                              .draw_values = c->base,
                              .first = (int64_t)first,
                              .n = COUNT - first < c->block ? COUNT - first : c->block,
                              .observe = see,
                              .observer = s};
}

static crowd open_crowd(const fixture *f, size_t block, size_t strategy)
{
    crowd c = {.f = f, .block = block, .blocks = (COUNT + block - 1) / block};
    size_t each = hec_persons_resident_columns(f->persons, strategy) * hk_stride(block);
    c.base = calloc(f->model->n_draws + 1, sizeof *c.base);
    c.memory = hec_aligned_doubles(each * c.blocks);
    c.residents = calloc(c.blocks, sizeof *c.residents);
    assert_true(c.base && c.memory && c.residents);
    for (size_t i = 0; i < f->model->n_draws; i++) {
        c.base[i] = f->model->draws[i].base;
    }
    for (size_t i = 0; i < c.blocks; i++) {
        c.residents[i].memory = c.memory + i * each;
    }
    return c;
}

static void close_crowd(crowd *c)
{
    free(c->base);
    free(c->residents);
    hec_aligned_free(c->memory);
}

/* One life after the other. */
static seen stream(const fixture *f, size_t strategy)
{
    crowd c = open_crowd(f, 256, strategy);
    seen s = open_seen(f);
    hec_persons_work *work = hec_persons_work_create(f->persons, 256);
    double *totals = hec_aligned_doubles(2 * f->model->n_outcomes * 256);
    assert_true(work && totals);
    for (size_t i = 0; i < c.blocks; i++) {
        hec_person_block block = block_of(&c, i, &s);
        hec_person_fault fault = {0};
        hec_persons_begin(f->persons, work, &block);
        assert_true(hec_persons_strategy(f->persons, work, &block, strategy, totals, 256, &fault));
    }
    hec_persons_work_destroy(work);
    hec_aligned_free(totals);
    close_crowd(&c);
    return s;
}

/* Everybody to the end of some cycles, then everybody on; blocks forwards and backwards, by one
 * thread's memory and another's in turn. */
static seen together(const fixture *f, size_t strategy, size_t block, int64_t step)
{
    crowd c = open_crowd(f, block, strategy);
    seen s = open_seen(f);
    hec_persons_work *works[2];
    for (size_t k = 0; k < 2; k++) {
        hec_person_block any = block_of(&c, 0, &s);
        works[k] = hec_persons_work_create(f->persons, block + 40 * k);
        assert_non_null(works[k]);
        hec_persons_reside(f->persons, works[k], &any, strategy);
    }
    for (int64_t until = step, turn = 0; until < f->model->cycles + step; until += step, turn++) {
        for (size_t i = 0; i < c.blocks; i++) {
            size_t number = turn % 2 ? c.blocks - 1 - i : i;
            hec_person_block at = block_of(&c, number, &s);
            hec_person_fault fault = {0};
            int64_t end = until < f->model->cycles ? until : f->model->cycles;
            assert_true(hec_persons_advance(f->persons, works[(turn + (int64_t)i) % 2], &at,
                                            strategy, &c.residents[number], end, &fault));
        }
    }
    hec_persons_work_destroy(works[0]);
    hec_persons_work_destroy(works[1]);
    close_crowd(&c);
    return s;
}

static void assert_same(const seen *a, const seen *b)
{
    for (size_t i = 0; i < COUNT * a->cycles * a->n_values; i++) {
        if (memcmp(&a->values[i], &b->values[i], sizeof *a->values) != 0) {
            size_t cycle = i / a->n_values;
            fail_msg("person %zu, cycle %zu, value %zu: %.17g is not %.17g", cycle / a->cycles + 1,
                     cycle % a->cycles + 1, i % a->n_values, b->values[i], a->values[i]);
        }
    }
}

static void check(const char *text)
{
    static const int64_t steps[] = {1, 2, 3, 4, 7, 1000};
    static const size_t blocks[] = {256, 8, 64, 100, 776, 777};
    fixture f = open_shown(text);
    for (size_t s = 0; s < f.model->n_strategies; s++) {
        seen wanted = stream(&f, s);
        for (size_t i = 0; i < 6; i++) {
            seen found = together(&f, s, blocks[i], steps[i]);
            assert_same(&wanted, &found);
            free(found.values);
        }
        free(wanted.values);
    }
    fixture_close(&f);
}

static void everything_at_once(void **state)
{
    (void)state;
    check(RICH);
}

static void antithetic_pairs(void **state)
{
    (void)state;
    check(RICH_OF(", antithetic: true"));
}

static void events_alone(void **state)
{
    (void)state;
    check(PAST);
}

static void times_that_are_looked_up(void **state)
{
    (void)state;
    check(TIMES("60"));
}

/* Who is alive is told by the only chain; a dead state counts something. */
static void one_chain(void **state)
{
    (void)state;
    check(HEAD POPULATION
          "chains:\n  sick:\n    start: {S0: 0.8, S1: rest}\n    states:\n"
          "      S0: {utility: 1, to: {S1: 0.1, S2: if(sex == 'male', 0.02, 0.01)}}\n"
          "      S1: {utility: 0.9, to: {S0: 0.3 / (1 + number(time_in_state)), S2: 0.05}}\n"
          "      S2: {utility: 0.6, to: {gone: 0.18}}\n"
          "      gone: {dead: true, cost: {care: 1}}\n"
          "attributes: {hba1c: {update: 0.95*hba1c + 0.05*start(hba1c)}}\n" ECONOMICS
          "strategies: {usual: {}}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(antithetic_pairs),
        cmocka_unit_test(events_alone),
        cmocka_unit_test(one_chain),
        cmocka_unit_test(times_that_are_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
