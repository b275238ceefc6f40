/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs: where the uniform numbers of a draw lie. Any draw is found without those before it. */
#include "sim/sampler_inner.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_qrng.h>

enum { WORD_VALUE, WORD_SHIFT }; /* which random word of a counter serves for what */
#define LEAST 0x1p-53 /* the least uniform number of all designs; 1 - LEAST the greatest */

bool hec_design_find(const char *name, hec_design *design)
{
    static const char *const names[] = {"random", "latin-hypercube", "sobol"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(names[i], name) == 0) {
            *design = (hec_design)i;
            return true;
        }
    }
    return false;
}

/* A bijection that spreads every bit over all (Appleby's finaliser of MurmurHash3). */
static uint64_t spread(uint64_t x)
{
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
    return x ^ (x >> 33);
}

uint64_t hec_stream_of_name(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (; *name; name++) {
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
    }
    return spread(hash);
}

/* ---- Latin hypercube ------------------------------------------------------------------------ */

/* A Feistel network over the least power of two that holds `count`, walked until it lands inside.
 * Small counts take a wider network, which mixes better. */
uint64_t hec_permuted(uint64_t index, uint64_t count, uint64_t key)
{
    enum { ROUNDS = 8, BITS_MIN = 8 };
    int bits = BITS_MIN;
    while (bits < 63 && (UINT64_C(1) << bits) < count) {
        bits++;
    }
    int low_bits = bits / 2;
    uint64_t low_mask = (UINT64_C(1) << low_bits) - 1;
    uint64_t high_mask = (UINT64_C(1) << (bits - low_bits)) - 1;
    do {
        uint64_t low = index & low_mask, high = index >> low_bits;
        for (uint64_t round = 0; round < ROUNDS; round += 2) {
            low ^= spread(key + (high << 8) + round) & low_mask;
            high ^= spread(key + (low << 8) + round + 1) & high_mask;
        }
        index = (high << low_bits) | low;
    } while (index >= count);
    return index;
}

static void latin_uniforms(const hec_sample_plan *plan, uint64_t key, int64_t first, size_t n,
                           double *out)
{
    double count = (double)plan->draws;
    for (size_t i = 0; i < n; i++) {
        uint64_t stratum = hec_permuted((uint64_t)first + i, (uint64_t)plan->draws, key);
        double low = (double)stratum, at = low + out[i];
        at = at < low + 1 ? at : nextafter(low + 1, 0); /* rounding must not leave the stratum */
        double u = at / count;
        out[i] = u < LEAST ? LEAST : u > 1 - LEAST ? 1 - LEAST : u;
    }
}

/* ---- Sobol ---------------------------------------------------------------------------------- */

/* GSL hands out points in turn; the direction numbers, which lead to any point at once, are the
 * differences between points 2^j - 1 and 2^j. The generator's own functions are called because
 * gsl_qrng_alloc goes through the global error handler. */
uint64_t *hec_sobol_directions(hec_arena *arena, size_t dimensions, int64_t draws)
{
    const gsl_qrng_type *type = gsl_qrng_sobol;
    unsigned int size = (unsigned int)dimensions;
    void *state = hec_arena_alloc(arena, type->state_size(size));
    double *point = hec_arena_array(arena, dimensions + 1, sizeof *point);
    uint64_t *last = hec_arena_array(arena, dimensions + 1, sizeof *last);
    uint64_t *directions = hec_arena_array(arena, dimensions * HEC_SOBOL_BITS + 1, sizeof *last);
    if (!state || !point || !last || !directions || type->init_state(state, size) != 0) {
        return NULL;
    }
    int bit = 0;
    for (int64_t index = 1; index < draws; index++) {
        bool power = (index & (index - 1)) == 0;
        (void)type->get(state, size, point);
        for (size_t k = 0; k < dimensions; k++) {
            uint64_t now = (uint64_t)(point[k] * 0x1p52);
            if (power) {
                directions[k * HEC_SOBOL_BITS + (size_t)bit] = now ^ last[k];
            }
            last[k] = now;
        }
        bit += power;
    }
    return directions;
}

/* Point number i is the exclusive or of the directions at the bits of i's Gray code. */
static void sobol_uniforms(const uint64_t *directions, uint64_t shift, int64_t first, size_t n,
                           double *out)
{
    uint64_t index = (uint64_t)first, gray = index ^ (index >> 1), x = shift;
    for (size_t bit = 0; bit < HEC_SOBOL_BITS; bit++) {
        x ^= (gray >> bit) & 1 ? directions[bit] : 0;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = ((double)x + 0.5) * 0x1p-52;
        index++;
        size_t bit = 0;
        while (bit + 1 < HEC_SOBOL_BITS && !((index >> bit) & 1)) {
            bit++;
        }
        x ^= directions[bit];
    }
}

void hec_design_uniforms(const hec_sample_plan *plan, const hk_table *kernels,
                         const hec_stream *stream, uint64_t seed, int64_t first, size_t n,
                         double *out)
{
    if (plan->design == HEC_DESIGN_SOBOL) {
        kernels->uniforms(1, seed, stream->key, 0, WORD_SHIFT, out);
        sobol_uniforms(plan->directions + stream->dimension * HEC_SOBOL_BITS,
                       (uint64_t)(out[0] * 0x1p52), first, n, out);
        return;
    }
    kernels->uniforms(n, seed, stream->key, (uint64_t)first, WORD_VALUE, out);
    if (plan->design == HEC_DESIGN_LATIN_HYPERCUBE) {
        latin_uniforms(plan, spread(spread(seed) ^ stream->key), first, n, out);
    }
}
