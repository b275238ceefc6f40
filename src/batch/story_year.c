/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Story: one year of a region, flow by flow: what was charged, who paid whom, what is left. */
#include "batch/posting_list.h"
#include "batch/story.h"
#include "store/prose.h"

typedef struct year_story {
    const hec_model *m;
    const hec_ledger *ledger;
    size_t strategy, year;
    hec_text *out;
} year_story;

static void add_money(const year_story *t, const char *before, int64_t fen, const char *after)
{
    char number[HEC_FIXED_BYTES];
    hec_number_fixed((double)fen / HEC_FEN, 2, number);
    hec_text_format(t->out, "%s%s %s%s", before, t->m->economics.currency, number, after);
}

static void add_services(const year_story *t)
{
    for (size_t use = 0; use < t->m->n_uses; use++) {
        int64_t fen[HEC_LEDGER_COLUMNS], all = 0;
        for (size_t c = 0; c < HEC_LEDGER_COLUMNS; c++) {
            fen[c] = *hec_ledger_service(t->ledger, t->strategy, t->year, use, c);
            all += fen[c] != 0;
        }
        if (all == 0) {
            continue;
        }
        hec_text_format(t->out,
                        "  %s:", t->m->outcomes[t->m->n_costs + t->m->n_effects + use].name);
        if (fen[HEC_LEDGER_CHARGE] != 0) {
            add_money(t, " charged ", fen[HEC_LEDGER_CHARGE], "");
            add_money(t, ", of which ", fen[HEC_LEDGER_ALLOWED], " is for the benefits;");
        } else {
            hec_text_add(t->out, " charged to nobody;");
        }
        add_money(t, " it cost ", fen[HEC_LEDGER_RESOURCE], "\n");
    }
}

/* The panels it was settled with, and what the least and the most of them is. */
static void add_panels(const year_story *t, size_t posting)
{
    int provider = hec_ledger_settles(t->m, &t->m->strategies[t->strategy].pay.postings[posting]);
    size_t panels = hec_ledger_panels(t->m, provider);
    int64_t least = INT64_MAX, most = 0;
    for (size_t panel = 0; panel < panels; panel++) {
        int64_t fen = *hec_ledger_settled(t->ledger, t->strategy, posting, t->year, panel);
        least = fen < least ? fen : least;
        most = fen > most ? fen : most;
    }
    hec_text_format(t->out, ", settled with %zu panel%s of %s", panels, panels == 1 ? "" : "s",
                    t->m->parties[provider].name);
    if (panels > 1) {
        add_money(t, ", ", least, " to ");
        add_money(t, "", most, " each");
    }
}

/* With whom it was settled; of persons nothing needs to be said. */
static void add_level(const year_story *t, size_t posting)
{
    hec_pay_level level = t->m->strategies[t->strategy].pay.postings[posting].level;
    if (level == HEC_LEVEL_PANEL) {
        add_panels(t, posting);
    } else if (level == HEC_LEVEL_REGION) {
        hec_text_add(t->out, ", settled with the region");
    }
}

static size_t add_flows(const year_story *t)
{
    const hec_pay *pay = &t->m->strategies[t->strategy].pay;
    size_t lines = 0;
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *p = &pay->postings[i];
        int64_t fen = *hec_ledger_amount(t->ledger, t->strategy, t->year, i);
        const char *service = hec_posting_service(t->m, p);
        if (fen == 0) {
            continue;
        }
        hec_text_format(t->out, "  %s ", t->m->parties[p->payer].name);
        bool spends = t->m->parties[p->payee].resource;
        hec_text_format(t->out, "%s%s", spends ? "spends" : "pays ",
                        spends ? "" : t->m->parties[p->payee].name);
        add_money(t, " ", fen, "");
        hec_text_format(t->out, "%s%s by `%s`", *service ? " for " : "", service, p->mechanism);
        add_level(t, i);
        if (p->lag > 0) {
            hec_text_format(t->out, ", %g year%s later", p->lag, p->lag == 1 ? "" : "s");
        }
        hec_text_add(t->out, "\n");
        lines++;
    }
    return lines;
}

static void add_parties(const year_story *t)
{
    for (size_t i = 0; i < t->m->n_parties; i++) {
        const hec_party *party = &t->m->parties[i];
        hec_party_year of = hec_ledger_party_year(t->ledger, t->strategy, t->year, i);
        if (party->resource || (of.paid == 0 && of.got == 0 && of.spent == 0)) {
            continue;
        }
        hec_text_format(t->out, "  %s", party->name);
        if (party->provider) {
            add_money(t, " gets ", of.got, "");
            add_money(t, ", pays ", of.paid, "");
            add_money(t, " and spends ", of.spent, ": ");
            add_money(t, "", of.got - of.paid - of.spent, " is left\n");
        } else if (of.got != 0) {
            add_money(t, " pays ", of.paid, "");
            add_money(t, " and gets ", of.got, " back: ");
            add_money(t, "", of.paid - of.got, " in all\n");
        } else {
            add_money(t, " pays ", of.paid, " in all\n");
        }
    }
}

size_t hec_story_year(const hec_ledger *ledger, size_t strategy, size_t year, hec_text *out)
{
    const year_story t = {ledger->plan->model, ledger, strategy, year, out};
    add_services(&t);
    hec_text_add(out, "\n");
    size_t lines = add_flows(&t);
    hec_text_add(out, lines > 0 ? "\n" : "  Nobody pays anything.\n");
    add_parties(&t);
    return lines;
}
