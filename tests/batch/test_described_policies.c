/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `hecate check` says of policies. */
#include "study_text.h"

#define MODEL                                                                                      \
    "hecate: 1\nmodel: told\n"                                                                     \
    "time: {cycle: 1 year, cycles: 2, start_year: 2024}\n"                                         \
    "engine: {microsimulation: {persons: 10}}\nuncertainty: {seed: 1}\n"                           \
    "parameters: {p: {value: 0.1, unit: probability}}\n"                                           \
    "payers: [fund]\nproviders: {clinic: {tier: low, panels: 2}, hospital: {}}\n"                  \
    "services: {visit: {at: clinic, tariff: 3}, stay: {at: {clinic: p, hospital: rest}, "          \
    "tariff: 9}}\n"                                                                                \
    "chains: {health: {start: ill, states: {ill: {utility: 1, use: {visit: 1, stay: 1}, "          \
    "to: {dead: p}}, dead: {dead: true}}}}\n"                                                      \
    "perspectives: {society: [resource]}\n"                                                        \
    "economics: {perspective: society, currency: CNY, discount: 0, discounting: discrete,\n"       \
    "            within_cycle: start, one_off: {at: start}, effect: qaly}\n"                       \
    "strategies:\n"                                                                                \
    "  none: {set: {services.visit.tariff: , services.stay.tariff: }}\n"                           \
    "  p:\n"                                                                                       \
    "    policy:\n"                                                                                \
    "      policy: thrift\n"                                                                       \
    "      title: Less for the hospital\n"                                                         \
    "      status: assumed\n"                                                                      \
    "      benefits:\n"                                                                            \
    "        - {layer: own, payer: patient, deductible: 2, per: year, services: [visit, stay], "   \
    "at: low}\n"                                                                                   \
    "        - {layer: cash, payer: patient, rest: true}\n"                                        \
    "      contracts:\n"                                                                           \
    "        care: {level: person, covers: [visit], from: fund, to: clinic, pay: 3}\n"             \
    "        beds: {level: region, from: hospital, to: resource, pay: 300}\n"                      \
    "      behaviours: {near: {on: p, multiply: 0.9, scenario: x}}\n"                              \
    "  q: {policy: {benefits: [{layer: cash, payer: patient, rest: true}]}}\n"

static const char expected[] =
    "Policy       thrift, of the strategy p: Less for the hospital (assumed)\n"
    "  layers     own: patient, for visit and stay, at low; cash: patient, the rest\n"
    "  contracts  care: person, fund -> clinic, covers visit; beds: region, hospital -> resource\n"
    "  behaviours near (p)%s\n"
    "Policy       q\n"
    "  layers     cash: patient, the rest\n";

static void policies_are_told(void **state)
{
    (void)state;
    static const char *const texts[] = {MODEL, MODEL "behaviours: off\n"};
    for (size_t i = 0; i < 2; i++) {
        char wanted[1024], *said = NULL;
        size_t length = 0;
        study_text s = study_text_open(texts[i], NULL);
        assert_int_equal(s.status, HEC_OK);
        FILE *out = open_memstream(&said, &length);
        assert_int_equal(hec_study_describe(s.study, out), HEC_OK);
        fclose(out);
        (void)snprintf(wanted, sizeof wanted, expected, i == 0 ? "" : "; switched off");
        if (!strstr(said, wanted)) {
            fail_msg("not said:\n%sbut:\n%s", wanted, said);
        }
        free(said);
        study_text_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(policies_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
