/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that read one strategy share. */
#ifndef HECATE_MODEL_STRATEGY_INNER_H
#define HECATE_MODEL_STRATEGY_INNER_H

#include "model/build.h"

/* What a state counts per year of one outcome. */
typedef struct hec_reward_cell {
    hec_id id;
    hec_place place;
    bool used;
} hec_reward_cell;

typedef struct hec_strategy_work {
    hec_builder *b;
    hec_strategy *strategy;
    hec_reward_cell *rewards; /* [states][outcomes] */
    hec_reward_cell *alive;   /* [outcomes]: while alive, of persons; NULL: nothing */
    size_t arc_capacity, one_off_capacity, amount_capacity, rate_capacity;
} hec_strategy_work;

/* moves.c */
void hec_build_start(hec_strategy_work *w);
void hec_build_moves(hec_strategy_work *w, int from, const hec_node *state);

/* rewards.c */
void hec_build_rewards(hec_strategy_work *w, int state, const hec_node *map);
/* Living in a state counts a year. */
void hec_build_life_year(hec_strategy_work *w, int state);
/* What the strategy adds to its states, or replaces. */
void hec_build_differences(hec_strategy_work *w, const hec_node *strategy);
void hec_store_rewards(hec_strategy_work *w);
/* How a service's quantity becomes money: `charge` is called for the quantity and for each of its
 * cost categories. */
typedef void hec_charge_fn(hec_strategy_work *w, void *target, int outcome, hec_id id,
                           hec_place place);
void hec_build_use(hec_strategy_work *w, const hec_entry *use, bool per_year, hec_charge_fn *charge,
                   void *target);
/* Money, per year or once; .id = -1 after reporting. */
hec_value hec_build_money(hec_builder *b, const hec_node *node, bool per_year);

hec_type hec_build_money_type(const hec_builder *b, bool per_year);
/* The price of one use, in currency; -1 after reporting. `what`: "the price". */
hec_id hec_build_price(hec_builder *b, const hec_node *service, const hec_node *node,
                       const char *what);

/* consequences.c */
void hec_build_consequences(hec_strategy_work *w, const hec_node *on);

/* life.c: fills strategy->life; the last of a strategy. Not called for a cohort. */
void hec_build_life(hec_strategy_work *w);
/* policy.c: fills strategy->pay, and what of it the life has; after it */
void hec_build_policy(hec_strategy_work *w);
/* occupancy.c: strategy->occupancy, of a chain with `occupancy:`; the chain has no start */
void hec_build_occupancy(hec_strategy_work *w, const hec_node *chain);
/* Whether `on:` may ask for these moves of such a chain; false after reporting. */
bool hec_build_share_moves(hec_builder *b, const hec_node *map, bool entering, const bool *to);
/* Reports what follows the time in a state, of such a chain. */
void hec_build_refuse_timed_shares(hec_builder *b);
/* latents.c: strategy->life.latents, of a chain with `time:` */
void hec_build_latents(hec_strategy_work *w, const hec_node *chain);

#endif
