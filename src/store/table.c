/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named tables: finding, opening and printing them. table_list.c says what they are. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "store/view.h"

size_t hec_table_count(void)
{
    return hec_table_list_length;
}

const hec_table_info *hec_table_describe(size_t index)
{
    return index < hec_table_list_length ? &hec_table_list[index].info : NULL;
}

const hec_table_spec *hec_table_find(const char *name)
{
    for (size_t i = 0; i < hec_table_list_length; i++)
        if (strcmp(hec_table_list[i].info.name, name) == 0)
            return &hec_table_list[i];
    return NULL;
}

static bool available(const hec_dataset *dataset, const hec_table_spec *spec)
{
    hec_view view;
    hec_status status = hec_view_open(spec, dataset, &view);
    bool rows = !status && view.n_places > 0;
    hec_view_close(&view);
    return rows;
}

bool hec_table_available(const hec_dataset *dataset, const char *table)
{
    const hec_table_spec *spec = hec_table_find(table);
    return spec && available(dataset, spec);
}

static void report_available(const hec_dataset *dataset, hec_diagnostics *diagnostics)
{
    hec_text names = {0};
    for (size_t i = 0; i < hec_table_list_length; i++)
        if (available(dataset, &hec_table_list[i]))
            hec_text_format(&names, "%s%s", names.length ? ", " : "", hec_table_list[i].info.name);
    if (names.length && !names.failed)
        hec_report_help(diagnostics, "this result has: %s", names.data);
    hec_text_free(&names);
}

static hec_status report_unknown(const hec_dataset *dataset, const char *table,
                                 hec_diagnostics *diagnostics)
{
    const char *names[HEC_TABLES_MAX];
    for (size_t i = 0; i < hec_table_list_length; i++)
        names[i] = hec_table_list[i].info.name;
    const char *nearest = hec_text_nearest(table, hec_table_list_length, names);
    if (nearest)
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
                   "there is no table `%s`; did you mean `%s`?", table, nearest);
    else
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE, "there is no table `%s`",
                   table);
    report_available(dataset, diagnostics);
    return HEC_E_ARGUMENT;
}

/* What a study asks for, so that arrays are there whose names begin so. */
static const struct {
    const char *begins, *asks;
} asked[] = {
    {"psa/", "it is of draws: uncertainty: {draws: 1000}"},
    {"analysis/", "it is of draws: uncertainty: {draws: 1000}"},
    {"ledger/rows/", "it is of persons whose lives are kept: outputs: {histories: 20}"},
    {"ledger/rule", "it is of policies with `rules:`"},
    {"ledger/panel", "it is of policies whose contracts are settled with panels"},
    {"ledger/mean", "it is of a cohort whose strategies have a policy; of persons it is ledger"},
    {"ledger/", "it is of persons whose strategies have a policy; of a cohort it is ledger-cohort"},
};

static hec_status report_missing(const hec_dataset *dataset, const hec_view *view,
                                 hec_diagnostics *diagnostics)
{
    hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
               "this result does not hold the table `%s`: `%s` is missing", view->spec->info.name,
               view->missing);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        if (strncmp(view->missing, asked[i].begins, strlen(asked[i].begins)) == 0) {
            hec_report_help(diagnostics, "%s", asked[i].asks);
            break;
        }
    report_available(dataset, diagnostics);
    return HEC_E_ARGUMENT;
}

static hec_status print_view(const hec_view *view, hec_format format, FILE *out)
{
    switch (format) {
    case HEC_FORMAT_TEXT:
        return hec_view_print_text(view, out);
    case HEC_FORMAT_CSV:
        hec_view_print_csv(view, out);
        return HEC_OK;
    case HEC_FORMAT_JSON:
        return hec_view_print_json(view, out);
    }
    return HEC_E_ARGUMENT;
}

hec_status hec_table_print(const hec_dataset *dataset, const char *table, hec_format format,
                           FILE *out, hec_diagnostics *diagnostics)
{
    hec_view view;
    const hec_table_spec *spec = hec_table_find(table);
    if (!spec)
        return report_unknown(dataset, table, diagnostics);
    hec_status status = hec_view_open(spec, dataset, &view);
    if (status == HEC_E_ARGUMENT)
        report_missing(dataset, &view, diagnostics);
    else if (!status)
        status = print_view(&view, format, out);
    hec_view_close(&view);
    errno = 0;
    if (!status && (fflush(out) != 0 || ferror(out))) {
        hec_report(diagnostics, HEC_CHECK_OUTPUT, HEC_NOWHERE, "cannot write the table `%s`: %s",
                   table, errno ? strerror(errno) : "the output is closed or full");
        status = HEC_E_IO;
    }
    return status;
}
