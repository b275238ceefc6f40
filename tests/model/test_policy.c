/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benefits: what each layer pays of a service, by hand. */
#include "policy_fixture.h"

#define ONE(USE, SERVICE) HEAD PARTIES ILL("{s: " USE "}") "services: {s: " SERVICE "}\n" ONE_POLICY
#define CASH "        - {layer: cash, payer: patient, rest: true}\n"

static life open_ill(const char *text)
{
    life l = life_open(text);
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    life_in(&l, "health", "ill", "ill");
    return l;
}

/* Charge 50,000, allowed 45,000; the fund leaves 1,000 aside and pays 60 %, commercial 80 % of what
 * is left of the allowed, medical aid 90 % of the rest. */
static void layers_are_stacked(void **state)
{
    (void)state;
    life l = open_ill(ONE(
        "1",
        "{at: tertiary, tariff: 50000, coverage: 0.9, resource: 41000}") "      benefits:\n"
                                                                         "        - {layer: basic, "
                                                                         "payer: fund, share: 0.6, "
                                                                         "deductible: 1000, per: "
                                                                         "year}\n"
                                                                         "        - {layer: "
                                                                         "supplement, payer: "
                                                                         "commercial, pays: 0.8 * "
                                                                         "remainder}\n"
                                                                         "        - {layer: "
                                                                         "assistance, payer: aid, "
                                                                         "share: 0.9}\n" CASH);
    pay_account(&l, "ytd seen by basic in fen", 0);
    assert_true(paid_by(&l, "basic", "s") == 26400);
    assert_true(paid_by(&l, "supplement", "s") == 14880);
    assert_true(paid_by(&l, "assistance", "s") == 3348);
    assert_true(paid_by(&l, "cash", "s") == 372);
    assert_true(paid_by(&l, "not covered", "s") == 5000);
    assert_true(paid_by(&l, NULL, NULL) == 50000);
    assert_true(pay_is_good(&l));
    assert_true(life_amount(&l, "fund") == 26400 && life_amount(&l, "patient") == 5372);
    assert_true(life_amount(&l, "commercial") == 14880 && life_amount(&l, "aid") == 3348);
    assert_true(life_amount(&l, "resource") == 41000);
    life_close(&l);
}

/* What is observed: charge, allowed, resource cost, quantity and every posting, in fen. */
static void the_ledger_is_observed(void **state)
{
    (void)state;
    life l = open_ill(ONE(
        "2", "{at: tertiary, tariff: 50.005, coverage: 0.9, resource: 41}") "      benefits:\n"
                                                                            "        - {layer: "
                                                                            "basic, payer: fund, "
                                                                            "share: 0.333}\n" CASH);
    const hec_pay *pay = &life_of(&l)->pay;
    const hec_id *observed = life_of(&l)->life.observed;
    assert_string_equal(pay->policy, "p");
    assert_true(life_value(&l, observed[pay->charge[0]]) == 10001);
    assert_true(life_value(&l, observed[pay->allowed[0]]) == 9001); /* 9000.9 */
    assert_true(life_value(&l, observed[pay->parts[0].resource]) == 8200);
    assert_true(life_value(&l, observed[pay->quantity[0]]) == 2);
    assert_string_equal(l.model->parties[pay->provider[0]].name, "tertiary");
    assert_int_equal(pay->n_postings, 3);
    const double expected[] = {2997, 6004, 1000}; /* 2997.333 */
    for (size_t i = 0; i < 3; i++) {
        const hec_posting *posting = &pay->postings[i];
        assert_true(life_value(&l, observed[posting->observed]) == expected[i]);
        assert_int_equal(posting->level, HEC_LEVEL_PERSON);
        assert_string_equal(l.model->parties[posting->payee].name, "tertiary");
    }
    assert_string_equal(l.model->parties[0].name, "patient");
    assert_int_equal(pay->postings[2].payer, 0);
    life_in(&l, "health", "dead", "dead");
    assert_true(paid_by(&l, NULL, NULL) == 0 && life_amount(&l, "resource") == 0);
    assert_true(pay_is_good(&l));
    life_close(&l);
}

/* Spending of 9,000, 70 % of it, at most 5,000 in a year. */
static void a_ceiling_bounds_a_year(void **state)
{
    (void)state;
    life l = open_ill(
        ONE("1", "{at: primary, tariff: 9000}") "      benefits:\n"
                                                "        - {layer: basic, payer: fund, share: 0.7, "
                                                "ceiling: 5000, per: year}\n" CASH);
    pay_account(&l, "ytd(basic) in fen", 0);
    assert_true(paid_by(&l, "basic", NULL) == 5000 && paid_by(&l, "cash", NULL) == 4000);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd(basic) in fen") == 500000);
    pay_account(&l, "ytd(basic) in fen", 470050);
    assert_true(paid_by(&l, "basic", NULL) == 299.5 && paid_by(&l, "cash", NULL) == 8700.5);
    l.inputs[HEC_CLOCK_YEAR_END] = 1;
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd(basic) in fen") == 0);
    assert_true(life_initial(&l, HEC_VARIABLE_ACCOUNT, "ytd(basic) in fen") == 0);
    life_close(&l);
}

/* Decimal halves go up, although binary numbers lie below them: 0.3 of 4.85 is 1.455, and 0.07 of
 * 1.50 is 0.105; what is not a half stays. */
static void halves_go_up(void **state)
{
    (void)state;
    life l = open_ill(ONE("1", "{at: primary, tariff: 4.85}") "      benefits:\n"
                                                              "        - {layer: basic, payer: "
                                                              "fund, share: 0.3}\n" CASH);
    assert_true(paid_by(&l, "basic", NULL) == 1.46 && paid_by(&l, "cash", NULL) == 3.39);
    life_close(&l);
    l = open_ill(ONE("1", "{at: primary, tariff: 1.5}") "      benefits:\n"
                                                        "        - {layer: basic, payer: fund, "
                                                        "pays: 0.07 * remainder}\n" CASH);
    assert_true(paid_by(&l, "basic", NULL) == 0.11 && paid_by(&l, "cash", NULL) == 1.39);
    life_close(&l);
    l = open_ill(ONE("1", "{at: primary, tariff: 4.85}") "      benefits:\n"
                                                         "        - {layer: basic, payer: fund, "
                                                         "share: 0.2999999999}\n" CASH);
    assert_true(paid_by(&l, "basic", NULL) == 1.45 && pay_is_good(&l));
    life_close(&l);
}

#define REFERRAL(DEDUCTIBLE)                                                                       \
    ONE("1", "{at: tertiary, tariff: 10000}")                                                      \
    "      benefits:\n"                                                                            \
    "        - {layer: deductible, payer: patient, deductible: 800, per: year" DEDUCTIBLE "}\n"    \
    "        - {layer: basic, payer: fund, share: if(referred == 1, 0.75, 0.65)}\n" CASH           \
    "population: {referred: 0}\n"

/* An upper bill of 10,000, 300 of a deductible of 800 paid below: 65 % without a referral, 75 %
 * with one. */
static void referrals_credit_or_waive_the_deductible(void **state)
{
    (void)state;
    life l = open_ill(REFERRAL(""));
    life_attribute(&l, "referred", 0);
    pay_account(&l, "ytd(deductible) in fen", 0); /* what was paid below is not known above */
    assert_true(paid_by(&l, "deductible", NULL) + paid_by(&l, "cash", NULL) == 4020);
    life_attribute(&l, "referred", 1);
    pay_account(&l, "ytd(deductible) in fen", 30000);
    assert_true(paid_by(&l, "deductible", NULL) + paid_by(&l, "cash", NULL) == 2875);
    life_close(&l);
    l = open_ill(REFERRAL(", when: referred == 0"));
    life_attribute(&l, "referred", 1);
    pay_account(&l, "ytd(deductible) in fen", 0);
    assert_true(paid_by(&l, "deductible", NULL) + paid_by(&l, "cash", NULL) == 2500);
    assert_true(paid_by(&l, "basic", NULL) == 7500 && pay_is_good(&l));
    life_close(&l);
}

/* 40,000 shared 30 : 40 : 30 */
static void payers_share_by_region(void **state)
{
    (void)state;
    life l =
        open_ill(ONE("1", "{at: tertiary, tariff: 40000}") "      benefits:\n"
                                                           "        - {layer: province, payer: "
                                                           "aid, pays: 0.3 * allowed}\n"
                                                           "        - {layer: local, payer: fund, "
                                                           "pays: 0.4 * allowed}\n" CASH);
    assert_true(paid_by(&l, "province", NULL) == 12000 && paid_by(&l, "local", NULL) == 16000);
    assert_true(paid_by(&l, "cash", NULL) == 12000);
    life_close(&l);
}

/* 1.2 million: 30 % down, 70 % later */
static void a_down_payment(void **state)
{
    (void)state;
    life l = open_ill(ONE(
        "1",
        "{at: tertiary, tariff: 1200000}") "      benefits:\n"
                                           "        - {layer: down, payer: patient, share: 30%}\n"
                                           "        - {layer: later, payer: fund, rest: true}\n");
    assert_true(paid_by(&l, "down", NULL) == 360000 && paid_by(&l, "later", NULL) == 840000);
    life_close(&l);
}

/* 75,000 and a tenth more for a domestic device */
static void a_tariff_follows_the_person(void **state)
{
    (void)state;
    life l = open_ill(ONE(
        "1",
        "{at: tertiary, tariff: 75000 * if(domestic == 1, 1.1, 1)}") "      benefits:\n" CASH
                                                                     "population: {domestic: 0}\n");
    life_attribute(&l, "domestic", 1);
    assert_true(paid_by(&l, NULL, NULL) == 82500);
    life_attribute(&l, "domestic", 0);
    assert_true(paid_by(&l, NULL, NULL) == 75000);
    life_close(&l);
}

#define DATED(CYCLE)                                                                               \
    "hecate: 1\nmodel: life\ntime: {cycle: " CYCLE ", cycles: 10, start_year: 2024}\n"             \
    "engine: {microsimulation: {persons: 10}}\nuncertainty: {seed: 1}\n"                           \
    "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, discounting: "        \
    "discrete, within_cycle: start, one_off: {at: end}}\n" PARTIES
#define TWO_TIERS                                                                                  \
    DATED("1 year")                                                                                \
    ILL("{visit: 3, stay: 0.5}")                                                                   \
    "services: {visit: {at: primary, tariff: {2024: 30, 2026: 20}}, "                              \
    "stay: {at: tertiary, tariff: 9000, ceiling: {2020: 8000}}}\n"

/* Shares by provider or tier; dated prices; services of a cycle one after another. */
static void providers_dates_and_the_order_of_services(void **state)
{
    (void)state;
    life l =
        open_ill(TWO_TIERS ONE_POLICY
                 "      benefits:\n"
                 "        - {layer: own, payer: patient, pays: max(0, 100 - ytd(own))}\n"
                 "        - {layer: basic, payer: fund, share: {primary: 0.9, high: 0.5}}\n" CASH);
    pay_account(&l, "ytd(own) in fen", 0);
    l.inputs[HEC_CLOCK_YEAR] = 2025;
    assert_true(paid_by(&l, "own", "visit") == 90 && paid_by(&l, "basic", "visit") == 0);
    assert_true(paid_by(&l, "own", "stay") == 10 && paid_by(&l, "basic", "stay") == 1995);
    assert_true(paid_by(&l, "not covered", "stay") == 500 && paid_by(&l, NULL, "stay") == 4500);
    l.inputs[HEC_CLOCK_YEAR] = 2026;
    assert_true(paid_by(&l, "own", "visit") == 60 && paid_by(&l, "own", "stay") == 40);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd(own) in fen") == 10000);
    life_close(&l);
}

/* Deductibles per visit, and for life; layers of some services only. */
static void deductibles_per_visit_and_for_life(void **state)
{
    (void)state;
    life l =
        open_ill(TWO_TIERS ONE_POLICY
                 "      benefits:\n"
                 "        - {layer: fee, payer: patient, deductible: 10, per: visit, at: primary}\n"
                 "        - {layer: entry, payer: patient, deductible: 6000, per: life, services: "
                 "[stay]}\n"
                 "        - {layer: basic, payer: fund, rest: true}\n");
    pay_account(&l, "paid(entry) in fen", 300000);
    l.inputs[HEC_CLOCK_YEAR] = 2024;
    l.inputs[HEC_CLOCK_YEAR_END] = 1;
    assert_true(paid_by(&l, "fee", "visit") == 30 && paid_by(&l, "fee", "stay") == 0);
    assert_true(paid_by(&l, "basic", "visit") == 60);
    assert_true(paid_by(&l, "entry", "stay") == 3000 && paid_by(&l, "basic", "stay") == 1000);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "paid(entry) in fen") == 600000);
    life_close(&l);
}

/* What is used: states by who is in them, being alive, events, moves, and entering. */
static void quantities_come_from_the_whole_life(void **state)
{
    (void)state;
    life l = life_open(
        DATED("3 months") "chains:\n"
                          "  health: {start: well, states: {well: {use: {s: 4}, to: {ill: 0.1}}, "
                          "ill: {use: {s: 12}, "
                          "to: {dead: 0.1}}, dead: {dead: true}}}\n"
                          "  work: {start: on, states: {on: {use: {s: 8}, to: {off: 0.2}}, off: "
                          "{absorbing: true}}}\n"
                          "alive: {use: {s: 16}}\n"
                          "events: {fall: {prob: 0.5, fatal: true}}\n"
                          "on: [{event: fall, use: {s: 5}}, {from: well, to: ill, use: {s: 7}}, "
                          "{from: start, to: "
                          "well, use: {s: 11}}]\n"
                          "services: {s: {at: primary, tariff: 1}}\n" ONE_POLICY
                          "      benefits: [{layer: cash, payer: patient, rest: true}]\n");
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 1);
    life_in(&l, "health", "well", "ill");
    life_in(&l, "work", "on", "on");
    life_chance(&l, "event/fall", 0.7);
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    assert_true(paid_by(&l, NULL, NULL) == (4 + 8 + 16) / 4.0 + 7 + 11);
    life_time(&l, 2);
    assert_true(paid_by(&l, NULL, NULL) == (4 + 8 + 16) / 4.0 + 7);
    life_in(&l, "health", "ill", "ill");
    life_in(&l, "work", "off", "off");
    life_chance(&l, "event/fall", 0.3);
    assert_true(paid_by(&l, NULL, NULL) == (12 + 16) / 4.0 + 5);
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 0);
    assert_true(paid_by(&l, NULL, NULL) == 0);
    life_close(&l);
}

static void what_goes_wrong_is_seen_in_the_run(void **state)
{
    (void)state;
    life l = open_ill(ONE(
        "1",
        "{at: primary, tariff: 100 * x}") "      benefits:\n"
                                          "        - {layer: basic, payer: fund, share: 0.1 * x}\n"
                                          "        - {layer: more, payer: aid, pays: 50 * x, when: "
                                          "x < 8}\n"
                                          "population: {x: 1}\n");
    life_attribute(&l, "x", 5);
    assert_true(paid_by(&l, "basic", NULL) == 250 && paid_by(&l, "more", NULL) == 250);
    assert_true(pay_is_good(&l));
    life_attribute(&l, "x", 6); /* 360 + 240 */
    assert_true(pay_is_good(&l));
    life_attribute(&l, "x", 4); /* 160 + 200 of 400 */
    assert_false(pay_is_good(&l));
    life_attribute(&l, "x", 9);
    assert_false(pay_is_good(&l));
    life_attribute(&l, "x", 10); /* all of it */
    assert_true(pay_is_good(&l));
    life_attribute(&l, "x", 11); /* more than all */
    assert_false(pay_is_good(&l));
    life_attribute(&l, "x", -1);
    assert_false(pay_is_good(&l));
    life_attribute(&l, "x", NAN);
    assert_false(pay_is_good(&l));
    life_close(&l);
}

/* Whatever a layer would pay: who uses nothing, or is dead, has nothing that is left. */
static void nothing_is_paid_for_nothing(void **state)
{
    (void)state;
    life l = open_ill(
        ONE("x", "{at: primary, tariff: 100}") "      benefits:\n"
                                               "        - {layer: fee, payer: patient, pays: 20 - "
                                               "if(x < 1, 30, 0)}\n"
                                               "        - {layer: basic, payer: fund, rest: true}\n"
                                               "population: {x: 1}\n");
    life_attribute(&l, "x", 2);
    assert_true(paid_by(&l, "fee", NULL) == 20 && paid_by(&l, "basic", NULL) == 180);
    life_attribute(&l, "x", 0);
    assert_true(paid_by(&l, NULL, NULL) == 0 && pay_is_good(&l));
    life_attribute(&l, "x", 0.5);
    assert_false(pay_is_good(&l));
    life_attribute(&l, "x", 2);
    life_in(&l, "health", "dead", "dead");
    assert_true(paid_by(&l, NULL, NULL) == 0 && pay_is_good(&l));
    life_close(&l);
}

/* Services, prices and parameters of the policy's own; what it sets, and what the strategy sets. */
static void a_policy_brings_its_own_numbers(void **state)
{
    (void)state;
    life l = open_ill(
        ONE("use_rate",
            "{at: primary, tariff: 100}") "      policy: named\n"
                                          "      parameters: {own: {value: 12, unit: CNY, source: "
                                          "here}}\n"
                                          "      let: {double: 2 * own}\n"
                                          "      services: {s: {tariff: 80}}\n"
                                          "      set: {use_rate: 3}\n"
                                          "      benefits:\n"
                                          "        - {layer: a, payer: patient, pays: double}\n"
                                          "        - {layer: b, payer: fund, rest: true}\n"
                                          "  q:\n"
                                          "    policy:\n"
                                          "      benefits: [{layer: a, payer: patient, share: "
                                          "0.5}, {layer: b, payer: "
                                          "fund, rest: true}]\n"
                                          "    set: {policy.benefits: [{layer: z, payer: aid, "
                                          "rest: true}]}\n"
                                          "  none: {}\n"
                                          "parameters: {use_rate: 2}\n");
    assert_true(paid_by(&l, "a", NULL) == 24 && paid_by(&l, "b", NULL) == 240 - 24);
    assert_string_equal(life_of(&l)->pay.policy, "named");
    l.strategy = 1;
    assert_true(paid_by(&l, "z", NULL) == 200 && paid_by(&l, NULL, NULL) == 200);
    l.strategy = 2;
    assert_null(life_of(&l)->pay.policy);
    assert_int_equal(life_of(&l)->life.n_observed, 0);
    life_close(&l);
}

/* Strategies share the accounts; who does not have one leaves it. */
static void an_account_of_another_strategy_stays(void **state)
{
    (void)state;
    life l = open_ill(
        ONE("1", "{at: primary, tariff: 100}") "      benefits:\n"
                                               "        - {layer: a, payer: patient, pays: max(0, "
                                               "70 - ytd(a))}\n"
                                               "        - {layer: b, payer: fund, rest: true}\n"
                                               "  q:\n"
                                               "    policy:\n"
                                               "      benefits: [{layer: b, payer: fund, pays: "
                                               "max(0, 90 - paid(b) / 2)}, "
                                               "{layer: c, payer: aid, rest: true}]\n");
    pay_account(&l, "ytd(a) in fen", 4000);
    pay_account(&l, "paid(b) in fen", 100);
    assert_true(paid_by(&l, "a", NULL) == 30);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd(a) in fen") == 7000);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "paid(b) in fen") == 100);
    l.strategy = 1;
    assert_true(paid_by(&l, "b", NULL) == 89.5);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd(a) in fen") == 4000);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "paid(b) in fen") == 9050);
    life_close(&l);
}

/* A model with tariffs and no policy waits for studies that lay some over it; beside a policy, who
 * has none pays nothing, which is rarely meant. */
static void tariffs_wait_for_policies(void **state)
{
    (void)state;
    static const char *const strategies[] = {"strategies: {a: {}, b: {alive: {use: {s: 1}}}}\n",
                                             "strategies: {a: {}, b: {policy: {benefits: [{layer: "
                                             "cash, payer: patient, rest: true}]}}}\n"};
    for (int i = 0; i < 2; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s",
                 HEAD PARTIES ILL("{s: 1}") "services: {s: {at: primary, tariff: 1}}\n",
                 strategies[i]);
        life l = life_read(text);
        char *words = life_words(&l);
        assert_non_null(l.model);
        assert_int_equal(
            strstr(words, "`a` has no policy, so nobody pays the tariff of `s`") != NULL, i == 1);
        free(words);
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_are_stacked),
        cmocka_unit_test(the_ledger_is_observed),
        cmocka_unit_test(a_ceiling_bounds_a_year),
        cmocka_unit_test(halves_go_up),
        cmocka_unit_test(referrals_credit_or_waive_the_deductible),
        cmocka_unit_test(payers_share_by_region),
        cmocka_unit_test(a_down_payment),
        cmocka_unit_test(a_tariff_follows_the_person),
        cmocka_unit_test(providers_dates_and_the_order_of_services),
        cmocka_unit_test(deductibles_per_visit_and_for_life),
        cmocka_unit_test(quantities_come_from_the_whole_life),
        cmocka_unit_test(what_goes_wrong_is_seen_in_the_run),
        cmocka_unit_test(nothing_is_paid_for_nothing),
        cmocka_unit_test(a_policy_brings_its_own_numbers),
        cmocka_unit_test(an_account_of_another_strategy_stays),
        cmocka_unit_test(tariffs_wait_for_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
