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
    HEC_PAY_SETTLED,  /* a contract with panels or a region, the update of a rule */
    HEC_PAY_MEASURED, /* inside panel.sum(...): of each person again */
    HEC_PAY_BEGUN,    /* what a rule starts with: nobody has lived yet */
} hec_pay_where;

/* What is settled once a year, while its expressions are read: a contract or a rule. */
typedef struct hec_settling {
    const char *name;
    bool rule;
    hec_pay_level level;
    int provider; /* whose panels; -1: the region, or unknown after a mistake */
    hec_id when;  /* 1 where a person is counted; -1 after a mistake */
} hec_settling;

/* A part of a contract with panels or the region that becomes a posting of its own. */
typedef struct hec_instalment {
    const char *contract, *key; /* "pay", "settle" or "split" */
    hec_place place;            /* of the contract */
    const hec_node *node, *by;
    hec_pay_level level;
    int provider;     /* whose panels; -1: the region, or a mistake */
    int32_t input[2][2]; /* [last year][all panels together]: as settlements read it; -1: not yet */
    size_t mechanism;
    hec_id money, weight; /* currency; -1 */
    double lag;
    size_t rank;
    enum { HEC_INSTALMENT_NEW, HEC_INSTALMENT_BUSY, HEC_INSTALMENT_DONE } progress;
    int posting; /* -1: none */
} hec_instalment;

/* Of which time a sum over persons is asked. */
typedef enum hec_asked_time { HEC_THIS_YEAR, HEC_LAST_YEAR, HEC_SO_FAR } hec_asked_time;

/* What is summed over persons. */
typedef struct hec_ask {
    enum {
        HEC_ASK_YEARS,     /* lived */
        HEC_ASK_PEOPLE,    /* cycles of persons */
        HEC_ASK_VALUE,     /* of `of` */
        HEC_ASK_CONDITION, /* cycles in which `of` holds */
    } what;
    hec_pay_level level;
    int provider; /* whose panels; -1: the region */
    bool at_year_end;
    const hec_expr *of;
    const char *text; /* `of` as written; NULL: unknown */
    const char *name; /* "panel.sum(hba1c < 7)" */
    hec_place place;
} hec_ask;

/* What persons ask of everybody. What it is a sum of is read when all payments are known. */
typedef struct hec_request {
    hec_feed feed;
    hec_ask ask;       /* of a measure */
    size_t instalment; /* of what is settled; SIZE_MAX */
    bool known;        /* feed.index is */
} hec_request;

/* What goes from a year to the next, in the strategy being built: known before its lives are read,
 * since behaviours may ask for it. */
typedef struct hec_feeding {
    hec_pay *pay;
    const hec_node **rules; /* [rules of pay] */
    size_t n_instalments, instalment_capacity;
    hec_instalment *instalments;
    size_t n_requests, request_capacity;
    hec_request *requests;
    hec_asked_time time; /* inside last_year(...) and so_far(...) */
    size_t n_checked, checked_capacity;
    hec_place *checked; /* what such calls ask, once it was found good */
} hec_feeding;

/* What an expression may read of everybody where it stands. */
typedef enum hec_reads {
    HEC_READS_NOTHING,
    HEC_READS_UNREAD, /* it is read for its mistakes alone */
    HEC_READS_START,  /* of persons at time 0 */
    HEC_READS_PERSON,
    HEC_READS_SETTLED,
} hec_reads;

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
    double lag;  /* years from use to payment */
    hec_id when; /* -1 after a mistake */
    bool *pays;  /* [services] */
} hec_layer;

/* What the strategy uses of a service, wherever it is given. */
typedef struct hec_used {
    const char *name; /* NULL: the strategy has none of it */
    hec_place place;
    hec_id quantity;        /* uses in the cycle */
    hec_id covered;         /* 1 where a contract pays in place of the benefits */
    hec_id charge, allowed; /* fen that benefits see, of all its providers; -1: nothing yet */
} hec_used;

/* A service at one provider: all of its uses, or a share of them. */
typedef struct hec_priced {
    const char *name; /* "visit"; "visit at clinic" where several give it */
    const hec_node *node;
    hec_place place;
    size_t use;
    int provider;
    hec_id quantity;        /* uses in the cycle */
    hec_id charge, allowed; /* fen; -1: it has no tariff */
    hec_id resource;        /* fen; -1: it costs nobody anything */
} hec_priced;

/* What a payer pays in the cycle, or providers spend, to be paid so many years later. */
typedef struct hec_due {
    int party;
    double lag;
    hec_id fen; /* less what it gets */
    hec_place place;
} hec_due;

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
    hec_used *used;       /* [uses] */
    size_t service_capacity;
    hec_priced *services; /* [n_services]: in the order written */
    hec_names names;      /* of the mechanisms */
    size_t mechanism_capacity, layer_capacity;
    hec_mechanism *mechanisms; /* [names.count] */
    hec_layer *layers;
    size_t counted_capacity;
    hec_counted *counted; /* [accounts of pay] */
    size_t n_dues, due_capacity;
    hec_due *dues;
    hec_id resources;     /* fen, by now; -1: nothing */
    hec_id charged, allowed; /* of all services, fen, by now */
    size_t observed_capacity, check_capacity;
    /* where an expression is being read */
    hec_pay_where where;
    size_t service;              /* at hand */
    hec_id remainder;            /* fen */
    const hec_settling *settling; /* what is settled; NULL: nothing */
    int provider; /* whose panels a person's `panel.` means; -1: nobody's, or it has none */
    bool listed;  /* layers and contracts are */
    size_t n_paid; /* mechanisms whose payments of the cycle are all known, from the first on */
    bool served;   /* the benefits have paid for every service */
    bool all_paid;
    const char *recalled; /* what is asked for before all is paid; NULL: nothing */
    hec_place recalling;  /* where */
    struct hec_pay_cohort *cohort; /* NULL: of persons; see policy_cohort.h */
} hec_paying;

/* ---- policy_parties.c ---- */
typedef enum hec_party_kind { HEC_PARTY_ANY, HEC_PARTY_PAYER, HEC_PARTY_PROVIDER } hec_party_kind;
/* The number of a party, or -1 after reporting. `what`: "a payer". */
int hec_policy_party(hec_paying *p, const hec_node *node, const char *what, hec_party_kind kind);
/* How persons are known to belong to the panels that are asked for. */
void hec_policy_belong(hec_paying *p);
/* Whether a provider is called so, or stands in a tier of that name; `check_` reports. */
bool hec_policy_is_called(const hec_party *party, const char *name);
bool hec_policy_is_provider(const hec_builder *b, const char *name);
bool hec_policy_check_provider(hec_paying *p, const char *name, hec_place place);
/* The part of {clinic: x, tertiary: y} for a provider, by its name or its tier, or NULL. */
const hec_node *hec_policy_of_provider(const hec_node *map, const hec_party *provider);

/* ---- policy_ledger.c ---- */
/* A flow of whole fen, put into the ledger and the sums of its parties; its number, or -1. */
int hec_policy_post(hec_paying *p, hec_posting posting);
/* Counts fen that providers spend on services or on anything else, paid `lag` years later. */
void hec_policy_spend(hec_paying *p, hec_id fen, double lag, hec_place place);
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
/* What hec_policy_fen has made whole. */
hec_id hec_policy_unrounded(const hec_graph *graph, hec_id fen);
/* 0 where the condition does not hold. */
hec_id hec_policy_where(const hec_paying *p, hec_id condition, hec_id value, hec_place place);
/* `lag:` of a layer or contract: years from accrual to payment; 0 where none is stated. */
double hec_policy_lag(hec_paying *p, const hec_node *map);
/* `rest`, in place of a share. */
bool hec_policy_is_rest(const hec_node *node);
/* The part of {primary: x, tertiary: y} for a service's provider, by its name or its tier; a single
 * value is for all. NULL after reporting. */
const hec_node *hec_policy_by_provider(hec_paying *p, const hec_node *node, const char *key,
                                       size_t service);

/* ---- policy_prices.c ---- */
typedef enum hec_policy_price {
    HEC_PRICE_TARIFF,
    HEC_PRICE_RESOURCE,
    HEC_PRICE_CEILING,
    HEC_PRICE_COVERAGE,
    HEC_PRICES
} hec_policy_price;
/* The price of a service at its provider; -1: none is stated, or after reporting. */
hec_id hec_policy_price_of(hec_paying *p, size_t service, hec_policy_price which);

/* ---- policy_services.c ---- */
/* The number of a service among the uses, or -1 after reporting. */
int hec_policy_service(hec_paying *p, const char *name, hec_place place);
void hec_policy_services(hec_paying *p);

/* ---- policy_benefits.c ---- */
/* Whether a layer or contract may have this name; else it is reported. */
bool hec_policy_names_mechanism(hec_builder *b, const char *name, hec_place place,
                                const char *what);
void hec_policy_list_layers(hec_paying *p);
void hec_policy_benefits(hec_paying *p);

/* ---- policy_contracts.c: the list, and contracts with persons ---- */
void hec_policy_list_contracts(hec_paying *p);
/* Where contracts pay for a service in place of the benefits. */
void hec_policy_cover(hec_paying *p);
void hec_policy_contracts(hec_paying *p);

/* The provider whose panels a contract means: the payee's before the payer's; -1: none. */
int hec_policy_provider_of(const hec_paying *p, const hec_mechanism *m);

/* ---- policy_memory.c: what contracts remember of a person ---- */
/* When everything is paid: what is remembered in the next cycle. */
void hec_policy_close_memory(hec_paying *p);
/* Where an `update` of a memory asks what is not known yet; reports. `known`: it is. */
bool hec_policy_recalls_late(hec_paying *p, bool known, const hec_expr *expr);

/* ---- policy_settled.c: contracts with panels or the region ---- */
/* Their parts, as soon as a strategy is opened. */
void hec_policy_list_instalments(hec_builder *b);
/* Reads what they pay. */
void hec_policy_settle(hec_paying *p);
/* Orders them, so that each comes after what it reads, and puts them into the ledger. */
void hec_policy_post_settled(hec_paying *p);
/* settled(contract), region.settled(contract) */
hec_value hec_policy_settled(hec_builder *b, const hec_expr *expr, bool region);
/* Whether an input is one of those that a settlement is given. */
bool hec_policy_is_given(const hec_builder *b, int32_t input);
/* Marks what a value is worked out from, itself included: [id + 1]. NULL: no memory. */
bool *hec_policy_needed(const hec_builder *b, hec_id id);
/* Whether a settlement asks for sums alone, not for persons; reports. */
bool hec_policy_is_settled(hec_paying *p, hec_id id, hec_place place);

/* ---- policy_names.c ---- */
/* What a name or call means where something is paid; false: it is none of payments. */
bool hec_policy_name(hec_builder *b, const char *name, hec_place place, hec_value *value);
bool hec_policy_call(hec_builder *b, const hec_expr *expr, hec_value *value);

hec_value hec_policy_not_here(hec_builder *b, const char *name, hec_place place);

/* ---- policy_measures.c ---- */
/* Names of settlements: panel.x(...), region.x(...), and rules. */
bool hec_policy_is_measure(const char *name);
/* Whether a rule could not be told from a measure. */
bool hec_policy_is_taken(const char *rule);
hec_value hec_policy_measure(hec_builder *b, const char *name, const hec_expr *expr,
                             hec_place place);
/* What each person adds to a sum, 0 of those who are not counted; its type is that of `of`. */
hec_value hec_policy_of_persons(hec_paying *p, const hec_ask *ask, hec_id when);
/* What is summed in place of a value, such as fen, and how the sum is brought back: times a factor,
 * over a divisor; one of them is 1. */
hec_id hec_policy_unscaled(hec_paying *p, hec_id id, double *factor, double *divisor);
/* The number of the measure that sums it, added when new; SIZE_MAX: no memory. */
size_t hec_policy_measured(hec_paying *p, const hec_ask *ask, hec_id of_person);

/* ---- policy_feeds.c: what persons read of everybody ---- */
void hec_policy_open_feeding(hec_builder *b, hec_strategy *strategy);
void hec_policy_close_feeding(hec_builder *b);
hec_reads hec_policy_reads(const hec_builder *b);
/* The provider whose panels persons mean by `panel.`; -1 after reporting. `name`: what is asked. */
int hec_policy_panels_of(hec_builder *b, const char *name, hec_place place);
/* last_year(...), so_far(...), settled(...); false: it is none of them. */
bool hec_policy_is_feed_call(const char *name);
bool hec_policy_feed_call(hec_builder *b, const hec_expr *expr, hec_value *value);
/* One number that persons read: the input of a feed. */
hec_id hec_policy_request(hec_builder *b, hec_request request, const char *name);
/* The sum of an ask, of the time at hand, as persons read it. */
hec_value hec_policy_fed_sum(hec_builder *b, const hec_ask *ask);
/* Reads what the sums that were asked for are made of. */
void hec_policy_close_requests(hec_paying *p);
/* The feeds of the strategy, when postings are known. */
void hec_policy_list_feeds(hec_paying *p);
/* "panel.sum(x), last year" */
const char *hec_policy_timed(hec_builder *b, const char *name);

/* ---- policy_rules.c ---- */
/* The provider that `at:` names, when it has panels; -1 after reporting. */
int hec_policy_panels_at(hec_builder *b, const hec_node *at);
/* The list, as soon as a strategy is opened. */
void hec_policy_list_rules(hec_builder *b);
/* The number of a rule, or SIZE_MAX. */
size_t hec_policy_find_rule(const hec_builder *b, const char *name);
hec_value hec_policy_rule(hec_builder *b, size_t rule, hec_pay_level level, hec_place place);
/* Reads what rules start with and how they go on. */
void hec_policy_rules(hec_paying *p);

/* ---- policy_behaviours.c ---- */
/* What a name means where people behave otherwise under the strategy's policy. */
hec_value hec_policy_behave(hec_builder *b, const hec_binding *binding, hec_value value);
void hec_policy_behaviours(hec_paying *p);

#endif
