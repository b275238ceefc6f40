/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sharing out: the largest remainder. */
#include "pay/share_out.h"

#include <math.h>

/* Who has the largest fraction (sign 1) or the smallest (-1) of those a fen may go to. */
static size_t next_of(int64_t total, size_t n, const double *weights, double sum,
                      const int64_t *shares, int sign)
{
    size_t best = n;
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double over = sign * ((double)total * (weights[i] / sum) - (double)shares[i]);
        bool may = sign > 0 ? weights[i] > 0 : shares[i] > 0;
        if (may && (best == n || over > most)) {
            best = i;
            most = over;
        }
    }
    return best;
}

bool hec_share_out(int64_t total, size_t n, const double *weights, int64_t *shares)
{
    double sum = 0;
    int64_t left = total;
    for (size_t i = 0; i < n; i++) {
        sum += weights[i];
        shares[i] = 0;
    }
    if (!(sum > 0)) {
        return total == 0;
    }
    for (size_t i = 0; i < n; i++) {
        shares[i] = (int64_t)floor((double)total * (weights[i] / sum));
        left -= shares[i];
    }
    /* fewer than n: a fen once given makes its fraction the smallest. Rounding may have given too
     * much, where a quota was all but whole. */
    for (; left != 0; left += left > 0 ? -1 : 1) {
        int sign = left > 0 ? 1 : -1;
        shares[next_of(total, n, weights, sum, shares, sign)] += sign;
    }
    return true;
}
