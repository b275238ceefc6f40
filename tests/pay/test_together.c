/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons who read what everybody came to: numbers by hand; the same bits whatever the threads and
 * blocks; stopped and gone wrong while it is found what they read. */
#include "batch/people_feeds.h"
#include "batch/people_pay.h"
#include "pay_study.h"

/* ---- by hand --------------------------------------------------------------------------------- */

/* Fen paid by a mechanism of the first strategy in a year from 0 on. */
static int64_t paid(const hec_result *r, const char *mechanism, size_t year)
{
    size_t n = 0, shape[6];
    const int64_t *fen = pay_fen(r, "ledger/amount", &n);
    (void)result_array(r, "ledger/total", shape);
    for (size_t i = 0; i < shape[1]; i++) {
        if (strcmp(hec_result_text(r, "ledger/mechanism", i), mechanism) == 0) {
            return fen[year * shape[1] + i];
        }
    }
    fail_msg("nothing is called %s", mechanism);
    return 0;
}

/* Of four persons 1 and 3 are of the first panel. Controlled in 2024: 1 of its 2, 2 of the second
 * panel's 2; in 2025: 1 and 1; so 100 times that is paid for each of its persons a year later. */
static const char control[] = "now_1,now_2,now_3\n1,0,1\n1,1,0\n0,1,1\n1,0,0\n";
static const char bonus[] =
    "let: {controlled: if(year == 2024, now_1, if(year == 2025, now_2, now_3))}\n"
    "strategies:\n  p:\n    policy:\n"
    "      benefits: [{layer: cash, payer: patient, rest: true}]\n"
    "      contracts:\n"
    "        bonus: {level: person, from: award, to: hospital,\n"
    "                pay: 100 * last_year(panel.share(controlled == 1))}\n";

static void last_year_decides_this_one(void **state)
{
    (void)state;
    hec_result *r = pay_run(PAY_TIME("1 year", "3"), bonus, 4, 2, control, NULL);
    assert_int_equal(paid(r, "bonus", 0), 0);
    assert_int_equal(paid(r, "bonus", 1), 50 * 100 * 2 + 100 * 100 * 2);
    assert_int_equal(paid(r, "bonus", 2), 50 * 100 * 4);
    assert_int_equal(paid(r, "cash", 2), 4 * 1000 * 100);
    hec_result_destroy(r);
}

/* The life that is told reads what everybody came to in the run. */
static void a_life_is_told_with_what_it_read(void **state)
{
    (void)state;
    char text[4096];
    pay_rows file = pay_rows_open(control);
    (void)snprintf(text, sizeof text,
                   "%sengine: {microsimulation: {persons: 4}}\n"
                   "population: {file: %s, rows: in-turn}\n"
                   "providers: {hospital: {panels: 2}}\n%s%s",
                   PAY_TIME("1 year", "3"), file.path, PAY_REST, bonus);
    study_text s = study_text_open(text, NULL);
    assert_int_equal(s.status, HEC_OK);
    char *words = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&words, &length);
    assert_non_null(out);
    assert_int_equal(hec_study_explain_person(s.study, 2, "p", s.diagnostics, out), HEC_OK);
    fclose(out);
    const char *second = strstr(words, "2025-01  "), *third = strstr(words, "2026-01  ");
    assert_true(second && third && second < third);
    const char *of_second = strstr(second, "100.00"), *of_third = strstr(third, "50.00");
    assert_true(of_second && of_second < third && of_third);
    free(words);
    study_text_close(&s);
    unlink(file.path);
}

/* Ten persons, each operated in one quarter of either year: in the four quarters 4, 3, 2 and 1 of
 * them. Of the first panel (persons 1, 3, ...) 2, 1, 1, 1; of the second 2, 2, 1, 0. */
static const char due[] = "due\n1\n1\n2\n1\n3\n2\n4\n2\n1\n3\n";
#define OPERATIONS(SHARE)                                                                          \
    "chains: {health: {start: ill, states: {ill: {utility: 1, to: {dead: 0},\n"                    \
    "  use: {op: if(cycle == due or cycle == due + 4, 4, 0)}}, dead: {dead: true}}}}\n"            \
    "payers: [fund]\n"                                                                             \
    "providers: {hospital: {panels: 2}}\n"                                                         \
    "services: {op: {at: hospital, tariff: 1000, resource: 800}}\n"                                \
    "uncertainty: {seed: 3}\n"                                                                     \
    "perspectives: {all: all}\n"                                                                   \
    "economics: {perspective: all, currency: CNY, discount: 0%, discounting: discrete,\n"          \
    "            within_cycle: start, one_off: {at: start}, effect: qaly, wtp: [0, 20000]}\n"      \
    "strategies:\n  p:\n    policy:\n"                                                             \
    "      benefits: [{layer: budget, payer: fund, share: " SHARE "},\n"                           \
    "                 {layer: cash, payer: patient, rest: true}]\n"

static void first_come(const char *tail, int64_t operations)
{
    char text[4096];
    pay_rows file = pay_rows_open(due);
    (void)snprintf(text, sizeof text,
                   "%sengine: {microsimulation: {persons: 10}}\n"
                   "population: {file: %s, rows: in-turn}\n%s",
                   PAY_TIME("3 months", "8"), file.path, tail);
    hec_result *r = study_text_run(text, NULL);
    for (size_t year = 0; year < 2; year++) {
        assert_int_equal(paid(r, "budget", year), operations * 1000 * 100);
        assert_int_equal(paid(r, "cash", year), (10 - operations) * 1000 * 100);
    }
    hec_result_destroy(r);
    unlink(file.path);
}

static void who_comes_first_is_served(void **state)
{
    (void)state;
    /* 4; then 3, with 4 before; then 2, with 7 before; not the last, with 9 before */
    first_come(OPERATIONS("if(so_far(region.sum(use(op))) < 8, 1, 0)"), 9);
    first_come(OPERATIONS("if(so_far(region.sum(use(op))) < 7, 1, 0)"), 7);
    first_come(OPERATIONS("if(so_far(region.sum(use(op))) < 1, 1, 0)"), 4);
    /* the first panel: 2, then 1, with 2 before; the second: 2, then 2, with 2 before */
    first_come(OPERATIONS("if(so_far(panel.sum(use(op))) < 3, 1, 0)"), 3 + 4);
    first_come(OPERATIONS("if(so_far(panel.sum(use(op))) < 2, 1, 0)"), 2 + 2);
}

/* ---- a study with everything ----------------------------------------------------------------- */

#define HEAD_OF(PERSONS, PER_DRAW, SETTINGS, DRAWS)                                                \
    "hecate: 1\nmodel: together\n"                                                                 \
    "time: {cycle: 3 months, cycles: 22, start_year: 2024}\n"                                      \
    "engine: {microsimulation: {persons: " PERSONS ", per_draw: " PER_DRAW SETTINGS "}}\n"         \
    "uncertainty: {seed: 5, draws: " DRAWS "}\n"
#define LIVES                                                                                      \
    "parameters: {p_ill: {value: 0.1, dist: beta(mean: 0.1, sd: 0.02)}}\n"                         \
    "attributes:\n"                                                                                \
    "  sugar: {start: 6 + risk, update: 0.98 * sugar + 0.02 * start(sugar)\n"                      \
    "          + 0.1 * (random('sugar') - 0.5)}\n"                                                 \
    "chains:\n"                                                                                    \
    "  heart:\n    start: {well: 0.9, ill: rest}\n    states:\n"                                   \
    "      well: {utility: 1, use: {lesson: 8}, to: {ill: min(p_ill * risk, 0.9)}}\n"              \
    "      ill: {utility: 0.5, use: {bed: 3.3}, to: {well: 0.3, dead: 0.1}}\n"                     \
    "      dead: {dead: true}\n"                                                                   \
    "  eye:\n    start: sees\n    states:\n"                                                       \
    "      sees: {utility: 1, rate: {blind: 0.02 * sugar}}\n"                                      \
    "      blind: {utility: 0.8, absorbing: true}\n"                                               \
    "events: {crash: {rate: 0.02 * (1 + in(eye, blind)), fatal: true}}\n"                          \
    "utilities: multiplicative\n"                                                                  \
    "payers: [fund]\n"                                                                             \
    "providers: {low: {panels: 7}, high: {panels: 3, belongs: county}}\n"                          \
    "services:\n"                                                                                  \
    "  lesson: {at: low, tariff: 60.01, resource: 41}\n"                                           \
    "  bed: {at: high, tariff: 987.65, resource: 800}\n"                                           \
    "perspectives: {all: all, f: [fund]}\n"                                                        \
    "economics: {perspective: all, currency: CNY, discount: {cost: 5%, effect: 3%},\n"             \
    "            discounting: discrete, within_cycle: start, one_off: {at: start},\n"              \
    "            effect: qaly, wtp: [0, 20000]}\n"
#define RICH_OF(PERSONS, PER_DRAW, SETTINGS, DRAWS)                                                \
    HEAD_OF(PERSONS, PER_DRAW, SETTINGS, DRAWS) DRAWN LIVES
#define DRAWN                                                                                      \
    "population:\n"                                                                                \
    "  age: {dist: normal(mean: 60, sd: 8)}\n"                                                     \
    "  county: {shares: {1: 0.5, 2: 0.3, 3: 0.2}}\n"                                               \
    "  risk: {dist: gamma(mean: 1, sd: 0.5)}\n"
#define BENEFITS                                                                                   \
    "      benefits: [{layer: basic, payer: fund, share: 0.6, deductible: 300, per: year},\n"      \
    "                 {layer: cash, payer: patient, rest: true}]\n"
#define READING                                                                                    \
    "strategies:\n  none: {}\n  p:\n    policy:\n"                                                 \
    "      rules:\n"                                                                               \
    "        weight: {level: region, start: 1, update: region.weight * if(region.sum(use(bed)) >"  \
    " last_year(region.sum(use(bed))), 0.9, 1.05)}\n"                                              \
    "        grade: {level: panel, at: low, start: 1,\n"                                           \
    "                update: if(panel.share(at_year_end(sugar < 7)) > 0.5, panel.grade + 1, 1)}\n" \
    "      benefits: [{layer: basic, payer: fund, share: 0.6 * min(1, region.weight),\n"           \
    "                  deductible: 300, per: year}, {layer: cash, payer: patient, rest: true}]\n"  \
    "      contracts:\n"                                                                           \
    "        bonus: {level: person, from: fund, to: low, pay: 10 * panel.grade\n"                  \
    "                * last_year(panel.share(at_year_end(sugar < 7))) * cycle_length / 1 year}\n"  \
    "        heads: {level: panel, from: fund, to: low,\n"                                         \
    "                pay: 33.337 * panel.person_years * panel.grade}\n"                            \
    "      behaviours:\n"                                                                          \
    "        learned: {on: p_ill, at: low, source: \"a trial\",\n"                                 \
    "                  multiply: 1 - 0.3 * last_year(panel.share(sugar < 7))}\n"                   \
    "        near: {on: p_ill, at: high, source: \"a trial\",\n"                                   \
    "               multiply: 1 + 0.01 * min(1, last_year(panel.mean(use(bed))))}\n"               \
    "  q:\n    policy:\n"                                                                          \
    "      benefits: [{layer: budget, payer: fund, services: [bed],\n"                             \
    "                  share: if(so_far(region.sum(use(bed))) < 400, 1, 0.2)},\n"                  \
    "                 {layer: cash, payer: patient, rest: true}]\n"                                \
    "      contracts:\n"                                                                           \
    "        points: {level: panel, from: fund, to: high, split: 1000,\n"                          \
    "                 by: 1 + panel.sum(use(bed))}\n"                                              \
    "        more: {level: person, from: high, to: fund, pay: 0.5,\n"                              \
    "               when: so_far(panel.sum(use(bed))) > 100}\n"                                    \
    "  r:\n    policy:\n" BENEFITS

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

/* Base case of several chunks; draws that a thread runs whole, several to a unit and one, and draws
 * of several chunks; pairs; rows in turn. */
static void threads_and_blocks_change_nothing(void **state)
{
    (void)state;
    static const char rows[] = "age,county,risk\n50,1,0.5\n61,2,1.1\n77,3,2\n68,1,0.8\n55,1,1.7\n";
    char in_turn[8192];
    pay_rows file = pay_rows_open(rows);
    (void)snprintf(in_turn, sizeof in_turn, "%spopulation: {file: %s, rows: in-turn}\n%s",
                   HEAD_OF("3001", "211", "", "5"), file.path, LIVES READING);
    const char *texts[] = {
        RICH_OF("9000", "300", "", "29") READING,
        RICH_OF("500", "5000", "", "3") READING,
        RICH_OF("500", "9000", "", "3") READING,
        RICH_OF("1000", "400", ", antithetic: true", "3") READING,
        in_turn,
    };
    static const hec_run_options others[] = {{.threads = 2, .block = 64},
                                             {.threads = 4, .block = 1000}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        hec_result *one = study_text_run(texts[i], &(hec_run_options){.threads = 1});
        for (size_t k = 0; k < 2; k++) {
            hec_result *other = study_text_run(texts[i], &others[k]);
            assert_same(one, other);
            hec_result_destroy(other);
        }
        hec_result_destroy(one);
    }
    unlink(file.path);
}

/* ---- nobody reads it ------------------------------------------------------------------------- */

#define PLAIN                                                                                      \
    "strategies:\n  none: {}\n  p:\n    policy:\n" BENEFITS "      contracts:\n"                   \
    "        heads: {level: panel, from: fund, to: low, pay: 3 * panel.person_years,\n"            \
    "                settle: 10 * panel.person_years * panel.share(at_year_end(age > 60)),\n"      \
    "                lag: 1 year}\n"                                                               \
    "        points: {level: panel, from: fund, to: high, split: 98765.43,\n"                      \
    "                 by: panel.person_years + panel.sum(1.7 * use(bed))}\n"                       \
    "  r:\n    policy:\n" BENEFITS

/* Gives strategies feeds whose values nobody reads, of the first measure of the second. */
static void add_feeds(study_text *s, hec_feed *feed)
{
    hec_study *study = s->study;
    for (size_t i = 1; i < study->model->n_strategies; i++) {
        hec_pay *pay = &study->model->strategies[i].pay;
        pay->n_feeds = i == 1 && pay->n_measures > 0;
        pay->feeds = feed;
    }
    study->persons = hec_persons_create(study->arena, s->diagnostics, study->model);
    assert_non_null(study->persons);
}

static hec_result *run_patched(const char *text, hec_feed *feed, const hec_run_options *options)
{
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(s.study->model->strategies[1].pay.n_feeds, 0);
    add_feeds(&s, feed);
    assert_true(hec_people_feeds_wanted(s.study->model));
    assert_int_equal(hec_study_run(s.study, options, s.diagnostics, &result), HEC_OK);
    study_text_close(&s);
    return result;
}

/* Lives that go on together come to what they come to one by one. */
static void what_is_found_changes_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        RICH_OF("9000", "300", "", "29") PLAIN,
        RICH_OF("2000", "9000", ", antithetic: true", "2") PLAIN,
    };
    static const hec_run_options options[] = {
        {.threads = 1, .block = 256}, {.threads = 2, .block = 8}, {.threads = 4, .block = 1000}};
    for (size_t i = 0; i < 2; i++) {
        hec_result *streamed = study_text_run(texts[i], &(hec_run_options){.threads = 2});
        for (size_t k = 0; k < 3; k++) {
            hec_feed feed = {.kind = k == 1 ? HEC_FEED_SO_FAR : HEC_FEED_LAST_YEAR,
                             .provider = k == 2 ? 2 : -1,
                             .input = -1};
            hec_result *found = run_patched(texts[i], &feed, &options[k]);
            assert_same(streamed, found);
            hec_result_destroy(found);
        }
        hec_result_destroy(streamed);
    }
}

/* ---- the proof ------------------------------------------------------------------------------- */

/* A ledger that is not the one that was found is noticed, whichever number it is. */
static void another_ledger_is_no_proof(void **state)
{
    (void)state;
    study_text s = study_text_open(RICH_OF("300", "300", "", "0") READING, NULL);
    assert_int_equal(s.status, HEC_OK);
    const hec_model *m = s.study->model;
    double base[1] = {m->draws[0].base};
    hec_run run = {.study = s.study,
                   .model = m,
                   .kernels = hk_select(NULL),
                   .diagnostics = s.diagnostics,
                   .arena = hec_arena_create(),
                   .threads = 2,
                   .block = 64,
                   .base = base};
    hec_people_pay pay = {0};
    hec_people_feeds feeds;
    assert_true(hec_people_feeds_open(&run, 0, &feeds));
    assert_int_equal(hec_people_find(&run, &feeds, -1, base, 300), HEC_OK);
    assert_int_equal(hec_run_persons_ledger(&run, &pay), HEC_OK);
    assert_int_equal(hec_people_feeds_differ(&feeds, &pay.ledger), m->n_strategies);
    const hec_ledger_plan *plan = pay.ledger.plan;
    for (size_t strategy = 1; strategy < 4; strategy++) {
        const hec_ledger_part *at = &plan->parts[strategy];
        bool last = strategy == 3;
        size_t expected = last ? m->n_strategies : strategy; /* the last one reads nothing */
        pay.ledger.fen[at->amounts]++;
        assert_int_equal(hec_people_feeds_differ(&feeds, &pay.ledger), expected);
        pay.ledger.fen[at->amounts]--;
        if (!last) {
            pay.ledger.sums[plan->parts[strategy + 1].measures - 1].part++;
            assert_int_equal(hec_people_feeds_differ(&feeds, &pay.ledger), expected);
            pay.ledger.sums[plan->parts[strategy + 1].measures - 1].part--;
        }
    }
    pay.ledger.rules[plan->parts[1].rules] += 1e-9;
    assert_int_equal(hec_people_feeds_differ(&feeds, &pay.ledger), 1);
    hec_run_report_unproved(&run, 1, 2);
    char *said = hec_diagnostics_text(s.diagnostics, false);
    assert_non_null(said);
    assert_non_null(strstr(said, "internal error: the same lives came to two ledgers: strategy p, "
                                 "draw 3"));
    free(said);
    hec_people_feeds_close(&feeds);
    hec_people_pay_close(&pay);
    hec_arena_destroy(run.arena);
    study_text_close(&s);
}

/* ---- stopped --------------------------------------------------------------------------------- */

typedef struct patience {
    int64_t limit, last, asked_after;
} patience;

static bool stop_after(void *context, int64_t done, int64_t all)
{
    patience *p = context;
    assert_true(done <= all && done >= p->last);
    p->last = done;
    p->asked_after += done >= p->limit;
    return done < p->limit;
}

/* 20,000 persons under 4 strategies, 2 of which are gone through twice; then draws. */
static void what_is_found_can_be_stopped(void **state)
{
    (void)state;
    static const char *const texts[] = {RICH_OF("20000", "300", "", "200") READING,
                                        RICH_OF("20000", "9000", "", "9") READING};
    static const int64_t limits[] = {1, 15000, 30000, 90000, 125000, 131000};
    for (size_t i = 0; i < 12; i++) {
        study_text s = study_text_open(texts[i / 6], NULL);
        patience p = {.limit = limits[i % 6]};
        hec_run_options options = {.threads = i % 2 ? 2 : 1, .progress = stop_after, .context = &p};
        hec_result *result = NULL;
        assert_int_equal(s.status, HEC_OK);
        assert_int_equal(hec_study_run(s.study, &options, s.diagnostics, &result), HEC_E_STOPPED);
        assert_null(result);
        assert_int_equal(p.asked_after, 1);
        study_text_close(&s);
    }
}

/* ---- gone wrong ------------------------------------------------------------------------------ */

static void fails_with(const char *text, const char *words)
{
    static const hec_run_options options[] = {
        {.threads = 1, .block = 512}, {.threads = 2, .block = 8}, {.threads = 4, .block = 64}};
    for (size_t i = 0; i < 3; i++) {
        study_text s = study_text_open(text, NULL);
        hec_result *result = NULL;
        assert_int_equal(s.status, HEC_OK);
        assert_int_equal(hec_study_run(s.study, &options[i], s.diagnostics, &result), HEC_E_VALUE);
        assert_null(result);
        char *said = hec_diagnostics_text(s.diagnostics, false);
        if (!said || !strstr(said, words)) {
            fail_msg("not said: %s; but:\n%s", words, said ? said : "");
        }
        free(said);
        study_text_close(&s);
    }
}

#define ONE_CONTRACT(TEXT)                                                                         \
    "strategies:\n  none: {}\n  p:\n    policy:\n" BENEFITS "      contracts:\n        c: " TEXT   \
    "\n"
#define MANY RICH_OF("1000", "300", "", "0")

/* Who it is does not follow the block; nor does it matter who goes wrong later. */
static void mistakes_are_located(void **state)
{
    (void)state;
    /* everybody in the second year, and who is first of those there are */
    fails_with(MANY ONE_CONTRACT("{level: person, from: fund, to: low, pay: 10 - 4 * min(5, "
                                 "last_year(region.person_years) / 100)}"),
               "what `c` pays is -10: strategy p, person 1, cycle 5 (t = 1");
    fails_with(MANY ONE_CONTRACT("{level: person, from: fund, to: low, pay: if(person == 700"
                                 " or person == 333, 1, 0) * (0 - min(1, "
                                 "so_far(region.person_years)))}"),
               "what `c` pays is -1: strategy p, person 333, cycle 2 (t = 0.25");
    /* a settlement, before the next year is lived */
    fails_with(MANY ONE_CONTRACT("{level: panel, from: fund, to: low, pay: if(year == 2025, -1, 1)}"
                                 "\n        d: {level: person, from: fund, to: low, "
                                 "pay: last_year(region.person_years)}"),
               "`c` pays -1: strategy p, 2025, panel 1 of low");
}

/* The first draw that is above; from a run in which nothing goes wrong. */
static size_t first_above(const char *text, double least)
{
    hec_result *r = study_text_run(text, NULL);
    size_t shape[6], draw = 0;
    const double *p_ill = result_array(r, "psa/parameters", shape);
    while (draw < shape[1] && !(p_ill[draw] > least)) {
        draw++;
    }
    assert_true(draw > 0 && draw < shape[1]);
    hec_result_destroy(r);
    return draw + 1;
}

/* Draws that a thread runs whole, and draws of several chunks. */
#define BAD_DRAWS                                                                                  \
    ONE_CONTRACT("{level: person, from: fund, to: low, pay: if(p_ill > 0.12, -1, 0) * min(1, "     \
                 "last_year(region.person_years))}")
static void mistakes_of_draws_are_located(void **state)
{
    (void)state;
    char words[128];
    size_t draw = first_above(RICH_OF("100", "30", "", "40") PLAIN, 0.12);
    (void)snprintf(words, sizeof words,
                   "what `c` pays is -1: strategy p, draw %zu, person 1, cycle 5", draw);
    fails_with(RICH_OF("100", "300", "", "40") BAD_DRAWS, words);
    fails_with(RICH_OF("100", "9000", "", "40") BAD_DRAWS, words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_year_decides_this_one),
        cmocka_unit_test(a_life_is_told_with_what_it_read),
        cmocka_unit_test(who_comes_first_is_served),
        cmocka_unit_test(what_is_found_changes_nothing),
        cmocka_unit_test(another_ledger_is_no_proof),
        cmocka_unit_test(threads_and_blocks_change_nothing),
        cmocka_unit_test(what_is_found_can_be_stopped),
        cmocka_unit_test(mistakes_are_located),
        cmocka_unit_test(mistakes_of_draws_are_located),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
