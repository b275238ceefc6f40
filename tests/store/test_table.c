/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named tables: exact text, CSV and JSON; what is there and what is not. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/example_result.h"
#include "store/folder.h"
#include "store/prose.h"
#include "store/store.h"
#include "store/view.h"

static int set_up(void **state)
{
    *state = example_result();
    return *state ? 0 : 1;
}

static int tear_down(void **state)
{
    hec_dataset_destroy(*state);
    return 0;
}

/* The table as printed; the caller frees it. Not inlined: GCC 12 then warns of a dangling pointer.
 */
__attribute__((noinline)) static char *print(const hec_dataset *dataset, const char *table,
                                             hec_format format)
{
    char *text = NULL;
    size_t length = 0;
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(hec_table_print(dataset, table, format, out, diagnostics), HEC_OK);
    fclose(out);
    hec_diagnostics_destroy(diagnostics);
    return text;
}

static void assert_prints(const hec_dataset *dataset, const char *table, hec_format format,
                          const char *expected)
{
    char *text = print(dataset, table, format);
    assert_string_equal(text, expected);
    free(text);
}

/* Heads of a wide table fold; the status is in words; the quadrant is for programs. */
static void test_cea_as_text(void **state)
{
    assert_prints(
        *state, "cea", HEC_FORMAT_TEXT,
        "Incremental analysis, base case\n\n"
        "                                  incremental  incremental\n"
        "strategy           cost   effect         cost       effect      ICER  status\n"
        "                    CNY     QALY          CNY         QALY  CNY/QALY\n"
        "-------------------------------------------------------------------------------\n"
        "usual care      151,580  20.7113                                      frontier\n"
        "both, together  347,580  22.2113      196,000       1.5000   130,667  frontier\n"
        "新疗法          249,580  21.4613                                      dominated\n\n"
        "Increments are against the row above. Dominated: another costs no more and does\n"
        "no worse. Ext. dominated: a mix of two others does better. Equal: cost and\n"
        "effect are those of one above.\n");
}

/* Which strategy at which willingness to pay, how surely, and where the base case differs. */
static void test_decision(void **state)
{
    assert_prints(
        *state, "decision", HEC_FORMAT_TEXT,
        "Probability of being best at the named willingness to pay\n\n"
        "threshold  usual care  新疗法  both, together  optimal          EVPI\n"
        "      CNY                                                        CNY\n"
        "--------------------------------------------------------------------\n"
        "   80,000      0.1250  0.2500          0.3750  新疗法          5,000\n"
        "  240,000      0.5000  0.6250          0.7500  both, together  4,750\n\n"
        "At 80,000 CNY, 新疗法 (a new treatment) has the greatest expected net benefit:\n"
        "  12,346 CNY a person more than usual care (Monte Carlo error 1,000). It is best\n"
        "  in 25.0 % of the draws. In the base case the best is usual care.\n\n"
        "At 240,000 CNY, both, together (新旧联合) has the greatest expected net benefit:\n"
        "  100,000 CNY a person more than usual care (Monte Carlo error 40.0). It is best\n"
        "  in 75.0 % of the draws. In the base case the best is usual care.\n");
    double *nmb = hec_dataset_array(*state, "analysis/threshold_nmb")->data.doubles;
    nmb[1] = 901000; /* a lead of 1,000 with an error of 1,000 */
    char *text = print(*state, "decision", HEC_FORMAT_TEXT);
    assert_non_null(strstr(text, "So small a lead may be"));
    free(text);
    assert_prints(*state, "decision", HEC_FORMAT_CSV,
                  "threshold,usual care,新疗法,\"both, together\",optimal,evpi\n"
                  "80000,0.125,0.25,0.375,新疗法,5000\n"
                  "240000,0.5,0.625,0.75,\"both, together\",4750\n");
}

/* Who pays otherwise and changes nothing is the same, no close second. */
static void test_decision_of_equals(void **state)
{
    double *nmb = hec_dataset_array(*state, "analysis/threshold_nmb")->data.doubles;
    double *error = hec_dataset_array(*state, "analysis/threshold_nmb_se")->data.doubles;
    nmb[2] = nmb[1];
    error[2] = 0;
    char *text = print(*state, "decision", HEC_FORMAT_TEXT);
    assert_non_null(strstr(text, "the same as both, together,"));
    assert_non_null(strstr(text, "a person more than usual care"));
    free(text);
    nmb[0] = nmb[1];
    error[1] = 0;
    text = print(*state, "decision", HEC_FORMAT_TEXT);
    assert_non_null(strstr(text, "usual care, the same as 新疗法, both, together,"));
    assert_null(strstr(text, "a person more than usual care (Monte Carlo error 1,000)"));
    free(text);
}

/* One strategy, or a dataset of another make: a table without sentences, never a crash. */
static void test_decision_without_evidence(void **state)
{
    (void)state;
    static const char *const names[] = {"only"};
    hec_dataset *d = hec_dataset_create();
    hec_dataset_dimension(d, "strategy", "", "", 1, names, NULL);
    hec_dataset_dimension(d, "threshold", "", "CNY/qaly", 1, NULL, (const double[]){0.5});
    example_array(d, "analysis/threshold_ceac", "threshold,strategy", "1", "", 1, 0);
    const char *table = "Probability of being best at the named willingness to pay\n\n"
                        "threshold    only\n CNY/QALY\n-----------------\n"
                        "   0.5000  1.0000\n";
    assert_prints(d, "decision", HEC_FORMAT_TEXT, table);
    example_array(d, "analysis/threshold_nmb", "threshold,strategy", "CNY", "", 1, 0);
    example_array(d, "analysis/threshold_nmb_se", "threshold,strategy", "CNY", "", 0, 0);
    assert_prints(d, "decision", HEC_FORMAT_TEXT, table);
    hec_dataset_destroy(d);
}

static void test_cea_as_csv(void **state)
{
    assert_prints(*state, "cea", HEC_FORMAT_CSV,
                  "strategy,cost,effect,incremental_cost,incremental_effect,icer,status,quadrant\n"
                  "usual care,151579.86595739,20.7113314643222,,,,ND,\n"
                  "\"both, together\",347580.36595739,22.2113314643222,196000.5,1.5,130667,ND,"
                  "\"more costly, more effective\"\n"
                  "新疗法,249580.11595739,21.4613314643222,,,,D,\n");
}

static void test_cea_as_json(void **state)
{
    assert_prints(
        *state, "cea", HEC_FORMAT_JSON,
        "[\n"
        "  {\"strategy\": \"usual care\", \"cost\": 151579.86595739, \"effect\": 20.7113314643222, "
        "\"incremental_cost\": null, \"incremental_effect\": null, \"icer\": null, "
        "\"status\": \"ND\", \"quadrant\": \"\"},\n"
        "  {\"strategy\": \"both, together\", \"cost\": 347580.36595739, "
        "\"effect\": 22.2113314643222, \"incremental_cost\": 196000.5, "
        "\"incremental_effect\": 1.5, \"icer\": 130667, \"status\": \"ND\", "
        "\"quadrant\": \"more costly, more effective\"},\n"
        "  {\"strategy\": \"新疗法\", \"cost\": 249580.11595739, \"effect\": 21.4613314643222, "
        "\"incremental_cost\": null, \"incremental_effect\": null, \"icer\": null, "
        "\"status\": \"D\", \"quadrant\": \"\"}\n"
        "]\n");
}

/* One column for each label; an index shown as the label it stands for. */
static void test_wide_columns(void **state)
{
    assert_prints(*state, "ceac", HEC_FORMAT_TEXT,
                  "Probability that each strategy has the greatest net monetary benefit\n\n"
                  "     WTP  usual care  新疗法  both, together  optimal\n"
                  "CNY/QALY\n"
                  "------------------------------------------------------------\n"
                  "       0      0.0500  0.1000          0.1500  usual care\n"
                  "  50,000      0.2000  0.2500          0.3000  usual care\n"
                  " 100,000      0.3500  0.4000          0.4500  both, together\n"
                  " 150,000      0.5000  0.5500          0.6000  新疗法\n\n"
                  "optimal: the strategy of the greatest mean.\n");
    char *text = print(*state, "ceac", HEC_FORMAT_CSV);
    assert_non_null(strstr(text, "wtp,usual care,新疗法,\"both, together\",optimal\n0,0.05,"));
    free(text);
}

/* Axes in any order: the rows of psa/cost [strategy, draw] are draws. */
static void test_axes_in_any_order(void **state)
{
    char *text = print(*state, "psa", HEC_FORMAT_CSV), *line = text;
    const hec_array *cost = hec_dataset_array(*state, "psa/cost");
    for (int i = 0; i < 8; i++)
        line = strchr(line, '\n') + 1;
    double draw, value[3];
    assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,", &draw, &value[0], &value[1], &value[2]), 4);
    assert_true(draw == 7);
    for (int s = 0; s < 3; s++) /* every digit comes back */
        assert_true(value[s] == cost->data.doubles[s * EXAMPLE_DRAWS + 7]);
    assert_non_null(
        strstr(text, "draw,cost_usual care,cost_新疗法,\"cost_both, together\",effect_"));
    free(text);
}

/* Keys of three axes; texts that belong to one of the axes. */
static void test_three_axes(void **state)
{
    char *text = print(*state, "flows", HEC_FORMAT_CSV);
    assert_non_null(strstr(text, "strategy,cycle,from,to,flow\nusual care,1,H,S1,0.001\n"
                                 "usual care,1,S1,D,0.003\nusual care,2,H,S1,0.005\n"));
    free(text);
}

/* Quotes, line breaks and blanks in what users wrote. */
static void test_quoting(void **state)
{
    assert_prints(*state, "parameters", HEC_FORMAT_CSV,
                  "parameter,label,value,unit,distribution,source,status,note,place\n"
                  "r_HS1,rate of falling ill,0.15,1/year,\"gamma(mean: 0.15, sd: 0.027)\","
                  "\"Enns, \"\"2021\"\"\",read,,model.yaml:7\n"
                  "u_S1,,123456.75,,beta,\"two\nlines\",assumed,,\n");
}

/* What is too wide for a page becomes paragraphs; what nobody wrote takes no room. */
static void test_words_for_people(void **state)
{
    assert_prints(*state, "parameters", HEC_FORMAT_TEXT,
                  "Parameters of the model\n\n"
                  "r_HS1\n"
                  "  label         rate of falling ill\n"
                  "  value         0.15\n"
                  "  unit          1/year\n"
                  "  distribution  gamma(mean: 0.15, sd: 0.027)\n"
                  "  source        Enns, \"2021\"\n"
                  "  status        read\n"
                  "  place         model.yaml:7\n"
                  "u_S1\n"
                  "  value         123457\n"
                  "  distribution  beta\n"
                  "  source        two lines\n"
                  "  status        assumed\n");
}

/* A long text in the last column goes on below itself. */
static void test_words_that_fold(void **state)
{
    hec_dataset_attribute_text(*state, "notes",
                               "What the policy does to health is not known;\n   the effects are "
                               "wide priors, and so is everything that follows from them.");
    char *text = print(*state, "info", HEC_FORMAT_TEXT);
    const char *expected =
        "notes         What the policy does to health is not known; the effects are wide priors, "
        "and so is\n"
        "              everything that follows from them.\n";
    if (!strstr(text, expected))
        fail_msg("not folded as it should be:\n%s", text);
    free(text);
}

static void assert_folds(const char *words, size_t width, const char *expected)
{
    hec_text lines = {0};
    size_t at = 0, from, length;
    hec_text_add(&lines, "");
    while (hec_prose_line(words, width, &at, &from, &length)) {
        hec_text_add_bytes(&lines, words + from, length);
        hec_text_add(&lines, "|");
    }
    assert_string_equal(lines.data, expected);
    hec_text_free(&lines);
}

/* Wide characters count as two columns and may be parted; a closing mark begins no line. */
static void test_folding(void **state)
{
    (void)state;
    assert_folds("", 5, "");
    assert_folds("   ", 5, "");
    assert_folds("one two", 7, "one two|");
    assert_folds("one two", 6, "one|two|");
    assert_folds("  one   two ", 3, "one|two|");
    assert_folds("unbreakable", 4, "unbr|eaka|ble|");
    assert_folds("a unbreakable", 4, "a|unbr|eaka|ble|");
    assert_folds("高血压治疗", 4, "高血|压治|疗|");
    assert_folds("高血压，治疗", 6, "高血|压，治|疗|");
    assert_folds("用药A组", 5, "用药A|组|");
    assert_folds("高", 1, "高|"); /* wider than the page: it must go on */
    assert_folds("\xff\xff\xff", 2, "\xff\xff|\xff|");
}

static void test_attributes(void **state)
{
    assert_prints(*state, "info", HEC_FORMAT_JSON,
                  "[\n  {\"name\": \"title\", \"value\": \"Sick-Sicker, 示例\"},\n"
                  "  {\"name\": \"seed\", \"value\": 20260101},\n"
                  "  {\"name\": \"cycle_length\", \"value\": 0.25},\n"
                  "  {\"name\": \"note\", \"value\": \"\"}\n]\n");
}

/* The two sources of error in words: how much is chance among persons, and a better split. */
static void test_persons_verdict(void **state)
{
    hec_dataset_attribute_number(*state, "draws", EXAMPLE_DRAWS);
    hec_dataset_attribute_number(*state, "persons_per_draw", 1000);
    char *text = print(*state, "persons-error", HEC_FORMAT_TEXT);
    const char *expected =
        "Of the variance between draws of the net benefit of 新疗法 against both,\n"
        "  together at 80,000 CNY/QALY, 12 % is chance among the persons of a draw. For its\n"
        "  mean the best use of the same work would be about 73 persons in each of 12,500\n"
        "  draws (now 1,000 in each of 1,000).\n";
    if (!strstr(text, expected))
        fail_msg("not in these words:\n%s", strstr(text, "Of the variance"));
    free(text);
    double *error = hec_dataset_array(*state, "analysis/persons_split_error")->data.doubles;
    error[2] = 0;
    text = print(*state, "persons-error", HEC_FORMAT_TEXT);
    assert_non_null(strstr(text, "no more difference is seen"));
    free(text);
    error[2] = 3000;
    hec_dataset_array(*state, "analysis/persons_split")->data.doubles[0] = 900;
    text = print(*state, "persons-error", HEC_FORMAT_TEXT);
    assert_non_null(strstr(text, "is close to the best use"));
    free(text);
}

/* A microsimulation puts the error of each step beside it. */
static void test_errors_beside_increments(void **state)
{
    double *cost =
        hec_dataset_doubles(*state, "base/cea/incremental_cost_se", "strategy", "CNY", "");
    double *effect =
        hec_dataset_doubles(*state, "base/cea/incremental_effect_se", "strategy", "QALY", "");
    for (int s = 0; s < 3; s++) {
        cost[s] = s == 2 ? 1234.5 : NAN;
        effect[s] = s == 2 ? 0.0625 : NAN;
    }
    char *csv = print(*state, "cea", HEC_FORMAT_CSV);
    assert_non_null(strstr(csv, "strategy,cost,effect,incremental_cost,incremental_cost_se,"
                                "incremental_effect,incremental_effect_se,icer,status,quadrant\n"));
    assert_non_null(strstr(csv, ",196000.5,1234.5,1.5,0.0625,130667,ND,"));
    free(csv);
    csv = print(*state, "cea-psa", HEC_FORMAT_CSV);
    assert_null(strstr(csv, "_se"));
    free(csv);
}

/* Hundredths in the currency; a flow without money in a year has no row. */
static void test_zeros_are_no_rows(void **state)
{
    assert_prints(*state, "ledger-years", HEC_FORMAT_CSV,
                  "strategy,account_year,mechanism,payer,payee,service,level,amount\n"
                  "usual care,2024,heads,fund,clinic,,panel,123.45\n"
                  "usual care,2025,heads,fund,clinic,,panel,370.35\n"
                  "新疗法,2024,basic,fund,clinic,visit,person,493.8\n"
                  "新疗法,2025,basic,fund,clinic,visit,person,740.7\n"
                  "新疗法,2025,heads,fund,clinic,,panel,864.15\n"
                  "\"both, together\",2024,heads,fund,clinic,,panel,1111.05\n"
                  "\"both, together\",2025,basic,fund,clinic,visit,person,1234.5\n");
}

/* A provider without money in a year, and a panel with which nothing is settled, have no row. */
static void test_idle_parties_are_no_rows(void **state)
{
    (void)state;
    static const char *const strategies[] = {"a", "b"}, *const providers[] = {"clinic", "ward"};
    hec_dataset *d = hec_dataset_create();
    hec_dataset_dimension(d, "strategy", "", "", 2, strategies, NULL);
    hec_dataset_dimension(d, "account_year", "", "", 1, NULL, (const double[]){2024});
    hec_dataset_dimension(d, "provider", "", "", 2, providers, NULL);
    static const char *const arrays[] = {"ledger/receipts", "ledger/resource_cost",
                                         "ledger/margin"};
    static const double values[][4] = {{0, 5, 0, NAN}, {0, 5, 3, NAN}, {0, 0, -3, 0}};
    for (size_t i = 0; i < 3; i++) {
        double *to = hec_dataset_doubles(d, arrays[i], "strategy,account_year,provider", "CNY", "");
        assert_non_null(to);
        memcpy(to, values[i], sizeof values[i]);
    }
    assert_prints(d, "margins", HEC_FORMAT_CSV,
                  "strategy,account_year,provider,receipts,resource_cost,margin\n"
                  "a,2024,ward,5,5,0\n"
                  "b,2024,clinic,0,3,-3\n");
    hec_dataset_destroy(d);
}

/* Values at the places that another array holds; one that is no place says nothing. */
static void test_values_are_looked_up(void **state)
{
    assert_prints(*state, "ledger-rows", HEC_FORMAT_CSV,
                  "strategy,person,accrual,payment,mechanism,payer,payee,service,amount\n"
                  "usual care,7,0,0.25,heads,fund,clinic,,10.5\n"
                  "\"both, together\",7,0.5,0.75,basic,fund,clinic,visit,0.25\n");
    int64_t *posting = hec_dataset_array(*state, "ledger/rows/posting")->data.ints;
    posting[0] = 2;
    posting[1] = -1;
    char *text = print(*state, "ledger-rows", HEC_FORMAT_CSV);
    assert_non_null(strstr(text, "usual care,7,0,0.25,,,,,10.5\n"));
    assert_non_null(strstr(text, ",7,0.5,0.75,,,,,0.25\n"));
    free(text);
}

/* A label that is also the name of another column gets the name of its dimension. */
static void test_headers_stay_apart(void **state)
{
    (void)state;
    static const char *const strategies[] = {"wtp", "optimal", "B"};
    hec_dataset *d = hec_dataset_create();
    hec_dataset_dimension(d, "strategy", "", "", 3, strategies, NULL);
    hec_dataset_dimension(d, "wtp", "", "", 1, NULL, (const double[]){20000});
    example_array(d, "analysis/ceac", "wtp,strategy", "", "", 0.25, 0.25);
    hec_dataset_ints(d, "analysis/optimal", "wtp", "", "");
    assert_prints(d, "ceac", HEC_FORMAT_CSV,
                  "wtp,strategy_wtp,strategy_optimal,B,optimal\n20000,0.25,0.5,0.75,wtp\n");
    hec_dataset_destroy(d);
}

static void test_all_tables_of_the_example(void **state)
{
    for (size_t i = 0; i < hec_table_count(); i++) {
        const hec_table_info *info = hec_table_describe(i);
        assert_true(hec_table_available(*state, info->name));
        for (hec_format format = HEC_FORMAT_TEXT; format <= HEC_FORMAT_JSON; format++) {
            char *text = print(*state, info->name, format);
            assert_true(strlen(text) > 20);
            assert_null(strstr(text, ",nan"));
            assert_null(strstr(text, " nan"));
            assert_null(strstr(text, " \n")); /* no blanks at the ends of lines */
            free(text);
        }
    }
    assert_null(hec_table_describe(hec_table_count()));
}

static void assert_not_printed(const hec_dataset *d, const char *table, const char *words)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    assert_false(hec_table_available(d, table));
    assert_int_equal(hec_table_print(d, table, HEC_FORMAT_TEXT, stdout, diagnostics),
                     HEC_E_ARGUMENT);
    char *text = hec_diagnostics_text(diagnostics, false);
    if (!strstr(text, words))
        fail_msg("`%s` is not in:\n%s", words, text);
    free(text);
    hec_diagnostics_destroy(diagnostics);
}

static void test_tables_that_are_not_there(void **state)
{
    (void)state;
    hec_dataset *d = hec_dataset_create();
    example_dimensions(d);
    example_base(d);
    example_array(d, "analysis/evpi", "wtp,state", "", "", 0, 1); /* a column for each state */
    example_array(d, "analysis/ceaf", "strategy,wtp,state", "", "", 0, 1);
    assert_true(hec_table_available(d, "evpi"));
    assert_not_printed(d, "ceac",
                       "this result does not hold the table `ceac`: `analysis/ceac` is "
                       "missing");
    assert_not_printed(
        d, "ceac",
        "help: this result has: summary, thresholds, costs, perspectives, by-perspective, "
        "effects, trace, flows,");
    assert_not_printed(d, "cea", "`base/cea/icer` is missing");
    assert_not_printed(d, "ceaf", "`analysis/optimal` is missing");
    assert_not_printed(d, "trcae", "there is no table `trcae`; did you mean `trace`?");
    assert_not_printed(d, "zzzzzzzz", "there is no table `zzzzzzzz`");
    assert_false(hec_table_available(d, "info")); /* no attributes: no rows */
    assert_prints(d, "info", HEC_FORMAT_CSV, "name,value\n");
    assert_prints(d, "info", HEC_FORMAT_JSON, "[\n]\n");
    hec_dataset_destroy(d);
}

/* An order that points outside is damage, not a crash. */
static void test_bad_order(void **state)
{
    hec_array *order = (hec_array *)hec_dataset_array(*state, "base/cea/order");
    order->data.ints[1] = 3;
    assert_not_printed(*state, "cea", "`base/cea/order` is missing");
    order->data.ints[1] = -1;
    assert_not_printed(*state, "cea", "`base/cea/order` is missing");
    hec_array *optimal = (hec_array *)hec_dataset_array(*state, "analysis/optimal");
    optimal->data.ints[0] = 99;
    char *text = print(*state, "ceaf", HEC_FORMAT_CSV);
    assert_non_null(strstr(text, "wtp,optimal,ceaf\n0,,0.9\n"));
    free(text);
}

static void test_output_that_cannot_be_written(void **state)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    assert_int_equal(hec_table_print(*state, "psa", HEC_FORMAT_CSV, full, diagnostics), HEC_E_IO);
    char *text = hec_diagnostics_text(diagnostics, false);
    assert_non_null(strstr(text, "cannot write the table `psa`: No space left on device"));
    free(text);
    fclose(full);
    hec_diagnostics_destroy(diagnostics);
}

static void assert_fixed(double value, int decimals, const char *expected)
{
    char out[HEC_FIXED_BYTES];
    hec_number_fixed(value, decimals, out);
    assert_string_equal(out, expected);
}

static void test_fixed_numbers(void **state)
{
    (void)state;
    assert_fixed(0, 0, "0");
    assert_fixed(-0.0, 2, "0.00");
    assert_fixed(-0.004, 2, "0.00");
    assert_fixed(-0.006, 2, "-0.01");
    assert_fixed(999, 0, "999");
    assert_fixed(1000, 0, "1,000");
    assert_fixed(999999.5, 0, "1,000,000");
    assert_fixed(-1234567.891, 2, "-1,234,567.89");
    char out[HEC_FIXED_BYTES];
    hec_number_fixed(-1.7976931348623157e308, 8, out);
    assert_int_equal(strlen(out), 1 + 309 + 102 + 1 + 8);
}

/* Costs of different sizes show different numbers of decimals. */
static void test_digits(void **state)
{
    (void)state;
    const struct {
        double cost, effect;
        const char *words;
    } cases[] = {
        {1234.5, 20.25, "a            1,234  20.2500\n"},
        {12.5, 0.75, "a            12.50  0.7500\n"},
        {0.125, 0.000123, "a           0.1250  0.00012\n"},
        {12, 123456.7, "a               12  123,457\n"},
        {0, 0, "a                0  0.0000\n"},
        {INFINITY, 12345.67, "a         infinite  12,345.7\n"},
    };
    static const char *const label[] = {"a"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hec_dataset *d = hec_dataset_create();
        hec_dataset_dimension(d, "strategy", "", "", 1, label, NULL);
        hec_dataset_doubles(d, "base/cost", "strategy", "", "")[0] = cases[i].cost;
        hec_dataset_doubles(d, "base/effect", "strategy", "", "")[0] = cases[i].effect;
        char *text = print(d, "summary", HEC_FORMAT_TEXT), cost[32] = "", effect[32] = "";
        char wanted_cost[32] = "", wanted_effect[32] = "";
        assert_int_equal(sscanf(strrchr(text, '-') + 2, "a %31s %31s", cost, effect), 2);
        assert_int_equal(sscanf(cases[i].words, "a %31s %31s", wanted_cost, wanted_effect), 2);
        assert_string_equal(cost, wanted_cost);
        assert_string_equal(effect, wanted_effect);
        free(text);
        hec_dataset_destroy(d);
    }
}

/* A program around us may have set a locale with a decimal comma. */
static void test_locale_does_not_matter(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "nl_NL.UTF-8"};
    char *before = print(*state, "cea", HEC_FORMAT_TEXT);
    char *before_csv = print(*state, "parameters", HEC_FORMAT_CSV);
    bool set = false;
    for (int i = 0; i < 4 && !set; i++)
        set = setlocale(LC_ALL, names[i]) != NULL;
    char *after = print(*state, "cea", HEC_FORMAT_TEXT);
    char *after_csv = print(*state, "parameters", HEC_FORMAT_CSV);
    setlocale(LC_ALL, "C");
    assert_string_equal(before, after);
    assert_string_equal(before_csv, after_csv);
    free(before);
    free(after);
    free(before_csv);
    free(after_csv);
    if (!set) {
        print_message("skipped: no locale with a decimal comma is installed\n");
        skip();
    }
}

/* ---- export -------------------------------------------------------------------------------- */

static void test_export(void **state)
{
    folder f = folder_create();
    const char *directory = folder_path(&f, "tables");
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    assert_int_equal(hec_store_export(*state, directory, diagnostics), HEC_OK);
    assert_int_equal(hec_store_export(*state, directory, diagnostics), HEC_OK); /* over the old */
    folder tables;
    snprintf(tables.path, sizeof tables.path, "%s", directory);
    assert_int_equal(folder_count(&tables), hec_table_count());
    for (size_t i = 0; i < hec_table_count(); i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.csv", hec_table_describe(i)->name);
        char *exported = file_read(folder_path(&tables, name), NULL);
        char *printed = print(*state, hec_table_describe(i)->name, HEC_FORMAT_CSV);
        assert_string_equal(exported, printed);
        free(exported);
        free(printed);
    }
    hec_diagnostics_destroy(diagnostics);
    folder_remove(f.path);
}

static void test_export_that_fails(void **state)
{
    folder f = folder_create();
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    const char *taken = folder_path(&f, "taken");
    file_write(taken, "x", 1);
    assert_int_equal(hec_store_export(*state, taken, diagnostics), HEC_E_IO);
    assert_int_equal(hec_store_export(*state, folder_path(&f, "a/b"), diagnostics), HEC_E_IO);
    char *text = hec_diagnostics_text(diagnostics, false);
    assert_non_null(strstr(text, "Not a directory"));
    assert_non_null(strstr(text, "No such file or directory"));
    free(text);
    hec_diagnostics_destroy(diagnostics);
    folder_remove(f.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cea_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_decision, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_decision_of_equals, set_up, tear_down),
        cmocka_unit_test(test_decision_without_evidence),
        cmocka_unit_test_setup_teardown(test_cea_as_csv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cea_as_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wide_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_axes_in_any_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_three_axes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quoting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_for_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_that_fold, set_up, tear_down),
        cmocka_unit_test(test_folding),
        cmocka_unit_test_setup_teardown(test_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_persons_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errors_beside_increments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_zeros_are_no_rows, set_up, tear_down),
        cmocka_unit_test(test_idle_parties_are_no_rows),
        cmocka_unit_test_setup_teardown(test_values_are_looked_up, set_up, tear_down),
        cmocka_unit_test(test_headers_stay_apart),
        cmocka_unit_test_setup_teardown(test_all_tables_of_the_example, set_up, tear_down),
        cmocka_unit_test(test_tables_that_are_not_there),
        cmocka_unit_test_setup_teardown(test_bad_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_output_that_cannot_be_written, set_up, tear_down),
        cmocka_unit_test(test_fixed_numbers),
        cmocka_unit_test(test_digits),
        cmocka_unit_test_setup_teardown(test_locale_does_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_export, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_export_that_fails, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
