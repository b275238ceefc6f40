/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every payment for the persons whose histories are kept; ledger/rows/... */
#ifndef HECATE_BATCH_PEOPLE_ROWS_H
#define HECATE_BATCH_PEOPLE_ROWS_H

#include "batch/study_inner.h"
#include "pay/ledger_rows.h"

hec_status hec_people_rows(hec_run *run, const hec_ledger_rows *rows);
/* What they take at most, while they are collected too. */
int64_t hec_people_rows_bytes(const hec_model *model);

#endif
