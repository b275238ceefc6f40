/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person's life walked through the graph, value by value: no lanes, stages or programs. */
#ifndef HECATE_TESTS_PERSONS_WALK_H
#define HECATE_TESTS_PERSONS_WALK_H

#include "persons_fixture.h"

/* What became of a walk, beside its totals. */
typedef struct walked {
    double *totals; /* [2][outcomes] */
    int *states;    /* [cycles + 1][chains]: at each point, number among the chain's own */
    bool *alive;    /* [cycles + 1] */
} walked;

/* Person number `person` (from 0) under a strategy; `attributes` [attributes of the population]. */
walked walk_person(const fixture *f, const runs *options, size_t strategy, int64_t person,
                   const double *attributes);
void walked_free(walked *w);

#endif
