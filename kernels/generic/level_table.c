/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of one ISA level. */
#include "level.h"

const hk_table HK_LEVEL(hk_table) = {
    .isa = HK_ISA,
    .op =
        {
#define HK_OP_ENTRY(name, arity, words) [HK_##name] = HK_LEVEL(hk_op_##name##_0),
            HK_OP_TABLE(HK_OP_ENTRY)
#undef HK_OP_ENTRY
        },
    .mixed =
        {
#define HK_MIX(name, numbers) [numbers] = HK_LEVEL(hk_op_##name##_##numbers),
#define HK_MIX_ROW(name, arity, words) [HK_##name] = {HK_MIXES_OF_##arity(HK_MIX, name)},
            HK_OP_TABLE(HK_MIX_ROW)
#undef HK_MIX_ROW
#undef HK_MIX
        },
    .chain = HK_LEVEL(hk_chain),
    .lookup = HK_LEVEL(hk_lookup),
    .logs = HK_LEVEL(hk_logs),
    .powers = HK_LEVEL(hk_powers),
    .fill = HK_LEVEL(hk_fill),
    .axpy = HK_LEVEL(hk_axpy),
    .multiply_add = HK_LEVEL(hk_multiply_add),
    .cohort_step = HK_LEVEL(hk_cohort_step),
    .cohort_run = HK_LEVEL(hk_cohort_run),
    .uniforms = HK_LEVEL(hk_uniforms),
    .piecewise = HK_LEVEL(hk_piecewise),
    .first_outside = HK_LEVEL(hk_first_outside),
    .sum = HK_LEVEL(hk_sum),
    .decision = HK_LEVEL(hk_decision),
    .person_uniforms = HK_LEVEL(hk_person_uniforms),
    .person_move = HK_LEVEL(hk_person_move),
    .person_pick = HK_LEVEL(hk_person_pick),
    .person_reward = HK_LEVEL(hk_person_reward),
    .person_keep = HK_LEVEL(hk_person_keep),
    .gather = HK_LEVEL(hk_gather),
    .scatter = HK_LEVEL(hk_scatter),
    .sum_whole = HK_LEVEL(hk_sum_whole),
    .to_steps = HK_LEVEL(hk_to_steps),
    .remainders = HK_LEVEL(hk_remainders),
    .sum_lanes = HK_LEVEL(hk_sum_lanes),
    .person_earliest = HK_LEVEL(hk_person_earliest),
    .person_discount = HK_LEVEL(hk_person_discount),
    .person_choose = HK_LEVEL(hk_person_choose),
    .scatter_add = HK_LEVEL(hk_scatter_add),
};
