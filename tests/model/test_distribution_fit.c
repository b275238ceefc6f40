/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of each family: what is asked for is what is had; and what is refused, in which words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "model/families.h"

/* ---- calls written as text ------------------------------------------------------------------ */

/* Reads "gamma(mean: 2, ci95: [1, 3])", which is also the source that the places point into. */
static bool create(hec_diagnostics *diagnostics, const char *text, hec_distribution *d)
{
    hec_dist_argument arguments[12];
    char copy[200], *names[12] = {NULL}, *at = copy;
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", text);
    int32_t file = hec_source_add(diagnostics, "m.yaml", text, strlen(text));
    char *open = strchr(copy, '(');
    *open = '\0';
    for (at = open + 1; *at != ')'; n++) {
        at += strspn(at, " ,");
        char *start = at, *colon = at + strcspn(at, ":,)");
        arguments[n] = (hec_dist_argument){.n_values = 1};
        if (*colon == ':') {
            *colon = '\0';
            names[n] = at;
            at = colon + 1 + strspn(colon + 1, " ");
        }
        arguments[n].name = names[n];
        if (*at == '[') {
            arguments[n].n_values = 2;
            arguments[n].values[0] = strtod(at + 1, &at);
            at += strspn(at, " ,");
            arguments[n].values[1] = strtod(at, &at);
            at++;
        } else {
            arguments[n].values[0] = strtod(at, &at);
        }
        arguments[n].place = (hec_place){file, (uint32_t)(start - copy), (uint32_t)(at - start)};
    }
    hec_place place = {file, 0, (uint32_t)strlen(copy)};
    return hec_distribution_create(diagnostics, copy, place, n, arguments, d);
}

static hec_distribution made(const char *text)
{
    hec_distribution d = {0};
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (!create(diagnostics, text, &d)) {
        fail_msg("%s: %s", text, hec_diagnostics_text(diagnostics, false));
    }
    hec_diagnostics_destroy(diagnostics);
    return d;
}

/* Refused at this column (from 1) with these words, check name included, and this help. */
static void refused(const char *text, int column, const char *words, const char *help)
{
    hec_distribution d;
    char wanted[500];
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (create(diagnostics, text, &d)) {
        fail_msg("%s is not refused", text);
    }
    char *said = hec_diagnostics_text(diagnostics, false);
    snprintf(wanted, sizeof wanted, "m.yaml:1:%d: error: %s\n", column, words);
    if (strncmp(said, wanted, strlen(wanted)) != 0 || (help && !strstr(said, help))) {
        fail_msg("%s\nsays:   %swanted: %s        %s", text, said, wanted, help ? help : "");
    }
    assert_int_equal(hec_diagnostics_count(diagnostics, HEC_ERROR), 1);
    free(said);
    hec_diagnostics_destroy(diagnostics);
}

static void near(const char *text, double ours, double wanted, double tolerance)
{
    if (!(fabs(ours - wanted) <= tolerance * fabs(wanted))) {
        fail_msg("%s: %.17g where %.17g is wanted", text, ours, wanted);
    }
}

static void has(const char *text, hec_family_code family, double a, double b, double c, double d)
{
    hec_distribution x = made(text);
    assert_int_equal(x.family, family);
    near(text, x.a, a, 1e-15);
    near(text, x.b, b, 1e-15);
    near(text, x.c, c, 1e-15);
    if (d == x.d) {
        return; /* infinities too */
    }
    near(text, x.d, d, 1e-15);
}

static void has_moments(const char *text, double mean, double sd)
{
    hec_distribution d = made(text);
    near(text, hec_distribution_mean(&d), mean, 1e-14);
    near(text, hec_distribution_sd(&d), sd, 1e-13);
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void test_natural_parameters(void **state)
{
    (void)state;
    has("normal(1, 2)", HEC_FAMILY_NORMAL, 1, 2, 0, 0);
    has("normal(mean: 1, se: 2)", HEC_FAMILY_NORMAL, 1, 2, 0, 0);
    has("normal(sd: 2, mean: 1)", HEC_FAMILY_NORMAL, 1, 2, 0, 0);
    has("lognormal(0.5, 0.2)", HEC_FAMILY_LOGNORMAL, 0.5, 0.2, 0, 0);
    has("lognormal(median: 3, sdlog: 0.2)", HEC_FAMILY_LOGNORMAL, log(3), 0.2, 0, 0);
    has("beta(2, 3)", HEC_FAMILY_BETA, 2, 3, 0, 0);
    has("beta(alpha: 2, beta: 3)", HEC_FAMILY_BETA, 2, 3, 0, 0);
    has("beta(shape2: 3, shape1: 2)", HEC_FAMILY_BETA, 2, 3, 0, 0);
    has("gamma(30, 200)", HEC_FAMILY_GAMMA, 30, 200, 0, 0);
    has("gamma(shape: 30, scale: 4)", HEC_FAMILY_GAMMA, 30, 0.25, 0, 0);
    has("gamma(30, scale: 4)", HEC_FAMILY_GAMMA, 30, 0.25, 0, 0);
    has("uniform(1, 2)", HEC_FAMILY_UNIFORM, 1, 2, 0, 0);
    has("triangular(1, 2, 4)", HEC_FAMILY_TRIANGULAR, 1, 2, 4, 0);
    has("pert(1, 2, 4)", HEC_FAMILY_PERT, 1, 2, 4, 4);
    has("pert(1, 2, 4, lambda: 2)", HEC_FAMILY_PERT, 1, 2, 4, 2);
    has("exponential(0.25)", HEC_FAMILY_EXPONENTIAL, 0.25, 0, 0, 0);
    has("exponential(mean: 4)", HEC_FAMILY_EXPONENTIAL, 0.25, 0, 0, 0);
    has("weibull(1.3, 5)", HEC_FAMILY_WEIBULL, 1.3, 5, 0, 0);
    has("gompertz(shape: -0.1, rate: 0.2)", HEC_FAMILY_GOMPERTZ, -0.1, 0.2, 0, 0);
    has("loglogistic(1.6, 4)", HEC_FAMILY_LOGLOGISTIC, 1.6, 4, 0, 0);
    has("gengamma(mu: 1.2, sigma: 0.7, Q: -0.6)", HEC_FAMILY_GENGAMMA, 1.2, 0.7, -0.6, 0);
    has("truncated_normal(5, 2, 0, 9)", HEC_FAMILY_TRUNCATED_NORMAL, 5, 2, 0, 9);
    has("truncated_normal(mean: 5, sd: 2, min: 0)", HEC_FAMILY_TRUNCATED_NORMAL, 5, 2, 0, INFINITY);
    has("bernoulli(0.3)", HEC_FAMILY_BERNOULLI, 0.3, 0, 0, 0);
    has("poisson(3.5)", HEC_FAMILY_POISSON, 3.5, 0, 0, 0);
    has("fixed(3)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
}

static void test_mean_and_spread(void **state)
{
    (void)state;
    has_moments("normal(mean: -3, sd: 2)", -3, 2);
    has_moments("lognormal(mean: 3, se: 0.5)", 3, 0.5);
    has_moments("lognormal(mean: 3, cv: 0.25)", 3, 0.75);
    has_moments("beta(mean: 0.75, se: 0.02)", 0.75, 0.02);
    has_moments("beta(0.9, sd: 0.29)", 0.9, 0.29);
    has_moments("gamma(mean: 2000, se: 200)", 2000, 200);
    has_moments("gamma(mean: 0.15, cv: 0.18)", 0.15, 0.027);
    has_moments("gamma(mean: 2, sd: 50)", 2, 50);
    /* the textbook values behind them: beta(mean 0.75, se 0.02) has n = 0.75*0.25/0.0004 - 1 */
    has("beta(mean: 0.75, se: 0.02)", HEC_FAMILY_BETA, 0.75 * 467.75, 0.25 * 467.75, 0, 0);
    has("gamma(mean: 2000, se: 200)", HEC_FAMILY_GAMMA, 100, 0.05, 0, 0);
}

static void test_no_spread_is_certain(void **state)
{
    (void)state;
    has("normal(mean: 3, sd: 0)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
    has("lognormal(mean: 3, se: 0)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
    has("lognormal(meanlog: 0, sdlog: 0)", HEC_FAMILY_FIXED, 1, 0, 0, 0);
    has("beta(mean: 0.3, se: 0)", HEC_FAMILY_FIXED, 0.3, 0, 0, 0);
    has("gamma(mean: 3, cv: 0)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
    has("uniform(3, 3)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
    has("pert(3, 3, 3)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
    has("truncated_normal(3, 0, 1, 5)", HEC_FAMILY_FIXED, 3, 0, 0, 0);
}

static void interval(const char *text, double low, double high)
{
    hec_distribution d = made(text);
    near(text, hec_distribution_quantile(&d, 0.025), low, 1e-12);
    near(text, hec_distribution_quantile(&d, 0.975), high, 1e-12);
}

static void width(const char *text, double mean, double wanted)
{
    hec_distribution d = made(text);
    near(text, hec_distribution_mean(&d), mean, 1e-14);
    near(text, hec_distribution_quantile(&d, 0.975) - hec_distribution_quantile(&d, 0.025), wanted,
         1e-11);
}

static void test_intervals(void **state)
{
    (void)state;
    interval("normal(ci95: [1, 3])", 1, 3);
    interval("normal(mean: 2, ci95: [1, 3])", 1, 3);
    interval("normal(mean: 2, low: 1, high: 3)", 1, 3);
    interval("lognormal(ci95: [2.2, 4.1])", 2.2, 4.1);
    /* median in the middle of the logarithms: both ends are met */
    interval("lognormal(median: 3, ci95: [2, 4.5])", 2, 4.5);
    width("normal(mean: 2.1, ci95: [1, 3])", 2.1, 2);
    width("gamma(mean: 2000, ci95: [1627, 2412])", 2000, 785);
    width("gamma(mean: 1, ci95: [0.03, 3.7])", 1, 3.67);
    width("beta(mean: 0.75, ci95: [0.71, 0.79])", 0.75, 0.08);
    width("beta(mean: 0.02, ci95: [0.001, 0.07])", 0.02, 0.069);
    /* the mean of a lognormal with an interval is met, and the ratio of its ends */
    hec_distribution d = made("lognormal(mean: 3, ci95: [2.2, 4.1])");
    near("mean", hec_distribution_mean(&d), 3, 1e-14);
    near("ratio", hec_distribution_quantile(&d, 0.975) / hec_distribution_quantile(&d, 0.025),
         4.1 / 2.2, 1e-13);
    /* R 4.2.2: qgamma(c(.025, .975), 100, .05), so the shape is 100 */
    d = made("gamma(mean: 2000, ci95: [1627.279825018463, 2410.5789550631093])");
    near("shape", d.a, 100, 1e-10);
}

static void test_refused_arguments(void **state)
{
    const char *gamma = "help: gamma takes shape, rate | shape, scale | mean, sd/se | mean, cv | "
                        "mean, ci95\n";
    (void)state;
    refused("gama(1, 2)", 1, "there is no distribution `gama` [arguments]",
            "help: did you mean `gamma`?\n");
    refused("zzz(1)", 1, "there is no distribution `zzz` [arguments]",
            "help: `hecate list distributions` shows those there are\n");
    refused("gamma(shap: 1, rate: 2)", 7,
            "gamma has no argument `shap`; did you mean `shape`? [arguments]", gamma);
    refused("gamma(mean: 1, rate: 2)", 1,
            "these arguments do not make a gamma distribution [arguments]", gamma);
    refused("gamma(1)", 1, "these arguments do not make a gamma distribution [arguments]", gamma);
    refused("gamma(1, 2, 3)", 1, "these arguments do not make a gamma distribution [arguments]",
            gamma);
    refused("gamma(mean: 1, mean: 2)", 16, "`mean` is given twice [arguments]", gamma);
    refused("gamma(shape: 1, 2)", 17,
            "an argument without a name stands after one with a name [arguments]", gamma);
    refused("gamma(mean: 1, ci95: 2)", 16, "`ci95` is a pair [low, high] [arguments]", gamma);
    refused("gamma(mean: [1, 2], sd: 2)", 7, "`mean` is one number [arguments]", gamma);
    refused("gamma(mean: 1, low: 2)", 16, "gamma has no argument `low` [arguments]", gamma);
    refused("normal(1, 2, 3, 4, 5, 6, 7, 8, 9)", 32, "too many arguments for normal [arguments]",
            "help: normal takes mean, sd/se | mean, ci95 | ci95\n");
}

static void test_refused_values(void **state)
{
    const char *spread = "help: is it the standard deviation of persons where the standard error";
    (void)state;
    refused("beta(mean: 0.9, se: 0.5)", 17,
            "a beta with mean 0.9 has a standard deviation below 0.3, not 0.5 [distribution]",
            spread);
    refused("beta(mean: 0.5, se: 0.5)", 17,
            "a beta with mean 0.5 has a standard deviation below 0.5, not 0.5 [distribution]",
            spread);
    refused("beta(mean: 75, se: 2)", 6,
            "`mean` of a beta must lie between 0 and 1; it is 75 [distribution]", NULL);
    refused("beta(0, 2)", 6, "`shape1` of a beta must be above 0; it is 0 [distribution]", NULL);
    refused("gamma(mean: -1, se: 2)", 7,
            "`mean` of a gamma must be above 0; it is -1 [distribution]", NULL);
    refused("gamma(mean: 1, se: -2)", 16,
            "`sd` of a gamma must not be below 0; it is -2 [distribution]", NULL);
    refused("gamma(mean: 1, se: nan)", 16,
            "`sd` of a gamma must be a finite number; it is nan [distribution]", NULL);
    refused("bernoulli(1.2)", 11,
            "`p` of a bernoulli must lie between 0 and 1; it is 1.2 [distribution]", NULL);
    refused("uniform(3, 2)", 12,
            "uniform: `min` is not above `max`, but 3 is above 2 [distribution]", NULL);
    refused("pert(1, 5, 4)", 12, "pert: `mode` is not above `max`, but 5 is above 4 [distribution]",
            NULL);
    refused("normal(mean: 2, ci95: [3, 1])", 17,
            "`ci95` is [low, high] with low below high [distribution]", NULL);
    refused("lognormal(mean: 2, ci95: [-1, 3])", 20,
            "`ci95` of a lognormal must be above 0; it is -1 [distribution]", NULL);
    refused("truncated_normal(0, 1, 20, 30)", 24,
            "the bounds keep next to nothing of a normal with mean 0 and sd 1 [distribution]",
            NULL);
}

static void test_refused_extremes(void **state)
{
    (void)state;
    refused("poisson(1e13)", 9, "the mean of a poisson is at most 1e12, not 1e+13 [distribution]",
            NULL);
    refused("gamma(mean: 1e-200, se: 1e200)", 1,
            "the arguments of this gamma are too extreme to compute with [distribution]", NULL);
}

static void test_refused_intervals(void **state)
{
    (void)state;
    /* a mean outside its interval, and one at its edge */
    refused("normal(mean: 4, ci95: [1, 3])", 17,
            "no normal with mean 4 has a 95 % interval near [1, 3]; one as wide is [3, 5] "
            "[distribution]",
            NULL);
    refused("gamma(mean: 10, ci95: [9, 30])", 17,
            "no gamma with mean 10 has a 95 % interval near [9, 30]; one as wide is "
            "[2.28875, 23.2888] [distribution]",
            NULL);
    /* the widest interval of a beta with a small mean is narrower than the unit interval */
    refused("beta(mean: 0.01, ci95: [0.001, 0.9])", 18,
            "no beta with mean 0.01 has a 95 % interval 0.899 wide; the widest has about 0.125 "
            "[distribution]",
            NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_natural_parameters),   cmocka_unit_test(test_mean_and_spread),
        cmocka_unit_test(test_no_spread_is_certain), cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_refused_arguments),    cmocka_unit_test(test_refused_values),
        cmocka_unit_test(test_refused_intervals),    cmocka_unit_test(test_refused_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
