/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments for the tests of kernels, and how results are compared. */
#ifndef HECATE_TESTS_KERNEL_DATA_H
#define HECATE_TESTS_KERNEL_DATA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hk.h"

enum { KERNEL_SIZES = 11, KERNEL_LARGEST = 513 };
extern const size_t kernel_sizes[KERNEL_SIZES];

/* SplitMix64, apart from the generator under test. */
uint64_t random_bits(uint64_t *state);
double random_between(uint64_t *state, double lo, double hi);
/* One of: a bit pattern at random, a small number, a probability, a special value. */
double random_any(uint64_t *state);

/* All bits equal, or both NaN. */
int same_bits(double a, double b);
void assert_same(double got, double expected, const char *what, double a, double b);

#endif
