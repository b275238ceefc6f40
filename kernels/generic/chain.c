/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations in a row: what one of them gives the next one takes, and meanwhile it stays in the
 * first cache. */
#include "level.h"

#include <string.h>

#include "lane_ops.h"

enum { LANES = 8, TILE = 128 };

/* u is the value so far, w takes the next one; they may be the same. Lanes come in eights, so that
 * no loop has a rest. */
#define HK_LINK(name, at, numbers, expression)                                                     \
    case HK_LINK_CODE(HK_##name, at, numbers): {                                                   \
        const double x0 = numbers & 1 ? *link->x : 0.0, y0 = numbers & 2 ? *link->y : 0.0;         \
        (void)x0, (void)y0;                                                                        \
        for (size_t i = 0; i < n; i += LANES) {                                                    \
            _Pragma("omp simd") for (size_t l = 0; l < LANES; l++)                                 \
            {                                                                                      \
                w[i + l] = expression;                                                             \
            }                                                                                      \
        }                                                                                          \
        break;                                                                                     \
    }
#define HK_V u[i + l]
#define HK_X x[i + l]
#define HK_Y y[i + l]

#define HK_LINK_1(name) HK_LINK(name, 0, 0, hk_lane_##name(HK_V, 0.0, 0.0))
#define HK_LINK_2(name)                                                                            \
    HK_LINK(name, 0, 0, hk_lane_##name(HK_V, HK_X, 0.0))                                           \
    HK_LINK(name, 0, 1, hk_lane_##name(HK_V, x0, 0.0))                                             \
    HK_LINK(name, 1, 0, hk_lane_##name(HK_X, HK_V, 0.0))                                           \
    HK_LINK(name, 1, 1, hk_lane_##name(x0, HK_V, 0.0))
#define HK_LINK_3(name)                                                                            \
    HK_LINK(name, 0, 0, hk_lane_##name(HK_V, HK_X, HK_Y))                                          \
    HK_LINK(name, 0, 1, hk_lane_##name(HK_V, x0, HK_Y))                                            \
    HK_LINK(name, 0, 2, hk_lane_##name(HK_V, HK_X, y0))                                            \
    HK_LINK(name, 0, 3, hk_lane_##name(HK_V, x0, y0))                                              \
    HK_LINK(name, 1, 0, hk_lane_##name(HK_X, HK_V, HK_Y))                                          \
    HK_LINK(name, 1, 1, hk_lane_##name(x0, HK_V, HK_Y))                                            \
    HK_LINK(name, 1, 2, hk_lane_##name(HK_X, HK_V, y0))                                            \
    HK_LINK(name, 1, 3, hk_lane_##name(x0, HK_V, y0))                                              \
    HK_LINK(name, 2, 0, hk_lane_##name(HK_X, HK_Y, HK_V))                                          \
    HK_LINK(name, 2, 1, hk_lane_##name(x0, HK_Y, HK_V))                                            \
    HK_LINK(name, 2, 2, hk_lane_##name(HK_X, y0, HK_V))                                            \
    HK_LINK(name, 2, 3, hk_lane_##name(x0, y0, HK_V))
#define HK_PRODUCTS(name)                                                                          \
    HK_LINK(name, HK_LINK_PRODUCT, 0, hk_lane_##name(HK_V, HK_X *HK_Y, 0.0))                       \
    HK_LINK(name, HK_LINK_PRODUCT, 1, hk_lane_##name(HK_V, x0 *HK_Y, 0.0))
#define HK_LINKS_OF(name, arity) HK_LINK_##arity(name)

/* Lanes first to first + n of every column. */
static void run_links(size_t n, size_t first, const double *start, size_t n_links,
                      const hk_link *links, double *out)
{
    _Alignas(64) double v[TILE];
    const double *u = start + first;
    for (size_t k = 0; k < n_links; k++) {
        const hk_link *link = &links[k];
        const double *x = link->x + first, *y = link->y + first;
        double *w = k + 1 < n_links ? v : out + first;
        switch (link->code) {
            HK_LINK_TABLE(HK_LINKS_OF)
            HK_PRODUCTS(ADD)
            HK_PRODUCTS(SUB)
        }
        u = v;
    }
}

/* Fewer lanes than eight: their columns are copied to where there are eight. */
static void run_few(size_t n, size_t first, const double *start, size_t n_links,
                    const hk_link *links, double *out)
{
    _Alignas(64) double columns[HK_LINKS_MAX][2][LANES], v[LANES] = {0.0};
    hk_link few[HK_LINKS_MAX];
    memcpy(v, start + first, n * sizeof *v);
    for (size_t k = 0; k < n_links; k++) {
        const double *from[2] = {links[k].x, links[k].y};
        memset(columns[k], 0, sizeof columns[k]);
        for (int o = 0; o < 2; o++)
            if (from[o] && links[k].code >> o & 1)
                columns[k][o][0] = *from[o];
            else if (from[o])
                memcpy(columns[k][o], from[o] + first, n * sizeof *v);
        few[k] = (hk_link){links[k].code, columns[k][0], columns[k][1]};
    }
    run_links(LANES, 0, v, n_links, few, v);
    memcpy(out + first, v, n * sizeof *v);
}

void HK_LEVEL(hk_chain)(size_t n, const double *start, size_t n_links, const hk_link *links,
                        double *out)
{
    size_t i = 0;
    while (i + LANES <= n) {
        const size_t here = n - i < TILE ? (n - i) / LANES * LANES : TILE;
        run_links(here, i, start, n_links, links, out);
        i += here;
    }
    if (i < n)
        run_few(n - i, i, start, n_links, links, out);
}
