/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers: services that several give, panels by an attribute, what providers spend, payments
 * that come later. By hand. */
#include "policy_fixture.h"

#define CASH "        - {layer: cash, payer: patient, rest: true}\n"
#define STUDY(SERVICES) HEAD PARTIES ILL("{s: 2}") "services: {s: " SERVICES "}\n" ONE_POLICY
#define DATED(SERVICES)                                                                            \
    "hecate: 1\nmodel: life\ntime: {cycle: 1 year, cycles: 10, start_year: 2024}\n"                \
    "engine: {microsimulation: {persons: 10}}\nuncertainty: {seed: 1}\n"                           \
    "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, "                     \
    "discounting: discrete, within_cycle: start, one_off: {at: end}}\n" PARTIES ILL(               \
        "{s: 2}") "services: {s: " SERVICES "}\n" ONE_POLICY

static life open_ill(const char *text)
{
    life l = life_open(text);
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    life_in(&l, "health", "ill", "ill");
    return l;
}

/* What a mechanism pays to one provider. */
static double paid_to(const life *l, const char *mechanism, const char *provider)
{
    const hec_pay *pay = &life_of(l)->pay;
    double sum = 0;
    for (size_t i = 0; i < pay->n_postings; i++) {
        bool there = strcmp(l->model->parties[pay->postings[i].payee].name, provider) == 0;
        if (there && strcmp(pay->postings[i].mechanism, mechanism) == 0) {
            sum += life_value(l, pay->postings[i].value);
        }
    }
    return sum / 100;
}

static double observed(const life *l, int number)
{
    assert_true(number >= 0);
    return life_value(l, life_of(l)->life.observed[number]);
}

#define SHARED                                                                                     \
    STUDY("{at: {primary: if(referred == 1, 0.75, 0.25), tertiary: rest}, "                        \
          "tariff: {low: 40, high: 100}, resource: {primary: 30, tertiary: 90}}")                  \
    "      benefits:\n"                                                                            \
    "        - {layer: fee, payer: patient, deductible: 10, per: visit, at: low}\n"                \
    "        - {layer: basic, payer: fund, share: {low: 0.9, tertiary: 0.5}}\n" CASH               \
    "population: {referred: 0}\n"

/* Of 2 uses 1.5 below at 40 and 0.5 above at 100: charges 60 and 50. Below 15 of fees, 90 % of the
 * remaining 45; above half of 50. */
static void shares_are_paid_where_they_are_given(void **state)
{
    (void)state;
    life l = open_ill(SHARED);
    const hec_pay *pay = &life_of(&l)->pay;
    life_attribute(&l, "referred", 1);
    assert_true(paid_to(&l, "fee", "primary") == 15 && paid_to(&l, "fee", "tertiary") == 0);
    assert_true(paid_to(&l, "basic", "primary") == 40.5 && paid_to(&l, "cash", "primary") == 4.5);
    assert_true(paid_to(&l, "basic", "tertiary") == 25 && paid_to(&l, "cash", "tertiary") == 25);
    assert_true(observed(&l, pay->charge[0]) == 11000 && observed(&l, pay->allowed[0]) == 11000);
    assert_true(observed(&l, pay->quantity[0]) == 2);
    assert_int_equal(pay->n_parts, 2);
    assert_string_equal(pay->parts[0].name, "s at primary");
    assert_string_equal(l.model->parties[pay->parts[1].provider].name, "tertiary");
    assert_true(observed(&l, pay->parts[0].resource) == 4500);
    assert_true(observed(&l, pay->parts[1].resource) == 4500);
    assert_true(life_amount(&l, "resource") == 90 && life_amount(&l, "fund") == 65.5);
    assert_true(pay_is_good(&l));
    life_attribute(&l, "referred", 0); /* 0.5 and 1.5 uses: 20 - 5 = 15, and 150 */
    assert_true(paid_to(&l, "basic", "primary") == 13.5);
    assert_true(paid_to(&l, "basic", "tertiary") == 75 && life_amount(&l, "resource") == 150);
    life_in(&l, "health", "dead", "dead");
    assert_true(life_amount(&l, "fund") == 0 && life_amount(&l, "resource") == 0);
    assert_true(pay_is_good(&l));
    life_close(&l);
}

/* A sum of shares that is not 1, and a share that is none, for the person at hand. */
static void shares_are_checked(void **state)
{
    (void)state;
    life l = open_ill(STUDY("{at: {primary: x, tertiary: y}, tariff: 10}") "      benefits:\n" CASH
                                                                           "population: {x: 0, y: "
                                                                           "0}\n");
    static const struct {
        double x, y;
        bool good;
    } cases[] = {
        {0.3, 0.7, true}, {0, 1, true}, {0.3, 0.6, false}, {0.6, 0.6, false}, {1.2, -0.2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        life_attribute(&l, "x", cases[i].x);
        life_attribute(&l, "y", cases[i].y);
        assert_true(pay_is_good(&l) == cases[i].good);
        life_in(&l, "health", "dead", "dead"); /* who is dead uses nothing */
        assert_true(pay_is_good(&l));
        life_in(&l, "health", "ill", "ill");
    }
    life_close(&l);
}

/* A contract covers all parts of a service; how much is used is asked of all of them. */
static void contracts_see_all_parts(void **state)
{
    (void)state;
    life l = open_ill(STUDY(
        "{at: {primary: 0.75, tertiary: 0.25}, tariff: 40}") "      benefits:\n" CASH
                                                             "      contracts:\n"
                                                             "        care: {level: person, "
                                                             "covers: "
                                                             "[s], when: insured == 1, from: fund, "
                                                             "to: primary, pay: 7 * use(s) + "
                                                             "ytd_use(s)}\n"
                                                             "population: {insured: 0}\n");
    life_attribute(&l, "insured", 0);
    pay_account(&l, "ytd_use(s)", 5);
    assert_true(paid_to(&l, "cash", "primary") == 60 && paid_to(&l, "cash", "tertiary") == 20);
    assert_true(paid_by(&l, "care", NULL) == 0);
    assert_true(observed(&l, life_of(&l)->pay.charge[0]) == 8000);
    life_attribute(&l, "insured", 1);
    assert_true(paid_by(&l, "cash", NULL) == 0 && paid_by(&l, "care", NULL) == 19);
    assert_true(observed(&l, life_of(&l)->pay.charge[0]) == 0); /* of what benefits see */
    assert_true(life_next(&l, HEC_VARIABLE_ACCOUNT, "ytd_use(s)") == 7);
    life_close(&l);
}

/* By provider and then by year, or by year and then by tier. */
static void prices_follow_provider_and_year(void **state)
{
    (void)state;
    static const char *const texts[] = {
        DATED("{at: {primary: 0.5, tertiary: 0.5}, tariff: {primary: {2024: 30, 2026: 20}, "
              "tertiary: 60}}") "      benefits:\n" CASH,
        DATED("{at: {primary: 0.5, tertiary: 0.5}, tariff: {2024: {low: 30, high: 60}, "
              "2026: {low: 20, high: 60}}}") "      benefits:\n" CASH,
    };
    for (size_t i = 0; i < 2; i++) {
        life l = open_ill(texts[i]);
        l.inputs[HEC_CLOCK_YEAR] = 2025;
        assert_true(paid_to(&l, "cash", "primary") == 30 && paid_to(&l, "cash", "tertiary") == 60);
        l.inputs[HEC_CLOCK_YEAR] = 2026;
        assert_true(paid_to(&l, "cash", "primary") == 20 && paid_to(&l, "cash", "tertiary") == 60);
        life_close(&l);
    }
}

/* Staff of 500 for each person, 3 for what the services cost: nobody gets it, and all is resource
 * cost. */
static void providers_spend(void **state)
{
    (void)state;
    life l = open_ill(STUDY(
        "{at: primary, tariff: 40, resource: 30}") "      benefits:\n" CASH "      contracts:\n"
                                                   "        staff: {level: person, from: primary, "
                                                   "to: resource, pay: 500, lag: 6 months}\n"
                                                   "        share: {level: person, from: fund, to: "
                                                   "primary, pay: 0.1 * pays(resource)}\n"
                                                   "        beds: {level: panel, from: tertiary, "
                                                   "to: resource, pay: 1000 + "
                                                   "panel.sum(use(s))}\n");
    const hec_posting *staff = posting_of(&l, "staff", 0), *beds = posting_of(&l, "beds", 0);
    assert_true(l.model->parties[staff->payee].resource);
    assert_true(staff->lag == 0.5);
    assert_true(life_amount(&l, "resource") == 60 + 500);
    assert_true(life_amount(&l, "patient") == 80 && life_amount(&l, "fund") == 56);
    assert_int_equal(beds->level, HEC_LEVEL_PANEL);
    assert_true(l.model->parties[beds->payee].resource);
    pay_measured(&l, "panel.sum(use(s))", 12);
    assert_true(life_value(&l, beds->value) == 101200);
    life_close(&l);
}

/* What is due at once and what is due later are amounts of their own. */
static void payments_come_later(void **state)
{
    (void)state;
    life l = open_ill(
        STUDY("{at: primary, tariff: 40}") "      benefits:\n"
                                           "        - {layer: basic, payer: fund, "
                                           "share: 0.25, lag: 3 months}\n" CASH "      contracts:\n"
                                           "        care: {level: person, from: fund, "
                                           "to: primary, pay: 7}\n"
                                           "        back: {level: person, from: "
                                           "primary, to: fund, pay: 2, lag: 0.25}\n");
    const hec_life *lived = &life_of(&l)->life;
    double now = 0, later = 0;
    for (size_t i = 0; i < lived->n_amounts; i++) {
        const hec_life_amount *amount = &lived->amounts[i];
        bool fund = strcmp(l.model->outcomes[amount->outcome].name, "fund") == 0;
        now += fund && amount->lag == 0 ? life_value(&l, amount->value) : 0;
        later += fund && amount->lag == 0.25 ? life_value(&l, amount->value) : 0;
    }
    assert_true(now == 7 && later == 18);
    assert_true(life_amount(&l, "fund") == 25 && life_amount(&l, "patient") == 60);
    assert_true(posting_of(&l, "basic", 0)->lag == 0.25 && posting_of(&l, "care", 0)->lag == 0);
    life_close(&l);
}

/* Persons to panels: in turn, or by a number that is one of them. */
static void persons_belong_to_panels(void **state)
{
    (void)state;
    hec_party in_turn = {.provider = true, .panels = 4, .attribute = -1};
    hec_party by = {.provider = true, .panels = 4, .attribute = 0};
    hec_party none = {.provider = true, .attribute = -1};
    size_t panel = 9;
    assert_true(hec_party_panel(&in_turn, 6, NAN, &panel) && panel == 2);
    assert_true(hec_party_panel(&none, 6, NAN, &panel) && panel == 0);
    assert_true(hec_party_panel(&by, 6, 4, &panel) && panel == 3);
    static const double wrong[] = {0, -1, 5, 1.5, NAN, INFINITY, -INFINITY, 1e300};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(hec_party_panel(&by, 6, wrong[i], &panel));
        assert_int_equal(panel, 0);
    }
    life l =
        open_ill(HEAD "payers: [fund]\nproviders: {primary: {panels: 4, belongs: county}}\n" ILL(
            "{s: 1}") "population: {age: 3, county: 2}\nservices: {s: {at: primary, tariff: "
                      "10}}\n" ONE_POLICY "      benefits:\n" CASH "      contracts:\n"
                      "        c: {level: panel, from: fund, to: primary, pay: "
                      "panel.person_years}\n");
    const hec_party *primary = &l.model->parties[2];
    assert_string_equal(primary->name, "primary");
    assert_int_equal(primary->attribute, 1);
    int number = life_of(&l)->pay.belongs[2];
    life_attribute(&l, "county", 3);
    assert_true(observed(&l, number) == 3 && pay_is_good(&l));
    life_attribute(&l, "county", 2.5);
    assert_false(pay_is_good(&l));
    life_attribute(&l, "county", 5);
    assert_false(pay_is_good(&l));
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_paid_where_they_are_given),
        cmocka_unit_test(shares_are_checked),
        cmocka_unit_test(contracts_see_all_parts),
        cmocka_unit_test(prices_follow_provider_and_year),
        cmocka_unit_test(providers_spend),
        cmocka_unit_test(payments_come_later),
        cmocka_unit_test(persons_belong_to_panels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
