/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Story: how a panel, or the region, was settled, line by line. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch/fault_words.h"
#include "batch/people_pay.h"
#include "batch/story.h"
#include "store/prose.h"

/* What is told. */
typedef struct settled_story {
    hec_run *run;
    const hec_settlement_choice *choice;
    int provider; /* -1: the region */
    hec_people_pay pay;
    double *inputs, *others; /* [inputs of the model]: of the panel, of another */
    hec_text text;
    size_t lines;
} settled_story;

/* ---- words ----------------------------------------------------------------------------------- */

static void add_money(const settled_story *t, double money, hec_text *out)
{
    char number[HEC_FIXED_BYTES];
    hec_number_fixed(money, 2, number);
    hec_text_format(out, "%s %s", t->run->model->economics.currency, number);
}

/* The expression as it stands in the file. */
static void add_source(const settled_story *t, hec_place place, hec_text *out)
{
    size_t length = 0;
    const char *text = hec_source_text(t->run->diagnostics, place.file, &length);
    if (text && (size_t)place.offset + place.length <= length) {
        hec_text_format(out, "    %.*s\n", (int)place.length, text + place.offset);
    }
}

static void add_values(const settled_story *t, hec_id id, hec_text *out)
{
    const hec_telling telling = hec_fault_telling(t->run->model);
    hec_text values = {0};
    hec_explain_value(t->run->model->graph, id, t->inputs, &telling, &values);
    if (values.data && *values.data) {
        hec_text_format(out, "    with %s\n", values.data);
    }
    hec_text_free(&values);
}

/* All panels' points, where they are few enough to read. */
static void add_points(settled_story *t, size_t strategy, size_t year, size_t index)
{
    static const size_t most = 50;
    const hec_model *m = t->run->model;
    const hec_posting *p = &m->strategies[strategy].pay.postings[index];
    size_t panels = hec_ledger_panels(m, t->provider);
    for (size_t panel = 0; panel < panels && panels <= most; panel++) {
        hec_settle_inputs(t->pay.settler, t->run->base, &t->pay.ledger, strategy, year, panel,
                          t->others);
        hec_text_format(&t->text, "      panel %zu has %.10g and gets ", panel + 1,
                        hec_evaluate(m->graph, p->split_by, t->others));
        add_money(
            t, (double)*hec_ledger_settled(&t->pay.ledger, strategy, index, year, panel) / HEC_FEN,
            &t->text);
        hec_text_add(&t->text, "\n");
    }
}

static void add_split(settled_story *t, size_t strategy, size_t year, size_t index)
{
    const hec_model *m = t->run->model;
    const hec_posting *p = &m->strategies[strategy].pay.postings[index];
    hec_text_add(&t->text, "    this panel's part of ");
    add_money(t, (double)*hec_ledger_amount(&t->pay.ledger, strategy, year, index) / HEC_FEN,
              &t->text);
    hec_text_format(&t->text, " is %.10g\n", hec_evaluate(m->graph, p->split_by, t->inputs));
    add_values(t, p->split_by, &t->text);
    add_points(t, strategy, year, index);
}

static void add_posting(settled_story *t, size_t strategy, size_t year, size_t index)
{
    const hec_model *m = t->run->model;
    const hec_posting *p = &m->strategies[strategy].pay.postings[index];
    size_t panel = (size_t)t->choice->panel - 1;
    int64_t fen = *hec_ledger_settled(&t->pay.ledger, strategy, index, year, panel);
    hec_text_format(&t->text, "  %s: %s pays %s ", p->mechanism, m->parties[p->payer].name,
                    m->parties[p->payee].name);
    add_money(t, (double)fen / HEC_FEN, &t->text);
    if (p->lag > 0) {
        hec_text_format(&t->text, ", %g year%s after the end of the year", p->lag,
                        p->lag == 1 ? "" : "s");
    }
    hec_text_add(&t->text, "\n");
    add_source(t, p->place, &t->text);
    add_values(t, p->value, &t->text);
    if (p->split_by >= 0) {
        add_split(t, strategy, year, index);
    }
    t->lines++;
}

/* What a rule is, and what it goes on to. */
static void add_rule(settled_story *t, size_t strategy, size_t year, size_t index)
{
    const hec_ledger *ledger = &t->pay.ledger;
    const hec_rule *rule = &t->run->model->strategies[strategy].pay.rules[index];
    size_t panel = (size_t)t->choice->panel - 1;
    const double *years = ledger->plan->years;
    hec_text_format(&t->text, "  %s is %.10g in %.0f", rule->name,
                    *hec_ledger_rule(ledger, strategy, index, year, panel), years[year]);
    if (year + 1 < ledger->plan->n_years) {
        hec_text_format(&t->text, " and %.10g in %.0f\n",
                        *hec_ledger_rule(ledger, strategy, index, year + 1, panel),
                        years[year + 1]);
        add_source(t, rule->update_place, &t->text);
        add_values(t, rule->update, &t->text);
    } else {
        hec_text_add(&t->text, "\n");
    }
    t->lines++;
}

static bool is_asked(const settled_story *t, const hec_posting *p)
{
    return t->provider < 0 ? p->level == HEC_LEVEL_REGION
                           : hec_ledger_settles(t->run->model, p) == t->provider;
}

static void add_head(settled_story *t, size_t strategy, size_t year)
{
    hec_text_format(&t->text, "\n%.0f under %s\n", t->pay.ledger.plan->years[year],
                    t->run->model->strategies[strategy].name);
}

/* What a year has told so far. */
typedef struct told {
    bool headed, settled;
} told;

static void begin_part(settled_story *t, size_t strategy, size_t year, told *so_far)
{
    if (!so_far->headed) {
        add_head(t, strategy, year);
    } else if (!so_far->settled && t->provider < 0) {
        hec_text_add(&t->text, "\n");
    }
    so_far->headed = so_far->settled = true;
}

static void add_year(settled_story *t, size_t strategy, size_t year)
{
    const hec_pay *pay = &t->run->model->strategies[strategy].pay;
    told so_far = {.headed = t->provider < 0 && pay->policy};
    if (so_far.headed) {
        add_head(t, strategy, year);
        t->lines += hec_story_year(&t->pay.ledger, strategy, year, &t->text);
    }
    hec_settle_inputs(t->pay.settler, t->run->base, &t->pay.ledger, strategy, year,
                      (size_t)t->choice->panel - 1, t->inputs);
    for (size_t i = 0; i < pay->n_postings; i++) {
        if (is_asked(t, &pay->postings[i])) {
            begin_part(t, strategy, year, &so_far);
            add_posting(t, strategy, year, i);
        }
    }
    for (size_t i = 0; i < pay->n_rules; i++) {
        if (pay->rules[i].provider == t->provider) {
            begin_part(t, strategy, year, &so_far);
            add_rule(t, strategy, year, i);
        }
    }
}

static void add_all(settled_story *t)
{
    const hec_model *m = t->run->model;
    const hec_ledger_plan *plan = t->pay.ledger.plan;
    hec_text_add_line(&t->text, m->title);
    hec_text_add(&t->text, "; base case\n");
    if (t->provider >= 0) {
        hec_text_format(&t->text, "Panel %lld of %lld of %s\n", (long long)t->choice->panel,
                        (long long)m->parties[t->provider].panels, m->parties[t->provider].name);
    } else {
        hec_text_add(&t->text, "The region\n");
    }
    for (size_t s = 0; s < m->n_strategies; s++) {
        bool named =
            !t->choice->strategy || strcmp(t->choice->strategy, m->strategies[s].name) == 0;
        for (size_t y = 0; named && y < plan->n_years; y++) {
            bool asked = t->choice->year == 0 || plan->years[y] == (double)t->choice->year;
            if (asked) {
                add_year(t, s, y);
            }
        }
    }
}

/* ---- what is asked for ----------------------------------------------------------------------- */

static hec_status refuse(hec_diagnostics *diagnostics, const char *what, const char *name)
{
    hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE, what, name);
    return HEC_E_ARGUMENT;
}

static hec_status find_provider(settled_story *t)
{
    const hec_model *m = t->run->model;
    const hec_settlement_choice *c = t->choice;
    t->provider = -1;
    for (size_t i = 0; i < m->n_parties; i++) {
        if (strcmp(m->parties[i].name, c->provider) == 0) {
            t->provider = (int)i;
        }
    }
    if (t->provider < 0 && strcmp(c->provider, "region") == 0) {
        return c->panel == 1 ? HEC_OK
                             : refuse(t->run->diagnostics, "the %s has no panels", c->provider);
    }
    if (t->provider < 0) {
        return refuse(t->run->diagnostics, "the study has no provider `%s`", c->provider);
    }
    if (c->panel < 1 || c->panel > m->parties[t->provider].panels) {
        hec_report(t->run->diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
                   "there is no panel %lld: `%s` has %lld", (long long)c->panel, c->provider,
                   (long long)m->parties[t->provider].panels);
        return HEC_E_ARGUMENT;
    }
    return HEC_OK;
}

static hec_status tell(settled_story *t, FILE *out)
{
    hec_status status = find_provider(t);
    if (status == HEC_OK) {
        status = hec_run_persons_ledger(t->run, &t->pay);
    }
    if (status != HEC_OK) {
        return status;
    }
    add_all(t);
    if (t->lines == 0) {
        return refuse(t->run->diagnostics,
                      "nothing is settled with `%s` in that year under that strategy",
                      t->choice->provider);
    }
    return t->text.failed ? HEC_E_MEMORY : fputs(t->text.data, out) < 0 ? HEC_E_IO : HEC_OK;
}

hec_status hec_study_explain_settlement(const hec_study *study, const hec_settlement_choice *choice,
                                        hec_diagnostics *diagnostics, FILE *out)
{
    const hec_model *m = study->model;
    hec_run run = {.study = study,
                   .model = m,
                   .kernels = hk_select(NULL),
                   .diagnostics = diagnostics,
                   .arena = hec_arena_create(),
                   .base = calloc(m->n_draws + 1, sizeof(double))};
    settled_story t = {.run = &run,
                       .choice = choice,
                       .inputs = calloc(hec_model_inputs(m) + 1, sizeof(double)),
                       .others = calloc(hec_model_inputs(m) + 1, sizeof(double))};
    hec_status status = HEC_E_MEMORY;
    if (!study->settlements) {
        status = study->cohort
                     ? refuse(diagnostics, "a cohort has no panels to tell of%s",
                              "; --persons 10000 runs persons")
                     : refuse(diagnostics, "no strategy of this study has a policy%s", "");
    } else if (run.arena && run.base && t.inputs && t.others) {
        run.threads = hec_study_threads(&run.options);
        run.block = hec_study_block(study, &run.options);
        for (size_t i = 0; i < m->n_draws; i++) {
            run.base[i] = m->draws[i].base;
        }
        status = tell(&t, out);
    }
    hec_people_pay_close(&t.pay);
    hec_text_free(&t.text);
    free(t.inputs);
    free(t.others);
    free(run.base);
    hec_arena_destroy(run.arena);
    return status;
}
