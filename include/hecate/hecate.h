/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hecate: health-economic cohort models from text to an incremental analysis. */
#ifndef HECATE_HECATE_H
#define HECATE_HECATE_H

#include <hecate/catalogue.h>
#include <hecate/diagnostics.h>
#include <hecate/result.h>
#include <hecate/status.h>
#include <hecate/study.h>
#include <hecate/version.h>

#endif
