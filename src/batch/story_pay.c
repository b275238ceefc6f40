/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Story: who paid for one person, when and how much. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch/posting_list.h"
#include "batch/story.h"
#include "store/prose.h"

enum { WHEN, PAID, MECHANISM, PAYER, PAYEE, SERVICE, AMOUNT, COLUMNS };
enum { DATE_BYTES = 32 };

static bool open_table(hec_story_table *table)
{
    static const char *const heads[COLUMNS] = {"when", "paid",    "what",  "who pays",
                                               "whom", "service", "amount"};
    if (!hec_story_table_open(table, COLUMNS, COLUMNS - 1)) {
        return false;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        hec_story_table_add(table, heads[i]);
    }
    table->right[AMOUNT] = true;
    return true;
}

/* Year and month, or years since the start where no start year is stated. */
static void date_text(const hec_model *m, double time, char out[DATE_BYTES])
{
    double date = m->start_year + time, year = floor(date + 1e-9);
    if (isnan(date)) {
        (void)snprintf(out, DATE_BYTES, "%.4g", time);
    } else {
        double month = fmin(floor(12 * (date - year) + 1e-6) + 1, 12);
        (void)snprintf(out, DATE_BYTES, "%.0f-%02.0f", year, fmax(month, 1));
    }
}

static void add_money(int64_t fen, hec_story_table *table)
{
    char amount[HEC_FIXED_BYTES];
    hec_number_fixed((double)fen / HEC_FEN, 2, amount);
    hec_story_table_add(table, amount);
}

/* `first`: of its cycle. */
static void add_row(const hec_model *m, const hec_ledger_row *row, bool first,
                    hec_story_table *table)
{
    const hec_posting *p = &m->strategies[row->strategy].pay.postings[row->posting];
    char when[DATE_BYTES], paid[DATE_BYTES];
    date_text(m, hec_ledger_accrual(m, row->cycle), when);
    date_text(m, hec_ledger_payment(m, p, row->cycle), paid);
    hec_story_table_add(table, first ? when : "");
    hec_story_table_add(table, strcmp(when, paid) != 0 ? paid : "");
    hec_story_table_add(table, p->mechanism);
    hec_story_table_add(table, m->parties[p->payer].name);
    hec_story_table_add(table, m->parties[p->payee].name);
    hec_story_table_add(table, hec_posting_service(m, p));
    add_money(row->fen, table);
}

/* What every party paid in each year: sums[years][parties]. */
static void sum_years(const hec_model *m, const hec_ledger_rows *paid, int64_t *sums, bool *pays)
{
    for (size_t i = 0; i < paid->n; i++) {
        const hec_ledger_row *row = &paid->rows[i];
        int payer = m->strategies[row->strategy].pay.postings[row->posting].payer;
        size_t year = paid->plan->year_of[row->cycle - 1];
        sums[year * m->n_parties + (size_t)payer] += row->fen;
        pays[payer] = true;
    }
}

static bool add_years(const hec_model *m, const hec_ledger_rows *paid, hec_text *out)
{
    size_t years = paid->plan->n_years, payers = 0;
    int64_t *sums = calloc(years * m->n_parties + 1, sizeof *sums);
    bool *pays = calloc(m->n_parties + 1, sizeof *pays);
    hec_story_table table = {0};
    bool good = sums && pays;
    if (good) {
        sum_years(m, paid, sums, pays);
    }
    for (size_t k = 0; good && k < m->n_parties; k++) {
        payers += pays[k];
    }
    good = good && hec_story_table_open(&table, payers + 1, 1);
    for (size_t row = 0; good && row <= years; row++) { /* the heads first */
        char year[DATE_BYTES];
        (void)snprintf(year, sizeof year, "%.0f", row > 0 ? paid->plan->years[row - 1] : 0);
        hec_story_table_add(&table, row > 0 ? year : "year");
        for (size_t k = 0; k < m->n_parties; k++) {
            if (pays[k] && row > 0) {
                add_money(sums[(row - 1) * m->n_parties + k], &table);
            } else if (pays[k]) {
                hec_story_table_add(&table, m->parties[k].name);
            }
        }
    }
    for (size_t k = 1; good && k <= payers; k++) {
        table.right[k] = true;
    }
    if (good) {
        hec_text_add(out, "\n  Who paid how much in each year:\n\n");
        hec_story_table_print(&table, out);
    }
    hec_story_table_close(&table);
    free(sums);
    free(pays);
    return good;
}

/* Which panels the person belongs to, where some contract is settled with panels. */
static void add_panels(const hec_story *story, hec_text *out)
{
    const hec_model *m = story->study->model;
    const hec_pay *pay = &m->strategies[story->strategy].pay;
    size_t told = 0;
    for (size_t i = 0; i < m->n_parties; i++) {
        bool settled = false;
        for (size_t k = 0; k < pay->n_postings; k++) {
            settled = settled || hec_ledger_settles(m, &pay->postings[k]) == (int)i;
        }
        const hec_party *party = &m->parties[i];
        size_t panel = 0;
        if (settled && party->panels > 0) {
            (void)hec_party_panel(party, (uint64_t)story->person,
                                  party->attribute < 0 ? 0 : story->attributes[party->attribute],
                                  &panel);
            hec_text_format(out, "%s panel %zu of %s", told++ ? "," : "\n  This person counts for",
                            panel + 1, party->name);
        }
    }
    hec_text_add(out, told ? "; what is settled with panels is in no person's costs.\n" : "");
}

void hec_story_paid(const hec_story *story, const hec_ledger_rows *paid, hec_text *out)
{
    const hec_model *m = story->study->model;
    hec_story_table table = {0};
    bool good = open_table(&table);
    for (size_t i = 0; good && i < paid->n; i++) {
        bool first = i == 0 || paid->rows[i].cycle != paid->rows[i - 1].cycle;
        add_row(m, &paid->rows[i], first, &table);
    }
    if (good && paid->n > 0) {
        hec_text_format(out, "\n  Who paid, undiscounted, in %s:\n\n", m->economics.currency);
        hec_story_table_print(&table, out);
        good = add_years(m, paid, out);
    } else {
        hec_text_add(out, "\n  Nobody paid for anything.\n");
    }
    add_panels(story, out);
    hec_story_table_close(&table);
    out->failed = out->failed || !good;
}
