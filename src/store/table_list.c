/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The named tables: one row each. A new table is a new row here, and nothing else. */
#include "store/prose.h"
#include "store/view.h"

/* clang-format off */
enum { OPTIONAL, NEEDED };

#define DOMINANCE                                                                                  \
    "Increments are against the row above. Dominated: another costs no more and does no worse. Ext. " \
    "dominated: a mix of two others does better. Equal: cost and effect are those of one above."

#define CHANCE "Monte Carlo error"

/* A column: header ("" in a table of its labels alone), words (NULL: the header), array, form. */

/* What a flow of money is. */
#define FLOW_COLUMNS(of_service)                                                                   \
    {"mechanism", NULL, "ledger/mechanism", HEC_FORM_WORDS, NEEDED},                               \
        {"payer", NULL, "ledger/payer", HEC_FORM_WORDS, NEEDED},                                   \
        {"payee", NULL, "ledger/payee", HEC_FORM_WORDS, NEEDED},                                   \
        {"service", NULL, "ledger/service", HEC_FORM_WORDS, of_service},                           \
        {"level", NULL, "ledger/level", HEC_FORM_WORDS, NEEDED},                                   \
        {"lag", NULL, "ledger/lag", HEC_FORM_LATER, OPTIONAL}

#define CEA_COLUMNS(group, cost, effect)                                                           \
    {{"cost", NULL, cost, HEC_FORM_MONEY, NEEDED},                                                 \
     {"effect", NULL, effect, HEC_FORM_EFFECT, NEEDED},                                            \
     {"incremental_cost", NULL, group "/cea/incremental_cost", HEC_FORM_MONEY, NEEDED},            \
     {"incremental_cost_se", CHANCE, group "/cea/incremental_cost_se", HEC_FORM_MONEY, OPTIONAL},  \
     {"incremental_effect", NULL, group "/cea/incremental_effect", HEC_FORM_EFFECT, NEEDED},       \
     {"incremental_effect_se", CHANCE, group "/cea/incremental_effect_se", HEC_FORM_EFFECT,        \
      OPTIONAL},                                                                                   \
     {"icer", "ICER", group "/cea/icer", HEC_FORM_MONEY, NEEDED},                                  \
     {"status", NULL, group "/cea/status", HEC_FORM_STATUS, NEEDED},                               \
     {"quadrant", "", group "/cea/quadrant", HEC_FORM_WORDS, OPTIONAL}}

const hec_table_spec hec_table_list[] = {
    {.info = {"strategies", "Strategies compared"},
     .over = "strategies/label", .rows = "0",
     .columns = {{"label", NULL, "strategies/label", HEC_FORM_WORDS, NEEDED},
                 {"payments", NULL, "strategies/payments", HEC_FORM_WORDS, OPTIONAL}}},

    {.info = {"summary", "Totals of each strategy, per person, base case"},
     .over = "base/cost", .rows = "0",
     .columns = {{"cost", NULL, "base/cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/effect", HEC_FORM_EFFECT, NEEDED},
                 {"cost_undiscounted", NULL, "base/cost_undiscounted", HEC_FORM_MONEY, OPTIONAL},
                 {"effect_undiscounted", NULL, "base/effect_undiscounted", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"cea", "Incremental analysis, base case"},
     .over = "base/cea/icer", .rows = "0", .order = "base/cea/order", .note = DOMINANCE,
     .columns = CEA_COLUMNS("base", "base/cost", "base/effect")},

    {.info = {"cea-psa", "Incremental analysis of the means over all draws"},
     .over = "psa/cea/icer", .rows = "0", .order = "psa/cea/order", .remark = hec_persons_verdict,
     .columns = CEA_COLUMNS("psa", "psa/summary_cost@mean", "psa/summary_effect@mean")},

    {.info = {"thresholds", "Net benefit at the named willingness to pay, base case"},
     .over = "base/threshold_nmb", .rows = "01",
     .columns = {{"nmb", "net monetary benefit", "base/threshold_nmb", HEC_FORM_MONEY, NEEDED},
                 {"nhb", "net health benefit", "base/threshold_nhb", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"costs", "Costs by category, per person, base case"},
     .over = "base/category_cost", .rows = "01",
     .columns = {{"cost", NULL, "base/category_cost", HEC_FORM_MONEY, NEEDED},
                 {"cost_undiscounted", NULL, "base/category_cost_undiscounted", HEC_FORM_MONEY, OPTIONAL},
                 {"cost_se", CHANCE, "base/category_cost_se", HEC_FORM_MONEY, OPTIONAL}}},

    {.info = {"perspectives", "Costs by perspective, per person, base case"},
     .over = "base/perspective_cost", .rows = "01",
     .columns = {{"cost", NULL, "base/perspective_cost", HEC_FORM_MONEY, NEEDED},
                 {"cost_undiscounted", NULL, "base/perspective_cost_undiscounted", HEC_FORM_MONEY, OPTIONAL},
                 {"cost_se", CHANCE, "base/perspective_cost_se", HEC_FORM_MONEY, OPTIONAL}}},

    {.info = {"by-perspective", "Against the first strategy, as each perspective counts it, base case"},
     .over = "base/by_perspective/cost", .rows = "01", .against_first = true,
     .note = "An ICER stands where more is paid for more effect, or less for less, and the effect is more than chance.",
     .columns = {{"incremental_cost", NULL, "base/by_perspective/cost", HEC_FORM_MONEY, NEEDED},
                 {"incremental_cost_se", CHANCE, "base/by_perspective/cost_se", HEC_FORM_MONEY, OPTIONAL},
                 {"incremental_effect", NULL, "base/by_perspective/effect", HEC_FORM_EFFECT, NEEDED},
                 {"icer", "ICER", "base/by_perspective/icer", HEC_FORM_MONEY, NEEDED},
                 {"quadrant", "", "base/by_perspective/quadrant", HEC_FORM_WORDS, NEEDED}}},

    {.info = {"by-perspective-psa", "The same over all draws, and how often it is worth its price"},
     .over = "psa/by_perspective/cost", .rows = "01", .against_first = true,
     .note = "Better: share of draws with a greater net monetary benefit than the first strategy's, at that willingness to pay.",
     .columns = {{"incremental_cost", NULL, "psa/by_perspective/cost@mean", HEC_FORM_MONEY, NEEDED},
                 {"low", "2.5 %", "psa/by_perspective/cost@p2.5", HEC_FORM_MONEY, NEEDED},
                 {"high", "97.5 %", "psa/by_perspective/cost@p97.5", HEC_FORM_MONEY, NEEDED},
                 {"incremental_effect", NULL, "analysis/increment_effect@mean", HEC_FORM_EFFECT, NEEDED},
                 {"better", "better", "psa/by_perspective/better", HEC_FORM_SHARE, OPTIONAL}}},

    {.info = {"effects", "Effects by measure, per person, base case"},
     .over = "base/effects", .rows = "01",
     .columns = {{"value", NULL, "base/effects", HEC_FORM_EFFECT, NEEDED},
                 {"value_undiscounted", NULL, "base/effects_undiscounted", HEC_FORM_EFFECT, OPTIONAL},
                 {"value_se", CHANCE, "base/effects_se", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"trace", "Share of all in each state at each point in time, base case"},
     .over = "base/trace", .rows = "01",
     .columns = {{"", NULL, "base/trace", HEC_FORM_SHARE, NEEDED}}},

    {.info = {"flows", "Share of the cohort that moves in each cycle, base case"},
     .over = "base/flow", .rows = "012", .hidden = "2",
     .columns = {{"from", NULL, "arcs/from", HEC_FORM_WORDS, NEEDED},
                 {"to", NULL, "arcs/to", HEC_FORM_WORDS, NEEDED},
                 {"flow", "share", "base/flow", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"states", "Costs and effects by state, discounted, base case"},
     .over = "base/state_cost", .rows = "01",
     .columns = {{"cost", NULL, "base/state_cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/state_effects", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"states-undiscounted", "Costs and effects by state, undiscounted, base case"},
     .over = "base/state_cost_undiscounted", .rows = "01",
     .columns = {{"cost", NULL, "base/state_cost_undiscounted", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/state_effects_undiscounted", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"years", "Costs and effects by year, discounted, base case"},
     .over = "base/year_cost", .rows = "01",
     .columns = {{"cost", NULL, "base/year_cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/year_effects", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"years-undiscounted", "Costs and effects by year, undiscounted, base case"},
     .over = "base/year_cost_undiscounted", .rows = "01",
     .columns = {{"cost", NULL, "base/year_cost_undiscounted", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/year_effects_undiscounted", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"use", "Services used, base case"},
     .over = "base/use", .rows = "01",
     .columns = {{"use", "quantity", "base/use", HEC_FORM_EFFECT, NEEDED},
                 {"use_se", CHANCE, "base/use_se", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"use-years", "Services used by year, base case"},
     .over = "base/year_use", .rows = "01",
     .columns = {{"", NULL, "base/year_use", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"psa-summary", "Costs and effects over all draws"},
     .over = "psa/summary_cost", .rows = "01",
     .columns = {{"cost", NULL, "psa/summary_cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "psa/summary_effect", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"increments", "Costs and effects against the first strategy, over all draws"},
     .over = "analysis/increment_cost", .rows = "01",
     .columns = {{"incremental_cost", NULL, "analysis/increment_cost", HEC_FORM_MONEY, NEEDED},
                 {"incremental_effect", NULL, "analysis/increment_effect", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"plane", "Share of draws in each quadrant of the cost-effectiveness plane"},
     .over = "analysis/plane", .rows = "0", .note = "Increments are against the first strategy.",
     .columns = {{"", NULL, "analysis/plane", HEC_FORM_SHARE, NEEDED}}},

    {.info = {"decision", "Probability of being best at the named willingness to pay"},
     .over = "analysis/threshold_ceac", .rows = "0", .remark = hec_verdict,
     .columns = {{"", NULL, "analysis/threshold_ceac", HEC_FORM_SHARE, NEEDED},
                 {"optimal", NULL, "analysis/threshold_optimal", HEC_FORM_LABEL, OPTIONAL},
                 {"evpi", "EVPI", "analysis/threshold_evpi", HEC_FORM_MONEY, OPTIONAL}}},

    {.info = {"ceac", "Probability that each strategy has the greatest net monetary benefit"},
     .over = "analysis/ceac", .rows = "0", .note = "optimal: the strategy of the greatest mean.",
     .columns = {{"", NULL, "analysis/ceac", HEC_FORM_SHARE, NEEDED},
                 {"optimal", NULL, "analysis/optimal", HEC_FORM_LABEL, OPTIONAL}}},

    {.info = {"ceaf", "The strategy of the greatest mean net monetary benefit, and its probability"},
     .over = "analysis/ceaf", .rows = "0",
     .columns = {{"optimal", NULL, "analysis/optimal", HEC_FORM_LABEL, NEEDED},
                 {"ceaf", "probability", "analysis/ceaf", HEC_FORM_SHARE, NEEDED}}},

    {.info = {"evpi", "Expected value of perfect information, per person"},
     .over = "analysis/evpi", .rows = "0",
     .columns = {{"evpi", "EVPI", "analysis/evpi", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"loss", "Expected loss of each strategy against perfect information"},
     .over = "analysis/expected_loss", .rows = "0",
     .columns = {{"", NULL, "analysis/expected_loss", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"nmb", "Mean net monetary benefit over all draws"},
     .over = "analysis/nmb", .rows = "0",
     .note = "se: Monte Carlo standard error of the difference from the optimal strategy.",
     .columns = {{"", NULL, "analysis/nmb", HEC_FORM_MONEY, NEEDED},
                 {"se", NULL, "analysis/nmb_se", HEC_FORM_MONEY, OPTIONAL},
                 {"optimal", NULL, "analysis/optimal", HEC_FORM_LABEL, OPTIONAL}}},

    {.info = {"psa", "Cost and effect of each draw"},
     .over = "psa/cost", .rows = "1",
     .columns = {{"cost", NULL, "psa/cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "psa/effect", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"draws", "Parameters of each draw"},
     .over = "psa/parameters", .rows = "1",
     .columns = {{"", NULL, "psa/parameters", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"monte-carlo", "Monte Carlo error of the base case: what chance among its persons leaves open"},
     .over = "base/cost_se", .rows = "0",
     .note = "Increments are against the first strategy; all strategies have the same persons with "
             "the same luck.",
     .columns = {{"cost", NULL, "base/cost", HEC_FORM_MONEY, NEEDED},
                 {"cost_se", CHANCE, "base/cost_se", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/effect", HEC_FORM_EFFECT, NEEDED},
                 {"effect_se", CHANCE, "base/effect_se", HEC_FORM_EFFECT, NEEDED},
                 {"incremental_cost", NULL, "base/increment_cost", HEC_FORM_MONEY, NEEDED},
                 {"incremental_cost_se", CHANCE, "base/increment_cost_se", HEC_FORM_MONEY, NEEDED},
                 {"incremental_effect", NULL, "base/increment_effect", HEC_FORM_EFFECT, NEEDED},
                 {"incremental_effect_se", CHANCE, "base/increment_effect_se", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"distribution", "Costs, effects and life years over persons, base case"},
     .over = "base/distribution_cost", .rows = "01",
     .note = "Costs and effects discounted, life years not.",
     .columns = {{"cost", NULL, "base/distribution_cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "base/distribution_effect", HEC_FORM_EFFECT, NEEDED},
                 {"life_years", NULL, "base/distribution_life_years", HEC_FORM_EFFECT, OPTIONAL}}},

    {.info = {"histogram-cost", "Persons by their cost, discounted, base case"},
     .over = "base/histogram_cost", .rows = "1", .hidden = "1",
     .columns = {{"from", NULL, "base/histogram_cost_from", HEC_FORM_MONEY, NEEDED},
                 {"to", NULL, "base/histogram_cost_to", HEC_FORM_MONEY, NEEDED},
                 {"", NULL, "base/histogram_cost", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"histogram-effect", "Persons by their effect, discounted, base case"},
     .over = "base/histogram_effect", .rows = "1", .hidden = "1",
     .columns = {{"from", NULL, "base/histogram_effect_from", HEC_FORM_EFFECT, NEEDED},
                 {"to", NULL, "base/histogram_effect_to", HEC_FORM_EFFECT, NEEDED},
                 {"", NULL, "base/histogram_effect", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"histogram-life-years", "Persons by the years they live, undiscounted, base case"},
     .over = "base/histogram_life_years", .rows = "1", .hidden = "1",
     .columns = {{"from", NULL, "base/histogram_life_years_from", HEC_FORM_EFFECT, NEEDED},
                 {"to", NULL, "base/histogram_life_years_to", HEC_FORM_EFFECT, NEEDED},
                 {"", NULL, "base/histogram_life_years", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"ledger", "Who paid whom for what, in all years, undiscounted, base case"},
     .over = "ledger/total", .rows = "01", .hidden = "1", .nonzero = "total", .note = "By year: ledger-years.",
     .columns = {FLOW_COLUMNS(OPTIONAL),
                 {"per_person", "per person", "ledger/per_person", HEC_FORM_MONEY, NEEDED},
                 {"total", NULL, "ledger/total", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"ledger-years", "Who paid whom for what, by the year in which it arose, undiscounted, base case"},
     .over = "ledger/amount", .rows = "012", .hidden = "2", .nonzero = "amount",
     .note = "Flows of no money in a year are left out.",
     .columns = {FLOW_COLUMNS(NEEDED),
                 {"amount", NULL, "ledger/amount", HEC_FORM_FEN, NEEDED}}},

    {.info = {"ledger-cohort", "Who pays whom for what, per person of the cohort in all years, undiscounted, base case"},
     .over = "ledger/mean", .rows = "01", .hidden = "1", .nonzero = "per_person",
     .note = "By year: ledger-cohort-years.",
     .columns = {FLOW_COLUMNS(OPTIONAL),
                 {"per_person", "per person", "ledger/mean", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"ledger-cohort-years", "Who pays whom for what, per person of the cohort, by the year in which it arises, undiscounted, base case"},
     .over = "ledger/mean_year", .rows = "012", .hidden = "2", .nonzero = "per_person",
     .columns = {FLOW_COLUMNS(OPTIONAL),
                 {"per_person", "per person", "ledger/mean_year", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"ledger-rows", "Every payment for the persons whose histories are kept, base case"},
     .over = "ledger/rows/amount", .rows = "0", .hidden = "0",
     .note = "Years since the start: when it arises, when it is paid.",
     .columns = {{"strategy", NULL, "ledger/rows/strategy", HEC_FORM_LABEL, NEEDED},
                 {"person", NULL, "ledger/rows/person", HEC_FORM_NUMBER, NEEDED},
                 {"accrual", NULL, "ledger/rows/accrual", HEC_FORM_EFFECT, NEEDED},
                 {"payment", NULL, "ledger/rows/payment", HEC_FORM_EFFECT, NEEDED},
                 {"mechanism", NULL, "ledger/mechanism[ledger/rows/posting]", HEC_FORM_WORDS, NEEDED},
                 {"payer", NULL, "ledger/payer[ledger/rows/posting]", HEC_FORM_WORDS, NEEDED},
                 {"payee", NULL, "ledger/payee[ledger/rows/posting]", HEC_FORM_WORDS, NEEDED},
                 {"service", NULL, "ledger/service[ledger/rows/posting]", HEC_FORM_WORDS, NEEDED},
                 {"amount", NULL, "ledger/rows/amount", HEC_FORM_FEN, NEEDED}}},

    {.info = {"ledger-psa", "Who paid whom for what, per person in all years, undiscounted, over all draws"},
     .over = "psa/summary_ledger", .rows = "01", .hidden = "1", .nonzero = "mean",
     .columns = {FLOW_COLUMNS(NEEDED),
                 {"mean", NULL, "psa/summary_ledger@mean", HEC_FORM_MONEY, NEEDED},
                 {"sd", NULL, "psa/summary_ledger@sd", HEC_FORM_MONEY, NEEDED},
                 {"p2.5", NULL, "psa/summary_ledger@p2.5", HEC_FORM_MONEY, NEEDED},
                 {"p97.5", NULL, "psa/summary_ledger@p97.5", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"payers", "What each payer pays and gets in all years, undiscounted, base case"},
     .over = "ledger/payer_paid", .rows = "01",
     .columns = {{"paid", NULL, "ledger/payer_paid", HEC_FORM_MONEY, NEEDED},
                 {"received", NULL, "ledger/payer_received", HEC_FORM_MONEY, NEEDED},
                 {"per_person", "net per person", "ledger/payer_per_person", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"payers-years", "What each payer pays less what it gets, by year, undiscounted, base case"},
     .over = "ledger/payer_year", .rows = "01",
     .columns = {{"", NULL, "ledger/payer_year", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"providers", "What each provider gets and spends in all years, undiscounted, base case"},
     .over = "ledger/provider_received", .rows = "01", .nonzero = "*", .note = "By year: margins.",
     .columns = {{"received", NULL, "ledger/provider_received", HEC_FORM_MONEY, NEEDED},
                 {"paid", NULL, "ledger/provider_paid", HEC_FORM_MONEY, NEEDED},
                 {"resource_cost", NULL, "ledger/provider_spent", HEC_FORM_MONEY, NEEDED},
                 {"per_person", "left per person", "ledger/provider_per_person", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"margins", "What is left to providers, by year, undiscounted, base case"},
     .over = "ledger/margin", .rows = "012", .nonzero = "*",
     .columns = {{"receipts", NULL, "ledger/receipts", HEC_FORM_MONEY, NEEDED},
                 {"paid_out", "paid out", "ledger/paid_out", HEC_FORM_MONEY, OPTIONAL},
                 {"resource_cost", "resource cost", "ledger/resource_cost", HEC_FORM_MONEY, NEEDED},
                 {"margin", NULL, "ledger/margin", HEC_FORM_MONEY, NEEDED}}},

    {.info = {"panels", "What is settled with each panel by year, and what it was measured by, base case"},
     .over = "ledger/panel_amount", .rows = "012", .nonzero = "*",
     .columns = {{"", NULL, "ledger/panel_amount", HEC_FORM_MONEY, NEEDED},
                 {"", NULL, "ledger/panel_measure", HEC_FORM_NUMBER, OPTIONAL}}},

    {.info = {"rules", "What the rules of policies are in each year, base case"},
     .over = "ledger/rule", .rows = "012",
     .columns = {{"value", NULL, "ledger/rule", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"population", "Attributes of the persons at the start"},
     .over = "base/population", .rows = "0",
     .columns = {{"", NULL, "base/population", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"population-words", "Attributes of the persons at the start that are words"},
     .over = "base/population_words", .rows = "0",
     .columns = {{"share", NULL, "base/population_words", HEC_FORM_SHARE, NEEDED}}},

    {.info = {"events", "Events per person by year, base case"},
     .over = "base/events", .rows = "01",
     .columns = {{"", NULL, "base/events", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"deaths", "Share of the persons who die, by year and cause, base case"},
     .over = "base/deaths", .rows = "01",
     .columns = {{"", NULL, "base/deaths", HEC_FORM_SHARE, NEEDED}}},

    {.info = {"persons", "Cost and effect of single persons, base case"},
     .over = "persons/cost", .rows = "1", .hidden = "1",
     .columns = {{"person", NULL, "persons/number", HEC_FORM_NUMBER, NEEDED},
                 {"cost", NULL, "persons/cost", HEC_FORM_MONEY, NEEDED},
                 {"effect", NULL, "persons/effect", HEC_FORM_EFFECT, NEEDED}}},

    {.info = {"persons-attributes", "Attributes of single persons at the start"},
     .over = "persons/attributes", .rows = "1", .hidden = "1",
     .columns = {{"person", NULL, "persons/number", HEC_FORM_NUMBER, NEEDED},
                 {"", NULL, "persons/attributes", HEC_FORM_NUMBER, NEEDED}}},

    {.info = {"persons-error", "Where the error over draws comes from: the draws, or the persons in them"},
     .over = "analysis/persons_error", .rows = "01", .remark = hec_persons_verdict,
     .note = "se: error of the mean over draws; the sd are without what the other source adds. "
             "Share: how much of the variance of the draws' means is chance among their persons. "
             "Increments are against the first strategy.",
     .columns = {{"mean", NULL, "analysis/persons_error@mean", HEC_FORM_NUMBER, NEEDED},
                 {"se", NULL, "analysis/persons_error@se", HEC_FORM_NUMBER, NEEDED},
                 {"between_sd", "sd between draws", "analysis/persons_error@between_sd", HEC_FORM_NUMBER, NEEDED},
                 {"within_sd", "sd between persons", "analysis/persons_error@within_sd", HEC_FORM_NUMBER, NEEDED},
                 {"persons_share", "share of persons", "analysis/persons_error@persons_share", HEC_FORM_SHARE, NEEDED}}},

    {.info = {"parameters", "Parameters of the model"},
     .over = "parameters/value", .rows = "0",
     .columns = {{"label", NULL, "parameters/label", HEC_FORM_WORDS, OPTIONAL},
                 {"value", NULL, "parameters/value", HEC_FORM_NUMBER, NEEDED},
                 {"unit", NULL, "parameters/unit", HEC_FORM_WORDS, OPTIONAL},
                 {"distribution", NULL, "parameters/distribution", HEC_FORM_WORDS, OPTIONAL},
                 {"source", NULL, "parameters/source", HEC_FORM_WORDS, OPTIONAL},
                 {"status", NULL, "parameters/status", HEC_FORM_WORDS, OPTIONAL},
                 {"note", NULL, "parameters/note", HEC_FORM_WORDS, OPTIONAL},
                 {"place", NULL, "parameters/place", HEC_FORM_WORDS, OPTIONAL}}},

    {.info = {"economics", "Settings of the economic evaluation"},
     .over = "economics/name", .rows = "0", .hidden = "0",
     .columns = {{"name", NULL, "economics/name", HEC_FORM_WORDS, NEEDED},
                 {"value", NULL, "economics/value", HEC_FORM_WORDS, NEEDED},
                 {"origin", NULL, "economics/origin", HEC_FORM_WORDS, OPTIONAL},
                 {"departs_from", NULL, "economics/departs_from", HEC_FORM_WORDS, OPTIONAL}}},

    {.info = {"inputs", "Files the result was made from"},
     .over = "inputs/name", .rows = "0", .hidden = "0",
     .columns = {{"name", NULL, "inputs/name", HEC_FORM_WORDS, NEEDED},
                 {"sha256", "SHA-256", "inputs/sha256", HEC_FORM_WORDS, NEEDED}}},

    {.info = {"info", "How the result was made"}, .over = NULL}, /* the attributes */
};
/* clang-format on */

const size_t hec_table_list_length = sizeof hec_table_list / sizeof hec_table_list[0];

_Static_assert(sizeof hec_table_list / sizeof hec_table_list[0] <= HEC_TABLES_MAX,
               "HEC_TABLES_MAX is too small");
