/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: the same bits however they are run, what is counted and told along
 * the way, and what goes wrong. */
#include "times_study.h"

enum { PERSONS = 700 };

#define HEAD(strategies)                                                                           \
    "hecate: 1\nmodel: m\ntime: {cycle: 6 months, cycles: 60, start_year: 2024}\n"                 \
    "engine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 7}\n"                         \
    "population: {age: {dist: truncated_normal(mean: 60, sd: 8, min: 40, max: 80)}, "              \
    "sex: {shares: {male: 0.5, female: 0.5}}}\n"                                                   \
    "parameters: {hr: 1.4, r: {value: 0.02, unit: 1/year}}\n" strategies
#define TAIL                                                                                       \
    "economics: {perspective: all, currency: CNY, effect: qaly, discount: {cost: 5%, effect: "     \
    "{0: 3%, 10: 1%}}, discounting: discrete}\n"
/* Comes and goes, ages, competes; rates and charges that follow the person, and that do not. */
#define CHAIN                                                                                      \
    "chains:\n  c:\n    start: {H: 0.7, S: 0.3}\n    clock: reset\n    states:\n"                  \
    "      H: {utility: 0.9 - 0.002 * (age / 1 year), cost: {care: 100},\n"                        \
    "          time: {S: weibull(shape: 1.3, scale: if(sex == 'male', 6, 9) * 1 year),\n"          \
    "                 D: {dist: gompertz(shape: 0.09, rate: r * exp(0.05 * (age - t - 60))), "     \
    "clock: forward}}}\n"                                                                          \
    "      S: {utility: 0.6, cost: {care: 900 + 10 * (year - 2024)},\n"                            \
    "          time: {H: lognormal(meanlog: 0.5, sdlog: 0.8), W: exponential(0.1 * hr),\n"         \
    "                 D: [exponential(0.05), {dist: gompertz(shape: 0.1, rate: 0.01), "            \
    "clock: forward}]}}\n"                                                                         \
    "      W: {cost: {care: 3000}, time: {D: weibull(shape: 2, scale: 2)}}\n"                      \
    "      D: {dead: true}\n"                                                                      \
    "on:\n"                                                                                        \
    "  - {to: D, cost: {terminal: 1000 + 1 * age}}\n"                                              \
    "  - {from: H, to: S, cost: {acute: 50}, qaly: -0.01}\n"                                       \
    "  - {from: start, cost: {test: 20}}\n"

static const char model[] = HEAD("") CHAIN TAIL;

static void expect_same(size_t count, const double *a, const double *b, const char *what)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&a[i], &b[i], sizeof *a) != 0) {
            fail_msg("%s: number %zu is %.17g, not %.17g", what, i, b[i], a[i]);
        }
    }
}

/* ---- the same bits --------------------------------------------------------------------------- */

static void blocks_do_not_matter(void **state)
{
    (void)state;
    static const size_t blocks[] = {1, 7, 8, 64, 513};
    times_study s = times_open(model);
    size_t cells = 2 * s.model->n_outcomes * PERSONS;
    double *whole = times_run(&s, &(times_way){.block = PERSONS}, 0, 0, PERSONS, NULL);
    assert_non_null(whole);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        double *parts = times_run(&s, &(times_way){.block = blocks[i]}, 0, 0, PERSONS, NULL);
        assert_non_null(parts);
        expect_same(cells, whole, parts, "another block");
        free(parts);
    }
    free(whole);
    times_close(&s);
}

static void levels_do_not_matter(void **state)
{
    (void)state;
    const hk_table *levels[4];
    size_t n = hk_levels(levels);
    times_study s = times_open(model);
    double *first = times_run(&s, &(times_way){.kernels = levels[0]}, 0, 0, PERSONS, NULL);
    assert_non_null(first);
    for (size_t i = 1; i < n; i++) {
        double *other = times_run(&s, &(times_way){.kernels = levels[i]}, 0, 0, PERSONS, NULL);
        assert_non_null(other);
        expect_same(2 * s.model->n_outcomes * PERSONS, first, other, levels[i]->isa);
        free(other);
    }
    free(first);
    times_close(&s);
}

static void persons_are_themselves(void **state)
{
    (void)state;
    times_study s = times_open(model);
    double *all = times_run(&s, NULL, 0, 0, PERSONS, NULL);
    double *late = times_run(&s, NULL, 0, 300, 50, NULL);
    double *draw = times_run(&s, &(times_way){.draw = 3}, 0, 0, PERSONS, NULL);
    assert_true(all && late && draw);
    for (size_t row = 0; row < 2 * s.model->n_outcomes; row++) {
        expect_same(50, all + row * PERSONS + 300, late + row * 50, "a later person");
    }
    /* a draw has persons of its own */
    const double *a = times_column(&s, all, PERSONS, false, "life_years");
    const double *b = times_column(&s, draw, PERSONS, false, "life_years");
    size_t equal = 0;
    for (size_t i = 0; i < PERSONS; i++) {
        equal += a[i] == b[i];
    }
    assert_true(equal < PERSONS / 4); /* some live to the horizon both times */
    free(all);
    free(late);
    free(draw);
    times_close(&s);
}

/* The strategies share the chances of each cause by its name, also where another has more. */
static void strategies_leave_each_other_alone(void **state)
{
    (void)state;
    times_study one = times_open(model);
    times_study two = times_open(
        HEAD("strategies:\n"
             "  more: {set: {chains.c.states.W.time: {H: exponential(0.5), D: exponential(1)}}}\n"
             "  usual: {}\n"
             "  dear: {cost: {drug: {S: 10}}}\n") CHAIN TAIL);
    double *alone = times_run(&one, NULL, 0, 0, PERSONS, NULL);
    double *more = times_run(&two, NULL, 0, 0, PERSONS, NULL);
    double *usual = times_run(&two, NULL, 1, 0, PERSONS, NULL);
    double *dear = times_run(&two, NULL, 2, 0, PERSONS, NULL);
    static const char *const outcomes[] = {"life_years", "qaly", "care", "terminal", "acute"};
    assert_true(alone && more && usual && dear);
    for (size_t k = 0; k < sizeof outcomes / sizeof outcomes[0]; k++) {
        const double *a = times_column(&one, alone, PERSONS, true, outcomes[k]);
        expect_same(PERSONS, a, times_column(&two, usual, PERSONS, true, outcomes[k]), outcomes[k]);
        expect_same(PERSONS, a, times_column(&two, dear, PERSONS, true, outcomes[k]), outcomes[k]);
    }
    const double *a = times_column(&two, usual, PERSONS, true, "life_years");
    const double *b = times_column(&two, more, PERSONS, true, "life_years");
    size_t equal = 0;
    for (size_t i = 0; i < PERSONS; i++) { /* who never was in W lives on as before */
        equal += a[i] == b[i];
    }
    assert_true(equal > PERSONS / 4 && equal < PERSONS);
    free(alone);
    free(more);
    free(usual);
    free(dear);
    times_close(&one);
    times_close(&two);
}

/* ---- counted along the way ------------------------------------------------------------------- */

typedef struct counts {
    size_t cycles, states, latents, outcomes, causes;
    int64_t *trace, *moves, *deaths;
    double *sums;
} counts;

static counts count_run(const times_study *s, size_t block, size_t n, double **totals)
{
    const hec_model *m = s->model;
    counts c = {.cycles = (size_t)m->cycles,
                .states = m->n_states,
                .latents = m->strategies[0].life.n_latents,
                .outcomes = m->n_outcomes,
                .causes = hec_persons_causes(m)};
    c.trace = calloc((c.cycles + 1) * c.states, sizeof *c.trace);
    c.moves = calloc(c.cycles * c.latents, sizeof *c.moves);
    c.deaths = calloc(c.cycles * c.causes, sizeof *c.deaths);
    c.sums = calloc(2 * c.outcomes * c.cycles * 8, sizeof *c.sums);
    assert_true(c.trace && c.moves && c.deaths && c.sums);
    hec_person_tally tally = {
        .trace = c.trace, .moves = c.moves, .deaths = c.deaths, .sums = c.sums};
    *totals = times_run(s, &(times_way){.block = block, .tally = &tally}, 0, 0, n, NULL);
    assert_non_null(*totals);
    return c;
}

static void counts_free(counts *c)
{
    free(c->trace);
    free(c->moves);
    free(c->deaths);
    free(c->sums);
}

static void counts_agree(void **state)
{
    (void)state;
    times_study s = times_open(model);
    double *plain = times_run(&s, NULL, 0, 0, PERSONS, NULL), *totals;
    counts c = count_run(&s, 512, PERSONS, &totals);
    expect_same(2 * c.outcomes * PERSONS, plain, totals, "a counted run");
    for (size_t k = 0; k <= c.cycles; k++) { /* everybody is somewhere */
        int64_t all = 0;
        for (size_t i = 0; i < c.states; i++) {
            all += c.trace[k * c.states + i];
        }
        assert_int_equal(all, PERSONS);
    }
    for (size_t k = 0; k < c.cycles; k++) { /* who is there came, or was there and did not go */
        int64_t change[8] = {0}, dead = 0;
        for (size_t i = 0; i < c.latents; i++) {
            const hec_latent *latent = &s.model->strategies[0].life.latents[i];
            change[latent->from] -= c.moves[k * c.latents + i];
            change[latent->to] += c.moves[k * c.latents + i];
        }
        for (size_t i = 0; i < c.states; i++) {
            assert_int_equal(c.trace[(k + 1) * c.states + i],
                             c.trace[k * c.states + i] + change[i]);
        }
        for (size_t i = 0; i < c.causes; i++) {
            dead += c.deaths[k * c.causes + i];
        }
        assert_int_equal(dead, change[3]);
    }
    for (size_t row = 0; row < 2 * c.outcomes; row++) { /* cycles add up to totals */
        double persons = 0, cycles = 0;
        for (size_t i = 0; i < PERSONS; i++) {
            persons += totals[row * PERSONS + i];
        }
        for (size_t i = 0; i < c.cycles * 8; i++) {
            cycles += c.sums[row * c.cycles * 8 + i];
        }
        times_expect_near(cycles, persons, 1e-12, "cycles and persons");
    }
    free(plain);
    free(totals);
    counts_free(&c);
    times_close(&s);
}

static void counts_do_not_follow_blocks(void **state)
{
    (void)state;
    times_study s = times_open(model);
    double *totals[2];
    counts a = count_run(&s, 512, PERSONS, &totals[0]), b = count_run(&s, 64, PERSONS, &totals[1]);
    assert_memory_equal(a.trace, b.trace, (a.cycles + 1) * a.states * sizeof *a.trace);
    assert_memory_equal(a.moves, b.moves, a.cycles * a.latents * sizeof *a.moves);
    assert_memory_equal(a.deaths, b.deaths, a.cycles * a.causes * sizeof *a.deaths);
    expect_same(2 * a.outcomes * a.cycles * 8, a.sums, b.sums, "sums by cycle");
    free(totals[0]);
    free(totals[1]);
    counts_free(&a);
    counts_free(&b);
    times_close(&s);
}

/* A year in which rates and moves are known: the sums of each cycle by hand. */
static void cycles_split_stays(void **state)
{
    (void)state;
    times_study s =
        times_open("hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 4}\n"
                   "engine: {microsimulation: {persons: 1}}\nuncertainty: {seed: 1}\n"
                   "chains:\n  c:\n    start: A\n    clock: reset\n    states:\n"
                   "      A: {utility: 1, time: {B: points({0: 1, 1.25: 0})}}\n"
                   "      B: {utility: 0.5, cost: 8, time: {D: points({0: 1, 1.5: 0})}}\n"
                   "      D: {dead: true}\n"
                   "on: [{from: A, to: B, cost: {cost: 3}}]\n"
                   "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0%, "
                   "discounting: discrete}\n");
    double *totals;
    counts c = count_run(&s, 8, 1, &totals);
    /* outcomes: cost, qaly, life_years; cycles */
    const double expected[3][4] = {
        {0, 3 + 0.75 * 8, 0.75 * 8, 0}, {1, 0.25 + 0.75 * 0.5, 0.375, 0}, {1, 1, 0.75, 0}};
    const int64_t points[5] = {0, 0, 1, 2, 2};
    for (size_t o = 0; o < 3; o++) {
        for (size_t k = 0; k < 4; k++) {
            times_expect_near(c.sums[(o * 4 + k) * 8], expected[o][k], 1e-15, "a cycle");
        }
    }
    for (size_t k = 0; k < 5; k++) {
        assert_int_equal(c.trace[k * 3 + (size_t)points[k]], 1);
    }
    assert_int_equal(c.moves[1 * 2 + 0], 1);
    assert_int_equal(c.moves[2 * 2 + 1], 1);
    assert_int_equal(c.deaths[2], 1);
    free(totals);
    counts_free(&c);
    times_close(&s);
}

/* ---- lives told ------------------------------------------------------------------------------ */

typedef struct story {
    size_t n;
    hec_happening told[256];
} story;

static void listen(void *context, const hec_happening *happening)
{
    story *told = context;
    assert_true(told->n < 256);
    told->told[told->n++] = *happening;
}

static void lives_are_told(void **state)
{
    (void)state;
    times_study s = times_open(model);
    const hec_model *m = s.model;
    double *totals = times_run(&s, NULL, 0, 0, 40, NULL);
    double *own = hec_aligned_doubles(2 * m->n_outcomes * 8);
    hec_persons_work *work = hec_persons_work_create(s.persons, 1);
    assert_true(totals && own && work);
    for (int64_t person = 0; person < 40; person++) {
        story told = {0};
        hec_person_fault fault = {0};
        hec_person_block block = {.kernels = hk_select(NULL),
                                  .seed = m->seed,
                                  .draw = -1,
                                  .draw_values = s.draws,
                                  .first = person,
                                  .n = 1,
                                  .told = listen,
                                  .context = &told};
        hec_persons_begin(s.persons, work, &block);
        assert_true(hec_persons_strategy(s.persons, work, &block, 0, own, 8, &fault));
        double sums[16] = {0}, time = 0;
        size_t at = told.told[0].item;
        bool over = false;
        assert_int_equal(told.told[0].kind, HEC_HAPPENING_ENTERS);
        for (size_t i = 1; i < told.n; i++) {
            const hec_happening *h = &told.told[i];
            assert_true(h->person == person && h->time >= time && !over);
            time = h->time;
            if (h->kind == HEC_HAPPENING_MOVE) { /* each from where the last one led */
                const hec_latent *latent = &m->strategies[0].life.latents[h->item];
                assert_int_equal(latent->from, at);
                at = (size_t)latent->to;
            } else if (h->kind == HEC_HAPPENING_TOTAL) {
                sums[h->item] += h->number;
            } else if (h->kind == HEC_HAPPENING_DEATH) {
                assert_true(m->states[at].dead);
            }
            over = h->kind == HEC_HAPPENING_END;
        }
        assert_true(over || m->states[at].dead);
        for (size_t o = 0; o < m->n_outcomes; o++) {
            times_expect_near(sums[o], totals[(m->n_outcomes + o) * 40 + (size_t)person], 1e-12,
                              m->outcomes[o].name);
        }
    }
    hec_persons_work_destroy(work);
    hec_aligned_free(own);
    free(totals);
    times_close(&s);
}

/* ---- what is charged, and asked -------------------------------------------------------------- */

/* Charges are worked out when the state is left, rates when it is entered. */
static void charges_know_the_moment(void **state)
{
    (void)state;
    times_study s = times_open(
        "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 10, start_year: 2024}\n"
        "engine: {microsimulation: {persons: 1}}\nuncertainty: {seed: 1}\npopulation: {age: 60}\n"
        "chains:\n  c:\n    start: A\n    clock: reset\n    states:\n"
        "      A: {cost: {rate: 1 * t}, time: {B: points({0: 1, 1.25: 0})}}\n"
        "      B: {cost: {rate: 1 * t}, effect: {here: in(B), there: in(A)},\n"
        "          time: {D: points({0: 1, 1.5: 0})}}\n"
        "      D: {dead: true}\n"
        "on:\n"
        "  - {from: A, to: B, cost: {once: 1 * t, stayed: 1 * time_in_state}}\n"
        "  - {to: D, cost: {last: 1 * age, stayed: 1 * time_in_state, year: year - 2000, cycle: "
        "cycle}}\n"
        "  - {to: [B, D], cost: {each: 1}}\n"
        "economics: {perspective: all, currency: CNY, effect: qaly, discount: 10%, "
        "discounting: continuous}\n");
    double *totals = times_run(&s, NULL, 0, 0, 1, NULL);
    const struct {
        const char *outcome;
        double plain, discounted;
    } rows[] = {
        {"rate", 1.25 * 1.5, 1.25 * (exp(-0.125) - exp(-0.275)) / 0.1},
        {"here", 1.5, (exp(-0.125) - exp(-0.275)) / 0.1},
        {"there", 0, 0},
        {"once", 1.25, 1.25 * exp(-0.125)},
        {"last", 62.75, 62.75 * exp(-0.275)},
        {"year", 26, 26 * exp(-0.275)},
        {"cycle", 3, 3 * exp(-0.275)},
        {"each", 2, exp(-0.125) + exp(-0.275)},
        {"stayed", 1.25 + 1.5, 1.25 * exp(-0.125) + 1.5 * exp(-0.275)},
    };
    assert_non_null(totals);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        times_expect_near(*times_column(&s, totals, 1, false, rows[i].outcome), rows[i].plain,
                          1e-15, rows[i].outcome);
        times_expect_near(*times_column(&s, totals, 1, true, rows[i].outcome), rows[i].discounted,
                          4e-15, rows[i].outcome);
    }
    free(totals);
    times_close(&s);
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

#define FAULTY(a, b)                                                                               \
    "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 20}\n"                                     \
    "engine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 3}\n"                         \
    "population: {strata: [{weight: 0.9, x: 1}, {weight: 0.1, x: -1}], size: 1}\n"                 \
    "parameters: {p: {value: 2, dist: normal(mean: 2, se: 1)}}\n"                                  \
    "chains:\n  c:\n    start: A\n    clock: reset\n    states:\n" a b "      D: {dead: true}\n"   \
    "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0.03, "                  \
    "discounting: discrete}\n"

/* The first person of stratum -1 who ever comes to B is told, whatever the block. */
static void expect_fault(const char *text, int kind, size_t item, int64_t move)
{
    static const size_t blocks[] = {1, 8, 64, 512};
    times_study s = times_open(text);
    double inputs[512];
    hec_person_fault first = {0};
    assert_true(hec_model_inputs(s.model) <= 512);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        hec_person_fault fault = {.inputs = inputs};
        double *totals = times_run(&s, &(times_way){.block = blocks[i]}, 0, 0, 600, &fault);
        assert_null(totals);
        assert_true(fault.found);
        assert_int_equal(fault.kind, kind);
        assert_int_equal(fault.item, item);
        first = i == 0 ? fault : first;
        assert_int_equal(fault.cycle, move < 0 ? first.cycle : move);
        assert_int_equal(fault.person, first.person);
        assert_true(fault.time == first.time);
        assert_true(inputs[HEC_CLOCK_T] == fault.time || kind == HEC_PERSON_FAULT_REWARD);
        if (kind == HEC_PERSON_FAULT_TIME) { /* the values explain it */
            const hec_latent *latent = &s.model->strategies[0].life.latents[item];
            double time = hec_evaluate(s.model->graph, latent->time, inputs);
            assert_true(!(time >= fault.time));
            assert_true(inputs[hec_model_attribute(s.model, 0)] == -1);
        }
    }
    times_close(&s);
}

static void faults_are_told(void **state)
{
    (void)state;
    static const char well[] = "      A: {time: {B: exponential(0.5), D: exponential(0.1)}}\n";
    static const char *const wrong[] = {
        "      B: {time: {D: exponential(0.1 * x)}}\n",
        "      B: {time: {D: weibull(shape: x, scale: 3)}}\n",
        "      B: {time: {D: weibull(shape: 1, scale: x * 1 year)}}\n",
        "      B: {time: {D: {dist: gompertz(shape: 0.1, rate: 0.1 * x), clock: forward}}}\n",
        "      B: {time: {D: lognormal(meanlog: 1, sdlog: x)}}\n",
        "      B: {time: {D: gamma(shape: x, rate: 1)}}\n",
        "      B: {time: {D: exponential(sqrt(x))}}\n",
        "      B: {time: {D: hazard_ratio(exponential(1), x)}}\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[2048];
        snprintf(text, sizeof text, FAULTY("%s", "%s"), well, wrong[i]);
        expect_fault(text, HEC_PERSON_FAULT_TIME, 2, 2);
    }
    /* most come there later than others, who have no lower number */
    expect_fault(FAULTY("      A: {time: {C: exponential(5), B: exponential(0.5)}}\n"
                        "      C: {time: {B: exponential(1)}}\n",
                        "      B: {time: {D: exponential(0.1 * x)}}\n"),
                 HEC_PERSON_FAULT_TIME, 3, -1);
    /* a reward that is not finite spoils only those who meet it */
    expect_fault(FAULTY("      A: {time: {B: exponential(0.5), D: exponential(0.1)}}\n",
                        "      B: {utility: 1 / (x + 1), time: {D: exponential(1)}}\n"),
                 HEC_PERSON_FAULT_REWARD, 0, 0);
    expect_fault(FAULTY("      A: {time: {B: exponential(0.01), D: exponential(1)}}\n",
                        "      B: {utility: 1 / (p - 2), time: {D: exponential(1)}}\n"),
                 HEC_PERSON_FAULT_REWARD, 0, 0);
    /* shares that are none */
    expect_fault("hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 20}\n"
                 "engine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 3}\n"
                 "population: {strata: [{weight: 0.9, x: 1}, {weight: 0.1, x: 3}]}\n"
                 "chains:\n  c:\n    start: {A: 0.5 * x, D: rest}\n    clock: reset\n    states:\n"
                 "      A: {time: {D: exponential(1)}}\n      D: {dead: true}\n"
                 "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0.03, "
                 "discounting: discrete}\n",
                 HEC_PERSON_FAULT_START, 0, 0);
}

static void nobody_moves_for_ever(void **state)
{
    (void)state;
    expect_fault(FAULTY("      A: {time: {B: exponential(1)}}\n",
                        "      B: {time: {C: exponential(if(x < 0, 1e9, 1))}}\n"
                        "      C: {time: {B: exponential(if(x < 0, 1e9, 1))}}\n"),
                 HEC_PERSON_FAULT_ENDLESS, 0, 100001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_do_not_matter),
        cmocka_unit_test(levels_do_not_matter),
        cmocka_unit_test(persons_are_themselves),
        cmocka_unit_test(strategies_leave_each_other_alone),
        cmocka_unit_test(counts_agree),
        cmocka_unit_test(counts_do_not_follow_blocks),
        cmocka_unit_test(cycles_split_stays),
        cmocka_unit_test(lives_are_told),
        cmocka_unit_test(charges_know_the_moment),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(nobody_moves_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
