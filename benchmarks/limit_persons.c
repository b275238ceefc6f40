/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit: the Sick-Sicker microsimulation written for this one model. States, moves, mortality
 * that grows with the time spent sick, costs and utilities are those of Krijkamp et al.,
 * "Microsimulation Modeling for Health Decision Sciences Using R: A Tutorial", Medical Decision
 * Making 38:400 (2018), without treatment and its effect modifiers. There the years of S1 and S2
 * add up; here they are those in the present state.
 *
 * No language, no categories of cost, no undiscounted totals, no checks. A person is a lane; cycle
 * c takes the uniform number of words 2(c mod 2) and 2(c mod 2)+1 of the block of Philox4x32-10
 * that belongs to (person, c / 2). */
#include "generic/vectors.h"
#include "limit_level.h"
#include "philox.h"

/* Numbers of states; who is dead is worth nothing. */
enum { H, S1, S2, DEAD };

static const double p_hs1 = 0.15, p_hd = 0.005, p_s1h = 0.5, p_s1s2 = 0.105;
static const double rate_hd = 0x1.48807f33b350ep-8; /* -ln(1 - p_hd) */
static const double rr_s1 = 3, rr_s2 = 10, growth = 0.2;
static const double cost_of[4] = {2000, 4000, 15000, 0}, utility_of[4] = {1, 0.75, 0.5, 0};

/* ---- registers ------------------------------------------------------------------------------- */

/* Two registers of persons through all cycles: the second fills the gaps that the first leaves. */
enum { REGISTERS = 2 };

typedef struct lives {
    hk_doubles state, since, cost, qaly;
} lives;

static inline void draw(uint64_t key, hk_words person, uint64_t word, hk_doubles u[2])
{
    const uint64_t low = 0xffffffff;
    uint64_t key0 = key & low, key1 = key >> 32;
    hk_words c[4] = {person, person >> 32, (hk_words){0} + word, {0}};
    for (int round = 0; round < 10; round++) {
        hk_words product0 = hk_product(c[0], HK_PHILOX_FACTOR0);
        hk_words product1 = hk_product(c[2], HK_PHILOX_FACTOR1);
        c[0] = (product1 >> 32) ^ c[1] ^ key0;
        c[1] = product1;
        c[2] = (product0 >> 32) ^ c[3] ^ key1;
        c[3] = product0;
        key0 += HK_PHILOX_STEP0;
        key1 += HK_PHILOX_STEP1;
    }
    for (int k = 0; k < 2; k++) {
        hk_words bits = (c[2 * k + 1] << 32 | (c[2 * k] & low)) >> 12 | (uint64_t)1023 << 52;
        u[k] = (hk_doubles)bits - 0x1.fffffffffffffp-1;
    }
}

/* e^x for x in [-700, 0], two units in the last place: x = k ln 2 + r, Taylor's series of r in two
 * interleaved chains. A call of the C library would empty all registers. */
static inline hk_doubles exp_of(hk_doubles x)
{
    static const double series[14] = {1,
                                      1,
                                      1.0 / 2,
                                      1.0 / 6,
                                      1.0 / 24,
                                      1.0 / 120,
                                      1.0 / 720,
                                      1.0 / 5040,
                                      1.0 / 40320,
                                      1.0 / 362880,
                                      1.0 / 3628800,
                                      1.0 / 39916800,
                                      1.0 / 479001600,
                                      1.0 / 6227020800};
    hk_doubles magic = hk_spread(0x1.8p52);
    hk_doubles whole = lanes_fma(x, hk_spread(0x1.71547652b82fep+0), magic), k = whole - magic;
    hk_doubles r = lanes_fma(k, hk_spread(-0x1.62e42fefa3800p-1), x);
    r = lanes_fma(k, hk_spread(-0x1.ef35793c76730p-45), r);
    hk_doubles square = r * r, even = hk_spread(series[12]), odd = hk_spread(series[13]);
    for (int i = 10; i >= 0; i -= 2) {
        even = lanes_fma(even, square, hk_spread(series[i]));
        odd = lanes_fma(odd, square, hk_spread(series[i + 1]));
    }
    return (hk_doubles)((hk_words)lanes_fma(odd, r, even) + ((hk_words)whole << 52));
}

static inline void credit(double weight, lives *x)
{
    const hk_truths every = hk_first_lanes(HK_WIDTH);
    hk_doubles cost = hk_spread(0), utility = hk_spread(0);
    for (int s = H; s < DEAD; s++) {
        hk_truths here = hk_equal(every, x->state, hk_spread(s));
        cost = hk_blend(here, hk_spread(cost_of[s]), cost);
        utility = hk_blend(here, hk_spread(utility_of[s]), utility);
    }
    x->cost = lanes_fma(hk_spread(weight), cost, x->cost);
    x->qaly = lanes_fma(hk_spread(weight), utility, x->qaly);
}

/* Probability of death of the sick and the sicker. */
static inline hk_doubles death_by_exp(const lives *x)
{
    const hk_truths sicker = hk_equal(hk_first_lanes(HK_WIDTH), x->state, hk_spread(S2));
    hk_doubles rate = hk_blend(sicker, hk_spread(rate_hd * rr_s2), hk_spread(rate_hd * rr_s1));
    hk_doubles longer = lanes_fma(hk_spread(growth), x->since, hk_spread(1));
    return hk_spread(1) - exp_of(hk_spread(0) - rate * longer);
}

/* The same from a table of years: 2 since for the sick, 2 since + 1 for the sicker. */
static inline hk_doubles death_by_table(const lives *x, const double *table)
{
    const hk_truths sicker = hk_equal(hk_first_lanes(HK_WIDTH), x->state, hk_spread(S2));
    hk_doubles place = x->since + x->since + hk_blend(sicker, hk_spread(1), hk_spread(0));
    hk_words index = (hk_words)(place + 0x1p52) & 0xffffffff;
#if defined(__AVX512F__)
    return (hk_doubles)_mm512_i64gather_pd((__m512i)index, table, 8);
#elif defined(__AVX2__)
    return (hk_doubles)_mm256_i64gather_pd(table, (__m256i)index, 8);
#else
    hk_doubles p;
    for (size_t l = 0; l < HK_WIDTH; l++) {
        p[l] = table[index[l]];
    }
    return p;
#endif
}

/* Who is in a state and has a number not below a sum of probabilities goes on to the next arc. */
static inline void live(hk_doubles u, hk_doubles p, lives *x)
{
    const hk_truths every = hk_first_lanes(HK_WIDTH);
    const hk_truths well = hk_equal(every, x->state, hk_spread(H));
    const hk_truths sick = hk_equal(every, x->state, hk_spread(S1));
    const hk_truths sicker = hk_equal(every, x->state, hk_spread(S2));
    hk_doubles next = hk_spread(DEAD);
    next = hk_blend(well, hk_spread(S1), next);
    next = hk_blend(hk_at_least(well, u, hk_spread(p_hs1)), hk_spread(DEAD), next);
    next = hk_blend(hk_at_least(well, u, hk_spread(p_hs1 + p_hd)), hk_spread(H), next);
    next = hk_blend(sick, hk_spread(H), next);
    next = hk_blend(hk_at_least(sick, u, hk_spread(p_s1h)), hk_spread(S2), next);
    next = hk_blend(hk_at_least(sick, u, hk_spread(p_s1h + p_s1s2)), hk_spread(DEAD), next);
    next = hk_blend(hk_at_least(sick, u, hk_spread(p_s1h + p_s1s2) + p), hk_spread(S1), next);
    next = hk_blend(hk_at_least(sicker, u, p), hk_spread(S2), next);
    x->since = hk_blend(hk_equal(every, next, x->state), x->since + 1, hk_spread(0));
    x->state = next;
}

/* Lanes i on; table NULL: exp. A constant wherever this is inlined. */
static inline void live_all(size_t i, uint64_t key, uint64_t first, size_t cycles,
                            const double *weight, const double *table, double *cost, double *qaly)
{
    lives x[REGISTERS];
    hk_words person[REGISTERS];
    hk_doubles u[REGISTERS][2];
    for (int k = 0; k < REGISTERS; k++) {
        for (size_t l = 0; l < HK_WIDTH; l++) {
            person[k][l] = first + i + (size_t)k * HK_WIDTH + l;
        }
        x[k] = (lives){hk_spread(H), hk_spread(0), hk_spread(0), hk_spread(0)};
        credit(weight[0], &x[k]);
    }
    for (size_t c = 0; c < cycles; c++) {
        for (int k = 0; k < REGISTERS; k++) {
            if (c % 2 == 0) {
                draw(key, person[k], c / 2, u[k]);
            }
            live(u[k][c % 2], table ? death_by_table(&x[k], table) : death_by_exp(&x[k]), &x[k]);
            credit(weight[c + 1], &x[k]);
        }
    }
    for (int k = 0; k < REGISTERS; k++) {
        hk_store(cost + i + (size_t)k * HK_WIDTH, x[k].cost);
        hk_store(qaly + i + (size_t)k * HK_WIDTH, x[k].qaly);
    }
}

void LIMIT_LEVEL(limit_persons)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                const double *weight, double *cost, double *qaly)
{
    for (size_t i = 0; i + REGISTERS * HK_WIDTH <= n; i += REGISTERS * HK_WIDTH) {
        live_all(i, key, first, cycles, weight, NULL, cost, qaly);
    }
}

void LIMIT_LEVEL(limit_persons_tabulated)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                          const double *weight, double *cost, double *qaly)
{
    double table[2 * LIMIT_CYCLES + 2];
    for (size_t years = 0; years <= cycles && years <= LIMIT_CYCLES; years++) {
        double longer = 1 + growth * (double)years;
        table[2 * years] = -expm1(-rate_hd * rr_s1 * longer);
        table[2 * years + 1] = -expm1(-rate_hd * rr_s2 * longer);
    }
    for (size_t i = 0; i + REGISTERS * HK_WIDTH <= n; i += REGISTERS * HK_WIDTH) {
        live_all(i, key, first, cycles, weight, table, cost, qaly);
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

/* The same in plain C, 512 persons side by side. */
enum { BLOCK = 512 };

typedef struct columns {
    double state[BLOCK], since[BLOCK], u[2][BLOCK];
} columns;

static void draw_columns(size_t n, uint64_t key, uint64_t first, uint32_t word, columns *x)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        hk_philox c = hk_philox_of(key, first + i, word);
        x->u[0][i] = hk_philox_unit(c.word[1], c.word[0]);
        x->u[1][i] = hk_philox_unit(c.word[3], c.word[2]);
    }
}

static inline double from_state(double state, double h, double s1, double s2)
{
    double value = hk_pick(state == H, h, 0);
    value = hk_pick(state == S1, s1, value);
    return hk_pick(state == S2, s2, value);
}

static void credit_columns(size_t n, double weight, const double *state, double *cost, double *qaly)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        cost[i] += weight * from_state(state[i], cost_of[H], cost_of[S1], cost_of[S2]);
        qaly[i] += weight * from_state(state[i], utility_of[H], utility_of[S1], utility_of[S2]);
    }
}

static void live_columns(size_t n, const double *chance, double *state, double *since)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double u = chance[i], now = state[i];
        double rate = hk_pick(now == S2, rate_hd * rr_s2, rate_hd * rr_s1);
        double p = 1 - hk_exp(-rate * (1 + growth * since[i]));
        double well = hk_pick(u >= p_hs1, DEAD, S1);
        well = hk_pick(u >= p_hs1 + p_hd, H, well);
        double sick = hk_pick(u >= p_s1h, S2, H);
        sick = hk_pick(u >= p_s1h + p_s1s2, DEAD, sick);
        sick = hk_pick(u >= p_s1h + p_s1s2 + p, S1, sick);
        double next = hk_pick(now == S2, hk_pick(u >= p, S2, DEAD), DEAD);
        next = hk_pick(now == S1, sick, next);
        next = hk_pick(now == H, well, next);
        since[i] = hk_pick(next == now, since[i] + 1, 0);
        state[i] = next;
    }
}

void LIMIT_LEVEL(limit_persons_columns)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                        const double *weight, double *cost, double *qaly)
{
    _Alignas(64) columns x;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        for (size_t i = 0; i < here; i++) {
            x.state[i] = x.since[i] = cost[start + i] = qaly[start + i] = 0;
        }
        credit_columns(here, weight[0], x.state, cost + start, qaly + start);
        for (size_t c = 0; c < cycles; c++) {
            if (c % 2 == 0) {
                draw_columns(here, key, first + start, (uint32_t)(c / 2), &x);
            }
            live_columns(here, x.u[c % 2], x.state, x.since);
            credit_columns(here, weight[c + 1], x.state, cost + start, qaly + start);
        }
    }
}

/* ---- payments -------------------------------------------------------------------------------- */

/* Whole hundredths. */
static inline double fen(double money)
{
    return floor(100 * money + 0.5);
}

static inline double least(double a, double b)
{
    return hk_pick(a < b, a, b);
}

static inline double above_zero(double a)
{
    return hk_pick(a > 0, a, 0);
}

/* What one service leaves to the layers: a deductible, of which so much is used up, a share under a
 * ceiling, and the rest; all in hundredths. */
typedef struct layers {
    double own, basic, cash;
} layers;

static inline layers share_out(double left, double share, double own, double basic)
{
    layers of;
    of.own = hk_pick(left > 0, least(above_zero(80000 - own), left), 0);
    left -= of.own;
    of.basic =
        hk_pick(left > 0, least(least(fen(share * (left / 100)), 30000000 - basic), left), 0);
    of.cash = left - of.basic;
    return of;
}

/* Years are cycles here, so all accounts begin anew in each. */
static void pay_columns(size_t n, double weight, const double *state, double *patient, double *fund,
                        double *ledger)
{
    double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0, sum4 = 0, sum5 = 0, sum6 = 0, sum7 = 0, sum8 = 0;
    double test_charged = 0, stay_charged = 0, stay_allowed = 0, living = 0;
    double visit_spent = 0, lesson_spent = 0, test_spent = 0, stay_spent = 0;
#pragma omp simd reduction(+ : sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, test_charged, \
                               stay_charged, stay_allowed, living, visit_spent, lesson_spent,      \
                               test_spent, stay_spent)
    for (size_t i = 0; i < n; i++) {
        double visits = from_state(state[i], 2, 6, 12), lessons = from_state(state[i], 0, 4, 4);
        double tests = from_state(state[i], 0, 2, 4), stays = from_state(state[i], 0, 0.2, 1);
        double alive = hk_pick(state[i] == DEAD, 0, 1);
        double charge = fen(600 * tests), hospital = fen(10000 * stays);
        double allowed = fen(0.9 * (hospital / 100));
        layers test = share_out(charge, 0.8, 0, 0);
        layers stay = share_out(allowed, 0.7, test.own, test.basic);
        double taught = fen(60 * least(lessons, 3)), bonus = hk_pick(state[i] == H, 10000, 0);
        patient[i] +=
            weight / 100 * (test.own + test.cash + stay.own + stay.cash + (hospital - allowed));
        fund[i] += weight / 100 * (test.basic + stay.basic + taught + bonus);
        sum0 += test.own;
        sum1 += test.basic;
        sum2 += test.cash;
        sum3 += stay.own;
        sum4 += stay.basic;
        sum5 += stay.cash;
        sum6 += hospital - allowed;
        sum7 += taught;
        sum8 += bonus;
        test_charged += charge;
        stay_charged += hospital;
        stay_allowed += allowed;
        living += alive;
        visit_spent += fen(25 * visits);
        lesson_spent += fen(40 * lessons);
        test_spent += fen(120 * tests);
        stay_spent += fen(9000 * stays);
    }
    const double sums[LIMIT_FLOWS] = {sum0,         sum1,         sum2,   sum3,        sum4,
                                      sum5,         sum6,         sum7,   sum8,        test_charged,
                                      stay_charged, stay_allowed, living, visit_spent, lesson_spent,
                                      test_spent,   stay_spent};
    for (int k = 0; k < LIMIT_FLOWS; k++) {
        ledger[k] += sums[k];
    }
}

static void count_panels(size_t n, uint64_t first, const double *state, double *panel)
{
    size_t at = first % LIMIT_PANELS;
    for (size_t i = 0; i < n; i++) {
        panel[2 * at] += state[i] != DEAD;
        panel[2 * at + 1] += state[i] == H;
        at = at + 1 < LIMIT_PANELS ? at + 1 : 0;
    }
}

void LIMIT_LEVEL(limit_persons_paid)(size_t n, uint64_t key, uint64_t first, size_t cycles,
                                     const double *weight, double *cost, double *qaly,
                                     double *patient, double *fund, double *ledger, double *panel)
{
    _Alignas(64) columns x;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        for (size_t i = 0; i < here; i++) {
            x.state[i] = x.since[i] = cost[start + i] = qaly[start + i] = 0;
            patient[start + i] = fund[start + i] = 0;
        }
        for (size_t c = 0; c < cycles; c++) {
            credit_columns(here, weight[c], x.state, cost + start, qaly + start);
            pay_columns(here, weight[c], x.state, patient + start, fund + start,
                        ledger + c * LIMIT_FLOWS);
            count_panels(here, first + start, x.state, panel + c * 2 * LIMIT_PANELS);
            if (c % 2 == 0) {
                draw_columns(here, key, first + start, (uint32_t)(c / 2), &x);
            }
            live_columns(here, x.u[c % 2], x.state, x.since);
        }
    }
}
