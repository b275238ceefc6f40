/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What contracts remember of what was used and paid: golden numbers, by hand. */
#include "policy_fixture.h"

#define CASH "      benefits: [{layer: cash, payer: patient, rest: true}]\n"
#define SERVICES                                                                                   \
    ILL("{visit: 2, scan: scans}")                                                                 \
    "population: {scans: 1}\n"                                                                     \
    "services: {visit: {at: primary, resource: 20, tariff: 30}, scan: {at: tertiary, resource: "   \
    "300, tariff: 500}}\n"
#define CONTRACTS ONE_POLICY CASH "      contracts:\n"

static life open_ill(const char *text)
{
    life l = life_open(text);
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    life_in(&l, "health", "ill", "ill");
    life_attribute(&l, "scans", 1);
    return l;
}

static double next_of(const life *l, const char *name)
{
    return life_next(l, HEC_VARIABLE_ATTRIBUTE, name);
}

/* 1,000 for an episode, of which a year of two visits takes up to 800: 800, 200, nothing. */
static void a_budget_is_used_up(void **state)
{
    (void)state;
    static const double left[] = {1000, 200, 0}, paid[] = {800, 200, 0};
    life l = open_ill(HEAD PARTIES SERVICES CONTRACTS
                      "        episode: {level: person, covers: [visit], from: fund, to: primary, "
                      "pay: min(left, 400 * use(visit)), "
                      "memory: {left: {start: 1000, update: left - pays(episode)}}}\n"
                      "  none: {}\n");
    for (int i = 0; i < 3; i++) {
        life_set(&l, HEC_VARIABLE_ATTRIBUTE, "left", left[i]);
        assert_true(paid_by(&l, "episode", NULL) == paid[i]);
        assert_true(next_of(&l, "left") == left[i] - paid[i]);
    }
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "left", 1000);
    life_in(&l, "health", "ill", "dead"); /* who dies keeps what there was */
    assert_true(paid_by(&l, "episode", NULL) == 800 && next_of(&l, "left") == 1000);
    life_in(&l, "health", "ill", "ill");
    l.strategy = 1; /* nobody pays: nothing is remembered */
    assert_true(next_of(&l, "left") == 1000);
    life_close(&l);
}

/* Years since the last scan; one is paid as a package when three have passed. */
static void what_was_used_is_remembered(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES SERVICES CONTRACTS
                      "        package: {level: person, from: fund, to: tertiary, when: last >= 3, "
                      "pay: 90 * use(scan), "
                      "memory: {last: {start: 99, update: if(use(scan) > 0, 0, last + 1)}}}\n");
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "last", 99);
    assert_true(paid_by(&l, "package", NULL) == 90 && next_of(&l, "last") == 0);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "last", 2);
    assert_true(paid_by(&l, "package", NULL) == 0 && next_of(&l, "last") == 0);
    life_attribute(&l, "scans", 0);
    assert_true(paid_by(&l, "package", NULL) == 0 && next_of(&l, "last") == 3);
    life_close(&l);
}

/* Two visits at 30 and a scan at 500: 560 is charged, 340 is what it costs. `first` pays 7 and is
 * written before `second`, which pays 5; what is remembered under `first` knows both. */
static void all_of_the_cycle_is_known(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES SERVICES CONTRACTS
                      "        first: {level: person, from: fund, to: tertiary, pay: 7, memory: {"
                      "a: {start: 0, update: a + pays(second) + 0.5 * pays(cash)}, "
                      "b: {start: 0, update: ytd(second) + 100 * paid(first)}, "
                      "c: {start: 0, update: charge(scan) + resource(visit)}, "
                      "d: {start: 0, update: pays(fund) + pays(resource)}, "
                      "e: {start: 0, update: ytd_use(scan) + use(scan) + next(a)}}}\n"
                      "        second: {level: person, from: fund, to: tertiary, pay: 5}\n"
                      "        spent: {level: person, from: tertiary, to: resource, pay: 11}\n");
    pay_account(&l, "ytd(second) in fen", 2000);
    pay_account(&l, "paid(first) in fen", 100);
    pay_account(&l, "ytd_use(scan)", 4);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "a", 1);
    for (const char *name = "bcde"; *name; name++) {
        const char one[] = {*name, 0};
        life_set(&l, HEC_VARIABLE_ATTRIBUTE, one, 0);
    }
    assert_true(next_of(&l, "a") == 1 + 5 + 280);
    assert_true(next_of(&l, "b") == 25 + 100 * 8);
    assert_true(next_of(&l, "c") == 500 + 40);
    assert_true(next_of(&l, "d") == 12 + 340 + 11);
    assert_true(next_of(&l, "e") == 4 + 1 + 286);
    assert_true(pay_is_good(&l));
    life_close(&l);
}

/* A contract after the one that is remembered may ask where it ends: 300 a year, 1,000 are reached
 * in the fourth, and 50 are paid for it. A contract before it knows the year after. */
static void what_was_paid_is_reached(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES SERVICES CONTRACTS
                      "        yearly: {level: person, from: fund, to: primary, pay: 300, "
                      "memory: {total: {start: 0, update: total + pays(yearly)}}}\n"
                      "        bonus: {level: person, from: fund, to: primary, pay: 50, "
                      "when: ever_full == 0 and in(ill)}\n"
                      "        full: {level: person, from: fund, to: primary, "
                      "pay: if(reached(total, 1000), 50, 0), "
                      "memory: {ever_full: {start: 0, update: max(ever_full, if(reached(total, "
                      "1000), 1, 0))}}}\n");
    static const double expected[] = {0, 0, 0, 50, 0};
    for (int i = 0; i < 5; i++) {
        life_set(&l, HEC_VARIABLE_ATTRIBUTE, "total", 300 * i);
        life_set(&l, HEC_VARIABLE_ATTRIBUTE, "ever_full", 0);
        assert_true(paid_by(&l, "full", NULL) == expected[i]);
        assert_true(paid_by(&l, "bonus", NULL) == 50);
        assert_true(next_of(&l, "total") == 300 * (i + 1));
        assert_true(next_of(&l, "ever_full") == (expected[i] > 0));
    }
    life_close(&l);
}

/* A definition means in a memory what it means when everything is paid. */
static void definitions_know_it_too(void **state)
{
    (void)state;
    life l = open_ill(HEAD PARTIES SERVICES
                      "let: {so_much: pays(a) + pays(b)}\n" CONTRACTS
                      "        a: {level: person, from: fund, to: primary, pay: 10}\n"
                      "        b: {level: person, from: fund, to: primary, pay: 3 + so_much, "
                      "memory: {m: {start: 0, update: m + so_much}}}\n");
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "m", 100);
    assert_true(paid_by(&l, "b", NULL) == 13);
    assert_true(next_of(&l, "m") == 100 + 10 + 13);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_is_used_up),       cmocka_unit_test(what_was_used_is_remembered),
        cmocka_unit_test(all_of_the_cycle_is_known), cmocka_unit_test(what_was_paid_is_reached),
        cmocka_unit_test(definitions_know_it_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
