/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Story: who paid for one person, year by year. */
#include <math.h>

#include "batch/story.h"
#include "store/prose.h"

enum { YEAR, MECHANISM, PAYER, PAYEE, SERVICE, AMOUNT, COLUMNS };

static void open_table(hec_story_table *table)
{
    static const char *const heads[COLUMNS] = {"year", "what",    "who pays",
                                               "whom", "service", "amount"};
    if (hec_story_table_open(table, COLUMNS, COLUMNS - 1)) {
        for (size_t i = 0; i < COLUMNS; i++) {
            hec_story_table_add(table, heads[i]);
        }
        table->right[YEAR] = table->right[AMOUNT] = true;
    }
}

static void add_row(const hec_model *m, const hec_posting *posting, const char *year, int64_t fen,
                    hec_story_table *table)
{
    char amount[HEC_FIXED_BYTES];
    hec_number_fixed((double)fen / HEC_FEN, 2, amount);
    hec_story_table_add(table, year);
    hec_story_table_add(table, posting->mechanism);
    hec_story_table_add(table, m->parties[posting->payer].name);
    hec_story_table_add(table, m->parties[posting->payee].name);
    hec_story_table_add(
        table, posting->service < 0
                   ? ""
                   : m->outcomes[m->n_costs + m->n_effects + (size_t)posting->service].name);
    hec_story_table_add(table, amount);
}

/* Which panels the person belongs to, where some contract is settled with panels. */
static void add_panels(const hec_model *m, const hec_pay *pay, int64_t person, hec_text *out)
{
    size_t told = 0;
    for (size_t i = 0; i < m->n_parties; i++) {
        bool settled = false;
        for (size_t k = 0; k < pay->n_postings; k++) {
            settled = settled || hec_ledger_settles(m, &pay->postings[k]) == (int)i;
        }
        if (settled && m->parties[i].panels > 0) {
            hec_text_format(out, "%s panel %lld of %s", told++ ? ", " : "  This person counts for",
                            (long long)(person % m->parties[i].panels) + 1, m->parties[i].name);
        }
    }
    hec_text_add(out, told ? "; what is settled with panels is in no person's costs.\n" : "");
}

void hec_story_paid(const hec_story *story, const hec_ledger *ledger, hec_text *out)
{
    const hec_model *m = story->study->model;
    const hec_pay *pay = &m->strategies[story->strategy].pay;
    const hec_ledger_plan *plan = ledger->plan;
    hec_story_table table;
    size_t rows = 0;
    open_table(&table);
    for (size_t y = 0; y < plan->n_years; y++) {
        char year[32];
        bool first = true;
        (void)snprintf(year, sizeof year, "%.0f", plan->years[y]);
        for (size_t i = 0; i < pay->n_postings; i++) {
            int64_t fen = *hec_ledger_amount(ledger, story->strategy, y, i);
            if (fen != 0) {
                add_row(m, &pay->postings[i], first ? year : "", fen, &table);
                first = false;
                rows++;
            }
        }
    }
    if (rows > 0) {
        hec_text_format(out, "\n  Who paid, undiscounted, in %s:\n\n", m->economics.currency);
        hec_story_table_print(&table, out);
    } else {
        hec_text_add(out, "\n  Nobody paid for anything.\n");
    }
    add_panels(m, pay, story->person, out);
    hec_story_table_close(&table);
}
