/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters: values with units, and the distributions they are drawn from, alone or jointly. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/csv.h"

static const char *const parameter_keys[] = {"value", "unit",   "price_year", "dist", "low",
                                             "high",  "source", "status",     "note", "label"};
static const hec_value NO_VALUE = {-1, {.kind = HEC_KIND_ANY}};

/* ---- one parameter -------------------------------------------------------------------------- */

static const char *words_of(const hec_node *map, const char *key)
{
    const hec_node *node = hec_node_get(map, key);
    return node && node->kind == HEC_NODE_SCALAR ? node->text : "";
}

static void read_unit(hec_builder *b, const hec_node *map, hec_parameter *p)
{
    const hec_node *unit = hec_node_get(map, "unit");
    const hec_node *price_year = hec_node_get(map, "price_year");
    const char *error = NULL, *word = NULL;
    p->factor = 1;
    if (unit && hec_node_expect(b->diagnostics, unit, HEC_NODE_SCALAR, "a unit") &&
        !hec_unit_parse(unit->text, unit->length, &p->type, &p->factor, &error, &word)) {
        hec_report(b->diagnostics, HEC_CHECK_UNIT_SYNTAX, unit->place, "the unit `%s` cannot be "
                   "read: %s", unit->text, error ? error : "");
        hec_report_help(b->diagnostics, "`hecate list units` shows the units there are");
    }
    int64_t year = 0;
    if (price_year &&
        hec_build_integer(b, price_year, "the price year", 1900, 2200, &year)) {
        if (p->type.price_year != 0 && p->type.price_year != (int16_t)year) {
            hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, price_year->place,
                       "the price year is %lld here but %d in the unit", (long long)year,
                       p->type.price_year);
        }
        p->type.price_year = (int16_t)year;
    }
}

/* One argument of a distribution: a number or a pair [low, high]. */
static bool read_argument(hec_builder *b, const hec_expr *expr, hec_dist_argument *argument)
{
    const hec_expr *const *parts = (const hec_expr *const *)expr->args;
    size_t n = expr->kind == HEC_EXPR_LIST ? expr->n_args : 1;
    if (n < 1 || n > 2) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "one number or a pair [low, high] is needed");
        return false;
    }
    argument->place = expr->place;
    argument->n_values = (int)n;
    for (size_t i = 0; i < n; i++) {
        const hec_expr *part = expr->kind == HEC_EXPR_LIST ? parts[i] : expr;
        hec_value value = hec_lower(b->model->graph, &b->scope, b->diagnostics, part);
        if (value.id < 0) {
            return false;
        }
        if (hec_graph_node_at(b->model->graph, value.id)->depends != 0) {
            hec_report(b->diagnostics, HEC_CHECK_NOT_CONSTANT, part->place,
                       "the arguments of a distribution must be known before the run");
            return false;
        }
        argument->values[i] = hec_evaluate(b->model->graph, value.id, NULL);
    }
    return true;
}

static bool read_distribution(hec_builder *b, const hec_node *node, hec_distribution *distribution)
{
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "a distribution")) {
        return false;
    }
    const hec_expr *expr = hec_expr_parse(b->arena, b->diagnostics, node->text, node->length,
                                          node->place, node->verbatim);
    if (!expr) {
        return false;
    }
    if (expr->kind != HEC_EXPR_CALL) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, node->place,
                   "a distribution is written like gamma(mean: 2, se: 0.5)");
        return false;
    }
    hec_dist_argument *arguments =
        hec_arena_array(b->arena, expr->n_args + 1, sizeof *arguments);
    bool good = arguments != NULL;
    for (size_t i = 0; good && i < expr->n_args; i++) {
        arguments[i].name = expr->arg_names ? expr->arg_names[i] : NULL;
        good = read_argument(b, expr->args[i], &arguments[i]);
    }
    return good && hec_distribution_create(b->diagnostics, expr->name, expr->name_place,
                                           expr->n_args, arguments, distribution);
}

static int32_t add_draw(hec_builder *b, const hec_draw *draw)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_draws; i++) {
        const hec_draw *old = &model->draws[i];
        if (strcmp(old->name, draw->name) == 0 && old->kind == draw->kind &&
            old->group == draw->group && old->member == draw->member &&
            memcmp(&old->marginal, &draw->marginal, sizeof draw->marginal) == 0 &&
            old->base == draw->base) {
            return (int32_t)i;
        }
    }
    if (!hec_arena_grow(b->arena, (void **)&model->draws, model->n_draws, &model->draw_capacity,
                        sizeof *model->draws)) {
        return -1;
    }
    model->draws[model->n_draws] = *draw;
    return (int32_t)model->n_draws++;
}

static const hec_joint_member *find_member(const hec_builder *b, const char *name)
{
    for (size_t i = 0; i < b->n_members; i++) {
        if (strcmp(b->members[i].name, name) == 0) {
            return &b->members[i];
        }
    }
    return NULL;
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

static void check_base(hec_builder *b, const hec_parameter *p, const hec_node *value,
                       const hec_distribution *distribution)
{
    double low = hec_distribution_quantile(distribution, 0.001);
    double high = hec_distribution_quantile(distribution, 0.999);
    if (p->base < low || p->base > high) {
        hec_report(b->diagnostics, HEC_CHECK_BASE_OUTSIDE, value->place,
                   "the base value %g of `%s` is outside the middle 99.8 %% of its distribution, "
                   "%.6g to %.6g", p->base, p->name, low, high);
        hec_report_help(b->diagnostics, "are value and distribution in the same unit?");
    }
}

/* value: a number in the parameter's unit, or an expression (already in years) that agrees. */
static hec_id certain_value(hec_builder *b, hec_parameter *p, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    if (value.id < 0) {
        return -1;
    }
    const hec_graph_node *made = hec_graph_node_at(b->model->graph, value.id);
    if (made->code == HEC_CODE_CONSTANT && value.type.kind == HEC_KIND_ANY) {
        p->base = made->value;
        return hec_graph_constant(b->model->graph, made->value * p->factor, node->place);
    }
    if (p->type.kind == HEC_KIND_ANY) {
        p->type = value.type;
    } else if (!hec_build_wants(b, value, &p->type, node, "the value", NULL)) {
        return -1;
    }
    p->base = NAN; /* worked out in the run: it may follow draws or time */
    return value.id;
}

static hec_id map_value(hec_builder *b, hec_parameter *p)
{
    const hec_node *map = p->node;
    hec_node_expect_keys(b->diagnostics, map, "a parameter",
                         sizeof parameter_keys / sizeof parameter_keys[0], parameter_keys);
    const hec_node *value = hec_node_get(map, "value");
    const hec_node *dist = hec_node_get(map, "dist");
    const hec_joint_member *member = find_member(b, p->name);
    if (dist && dist->kind == HEC_NODE_EMPTY) {
        dist = NULL; /* a layer takes the distribution away */
    }
    read_unit(b, map, p);
    p->unit = words_of(map, "unit");
    p->distribution = words_of(map, "dist");
    p->source = words_of(map, "source");
    p->status = words_of(map, "status");
    p->note = words_of(map, "note");
    p->label = words_of(map, "label");
    for (const char *const *bound = (const char *const[]){"low", "high", NULL}; *bound; bound++) {
        const hec_node *node = hec_node_get(map, *bound);
        double ignored = 0;
        if (node) {
            (void)hec_build_constant(b, node, NULL, "a bound", &ignored);
        }
    }
    if (!dist && !member) {
        if (!value) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, p->place,
                       "the parameter `%s` has neither `value` nor `dist`", p->name);
            return -1;
        }
        return certain_value(b, p, value);
    }
    hec_draw draw = {.name = p->name, .place = p->place, .kind = HEC_DRAW_MARGINAL};
    if (dist && member) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, dist->place,
                   "`%s` is drawn jointly with others; it cannot have a distribution of its own",
                   p->name);
        return -1;
    }
    if (dist && !read_distribution(b, dist, &draw.marginal)) {
        return -1;
    }
    if (member) {
        draw.kind = b->model->groups[member->group].kind;
        draw.group = member->group;
        draw.member = member->member;
        draw.place = b->model->groups[member->group].place;
    }
    p->base = member ? member->mean : hec_distribution_mean(&draw.marginal);
    if (value && !hec_build_constant(b, value, NULL, "the base value", &p->base)) {
        return -1;
    }
    if (!isfinite(p->base)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, p->place,
                   "the distribution of `%s` has no mean, so `value` must be stated", p->name);
        return -1;
    }
    if (value && dist) {
        check_base(b, p, value, &draw.marginal);
    }
    draw.base = p->base;
    return drawn_value(b, p, &draw);
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
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, p.place, "the parameter `%s` has no value",
                   p.name);
        return NO_VALUE;
    }
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_parameters; i++) {
        if (strcmp(model->parameters[i].name, p.name) == 0 &&
            hec_node_equal(model->parameters[i].node, node)) {
            return (hec_value){p.id, p.type};
        }
    }
    if (hec_arena_grow(b->arena, (void **)&model->parameters, model->n_parameters,
                       &model->parameter_capacity, sizeof *model->parameters)) {
        model->parameters[model->n_parameters++] = p;
    }
    return (hec_value){p.id, p.type};
}

/* ---- correlations --------------------------------------------------------------------------- */

static bool find_marginal(hec_builder *b, const hec_node *name, size_t *draw)
{
    const hec_model *model = b->model;
    if (!hec_node_expect(b->diagnostics, name, HEC_NODE_SCALAR, "the name of a parameter")) {
        return false;
    }
    for (size_t i = 0; i < model->n_draws; i++) {
        if (model->draws[i].kind == HEC_DRAW_MARGINAL &&
            strcmp(model->draws[i].name, name->text) == 0) {
            *draw = i;
            return true;
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_CORRELATION, name->place,
               "`%s` is not a parameter with a distribution of its own that the model uses",
               name->text);
    return false;
}

static void read_correlation(hec_builder *b, const hec_node *node)
{
    static const char *const keys[] = {"between", "rho", "source", "note"};
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_MAP, "a correlation")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, node, "a correlation", 4, keys);
    const hec_node *between = hec_node_get(node, "between"), *rho = hec_node_get(node, "rho");
    if (!between || !rho || between->kind != HEC_NODE_LIST || between->count != 2) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "a correlation is written {between: [a, b], rho: 0.5}");
        return;
    }
    hec_correlation c = {.place = rho->place};
    bool first = find_marginal(b, between->items[0], &c.a);
    bool second = find_marginal(b, between->items[1], &c.b);
    if (!hec_build_constant(b, rho, NULL, "a correlation", &c.rho) || !first || !second) {
        return;
    }
    if (!(c.rho > -1 && c.rho < 1) || c.a == c.b) {
        hec_report(b->diagnostics, HEC_CHECK_CORRELATION, rho->place,
                   "a correlation lies between -1 and 1, and joins two different parameters");
        return;
    }
    hec_model *model = b->model;
    if (hec_arena_grow(b->arena, (void **)&model->correlations, model->n_correlations,
                       &model->correlation_capacity, sizeof *model->correlations)) {
        model->correlations[model->n_correlations++] = c;
    }
}

void hec_build_correlations(hec_builder *b)
{
    const hec_node *list = hec_node_get(b->tree, "correlations");
    if (!list || !hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "`correlations`")) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        read_correlation(b, list->items[i]);
    }
}
