/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lexer and parser: precedence, places, every complaint word for word. */
#include "language_fixture.h"

/* ---- trees as text ------------------------------------------------------------------------- */

static void write_tree(const hec_expr *expr, hec_text *out)
{
    char number[32];
    switch (expr->kind) {
    case HEC_EXPR_NUMBER:
        hec_text_from_double(expr->value, number);
        hec_text_add(out, number);
        hec_text_add(out, expr->type.n_factors > 0 ? "y" : "");
        hec_text_add(out, expr->type.kind == HEC_KIND_BOOLEAN ? "?" : "");
        return;
    case HEC_EXPR_WORD:
        hec_text_format(out, "'%s'", expr->name);
        return;
    case HEC_EXPR_NAME:
        hec_text_add(out, expr->name);
        return;
    case HEC_EXPR_CALL:
        hec_text_format(out, "%s(", expr->name);
        break;
    case HEC_EXPR_PAIRS:
        hec_text_add(out, "{");
        break;
    case HEC_EXPR_LIST:
        hec_text_add(out, "[");
        break;
    default:
        hec_text_format(out, "(%c ", expr->op);
        break;
    }
    for (size_t i = 0; i < expr->n_args; i++) {
        hec_text_add(out, i > 0 ? " " : "");
        if (expr->arg_names && expr->arg_names[i]) {
            hec_text_format(out, "%s:", expr->arg_names[i]);
        }
        write_tree(expr->args[i], out);
    }
    hec_text_add(out, expr->kind == HEC_EXPR_PAIRS ? "}" : expr->kind == HEC_EXPR_LIST ? "]" : ")");
}

static void expect_tree(fixture *f, const char *text, const char *expected)
{
    hec_text tree = {0};
    fixture_restart(f, false);
    const hec_expr *expr = fixture_parse(f, text);
    assert_non_null(expr);
    write_tree(expr, &tree);
    assert_string_equal(tree.data, expected);
    hec_text_free(&tree);
}

static void test_precedence(void **state)
{
    static const char *const rows[][2] = {
        {"a + b * c", "(+ a (* b c))"},
        {"a * b + c", "(+ (* a b) c)"},
        {"a - b - c", "(- (- a b) c)"},
        {"a / b / c", "(/ (/ a b) c)"},
        {"a - (b - c)", "(- a (- b c))"},
        {"a ^ b ^ c", "(^ a (^ b c))"},
        {"(a ^ b) ^ c", "(^ (^ a b) c)"},
        {"-a ^ 2", "(- (^ a 2))"},
        {"-2 ^ 2", "(- (^ 2 2))"},
        {"2 ^ -1", "(^ 2 -1)"},
        {"2 ^ -a ^ b", "(^ 2 (- (^ a b)))"},
        {"a * -b", "(* a (- b))"},
        {"-a * b", "(* (- a) b)"},
        {"- -a", "(- (- a))"},
        {"+a - +b", "(- a b)"},
        {"-0.5", "-0.5"},
        {"a < b + c", "(< a (+ b c))"},
        {"a <= b", "(L a b)"},
        {"a >= b", "(G a b)"},
        {"a == b", "(E a b)"},
        {"a != b", "(N a b)"},
        {"a > b", "(> a b)"},
        {"not a < b", "(! (< a b))"},
        {"not a and b", "(& (! a) b)"},
        {"a and not b", "(& a (! b))"},
        {"not not a", "(! (! a))"},
        {"a or b and c", "(| a (& b c))"},
        {"a and b or c", "(| (& a b) c)"},
        {"a || b && c", "(| a (& b c))"},
        {"(a or b) and c", "(& (| a b) c)"},
        {"(a < b) == (c < d)", "(E (< a b) (< c d))"},
        {"a < b or c < d", "(| (< a b) (< c d))"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_tree(*state, rows[i][0], rows[i][1]);
    }
}

static void test_primaries(void **state)
{
    static const char *const rows[][2] = {
        {"1", "1"},
        {"0.5", "0.5"},
        {".5", "0.5"},
        {"1.", "1"},
        {"1e-3", "0.001"},
        {"1E+3", "1000"},
        {"2.5e2", "250"},
        {"5%", "0.05"},
        {"5 %", "0.05"},
        {"2 years", "2y"},
        {"1 year", "1y"},
        {"6 months", "0.5y"},
        {"1 month * 12", "(* 0.08333333333333333y 12)"},
        {"365.25 days", "1y"},
        {"1461 days", "4y"},
        {"8766 hours", "1y"},
        {"-6 months", "-0.5y"},
        {"true", "1?"},
        {"not false", "(! 0?)"},
        {"'male'", "'male'"},
        {"\"any word, (even) this\"", "'any word, (even) this'"},
        {"r_HS1", "r_HS1"},
        {"_x9", "_x9"},
        {"panel.person_months", "panel.person_months"},
        {"费用 * 2", "(* 费用 2)"},
        {"coût_é", "coût_é"},
        {"order + android + nothing", "(+ (+ order android) nothing)"},
        {"f()", "f()"},
        {"f(a)", "f(a)"},
        {"f (a, b)", "f(a b)"},
        {"beta(mean: 0.2, se = 0.1)", "beta(mean:0.2 se:0.1)"},
        {"f(a == b)", "f((E a b))"},
        {"f(a = -b)", "f(a:(- b))"},
        {"f(g(h(1)), x: 2 years)", "f(g(h(1)) x:2y)"},
        {"lognormal(median: 3, ci95: [2.2, 4.1])", "lognormal(median:3 ci95:[2.2 4.1])"},
        {"band(x, {0: 0, 0.5: a + 1})", "band(x {0 0 0.5 (+ a 1)})"},
        {"interp(age, {50 years: 1, -1: 2})", "interp(age {50y 1 -1 2})"},
        {"a +\n\tb\r\n * c", "(+ a (* b c))"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_tree(*state, rows[i][0], rows[i][1]);
    }
}

/* The stretch of text that a node claims. */
static void expect_place(hec_place place, const char *text, const char *piece)
{
    const char *at = strstr(text, piece);
    assert_int_equal(place.offset, at - text);
    assert_int_equal(place.length, strlen(piece));
}

static void test_places(void **state)
{
    fixture *f = *state;
    const char *text = "2 + (a - f(b, 30 days)) * 'w'";
    const hec_expr *sum = fixture_parse(f, text);
    assert_non_null(sum);
    const hec_expr *product = sum->args[1], *group = product->args[0], *call = group->args[1];
    expect_place(sum->place, text, text);
    expect_place(sum->name_place, text, "+");
    expect_place(product->place, text, "(a - f(b, 30 days)) * 'w'");
    expect_place(product->name_place, text, "*");
    expect_place(group->place, text, "(a - f(b, 30 days))");
    expect_place(call->place, text, "f(b, 30 days)");
    expect_place(call->name_place, text, "f");
    expect_place(call->args[1]->place, text, "30 days");
    expect_place(product->args[1]->place, text, "'w'");
}

/* Inside a larger source offsets are those of the source; in an escaped text all is the whole. */
static void test_places_in_a_file(void **state)
{
    fixture *f = *state;
    const char *source = "let:\n  x: a + b\n", *text = "a + b";
    int32_t file = hec_source_add(f->diagnostics, "m.yaml", source, strlen(source));
    hec_place place = {file, 10, 5};
    const hec_expr *expr = hec_expr_parse(f->arena, f->diagnostics, text, 5, place, true);
    assert_int_equal(expr->args[1]->place.file, file);
    assert_int_equal(expr->args[1]->place.offset, strstr(source, "b\n") - source);
    assert_int_equal(expr->args[1]->place.length, 1);
}

static void test_places_not_verbatim(void **state)
{
    fixture *f = *state;
    const char *source = "\"a \\\n + b\"", *text = "a + b";
    int32_t file = hec_source_add(f->diagnostics, "m.yaml", source, strlen(source));
    hec_place place = {file, 0, (uint32_t)strlen(source)};
    const hec_expr *expr = hec_expr_parse(f->arena, f->diagnostics, text, 5, place, false);
    assert_int_equal(expr->args[1]->place.offset, 0);
    assert_int_equal(expr->args[1]->place.length, strlen(source));
}

/* ---- mistakes ------------------------------------------------------------------------------ */

#define HEAD "m.yaml:1:"
#define TAIL " [expression-syntax]\n"

static void test_missing_values(void **state)
{
    fixture_says(*state, "", "m.yaml:1:1: error: the expression is empty" TAIL);
    fixture_says(*state, "1 +", HEAD "3: error: a value is missing after `+`" TAIL "1 +\n  ^\n");
    fixture_says(*state, "a * / b",
                 HEAD "3: error: a value is missing after `*`" TAIL "a * / b\n  ^\n");
    fixture_says(*state, "* b", HEAD "1: error: a value is missing before `*`" TAIL "* b\n^\n");
    fixture_says(*state, "f(a, )",
                 HEAD "4: error: a value is missing after `,`" TAIL "f(a, )\n   ^\n");
    fixture_says(*state, "()", HEAD "1: error: a value is missing after `(`" TAIL "()\n^\n");
    fixture_says(*state, "x == not y",
                 HEAD "6: error: `not` needs brackets here" TAIL "x == not y\n     ^~~\n"
                      "  help: write `(not ...)`\n");
}

static void test_brackets(void **state)
{
    fixture_says(*state, "(1 + (2 * 3)",
                 HEAD "1: error: this `(` is never closed" TAIL "(1 + (2 * 3)\n^\n");
    fixture_says(*state, "f(1, 2", HEAD "2: error: this `(` is never closed" TAIL "f(1, 2\n ^\n");
    fixture_says(*state, "1 + 2)",
                 HEAD "6: error: this `)` closes nothing" TAIL "1 + 2)\n     ^\n");
    fixture_says(*state, "f(1, [2)",
                 HEAD "8: error: `)` does not close the bracket that is open" TAIL
                      "f(1, [2)\n       ^\n"
                      "  note: m.yaml:1:6: opened here\n"
                      "  f(1, [2)\n       ^\n"
                      "  help: close it with `]` first\n");
    fixture_says(*state, "(a, b)",
                 HEAD "3: error: this `,` stands outside any call" TAIL "(a, b)\n  ^\n");
    fixture_says(*state, "band(x, {0, 1})",
                 HEAD "9: error: pairs between `{` and `}` are written key: value" TAIL
                      "band(x, {0, 1})\n        ^\n"
                      "  help: for example {0: 0, 0.5: 0.5, 0.6: 1}\n");
}

static void test_missing_operators(void **state)
{
    fixture_says(*state, "a b",
                 HEAD "3: error: an operator is missing before `b`" TAIL "a b\n  ^\n"
                      "  help: write `*` to multiply\n");
    fixture_says(*state, "(a)(b)",
                 HEAD "4: error: an operator is missing before `(`" TAIL "(a)(b)\n   ^\n"
                      "  help: write `*` to multiply\n");
    fixture_says(*state, "2 x",
                 HEAD "3: error: `x` cannot follow a number" TAIL "2 x\n  ^\n"
                      "  help: write `*` to multiply; only times follow a number directly: "
                      "2 years, 6 months, 1 week, 30 days\n");
    fixture_says(*state, "1,000",
                 HEAD "2: error: this `,` stands outside any call" TAIL "1,000\n ^\n"
                      "  help: write decimals with a point, and thousands without a sign\n");
    fixture_says(*state, "mean: 2",
                 HEAD "5: error: `:` has no meaning here" TAIL "mean: 2\n    ^\n"
                      "  help: in a call it follows the name of an argument: beta(mean: 0.2)\n");
    fixture_says(*state, "x %",
                 HEAD "3: error: `%` can only follow a number" TAIL "x %\n  ^\n"
                      "  help: write `x / 100`\n");
}

static void test_comparisons(void **state)
{
    fixture_says(*state, "x = 2",
                 HEAD "3: error: `=` does not compare" TAIL "x = 2\n  ^\n"
                      "  help: write `==` to compare two values\n");
    fixture_says(*state, "a < b < c",
                 HEAD "7: error: a comparison cannot go on with `<`" TAIL "a < b < c\n      ^\n"
                      "  help: write `a < b and b < c`\n");
    fixture_says(*state, "0 <= f(x) + 1 < 3 or y",
                 HEAD "15: error: a comparison cannot go on with `<`" TAIL
                      "0 <= f(x) + 1 < 3 or y\n              ^\n"
                      "  help: write `0 <= f(x) + 1 and f(x) + 1 < 3`\n");
}

static void test_other_languages(void **state)
{
    static const struct {
        const char *text, *caret, *written, *meant;
    } rows[] = {
        {"a ** 2", "  ^~", "**", "^"},     {"a <> b", "  ^~", "<>", "!="},
        {"a === b", "  ^~~", "===", "=="}, {"a =< b", "  ^~", "=<", "<="},
        {"a => b", "  ^~", "=>", ">="},    {"a ~= b", "  ^~", "~=", "!="},
        {"a ≤ b", "  ^", "≤", "<="},       {"a − b", "  ^", "−", "-"},
        {"a × b", "  ^", "×", "*"},        {"f（a)", " ^~", "（", "("},
        {"f(a，b)", "   ^~", "，", ","},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char expected[256];
        size_t at = strspn(rows[i].caret, " ");
        /* columns count characters, and all before the slip are plain here */
        snprintf(expected, sizeof expected,
                 HEAD "%zu: error: `%s` is not written so here" TAIL "%s\n%s\n  help: write `%s`\n",
                 at + 1, rows[i].written, rows[i].text, rows[i].caret, rows[i].meant);
        fixture_says(*state, rows[i].text, expected);
    }
    fixture_says(*state, "a \xc2\xa0+ b",
                 HEAD "3: error: `\xc2\xa0` is not written so here" TAIL "a \xc2\xa0+ b\n  ^\n"
                      "  help: write a plain space\n");
    fixture_says(*state, "!a",
                 HEAD "1: error: `!` means nothing in an expression" TAIL "!a\n^\n"
                      "  help: write `not x`, or `x != y`\n");
    fixture_says(*state, "a & b",
                 HEAD "3: error: `&` means nothing in an expression" TAIL "a & b\n  ^\n"
                      "  help: write `and`\n");
    fixture_says(*state, "a | b",
                 HEAD "3: error: `|` means nothing in an expression" TAIL "a | b\n  ^\n"
                      "  help: write `or`\n");
    fixture_says(*state, "a ? b",
                 HEAD "3: error: `?` means nothing in an expression" TAIL "a ? b\n  ^\n");
}

static void test_words_and_numbers(void **state)
{
    fixture_says(*state, "sex == 'male",
                 HEAD "8: error: the word that begins here never ends" TAIL
                      "sex == 'male\n       ^\n  help: close it with another '\n");
    fixture_says(*state, "1e999",
                 HEAD "1: error: `1e999` is not a number that a computer can hold" TAIL
                      "1e999\n^~~~~\n  help: numbers go up to about 1.8e308\n");
}

/* ---- depth --------------------------------------------------------------------------------- */

static char *repeated(const char *before, const char *middle, const char *after, size_t times)
{
    hec_text text = {0};
    for (size_t i = 0; i < times; i++) {
        hec_text_add(&text, before);
    }
    hec_text_add(&text, middle);
    for (size_t i = 0; i < times; i++) {
        hec_text_add(&text, after);
    }
    return hec_text_take(&text);
}

static void expect_too_deep(fixture *f, const char *before, const char *middle, const char *after)
{
    fixture_restart(f, false);
    char *shallow = repeated(before, middle, after, 150),
         *deep = repeated(before, middle, after, 100000);
    assert_non_null(fixture_parse(f, shallow));
    assert_int_equal(hec_diagnostics_count(f->diagnostics, HEC_ERROR), 0);
    assert_null(fixture_parse(f, deep));
    char *said = hec_diagnostics_text(f->diagnostics, false);
    assert_non_null(strstr(said, "error: this expression is nested deeper than 200 levels" TAIL));
    assert_int_equal(hec_diagnostics_count(f->diagnostics, HEC_ERROR), 1);
    free(said);
    free(shallow);
    free(deep);
}

static void test_depth(void **state)
{
    expect_too_deep(*state, "(", "a", ")");
    expect_too_deep(*state, "f(", "a", ")");
    expect_too_deep(*state, "[", "a", "]");
    expect_too_deep(*state, "-", "a", "");
    expect_too_deep(*state, "not ", "a", "");
    expect_too_deep(*state, "2 ^ ", "a", "");
    expect_too_deep(*state, "", "a", " + b");
    expect_too_deep(*state, "", "a", " and b");
}

/* Any bytes at all: no crash, and either a tree or at least one error. */
static void test_noise(void **state)
{
    static const char pieces[] = "()[]{}, :=%+-*/^<>!&|'\"abe12.5 \n\xe4\xb8\xad\xc2\xa0\x01";
    fixture *f = *state;
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char text[40];
        size_t length = 0;
        while (length < sizeof text - 1) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            text[length++] = pieces[(seed >> 33) % (sizeof pieces - 1)];
            if ((seed >> 60) == 0) {
                break;
            }
        }
        fixture_restart(f, false);
        hec_place place = {-1, 0, 0};
        bool good = hec_expr_parse(f->arena, f->diagnostics, text, length, place, true) != NULL;
        assert_int_equal(hec_diagnostics_count(f->diagnostics, HEC_ERROR) == 0, good);
    }
}

static int open_fixture(void **state)
{
    static fixture f;
    fixture_open(&f);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_precedence),
        TEST(test_primaries),
        TEST(test_places),
        TEST(test_places_in_a_file),
        TEST(test_places_not_verbatim),
        TEST(test_missing_values),
        TEST(test_brackets),
        TEST(test_missing_operators),
        TEST(test_comparisons),
        TEST(test_other_languages),
        TEST(test_words_and_numbers),
        TEST(test_depth),
        TEST(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
