/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of the probabilistic analysis, psa/..., whichever engine fills them. */
#ifndef HECATE_BATCH_PSA_ARRAYS_H
#define HECATE_BATCH_PSA_ARRAYS_H

#include "batch/posting_list.h"

typedef struct hec_psa_arrays {
    double *parameters;               /* [draws of the model][draws] */
    double *category[2], *effects[2]; /* [strategy][category or effect][draws] */
    double *use;                      /* [strategy][service][draws] */
    double *cost, *effect;            /* [strategy][draws] */
    double *ledger;                   /* [strategy][posting][draws]: per person; NULL: no policy */
    hec_posting_list postings;
} hec_psa_arrays;

/* Adds them to the run's dataset; false when out of memory. */
bool hec_psa_arrays_add(hec_run *run, hec_psa_arrays *arrays);

#endif
