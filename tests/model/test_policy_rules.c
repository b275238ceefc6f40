/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules, and what persons read of everybody: which numbers are asked for, of whom, and what they
 * are sums of. */
#include "policy_fixture.h"

#define LIVES                                                                                      \
    HEAD PARTIES "parameters: {p_ill: {value: 0.2, unit: probability}, base: 30}\n"                \
                 "population: {age: 50}\n"                                                         \
                 "chains: {health: {start: well, states: {well: {use: {s: 1}, to: {ill: p_ill}}, " \
                 "ill: {use: {s: 2}, to: {dead: 0.1}}, dead: {dead: true}}}}\n"                    \
                 "services: {s: {at: tertiary, tariff: 100, resource: 60}, r: {at: primary}}\n"
#define POLICY "strategies:\n  p:\n    policy:\n"
#define CASH "      benefits: [{layer: cash, payer: patient, rest: true}]\n"

static const hec_pay *pay_of(const life *l)
{
    return &life_of(l)->pay;
}

/* The only feed of a kind. */
static const hec_feed *feed_of(const life *l, int kind, size_t skip)
{
    for (size_t i = 0; i < pay_of(l)->n_feeds; i++) {
        if ((int)pay_of(l)->feeds[i].kind == kind && skip-- == 0) {
            return &pay_of(l)->feeds[i];
        }
    }
    fail_msg("there is no feed of the kind %d", kind);
    return NULL;
}

static const char *provider_of(const life *l, const hec_feed *feed)
{
    return feed->provider < 0 ? "the region" : l->model->parties[feed->provider].name;
}

static void feed(life *l, const hec_feed *of, double value)
{
    l->inputs[of->input] = value;
}

/* What a person adds to the measure behind a feed. */
static double measured(const life *l, const hec_feed *of)
{
    const hec_measure *m = &pay_of(l)->measures[of->index];
    assert_int_equal(m->provider, of->provider);
    return life_value(l, life_of(l)->life.observed[m->observed]) * m->factor / m->divisor;
}

static void a_rule_goes_on(void **state)
{
    (void)state;
    life l = life_open(
        LIVES POLICY CASH
        "      rules:\n"
        "        price: {level: region, start: 2 * base, update: region.price * 1.5, source: x}\n"
        "        good: {level: panel, at: tertiary, start: false, update: panel.good > 0 or "
        "panel.sum(use(s)) < region.price}\n"
        "      contracts:\n"
        "        c: {level: panel, from: fund, to: tertiary, pay: region.price + 10 * "
        "panel.good}\n");
    const hec_rule *price = &pay_of(&l)->rules[0], *good = &pay_of(&l)->rules[1];
    assert_int_equal(pay_of(&l)->n_rules, 2);
    assert_int_equal(pay_of(&l)->n_feeds, 0); /* nobody lives by it */
    assert_int_equal(price->provider, -1);
    assert_string_equal(l.model->parties[good->provider].name, "tertiary");
    assert_true(life_value(&l, price->start) == 60 && life_value(&l, good->start) == 0);
    l.inputs[price->input] = 60;
    l.inputs[good->input] = 0;
    pay_measured(&l, "panel.sum(use(s))", 59);
    assert_true(life_value(&l, price->update) == 90 && life_value(&l, good->update) == 1);
    pay_measured(&l, "panel.sum(use(s))", 60);
    assert_true(life_value(&l, good->update) == 0);
    l.inputs[good->input] = 1;
    assert_true(life_value(&l, good->update) == 1);
    assert_true(life_value(&l, posting_of(&l, "c", 0)->value) == 7000);
    assert_int_equal(hec_graph_node_at(l.model->graph, good->update)->depends,
                     HEC_DEP_STRATUM | HEC_DEP_CYCLE);
    life_close(&l);
}

/* Which panels are meant: of the service, the contract, the behaviour; of a rule its own. */
static void persons_read_their_own_panel(void **state)
{
    (void)state;
    life l = life_open(
        LIVES POLICY
        "      benefits:\n"
        "        - {layer: basic, payer: fund, share: last_year(panel.share(age > 50))}\n"
        "        - {layer: cash, payer: patient, rest: true}\n"
        "      services: {s: {tariff: 100 + so_far(panel.person_years) + panel.class}}\n"
        "      rules: {class: {level: panel, at: primary, start: 3, update: panel.class}}\n"
        "      contracts: {c: {level: person, from: primary, to: fund, pay: "
        "last_year(panel.count(age > 50))}}\n"
        "      behaviours: {b: {on: p_ill, at: tertiary, odds: last_year(panel.share(age > 50)), "
        "scenario: x}}\n");
    assert_int_equal(pay_of(&l)->n_feeds, 5); /* the share of the layer is that of the behaviour */
    const hec_feed *share = feed_of(&l, HEC_FEED_LAST_YEAR, 0);
    const hec_feed *people = feed_of(&l, HEC_FEED_LAST_YEAR, 1);
    const hec_feed *count = feed_of(&l, HEC_FEED_LAST_YEAR, 2);
    const hec_feed *years = feed_of(&l, HEC_FEED_SO_FAR, 0);
    const hec_feed *class = feed_of(&l, HEC_FEED_RULE, 0);
    assert_string_equal(provider_of(&l, share), "tertiary");
    assert_string_equal(provider_of(&l, people), "tertiary");
    assert_string_equal(provider_of(&l, count), "primary");
    assert_string_equal(provider_of(&l, years), "tertiary");
    assert_string_equal(provider_of(&l, class), "primary");
    life_in(&l, "health", "well", "well");
    life_attribute(&l, "age", 60);
    assert_true(measured(&l, share) == 1 && measured(&l, people) == 1 && measured(&l, count) == 1);
    feed(&l, share, 3);
    feed(&l, people, 10);
    feed(&l, count, 7);
    feed(&l, years, 20);
    feed(&l, class, 5);
    assert_true(paid_by(&l, "basic", "s") == 37.5 && paid_by(&l, "cash", "s") == 87.5);
    assert_true(paid_by(&l, "c", NULL) == 7);
    double odds = 0.25 * 0.3;
    assert_true(fabs(life_move(&l, "well", "ill") - odds / (1 + odds)) < 1e-15);
    feed(&l, people, 0); /* of nobody */
    assert_true(paid_by(&l, "basic", "s") == 0);
    life_close(&l);
}

/* A column changes with the cycle and is nobody else's; one number for all is worked out once. */
static void numbers_come_anew_in_every_cycle(void **state)
{
    (void)state;
    life l = life_open(LIVES POLICY CASH
                       "      services: {s: {tariff: so_far(region.sum(use(s)))}, r: {tariff: 1}}\n"
                       "      contracts: {c: {level: person, from: fund, to: primary, pay: "
                       "so_far(panel.sum(use(s)))}}\n");
    const hec_feed *region = feed_of(&l, HEC_FEED_SO_FAR, 0);
    const hec_feed *panel = feed_of(&l, HEC_FEED_SO_FAR, 1);
    hec_id ids[] = {
        hec_graph_input(l.model->graph, region->input, 0, "", HEC_NOWHERE),
        hec_graph_input(l.model->graph, panel->input, 0, "", HEC_NOWHERE),
    };
    assert_int_equal(hec_graph_node_at(l.model->graph, ids[0])->depends, HEC_DEP_CYCLE);
    assert_int_equal(hec_graph_node_at(l.model->graph, ids[1])->depends,
                     HEC_DEP_CYCLE | HEC_DEP_STATE);
    assert_int_equal(region->index, feed_of(&l, HEC_FEED_SO_FAR, 0)->index);
    assert_string_equal(provider_of(&l, region), "the region");
    assert_string_equal(provider_of(&l, panel), "primary");
    life_close(&l);
}

/* A sum that a layer asks for counts what later layers and contracts pay, too. */
static void sums_are_of_all_that_is_paid(void **state)
{
    (void)state;
    life l = life_open(
        LIVES POLICY
        "      benefits:\n"
        "        - {layer: basic, payer: fund, pays: if(last_year(region.sum(pays(cash) + "
        "pays(late) + pays(basic))) > 0, 10, 20)}\n"
        "        - {layer: cash, payer: patient, rest: true}\n"
        "      contracts: {late: {level: person, from: aid, to: tertiary, pay: 7}}\n");
    const hec_feed *sum = feed_of(&l, HEC_FEED_LAST_YEAR, 0);
    life_in(&l, "health", "ill", "ill");
    feed(&l, sum, 1); /* 2 uses at 100, and 7 */
    assert_true(measured(&l, sum) == 207);
    assert_true(paid_by(&l, "basic", NULL) == 10 && paid_by(&l, "cash", NULL) == 190);
    feed(&l, sum, 0);
    assert_true(measured(&l, sum) == 207);
    assert_true(paid_by(&l, "basic", NULL) == 20);
    life_close(&l);
}

/* Contracts that read each other come in turn, whatever the order they are written in. */
static void settlements_have_ranks(void **state)
{
    (void)state;
    life l = life_open(
        LIVES POLICY CASH
        "      contracts:\n"
        "        third: {level: region, from: fund, to: tertiary, pay: settled(second)}\n"
        "        second: {level: panel, from: fund, to: tertiary, pay: 2 * settled(first), settle: "
        "region.settled(first)}\n"
        "        first: {level: panel, from: fund, to: tertiary, pay: 1 + "
        "last_year(settled(third))}\n"
        "        person: {level: person, from: fund, to: tertiary, pay: last_year(settled(second)) "
        "+ last_year(region.settled(first)) + last_year(settled(third))}\n");
    const hec_posting *first = posting_of(&l, "first", 0), *third = posting_of(&l, "third", 0);
    const hec_posting *second = posting_of(&l, "second", 0), *later = posting_of(&l, "second", 1);
    assert_int_equal(first->rank, 0);
    assert_int_equal(second->rank, 1);
    assert_int_equal(later->rank, 1);
    assert_int_equal(third->rank, 2);
    l.inputs[third->last_input] = 4200;
    assert_true(life_value(&l, first->value) == 4300); /* 1 and 42 */
    l.inputs[first->input] = 300;
    assert_true(life_value(&l, second->value) == 600);
    l.inputs[first->all_input] = 900;
    assert_true(life_value(&l, later->value) == 900);
    l.inputs[second->all_input] = 1000;
    l.inputs[later->all_input] = 200;
    assert_true(life_value(&l, third->value) == 1200);
    assert_int_equal(pay_of(&l)->n_feeds, 4); /* second has two parts */
    const char *whose[] = {"tertiary", "tertiary", "the region", "the region"};
    for (size_t i = 0; i < 4; i++) {
        const hec_feed *of = feed_of(&l, HEC_FEED_SETTLED, i);
        assert_string_equal(provider_of(&l, of), whose[i]);
        feed(&l, of, 100 * (double)(i + 1));
    }
    assert_ptr_equal(&pay_of(&l)->postings[feed_of(&l, HEC_FEED_SETTLED, 2)->index], first);
    life_in(&l, "health", "well", "well");
    assert_true(paid_by(&l, "person", NULL) == 10);
    life_close(&l);
}

/* With the door closed lives read nothing of everybody; tariffs still do. */
static void the_door_closes_what_is_read(void **state)
{
    (void)state;
    static const char *const doors[] = {"", "behaviours: off\n"};
    for (size_t i = 0; i < 2; i++) {
        char text[4096];
        (void)snprintf(
            text, sizeof text, "%s%s", doors[i],
            LIVES POLICY CASH
            "      services: {s: {tariff: region.price}}\n"
            "      rules: {price: {level: region, start: 1, update: region.price}}\n"
            "      behaviours: {b: {on: p_ill, odds: 1 + last_year(region.share(age > 50)), "
            "scenario: x}}\n");
        life l = life_open(text);
        assert_int_equal(pay_of(&l)->n_feeds, i == 0 ? 3 : 1);
        feed(&l, feed_of(&l, HEC_FEED_RULE, 0), 9);
        life_in(&l, "health", "well", "well");
        assert_true(paid_by(&l, "cash", NULL) == 9);
        if (i == 1) {
            assert_true(life_move(&l, "well", "ill") == 0.2);
        }
        life_close(&l);
    }
}

/* At time 0 nobody has lived: a rule is what it starts with, a sum is 0. */
static void nothing_is_known_at_the_start(void **state)
{
    (void)state;
    life l = life_open(HEAD PARTIES
                       "parameters: {first: 1, base: 30}\n"
                       "population: {age: 50}\n"
                       "attributes: {x: {start: first, update: first}}\n"
                       "chains: {health: {start: well, states: {well: {use: {s: 1}, to: {dead: "
                       "0.1}}, dead: {dead: true}}}}\n"
                       "services: {s: {at: tertiary, tariff: x}}\n" POLICY CASH
                       "      rules: {price: {level: region, start: 2 * base, update: 1}}\n"
                       "      behaviours: {b: {on: first, add: region.price + "
                       "last_year(region.sum(age)), scenario: x}}\n");
    size_t x = life_variable(&l, HEC_VARIABLE_ATTRIBUTE, "x");
    assert_true(life_value(&l, life_of(&l)->life.initial[x]) == 61);
    feed(&l, feed_of(&l, HEC_FEED_RULE, 0), 5);
    feed(&l, feed_of(&l, HEC_FEED_LAST_YEAR, 0), 100);
    assert_true(life_value(&l, life_of(&l)->life.next[x]) == 106);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_goes_on),
        cmocka_unit_test(persons_read_their_own_panel),
        cmocka_unit_test(numbers_come_anew_in_every_cycle),
        cmocka_unit_test(sums_are_of_all_that_is_paid),
        cmocka_unit_test(settlements_have_ranks),
        cmocka_unit_test(the_door_closes_what_is_read),
        cmocka_unit_test(nothing_is_known_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
