/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catalogue: one row per topic over the tables of the rooms, so that no list stands twice. */
#include <hecate/catalogue.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "batch/listing.h"
#include "hk.h"
#include "lang/lang.h"
#include "lang/type.h"
#include "model/distribution.h"
#include "model/economics.h"
#include "model/model.h"
#include "store/store.h"

typedef const char *cells[HEC_LISTING_COLUMNS];

/* Functions of numbers, then those of persons. */
static size_t function_count(void)
{
    return hec_function_count() + hec_person_function_count();
}

static void function_row(void *context, size_t index, cells out)
{
    size_t n = hec_function_count();
    const hec_function_info *info =
        index < n ? hec_function_describe(index) : hec_person_function_describe(index - n);

    (void)context;
    out[0] = info->name;
    out[1] = info->signature;
    out[2] = info->words;
}

static void curve_row(void *context, size_t index, cells out)
{
    const hec_function_info *info = hec_curve_describe(index);

    (void)context;
    out[0] = info->name;
    out[1] = info->signature;
    out[2] = info->words;
}

static void family_row(void *context, size_t index, cells out)
{
    const hec_family_info *info = hec_family_describe(index);

    (void)context;
    out[0] = info->name;
    out[1] = info->forms;
    out[2] = info->words;
}

static void unit_row(void *context, size_t index, cells out)
{
    (void)context;
    out[0] = hec_atom_name(index);
    out[1] = hec_atom_words(index);
}

static size_t check_count(void)
{
    return HEC_CHECK_COUNT;
}

static void check_row(void *context, size_t index, cells out)
{
    static const char *const severities[] = {"note", "warning", "error"};
    const hec_check_info *info = hec_check_describe((hec_check)index);

    (void)context;
    out[0] = info->name;
    out[1] = severities[info->severity];
    out[2] = info->words;
}

static void profile_row(void *context, size_t index, cells out)
{
    const hec_profile_info *info = hec_profile_describe(index);

    (void)context;
    out[0] = info->name;
    out[1] = info->settings;
    out[2] = info->words;
}

static void method_row(void *context, size_t index, cells out)
{
    (void)context;
    out[0] = hec_method_name(index);
    out[1] = hec_method_words(index);
}

static void table_row(void *context, size_t index, cells out)
{
    (void)context;
    out[0] = hec_table_describe(index)->name;
    out[1] = hec_table_describe(index)->words;
}

/* The policy library, file by file, as the build has found it; a last row of nothing. */
static const char *const mechanisms[][HEC_LISTING_COLUMNS] = {
#include "mechanism_rows.h"
    {NULL}};
static const char *const bundles[][HEC_LISTING_COLUMNS] = {
#include "bundle_rows.h"
    {NULL}};

static size_t mechanism_count(void)
{
    return sizeof mechanisms / sizeof *mechanisms - 1;
}

static void mechanism_row(void *context, size_t index, cells out)
{
    (void)context;
    memcpy(out, mechanisms[index], sizeof mechanisms[index]);
}

static size_t bundle_count(void)
{
    return sizeof bundles / sizeof *bundles - 1;
}

static void bundle_row(void *context, size_t index, cells out)
{
    (void)context;
    memcpy(out, bundles[index], sizeof bundles[index]);
}

static size_t isa_count(void)
{
    const hk_table *levels[4];

    return hk_levels(levels);
}

static void isa_row(void *context, size_t index, cells out)
{
    const hk_table *levels[4];

    (void)context;
    (void)hk_levels(levels);
    out[0] = levels[index]->isa;
    out[1] = levels[index] == hk_select(NULL) ? "used unless another is asked for" : "runs here";
}

static void topic_row(void *context, size_t index, cells out)
{
    (void)context;
    out[0] = hec_catalogue_topic(index);
    out[1] = hec_catalogue_topic_words(index);
}

typedef struct topic {
    const char *name, *words;
    size_t n_columns, joined; /* see hec_listing */
    const char *headings[HEC_LISTING_COLUMNS];
    size_t (*count)(void);
    void (*row)(void *context, size_t index, cells out);
} topic;

static const topic topics[] = {
    {"topics", "this list", 2, 0, {"name", "words"}, hec_catalogue_topic_count, topic_row},
    {"functions",
     "functions of expressions",
     3,
     0,
     {"name", "signature", "words"},
     function_count,
     function_row},
    {"curves",
     "survival distributions that survival(), quantile() and others ask",
     3,
     0,
     {"name", "signature", "words"},
     hec_curve_count,
     curve_row},
    {"distributions",
     "distributions of parameters and the arguments they take",
     3,
     0,
     {"name", "arguments", "words"},
     hec_family_count,
     family_row},
    {"units", "words that units are made of", 2, 0, {"name", "words"}, hec_atom_count, unit_row},
    {"checks",
     "what `hecate check` and a run look for",
     3,
     0,
     {"name", "severity", "words"},
     check_count,
     check_row},
    {"profiles",
     "named economics and what each of them states",
     3,
     0,
     {"name", "settings", "words"},
     hec_profile_count,
     profile_row},
    {"within-cycle",
     "ways to count within a cycle",
     2,
     0,
     {"name", "words"},
     hec_method_count,
     method_row},
    {"tables",
     "tables that `hecate show` prints",
     2,
     0,
     {"name", "words"},
     hec_table_count,
     table_row},
    {"mechanisms",
     "ways to pay of the policy library; files under share/hecate/inputs/policies",
     7,
     4,
     {"name", "title", "family", "level", "form", "status", "file"},
     mechanism_count,
     mechanism_row},
    {"bundles",
     "policies of the library that put several of them together",
     4,
     1,
     {"name", "title", "status", "file"},
     bundle_count,
     bundle_row},
    {"isa",
     "instruction sets this processor can use; all give the same bits",
     2,
     0,
     {"name", "words"},
     isa_count,
     isa_row},
};

enum { N_TOPICS = sizeof topics / sizeof *topics };

static const topic *find_topic(const char *name)
{
    for (size_t i = 0; i < N_TOPICS; i++) {
        if (strcmp(topics[i].name, name) == 0) {
            return &topics[i];
        }
    }
    return NULL;
}

size_t hec_catalogue_topic_count(void)
{
    return N_TOPICS;
}

const char *hec_catalogue_topic(size_t index)
{
    return index < N_TOPICS ? topics[index].name : NULL;
}

const char *hec_catalogue_topic_words(size_t index)
{
    return index < N_TOPICS ? topics[index].words : NULL;
}

size_t hec_catalogue_count(const char *topic_name)
{
    const topic *found = find_topic(topic_name);

    return found ? found->count() : 0;
}

const char *hec_catalogue_name(const char *topic_name, size_t index)
{
    const topic *found = find_topic(topic_name);
    cells row = {0};

    if (!found || index >= found->count()) {
        return NULL;
    }
    found->row(NULL, index, row);
    return row[0];
}

hec_status hec_catalogue_print(const char *topic_name, hec_format format, FILE *out)
{
    const topic *found = find_topic(topic_name);

    if (!found) {
        return HEC_E_ARGUMENT;
    }
    hec_listing listing = {.n_columns = found->n_columns,
                           .joined = found->joined,
                           .headings = found->headings,
                           .n_rows = found->count(),
                           .row = found->row};
    return hec_listing_print(&listing, format, out);
}

const char *hec_catalogue_nearest(const char *name, size_t count, const char *const *candidates)
{
    return hec_text_nearest(name, count, candidates);
}

const char *hec_catalogue_check(const char *name)
{
    for (size_t i = 0; i < HEC_CHECK_COUNT; i++) {
        const hec_check_info *info = hec_check_describe((hec_check)i);

        if (strcmp(info->name, name) == 0) {
            return info->words;
        }
    }
    return NULL;
}
