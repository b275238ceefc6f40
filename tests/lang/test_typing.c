/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types of expressions, and what is said when units, names or arguments are wrong. */
#include "language_fixture.h"

static const double ages[] = {0, 50, 60}, sexes[] = {0, 1}, rates[] = {1, 2, 3, 4, 5, 6};

static const hec_expr *definition(void *context, const char *name)
{
    return strcmp(name, "os") == 0 ? fixture_parse(context, "weibull(shape: 1.3, scale: 5 years)")
                                   : NULL;
}

static int open_fixture(void **state)
{
    static fixture f;
    static hec_lookup table;
    fixture_open(&f);
    table = (hec_lookup){.name = "r_death",
                         .n_axes = 2,
                         .axis_types = {HEC_TYPE_YEARS, {.kind = HEC_KIND_LABEL}},
                         .axis_names = {"age", "sex"},
                         .lengths = {3, 2},
                         .axes = {ages, sexes},
                         .values = rates,
                         .type = HEC_TYPE_PER_YEAR,
                         .between = HEC_LOOKUP_LINEAR};
    f.table = &table;
    f.scope.definition = definition;
    fixture_name(&f, "rate", "1/year", 0.2);
    fixture_name(&f, "prob", "probability per year", 0.1);
    fixture_name(&f, "half", "probability per 6 months", 0.1);
    fixture_name(&f, "odds", "odds", 2);
    fixture_name(&f, "util", "utility", 0.8);
    fixture_name(&f, "yuan", "CNY(2020)/year", 100);
    fixture_name(&f, "old", "CNY(2010)/year", 100);
    fixture_name(&f, "dollar", "USD/year", 100);
    fixture_name(&f, "age", "years", 55);
    fixture_name(&f, "time", "years", 3);
    fixture_name(&f, "hr", "ratio", 0.7);
    fixture_name(&f, "x", NULL, 2);
    fixture_name(&f, "sex", "label", 1);
    fixture_name(&f, "treated", "boolean", 1);
    fixture_name(&f, "cycle_length", "years", 0.5);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

/* ---- right ---------------------------------------------------------------------------------- */

static const char *const typed[][2] = {
    {"1", "any unit"},
    {"5 %", "any unit"},
    {"2 years", "year"},
    {"true", "boolean"},
    {"'male'", "label"},
    {"rate + 0.1", "1/year"},
    {"1 - prob", "probability per 1 year"},
    {"1 - util", "utility"},
    {"-prob", "probability per 1 year"},
    {"prob * hr", "probability per 1 year"},
    {"prob * prob", "probability per 1 year"},
    {"prob * half", "probability"},
    {"rate * time", "number"},
    {"rate * hr * 2", "1/year"},
    {"1 / age", "any unit"}, /* the coefficient of an age has whatever unit is needed */
    {"0.03 * age + 0.2", "any unit"},
    {"0.001 * age ^ 2", "any unit"},
    {"hr * age", "year"},
    {"prob / (prob + 0.2)", "any unit"},
    {"yuan * time", "CNY(2020)"},
    {"yuan / dollar", "CNY(2020)/USD(2020)"},
    {"util * time", "year"},
    {"age ^ 2", "year^2"},
    {"sqrt(age * age)", "year"},
    {"(1 - prob) ^ x", "probability"},
    {"age > 50", "boolean"},
    {"age > 50 and not treated", "boolean"},
    {"sex == 'male'", "boolean"},
    {"treated == false", "boolean"},
    {"if(treated, rate, 0)", "1/year"},
    {"if(x, 0, yuan)", "CNY(2020)/year"},
    {"if(treated, age > 5, true)", "boolean"},
    {"if(treated, 'male', sex)", "label"},
    {"min(1, prob, 0.5)", "probability per 1 year"},
    {"max(age, 0)", "year"},
    {"sum(1, yuan, yuan)", "CNY(2020)/year"},
    {"clamp(age, 0, 100)", "year"},
    {"abs(rate)", "1/year"},
    {"round(age)", "year"},
    {"number(age)", "any unit"},
    {"exp(hr)", "any unit"},
    {"log(odds)", "any unit"},
    {"logistic(x)", "probability"},
    {"logit(prob)", "any unit"},
    {"rate_to_prob(rate)", "probability per 6 months"},
    {"rate_to_prob(rate, cycle_length)", "probability per 6 months"},
    {"rate_to_prob(rate, 1 year)", "probability per 1 year"},
    {"rate_to_prob(rate, time)", "probability"},
    {"rate_to_prob(0.3, dt: 2)", "probability per 2 years"},
    {"prob_to_rate(prob)", "1/year"},
    {"prob_to_rate(half, 6 months)", "1/year"},
    {"prob_to_odds(prob)", "odds per 1 year"},
    {"odds_to_prob(prob_to_odds(prob) * hr)", "probability per 1 year"},
    {"rescale_prob(prob, 1 year, 1 month)", "probability per 1 month"},
    {"apply_or(prob, hr)", "probability per 1 year"},
    {"apply_rr(prob, 1.2)", "probability per 1 year"},
    {"apply_hr(0.1, hr)", "probability"},
    {"step(age, 5 years)", "number"},
    {"band(age, {0: rate, 50: 2 * rate})", "1/year"},
    {"interp(x, {0: 0, 1: util})", "utility"},
    {"r_death(age, sex)", "1/year"},
    {"r_death(sex: 'male', age: age)", "1/year"},
    {"survival(os, time)", "probability"},
    {"hazard(exponential(rate), time)", "1/year"},
    {"cumhazard(os, time)", "number"},
    {"density(os, time)", "1/year"},
    {"quantile(os, 0.5)", "year"},
    {"event_prob(os, time)", "probability per 6 months"},
    {"event_prob(os, time, 1 year)", "probability per 1 year"},
};

static void test_types(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        char text[128];
        fixture_restart(f, false);
        hec_value value = fixture_lower(f, typed[i][0]);
        char *said = hec_diagnostics_text(f->diagnostics, false);
        assert_string_equal(said, "");
        assert_true(value.id >= 0);
        hec_type_text(&value.type, text, sizeof text);
        if (strcmp(text, typed[i][1]) != 0) {
            print_error("%s\n", typed[i][0]);
        }
        assert_string_equal(text, typed[i][1]);
        free(said);
    }
}

/* ---- wrong ---------------------------------------------------------------------------------- */

#define M "m.yaml:1:"
#define UNIT " [unit-mismatch]\n"
#define ARGS " [arguments]\n"

static void test_sums(void **state)
{
    fixture_says(*state, "prob + rate",
                 M "1: error: cannot add a rate per year to a probability per 1 year" UNIT
                   "prob + rate\n^~~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a rate per year\n"
                   "  prob + rate\n         ^~~~\n"
                   "  help: turn the rate into a probability: rate_to_prob(rate, cycle_length)\n");
    fixture_says(*state, "rate - prob",
                 M "1: error: cannot subtract a probability per 1 year from a rate per year" UNIT
                   "rate - prob\n^~~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a probability per 1 year\n"
                   "  rate - prob\n         ^~~~\n"
                   "  help: turn the rate into a probability: rate_to_prob(rate, cycle_length)\n");
    fixture_says(*state, "prob + half",
                 M
                 "1: error: cannot add a probability per 6 months to a probability per 1 year" UNIT
                 "prob + half\n^~~~~~~~~~~\n"
                 "  note: m.yaml:1:8: this is a probability per 6 months\n"
                 "  prob + half\n         ^~~~\n"
                 "  help: bring both to one interval: rescale_prob(p, from, to)\n");
    fixture_says(*state, "prob + odds",
                 M "1: error: cannot add odds to a probability per 1 year" UNIT
                   "prob + odds\n^~~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is odds\n"
                   "  prob + odds\n         ^~~~\n"
                   "  help: turn the odds into a probability: odds_to_prob(odds)\n");
    fixture_says(*state, "yuan + dollar",
                 M "1: error: cannot add a value in USD/year to a value in CNY(2020)/year" UNIT
                   "yuan + dollar\n^~~~~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a value in USD/year\n"
                   "  yuan + dollar\n         ^~~~~~\n"
                   "  help: convert one of them with an exchange rate, for instance one in "
                   "CNY/USD\n");
    fixture_says(*state, "yuan + old",
                 M
                 "1: error: cannot add a value in CNY(2010)/year to a value in CNY(2020)/year" UNIT
                 "yuan + old\n^~~~~~~~~~\n"
                 "  note: m.yaml:1:8: this is a value in CNY(2010)/year\n"
                 "  yuan + old\n         ^~~\n"
                 "  help: bring both to one price year first\n");
    fixture_says(*state, "yuan + age",
                 M "1: error: cannot add a time in years to a value in CNY(2020)/year" UNIT
                   "yuan + age\n^~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a time in years\n"
                   "  yuan + age\n         ^~~\n");
}

static void test_products(void **state)
{
    fixture_says(*state, "prob / time",
                 M "1: error: cannot divide a probability per 1 year by a time in years" UNIT
                   "prob / time\n^~~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a time in years\n"
                   "  prob / time\n         ^~~~\n"
                   "  help: turn the probability into a rate: prob_to_rate(p, interval)\n");
    fixture_says(*state, "yuan / old",
                 M "1: error: cannot divide a value in CNY(2020)/year by a value in "
                   "CNY(2010)/year" UNIT "yuan / old\n^~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a value in CNY(2010)/year\n"
                   "  yuan / old\n         ^~~\n"
                   "  help: bring both to one price year first\n");
    fixture_says(*state, "2 * (age > 50)",
                 M "5: error: `*` needs numbers, but this is a yes/no value" UNIT
                   "2 * (age > 50)\n    ^~~~~~~~~~\n"
                   "  help: write `if(condition, 1, 0)` to make a number of a yes/no value\n");
    fixture_says(*state, "-sex",
                 M "2: error: `-` needs numbers, but this is a word" UNIT "-sex\n ^~~\n"
                   "  help: words are only compared with == and != and looked up in tables\n");
    fixture_says(*state, "yuan ^ x",
                 M "1: error: a value in CNY(2020)/year cannot be raised to this power" UNIT
                   "yuan ^ x\n^~~~~~~~\n"
                   "  note: m.yaml:1:1: this is a value in CNY(2020)/year\n"
                   "  yuan ^ x\n  ^~~~\n"
                   "  help: only a number that is known before the run, and leaves whole powers of "
                   "the units, is possible; or take the bare number: number(x)\n");
    fixture_says(*state, "2 ^ age",
                 M "5: error: `^` needs a number without a unit here, but this is a time in "
                   "years" UNIT "2 ^ age\n    ^~~\n"
                   "  help: divide by the unit, as in `age / 1 year`, or take the bare number: "
                   "number(x)\n");
}

static void test_conditions(void **state)
{
    fixture_says(*state, "age > rate",
                 M "1: error: cannot compare a time in years with a rate per year" UNIT
                   "age > rate\n^~~~~~~~~~\n"
                   "  note: m.yaml:1:7: this is a rate per year\n"
                   "  age > rate\n        ^~~~\n");
    fixture_says(*state, "sex == 1",
                 M "1: error: cannot compare a word with a plain number" UNIT "sex == 1\n^~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a plain number\n"
                   "  sex == 1\n         ^\n"
                   "  help: words are only compared with == and != and looked up in tables\n");
    fixture_says(*state, "'male' < sex",
                 M "1: error: `<` needs numbers, but this is a word" UNIT "'male' < sex\n^~~~~~\n"
                   "  help: words are only compared with == and != and looked up in tables\n" M
                   "10: error: `<` needs numbers, but this is a word" UNIT
                   "'male' < sex\n         ^~~\n"
                   "  help: words are only compared with == and != and looked up in tables\n");
    fixture_says(*state, "rate and treated",
                 M "1: error: `and` needs a condition here, but this is a rate per year" UNIT
                   "rate and treated\n^~~~\n"
                   "  help: compare it with something, as in `x > 0`\n");
    fixture_says(*state, "if(age, 1, 2)",
                 M "4: error: `if` needs a condition here, but this is a time in years" UNIT
                   "if(age, 1, 2)\n   ^~~\n"
                   "  help: compare it with something, as in `x > 0`\n");
    fixture_says(*state, "if(treated, rate, prob)",
                 M "19: error: `if` cannot mix a rate per year with a probability per 1 year" UNIT
                   "if(treated, rate, prob)\n                  ^~~~\n"
                   "  note: m.yaml:1:13: this is a rate per year\n"
                   "  if(treated, rate, prob)\n              ^~~~\n"
                   "  help: turn the rate into a probability: rate_to_prob(rate, cycle_length)\n");
    fixture_says(*state, "max(1, age, yuan)",
                 M "13: error: `max` cannot mix a time in years with a value in "
                   "CNY(2020)/year" UNIT "max(1, age, yuan)\n            ^~~~\n"
                   "  note: m.yaml:1:5: this is a time in years\n"
                   "  max(1, age, yuan)\n      ^\n");
}

static void test_conversions(void **state)
{
    fixture_says(*state, "rate_to_prob(prob)",
                 M "14: error: `rate_to_prob` needs a rate per year here, but this is a "
                   "probability per 1 year" UNIT "rate_to_prob(prob)\n             ^~~~\n"
                   "  help: turn the probability into a rate: prob_to_rate(p, interval)\n");
    fixture_says(*state, "logit(rate)",
                 M "7: error: `logit` needs a probability here, but this is a rate per year" UNIT
                   "logit(rate)\n      ^~~~\n"
                   "  help: turn the rate into a probability: rate_to_prob(rate, cycle_length)\n");
    fixture_says(*state, "odds_to_prob(prob)",
                 M "14: error: `odds_to_prob` needs odds here, but this is a probability per 1 "
                   "year" UNIT "odds_to_prob(prob)\n             ^~~~\n"
                   "  help: turn the probability into odds: prob_to_odds(p)\n");
    fixture_says(*state, "exp(age)",
                 M "5: error: `exp` needs a number without a unit here, but this is a time in "
                   "years" UNIT "exp(age)\n    ^~~\n"
                   "  help: divide by the unit, as in `age / 1 year`, or take the bare number: "
                   "number(x)\n");
    fixture_says(*state, "prob_to_rate(prob, 5 years)",
                 M "20: error: the time stated makes this a probability per 5 years, but it is a "
                   "probability per 1 year" UNIT
                   "prob_to_rate(prob, 5 years)\n                   ^~~~~~~\n"
                   "  note: m.yaml:1:14: this is a probability per 1 year\n"
                   "  prob_to_rate(prob, 5 years)\n               ^~~~\n"
                   "  help: rescale_prob(p, from, to) changes the time a probability covers\n");
    fixture_says(*state, "rescale_prob(half, 1 year, 5 years)",
                 M "20: error: the time stated makes this a probability per 1 year, but it is a "
                   "probability per 6 months" UNIT
                   "rescale_prob(half, 1 year, 5 years)\n                   ^~~~~~\n"
                   "  note: m.yaml:1:14: this is a probability per 6 months\n"
                   "  rescale_prob(half, 1 year, 5 years)\n               ^~~~\n"
                   "  help: rescale_prob(p, from, to) changes the time a probability covers\n");
}

static void test_names(void **state)
{
    fixture_says(*state, "nothing + 1",
                 M "1: error: nothing defines `nothing` [unknown-name]\n"
                   "nothing + 1\n^~~~~~~\n");
    fixture_says(*state, "sex == 'mael'",
                 M "8: error: no attribute, table or parameter has the word 'mael' [unknown-name]\n"
                   "sex == 'mael'\n       ^~~~~~\n");
    fixture_says(*state, "rate_to_prb(rate)",
                 M "1: error: there is no function or table `rate_to_prb` [unknown-function]\n"
                   "rate_to_prb(rate)\n^~~~~~~~~~~\n  help: did you mean `rate_to_prob`?\n");
    fixture_says(*state, "qwertyuiop(rate)",
                 M "1: error: there is no function or table `qwertyuiop` [unknown-function]\n"
                   "qwertyuiop(rate)\n^~~~~~~~~~\n"
                   "  help: `hecate list functions` shows all of them\n");
    fixture_says(*state, "x(2)",
                 M "1: error: `x` is a value, not a function or a table [unknown-function]\n"
                   "x(2)\n^\n  help: write `*` to multiply\n");
    fixture_says(*state, "nothing + prob * rate - naught / 0 + (rate + prob)",
                 /* one pass finds all that is wrong; what hangs on it stays silent */
                 M "1: error: nothing defines `nothing` [unknown-name]\n"
                   "nothing + prob * rate - naught / 0 + (rate + prob)\n^~~~~~~\n" M
                   "25: error: nothing defines `naught` [unknown-name]\n"
                   "nothing + prob * rate - naught / 0 + (rate + prob)\n"
                   "                        ^~~~~~\n" M
                   "38: error: cannot add a probability per 1 year to a rate per year" UNIT
                   "nothing + prob * rate - naught / 0 + (rate + prob)\n"
                   "                                     ^~~~~~~~~~~~~\n"
                   "  note: m.yaml:1:46: this is a probability per 1 year\n"
                   "  nothing + prob * rate - naught / 0 + (rate + prob)\n"
                   "                                               ^~~~\n"
                   "  help: turn the rate into a probability: rate_to_prob(rate, cycle_length)\n");
}

static void test_arguments(void **state)
{
    fixture_says(*state, "pow(2)",
                 M "1: error: `pow` takes 2 values, not 1" ARGS
                   "pow(2)\n^~~~~~\n  help: it is written pow(x, y)\n");
    fixture_says(*state, "exp()",
                 M "1: error: `exp` takes 1 value, not 0" ARGS
                   "exp()\n^~~~~\n  help: it is written exp(x)\n");
    fixture_says(*state, "min(1)",
                 M "1: error: `min` takes at least 2 values, not 1" ARGS
                   "min(1)\n^~~~~~\n  help: it is written min(a, b, ...)\n");
    fixture_says(*state, "rate_to_prob(1, 2, 3)",
                 M "1: error: `rate_to_prob` takes 1 to 2 values, not 3" ARGS
                   "rate_to_prob(1, 2, 3)\n^~~~~~~~~~~~~~~~~~~~~\n"
                   "  help: it is written rate_to_prob(rate, dt = cycle_length)\n");
    fixture_says(*state, "pow(x: 1, z: 2)",
                 M "14: error: `pow` has no argument named `z`" ARGS
                   "pow(x: 1, z: 2)\n             ^\n"
                   "  help: it is written pow(x, y)\n");
    fixture_says(*state, "pow(x: 1, x: 2)",
                 M "14: error: `x` is given twice" ARGS "pow(x: 1, x: 2)\n             ^\n"
                   "  help: it is written pow(x, y)\n");
    fixture_says(*state, "pow(1, x: 2)",
                 M "11: error: `x` is given twice" ARGS "pow(1, x: 2)\n          ^\n"
                   "  help: it is written pow(x, y)\n");
    fixture_says(*state, "rate_to_prob(dt: 1)",
                 M "1: error: `rate_to_prob` lacks `rate`" ARGS
                   "rate_to_prob(dt: 1)\n^~~~~~~~~~~~~~~~~~~\n"
                   "  help: it is written rate_to_prob(rate, dt = cycle_length)\n");
    fixture_says(*state, "pow(x: 1, 2)",
                 M "11: error: values without a name come before those with one" ARGS
                   "pow(x: 1, 2)\n          ^\n  help: it is written pow(x, y)\n");
    fixture_says(*state, "min(a: 1, b: 2)",
                 M "8: error: `min` takes values without names" ARGS "min(a: 1, b: 2)\n       ^\n"
                   "  help: it is written min(a, b, ...)\n");
    fixture_says(*state, "[1, 2]", M "1: error: a list has no value" ARGS "[1, 2]\n^~~~~~\n");
    fixture_says(*state, "{1: 2}",
                 M "1: error: pairs have no value; they are an argument of band() or interp()" ARGS
                   "{1: 2}\n^~~~~~\n");
}

static void test_tables(void **state)
{
    fixture_says(*state, "r_death(age)",
                 M "1: error: `r_death` takes 2 values, not 1" ARGS "r_death(age)\n^~~~~~~~~~~~\n"
                   "  help: it is written r_death(age, sex)\n");
    fixture_says(*state, "r_death(age, 1)",
                 M "14: error: the axis `sex` of `r_death` is a word, but this is a plain "
                   "number" UNIT "r_death(age, 1)\n             ^\n");
    fixture_says(*state, "r_death(rate, 'male')",
                 M "9: error: the axis `age` of `r_death` is a time in years, but this is a rate "
                   "per year" UNIT "r_death(rate, 'male')\n        ^~~~\n");
    fixture_says(*state, "r_death(year: 3, sex: sex)",
                 M "15: error: `r_death` has no argument named `year`" ARGS
                   "r_death(year: 3, sex: sex)\n              ^\n"
                   "  help: it is written r_death(age, sex)\n");
}

static void test_pairs(void **state)
{
    fixture_says(*state, "band(x, 3)",
                 M "9: error: `band` needs pairs here, such as {0: 0, 0.5: 0.5, 0.6: 1}" ARGS
                   "band(x, 3)\n        ^\n");
    fixture_says(*state, "band(x, {1: 0, 0.5: 1})",
                 M "16: error: the keys of `band` must rise, but this one is not above the one "
                   "before" ARGS "band(x, {1: 0, 0.5: 1})\n               ^~~\n");
    fixture_says(*state, "band(x, {0: 0, hr: 1})",
                 M "16: error: a key of `band` must be known before the run [not-constant]\n"
                   "band(x, {0: 0, hr: 1})\n               ^~\n");
    fixture_says(*state, "band(0.1, {0.5: 1})",
                 M "6: error: this value lies below the first band" ARGS
                   "band(0.1, {0.5: 1})\n     ^~~\n"
                   "  note: m.yaml:1:12: the first band begins here\n"
                   "  band(0.1, {0.5: 1})\n             ^~~\n");
}

static void test_interp(void **state)
{
    fixture_says(*state, "interp(x, {0: 1})",
                 M "11: error: `interp` needs at least two points" ARGS
                   "interp(x, {0: 1})\n          ^~~~~~\n");
    fixture_says(*state, "interp(age, {1: yuan, 2: rate})",
                 M "26: error: `interp` cannot mix a value in CNY(2020)/year with a rate per "
                   "year" UNIT "interp(age, {1: yuan, 2: rate})\n                         ^~~~\n"
                   "  note: m.yaml:1:17: this is a value in CNY(2020)/year\n"
                   "  interp(age, {1: yuan, 2: rate})\n                  ^~~~\n");
    fixture_says(*state, "interp(age, {1: 1, rate_to_prob(1): 2})",
                 M "20: error: `interp` cannot mix a time in years with a probability per 6 "
                   "months" UNIT "interp(age, {1: 1, rate_to_prob(1): 2})\n"
                   "                   ^~~~~~~~~~~~~~~\n"
                   "  note: m.yaml:1:8: this is a time in years\n"
                   "  interp(age, {1: 1, rate_to_prob(1): 2})\n         ^~~\n");
}

static void test_curves(void **state)
{
    fixture_says(*state, "survival(x, time)",
                 M "10: error: `survival` needs a survival distribution here" ARGS
                   "survival(x, time)\n         ^\n"
                   "  help: one of exponential, weibull, weibull_ph, gompertz, loglogistic, "
                   "lognormal, gamma, gengamma, hazard_ratio, time_ratio, odds_ratio, cured, "
                   "competing, switch_at, piecewise, points, life_table; `hecate list curves` "
                   "shows how they are written\n");
    fixture_says(*state, "os + 1",
                 M "1: error: `os` is a distribution and has no value of its own" ARGS
                   "os + 1\n^~\n"
                   "  help: ask for survival(os, t), hazard(os, t) or event_prob(os, t); a "
                   "distribution to draw from stands under `dist:`\n");
    fixture_says(*state, "gamma(2, 3)",
                 M "1: error: `gamma` is a distribution and has no value of its own" ARGS
                   "gamma(2, 3)\n^~~~~~~~~~~\n"
                   "  help: ask for survival(gamma(...), t), hazard(gamma(...), t) or "
                   "event_prob(gamma(...), t); a distribution to draw from stands under "
                   "`dist:`\n");
    fixture_says(*state, "hazard(weibull(shape: 2, rate: 1), time)",
                 M "32: error: `weibull` has no argument named `rate`" ARGS
                   "hazard(weibull(shape: 2, rate: 1), time)\n"
                   "                               ^\n"
                   "  help: it is written weibull(shape, scale)\n");
    fixture_says(*state, "hazard(exponential(prob), time)",
                 M "20: error: `exponential` needs a rate per year here, but this is a "
                   "probability per 1 year" UNIT
                   "hazard(exponential(prob), time)\n                   ^~~~\n"
                   "  help: turn the probability into a rate: prob_to_rate(p, interval)\n");
    fixture_says(*state, "survival(os, rate)",
                 M "14: error: `survival` needs a time in years here, but this is a rate per "
                   "year" UNIT "survival(os, rate)\n             ^~~~\n");
}

/* ---- any expression at all ----------------------------------------------------------------- */

static uint32_t pick(uint64_t *seed, uint32_t n)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % n;
}

/* Grammatical, mostly nonsense. */
static void write_random(hec_text *text, uint64_t *seed, int depth)
{
    static const char *const atoms[] = {"0.5",  "2 years", "5 %",    "rate",    "prob", "age",
                                        "yuan", "hr",      "'male'", "treated", "os",   "-1"};
    static const char *const joints[] = {" + ",  " - ",  " * ",  " / ",  " ^ ",  " < ",
                                         " == ", " >= ", " != ", " or ", " and "};
    size_t n_functions = hec_function_count();
    uint32_t what = depth > 5 ? 0 : pick(seed, 5);
    if (what < 2) {
        hec_text_add(text, atoms[pick(seed, sizeof atoms / sizeof atoms[0])]);
    } else if (what == 2) {
        hec_text_add(text, "(");
        write_random(text, seed, depth + 1);
        hec_text_add(text, joints[pick(seed, sizeof joints / sizeof joints[0])]);
        write_random(text, seed, depth + 1);
        hec_text_add(text, ")");
    } else {
        bool table = pick(seed, 12) == 0;
        hec_text_format(text, "%s(",
                        table ? "r_death"
                              : hec_function_describe(pick(seed, (uint32_t)n_functions))->name);
        for (uint32_t n = pick(seed, 4), i = 0; i < n; i++) {
            hec_text_add(text, i > 0 ? ", " : "");
            if (pick(seed, 8) == 0) {
                hec_text_add(text, "{0: rate, 1: prob}");
            } else if (pick(seed, 8) == 0) {
                hec_text_add(text, "gamma(2, 0.5)");
            } else {
                write_random(text, seed, depth + 1);
            }
        }
        hec_text_add(text, ")");
    }
}

/* Either a value or at least one complaint, never both or neither; a value has the same bits
 * folded and plain. */
static void test_random_expressions(void **state)
{
    fixture *f = *state;
    uint64_t seed = 3;
    int good = 0;
    for (int round = 0; round < 20000; round++) {
        hec_text text = {0};
        write_random(&text, &seed, 0);
        fixture_restart(f, false);
        hec_value value = fixture_lower(f, text.data);
        bool complained = hec_diagnostics_count(f->diagnostics, HEC_ERROR) > 0;
        if ((value.id < 0) != complained) {
            fail_msg("%s", text.data);
        }
        if (value.id >= 0) {
            double folded = hec_evaluate(f->graph, value.id, f->values);
            fixture_restart(f, true);
            hec_value plain = fixture_lower(f, text.data);
            double computed = hec_evaluate(f->graph, plain.id, f->values);
            assert_true((isnan(folded) && isnan(computed)) ||
                        memcmp(&folded, &computed, sizeof folded) == 0);
            assert_memory_equal(&value.type, &plain.type, sizeof value.type);
            good++;
        }
        hec_text_free(&text);
    }
    assert_true(good > 1000);
}

/* ---- for callers ------------------------------------------------------------------------------
 */

static void test_expect(void **state)
{
    fixture *f = *state;
    hec_value rate = fixture_lower(f, "rate");
    hec_place place = {0, 0, 4};
    hec_type wanted = {.kind = HEC_KIND_PROBABILITY, .interval = 0.5};
    assert_true(hec_type_expect(f->diagnostics, rate, &HEC_TYPE_PER_YEAR, place, "a hazard"));
    assert_false(hec_type_expect(f->diagnostics, (hec_value){.id = -1}, &wanted, place, "`S1`"));
    assert_int_equal(hec_diagnostics_count(f->diagnostics, HEC_ERROR), 0);
    assert_false(hec_type_expect(f->diagnostics, rate, &wanted, place, "`to: {S1: ...}`"));
    char *said = hec_diagnostics_text(f->diagnostics, false);
    assert_string_equal(
        said, M "1: error: `to: {S1: ...}` needs a probability per 6 months, but this is a rate "
                "per year" UNIT "rate\n^~~~\n"
                "  help: turn the rate into a probability: rate_to_prob(rate, cycle_length)\n");
    free(said);
}

/* A caller's own calls come first, and their names may hold a point. */
static bool own_call(void *context, const hec_expr *expr, hec_value *value)
{
    fixture *f = context;
    if (strcmp(expr->name, "panel.share") != 0) {
        return false;
    }
    assert_int_equal(expr->n_args, 1);
    *value = (hec_value){hec_graph_constant(f->graph, 0.25, expr->place), HEC_TYPE_PROBABILITY};
    return true;
}

static void test_own_calls(void **state)
{
    fixture *f = *state;
    f->scope.call = own_call;
    assert_true(fixture_value(f, "1 - panel.share(age < 7 years)") == 0.75);
    fixture_says(f, "panel.shore(1)",
                 M "1: error: there is no function or table `panel.shore` [unknown-function]\n"
                   "panel.shore(1)\n^~~~~~~~~~~\n"
                   "  help: `hecate list functions` shows all of them\n");
}

/* Every function has a signature that begins with its name, and words. */
static void test_function_table(void **state)
{
    (void)state;
    assert_true(hec_function_count() > 30);
    for (size_t i = 0; i < hec_function_count(); i++) {
        const hec_function_info *info = hec_function_describe(i);
        assert_ptr_equal(hec_function_find(info->name), info);
        assert_memory_equal(info->signature, info->name, strlen(info->name));
        assert_int_equal(info->signature[strlen(info->name)], '(');
        assert_true(strlen(info->words) > 0);
    }
    for (size_t i = 0; i < hec_curve_count(); i++) {
        assert_null(hec_function_find(hec_curve_describe(i)->name));
    }
    assert_null(hec_function_find("os"));
    assert_null(hec_function_describe(hec_function_count()));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_types),      TEST(test_sums),           TEST(test_products),
        TEST(test_conditions), TEST(test_conversions),    TEST(test_names),
        TEST(test_arguments),  TEST(test_tables),         TEST(test_pairs),
        TEST(test_interp),     TEST(test_curves),         TEST(test_expect),
        TEST(test_own_calls),  TEST(test_function_table), TEST(test_random_expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
