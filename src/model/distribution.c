/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions: arguments as written are matched with a family's forms; quantile, cdf, moments. */
#include "model/distribution.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/families.h"

enum { SPELLING_MAX = 64 };

size_t hec_family_count(void)
{
    return HEC_FAMILY_COUNT;
}

const hec_family_info *hec_family_describe(size_t index)
{
    return &hec_family_at((int)index)->info;
}

double hec_distribution_mean(const hec_distribution *d)
{
    return hec_family_at(d->family)->mean(d);
}

double hec_distribution_sd(const hec_distribution *d)
{
    return hec_family_at(d->family)->sd(d);
}

double hec_distribution_quantile(const hec_distribution *d, double p)
{
    return hec_unlink(d, hec_family_at(d->family)->linked(d, hec_level_of_probability(p)));
}

double hec_distribution_score_quantile(const hec_distribution *d, double z)
{
    return hec_unlink(d, hec_family_at(d->family)->linked(d, hec_level_of_score(z)));
}

double hec_distribution_cdf(const hec_distribution *d, double x)
{
    return hec_family_at(d->family)->level(d, x).lower;
}

double hec_distribution_survival(const hec_distribution *d, double x)
{
    return hec_family_at(d->family)->level(d, x).upper;
}

/* ---- forms ---------------------------------------------------------------------------------- */

/* Walks the pieces of "a, b | c": each call gives the next piece without blanks; false at the end.
 * `stop` is the separator that ended it. */
static bool next_piece(const char **at, const char *separators, char *stop, const char **piece,
                       size_t *length)
{
    const char *start = *at + strspn(*at, " ");
    if (*start == '\0') {
        return false;
    }
    size_t n = strcspn(start, separators);
    *stop = start[n];
    *at = start + n + (start[n] != '\0');
    while (n > 0 && start[n - 1] == ' ') {
        n--;
    }
    *piece = start;
    *length = n;
    return true;
}

/* Is `name` one of the spellings "sd/se"? */
static bool spelled(const char *spellings, size_t length, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i + n <= length; i++) {
        bool starts = i == 0 || spellings[i - 1] == '/';
        bool ends = i + n == length || spellings[i + n] == '/';
        if (starts && ends && strncmp(spellings + i, name, n) == 0) {
            return true;
        }
    }
    return false;
}

/* All spellings of a family's arguments, each once, cut out into `store`. */
static size_t all_spellings(const hec_family *family, char store[SPELLING_MAX][16],
                            const char *names[SPELLING_MAX])
{
    const char *at = family->info.forms, *piece = NULL;
    size_t length = 0, count = 0;
    char stop = 0;
    while (count < SPELLING_MAX && next_piece(&at, ",|/", &stop, &piece, &length)) {
        bool known = false;
        for (size_t i = 0; i < count; i++) {
            known = known || (strlen(names[i]) == length && strncmp(names[i], piece, length) == 0);
        }
        if (!known && length < sizeof store[0]) {
            memcpy(store[count], piece, length);
            store[count][length] = '\0';
            names[count] = store[count];
            count++;
        }
    }
    return count;
}

/* ---- arguments ------------------------------------------------------------------------------ */

typedef struct call {
    hec_diagnostics *diagnostics;
    const hec_family *family;
    hec_place place;
    size_t count;
    hec_dist_argument arguments[HEC_FORM_ARGUMENTS];
} call;

static void help_forms(const call *c)
{
    hec_report_help(c->diagnostics, "%s takes %s", c->family->info.name, c->family->info.forms);
}

static bool check_names(const call *c)
{
    char store[SPELLING_MAX][16];
    const char *names[SPELLING_MAX];
    size_t n_names = all_spellings(c->family, store, names);
    bool good = true, named = false;
    for (size_t i = 0; i < c->count; i++) {
        const hec_dist_argument *a = &c->arguments[i];
        bool known = a->name == NULL, twice = false;
        for (size_t j = 0; a->name && j < n_names; j++) {
            known = known || strcmp(names[j], a->name) == 0;
        }
        for (size_t j = 0; a->name && j < i; j++) {
            twice = twice || (c->arguments[j].name && strcmp(c->arguments[j].name, a->name) == 0);
        }
        if (known && !twice && !(named && !a->name)) {
            named = a->name != NULL;
            continue;
        }
        good = false;
        const char *nearest = known ? NULL : hec_text_nearest(a->name, n_names, names);
        if (!known) {
            hec_report(c->diagnostics, HEC_CHECK_ARGUMENTS, a->place,
                       "%s has no argument `%s`%s%s%s", c->family->info.name, a->name,
                       nearest ? "; did you mean `" : "", nearest ? nearest : "",
                       nearest ? "`?" : "");
        } else if (twice) {
            hec_report(c->diagnostics, HEC_CHECK_ARGUMENTS, a->place, "`%s` is given twice",
                       a->name);
        } else {
            hec_report(c->diagnostics, HEC_CHECK_ARGUMENTS, a->place,
                       "an argument without a name stands after one with a name");
        }
        help_forms(c);
    }
    return good;
}

/* low: l, high: u means ci95: [l, u]. */
static void join_bounds(call *c)
{
    size_t low = c->count, high = c->count, kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        const hec_dist_argument *a = &c->arguments[i];
        low = a->name && a->n_values == 1 && strcmp(a->name, "low") == 0 ? i : low;
        high = a->name && a->n_values == 1 && strcmp(a->name, "high") == 0 ? i : high;
    }
    if (low == c->count || high == c->count || !strstr(c->family->info.forms, "ci95")) {
        return;
    }
    c->arguments[low].name = "ci95";
    c->arguments[low].values[1] = c->arguments[high].values[0];
    c->arguments[low].n_values = 2;
    for (size_t i = 0; i < c->count; i++) {
        if (i != high) {
            c->arguments[kept++] = c->arguments[i];
        }
    }
    c->count = kept;
}

/* Fits the call into one form, "mean, sd/se"; fills the values when it does. */
static bool match_form(const call *c, const char *form, hec_fit *fit)
{
    const char *at = form, *piece = NULL;
    size_t n = 0, position = 0, values = 0;
    char stop = ',';
    for (; stop == ',' && next_piece(&at, ",|", &stop, &piece, &n); position++) {
        size_t i = position;
        if (position >= c->count || c->arguments[position].name) {
            for (i = 0; i < c->count; i++) {
                if (c->arguments[i].name && spelled(piece, n, c->arguments[i].name)) {
                    break;
                }
            }
        }
        int wanted = spelled(piece, n, "ci95") ? 2 : 1;
        if (i == c->count || c->arguments[i].n_values != wanted) {
            return false;
        }
        for (int k = 0; k < wanted; k++) {
            fit->places[values] = c->arguments[i].place;
            fit->v[values++] = c->arguments[i].values[k];
        }
    }
    return position == c->count;
}

/* The first form that the call fits into. Arguments without names come in the order of a form. */
static bool find_form(const call *c, hec_fit *fit, const char **form)
{
    const char *at = c->family->info.forms;
    size_t length = 0;
    char stop = 0;
    for (fit->form = 0; next_piece(&at, "|", &stop, form, &length); fit->form++) {
        if (match_form(c, *form, fit)) {
            return true;
        }
    }
    for (size_t i = 0; i < c->count; i++) {
        const hec_dist_argument *a = &c->arguments[i];
        if (a->name && (a->n_values == 2) != (strcmp(a->name, "ci95") == 0)) {
            hec_report(c->diagnostics, HEC_CHECK_ARGUMENTS, a->place,
                       a->n_values == 2 ? "`%s` is one number" : "`%s` is a pair [low, high]",
                       a->name);
            help_forms(c);
            return false;
        }
    }
    hec_report(c->diagnostics, HEC_CHECK_ARGUMENTS, c->place,
               "these arguments do not make a %s distribution", c->family->info.name);
    help_forms(c);
    return false;
}

/* ---- ranges --------------------------------------------------------------------------------- */

typedef enum range { IN_SUPPORT, POSITIVE, NOT_NEGATIVE, SHARE, REAL } range;

static range range_of(const hec_family *family, const char *piece, size_t length)
{
    static const struct {
        const char *name;
        range range;
    } ranges[] = {
        {"shape", POSITIVE},  {"shape1", POSITIVE}, {"shape2", POSITIVE}, {"rate", POSITIVE},
        {"scale", POSITIVE},  {"sigma", POSITIVE},  {"sd", NOT_NEGATIVE}, {"sdlog", NOT_NEGATIVE},
        {"cv", NOT_NEGATIVE}, {"p", SHARE},         {"lambda", POSITIVE}, {"meanlog", REAL},
        {"mu", REAL},         {"q", REAL}};
    if (family == hec_family_at(HEC_FAMILY_GOMPERTZ) && length == 5 && piece[0] == 's') {
        return REAL; /* its shape is a slope */
    }
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (spelled(piece, length, ranges[i].name)) {
            return ranges[i].range;
        }
    }
    return IN_SUPPORT;
}

static const char *outside_words(const hec_family *family, range allowed, double value)
{
    if (!isfinite(value)) {
        return "must be a finite number";
    }
    switch (allowed) {
    case POSITIVE:
        return value > 0 ? NULL : "must be above 0";
    case NOT_NEGATIVE:
        return value >= 0 ? NULL : "must not be below 0";
    case SHARE:
        return value >= 0 && value <= 1 ? NULL : "must lie between 0 and 1";
    case IN_SUPPORT:
        if (value > family->low && value < family->high) {
            return NULL;
        }
        return family->high == 1 ? "must lie between 0 and 1" : "must be above 0";
    case REAL:
        break;
    }
    return NULL;
}

static bool check_ranges(const call *c, const hec_fit *fit, const char *form)
{
    const char *at = form, *piece = NULL;
    size_t length = 0;
    int value = 0;
    char stop = ',';
    bool good = true;
    while (stop == ',' && next_piece(&at, ",|", &stop, &piece, &length)) {
        range allowed = range_of(c->family, piece, length);
        int count = spelled(piece, length, "ci95") ? 2 : 1;
        const char *words = NULL;
        for (int k = 0; k < count && !words; k++) {
            words = outside_words(c->family, allowed, fit->v[value + k]);
            if (words) {
                hec_report(c->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[value + k],
                           "`%.*s` of a %s %s; it is %.6g", (int)strcspn(piece, "/,| "), piece,
                           c->family->info.name, words, fit->v[value + k]);
            }
        }
        good = good && !words;
        if (count == 2 && !words && !(fit->v[value] < fit->v[value + 1])) {
            hec_report(c->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[value],
                       "`ci95` is [low, high] with low below high");
            good = false;
        }
        value += count;
    }
    return good;
}

/* An interval that the fitted distribution comes nowhere near is a mistake, not a spread. */
static bool check_interval(const call *c, const hec_fit *fit, const char *form,
                           const hec_distribution *d)
{
    size_t length = strcspn(form, "|"), centre = strcspn(form, ",|");
    const char *ci95 = strstr(form, "ci95");
    if (!ci95 || ci95 >= form + length || centre == length) {
        return true;
    }
    double low = fit->v[1], high = fit->v[2];
    if (hec_distribution_cdf(d, low) + hec_distribution_survival(d, high) <= 0.1) {
        return true;
    }
    hec_report(c->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[1],
               "no %s with %.*s %.6g has a 95 %% interval near [%.6g, %.6g]; one as wide is "
               "[%.6g, %.6g]",
               c->family->info.name, (int)centre, form, fit->v[0], low, high,
               hec_distribution_quantile(d, 0.025), hec_distribution_quantile(d, 0.975));
    return false;
}

/* Values whose natural parameters overflow or vanish. */
static bool check_computable(const call *c, const hec_distribution *d)
{
    bool good = isfinite(d->a) && isfinite(d->b);
    for (int z = -8; good && z <= 8; z += 8) {
        good = !isnan(hec_distribution_score_quantile(d, z));
    }
    if (!good) {
        hec_report(c->diagnostics, HEC_CHECK_DISTRIBUTION, c->place,
                   "the arguments of this %s are too extreme to compute with",
                   c->family->info.name);
    }
    return good;
}

/* ---- creation ------------------------------------------------------------------------------- */

static const hec_family *find_family(hec_diagnostics *diagnostics, const char *name,
                                     hec_place place)
{
    const char *names[HEC_FAMILY_COUNT];
    for (int i = 0; i < HEC_FAMILY_COUNT; i++) {
        names[i] = hec_family_at(i)->info.name;
        if (strcmp(names[i], name) == 0) {
            return hec_family_at(i);
        }
    }
    const char *nearest = hec_text_nearest(name, HEC_FAMILY_COUNT, names);
    hec_report(diagnostics, HEC_CHECK_ARGUMENTS, place, "there is no distribution `%s`", name);
    if (nearest) {
        hec_report_help(diagnostics, "did you mean `%s`?", nearest);
    } else {
        hec_report_help(diagnostics, "`hecate list distributions` shows those there are");
    }
    return NULL;
}

bool hec_distribution_create(hec_diagnostics *diagnostics, const char *family, hec_place place,
                             size_t n_arguments, const hec_dist_argument *arguments,
                             hec_distribution *distribution)
{
    call c = {.diagnostics = diagnostics, .place = place, .count = n_arguments};
    c.family = find_family(diagnostics, family, place);
    if (!c.family) {
        return false;
    }
    if (n_arguments > HEC_FORM_ARGUMENTS) {
        hec_report(diagnostics, HEC_CHECK_ARGUMENTS, arguments[HEC_FORM_ARGUMENTS].place,
                   "too many arguments for %s", family);
        help_forms(&c);
        return false;
    }
    if (n_arguments > 0) {
        memcpy(c.arguments, arguments, n_arguments * sizeof *arguments);
    }
    join_bounds(&c);
    hec_fit fit = {.diagnostics = diagnostics, .family = c.family, .place = place};
    const char *form = NULL;
    if (!check_names(&c) || !find_form(&c, &fit, &form) || !check_ranges(&c, &fit, form)) {
        return false;
    }
    *distribution = (hec_distribution){.family = (int)(c.family - hec_family_at(0))};
    return c.family->fit(&fit, distribution) && check_computable(&c, distribution) &&
           check_interval(&c, &fit, form, distribution);
}
