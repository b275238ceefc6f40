/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run says on standard output: its subject, its tables, where everything is. */
#include "cli.h"

#include <string.h>
#include <sys/stat.h>

static void print_strategies(const hec_result *result)
{
    const char *name;

    for (size_t i = 0; (name = hec_result_text(result, "strategy", i)); i++) {
        const char *label = hec_result_text(result, "strategies/label", i);
        bool labelled = label && strcmp(label, name) != 0;

        printf("  %s%s%s\n", name, labelled ? ": " : "", labelled ? label : "");
    }
}

/* The value of a setting of the economics, or NULL. */
static const char *setting(const hec_result *result, const char *name)
{
    const char *other;

    for (size_t i = 0; (other = hec_result_text(result, "economics/name", i)); i++) {
        if (strcmp(name, other) == 0) {
            return hec_result_text(result, "economics/value", i);
        }
    }
    return NULL;
}

static void print_discount(const hec_result *result)
{
    const char *both = setting(result, "discount");
    const char *cost = setting(result, "discount.cost");
    const char *effect = setting(result, "discount.effect");

    if (!both && cost && effect && strcmp(cost, effect) == 0) {
        both = cost;
    }
    if (both) {
        printf(", discount %s", both);
    } else if (cost && effect) {
        printf(", discount %s for costs and %s for effects", cost, effect);
    }
}

/* What the numbers below are of, in a few lines. */
static void print_subject(const hec_result *result, const hec_plan *plan)
{
    const char *title = hec_result_text(result, "title", 0);
    const char *currency = setting(result, "currency"), *year = setting(result, "price_year");
    const char *perspective = setting(result, "perspective");

    printf("%s\n\n", title ? title : "");
    print_strategies(result);
    printf("\nPer person, in %s%s%s, perspective %s", currency ? currency : "", year ? " of " : "",
           year ? year : "", perspective ? perspective : "");
    print_discount(result);
    printf(".\n%lld cycles", (long long)plan->cycles);
    if (plan->strata > 1) {
        printf(", %lld strata", (long long)plan->strata);
    }
    if (plan->draws > 0) {
        printf(", %lld draws of %lld parameters", (long long)plan->draws,
               (long long)plan->parameters_drawn);
    }
    printf(".\n");
    const char *on_means = hec_result_text(result, "payments_on_means", 0);
    if (on_means && *on_means) {
        printf("Payments on means: %s.\n", on_means);
    }
    fputc('\n', stdout);
}

/* Where the numbers are, and what to do next. */
static void print_next(const char *file, const hec_result *result, bool has_draws, double seconds)
{
    struct stat about;
    char size[32] = "";

    if (stat(file, &about) == 0) {
        cli_bytes((int64_t)about.st_size, size);
    }
    printf("Everything is in %s (%s), after %.2f s.\n", file, size, seconds);
    if (hec_result_has_table(result, "ledger")) {
        printf("Next: hecate show %s ledger    who paid whom for what\n", file);
        printf("      hecate show %s providers what is left to providers\n", file);
    } else if (hec_result_has_table(result, "ledger-cohort")) {
        printf("Next: hecate show %s ledger-cohort  who pays whom for what\n", file);
    } else {
        printf("Next: hecate show %s costs     who pays\n", file);
    }
    if (has_draws) {
        printf("      hecate show %s ceac      the same for every willingness to pay\n", file);
    }
    printf("      hecate show %s           all its tables\n", file);
    printf("      hecate export %s -d DIR  all of them as CSV\n", file);
}

hec_status cli_print_run(const hec_result *result, const hec_plan *plan, const char *file,
                         double seconds, hec_diagnostics *diagnostics)
{
    static const char *const tables[] = {"cea", "by-perspective", "cea-psa", "decision"};

    print_subject(result, plan);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (hec_result_has_table(result, tables[i])) {
            hec_status status =
                hec_result_print(result, tables[i], HEC_FORMAT_TEXT, stdout, diagnostics);
            if (status != HEC_OK) {
                return status;
            }
            fputc('\n', stdout);
        }
    }
    print_next(file, result, hec_result_has_table(result, "ceac"), seconds);
    return HEC_OK;
}
