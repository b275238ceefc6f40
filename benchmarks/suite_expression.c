/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions: programs of the language beside the same formulas fused into one loop of C. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "lang/lang.h"

enum { LANES = 256, ROOTS = LIMIT_MOVES };

typedef struct expressions {
    const bench *b;
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_graph *graph;
    size_t n_inputs, n_roots;
    const char *const *inputs;
    hec_program *program;
    const double *columns[LIMIT_INPUTS];
    double *data;
    hec_frames frames;
} expressions;

static hec_value find_name(void *context, const char *name, hec_place place)
{
    expressions *e = context;
    for (size_t i = 0; i < e->n_inputs; i++) {
        if (strcmp(e->inputs[i], name) == 0) {
            return (hec_value){hec_graph_input(e->graph, (int32_t)i, HEC_DEP_DRAW, name, place),
                               HEC_TYPE_ANY};
        }
    }
    return (hec_value){-1, HEC_TYPE_ANY};
}

static const hec_lookup *no_table(void *context, const char *name, hec_place place)
{
    (void)context, (void)name, (void)place;
    return NULL;
}

static int no_word(void *context, const char *word, hec_place place)
{
    (void)context, (void)word, (void)place;
    return -1;
}

static size_t candidates(void *context, const char *const **names)
{
    const expressions *e = context;
    *names = e->inputs;
    return e->n_inputs;
}

static hec_id lower(expressions *e, const char *text)
{
    hec_scope scope = {.context = e,
                       .name = find_name,
                       .table = no_table,
                       .word = no_word,
                       .candidates = candidates,
                       .cycle_length = 1};
    int32_t file = hec_source_add(e->diagnostics, "formula", text, strlen(text));
    hec_place place = {file, 0, (uint32_t)strlen(text)};
    hec_expr *expr = hec_expr_parse(e->arena, e->diagnostics, text, strlen(text), place, true);
    hec_id id = expr ? hec_lower(e->graph, &scope, e->diagnostics, expr).id : -1;
    if (id < 0) {
        char *words = hec_diagnostics_text(e->diagnostics, false);
        fprintf(stderr, "%s", words ? words : "out of memory");
        exit(1);
    }
    return id;
}

static void open_expressions(expressions *e, const bench *b, size_t n_inputs,
                             const char *const *inputs, size_t n_roots, const char *const *texts)
{
    *e = (expressions){.b = b,
                       .arena = hec_arena_create(),
                       .diagnostics = hec_diagnostics_create(),
                       .n_inputs = n_inputs,
                       .inputs = inputs,
                       .n_roots = n_roots};
    hec_id roots[ROOTS];
    const hec_id *sets[] = {roots};
    e->graph = hec_graph_create(e->arena, false);
    for (size_t i = 0; i < n_roots; i++) {
        roots[i] = lower(e, texts[i]);
    }
    e->program = hec_program_compile(e->arena, e->graph, HEC_DEP_DRAW, 1, &n_roots, sets, NULL);
    size_t stride = hk_stride(LANES), inputs_end = n_inputs * stride;
    size_t lanes_end =
        inputs_end + hec_program_lane_columns(e->program, 0, HEC_STAGE_STRATEGY) * stride;
    e->data = bench_doubles(inputs_end +
                            hec_program_frame_doubles(e->program, 0, HEC_STAGE_STRATEGY, stride));
    e->frames = (hec_frames){.lanes = LANES, .stride = stride, .input_columns = e->columns};
    e->frames.lane[HEC_STAGE_STRATEGY] = e->data + inputs_end;
    e->frames.uniform[HEC_STAGE_STRATEGY] = e->data + lanes_end;
    for (size_t i = 0; i < n_inputs; i++) {
        double *column = e->data + i * stride;
        bench_numbers(LANES, 30 + i, 0.05, 0.4, column);
        e->columns[i] = column;
    }
}

static void close_expressions(expressions *e)
{
    hec_aligned_free(e->data);
    hec_diagnostics_destroy(e->diagnostics);
    hec_arena_destroy(e->arena);
}

/* The program leaves its columns in the frame; copying them out is timed too. */
static void run_program(void *state, double *out)
{
    const expressions *e = state;
    hec_program_run(e->program, e->b->kernels, 0, HEC_STAGE_STRATEGY, &e->frames);
    for (size_t i = 0; i < e->n_roots; i++) {
        const double *column = hec_slot_address(&e->frames, hec_program_root(e->program, 0, i));
        memcpy(out + i * LANES, column, LANES * sizeof *out);
    }
}

static void run_formula(void *state, double *out)
{
    const expressions *e = state;
    e->b->limits->formula(LANES, e->columns, out);
}

static void run_moves(void *state, double *out)
{
    const expressions *e = state;
    e->b->limits->moves(LANES, e->columns, out);
}

#define REST_OF_S1                                                                                 \
    "1 - (1 - rate_to_prob(r_HD * hr_S1)) * rate_to_prob(r_S1H)"                                   \
    " - (1 - rate_to_prob(r_HD * hr_S1)) * rate_to_prob(r_S1S2) - rate_to_prob(r_HD * hr_S1)"
#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

void bench_expressions(bench *b)
{
    static const char *const plain[] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"};
    static const char *const formula[] = {TEXT_OF((LIMIT_FORMULA))};
    static const char *const rates[] = {"r_HD", "r_HS1", "r_S1H", "r_S1S2", "hr_S1", "hr_S2"};
    static const char *const moves[] = {
        "(1 - rate_to_prob(r_HD)) * rate_to_prob(r_HS1)",
        "rate_to_prob(r_HD)",
        "(1 - rate_to_prob(r_HD * hr_S1)) * rate_to_prob(r_S1H)",
        "(1 - rate_to_prob(r_HD * hr_S1)) * rate_to_prob(r_S1S2)",
        "rate_to_prob(r_HD * hr_S1)",
        REST_OF_S1,
        "rate_to_prob(r_HD * hr_S2)",
    };
    if (!bench_wanted(b, "expression/")) {
        return;
    }
    expressions e;
    open_expressions(&e, b, 8, plain, 1, formula);
    size_t operations = hec_program_instructions(e.program, 0, HEC_STAGE_STRATEGY);
    bench_compare(b, &(bench_comparison){.name = "expression/formula",
                                         .unit = "lane-operation",
                                         .units = (double)(LANES * operations),
                                         .state = &e,
                                         .n_out = LANES,
                                         .tolerance = 1e-15,
                                         .contenders = {{"hecate", run_program, false},
                                                        {"fused in C", run_formula, false}}});
    close_expressions(&e);
    open_expressions(&e, b, 6, rates, LIMIT_MOVES, moves);
    bench_compare(b, &(bench_comparison){.name = "expression/sick-sicker",
                                         .unit = "lane, all 7 moves",
                                         .units = LANES,
                                         .state = &e,
                                         .n_out = (size_t)LIMIT_MOVES * LANES,
                                         .tolerance = 1e-13,
                                         .contenders = {{"hecate", run_program, false},
                                                        {"fused in C", run_moves, false}}});
    close_expressions(&e);
}
