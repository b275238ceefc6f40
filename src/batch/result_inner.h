/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner side of <hecate/result.h>: a result is a dataset that the caller owns. */
#ifndef HECATE_BATCH_RESULT_INNER_H
#define HECATE_BATCH_RESULT_INNER_H

#include <hecate/result.h>

#include "base/dataset.h"

/* NULL when out of memory; the dataset is destroyed then too. */
hec_result *hec_result_wrap(hec_dataset *take_dataset);
const hec_dataset *hec_result_dataset(const hec_result *result);

#endif
