/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters: values with units, and the distributions they are drawn from, alone or jointly. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "lang/typing.h"

static const char *const parameter_keys[] = {"value", "unit",   "price_year", "dist", "low",
                                             "high",  "source", "status",     "note", "label"};
static const hec_value NO_VALUE = {-1, {.kind = HEC_KIND_ANY}};

/* ---- values in the parameter's unit ---------------------------------------------------------- */

/* A number without a unit is in the unit of the parameter. */
static bool is_plain(const hec_type *type)
{
    return type->kind == HEC_KIND_ANY || (type->kind == HEC_KIND_QUANTITY && type->n_factors == 0);
}

/* Turns a value that was read for the parameter into the unit as written: divides what carries its
 * own unit, and so is in years, by the factor. Reports a unit that does not fit. */
static bool to_written(hec_builder *b, const hec_parameter *p, const hec_type *type,
                       hec_place place, const char *what, double *x)
{
    if (is_plain(type)) {
        return true;
    }
    if (!hec_type_expect(b->diagnostics, (hec_value){p->id, *type}, &p->type, place, what)) {
        return false;
    }
    *x /= p->factor;
    return true;
}

static bool read_number(hec_builder *b, const hec_parameter *p, const hec_node *node,
                        const char *what, double *x)
{
    hec_value value = hec_build_expression(b, node);
    return value.id >= 0 && hec_build_known(b, value.id, node->place, what, x) &&
           to_written(b, p, &value.type, node->place, what, x);
}

static void read_price_year(hec_builder *b, const hec_node *node, hec_parameter *p)
{
    int64_t year = 0;
    if (!hec_build_integer(b, node, "the price year", 1900, 2200, &year)) {
        return;
    }
    if (p->type.price_year != 0 && p->type.price_year != (int16_t)year) {
        hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, node->place,
                   "the price year is %lld here but %d in the unit", (long long)year,
                   p->type.price_year);
        return;
    }
    if (!hec_type_is_money(&p->type)) {
        hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, node->place,
                   "only money has a price year, and `%s` is no money", p->name);
        hec_report_help(b->diagnostics, "state its unit, such as `unit: CNY`");
        return;
    }
    p->type.price_year = (int16_t)year;
}

/* False after reporting a unit that cannot be read: nothing can be said of the type then. */
static bool read_unit(hec_builder *b, const hec_node *map, hec_parameter *p)
{
    const hec_node *unit = hec_build_part(b, map, "unit", HEC_NODE_SCALAR);
    const hec_node *price_year = hec_node_get(map, "price_year");
    if (unit && !hec_unit_read(b->diagnostics, unit->text, unit->length, unit->place,
                               unit->verbatim, &p->type, &p->factor)) {
        p->type = HEC_TYPE_ANY;
        p->factor = 1;
        return false;
    }
    if (price_year && price_year->kind != HEC_NODE_EMPTY) {
        read_price_year(b, price_year, p);
    }
    return true;
}

/* ---- distributions --------------------------------------------------------------------------- */

static const char *const dist_form = "a distribution is written like gamma(mean: 2, se: 0.5)";

/* One argument of a distribution: a number or a pair [low, high]. */
static bool read_argument(hec_builder *b, const hec_parameter *p, const hec_expr *expr,
                          hec_dist_argument *argument)
{
    static const char *const what = "an argument of a distribution";
    size_t n = expr->kind == HEC_EXPR_LIST ? expr->n_args : 1;
    if (n < 1 || n > 2) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "one number or a pair [low, high] is needed");
        return false;
    }
    argument->place = expr->place;
    argument->n_values = (int)n;
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        const hec_expr *part = expr->kind == HEC_EXPR_LIST ? expr->args[i] : expr;
        hec_value value = hec_lower(b->model->graph, &b->scope, b->diagnostics, part);
        good = value.id >= 0 &&
               hec_build_known(b, value.id, part->place, what, &argument->values[i]) &&
               to_written(b, p, &value.type, part->place, what, &argument->values[i]) && good;
    }
    return good;
}

bool hec_build_distribution(hec_builder *b, const hec_parameter *p, const hec_node *node,
                            hec_distribution *distribution)
{
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "a distribution")) {
        hec_report_help(b->diagnostics, dist_form);
        return false;
    }
    const hec_expr *expr = hec_expr_parse(b->arena, b->diagnostics, node->text, node->length,
                                          node->place, node->verbatim);
    if (!expr) {
        return false;
    }
    if (expr->kind != HEC_EXPR_CALL) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, node->place, "`%s` is no distribution",
                   node->text);
        hec_report_help(b->diagnostics, dist_form);
        return false;
    }
    hec_dist_argument *arguments = hec_arena_array(b->arena, expr->n_args + 1, sizeof *arguments);
    bool good = arguments != NULL;
    for (size_t i = 0; arguments && i < expr->n_args; i++) {
        arguments[i].name = expr->arg_names ? expr->arg_names[i] : NULL;
        good = read_argument(b, p, expr->args[i], &arguments[i]) && good;
    }
    return good && hec_distribution_create(b->diagnostics, expr->name, expr->name_place,
                                           expr->n_args, arguments, distribution);
}

static bool same_draw(const hec_draw *a, const hec_draw *b)
{
    return strcmp(a->name, b->name) == 0 && a->kind == b->kind && a->group == b->group &&
           a->member == b->member && memcmp(&a->marginal, &b->marginal, sizeof a->marginal) == 0 &&
           a->base == b->base;
}

/* The number of the draw; strategies that read the same share it. */
static int32_t add_draw(hec_builder *b, const hec_draw *draw)
{
    hec_model *model = b->model;
    size_t latest = hec_latest_find(&b->draws, draw->name);
    if (latest != SIZE_MAX && same_draw(&model->draws[latest], draw)) {
        return (int32_t)latest;
    }
    for (size_t i = 0; latest != SIZE_MAX && i < latest; i++) {
        if (same_draw(&model->draws[i], draw)) {
            return (int32_t)i;
        }
    }
    if (!hec_latest_set(b->arena, &b->draws, draw->name, model->n_draws) ||
        !hec_arena_grow(b->arena, (void **)&model->draws, model->n_draws, &model->draw_capacity,
                        sizeof *model->draws)) {
        return -1;
    }
    model->draws[model->n_draws] = *draw;
    return (int32_t)model->n_draws++;
}

static const hec_joint_member *find_member(const hec_builder *b, const char *name)
{
    size_t found = hec_names_find(&b->member_names, name);
    return found == SIZE_MAX ? NULL : &b->members[found];
}

static hec_id drawn_value(hec_builder *b, hec_parameter *p, const hec_draw *draw)
{
    hec_graph *graph = b->model->graph;
    p->input = add_draw(b, draw);
    if (p->input < 0) {
        return -1;
    }
    hec_id id = hec_graph_input(graph, hec_model_draw(b->model, (size_t)p->input), HEC_DEP_DRAW,
                                p->name, p->place);
    if (p->factor != 1) {
        id = hec_graph_op(graph, HK_MUL, id, hec_graph_constant(graph, p->factor, p->place), -1,
                          p->place);
    }
    return id;
}

/* ---- what is possible ------------------------------------------------------------------------ */

typedef struct range {
    double low, high;
    const char *words, *cure;
} range;

/* What a quantity of this type can be; NULL: anything. */
static const range *range_of(const hec_type *type)
{
    static const range probability = {0, 1, "a probability lies between 0 and 1",
                                      "draws of `beta` stay between 0 and 1"};
    static const range utility = {
        -INFINITY, 1, "a utility is at most 1, full health",
        "draws of `beta` stay below 1; so does 1 minus a drawn decrement"};
    static const range odds = {0, INFINITY, "odds are not negative",
                               "draws of `gamma` and `lognormal` are positive"};
    static const range rate = {0, INFINITY, "a rate is not negative",
                               "draws of `gamma` and `lognormal` are positive"};
    switch (type->kind) {
    case HEC_KIND_PROBABILITY:
        return &probability;
    case HEC_KIND_UTILITY:
        return &utility;
    case HEC_KIND_ODDS:
        return &odds;
    default:
        return !is_plain(type) && hec_type_agree(type, &HEC_TYPE_PER_YEAR) ? &rate : NULL;
    }
}

static bool check_base(hec_builder *b, const hec_parameter *p, const hec_node *value)
{
    const range *possible = range_of(&p->type);
    double x = p->base * p->factor;
    if (possible && (x < possible->low || x > possible->high)) {
        bool utility = p->type.kind == HEC_KIND_UTILITY;
        hec_report(b->diagnostics, utility ? HEC_CHECK_UNUSUAL : HEC_CHECK_BAD_VALUE, value->place,
                   "`%s` is %g, but %s", p->name, p->base, possible->words);
        return false;
    }
    return true;
}

static void check_drawn(hec_builder *b, const hec_parameter *p, const hec_node *value,
                        const hec_node *dist, const hec_distribution *distribution)
{
    double low = hec_distribution_quantile(distribution, 0.001);
    double high = hec_distribution_quantile(distribution, 0.999);
    const range *possible = range_of(&p->type);
    if (value && (p->base < low || p->base > high)) {
        hec_report(b->diagnostics, HEC_CHECK_BASE_OUTSIDE, value->place,
                   "the base value %g of `%s` is outside the middle 99.8 %% of its distribution, "
                   "%.6g to %.6g",
                   p->base, p->name, low, high);
        hec_report_note(b->diagnostics, dist->place, "its distribution stands here");
        hec_report_help(b->diagnostics, "are value and distribution in the same unit?");
    }
    if (possible && (low * p->factor < possible->low || high * p->factor > possible->high)) {
        hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION_RANGE, dist->place,
                   "more than 1 in 1000 draws of `%s` are impossible: %s", p->name,
                   possible->words);
        hec_report_help(b->diagnostics, "%s", possible->cure);
    }
}

static void check_bounds(hec_builder *b, const hec_parameter *p)
{
    static const char *const keys[] = {"low", "high"};
    double bounds[2] = {-INFINITY, INFINITY};
    const hec_node *nodes[2];
    for (size_t i = 0; i < 2; i++) {
        nodes[i] = hec_node_get(p->node, keys[i]);
        nodes[i] = nodes[i] && nodes[i]->kind != HEC_NODE_EMPTY ? nodes[i] : NULL;
        if (nodes[i] && !read_number(b, p, nodes[i], "a bound", &bounds[i])) {
            return;
        }
    }
    if (bounds[0] > bounds[1]) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, nodes[0]->place,
                   "the lower bound %g of `%s` is above its upper bound %g", bounds[0], p->name,
                   bounds[1]);
        hec_report_note(b->diagnostics, nodes[1]->place, "the upper bound stands here");
    } else if (p->base < bounds[0] || p->base > bounds[1]) {
        size_t which = p->base < bounds[0] ? 0 : 1;
        hec_report(b->diagnostics, HEC_CHECK_BASE_OUTSIDE, nodes[which]->place,
                   "the base value %g of `%s` is %s `%s: %g`", p->base, p->name,
                   which == 0 ? "below" : "above", keys[which], bounds[which]);
    }
}

/* ---- one parameter --------------------------------------------------------------------------- */

/* A number or expression, which may follow draws or time. */
static hec_id certain_value(hec_builder *b, hec_parameter *p, const hec_node *node)
{
    hec_graph *graph = b->model->graph;
    hec_value value = hec_build_expression(b, node);
    if (value.id < 0) {
        return -1;
    }
    if (is_plain(&value.type)) {
        if (p->type.kind == HEC_KIND_ANY) {
            p->type = value.type;
        }
        if (p->factor != 1) {
            value.id =
                hec_graph_op(graph, HK_MUL, value.id,
                             hec_graph_constant(graph, p->factor, node->place), -1, node->place);
        }
    } else if (p->type.kind == HEC_KIND_ANY) {
        p->type = value.type;
    } else {
        const char *what = hec_arena_format(b->arena, "`%s`", p->name);
        if (!hec_build_wants(b, value, &p->type, node, what ? what : p->name, NULL)) {
            return -1;
        }
    }
    p->base = hec_graph_node_at(graph, value.id)->depends == 0
                  ? hec_evaluate(graph, value.id, NULL) / p->factor
                  : NAN; /* worked out in the run */
    if (isinf(p->base) || (isnan(p->base) && hec_graph_node_at(graph, value.id)->depends == 0)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "`%s` is not a finite number",
                   p->name);
        return -1;
    }
    (void)check_base(b, p, node);
    return value.id;
}

/* One that is drawn, alone or with others: its base case, and the draw that feeds it. */
static hec_id drawn_parameter(hec_builder *b, hec_parameter *p, const hec_node *value,
                              const hec_node *dist, const hec_joint_member *member)
{
    hec_draw draw = {.name = p->name, .place = p->place, .kind = HEC_DRAW_MARGINAL};
    bool good = !dist || hec_build_distribution(b, p, dist, &draw.marginal);
    p->base = NAN;
    if (value && !read_number(b, p, value, "the base value of what is drawn", &p->base)) {
        good = false;
    }
    if (!good) {
        return -1;
    }
    if (member) {
        const hec_draw_group *group = &b->model->groups[member->group];
        draw.kind = group->kind;
        draw.group = member->group;
        draw.member = member->member;
        draw.place = group->place;
    }
    if (!value) {
        p->base = member ? member->mean : hec_distribution_mean(&draw.marginal);
    }
    if (!isfinite(p->base)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, p->place,
                   "the distribution of `%s` has no mean, so `value` must be stated", p->name);
        return -1;
    }
    bool possible = !value || check_base(b, p, value);
    if (dist) {
        check_drawn(b, p, possible ? value : NULL, dist, &draw.marginal);
    }
    draw.base = p->base;
    return drawn_value(b, p, &draw);
}

static void read_words(hec_builder *b, hec_parameter *p)
{
    p->unit = hec_build_words(b, p->node, "unit");
    const hec_node *dist = hec_node_get(p->node, "dist");
    p->distribution = dist && dist->kind == HEC_NODE_SCALAR ? dist->text : "";
    p->source = hec_build_words(b, p->node, "source");
    p->status = hec_build_words(b, p->node, "status");
    p->note = hec_build_words(b, p->node, "note");
    p->label = hec_build_words(b, p->node, "label");
    hec_build_status(b, p->node);
}

static hec_id map_value(hec_builder *b, hec_parameter *p)
{
    const hec_node *map = p->node;
    const hec_node *value = hec_node_get(map, "value"), *dist = hec_node_get(map, "dist");
    const hec_joint_member *member = find_member(b, p->name);
    hec_node_expect_keys(b->diagnostics, map, "a parameter",
                         sizeof parameter_keys / sizeof parameter_keys[0], parameter_keys);
    if (dist && dist->kind == HEC_NODE_EMPTY) { /* a layer made it certain */
        dist = NULL;
        member = NULL;
    }
    if (member && member->replaces) {
        dist = NULL;
    }
    bool typed = read_unit(b, map, p);
    read_words(b, p);
    hec_id id = -1;
    if (dist && member) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, dist->place,
                   "`%s` is drawn jointly with others; it cannot have a distribution of its own",
                   p->name);
        hec_report_note(b->diagnostics, b->model->groups[member->group].place,
                        "they are drawn here");
    } else if (dist || member) {
        id = drawn_parameter(b, p, value, dist, member);
    } else if (value) {
        id = certain_value(b, p, value);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, p->place,
                   "the parameter `%s` has neither `value` nor `dist`", p->name);
    }
    check_bounds(b, p);
    return typed ? id : -1;
}

static hec_id joint_value(hec_builder *b, hec_parameter *p, const hec_joint_member *member)
{
    const hec_draw_group *group = &b->model->groups[member->group];
    p->base = member->mean;
    p->place = group->place;
    hec_draw draw = {.name = p->name,
                     .place = group->place,
                     .kind = group->kind,
                     .group = member->group,
                     .member = member->member,
                     .base = member->mean};
    return drawn_value(b, p, &draw);
}

static bool same_parameter(const hec_parameter *a, const hec_parameter *b)
{
    return strcmp(a->name, b->name) == 0 && hec_node_equal(a->node, b->node);
}

/* Remembers a parameter for the result; what several strategies read alike is one. */
static void keep_parameter(hec_builder *b, const hec_parameter *p)
{
    hec_model *model = b->model;
    size_t latest = hec_latest_find(&b->parameters, p->name);
    bool known = latest != SIZE_MAX && same_parameter(&model->parameters[latest], p);
    for (size_t i = 0; latest != SIZE_MAX && !known && i < latest; i++) {
        known = same_parameter(&model->parameters[i], p);
    }
    if (!known && hec_latest_set(b->arena, &b->parameters, p->name, model->n_parameters) &&
        hec_arena_grow(b->arena, (void **)&model->parameters, model->n_parameters,
                       &model->parameter_capacity, sizeof *model->parameters)) {
        model->parameters[model->n_parameters++] = *p;
    }
}

hec_value hec_build_parameter(hec_builder *b, hec_binding *binding)
{
    const hec_node *node = binding->node;
    hec_parameter p = {.name = binding->name,
                       .node = node,
                       .place = binding->place,
                       .type = HEC_TYPE_ANY,
                       .factor = 1,
                       .base = NAN,
                       .input = -1,
                       .unit = "",
                       .distribution = "",
                       .source = "",
                       .status = "",
                       .note = "",
                       .label = ""};
    const hec_joint_member *member = find_member(b, p.name);
    if (node->kind == HEC_NODE_MAP) {
        p.id = map_value(b, &p);
    } else if (node->kind == HEC_NODE_EMPTY && member) {
        p.id = joint_value(b, &p, member);
    } else if (node->kind == HEC_NODE_SCALAR) {
        p.id = certain_value(b, &p, node);
    } else {
        hec_report(b->diagnostics,
                   node->kind == HEC_NODE_LIST ? HEC_CHECK_WRONG_SHAPE : HEC_CHECK_MISSING_KEY,
                   p.place, "the parameter `%s` %s", p.name,
                   node->kind == HEC_NODE_LIST ? "is a list, not a value" : "has no value");
        return NO_VALUE;
    }
    keep_parameter(b, &p);
    return (hec_value){p.id, p.type};
}
