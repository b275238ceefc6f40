/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sketch: the distribution of any number of values in fixed memory, by counts. */
#include "batch/sketch.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

_Static_assert(HEC_SKETCH_OCTAVE_BINS == 256, "a bin is named by eight bits of the mantissa");
enum { CENTRE = HEC_SKETCH_SIDE, EXPONENT_ZERO = 1023, MANTISSA_LEFT = 52 - 8 };

/* The number of a bin: CENTRE about zero, below it for negative values. A bin holds its lower end;
 * so a negative value that stands on an end belongs to the bin that is nearer to zero. */
static size_t bin_of(double value)
{
    const int64_t first = (int64_t)(EXPONENT_ZERO + HEC_SKETCH_FIRST_OCTAVE) << 8;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool negative = bits >> 63;
    uint64_t size = bits & ~((uint64_t)1 << 63);
    int64_t step = (int64_t)((size - (negative && size > 0)) >> MANTISSA_LEFT) - first + 1;
    step = step < 0 ? 0 : step > HEC_SKETCH_SIDE ? HEC_SKETCH_SIDE : step;
    return (size_t)(negative ? CENTRE - step : CENTRE + step);
}

/* The least magnitude of a bin `step` away from the centre; step 1 begins with the first octave. */
static double magnitude_of(size_t step)
{
    size_t octave = (step - 1) / HEC_SKETCH_OCTAVE_BINS, part = (step - 1) % HEC_SKETCH_OCTAVE_BINS;
    return ldexp(1 + (double)part / HEC_SKETCH_OCTAVE_BINS, (int)octave + HEC_SKETCH_FIRST_OCTAVE);
}

void hec_sketch_add(hec_sketch *sketch, size_t n, const double *values)
{
    for (size_t i = 0; i < n; i++) {
        double value = values[i];
        hec_sketch_bin *bin = &sketch->bins[bin_of(value)];
        if (bin->count++ == 0) {
            bin->least = bin->greatest = value;
        }
        bin->least = value < bin->least ? value : bin->least;
        bin->greatest = value > bin->greatest ? value : bin->greatest;
    }
}

void hec_sketch_merge(hec_sketch *sketch, const hec_sketch *other)
{
    for (size_t i = 0; i < HEC_SKETCH_BINS; i++) {
        hec_sketch_bin *bin = &sketch->bins[i];
        const hec_sketch_bin *more = &other->bins[i];
        if (more->count == 0) {
            continue;
        }
        if (bin->count == 0) {
            *bin = *more;
            continue;
        }
        bin->count += more->count;
        bin->least = more->least < bin->least ? more->least : bin->least;
        bin->greatest = more->greatest > bin->greatest ? more->greatest : bin->greatest;
    }
}

int64_t hec_sketch_count(const hec_sketch *sketch)
{
    int64_t count = 0;
    for (size_t i = 0; i < HEC_SKETCH_BINS; i++) {
        count += sketch->bins[i].count;
    }
    return count;
}

/* The value of a rank, from 0. */
static double value_at(const hec_sketch *sketch, int64_t rank)
{
    for (size_t i = 0; i < HEC_SKETCH_BINS; i++) {
        const hec_sketch_bin *bin = &sketch->bins[i];
        if (rank < bin->count) {
            double share = bin->count > 1 ? (double)rank / (double)(bin->count - 1) : 0;
            return rank == bin->count - 1 ? bin->greatest
                                          : bin->least + (bin->greatest - bin->least) * share;
        }
        rank -= bin->count;
    }
    return NAN;
}

double hec_sketch_quantile(const hec_sketch *sketch, double probability)
{
    int64_t count = hec_sketch_count(sketch);
    if (count == 0) {
        return NAN;
    }
    double place = (double)(count - 1) * probability;
    int64_t rank = (int64_t)place;
    rank = rank < 0 ? 0 : rank > count - 1 ? count - 1 : rank;
    double below = value_at(sketch, rank), part = place - (double)rank;
    if (!(part > 0) || rank + 1 == count) {
        return below;
    }
    double above = value_at(sketch, rank + 1);
    return below + (above - below) * part;
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* Where the bin of a value begins: an edge that no bin lies across. */
static double edge_of(double value)
{
    size_t bin = bin_of(value);
    if (bin > CENTRE) {
        return magnitude_of(bin - CENTRE);
    }
    return bin == 0 ? -INFINITY : -magnitude_of(CENTRE - bin + 1);
}

void hec_sketch_edges(double low, double high, size_t n, double *edges)
{
    edges[0] = low;
    edges[n] = high;
    for (size_t k = 1; k < n; k++) {
        double edge = edge_of(low + (high - low) * ((double)k / (double)n));
        edges[k] = edge < low ? low : edge > high ? high : edge;
    }
}

void hec_sketch_histogram(const hec_sketch *sketch, size_t n, const double *edges, int64_t *counts)
{
    size_t piece = 0;
    memset(counts, 0, n * sizeof *counts);
    for (size_t i = 0; i < HEC_SKETCH_BINS; i++) {
        const hec_sketch_bin *bin = &sketch->bins[i];
        if (bin->count == 0) {
            continue;
        }
        while (piece + 1 < n && bin->least >= edges[piece + 1]) {
            piece++;
        }
        counts[piece] += bin->count;
    }
}
