/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sketch: the distribution of any number of values in fixed memory, by counts.
 *
 * A value falls into a bin by its sign, exponent and the first bits of its digits: an octave has
 * 256 bins, so that a bin is at most 1/256 of what lies in it wide. Magnitudes below 2^-20 share
 * one bin about zero, those from 2^44 on one at each end. A bin keeps how many values it met, the
 * least and the greatest of them. Counts do not depend on the order of the values. */
#ifndef HECATE_BATCH_SKETCH_H
#define HECATE_BATCH_SKETCH_H

#include <stddef.h>
#include <stdint.h>

enum {
    HEC_SKETCH_FIRST_OCTAVE = -20,
    HEC_SKETCH_LAST_OCTAVE = 44,
    HEC_SKETCH_OCTAVE_BINS = 256,
    HEC_SKETCH_SIDE = (HEC_SKETCH_LAST_OCTAVE - HEC_SKETCH_FIRST_OCTAVE) * HEC_SKETCH_OCTAVE_BINS + 1,
    HEC_SKETCH_BINS = 2 * HEC_SKETCH_SIDE + 1,
};

typedef struct hec_sketch_bin {
    int64_t count;
    double least, greatest;
} hec_sketch_bin;

typedef struct hec_sketch {
    hec_sketch_bin bins[HEC_SKETCH_BINS]; /* from the least values to the greatest */
} hec_sketch;

/* An empty sketch is all zeroes: memory from calloc. Values are finite. */
void hec_sketch_add(hec_sketch *sketch, size_t n, const double *values);
void hec_sketch_merge(hec_sketch *sketch, const hec_sketch *other);
int64_t hec_sketch_count(const hec_sketch *sketch);

/* The quantile of definition 7 of Hyndman and Fan (1996). A value that shares its bin with others
 * is placed evenly between the least and the greatest of them: exact where a bin holds one value,
 * two, or equal ones; else off by less than the bin is wide. NaN when the sketch is empty. */
double hec_sketch_quantile(const hec_sketch *sketch, double probability);

/* Counts in n pieces: piece k counts values in [edges[k], edges[k+1]), the last both ends. The
 * edges, n + 1, lie as evenly between low and high as the bins allow: counts are exact, pieces may
 * be empty of width. Call hec_sketch_edges first. */
void hec_sketch_edges(double low, double high, size_t n, double *edges);
void hec_sketch_histogram(const hec_sketch *sketch, size_t n, const double *edges, int64_t *counts);

#endif
