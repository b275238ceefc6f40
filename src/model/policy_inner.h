/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about payments share. */
#ifndef HECATE_MODEL_POLICY_INNER_H
#define HECATE_MODEL_POLICY_INNER_H

#include "model/life_inner.h"

/* Where an expression of payments stands decides what it may ask. */
typedef enum hec_pay_where {
    HEC_PAY_ASIDE,    /* a tariff, `when`: of the person, before anything is paid */
    HEC_PAY_SERVICE,  /* a layer, for the service at hand */
    HEC_PAY_CONTRACT, /* a contract with persons: every service is paid */
    HEC_PAY_SETTLED,  /* a contract with panels or a region */
    HEC_PAY_MEASURED, /* inside panel.sum(...): of each person again */
} hec_pay_where;

/* What ytd() can ask about: a contract, or the layers of one name. */
typedef struct hec_mechanism {
    const char *name;
    hec_place place;
    const hec_node *node; /* of a contract */
    bool contract;
    hec_pay_level level;
    int payer, payee; /* of a contract; -1 after a mistake */
    hec_id when;      /* 1 where it holds for the person */
    hec_id paid;      /* fen, in this cycle, by now */
    hec_id seen;      /* of layers: what was left when their turn came, fen, by now */
    bool *covers;     /* [uses] */
} hec_mechanism;

typedef struct hec_layer {
    const hec_node *node;
    hec_place place;
    size_t mechanism;
    int payer;
    hec_id when; /* -1 after a mistake */
    bool *pays;  /* [uses] */
} hec_layer;

/* A service of the strategy. */
typedef struct hec_priced {
    const char *name; /* NULL: the strategy has none of it */
    const hec_node *node;
    hec_place place;
    int provider;
    hec_id quantity;        /* uses in the cycle */
    hec_id charge, allowed; /* fen; -1: it has no tariff */
    hec_id covered;         /* 1 where a contract pays in place of the benefits */
} hec_priced;

/* What an account of the strategy counts. */
typedef struct hec_counted {
    enum {
        HEC_COUNTED_PAID, /* index: mechanism */
        HEC_COUNTED_SEEN, /* the same */
        HEC_COUNTED_USES, /* index: use */
        HEC_COUNTED_CHARGE,
        HEC_COUNTED_ALLOWED,
    } kind;
    size_t index;
    bool for_life;
} hec_counted;

typedef struct hec_paying {
    hec_builder *b;
    hec_strategy_work *w;
    hec_pay *pay;
    const hec_node *policy;
    hec_place place;
    hec_id alive;
    size_t n_uses, n_services, n_layers;
    hec_priced *services; /* [uses] */
    size_t *order;        /* [n_services]: uses, in the order written */
    hec_names names;      /* of the mechanisms */
    size_t mechanism_capacity, layer_capacity;
    hec_mechanism *mechanisms; /* [names.count] */
    hec_layer *layers;
    size_t counted_capacity;
    hec_counted *counted; /* [accounts of pay] */
    hec_id *sums;         /* [parties]: what each pays, less what it gets, fen; -1: nothing */
    hec_id resources;     /* fen */
    hec_id charged, allowed; /* of all services, fen, by now */
    size_t observed_capacity, check_capacity;
    /* where an expression is being read */
    hec_pay_where where;
    size_t service;              /* at hand */
    hec_id remainder;            /* fen */
    const hec_mechanism *settled; /* whose settlement */
    bool last_year;
} hec_paying;

/* ---- policy_parties.c ---- */
typedef enum hec_party_kind { HEC_PARTY_ANY, HEC_PARTY_PAYER, HEC_PARTY_PROVIDER } hec_party_kind;
/* The number of a party, or -1 after reporting. `what`: "a payer". */
int hec_policy_party(hec_paying *p, const hec_node *node, const char *what, hec_party_kind kind);

/* ---- policy_ledger.c ---- */
/* A flow of whole fen, put into the ledger and the sums of its parties; its number, or -1. */
int hec_policy_post(hec_paying *p, hec_posting posting);
/* The index of an observed value; the same node is observed once. -1: no memory. */
int hec_policy_observe(hec_paying *p, hec_id id);
void hec_policy_check(hec_paying *p, hec_life_check check);
/* What an account holds by now: at the start of the cycle, and of money what came in it since. */
hec_id hec_policy_account(hec_paying *p, hec_counted counted, hec_place place);
/* When everything is paid: what accounts are in the next cycle, and what each payer pays. */
void hec_policy_close_accounts(hec_paying *p);
void hec_policy_add_amounts(hec_paying *p);

/* ---- policy_read.c: expressions ---- */
/* -1 after reporting. */
hec_value hec_policy_value(hec_paying *p, const hec_node *node, hec_pay_where where);
hec_id hec_policy_money(hec_paying *p, const hec_node *node, hec_pay_where where, const char *what);
hec_id hec_policy_number(hec_paying *p, const hec_node *node, hec_pay_where where,
                         const char *what);
/* 1 or 0; the constant 1 where `when` is not stated. */
hec_id hec_policy_when(hec_paying *p, const hec_node *map);
/* Whole fen nearest to an amount of currency, and back. */
hec_id hec_policy_fen(const hec_paying *p, hec_id money, hec_place place);
hec_id hec_policy_currency(const hec_paying *p, hec_id fen, hec_place place);
/* 0 where the condition does not hold. */
hec_id hec_policy_where(const hec_paying *p, hec_id condition, hec_id value, hec_place place);
/* The part of {primary: x, tertiary: y} for a service's provider, by its name or its tier; a single
 * value is for all. NULL after reporting. */
const hec_node *hec_policy_by_provider(hec_paying *p, const hec_node *node, const char *key,
                                       size_t service);

/* ---- policy_services.c ---- */
/* The number of a service among the uses, or -1 after reporting. */
int hec_policy_service(hec_paying *p, const char *name, hec_place place);
void hec_policy_services(hec_paying *p);

/* ---- policy_benefits.c ---- */
void hec_policy_list_layers(hec_paying *p);
void hec_policy_benefits(hec_paying *p);

/* ---- policy_contracts.c ---- */
void hec_policy_list_contracts(hec_paying *p);
/* Where contracts pay for a service in place of the benefits. */
void hec_policy_cover(hec_paying *p);
void hec_policy_contracts(hec_paying *p);

/* ---- policy_names.c ---- */
/* What a name or call means where something is paid; false: it is none of payments. */
bool hec_policy_name(hec_builder *b, const char *name, hec_place place, hec_value *value);
bool hec_policy_call(hec_builder *b, const hec_expr *expr, hec_value *value);

/* ---- policy_measures.c ---- */
/* Names of settlements: panel.x(...), region.x(...). */
bool hec_policy_is_measure(const char *name);
hec_value hec_policy_measure(hec_paying *p, const char *name, const hec_expr *expr,
                             hec_place place);
/* Whether a settlement asks for sums alone, not for persons; reports. */
bool hec_policy_is_settled(hec_paying *p, hec_id id, hec_place place);

/* ---- policy_behaviours.c ---- */
/* What a name means where people behave otherwise under the strategy's policy. */
hec_value hec_policy_behave(hec_builder *b, const hec_binding *binding, hec_value value);
void hec_policy_behaviours(hec_paying *p);

#endif
