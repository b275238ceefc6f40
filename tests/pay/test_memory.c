/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What contracts remember of what they paid, in whole lives: numbers worked out by hand. */
#include "pay_study.h"

/* Fen that a mechanism pays in a year, by whatever posting. */
static int64_t paid_in(const hec_result *r, size_t year, size_t years, const char *mechanism)
{
    size_t n = 0, postings;
    const int64_t *fen = pay_fen(r, "ledger/amount", &n);
    int64_t sum = 0;
    postings = n / years;
    for (size_t i = 0; i < postings; i++) {
        if (strcmp(hec_result_text(r, "ledger/mechanism", i), mechanism) == 0) {
            sum += fen[year * postings + i];
        }
    }
    return sum;
}

/* 2,500 for a life; one admission a year, at 1,000 or at 2,000: of one person 1,000, 1,000, 500 and
 * nothing; of the other 2,000 and 500. Once more where lives go on together. */
static void a_budget_lasts_for_years(void **state)
{
    (void)state;
    static const char *const factors[] = {"", " * if(so_far(region.sum(pays(c))) >= 0, 1, 0)"};
    static const int64_t expected[] = {6000, 3000, 1000, 0};
    for (size_t i = 0; i < 2; i++) {
        char tail[1024];
        snprintf(tail, sizeof tail,
                 PAY_CONTRACT("level: person, pay: \"min(left, n * 1000 * use(admission))%s\", "
                              "memory: {left: {start: 2500, update: left - pays(c)}}"),
                 factors[i]);
        for (int threads = 1; threads <= 4; threads += 3) {
            const hec_run_options options = {.threads = threads};
            hec_result *r = pay_run(PAY_TIME("1 year", "4"), tail, 4, 1, "n\n1\n2\n", &options);
            for (size_t year = 0; year < 4; year++) {
                assert_true(paid_in(r, year, 4, "c") == 100 * expected[year]);
            }
            hec_result_destroy(r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_lasts_for_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
