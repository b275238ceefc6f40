/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts with persons: golden numbers, by hand. */
#include "policy_fixture.h"

#define CASH "      benefits: [{layer: cash, payer: patient, rest: true}]\n"
#define CONTRACTS ONE_POLICY CASH "      contracts:\n"

static life open_ill(const char *text)
{
    life l = life_open(text);
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    life_in(&l, "health", "ill", "ill");
    return l;
}

/* 14 lessons at 60, of which 10 in a year are paid */
static void a_limit_of_sessions(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES ILL(
        "{lesson: 14, visit: 2}") "services: {lesson: {at: primary, resource: 40, tariff: 70}, "
                                  "visit: {at: primary, tariff: 30}}\n" CONTRACTS
                                  "        education: {level: person, covers: [lesson], from: "
                                  "fund, to: primary, "
                                  "pay: 60 * min(use(lesson), max(0, 10 - ytd_use(lesson)))}\n");
    pay_account(&l, "ytd_use(lesson)", 0);
    assert_true(paid_by(&l, "education", NULL) == 600);
    assert_true(paid_by(&l, NULL, "lesson") == 0 && paid_by(&l, "cash", "visit") == 60);
    assert_true(life_amount(&l, "fund") == 600 && life_amount(&l, "resource") == 560);
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd_use(lesson)") == 14);
    pay_account(&l, "ytd_use(lesson)", 8);
    assert_true(paid_by(&l, "education", NULL) == 120);
    pay_account(&l, "ytd_use(lesson)", 28);
    assert_true(paid_by(&l, "education", NULL) == 0 && pay_is_good(&l));
    assert_int_equal(life_of(&l)->pay.charge[1] >= 0, true);
    life_in(&l, "health", "dead", "dead");
    pay_account(&l, "ytd_use(lesson)", 0);
    assert_true(paid_by(&l, "education", NULL) == 0);
    life_close(&l);
}

/* Success: 130 % of 100,000, failure: 50 %, known 6 months after the start. */
static void a_price_by_outcome(void **state)
{
    (void)state;
    life l = life_open(
        "hecate: 1\nmodel: life\ntime: {cycle: 1 month, cycles: 24}\n"
        "engine: {microsimulation: {persons: 10}}\nuncertainty: {seed: 1}\n"
        "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, discounting: "
        "discrete, within_cycle: start, one_off: {at: end}}\n" PARTIES
        "chains: {health: {start: treated, states: {treated: {to: {failed: 0.1}}, failed: "
        "{absorbing: true}}}}\n"
        "events: {begins: {prob: 0.2}}\n" ONE_POLICY "      contracts:\n"
        "        outcome: {level: person, from: fund, to: tertiary, when: reached("
        "time_since(begins), 6 months), pay: 100000 * if(in(failed), 0.5, 1.3)}\n");
    life_chance(&l, "event/begins", 0.9);
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    double total = 0, paid[2] = {0};
    for (int failed = 0; failed < 2; failed++) {
        life_in(&l, "health", failed ? "failed" : "treated", failed ? "failed" : "treated");
        for (int cycle = 2; cycle <= 24; cycle++) { /* it began in the first: known from its end */
            life_time(&l, cycle);
            life_set(&l, HEC_VARIABLE_SINCE, "begins", (cycle - 2) / 12.0);
            double now = paid_by(&l, "outcome", NULL);
            assert_true(now == 0 || cycle == 7); /* which ends six months after it */
            paid[failed] += now;
        }
    }
    assert_true(paid[0] == 130000 && paid[1] == 50000);
    total = 0.625 * paid[0] + 0.375 * paid[1];
    assert_true(fabs(total - 100000) < 1e-9);
    life_close(&l);
}

/* Robot: paid 75,000, costs 80,000; laparoscopic: paid 45,000, costs 30,000. */
static void margins_of_case_payment(void **state)
{
    (void)state;
    const char *format = HEAD PARTIES
        "chains: {health: {start: ill, states: {ill: {use: {robot: by_robot, lap: 1 - by_robot}, "
        "to: {dead: 0.1}}, dead: {dead: true}}}}\n"
        "population: {by_robot: 1}\n"
        "services: {robot: {at: tertiary, resource: 80000, tariff: 90000}, "
        "lap: {at: tertiary, resource: 30000, tariff: 50000}}\n" CONTRACTS
        "        drg: {level: person, covers: [robot, lap], from: fund, to: tertiary, pay: 75000 * "
        "use(robot) + 45000 * use(lap)}\n";
    life l = open_ill(format);
    life_attribute(&l, "by_robot", 1);
    assert_true(life_amount(&l, "fund") - life_amount(&l, "resource") == -5000);
    life_attribute(&l, "by_robot", 0);
    assert_true(life_amount(&l, "fund") - life_amount(&l, "resource") == 15000);
    assert_true(paid_by(&l, "cash", NULL) == 0 && pay_is_good(&l));
    life_close(&l);
}

/* 1.2 million: 30 % at once, the rest in four instalments while the effect lasts. */
static void instalments(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES ILL(
        "{}") "events: {begins: {prob: 0.2, once: true}}\n" CONTRACTS
              "        down: {level: person, from: patient, to: tertiary, when: now(begins), pay: "
              "0.3 * "
              "1200000}\n"
              "        rates: {level: person, from: fund, to: tertiary, when: ever(begins) and "
              "time_since(begins) < 4, pay: 0.7 * 1200000 / 4}\n");
    double down = 0, rates = 0;
    for (int cycle = 1; cycle <= 8; cycle++) {
        life_time(&l, cycle);
        life_set(&l, HEC_VARIABLE_COUNT, "begins", cycle > 1);
        life_set(&l, HEC_VARIABLE_SINCE, "begins", cycle > 1 ? (double)cycle - 2 : (double)INFINITY);
        life_chance(&l, "event/begins", 0.1);
        down += paid_by(&l, "down", NULL);
        rates += paid_by(&l, "rates", NULL);
    }
    assert_true(down == 360000 && rates == 840000);
    life_close(&l);
}

/* A readmission within 30 days of the transfer is clawed back from the upper hospital. */
static void a_claw_back(void **state)
{
    (void)state;
    life l = life_open(
        "hecate: 1\nmodel: life\ntime: {cycle: 1 day, cycles: 100}\n"
        "engine: {microsimulation: {persons: 10}}\nuncertainty: {seed: 1}\n"
        "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, discounting: "
        "discrete, within_cycle: start, one_off: {at: end}}\n" PARTIES
        "chains: {health: {start: ill, states: {ill: {absorbing: true}}}}\n"
        "events: {transfer: {prob: 0.01}, readmission: {prob: 0.01}}\n" ONE_POLICY
        "      contracts:\n"
        "        clawback: {level: person, from: tertiary, to: fund, when: now(readmission) and "
        "time_since(transfer) <= 30 days, pay: 2000}\n");
    life_in(&l, "health", "ill", "ill");
    life_chance(&l, "event/transfer", 0.5);
    life_chance(&l, "event/readmission", 0.005);
    life_time(&l, 10 + 25 + 1);
    life_set(&l, HEC_VARIABLE_SINCE, "transfer", 25 / 365.25);
    assert_true(paid_by(&l, "clawback", NULL) == 2000);
    assert_true(life_amount(&l, "fund") == -2000); /* it gets the money */
    life_time(&l, 10 + 31 + 1);
    life_set(&l, HEC_VARIABLE_SINCE, "transfer", 31 / 365.25);
    assert_true(paid_by(&l, "clawback", NULL) == 0);
    life_close(&l);
}

/* A contract may hold for some; then the benefits pay for the others, and both are in the run. */
static void contracts_hold_for_some(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES ILL(
        "{visit: 2}") "population: {group: 0}\n"
                      "services: {visit: {at: primary, tariff: 30}}\n" CONTRACTS
                      "        a: {level: person, covers: [visit], from: fund, to: primary, when: "
                      "group > 0, pay: 50}\n"
                      "        b: {level: person, covers: [visit], from: aid, to: primary, when: "
                      "group > 1, pay: 20}\n");
    life_attribute(&l, "group", 0);
    assert_true(paid_by(&l, "cash", NULL) == 60 && paid_by(&l, NULL, NULL) == 60);
    life_attribute(&l, "group", 1);
    assert_true(paid_by(&l, "cash", NULL) == 0 && paid_by(&l, "a", NULL) == 50);
    assert_true(pay_is_good(&l));
    life_attribute(&l, "group", 2); /* covered twice */
    assert_false(pay_is_good(&l));
    life_in(&l, "health", "dead", "dead");
    assert_true(paid_by(&l, NULL, NULL) == 0 && pay_is_good(&l));
    life_close(&l);
}

/* What a contract remembers is an attribute. */
static void a_contract_remembers(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES ILL(
        "{}") "events: {check: {prob: 0.5}}\n" CONTRACTS
              "        bonus: {level: person, from: fund, to: primary, when: checks == 3, "
              "pay: 100, memory: {checks: {start: 0, update: checks + now(check)}}}\n"
              "  none: {}\n");
    life_chance(&l, "event/check", 0.1);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "checks", 2);
    assert_true(paid_by(&l, "bonus", NULL) == 0);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "checks") == 3);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "checks", 3);
    assert_true(paid_by(&l, "bonus", NULL) == 100);
    l.strategy = 1;
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "checks") == 3);
    life_close(&l);
}

/* An attribute passes a value from one cycle to the next. */
static void reaching_a_value(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES ILL(
        "{}") "attributes: {x: {start: 0, update: x + 2}}\n" CONTRACTS
              "        a: {level: person, from: fund, to: primary, when: reached(x, 7), pay: "
              "1 + ytd(a) + paid(b)}\n"
              "        b: {level: person, from: fund, to: primary, pay: ytd(a)}\n");
    const double expected[] = {0, 0, 0, 1, 0, 0};
    pay_account(&l, "ytd(a) in fen", 0);
    pay_account(&l, "paid(b) in fen", 0);
    for (int i = 0; i < 6; i++) {
        life_set(&l, HEC_VARIABLE_ATTRIBUTE, "x", 2 * i);
        assert_true(paid_by(&l, "a", NULL) == expected[i]);
        assert_true(paid_by(&l, "b", NULL) == expected[i]); /* contracts one after another */
    }
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_of_sessions),
        cmocka_unit_test(a_price_by_outcome),
        cmocka_unit_test(margins_of_case_payment),
        cmocka_unit_test(instalments),
        cmocka_unit_test(a_claw_back),
        cmocka_unit_test(contracts_hold_for_some),
        cmocka_unit_test(a_contract_remembers),
        cmocka_unit_test(reaching_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
