/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains in continuous time, as they are written. */
#include "model_fixture.h"

#include <string.h>

#define HEAD TIME PERSONS ECONOMICS_OF_TIMES
#define ECONOMICS_OF_TIMES                                                                         \
    "economics: {perspective: everybody, currency: CNY, effect: life_years, discount: 0.03, "      \
    "discounting: discrete}\nperspectives: {everybody: all}\n"
/* A chain of three with these lines for `well`, and the rest as it must be. */
#define WELL(chain, well)                                                                          \
    HEAD "chains:\n  health:\n    start: well\n" chain "    states:\n      well: {time: {" well    \
         "}}\n      ill: {time: {dead: {dist: exponential(0.2), clock: reset}}}\n"                 \
         "      dead: {dead: true}\n"

static double input_of(const hec_model *m, const hec_latent *latent)
{
    return m->chances[latent->chance].input;
}

/* The time that a latent says, for who enters at t and has this chance. */
static double time_of(const hec_model *m, const hec_latent *latent, double t, double u)
{
    double inputs[1024] = {0};
    assert_true(hec_model_inputs(m) <= 1024);
    inputs[HEC_CLOCK_T] = t;
    inputs[(size_t)input_of(m, latent)] = u;
    return hec_evaluate(m->graph, latent->time, inputs);
}

static void clocks_run(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *m = build_good(
        f, HEAD "let: {ageing: gompertz(shape: 0.1, rate: 0.01), named: ageing}\n"
                "chains:\n  health:\n    start: well\n    clock: reset\n    states:\n"
                "      well: {time: {ill: weibull(shape: 2, scale: 3),\n"
                "                    dead: {dist: named, clock: forward}}}\n"
                "      ill: {time: {dead: [exponential(0.2), {dist: ageing, clock: forward}],\n"
                "                   well: {dist: exponential(1)}}}\n"
                "      dead: {dead: true}\n");
    const hec_life *life = &m->strategies[0].life;
    static const struct {
        int from, to;
        const char *chance;
    } expected[] = {{0, 1, "time/health/well/ill/1"},
                    {0, 2, "time/health/well/dead/1"},
                    {1, 2, "time/health/ill/dead/1"},
                    {1, 2, "time/health/ill/dead/2"},
                    {1, 0, "time/health/ill/well/1"}};
    assert_int_equal(m->engine, HEC_ENGINE_TIMES);
    assert_int_equal(m->chains[0].kind, HEC_CHAIN_TIMES);
    assert_int_equal(life->n_latents, 5);
    for (size_t i = 0; i < 5; i++) {
        const hec_latent *latent = &life->latents[i];
        assert_int_equal(latent->from, expected[i].from);
        assert_int_equal(latent->to, expected[i].to);
        assert_string_equal(m->chances[latent->chance].name, expected[i].chance);
        assert_false(m->chances[latent->chance].lasting);
    }
    const double u = 0.3, h = -log1p(-u), t = 5;
    const double ageing = log(exp(0.1 * t) + 0.1 * h / 0.01) / 0.1;
    const double times[] = {t + 3 * sqrt(h), ageing, t + h / 0.2, ageing, t + h};
    for (size_t i = 0; i < 5; i++) {
        double got = time_of(m, &life->latents[i], t, u);
        if (!(fabs(got - times[i]) <= 1e-14 * times[i])) {
            fail_msg("time %zu: %.17g is not %.17g", i, got, times[i]);
        }
    }
    fixture_destroy(f);
}

/* Two strategies read different times under one chance. */
static void strategies_differ(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *m = build_good(
        f, WELL("    clock: reset\n",
                "ill: exponential(r)") "parameters: {r: {value: 0.1, unit: 1/year}}\n"
                                       "strategies:\n  usual: {}\n  new: {set: {r: 0.05}}\n"
                                       "  other: {set: {chains.health.states.well.time.ill: "
                                       "weibull(shape: 1.2, scale: 9)}}\n");
    const hec_latent *a = &m->strategies[0].life.latents[0];
    const hec_latent *b = &m->strategies[1].life.latents[0];
    const hec_latent *c = &m->strategies[2].life.latents[0];
    assert_int_equal(a->chance, b->chance);
    assert_int_equal(a->chance, c->chance);
    assert_true(fabs(time_of(m, b, 0, 0.5) - 2 * time_of(m, a, 0, 0.5)) < 1e-12);
    assert_true(fabs(time_of(m, c, 0, 0.5) - 9 * pow(log(2), 1 / 1.2)) < 1e-12);
    assert_int_equal(m->strategies[0].life.latents[1].time,
                     m->strategies[1].life.latents[1].time); /* what is equal is one */
    fixture_destroy(f);
}

static void parameters_stay_in_their_domain(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *m = build_good(
        f,
        WELL(
            "    clock: reset\n",
            "ill: weibull(shape: k, scale: 3), dead: hazard_ratio("
            "weibull(shape: 2, scale: 4), hr)") "parameters:\n  k: {value: 1, dist: normal(mean: "
                                                "1, se: 1)}\n"
                                                "  hr: {value: 1, dist: normal(mean: 1, se: 1)}\n");
    double inputs[1024] = {0};
    size_t k = (size_t)hec_model_draw(m, 0), hr = (size_t)hec_model_draw(m, 1);
    for (size_t i = 0; i < 2; i++) {
        const hec_latent *latent = &m->strategies[0].life.latents[i];
        inputs[(size_t)input_of(m, latent)] = 0.4;
        inputs[k] = inputs[hr] = 2;
        assert_true(hec_evaluate(m->graph, latent->time, inputs) > 0);
        inputs[k] = inputs[hr] = -2;
        assert_true(isnan(hec_evaluate(m->graph, latent->time, inputs)));
        inputs[k] = inputs[hr] = NAN;
        assert_true(isnan(hec_evaluate(m->graph, latent->time, inputs)));
    }
    fixture_destroy(f);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    static const char *const clock = "    clock: reset\n";
    static const struct {
        const char *chain, *well, *words;
    } cases[] = {
        {"", "ill: exponential(1)",
         "the chain does not say on which `clock` its times run "
         "[missing-key]"},
        {"    clock: backward\n", "ill: exponential(1)",
         "`clock` cannot be `backward` [bad-value]"},
        {clock, "sick: exponential(1)", "the chain `health` has no state `sick` [unknown-state]"},
        {clock, "well: exponential(1)",
         "times lead to other states; who does not leave stays [bad-value]"},
        {clock, "ill: 0.3", "`time` needs a survival distribution here [arguments]"},
        {clock, "ill: rest", "`time` needs a survival distribution here [arguments]"},
        {clock, "ill: exponential(2 years)",
         "`exponential` needs a rate per year here, but this is a time in years [unit-mismatch]"},
        {clock, "ill: weibull(shape: 2)", "[arguments]"},
        {clock, "ill: weibull(shape: 0, scale: 3)",
         "`weibull` needs a shape and a scale above 0, but this is 0 [arguments]"},
        {clock, "ill: time_ratio(exponential(0.1 - 0.3), 2)",
         "`exponential` needs a rate that is not negative, but this is -0.2 [arguments]"},
        {clock, "ill: competing(exponential(1), exponential(2))",
         "the time of events that compete has no closed form [arguments]"},
        {clock, "ill: {clock: reset}",
         "this time has no `dist`, its survival distribution "
         "[missing-key]"},
        {clock, "ill: {dist: exponential(1), clock: 3}", "`clock` cannot be `3` [bad-value]"},
        {clock, "ill: {dist: exponential(1), after: 2}", "[unknown-key]"},
        {clock, "ill: []", "no survival distribution leads to `ill` [missing-key]"},
        {clock, "ill: [exponential(1), [exponential(2)]]", "[wrong-shape]"},
        {clock, "ill: exponential(lambda)", "nothing defines `lambda` [unknown-name]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        snprintf(text, sizeof text, WELL("%s", "%s"), cases[i].chain, cases[i].well);
        refused(text, cases[i].words);
    }
}

static void chains_are_one_kind(void **state)
{
    (void)state;
    refused(HEAD "chains:\n  a: {clock: reset, start: x, states: {x: {time: {y: exponential(1)}}, "
                 "y: {dead: true}}}\n"
                 "  b: {start: u, states: {u: {to: {v: 0.1}}, v: {absorbing: true}}}\n",
            "`a` runs in continuous time, which has no other chain beside it [mixed-transitions]");
    refused(WELL("    clock: reset\n", "ill: exponential(1)}, to: {dead: 0.1"),
            "[mixed-transitions]");
    refused(WELL("    clock: reset\n    time_in_state_cap: 3 years\n", "ill: exponential(1)"),
            "[unknown-key]");
    refused(WELL("    clock: reset\n", "ill: exponential(1)}, dead: true, label: {a: b"),
            "[absorbing-leaves]");
}

/* What a study says of cycles has no place here; what a profile does is passed over. */
static void economics_have_no_cycles(void **state)
{
    (void)state;
    static const char chain[] =
        "chains:\n  health: {clock: reset, start: well, states: {well: {time: {dead: "
        "exponential(0.1)}}, dead: {dead: true}}}\non: [{to: dead, cost: {terminal: 5}}]\n";
    static const struct {
        const char *economics, *words;
    } cases[] = {
        {"within_cycle: half-cycle",
         "`within_cycle` speaks of cycles; a chain with `time:` counts each stay from entering to "
         "leaving, and each move at its own moment [bad-value]"},
        {"within_cycle: {weights: [1, 1]}", "`within_cycle` speaks of cycles"},
        {"one_off: {at: end}", "`one_off` speaks of cycles"},
        {"within_cycle: none, life_table_discount_at: start",
         "`life_table_discount_at` speaks of cycles"},
    };
    char text[2048];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text,
                 TIME PERSONS "economics: {profile: cn2020, currency: CNY, effect: life_years, "
                              "perspective: everybody, %s}\nperspectives: {everybody: all}\n%s",
                 cases[i].economics, chain);
        refused(text, cases[i].words);
    }
    static const char *const fine[] = {"", ", within_cycle: none", ", within_cycle: "};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        fixture f = fixture_create();
        snprintf(text, sizeof text,
                 TIME PERSONS "economics: {profile: cn2020, currency: CNY, effect: life_years, "
                              "perspective: everybody%s}\nperspectives: {everybody: all}\n%s",
                 fine[i], chain);
        const hec_model *m = build_good(f, text);
        assert_int_equal(m->economics.method, HEC_METHOD_NONE);
        for (size_t k = 0; k < m->economics.n_settings; k++) {
            assert_null(strstr(m->economics.settings[k].name, "one_off"));
            assert_null(strstr(m->economics.settings[k].name, "cycle"));
        }
        fixture_destroy(f);
    }
}

/* A state may have as many causes as there are states, and more. */
static void many_causes(void **state)
{
    (void)state;
    enum { STATES = 40 };
    fixture f = fixture_create();
    char *text = malloc(256 * 1024), *at = text;
    assert_non_null(text);
    at += sprintf(at, "%schains:\n  c:\n    start: s0\n    clock: reset\n    states:\n", HEAD);
    for (int i = 0; i < STATES; i++) {
        at += sprintf(at, "      s%d: {time: {", i);
        for (int k = 0; k < STATES; k++) {
            if (k != i) {
                at += sprintf(at, "s%d: exponential(0.01), ", k);
            }
        }
        at += sprintf(at, "dead: exponential(0.1)}}\n");
    }
    sprintf(at, "      dead: {dead: true}\n");
    const hec_model *m = build_good(f, text);
    assert_int_equal(m->strategies[0].life.n_latents, STATES * STATES);
    free(text);
    fixture_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_run),
        cmocka_unit_test(strategies_differ),
        cmocka_unit_test(parameters_stay_in_their_domain),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(chains_are_one_kind),
        cmocka_unit_test(economics_have_no_cycles),
        cmocka_unit_test(many_causes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
