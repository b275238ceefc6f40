/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiler: chains. Where a value is read once, by an operation of the same stage, that operation
 * can take it while it is at hand, and no column is written. So a linear predictor, with its
 * products, becomes one instruction, and so do a chain of conditions and what is made of them.
 *
 * Of the operands that could go on into an operation one does, that which keeps fewest columns
 * waiting; the others are columns, numbers, or in sums and differences a product of two. Bits are
 * those of one operation after the other. */
#include "lang/compile_inner.h"

enum { HELD_MOST = 8 };

static bool is_op(const hec_graph_node *node)
{
    static const bool links[HK_OP_COUNT] = {
#define LINK(name, arity) [HK_##name] = true,
        HK_LINK_TABLE(LINK)
#undef LINK
    };
    return node->code == HEC_CODE_OP && links[node->op];
}

/* ---- who goes on into whom ------------------------------------------------------------------- */

static void count_readers(hec_compiler *c, size_t unit)
{
    for (size_t id = 0; id < c->n_nodes; id++) {
        c->readers[id] = 0;
        c->chained[id] = (hec_chained){0};
    }
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        const hec_graph_node *node = hec_compiler_node(c, id);
        bool needed = *hec_compiler_flags(c, unit, id) & HEC_NODE_NEEDED;
        for (int k = 0; needed && k < node->n_args; k++) {
            uint8_t *readers = &c->readers[node->args[k]];
            *readers = (uint8_t)(*readers < 2 ? *readers + 1 : 2);
        }
    }
}

/* A column of the same stage that `reader` alone reads. */
static bool is_passing(const hec_compiler *c, size_t unit, hec_id id, hec_id reader)
{
    return *hec_compiler_flags(c, unit, id) == HEC_NODE_NEEDED && c->readers[id] == 1 &&
           c->stage[id] == c->stage[reader] && hec_compiler_is_lanes(c, id) &&
           hec_compiler_node(c, id)->n_args > 0;
}

/* Whether the node may be a link before its reader. */
static bool may_go_on(const hec_compiler *c, size_t unit, hec_id id, hec_id reader)
{
    const hec_chained *chained = &c->chained[id];
    return is_passing(c, unit, id, reader) && is_op(hec_compiler_node(c, id)) &&
           chained->links < HK_LINKS_MAX && chained->held < HELD_MOST;
}

static bool may_be_product(const hec_compiler *c, size_t unit, hec_id id, hec_id reader)
{
    return may_go_on(c, unit, id, reader) && hec_compiler_node(c, id)->op == HK_MUL &&
           !c->chained[id].continues;
}

/* Sets `at` and `continues`. */
static void choose_link(hec_compiler *c, size_t unit, hec_id id)
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    hec_chained *own = &c->chained[id];
    const hec_chained *best = NULL;
    for (int k = node->n_args - 1; k >= 0; k--) {
        const hec_chained *arg = &c->chained[node->args[k]];
        bool better = !best || arg->held < best->held ||
                      (arg->held == best->held && arg->links >= best->links);
        if (may_go_on(c, unit, node->args[k], id)) {
            own->continues = true;
            own->at = better ? (uint8_t)k : own->at;
            best = better ? arg : best;
        } else if (!own->continues && hec_compiler_is_lanes(c, node->args[k])) {
            own->at = (uint8_t)k;
        }
    }
}

/* A product is better added by the way than begun with. */
static void choose_product(hec_compiler *c, size_t unit, hec_id id)
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    hec_chained *own = &c->chained[id];
    if (node->op != HK_ADD && node->op != HK_SUB) {
        return;
    }
    int other = 1 - own->at;
    hec_id brought = node->args[own->at], added = node->args[other];
    bool either = node->op == HK_ADD;
    if ((either || other == 1) && may_be_product(c, unit, added, id)) {
        own->product = true;
    } else if ((either || other == 0) && own->continues && hec_compiler_is_lanes(c, added) &&
               may_be_product(c, unit, brought, id)) {
        *own = (hec_chained){
            .continues = may_go_on(c, unit, added, id), .product = true, .at = (uint8_t)other};
    }
}

/* The operands of a link beside the value; returns how many. */
static int other_operands(const hec_compiler *c, hec_id id, hec_id others[2])
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    const hec_chained *own = &c->chained[id];
    int count = 0;
    if (own->product) { /* a number comes first */
        const hec_id *factors = hec_compiler_node(c, node->args[1 - own->at])->args;
        bool turn = !hec_compiler_is_lanes(c, factors[1]);
        others[0] = factors[turn];
        others[1] = factors[!turn];
        return 2;
    }
    for (int k = 0; k < node->n_args; k++) {
        if (k != own->at) {
            others[count++] = node->args[k];
        }
    }
    return count;
}

static void join(hec_compiler *c, size_t unit, hec_id id)
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    hec_chained *own = &c->chained[id];
    hec_id others[2];
    if (own->continues) {
        hec_chained *before = &c->chained[node->args[own->at]];
        before->inside = true;
        own->links = before->links;
        own->held = before->held;
    }
    if (own->product) {
        c->chained[node->args[1 - own->at]].inside = true;
    }
    own->links++;
    for (int k = other_operands(c, id, others); k-- > 0;) {
        hec_id reader = own->product ? node->args[1 - own->at] : id;
        own->held += is_passing(c, unit, others[k], reader);
    }
}

void hec_chains_find(hec_compiler *c, size_t unit)
{
    count_readers(c, unit);
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        if ((*hec_compiler_flags(c, unit, id) & HEC_NODE_NEEDED) && hec_compiler_is_lanes(c, id) &&
            is_op(hec_compiler_node(c, id))) {
            choose_link(c, unit, id);
            choose_product(c, unit, id);
            join(c, unit, id);
        }
    }
}

bool hec_chain_ends(const hec_compiler *c, hec_id id)
{
    const hec_chained *own = &c->chained[id];
    return !own->inside && (own->continues || own->product);
}

/* ---- one chain ------------------------------------------------------------------------------- */

static hec_id link_before(const hec_compiler *c, hec_id id)
{
    return hec_compiler_node(c, id)->args[c->chained[id].at];
}

size_t hec_chain_operands(const hec_compiler *c, hec_id id, hec_id operands[HEC_OPERANDS_MAX])
{
    size_t count = 0;
    while (true) {
        count += (size_t)other_operands(c, id, operands + count);
        if (!c->chained[id].continues) {
            break;
        }
        id = link_before(c, id);
    }
    operands[count++] = link_before(c, id);
    return count;
}

static hec_chain_link link_of(const hec_compiler *c, size_t unit, hec_id id)
{
    const hec_chained *own = &c->chained[id];
    hec_chain_link link = {0};
    hec_id others[2];
    unsigned numbers = 0;
    int count = other_operands(c, id, others);
    for (int k = 0; k < count; k++) {
        bool number = !hec_compiler_is_lanes(c, others[k]);
        numbers |= (unsigned)number << k;
        link.args[k] =
            hec_compiler_operand(c, unit, others[k], number ? HEC_FORM_UNIFORM : HEC_FORM_LANES);
    }
    link.code = HK_LINK_CODE(hec_compiler_node(c, id)->op, own->product ? HK_LINK_PRODUCT : own->at,
                             numbers);
    return link;
}

bool hec_chain_emit(const hec_compiler *c, size_t unit, hec_id id, hec_instruction *in)
{
    in->code = HEC_RUN_CHAIN;
    in->n_links = c->chained[id].links;
    in->links = hec_arena_array(c->arena, in->n_links, sizeof *in->links);
    if (!in->links) {
        return false;
    }
    for (size_t k = in->n_links; k-- > 0; id = link_before(c, id)) {
        in->links[k] = link_of(c, unit, id);
    }
    in->args[0] = hec_compiler_operand(c, unit, id, HEC_FORM_LANES);
    return true;
}
