/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits of one ISA level. */
#include "limit_level.h"

const limit_table LIMIT_LEVEL(limit_table) = {
    .isa = LIMIT_ISA,
    .vector_libm = LIMIT_HAVE_MVEC,
    .exp = LIMIT_LEVEL(limit_exp),
    .expm1 = LIMIT_LEVEL(limit_expm1),
    .log = LIMIT_LEVEL(limit_log),
    .pow = LIMIT_LEVEL(limit_pow),
    .normal_quantile = LIMIT_LEVEL(limit_normal_quantile),
    .uniforms = LIMIT_LEVEL(limit_uniforms),
    .uniforms_both = LIMIT_LEVEL(limit_uniforms_both),
    .formula = LIMIT_LEVEL(limit_formula),
    .moves = LIMIT_LEVEL(limit_moves),
    .step = LIMIT_LEVEL(limit_step),
    .run = LIMIT_LEVEL(limit_run),
    .sick_sicker_columns = LIMIT_LEVEL(limit_columns),
    .sick_sicker_registers = LIMIT_LEVEL(limit_registers),
    .sick_sicker_aged = LIMIT_LEVEL(limit_aged),
    .persons_registers = LIMIT_LEVEL(limit_persons),
    .persons_tabulated = LIMIT_LEVEL(limit_persons_tabulated),
    .persons_columns = LIMIT_LEVEL(limit_persons_columns),
    .persons_paid = LIMIT_LEVEL(limit_persons_paid),
    .times = LIMIT_LEVEL(limit_times),
    .decision = LIMIT_LEVEL(limit_decision),
};
