/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Program: instructions sorted into stages, what compile.c makes and eval.c runs. */
#ifndef HECATE_LANG_PROGRAM_H
#define HECATE_LANG_PROGRAM_H

#include "lang/lang.h"

typedef enum hec_operand_kind {
    HEC_OPERAND_NONE,
    HEC_OPERAND_LANES,         /* column `index` of the lanes of `stage` */
    HEC_OPERAND_UNIFORM,       /* number `index` of the uniforms of `stage` */
    HEC_OPERAND_INPUT_LANES,   /* input column `index` */
    HEC_OPERAND_INPUT_UNIFORM, /* input value `index` */
    HEC_OPERAND_CONSTANT,      /* number `index` of the program's constants */
    HEC_OPERAND_KINDS
} hec_operand_kind;

typedef struct hec_operand {
    uint8_t kind, stage;
    int32_t index;
} hec_operand;

typedef enum hec_instruction_code {
    HEC_RUN_OP,
    HEC_RUN_FILL, /* a uniform operand into a column of lanes */
    HEC_RUN_LOOKUP,
    HEC_RUN_SPECIAL,
    HEC_RUN_LOGS,  /* of a base, into columns `out` and `low` */
    HEC_RUN_POWER, /* of a base, given its logarithm */
    HEC_RUN_CHAIN, /* of operations, one on the result of the other */
} hec_instruction_code;

typedef struct hec_chain_link {
    unsigned code; /* HK_LINK_CODE */
    hec_operand args[2];
} hec_chain_link;

typedef struct hec_instruction {
    hec_instruction_code code;
    int32_t op; /* kernel operation, or row of the table of special functions */
    int32_t out, low; /* columns within the stage's own frame */
    uint8_t n_args;
    uint8_t numbers; /* among the operands of lanes: a bit for each; see HK_MIXES */
    hec_operand args[4];
    const hec_lookup *lookup;
    const hk_lookup *table; /* the same for many lanes; NULL: one by one */
    size_t n_links;
    hec_chain_link *links;
} hec_instruction;

/* The uniform instructions come first: they never read a column of lanes. */
typedef struct hec_stage_code {
    size_t n_uniform, n_lanes;
    hec_instruction *instructions;
    size_t uniform_columns, lane_columns;
} hec_stage_code;

struct hec_program {
    size_t n_sets;
    hec_stage_code *code; /* [n_sets + 1][HEC_STAGE_COUNT]; the last set is what all share */
    double *constants;
    hec_slot **slots;    /* [n_sets][n_roots] */
    uint8_t **root_stages;
};

/* lookup.c: NULL where the kernels cannot read it, and when out of memory: it is read one by one. */
const hk_lookup *hec_lookup_for_lanes(hec_arena *arena, const hec_lookup *lookup);

static inline const hec_stage_code *hec_program_code(const hec_program *program, size_t set,
                                                     hec_stage stage)
{
    size_t unit = stage == HEC_STAGE_SHARED ? program->n_sets : set;
    return &program->code[unit * HEC_STAGE_COUNT + stage];
}

#endif
