/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is paid is got, is what was charged, and is what persons' costs say; whatever the policy,
 * the threads and the blocks. Settlements that go wrong are named. */
#include "pay_study.h"

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* A policy at random. In half of them death comes beside the chain, so that lives are masked. */
static void write_policy(uint64_t *seed, int persons, int draws, char *text, size_t size)
{
    static const char *const layers[] = {
        "{layer: first, payer: patient, pays: max(0, 800.555 - ytd(first)), services: [bed]}",
        "{layer: basic, payer: fund, share: 0.666}",
        "{layer: own, payer: commercial, pays: min(remainder, 0.37 * charge)}",
        "{layer: yearly, payer: fund, share: 0.5, ceiling: 1234.56, per: year}",
        "{layer: old, payer: aid, share: 0.9, when: age > 60}"};
    static const char *const contracts[] = {
        "        care: {level: person, from: fund, to: low, covers: [lesson], when: age > 55, "
        "pay: 61.237 * use(lesson)}\n",
        "        heads: {level: panel, from: fund, to: low, pay: 0.7 * 33.337 * "
        "panel.person_years, "
        "settle: 10 * panel.person_years * panel.share(at_year_end(age > 60)), lag: 1 year}\n",
        "        points: {level: panel, from: aid, to: high, "
        "split: if(region.person_years > 0, 98765.43, 0), by: panel.person_years + panel.sum(1.7 * "
        "use(bed))}\n",
        "        back: {level: region, from: high, to: fund, pay: 3.333 * region.count(in(heart, "
        "ill))}\n"};
    char chosen[2048] = "", agreed[2048] = "";
    for (size_t i = 0; i < 5; i++) {
        if (next(seed) % 2) {
            strcat(strcat(chosen, layers[i]), ", ");
        }
    }
    for (size_t i = 0; i < 4; i++) {
        if (next(seed) % 2) {
            strcat(agreed, contracts[i]);
        }
    }
    int n = snprintf(
        text, size,
        "hecate: 1\nmodel: random\n"
        "time: {cycle: 3 months, cycles: 11, start_year: 2024}\n"
        "engine: {microsimulation: {persons: %d, per_draw: 300}}\n"
        "uncertainty: {seed: %d, draws: %d}\n"
        "population: {age: {dist: normal(mean: 60, sd: 8)}}\n"
        "parameters: {p_ill: {value: 0.2, dist: beta(mean: 0.2, sd: 0.05)}}\n"
        "chains: {heart: {start: well, states: {well: {utility: 1, use: {lesson: 8}, to: {ill: "
        "p_ill}}, "
        "ill: {utility: 0.5, use: {bed: 3.3}, to: {well: 0.3, dead: 0.1}}, dead: {dead: true}}}}\n"
        "%spayers: [fund, commercial, aid]\n"
        "providers: {low: {panels: %d}, high: {panels: %d}}\n"
        "services:\n"
        "  lesson: {at: low, tariff: 60.01, resource: 41}\n"
        "  bed: {at: high, tariff: 987.65, resource: 800, coverage: 0.9, ceiling: 900}\n"
        "perspectives: {all: all, f: [fund]}\n"
        "economics: {perspective: all, currency: CNY, discount: {cost: 5%%, effect: 3%%},\n"
        "            discounting: discrete, within_cycle: start, one_off: {at: start},\n"
        "            effect: qaly, wtp: [0, 20000]}\n"
        "strategies:\n  none: {}\n  p:\n    policy:\n"
        "      benefits: [%s{layer: cash, payer: patient, rest: true}]\n"
        "      contracts:\n%s"
        "        last: {level: person, from: commercial, to: high, pay: 0.012}\n",
        persons, (int)(1 + next(seed) % 1000), draws,
        next(seed) % 2 ? "events: {crash: {prob: 0.02, fatal: true}}\n" : "",
        (int)(1 + next(seed) % 7), (int)(1 + next(seed) % 40), chosen, agreed);
    assert_true(n > 0 && (size_t)n < size);
}

static double sum_of(const hec_result *r, const char *path, size_t from, size_t n)
{
    double sum = 0;
    for (size_t i = from; i < from + n; i++) {
        sum += result_at(r, path, i);
    }
    return sum;
}

/* What a payer pays less what it gets under the second strategy; who has no part in any is not there. */
static double net_of(const hec_result *r, size_t payer)
{
    static const char *const names[] = {"patient", "fund", "commercial", "aid"};
    const hec_dataset *d = hec_result_dataset(r);
    const hec_dimension *there = &d->dimensions[hec_dataset_find_dimension(d, "payer")];
    for (size_t i = 0; i < there->length; i++) {
        if (strcmp(there->labels[i], names[payer]) == 0) {
            return result_at(r, "ledger/payer_paid", there->length + i) -
                   result_at(r, "ledger/payer_received", there->length + i);
        }
    }
    return 0;
}


static void money_is_conserved(void **state)
{
    (void)state;
    static char text[16384];
    uint64_t seed = 11;
    enum { PERSONS = 3000, YEARS = 3, SERVICES = 2 };
    for (int round = 0; round < 12; round++) {
        write_policy(&seed, PERSONS, 0, text, sizeof text);
        hec_result *r = study_text_run(text, NULL);
        size_t n = 0, n_service = 0, shape[6];
        const int64_t *fen = pay_fen(r, "ledger/amount", &n);
        const int64_t *charge = pay_fen(r, "ledger/charge", &n_service);
        size_t postings = n / (2 * YEARS);
        (void)result_array(r, "ledger/total", shape);
        assert_true(shape[0] == 2 && shape[1] == postings);
        assert_int_equal(n_service, 2 * YEARS * SERVICES);
        for (size_t year = 0; year < YEARS; year++) {
            int64_t paid[SERVICES] = {0};
            for (size_t i = 0; i < postings; i++) {
                assert_int_equal(fen[year * postings + i], 0); /* nobody has a policy there */
                const char *of = hec_result_text(r, "ledger/service", i);
                int service = strcmp(of, "lesson") == 0 ? 0 : strcmp(of, "bed") == 0 ? 1 : -1;
                if (service >= 0) {
                    paid[service] += fen[(YEARS + year) * postings + i];
                }
                if (strcmp(hec_result_text(r, "ledger/mechanism", i), "points") == 0) {
                    assert_int_equal(fen[(YEARS + year) * postings + i], 9876543);
                }
            }
            const int64_t *charged = charge + (YEARS + year) * SERVICES;
            assert_int_equal(paid[0], charged[0]); /* without what contracts cover */
            assert_int_equal(paid[1], charged[1]);
            assert_true(charged[1] > 0);
        }
        double gets = sum_of(r, "ledger/receipts", 2 * YEARS, 2 * YEARS) -
                      sum_of(r, "ledger/paid_out", 2 * YEARS, 2 * YEARS);
        double pays = 0;
        for (size_t payer = 0; payer < 4; payer++) {
            double net = net_of(r, payer);
            double cost = result_at(r, "base/category_cost_undiscounted", 5 + payer) * PERSONS;
            assert_true(fabs(net - cost) < 1e-9 * (1 + fabs(net)));
            pays += net;
        }
        assert_true(fabs(gets - pays) < 1e-9 * (1 + pays));
        double resource = result_at(r, "base/category_cost_undiscounted", 9) * PERSONS;
        assert_true(fabs(sum_of(r, "ledger/resource_cost", 2 * YEARS, 2 * YEARS) - resource) <
                    1e-9 * resource);
        hec_result_destroy(r);
    }
}

static void assert_same(const hec_result *a, const hec_result *b)
{
    const hec_dataset *d = hec_result_dataset(a);
    for (size_t i = 0; i < d->n_arrays; i++) {
        const hec_array *x = &d->arrays[i], *y = hec_dataset_array(hec_result_dataset(b), x->path);
        assert_non_null(y);
        assert_int_equal(x->count, y->count);
        if (x->kind != HEC_ARRAY_TEXT &&
            memcmp(x->data.doubles, y->data.doubles, x->count * sizeof(double)) != 0) {
            fail_msg("%s differs", x->path);
        }
    }
}

/* Base case of several chunks, draws of one and of several. */
static void threads_and_blocks_change_nothing(void **state)
{
    (void)state;
    static char text[16384];
    uint64_t seed = 23;
    for (int round = 0; round < 3; round++) {
        write_policy(&seed, 20000, 12, text, sizeof text);
        char *per_draw = strstr(text, "per_draw: 300");
        assert_non_null(per_draw);
        if (round == 1) {
            memcpy(per_draw, "per_draw: 9e3", 13); /* of two chunks */
        }
        hec_result *one = study_text_run(text, &(hec_run_options){.threads = 1, .block = 512});
        hec_result *two = study_text_run(text, &(hec_run_options){.threads = 3, .block = 64});
        assert_same(one, two);
        hec_result_destroy(one);
        hec_result_destroy(two);
    }
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

static void fails_with(const char *tail, const char *words)
{
    char text[8192];
    pay_rows rows = pay_rows_open("points\n0\n0\n");
    (void)snprintf(text, sizeof text,
                   "%sengine: {microsimulation: {persons: 4}}\n"
                   "population: {file: %s, rows: in-turn}\n"
                   "providers: {hospital: {panels: 2}}\n%s%s",
                   PAY_TIME("1 year", "2"), rows.path, PAY_REST, tail);
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_E_VALUE);
    char *said = hec_diagnostics_text(s.diagnostics, false);
    if (!said || !strstr(said, words)) {
        fail_msg("not said: %s; but:\n%s", words, said ? said : "");
    }
    free(said);
    study_text_close(&s);
    unlink(rows.path);
}

static void mistakes_are_located(void **state)
{
    (void)state;
    fails_with(PAY_CONTRACT("level: panel, split: 1000, by: panel.sum(points)"),
               "`c` has 1000.00 to share out, and nobody has any part in it: strategy p, 2024");
    fails_with(PAY_CONTRACT("level: panel, pay: 100 / panel.sum(points)"),
               "strategy p, 2024, panel 1 of hospital");
    fails_with(PAY_CONTRACT("level: panel, pay: if(year == 2025, -1, 1) * panel.person_years"),
               "`c` pays -2: strategy p, 2025, panel 1 of hospital");
    fails_with(PAY_CONTRACT("level: panel, split: 100, by: panel.sum(points - 1)"),
               "`c` is shared out by -2: strategy p, 2024, panel 1 of hospital");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_is_conserved),
        cmocka_unit_test(threads_and_blocks_change_nothing),
        cmocka_unit_test(mistakes_are_located),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
