/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units and types: reading, writing back, factors, combining. */
#include "language_fixture.h"

#include "lang/typing.h"

static hec_type unit(const char *text, double *factor)
{
    hec_type type;
    const char *error = "", *word = "";
    double ignored;
    if (!hec_unit_parse(text, strlen(text), &type, factor ? factor : &ignored, &error, &word)) {
        fail_msg("`%s`: %s at `%s`", text, error, word);
    }
    return type;
}

static void expect_text(const hec_type *type, const char *expected)
{
    char text[128];
    hec_type_text(type, text, sizeof text);
    assert_string_equal(text, expected);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void test_reading(void **state)
{
    /* what is written, what it is, what a value in it is multiplied by */
    static const struct {
        const char *text, *canonical;
        double factor;
    } rows[] = {
        {"1/year", "1/year", 1},
        {"per year", "1/year", 1},
        {"/year", "1/year", 1},
        {"1/month", "1/year", 12},
        {"per month", "1/year", 12},
        {"1/day", "1/year", 365.25},
        {"1/hour", "1/year", 8766},
        {"per week", "1/year", 365.25 / 7},
        {"year", "year", 1},
        {"years", "year", 1},
        {"months", "year", 1.0 / 12},
        {"day", "year", 1 / 365.25},
        {"months^2", "year^2", 1.0 / 144},
        {"per person-year", "1/year", 1},
        {"per 100 person-years", "1/year", 0.01},
        {"per 1000 patient-months", "1/year", 0.012},
        {"events per person-year", "event/year", 1},
        {"USD/year", "USD/year", 1},
        {"CNY(2020)/year", "CNY(2020)/year", 1},
        {"CNY(2020) per person per month", "CNY(2020)/person/year", 12},
        {"CNY per visit", "CNY/visit", 1},
        {"1000 CNY", "CNY", 1000},
        {"1000 CNY / year", "CNY/year", 1000},
        {"INT$(2017)/QALY", "INT$(2017)/QALY", 1},
        {"RMB per bed-day", "CNY/bed-day", 1},
        {"CNY per day-of-stay", "CNY/bed-day", 1},
        {"CNY per session", "CNY/session", 1},
        {"mmol/L", "mmol/L", 1},
        {"mmol/mol", "mmol/mol", 1},
        {"mg/kg/day", "mg/kg/year", 365.25},
        {"mg-kg", "kg*mg", 1},
        {"mg*kg", "kg*mg", 1},
        {"mg·kg", "kg*mg", 1},
        {"kg/m^2", "kg/m^2", 1},
        {"kg/m2", "kg/m^2", 1},
        {"kg/m²", "kg/m^2", 1},
        {"m^-1", "1/m", 1},
        {"kg*m^-2", "kg/m^2", 1},
        {"mmHg", "mmHg", 1},
        {"µg", "ug", 1},
        {"%", "number", 0.01},
        {"percent", "number", 0.01},
        {"%/year", "1/year", 0.01},
        {"1", "number", 1},
        {"ratio", "number", 1},
        {"number", "number", 1},
        {"kg/kg", "number", 1},
        {"utility", "utility", 1},
        {"odds", "odds", 1},
        {"boolean", "boolean", 1},
        {"label", "label", 1},
        {"probability", "probability", 1},
        {"probability per year", "probability per 1 year", 1},
        {"probability per 5 years", "probability per 5 years", 1},
        {"probability per 6 months", "probability per 6 months", 1},
        {"probability / 3 weeks", "probability per 3 weeks", 1},
        {"probability per 30 days", "probability per 30 days", 1},
        {"probability per 28 days", "probability per 4 weeks", 1},
        {"odds per 2 years", "odds per 2 years", 1},
        {"  CNY(2020) / year ", "CNY(2020)/year", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double factor = 0;
        hec_type type = unit(rows[i].text, &factor);
        expect_text(&type, rows[i].canonical);
        assert_true(fabs(factor / rows[i].factor - 1) < 1e-15);
    }
}

/* What hec_type_text writes, hec_unit_parse reads back. */
static void test_round_trip(void **state)
{
    static const char *const texts[] = {
        "year",   "1/year",      "CNY(2020)/person/year",
        "kg/m^2", "number",      "CNY(2020)^2/year^2",
        "label",  "utility",     "probability per 5 years",
        "odds",   "boolean",     "1/kg/m^3",
        "INT$",   "probability", "bed-day*g^9/mol",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        hec_type type = unit(texts[i], NULL);
        expect_text(&type, texts[i]);
    }
    for (size_t i = 0; i < hec_atom_count(); i++) {
        hec_type type = unit(hec_atom_name(i), NULL);
        char text[128];
        hec_type_text(&type, text, sizeof text);
        hec_type again = unit(text, NULL);
        assert_true(hec_type_agree(&type, &again));
        assert_true(strlen(hec_atom_name(i)) < HEC_ATOM_BYTES);
        assert_true(strlen(hec_atom_words(i)) > 0);
    }
    assert_null(hec_atom_name(hec_atom_count()));
}

/* No unit is spelt like two. */
static void test_atoms_are_distinct(void **state)
{
    (void)state;
    for (size_t i = 0; i < hec_atom_count(); i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(hec_atom_name(i), hec_atom_name(j));
        }
    }
}

static void test_words(void **state)
{
    static const char *const rows[][2] = {
        {"year", "a time in years"},
        {"1/month", "a rate per year"},
        {"ratio", "a number without a unit"},
        {"CNY(2020)/year", "a value in CNY(2020)/year"},
        {"1/kg", "a value in 1/kg"},
        {"probability per year", "a probability per 1 year"},
        {"probability", "a probability"},
        {"odds", "odds"},
        {"utility", "a utility"},
        {"boolean", "a yes/no value"},
        {"label", "a word"},
    };
    char words[128];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        hec_type type = unit(rows[i][0], NULL);
        hec_type_words(&type, words, sizeof words);
        assert_string_equal(words, rows[i][1]);
    }
    hec_type_words(&HEC_TYPE_ANY, words, sizeof words);
    assert_string_equal(words, "a plain number");
    char small[6];
    hec_type_words(&HEC_TYPE_YEARS, small, sizeof small); /* cut, not overrun */
    assert_string_equal(small, "a tim");
}

static void test_times(void **state)
{
    (void)state;
    assert_true(hec_unit_time("years", 5) == 1);
    assert_true(hec_unit_time("month", 5) == 12);
    assert_true(hec_unit_time("weeks", 5) == 365.25 / 7);
    assert_true(hec_unit_time("CNY", 3) == 0);
    assert_true(hec_unit_time("person-years", 12) == 0);
    assert_true(hec_unit_time("min", 3) == 0);
    assert_true(hec_unit_time("yearsx", 6) == 0);
}

/* ---- mistakes ------------------------------------------------------------------------------ */

static void expect_complaint(const char *text, const char *expected)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_type type;
    double factor;
    int32_t file = hec_source_add(diagnostics, "m.yaml", text, strlen(text));
    hec_place place = {file, 0, (uint32_t)strlen(text)};
    assert_false(hec_unit_read(diagnostics, text, strlen(text), place, true, &type, &factor));
    char *said = hec_diagnostics_text(diagnostics, false);
    assert_string_equal(said, expected);
    free(said);
    hec_diagnostics_destroy(diagnostics);
}

#define LIST                                                                                       \
    "  help: units look like 1/year, CNY(2020) per visit, probability per 5 years, utility, "      \
    "ratio; see `hecate list units`\n"
#define TAIL " [unit-syntax]\n"

static void test_mistakes(void **state)
{
    (void)state;
    expect_complaint("CNX/year", "m.yaml:1:1: error: `CNX`: there is no such unit" TAIL
                                 "CNX/year\n^~~\n  help: did you mean `CNY`?\n");
    expect_complaint("CNY per vist", "m.yaml:1:9: error: `vist`: there is no such unit" TAIL
                                     "CNY per vist\n        ^~~~\n  help: did you mean `visit`?\n");
    expect_complaint("qwertyuiop", "m.yaml:1:1: error: `qwertyuiop`: there is no such unit" TAIL
                                   "qwertyuiop\n^~~~~~~~~~\n" LIST);
    expect_complaint("rate", "m.yaml:1:1: error: `rate`: a rate is written with its time, as in "
                             "1/year" TAIL "rate\n^~~~\n" LIST);
    expect_complaint("CNY person",
                     "m.yaml:1:5: error: `person`: write `*`, `/` or `per` between two units" TAIL
                     "CNY person\n    ^~~~~~\n" LIST);
    expect_complaint("CNY/", "m.yaml:1:5: error: a unit is missing" TAIL "CNY/\n    ^\n" LIST);
    expect_complaint("", "m.yaml:1:1: error: the unit is empty; write `ratio` for a number without "
                         "one" TAIL LIST);
    expect_complaint("CNY(20)/year", "m.yaml:1:4: error: brackets hold the price year of a "
                                     "currency, as in CNY(2020)" TAIL "CNY(20)/year\n   ^\n" LIST);
    expect_complaint("year(2020)", "m.yaml:1:5: error: brackets hold the price year of a "
                                   "currency, as in CNY(2020)" TAIL "year(2020)\n    ^\n" LIST);
    expect_complaint("CNY(2020)/USD(2010)",
                     "m.yaml:1:14: error: one unit holds two price "
                     "years" TAIL "CNY(2020)/USD(2010)\n             ^\n" LIST);
    expect_complaint("m^x", "m.yaml:1:2: error: a power is a whole number, as in m^2" TAIL
                            "m^x\n ^\n" LIST);
    expect_complaint("m^12",
                     "m.yaml:1:2: error: a power lies between 1 and 9" TAIL "m^12\n ^\n" LIST);
    expect_complaint("per 0 years", "m.yaml:1:5: error: a number in a unit is above zero" TAIL
                                    "per 0 years\n    ^\n" LIST);
    expect_complaint("utility per year", "m.yaml:1:9: error: `per`: nothing may follow this "
                                         "word" TAIL "utility per year\n        ^~~\n" LIST);
    expect_complaint("probability of death", "m.yaml:1:13: error: `of`: behind it stands the time "
                                             "it covers, as in `per 5 years`" TAIL
                                             "probability of death\n            ^~\n" LIST);
    expect_complaint("probability per CNY", "m.yaml:1:13: error: `per`: behind it stands the time "
                                            "it covers, as in `per 5 years`" TAIL
                                            "probability per CNY\n            ^~~\n" LIST);
    expect_complaint("kg*g*mg*m*cm*km",
                     "m.yaml:1:14: error: `km`: too many different units are "
                     "multiplied" TAIL "kg*g*mg*m*cm*km\n             ^~\n" LIST);
}

static void test_noise(void **state)
{
    static const char pieces[] = "1205 ./*-^%()perCNYkgm probability\xc2\xb7\xb2";
    uint64_t seed = 7;
    (void)state;
    for (int round = 0; round < 50000; round++) {
        char text[24];
        size_t length = 0;
        for (; length < sizeof text; length++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            text[length] = pieces[(seed >> 33) % (sizeof pieces - 1)];
            if ((seed >> 61) == 0) {
                break;
            }
        }
        hec_type type;
        double factor = NAN;
        const char *error = NULL, *word = NULL;
        if (hec_unit_parse(text, length, &type, &factor, &error, &word)) {
            assert_true(factor > 0 && isfinite(factor));
        } else {
            assert_non_null(error);
            assert_true(word >= text && word <= text + length);
        }
    }
}

/* ---- combining ----------------------------------------------------------------------------- */

static void expect_combined(hec_typing (*how)(const hec_type *, const hec_type *, hec_type *),
                            const char *a, const char *b, const char *expected)
{
    hec_type left = *a ? unit(a, NULL) : HEC_TYPE_ANY, right = *b ? unit(b, NULL) : HEC_TYPE_ANY;
    hec_type out;
    assert_int_equal(how(&left, &right, &out), HEC_TYPING_FINE);
    expect_text(&out, expected);
}

static void test_products(void **state)
{
    static const char *const rows[][3] = {
        {"", "", "any unit"},
        {"", "CNY/year", "CNY/year"},
        {"", "year", "any unit"},
        {"", "year^2", "any unit"},
        {"", "1/year", "1/year"},
        {"ratio", "year", "year"},
        {"ratio", "", "number"},
        {"ratio", "utility", "utility"},
        {"1/year", "year", "number"},
        {"CNY(2020)/visit", "visit/year", "CNY(2020)/year"},
        {"CNY(2020)", "USD/CNY", "USD(2020)"},
        {"probability", "CNY/case", "CNY/case"},
        {"probability", "", "probability"},
        {"probability per year", "ratio", "probability per 1 year"},
        {"probability per year", "probability per 12 months", "probability per 1 year"},
        {"probability per year", "probability", "probability per 1 year"},
        {"probability per year", "probability per 2 years", "probability"},
        {"probability", "utility", "utility"},
        {"utility", "utility", "utility"},
        {"utility", "year", "year"},
        {"odds", "ratio", "odds"},
        {"odds", "probability", "any unit"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_combined(hec_type_multiply, rows[i][0], rows[i][1], rows[i][2]);
        expect_combined(hec_type_multiply, rows[i][1], rows[i][0], rows[i][2]);
    }
}

static void test_quotients(void **state)
{
    static const char *const rows[][3] = {
        {"", "year", "any unit"},
        {"", "1/year", "year"},
        {"year", "", "year"},
        {"CNY(2020)", "", "CNY(2020)"},
        {"CNY(2020)", "ratio", "CNY(2020)"},
        {"CNY(2020)", "CNY(2020)", "number"},
        {"year", "year", "number"},
        {"CNY", "QALY", "CNY/QALY"},
        {"probability per year", "probability per year", "any unit"},
        {"probability per year", "", "probability per 1 year"},
        {"probability", "CNY", "1/CNY"},
        {"utility", "ratio", "utility"},
        {"odds", "odds", "any unit"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_combined(hec_type_divide, rows[i][0], rows[i][1], rows[i][2]);
    }
    hec_type p = unit("probability per year", NULL), out;
    assert_int_equal(hec_type_divide(&p, &HEC_TYPE_YEARS, &out), HEC_TYPING_CONVERSION);
    hec_type old = unit("CNY(2010)", NULL), new = unit("CNY(2020)", NULL);
    assert_int_equal(hec_type_divide(&old, &new, &out), HEC_TYPING_PRICE_YEARS);
    assert_int_equal(hec_type_multiply(&old, &HEC_TYPE_BOOLEAN, &out), HEC_TYPING_NOT_A_NUMBER);
    hec_type many = unit("kg*g*mg*m*cm", NULL);
    assert_int_equal(hec_type_multiply(&many, &HEC_TYPE_YEARS, &out), HEC_TYPING_TOO_MANY);
}

static void test_powers(void **state)
{
    hec_type out, cost = unit("CNY(2020)/year", NULL), area = unit("m^2", NULL);
    hec_type p = unit("probability per year", NULL);
    (void)state;
    assert_int_equal(hec_type_raise(&cost, 2, &out), HEC_TYPING_FINE);
    expect_text(&out, "CNY(2020)^2/year^2");
    assert_int_equal(hec_type_raise(&area, 0.5, &out), HEC_TYPING_FINE);
    expect_text(&out, "m");
    assert_int_equal(hec_type_raise(&area, -1, &out), HEC_TYPING_FINE);
    expect_text(&out, "1/m^2");
    assert_int_equal(hec_type_raise(&cost, 0, &out), HEC_TYPING_FINE);
    expect_text(&out, "number");
    assert_int_equal(hec_type_raise(&cost, 0.5, &out), HEC_TYPING_NOT_PLAIN);
    assert_int_equal(hec_type_raise(&cost, NAN, &out), HEC_TYPING_NOT_PLAIN);
    assert_int_equal(hec_type_raise(&cost, 1000, &out), HEC_TYPING_TOO_MANY);
    assert_int_equal(hec_type_raise(&p, 3, &out), HEC_TYPING_FINE);
    expect_text(&out, "probability"); /* of another length of time */
}

static void test_agreement(void **state)
{
    static const struct {
        const char *a, *b;
        bool agree;
    } rows[] = {
        {"", "CNY", true},
        {"CNY", "CNY", true},
        {"CNY", "USD", false},
        {"CNY(2020)", "CNY", true},
        {"CNY(2020)", "CNY(2010)", false},
        {"1/year", "1/month", true},
        {"1/year", "probability", false},
        {"probability", "probability per year", true},
        {"probability per year", "probability per 12 months", true},
        {"probability per year", "probability per month", false},
        {"probability", "ratio", false},
        {"probability", "utility", false},
        {"odds", "ratio", false},
        {"utility", "ratio", false},
        {"boolean", "ratio", false},
        {"label", "boolean", false},
        {"kg/m^2", "kg/m", false},
        {"kg", "kg*m", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        hec_type a = *rows[i].a ? unit(rows[i].a, NULL) : HEC_TYPE_ANY, b = unit(rows[i].b, NULL);
        assert_int_equal(hec_type_agree(&a, &b), rows[i].agree);
        assert_int_equal(hec_type_agree(&b, &a), rows[i].agree);
    }
    hec_type stated = unit("CNY(2020)", NULL), open = unit("CNY", NULL), out;
    assert_true(hec_type_unify(&open, &stated, &out)); /* what is known wins */
    expect_text(&out, "CNY(2020)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),   cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_words),     cmocka_unit_test(test_atoms_are_distinct),
        cmocka_unit_test(test_times),     cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_noise),     cmocka_unit_test(test_products),
        cmocka_unit_test(test_quotients), cmocka_unit_test(test_powers),
        cmocka_unit_test(test_agreement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
