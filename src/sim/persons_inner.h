/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons, inner: what the two clocks share, how a strategy is laid out, a thread's memory. */
#ifndef HECATE_SIM_PERSONS_INNER_H
#define HECATE_SIM_PERSONS_INNER_H

#include "sim/persons.h"
#include "sim/sampler.h"
#include "sim/weights.h"

struct hec_cycles;      /* persons_cycles.h: the model laid out for cycles */
struct hec_cycles_work; /* ... and what a thread needs for it */
struct hec_times;       /* times*.c: the same for continuous time */
struct hec_times_work;

struct hec_persons {
    const hec_model *model;
    hec_weights weights;
    /* the population */
    const hec_sample_plan *samples; /* of drawn attributes; NULL: none */
    double *cumulative;             /* [strata]: of the weights, when rows are drawn; else NULL */
    uint64_t row_stream, *share_streams;
    int32_t number_input; /* of the person's number; -1: nobody asks */
    /* chance */
    uint64_t *streams; /* [chances of the model] */
    size_t n_lasting;
    size_t *lasting;        /* [n_lasting]: chances */
    uint64_t *start, *move; /* [chains]: streams of "start/CHAIN" and "move/CHAIN" */
    /* what runs */
    struct hec_cycles *cycles; /* HEC_ENGINE_PERSONS */
    struct hec_times *times;   /* HEC_ENGINE_TIMES */
};

struct hec_persons_work {
    const hec_persons *persons;
    size_t lanes, stride;
    double *memory;
    uint64_t *ids;         /* [stride]: persons of the block, from 0, as they were drawn */
    const double **inputs; /* [inputs of the graph]: columns; NULL: a number */
    double *values;        /* [inputs of the graph]: numbers */
    double *attributes;    /* [attributes][stride]: at time 0 */
    double *number;        /* [stride]: the person's number, from 1 */
    double *lasting;       /* [n_lasting][stride] */
    double *drawn;         /* [draws of the population][stride] */
    double *scratch;       /* [stride] */
    hec_sample_work *samples;
    struct hec_cycles_work *cycles;
    struct hec_times_work *times;
};

/* Chance that lasts for life stands in a word that no cycle reaches. */
#define HEC_WORD_LASTING UINT32_C(0xffffffff)

/* The stream of a decision in a draw, or in the base case (-1). */
uint64_t hec_person_stream(uint64_t stream, int64_t draw);
/* Two uniforms for each of these persons, from one word of a decision's stream; see
 * hk_table.person_uniforms. */
static inline void hec_person_chance(const hec_persons *persons, const hec_person_block *block,
                                     uint64_t stream, size_t n, const uint64_t *ids, uint32_t word,
                                     double *even, double *odd)
{
    block->kernels->person_uniforms(n, block->seed, hec_person_stream(stream, block->draw), ids,
                                    word, persons->model->persons.antithetic, even, odd);
}
/* All inputs of the graph as one lane has them: fault->inputs. Columns of `inputs` are read at
 * `lane`. */
void hec_person_inputs(const hec_persons *persons, const double *const *inputs,
                       const double *values, size_t lane, double *out);

/* persons_start.c: hec_persons_begin without the programs: ids, attributes and their input columns,
 * the person's number, lasting chances and their input columns, draws as numbers. */
bool hec_persons_lay_start(hec_arena *arena, hec_diagnostics *diagnostics, hec_persons *persons);
void hec_persons_draw(const hec_persons *persons, hec_persons_work *work,
                      const hec_person_block *block);
/* Of it: the draws as numbers, and the inputs that are columns of persons. */
void hec_persons_give_draws(const hec_persons *persons, hec_persons_work *work,
                            const hec_person_block *block);
void hec_persons_point(const hec_persons *persons, hec_persons_work *work);

/* persons_lay.c, persons_memory.c, persons_run.c: the clock of cycles */
bool hec_cycles_create(hec_arena *arena, hec_persons *persons);
size_t hec_cycles_work_bytes(const hec_persons *persons, size_t lanes);
/* Sets work->cycles; false when out of memory. */
bool hec_cycles_work_create(const hec_persons *persons, hec_persons_work *work);
void hec_cycles_work_destroy(hec_persons_work *work);
/* After hec_persons_draw: what all strategies share. */
void hec_cycles_begin(const hec_persons *persons, hec_persons_work *work,
                      const hec_person_block *block);
bool hec_cycles_strategy(const hec_persons *persons, hec_persons_work *work,
                         const hec_person_block *block, size_t strategy, double *totals,
                         size_t stride, hec_person_fault *fault);

/* times*.c: the same in continuous time. Sets persons->times; programs are its own. */
bool hec_times_create(hec_arena *arena, hec_diagnostics *diagnostics, hec_persons *persons);
size_t hec_times_work_bytes(const hec_persons *persons, size_t lanes);
bool hec_times_work_create(const hec_persons *persons, hec_persons_work *work);
void hec_times_work_destroy(hec_persons_work *work);
void hec_times_begin(const hec_persons *persons, hec_persons_work *work,
                     const hec_person_block *block);
bool hec_times_strategy(const hec_persons *persons, hec_persons_work *work,
                        const hec_person_block *block, size_t strategy, double *totals,
                        size_t stride, hec_person_fault *fault);

#endif
