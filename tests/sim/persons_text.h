/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model that has everything persons may have, in pieces that tests put together. */
#ifndef HECATE_TESTS_PERSONS_TEXT_H
#define HECATE_TESTS_PERSONS_TEXT_H

#define HEAD_OF(settings)                                                                          \
    "hecate: 1\n"                                                                                  \
    "model: rich\n"                                                                                \
    "time: {cycle: 6 months, cycles: 31}\n"                                                        \
    "engine: {microsimulation: {persons: 1000" settings "}}\n"                                     \
    "uncertainty: {seed: 7}\n"
#define HEAD HEAD_OF("")

#define ECONOMICS                                                                                  \
    "economics: {perspective: all, currency: CNY, discount: 4%, discounting: discrete,\n"          \
    "            within_cycle: half-cycle, effect: qaly, one_off: {at: middle}}\n"

#define REST                                                                                       \
    "attributes:\n"                                                                                \
    "  hba1c: {update: 0.95*hba1c + 0.05*start(hba1c) + 0.02*(random('drift') - 0.5)}\n"           \
    "  dose: {start: 1}\n"                                                                         \
    "events:\n"                                                                                    \
    "  mi: {rate: (0.02 + 0.005*(hba1c - 7)) * frailty / sqrt(dose), when: count(mi) < 3}\n"       \
    "  stroke: {prob: 0.001 * exp(start(hba1c) / 3) + 0.05*now(mi)}\n"                             \
    "  death: {prob: min(0.5, 0.0005*exp(0.07*(number(age) - 40)) + 0.1*now(stroke)), fatal: "     \
    "true}\n"                                                                                      \
    "event_order: [[mi, stroke], death]\n"                                                         \
    "let: {frailty: 0.5 + random_once('frailty')}\n"                                               \
    "on:\n"                                                                                        \
    "  - {event: mi, cost: {acute: 5000}, effect: {mis: 1}}\n"                                     \
    "  - {chain: kidney, to: esrd, cost: {acute: if(ever(mi), 300, 400)}}\n"                       \
    "  - {chain: sick, from: S1, cost: {care: 11}}\n"                                              \
    "  - {death: any, cost: {terminal: 1000}}\n"                                                   \
    "  - {from: start, cost: {test: 120}}\n"                                                       \
    "alive: {utility: 0.9 - 0.05*ever(mi) - 0.1*ever(stroke), cost: {care: 100 + number(t)}}\n"    \
    "utilities: multiplicative\n" ECONOMICS

#define POPULATION                                                                                 \
    "population:\n"                                                                                \
    "  age: {dist: truncated_normal(mean: 62, sd: 9, min: 40, max: 90)}\n"                         \
    "  sex: {shares: {male: 0.55, female: 0.45}}\n"                                                \
    "  hba1c: {dist: gamma(mean: 8.5, sd: 1.4)}\n"                                                 \
    "  correlations: [{between: [age, hba1c], rho: 0.2}]\n"

#define SICK                                                                                       \
    "  sick:\n"                                                                                    \
    "    start: {S0: 0.8, S1: rest}\n"                                                             \
    "    states:\n"                                                                                \
    "      S0: {utility: 1, cost: {care: 50}, to: {S1: 0.1, S2: if(sex == 'male', 0.02, 0.01)}}\n" \
    "      S1: {utility: 0.9, cost: {care: 150},\n"                                                \
    "           to: {S0: 0.3 / (1 + number(time_in_state)), S2: 0.05}}\n"                          \
    "      S2: {utility: 0.6, cost: {care: 500 + 3*cycle}, to: {gone: 0.08}}\n"                    \
    "      gone: {dead: true}\n"

#define KIDNEY                                                                                     \
    "  kidney:\n"                                                                                  \
    "    start: well\n"                                                                            \
    "    states:\n"                                                                                \
    "      well: {utility: 1, rate: {ckd: 0.05 + 0.02*ever(mi)}}\n"                                \
    "      ckd: {utility: 0.8, cost: {care: 77}, rate: {esrd: 0.4, well: 0.9}}\n"                  \
    "      esrd: {utility: 0.5, cost: {care: 7700}, rate: {failed: 0.7}}\n"                        \
    "      failed: {dead: true}\n"

#define STRATEGIES                                                                                 \
    "strategies:\n"                                                                                \
    "  usual: {}\n"                                                                                \
    "  care: {set: {attributes.hba1c.update: 0.9*hba1c + 0.7, attributes.dose.start: 1.4}, cost: " \
    "{drug: 300}}\n"

#define RICH_OF(settings) HEAD_OF(settings) POPULATION "chains:\n" SICK KIDNEY REST STRATEGIES
#define RICH RICH_OF("")

/* No chain: events alone, of which one may have happened before. */
#define PAST                                                                                       \
    HEAD "population:\n"                                                                           \
         "  age: {dist: truncated_normal(mean: 62, sd: 9, min: 40, max: 90)}\n"                    \
         "  had_mi: {shares: {0: 0.6, 1: 0.4}}\n"                                                  \
         "  ago: {dist: gamma(mean: 5, sd: 2)}\n"                                                  \
         "attributes: {weak: {start: 3 * ever(mi), update: max(0, weak - 0.1)}}\n"                 \
         "events:\n"                                                                               \
         "  mi: {rate: 0.03 + 0.05*ever(mi), before: had_mi == 1, years_before: ago,\n"            \
         "       when: count(mi) < 3}\n"                                                           \
         "  stroke: {prob: 0.04, before: random_once('s') < 0.2, once: true}\n"                    \
         "  death: {prob: min(1, 0.02 + 0.3 / (1 + number(time_since(mi))) + 0.01*weak\n"          \
         "                + 0.02*count(stroke)), fatal: true}\n"                                   \
         "alive: {utility: 0.9 - 0.05*count(mi), cost: {care: 100 + 50*ever(stroke)}}\n"           \
         "on:\n"                                                                                   \
         "  - {event: mi, cost: {acute: 5000}}\n"                                                  \
         "  - {from: start, cost: {test: 120 + number(age)}}\n"                                    \
         "  - {death: any, cost: {terminal: 1000}}\n" ECONOMICS                                    \
         "strategies: {usual: {}, care: {set: {events.mi.rate: 0.02}, cost: {drug: 300}}}\n"

/* Times in state of two chains, alone, with the clock, with each other and with a person's age. */
#define TIMES(cycles)                                                                              \
    "hecate: 1\n"                                                                                  \
    "model: times\n"                                                                               \
    "time: {cycle: 1 month, cycles: " cycles "}\n"                                                 \
    "engine: {microsimulation: {persons: 1000}}\n"                                                 \
    "uncertainty: {seed: 7}\n"                                                                     \
    "population: {age: {dist: normal(mean: 60, sd: 5)}}\n"                                         \
    "let:\n"                                                                                       \
    "  worse: event_prob(weibull(shape: 1.4, scale: 3), time_in_state(a), 1 month)\n"              \
    "  tired: 1 / (1 + exp(number(time_in_state(b)) - 1))\n"                                       \
    "chains:\n"                                                                                    \
    "  a:\n"                                                                                       \
    "    start: {A: 0.5, B: 0.5}\n"                                                                \
    "    states:\n"                                                                                \
    "      A: {utility: tired, cost: {care: 10 * sqrt(1 + number(time_in_state))},\n"              \
    "          to: {B: worse * (1 + 0.1 * sqrt(number(t)))}}\n"                                    \
    "      B: {utility: tired * (1 - number(worse)), cost: {care: "                                \
    "exp(number(time_in_state(a)) "                                                                \
    "* number(t) / 100)}, to: {A: worse * tired}}\n"                                               \
    "  b:\n"                                                                                       \
    "    start: X\n"                                                                               \
    "    states:\n"                                                                                \
    "      X: {to: {Y: 0.1 * exp(0 - number(time_in_state)) * number(age) / 60}}\n"                \
    "      Y: {to: {X: 0.2 * exp(0 - number(time_in_state(a))), Z: 0.01}}\n"                       \
    "      Z: {dead: true}\n"                                                                      \
    "events: {mi: {prob: 0.02 * tired * exp(0 - number(time_in_state(a)))}}\n"                     \
    "on: [{event: mi, cost: {acute: 50 * exp(0 - number(time_in_state(b)))}},\n"                   \
    "     {chain: a, to: B, cost: {move: 3 * sqrt(1 + number(time_in_state(a)))}}]\n"              \
    "attributes: {load: {start: 1, update: load + tired}}\n"                                       \
    "alive: {effect: {load: load * tired, tired: tired}}\n"                                        \
    "strategies:\n"                                                                                \
    "  usual: {}\n"                                                                                \
    "  other: {set: {tired: 1 / (1 + exp(number(time_in_state(b)) - 0.5))}}\n" ECONOMICS

#endif
