/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units: the table of atoms, and reading a unit from text. */
#include "lang/type.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "lang/lang.h"
#include "lang/typing.h"

const hec_type HEC_TYPE_ANY = {.kind = HEC_KIND_ANY};
const hec_type HEC_TYPE_RATIO = {.kind = HEC_KIND_QUANTITY};
const hec_type HEC_TYPE_YEARS = {
    .kind = HEC_KIND_QUANTITY, .n_factors = 1, .factors = {{"year", 1}}};
const hec_type HEC_TYPE_PER_YEAR = {
    .kind = HEC_KIND_QUANTITY, .n_factors = 1, .factors = {{"year", -1}}};
const hec_type HEC_TYPE_BOOLEAN = {.kind = HEC_KIND_BOOLEAN};
const hec_type HEC_TYPE_PROBABILITY = {.kind = HEC_KIND_PROBABILITY};

/* name, other spellings, words, how many make one year (times only), is it money? */
typedef struct atom_row {
    const char *name, *others, *words;
    double per_year;
    bool money;
} atom_row;

static const atom_row atoms[] = {
    /* time: 1 year = 12 months = 365.25 days = 52.178... weeks. Time at risk is time. */
    {"year", "years person-year person-years patient-year patient-years life-year life-years",
     "time; years lived by persons are years too", 1, false},
    {"month", "months person-month person-months patient-month patient-months",
     "time; a twelfth of a year", 12, false},
    {"week", "weeks person-week person-weeks", "time; 7 days", 365.25 / 7, false},
    {"day", "days person-day person-days", "time; a year has 365.25", 365.25, false},
    {"hour", "hours", "time; a year has 8766", 8766, false},
    /* what is counted */
    {"person", "persons people patient patients capita member members", "a head", 0, false},
    {"event", "events", "something that happens", 0, false},
    {"case", "cases", "a case of disease, or of a case payment", 0, false},
    {"visit", "visits consultation consultations", "an outpatient or home visit", 0, false},
    {"admission",
     "admissions hospitalisation hospitalisations hospitalization hospitalizations "
     "stay stays discharge discharges",
     "a stay in hospital", 0, false},
    {"bed-day", "bed-days day-of-stay days-of-stay inpatient-day inpatient-days",
     "a day in hospital; not time", 0, false},
    {"session", "sessions", "a session of treatment or teaching", 0, false},
    {"test", "tests scan scans", "a diagnostic test", 0, false},
    {"procedure", "procedures operation operations", "an operation", 0, false},
    {"course", "courses", "a course of treatment", 0, false},
    {"dose", "doses injection injections", "a dose of a drug", 0, false},
    {"tablet", "tablets pill pills", "a tablet", 0, false},
    {"pack", "packs", "a pack of a drug", 0, false},
    {"package", "packages", "a package of services", 0, false},
    {"call", "calls", "a telephone or video call", 0, false},
    {"item", "items unit units", "anything counted", 0, false},
    {"point", "points", "a point of a score or of a case payment", 0, false},
    /* health */
    {"QALY", "QALYs qaly qalys", "quality-adjusted life-year", 0, false},
    {"DALY", "DALYs daly dalys", "disability-adjusted life-year", 0, false},
    /* measures */
    {"kg", "", "kilogram", 0, false},
    {"g", "", "gram", 0, false},
    {"mg", "", "milligram", 0, false},
    {"ug", "mcg µg μg", "microgram", 0, false},
    {"ng", "", "nanogram", 0, false},
    {"pg", "", "picogram", 0, false},
    {"IU", "", "international unit", 0, false},
    {"L", "l litre litres liter liters", "litre", 0, false},
    {"dL", "dl", "decilitre", 0, false},
    {"mL", "ml", "millilitre", 0, false},
    {"mol", "", "mole", 0, false},
    {"mmol", "", "millimole", 0, false},
    {"umol", "µmol μmol", "micromole", 0, false},
    {"nmol", "", "nanomole", 0, false},
    {"mmHg", "", "millimetre of mercury", 0, false},
    {"cm", "", "centimetre", 0, false},
    {"m", "metre metres meter meters", "metre", 0, false},
    {"km", "", "kilometre", 0, false},
    {"beat", "beats", "heart beat", 0, false},
    {"min", "minute minutes", "minute of work or treatment; not model time", 0, false},
    /* money */
    {"CNY", "RMB", "Chinese yuan", 0, true},
    {"USD", "", "US dollar", 0, true},
    {"EUR", "", "euro", 0, true},
    {"GBP", "", "pound sterling", 0, true},
    {"JPY", "", "Japanese yen", 0, true},
    {"INT$", "Int$ I$ PPP$", "international dollar (purchasing power)", 0, true},
    {"AED", "", "UAE dirham", 0, true},
    {"ARS", "", "Argentine peso", 0, true},
    {"AUD", "", "Australian dollar", 0, true},
    {"BDT", "", "Bangladeshi taka", 0, true},
    {"BRL", "", "Brazilian real", 0, true},
    {"CAD", "", "Canadian dollar", 0, true},
    {"CHF", "", "Swiss franc", 0, true},
    {"CLP", "", "Chilean peso", 0, true},
    {"COP", "", "Colombian peso", 0, true},
    {"CZK", "", "Czech koruna", 0, true},
    {"DKK", "", "Danish krone", 0, true},
    {"EGP", "", "Egyptian pound", 0, true},
    {"ETB", "", "Ethiopian birr", 0, true},
    {"GHS", "", "Ghanaian cedi", 0, true},
    {"HKD", "", "Hong Kong dollar", 0, true},
    {"HUF", "", "Hungarian forint", 0, true},
    {"IDR", "", "Indonesian rupiah", 0, true},
    {"ILS", "", "Israeli shekel", 0, true},
    {"INR", "", "Indian rupee", 0, true},
    {"IRR", "", "Iranian rial", 0, true},
    {"KES", "", "Kenyan shilling", 0, true},
    {"KRW", "", "South Korean won", 0, true},
    {"LKR", "", "Sri Lankan rupee", 0, true},
    {"MWK", "", "Malawian kwacha", 0, true},
    {"MXN", "", "Mexican peso", 0, true},
    {"MYR", "", "Malaysian ringgit", 0, true},
    {"NGN", "", "Nigerian naira", 0, true},
    {"NOK", "", "Norwegian krone", 0, true},
    {"NPR", "", "Nepalese rupee", 0, true},
    {"NZD", "", "New Zealand dollar", 0, true},
    {"PEN", "", "Peruvian sol", 0, true},
    {"PHP", "", "Philippine peso", 0, true},
    {"PKR", "", "Pakistani rupee", 0, true},
    {"PLN", "", "Polish zloty", 0, true},
    {"RON", "", "Romanian leu", 0, true},
    {"RUB", "", "Russian rouble", 0, true},
    {"RWF", "", "Rwandan franc", 0, true},
    {"SAR", "", "Saudi riyal", 0, true},
    {"SEK", "", "Swedish krona", 0, true},
    {"SGD", "", "Singapore dollar", 0, true},
    {"THB", "", "Thai baht", 0, true},
    {"TRY", "", "Turkish lira", 0, true},
    {"TWD", "", "New Taiwan dollar", 0, true},
    {"TZS", "", "Tanzanian shilling", 0, true},
    {"UGX", "", "Ugandan shilling", 0, true},
    {"VND", "", "Vietnamese dong", 0, true},
    {"XAF", "", "Central African franc", 0, true},
    {"XOF", "", "West African franc", 0, true},
    {"ZAR", "", "South African rand", 0, true},
    {"ZMW", "", "Zambian kwacha", 0, true},
};
enum { N_ATOMS = sizeof atoms / sizeof atoms[0] };

static const struct {
    const char *name;
    hec_kind kind;
} kinds[] = {
    {"probability", HEC_KIND_PROBABILITY},
    {"odds", HEC_KIND_ODDS},
    {"utility", HEC_KIND_UTILITY},
    {"ratio", HEC_KIND_QUANTITY},
    {"number", HEC_KIND_QUANTITY},
    {"boolean", HEC_KIND_BOOLEAN},
    {"label", HEC_KIND_LABEL},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

size_t hec_atom_count(void)
{
    return N_ATOMS;
}

const char *hec_atom_name(size_t index)
{
    return index < N_ATOMS ? atoms[index].name : NULL;
}

const char *hec_atom_words(size_t index)
{
    return index < N_ATOMS ? atoms[index].words : NULL;
}

bool hec_atom_is_money(const char *atom)
{
    for (size_t i = 0; i < N_ATOMS; i++) {
        if (atoms[i].money && strcmp(atoms[i].name, atom) == 0) {
            return true;
        }
    }
    return false;
}

static bool same(const char *name, const char *word, size_t length)
{
    return strlen(name) == length && memcmp(name, word, length) == 0;
}

static bool among(const char *names, const char *word, size_t length)
{
    while (*names) {
        size_t n = strcspn(names, " ");
        if (n == length && memcmp(names, word, n) == 0) {
            return true;
        }
        names += n + (names[n] == ' ');
    }
    return false;
}

static const atom_row *find_atom(const char *word, size_t length)
{
    for (size_t i = 0; length > 0 && i < N_ATOMS; i++) {
        if (same(atoms[i].name, word, length) || among(atoms[i].others, word, length)) {
            return &atoms[i];
        }
    }
    return NULL;
}

double hec_unit_time(const char *word, size_t length)
{
    const atom_row *atom = find_atom(word, length);
    return atom && !memchr(word, '-', length) ? atom->per_year : 0;
}

/* ---- reading ------------------------------------------------------------------------------- */

typedef struct unit_reader {
    const char *text;
    size_t length, at;
    hec_type type;
    double factor;
    const char *error, *word;
} unit_reader;

static const char NO_SUCH_UNIT[] = "there is no such unit";

static bool fail(unit_reader *r, size_t at, const char *error)
{
    r->error = error;
    r->word = r->text + at;
    return false;
}

static char unit_peek(const unit_reader *r)
{
    return r->at < r->length ? r->text[r->at] : '\0';
}

static void skip_spaces(unit_reader *r)
{
    while (unit_peek(r) == ' ' || unit_peek(r) == '\t') {
        r->at++;
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$' || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Signs of more than one byte that end a word: raised powers and the multiplication point. */
static const char *const raised[] = {"²", "³", "·"};

static bool stands_raised(const unit_reader *r, size_t ahead, int which)
{
    size_t n = strlen(raised[which]);
    return r->length - r->at >= ahead + n && memcmp(r->text + r->at + ahead, raised[which], n) == 0;
}

/* Letters, and hyphens and digits between them. */
static size_t word_length(const unit_reader *r)
{
    size_t n = 0;
    const char *p = r->text + r->at;
    while (r->at + n < r->length &&
           (is_letter(p[n]) || (n > 0 && (is_digit(p[n]) || p[n] == '-')))) {
        if (stands_raised(r, n, 0) || stands_raised(r, n, 1) || stands_raised(r, n, 2)) {
            break;
        }
        n++;
    }
    return n;
}

static bool multiply_factor(unit_reader *r, const char *name, int power, size_t at)
{
    hec_type one = {
        .kind = HEC_KIND_QUANTITY, .n_factors = 1, .factors = {{.power = (int8_t)power}}};
    strcpy(one.factors[0].atom, name);
    hec_type product;
    if (hec_type_multiply(&r->type, &one, &product) != HEC_TYPING_FINE) {
        return fail(r, at, "too many different units are multiplied");
    }
    r->type = product;
    return true;
}

/* ^2, ^-1, ², ³, or the digit behind m2 */
static bool read_power(unit_reader *r, int *power)
{
    for (int i = 0; i < 2; i++) {
        if (stands_raised(r, 0, i)) {
            r->at += strlen(raised[i]);
            *power = i + 2;
            return true;
        }
    }
    size_t start = r->at;
    bool caret = unit_peek(r) == '^', negative = false;
    if (caret) {
        r->at++;
        negative = unit_peek(r) == '-';
        r->at += negative;
    }
    if (!is_digit(unit_peek(r))) {
        return caret ? fail(r, start, "a power is a whole number, as in m^2") : true;
    }
    *power = unit_peek(r) - '0';
    r->at++;
    if (is_digit(unit_peek(r)) || *power == 0) {
        return fail(r, start, "a power lies between 1 and 9");
    }
    *power = negative ? -*power : *power;
    return true;
}

static bool read_price_year(unit_reader *r, const atom_row *atom)
{
    if (unit_peek(r) != '(') {
        return true;
    }
    size_t start = r->at;
    int year = 0, digits = 0;
    for (r->at++; is_digit(unit_peek(r)) && digits < 5; r->at++, digits++) {
        year = year * 10 + (unit_peek(r) - '0');
    }
    if (digits != 4 || unit_peek(r) != ')' || !atom->money) {
        return fail(r, start, "brackets hold the price year of a currency, as in CNY(2020)");
    }
    r->at++;
    if (r->type.price_year != 0 && r->type.price_year != year) {
        return fail(r, start, "one unit holds two price years");
    }
    r->type.price_year = (int16_t)year;
    return true;
}

/* The longest beginning of the word that is an atom: `mg-kg` is mg, then kg; `m2` is m, then 2. */
static const atom_row *longest_atom(const unit_reader *r, size_t *length)
{
    const char *word = r->text + r->at;
    const atom_row *atom = find_atom(word, *length);
    for (size_t n = *length; !atom && n-- > 1;) {
        if (word[n] == '-' || is_digit(word[n])) {
            atom = find_atom(word, n);
            *length = atom ? n : *length;
        }
    }
    return atom;
}

static bool read_atom(unit_reader *r, int sign)
{
    size_t start = r->at, length = word_length(r);
    const atom_row *atom = longest_atom(r, &length);
    if (!atom) {
        return same("rate", r->text + start, length)
                   ? fail(r, start, "a rate is written with its time, as in 1/year")
                   : fail(r, start, NO_SUCH_UNIT);
    }
    r->at += length;
    int power = 1;
    if (!read_price_year(r, atom) || !read_power(r, &power)) {
        return false;
    }
    power *= sign;
    for (int i = 0; atom->per_year > 0 && i < (power < 0 ? -power : power); i++) {
        r->factor = power < 0 ? r->factor * atom->per_year : r->factor / atom->per_year;
    }
    return multiply_factor(r, atom->per_year > 0 ? "year" : atom->name, power, start);
}

static bool read_number(unit_reader *r, double *number)
{
    size_t start = r->at;
    while (is_digit(unit_peek(r)) || unit_peek(r) == '.') {
        r->at++;
    }
    if (!hec_text_to_double(r->text + start, r->at - start, number) || !(*number > 0)) {
        return fail(r, start, "a number in a unit is above zero");
    }
    return true;
}

/* An atom, a percent sign, or a number with an atom behind it: `5 years`. */
static bool read_term(unit_reader *r, int sign)
{
    skip_spaces(r);
    if (is_digit(unit_peek(r))) {
        double number;
        if (!read_number(r, &number)) {
            return false;
        }
        r->factor = sign < 0 ? r->factor / number : r->factor * number;
        skip_spaces(r);
        size_t length = word_length(r);
        if (length == 0 || same("per", r->text + r->at, length)) {
            return true;
        }
    }
    size_t length = word_length(r);
    if (unit_peek(r) == '%' || same("percent", r->text + r->at, length)) {
        r->at += unit_peek(r) == '%' ? 1 : length;
        r->factor = sign < 0 ? r->factor * 100 : r->factor / 100;
        return true;
    }
    return length > 0 ? read_atom(r, sign) : fail(r, r->at, "a unit is missing");
}

/* `/`, `per`: -1; `*`, `·`, and `-` behind an atom: 1; 0: neither. */
static int read_operator(unit_reader *r)
{
    skip_spaces(r);
    const char *rest = r->text + r->at;
    size_t left = r->length - r->at;
    if (left > 0 && (*rest == '/' || *rest == '*' || *rest == '-')) {
        r->at++;
        return *rest == '/' ? -1 : 1;
    }
    if (stands_raised(r, 0, 2)) {
        r->at += strlen(raised[2]);
        return 1;
    }
    if (word_length(r) == 3 && memcmp(rest, "per", 3) == 0) {
        r->at += 3;
        return -1;
    }
    return 0;
}

static bool read_product(unit_reader *r)
{
    int sign = read_operator(r);
    if (sign > 0) {
        return fail(r, r->at - 1, "a unit is missing");
    }
    r->type.kind = HEC_KIND_QUANTITY;
    for (sign = sign < 0 ? -1 : 1; read_term(r, sign);) {
        skip_spaces(r);
        if (r->at == r->length) {
            return true;
        }
        sign = read_operator(r);
        if (sign == 0) {
            return fail(r, r->at, "write `*`, `/` or `per` between two units");
        }
    }
    return false;
}

/* `probability per 5 years`: behind the word only the time may follow. */
static bool read_interval(unit_reader *r)
{
    skip_spaces(r);
    if (r->at == r->length) {
        return true;
    }
    size_t start = r->at;
    unit_reader time = *r;
    time.factor = 1;
    time.type = HEC_TYPE_RATIO;
    bool per = read_operator(&time) < 0;
    if (!per || !read_term(&time, 1) || !hec_type_agree(&time.type, &HEC_TYPE_YEARS)) {
        return fail(r, start, "behind it stands the time it covers, as in `per 5 years`");
    }
    skip_spaces(&time);
    if (time.at != time.length) {
        return fail(r, time.at, "nothing may follow the time");
    }
    r->type.interval = time.factor;
    return true;
}

static bool read_unit(unit_reader *r)
{
    skip_spaces(r);
    if (r->at == r->length) {
        return fail(r, r->at, "the unit is empty; write `ratio` for a number without one");
    }
    size_t length = word_length(r);
    for (size_t i = 0; i < N_KINDS; i++) {
        if (!same(kinds[i].name, r->text + r->at, length)) {
            continue;
        }
        r->at += length;
        r->type.kind = kinds[i].kind;
        if (kinds[i].kind == HEC_KIND_PROBABILITY || kinds[i].kind == HEC_KIND_ODDS) {
            return read_interval(r);
        }
        skip_spaces(r);
        return r->at == r->length || fail(r, r->at, "nothing may follow this word");
    }
    return read_product(r);
}

bool hec_unit_parse(const char *text, size_t length, hec_type *type, double *factor,
                    const char **error, const char **word)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\n')) {
        length--;
    }
    unit_reader reader = {.text = text, .length = length, .factor = 1};
    bool good = read_unit(&reader);
    if (good && !(reader.factor > 0 && isfinite(reader.factor))) {
        good = fail(&reader, 0, "the numbers in this unit are too large or too small");
    }
    if (good) {
        *type = reader.type;
        *factor = reader.factor;
    } else {
        if (error) {
            *error = reader.error;
        }
        if (word) {
            *word = reader.word;
        }
    }
    return good;
}

/* ---- reporting ----------------------------------------------------------------------------- */

static const char *nearest_unit(const char *word)
{
    const char *names[N_ATOMS + N_KINDS];
    for (size_t i = 0; i < N_ATOMS; i++) {
        names[i] = atoms[i].name;
    }
    for (size_t i = 0; i < N_KINDS; i++) {
        names[N_ATOMS + i] = kinds[i].name;
    }
    return hec_text_nearest(word, N_ATOMS + N_KINDS, names);
}

bool hec_unit_read(hec_diagnostics *diagnostics, const char *text, size_t length, hec_place place,
                   bool verbatim, hec_type *type, double *factor)
{
    const char *error = NULL, *word = NULL;
    if (hec_unit_parse(text, length, type, factor, &error, &word)) {
        return true;
    }
    unit_reader rest = {.text = text, .length = length, .at = (size_t)(word - text)};
    size_t piece = word_length(&rest);
    if (verbatim) {
        place.offset += (uint32_t)rest.at;
        place.length = piece > 0 ? (uint32_t)piece : 1;
    }
    char copy[48];
    snprintf(copy, sizeof copy, "%.*s", (int)(piece < 40 ? piece : 40), word);
    if (piece > 0) {
        hec_report(diagnostics, HEC_CHECK_UNIT_SYNTAX, place, "`%s`: %s", copy, error);
    } else {
        hec_report(diagnostics, HEC_CHECK_UNIT_SYNTAX, place, "%s", error);
    }
    const char *near = error == NO_SUCH_UNIT ? nearest_unit(copy) : NULL;
    if (near) {
        hec_report_help(diagnostics, "did you mean `%s`?", near);
    } else {
        hec_report_help(diagnostics, "units look like 1/year, CNY(2020) per visit, probability per "
                                     "5 years, utility, ratio; see `hecate list units`");
    }
    return false;
}
