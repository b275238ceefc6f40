/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lowering: syntax trees into the graph, with every unit checked on the way. */
#include "lang/lower.h"

#include <math.h>
#include <string.h>

enum { WORDS = 160 };

bool hec_known(const hec_graph *graph, hec_id id, double *value)
{
    const hec_graph_node *node = hec_graph_node_at(graph, id);
    if (!node || node->depends != 0) {
        return false;
    }
    *value = node->code == HEC_CODE_CONSTANT ? node->value : hec_evaluate(graph, id, NULL);
    return !isnan(*value);
}

/* ---- messages about units ------------------------------------------------------------------ */

static bool is_rate(const hec_type *type)
{
    return type->kind == HEC_KIND_QUANTITY && hec_type_agree(type, &HEC_TYPE_PER_YEAR);
}

/* The conversion that turns `from` into `to`, or NULL. */
static const char *conversion(const hec_type *from, const hec_type *to)
{
    if (from->kind == HEC_KIND_BOOLEAN) {
        return "write `if(condition, 1, 0)` to make a number of a yes/no value";
    }
    if (from->kind == HEC_KIND_LABEL) {
        return "words are only compared with == and != and looked up in tables";
    }
    if (is_rate(from) && to->kind == HEC_KIND_PROBABILITY) {
        return "turn the rate into a probability: rate_to_prob(rate, cycle_length)";
    }
    if (from->kind == HEC_KIND_PROBABILITY) {
        return is_rate(to) ? "turn the probability into a rate: prob_to_rate(p, interval)"
               : to->kind == HEC_KIND_ODDS ? "turn the probability into odds: prob_to_odds(p)"
               : to->kind == from->kind    ? "bring both to one interval: rescale_prob(p, from, to)"
                                           : NULL;
    }
    if (from->kind == HEC_KIND_ODDS && to->kind == HEC_KIND_PROBABILITY) {
        return "turn the odds into a probability: odds_to_prob(odds)";
    }
    if (from->kind != HEC_KIND_QUANTITY || to->kind != HEC_KIND_QUANTITY) {
        return NULL;
    }
    if (hec_type_is_money(from) && hec_type_is_money(to)) {
        return from->price_year != 0 && to->price_year != 0 && from->price_year != to->price_year
                   ? "bring both to one price year first"
                   : "convert one of them with an exchange rate, for instance one in CNY/USD";
    }
    return from->n_factors > 0 && to->n_factors == 0
               ? "divide by the unit, as in `age / 1 year`, or take the bare number: number(x)"
               : NULL;
}

static void suggest(hec_diagnostics *diagnostics, const hec_type *from, const hec_type *to)
{
    const char *help = conversion(from, to);
    if (help) {
        hec_report_help(diagnostics, "%s", help);
    }
}

/* Either may be turned into the other: most likely the writer wants a probability. */
static void suggest_either(hec_diagnostics *diagnostics, const hec_type *a, const hec_type *b)
{
    bool towards_b = conversion(a, b) && a->kind != HEC_KIND_PROBABILITY;
    if (towards_b || !conversion(b, a)) {
        suggest(diagnostics, a, b);
    } else {
        suggest(diagnostics, b, a);
    }
}

static void note_type(hec_diagnostics *diagnostics, const hec_type *type, hec_place place)
{
    char words[WORDS];
    hec_type_words(type, words, sizeof words);
    hec_report_note(diagnostics, place, "this is %s", words);
}

bool hec_type_expect(hec_diagnostics *diagnostics, hec_value value, const hec_type *wanted,
                     hec_place place, const char *what)
{
    if (value.id < 0 || hec_type_agree(&value.type, wanted)) {
        return value.id >= 0;
    }
    char needed[WORDS], found[WORDS];
    hec_type_words(wanted, needed, sizeof needed);
    hec_type_words(&value.type, found, sizeof found);
    hec_report(diagnostics, HEC_CHECK_UNIT_MISMATCH, place, "%s needs %s, but this is %s", what,
               needed, found);
    suggest(diagnostics, &value.type, wanted);
    return false;
}

bool hec_unify_reporting(hec_lowering *lo, hec_type *type, const hec_expr *first,
                         const hec_type *next, const hec_expr *expr, const char *what)
{
    if (hec_type_unify(type, next, type)) {
        return true;
    }
    char first_words[WORDS], next_words[WORDS];
    hec_type_words(type, first_words, sizeof first_words);
    hec_type_words(next, next_words, sizeof next_words);
    hec_report(lo->diagnostics, HEC_CHECK_UNIT_MISMATCH, expr->place, "`%s` cannot mix %s with %s",
               what, first_words, next_words);
    note_type(lo->diagnostics, type, first->place);
    suggest_either(lo->diagnostics, next, type);
    return false;
}

/* ---- operators ----------------------------------------------------------------------------- */

/* An operator, its kernel, and its words around two types that do not fit. */
typedef struct operator_row {
    char op;
    hk_op code;
    bool swap; /* operands change places: a > b is b < a */
    const char *sign, *verb, *between;
} operator_row;

static const operator_row operators[] = {
    {'+', HK_ADD, false, "+", "cannot add", "to"},
    {'-', HK_SUB, false, "-", "cannot subtract", "from"},
    {'*', HK_MUL, false, "*", "cannot multiply", "by"},
    {'/', HK_DIV, false, "/", "cannot divide", "by"},
    {'<', HK_LT, false, "<", "cannot compare", "with"},
    {'>', HK_LT, true, ">", "cannot compare", "with"},
    {'L', HK_LE, false, "<=", "cannot compare", "with"},
    {'G', HK_LE, true, ">=", "cannot compare", "with"},
    {'E', HK_EQ, false, "==", "cannot compare", "with"},
    {'N', HK_NE, false, "!=", "cannot compare", "with"},
    {'&', HK_AND, false, "and", "", ""},
    {'|', HK_OR, false, "or", "", ""},
    {'!', HK_NOT, false, "not", "", ""},
    {'^', HK_POW, false, "^", "cannot raise", "to"},
};

static const operator_row *operator_of(char op)
{
    size_t i = 0;
    while (operators[i].op != op) {
        i++;
    }
    return &operators[i];
}

/* "cannot add A to B", with a note at the second operand */
static hec_value mixed(hec_lowering *lo, const operator_row *row, const hec_type *a,
                       const hec_type *b, const hec_expr *expr, const hec_type *second)
{
    char a_words[WORDS], b_words[WORDS];
    hec_type_words(a, a_words, sizeof a_words);
    hec_type_words(b, b_words, sizeof b_words);
    hec_report(lo->diagnostics, HEC_CHECK_UNIT_MISMATCH, expr->place, "%s %s %s %s", row->verb,
               a_words, row->between, b_words);
    note_type(lo->diagnostics, second, expr->args[1]->place);
    suggest_either(lo->diagnostics, a, b);
    return hec_no_value();
}

/* Reports an operand that is truth or a word where a number is needed. */
static bool expect_number(hec_lowering *lo, const char *sign, const hec_value *value,
                          const hec_expr *expr)
{
    if (value->id < 0 || hec_type_is_number(&value->type)) {
        return value->id >= 0;
    }
    char words[WORDS];
    hec_type_words(&value->type, words, sizeof words);
    hec_report(lo->diagnostics, HEC_CHECK_UNIT_MISMATCH, expr->place,
               "`%s` needs numbers, but this is %s", sign, words);
    suggest(lo->diagnostics, &value->type, &HEC_TYPE_RATIO);
    return false;
}

static hec_value finish(hec_lowering *lo, const operator_row *row, const hec_expr *expr,
                        const hec_value v[2], const hec_type *type)
{
    hec_id a = v[row->swap].id, b = v[!row->swap].id;
    return (hec_value){hec_graph_op(lo->graph, row->code, a, b, -1, expr->place), *type};
}

static hec_value lower_sum(hec_lowering *lo, const operator_row *row, const hec_expr *expr,
                           const hec_value v[2])
{
    hec_type type;
    bool good = expect_number(lo, row->sign, &v[0], expr->args[0]);
    good = expect_number(lo, row->sign, &v[1], expr->args[1]) && good;
    if (!good) {
        return hec_no_value();
    }
    if (!hec_type_unify(&v[0].type, &v[1].type, &type)) {
        return mixed(lo, row, &v[1].type, &v[0].type, expr, &v[1].type);
    }
    return finish(lo, row, expr, v, &type);
}

static hec_value lower_product(hec_lowering *lo, const operator_row *row, const hec_expr *expr,
                               const hec_value v[2])
{
    hec_type type;
    bool good = expect_number(lo, row->sign, &v[0], expr->args[0]);
    good = expect_number(lo, row->sign, &v[1], expr->args[1]) && good;
    if (!good) {
        return hec_no_value();
    }
    hec_typing problem = row->op == '*' ? hec_type_multiply(&v[0].type, &v[1].type, &type)
                                        : hec_type_divide(&v[0].type, &v[1].type, &type);
    if (problem == HEC_TYPING_FINE) {
        return finish(lo, row, expr, v, &type);
    }
    mixed(lo, row, &v[0].type, &v[1].type, expr, &v[1].type);
    if (problem == HEC_TYPING_CONVERSION) {
        suggest(lo->diagnostics, &v[0].type, &HEC_TYPE_PER_YEAR);
    } else if (problem == HEC_TYPING_TOO_MANY) {
        hec_report_help(lo->diagnostics, "a unit is made of at most %d others", HEC_UNIT_FACTORS);
    }
    return hec_no_value();
}

static hec_value lower_comparison(hec_lowering *lo, const operator_row *row, const hec_expr *expr,
                                  const hec_value v[2])
{
    hec_type type;
    bool equality = row->op == 'E' || row->op == 'N';
    if (v[0].id < 0 || v[1].id < 0) {
        return hec_no_value();
    }
    if (!equality) {
        bool good = expect_number(lo, row->sign, &v[0], expr->args[0]);
        good = expect_number(lo, row->sign, &v[1], expr->args[1]) && good;
        if (!good) {
            return hec_no_value();
        }
    }
    bool words = v[0].type.kind == HEC_KIND_LABEL, other = v[1].type.kind == HEC_KIND_LABEL;
    if (words != other || !hec_type_unify(&v[0].type, &v[1].type, &type)) {
        return mixed(lo, row, &v[0].type, &v[1].type, expr, &v[1].type);
    }
    return finish(lo, row, expr, v, &HEC_TYPE_BOOLEAN);
}

hec_value hec_lower_power(hec_lowering *lo, const hec_expr *base, const hec_expr *exponent,
                          hec_place place)
{
    hec_value b = hec_lower_expr(lo, base);
    bool good = expect_number(lo, "^", &b, base);
    hec_value e = hec_lower_wanted(lo, exponent, HEC_WANT_PLAIN, "^");
    if (!good || e.id < 0) {
        return hec_no_value();
    }
    double power = NAN;
    hec_type type;
    hec_known(lo->graph, e.id, &power);
    if (hec_type_raise(&b.type, power, &type) != HEC_TYPING_FINE) {
        char words[WORDS];
        hec_type_words(&b.type, words, sizeof words);
        hec_report(lo->diagnostics, HEC_CHECK_UNIT_MISMATCH, place,
                   "%s cannot be raised to this power", words);
        note_type(lo->diagnostics, &b.type, base->place);
        hec_report_help(lo->diagnostics, "only a number that is known before the run, and leaves "
                                         "whole powers of the units, is possible; or take the bare "
                                         "number: number(x)");
        return hec_no_value();
    }
    hec_make m = {lo->graph, place};
    /* these are exact, or the best that can be had */
    hec_id id = power == 2     ? hec_make_2(&m, HK_MUL, b.id, b.id)
                : power == -1  ? hec_make_2(&m, HK_DIV, hec_make_constant(&m, 1), b.id)
                : power == 0.5 ? hec_make_1(&m, HK_SQRT, b.id)
                               : hec_make_2(&m, HK_POW, b.id, e.id);
    return (hec_value){id, type};
}

static hec_value lower_logic(hec_lowering *lo, const hec_expr *expr)
{
    const operator_row *row = operator_of(expr->op);
    hec_value v[2] = {{.id = -1}, {.id = -1}};
    bool good = true;
    for (size_t i = 0; i < expr->n_args; i++) {
        v[i] = hec_lower_wanted(lo, expr->args[i], HEC_WANT_CONDITION, row->sign);
        good = good && v[i].id >= 0;
    }
    return good ? finish(lo, row, expr, v, &HEC_TYPE_BOOLEAN) : hec_no_value();
}

static hec_value lower_unary(hec_lowering *lo, const hec_expr *expr)
{
    if (expr->op == '!') {
        return lower_logic(lo, expr);
    }
    hec_value value = hec_lower_expr(lo, expr->args[0]);
    if (!expect_number(lo, "-", &value, expr->args[0])) {
        return hec_no_value();
    }
    value.id = hec_graph_op(lo->graph, HK_NEG, value.id, -1, -1, expr->place);
    return value;
}

static hec_value lower_binary(hec_lowering *lo, const hec_expr *expr)
{
    const operator_row *row = operator_of(expr->op);
    if (expr->op == '^') {
        return hec_lower_power(lo, expr->args[0], expr->args[1], expr->place);
    }
    if (expr->op == '&' || expr->op == '|') {
        return lower_logic(lo, expr);
    }
    hec_value v[2];
    v[0] = hec_lower_expr(lo, expr->args[0]);
    v[1] = hec_lower_expr(lo, expr->args[1]);
    switch (expr->op) {
    case '+':
    case '-':
        return lower_sum(lo, row, expr, v);
    case '*':
    case '/':
        return lower_product(lo, row, expr, v);
    default:
        return lower_comparison(lo, row, expr, v);
    }
}

/* ---- arguments ----------------------------------------------------------------------------- */

hec_value hec_lower_wanted(hec_lowering *lo, const hec_expr *expr, hec_want want,
                           const char *function)
{
    static const hec_type odds = {.kind = HEC_KIND_ODDS};
    static const struct {
        const char *words;
        const hec_type *type;
    } wants[] = {
        {"a number", &HEC_TYPE_RATIO},
        {"a number without a unit", &HEC_TYPE_RATIO},
        {"a time in years", &HEC_TYPE_YEARS},
        {"a rate per year", &HEC_TYPE_PER_YEAR},
        {"a probability", &HEC_TYPE_PROBABILITY},
        {"odds", &odds},
        {"a condition", &HEC_TYPE_BOOLEAN},
    };
    hec_value value = hec_lower_expr(lo, expr);
    if (value.id < 0) {
        return value;
    }
    const hec_type *type = &value.type;
    bool good = want == HEC_WANT_VALUE   ? hec_type_is_number(type)
                : want == HEC_WANT_PLAIN ? hec_type_is_plain(type)
                                         : hec_type_agree(type, wants[want].type);
    if (good) {
        return value;
    }
    char found[WORDS];
    hec_type_words(type, found, sizeof found);
    hec_report(lo->diagnostics, HEC_CHECK_UNIT_MISMATCH, expr->place,
               "`%s` needs %s here, but this is %s", function, wants[want].words, found);
    if (want == HEC_WANT_CONDITION) {
        hec_report_help(lo->diagnostics, "compare it with something, as in `x > 0`");
    } else {
        suggest(lo->diagnostics, type, wants[want].type);
    }
    return hec_no_value();
}

hec_value hec_lower_arg(const hec_call *call, size_t index, hec_want want)
{
    return hec_lower_wanted(call->lowering, call->args[index], want, call->expr->name);
}

hec_value hec_lower_time(const hec_call *call, size_t index, double left_out)
{
    if (call->args[index]) {
        return hec_lower_arg(call, index, HEC_WANT_YEARS);
    }
    return (hec_value){hec_graph_constant(call->lowering->graph, left_out, call->expr->place),
                       HEC_TYPE_YEARS};
}

/* ---- names, words, tables, calls ----------------------------------------------------------- */

static hec_value lower_word(hec_lowering *lo, const hec_expr *expr)
{
    int code = lo->scope->word ? lo->scope->word(lo->scope->context, expr->name, expr->place) : -1;
    if (code < 0) {
        hec_report(lo->diagnostics, HEC_CHECK_UNKNOWN_NAME, expr->place,
                   "no attribute, table or parameter has the word '%s'", expr->name);
        return hec_no_value();
    }
    return (hec_value){hec_graph_constant(lo->graph, code, expr->place),
                       (hec_type){.kind = HEC_KIND_LABEL}};
}

static hec_value no_value_of_its_own(hec_lowering *lo, const hec_expr *expr)
{
    const char *more = expr->kind == HEC_EXPR_CALL ? "(...)" : "";
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`%s` is a distribution and has no value of its own", expr->name);
    hec_report_help(lo->diagnostics,
                    "ask for survival(%s%s, t), hazard(%s%s, t) or event_prob(%s%s, t); a "
                    "distribution to draw from stands under `dist:`",
                    expr->name, more, expr->name, more, expr->name, more);
    return hec_no_value();
}

static hec_value lower_name(hec_lowering *lo, const hec_expr *expr)
{
    const hec_scope *scope = lo->scope;
    if (scope->definition && hec_expr_find_curve(scope, expr)) {
        return no_value_of_its_own(lo, expr);
    }
    return scope->name(scope->context, expr->name, expr->place);
}

static void table_signature(const hec_lookup *table, hec_text *out)
{
    hec_text_format(out, "%s(", table->name);
    for (int i = 0; i < table->n_axes; i++) {
        hec_text_format(out, "%s%s", i > 0 ? ", " : "",
                        table->axis_names[i] ? table->axis_names[i] : "x");
    }
    hec_text_add(out, ")");
}

static hec_value lower_axis(hec_lowering *lo, const hec_lookup *table, int axis,
                            const hec_expr *expr)
{
    hec_value value = hec_lower_expr(lo, expr);
    const hec_type *wanted = &table->axis_types[axis];
    if (value.id < 0) {
        return value;
    }
    bool labels = wanted->kind == HEC_KIND_LABEL, given = value.type.kind == HEC_KIND_LABEL;
    if (labels == given && hec_type_agree(&value.type, wanted)) {
        return value;
    }
    char needed[WORDS], found[WORDS];
    hec_type_words(wanted, needed, sizeof needed);
    hec_type_words(&value.type, found, sizeof found);
    hec_report(lo->diagnostics, HEC_CHECK_UNIT_MISMATCH, expr->place,
               "the axis `%s` of `%s` is %s, but this is %s",
               table->axis_names[axis] ? table->axis_names[axis] : "x", table->name, needed, found);
    if (!labels && !given) {
        suggest(lo->diagnostics, &value.type, wanted);
    }
    return hec_no_value();
}

bool hec_lower_axes(hec_lowering *lo, const hec_lookup *table, const hec_expr *call, hec_id args[4])
{
    hec_text signature = {0};
    const hec_expr *bound[HEC_CALL_ARGS];
    table_signature(table, &signature);
    hec_function_info info = {table->name, signature.data ? signature.data : "()", ""};
    bool good = hec_bind(lo, &info, call, bound), bad = !good;
    hec_text_free(&signature);
    for (int i = 0; i < 4; i++) {
        args[i] = good && i < table->n_axes ? lower_axis(lo, table, i, bound[i]).id : -1;
        bad = bad || (i < table->n_axes && args[i] < 0);
    }
    return !bad;
}

static hec_value lower_table(hec_lowering *lo, const hec_lookup *table, const hec_expr *expr)
{
    hec_id args[4];
    if (table->n_axes == 0 || !hec_lower_axes(lo, table, expr, args)) {
        return hec_no_value(); /* the table had mistakes, or the call; they were reported */
    }
    return (hec_value){hec_graph_lookup(lo->graph, table, args, expr->place), table->type};
}

static hec_value unknown_function(hec_lowering *lo, const hec_expr *expr)
{
    const char *const *names = NULL;
    const hec_scope *scope = lo->scope;
    size_t count = scope->candidates ? scope->candidates(scope->context, &names) : 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], expr->name) == 0) {
            hec_report(lo->diagnostics, HEC_CHECK_UNKNOWN_FUNCTION, expr->name_place,
                       "`%s` is a value, not a function or a table", expr->name);
            hec_report_help(lo->diagnostics, "write `*` to multiply");
            return hec_no_value();
        }
    }
    const char *functions[64];
    size_t n = hec_function_count();
    for (size_t i = 0; i < n; i++) {
        functions[i] = hec_function_describe(i)->name;
    }
    hec_report(lo->diagnostics, HEC_CHECK_UNKNOWN_FUNCTION, expr->name_place,
               "there is no function or table `%s`", expr->name);
    const char *both[] = {hec_text_nearest(expr->name, n, functions),
                          hec_text_nearest(expr->name, count, names)};
    const char *near = hec_text_nearest(expr->name, 2, both);
    if (near) {
        hec_report_help(lo->diagnostics, "did you mean `%s`?", near);
    } else {
        hec_report_help(lo->diagnostics, "`hecate list functions` shows all of them");
    }
    return hec_no_value();
}

static hec_value lower_call(hec_lowering *lo, const hec_expr *expr)
{
    const hec_scope *scope = lo->scope;
    hec_value value;
    if (scope->call && scope->call(scope->context, expr, &value)) {
        return value;
    }
    const hec_function *row = hec_function_row(expr->name);
    if (row) {
        hec_call call = {.lowering = lo, .expr = expr, .detail = row->detail};
        return hec_bind(lo, &row->info, expr, call.args) ? row->lower(&call) : hec_no_value();
    }
    const hec_lookup *table =
        scope->table ? scope->table(scope->context, expr->name, expr->name_place) : NULL;
    if (table) {
        return lower_table(lo, table, expr);
    }
    return hec_curve_named(expr->name) ? no_value_of_its_own(lo, expr) : unknown_function(lo, expr);
}

hec_value hec_lower_expr(hec_lowering *lo, const hec_expr *expr)
{
    switch (expr->kind) {
    case HEC_EXPR_NUMBER:
        return (hec_value){hec_graph_constant(lo->graph, expr->value, expr->place), expr->type};
    case HEC_EXPR_WORD:
        return lower_word(lo, expr);
    case HEC_EXPR_NAME:
        return lower_name(lo, expr);
    case HEC_EXPR_CALL:
        return lower_call(lo, expr);
    case HEC_EXPR_UNARY:
        return lower_unary(lo, expr);
    case HEC_EXPR_BINARY:
        return lower_binary(lo, expr);
    case HEC_EXPR_PAIRS:
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "pairs have no value; they are an argument of band() or interp()");
        return hec_no_value();
    case HEC_EXPR_LIST:
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place, "a list has no value");
        return hec_no_value();
    }
    return hec_no_value();
}

hec_value hec_lower(hec_graph *graph, const hec_scope *scope, hec_diagnostics *diagnostics,
                    const hec_expr *expr)
{
    hec_lowering lowering = {graph, scope, diagnostics};
    hec_value value = hec_lower_expr(&lowering, expr);
    if (value.id < 0 && hec_graph_failed(graph)) {
        hec_report_out_of_memory(diagnostics);
    }
    return value;
}
