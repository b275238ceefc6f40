/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that read the population share. */
#ifndef HECATE_MODEL_POPULATION_INNER_H
#define HECATE_MODEL_POPULATION_INNER_H

#include "model/build.h"

enum { HEC_STRATA_MAX = 1000000 };

/* population.c */
/* Room for so many strata and attributes; attributes are added one by one. */
bool hec_population_reserve(hec_builder *b, size_t strata, size_t attributes);
/* The number of a new attribute: a name that expressions can read. */
size_t hec_population_add(hec_builder *b, const char *name, hec_place place);
hec_type hec_population_type(const char *name, bool word);
void hec_population_check_age(hec_builder *b, const char *name, hec_place place, double value);
/* A number, a time ("40 years") or a word, as of one stratum. */
void hec_population_read_value(hec_builder *b, const hec_entry *entry, size_t stratum,
                               size_t attribute);
void hec_population_check_weight(hec_builder *b, hec_place place, double weight);
void hec_population_check_weights(hec_builder *b, hec_place place);
void hec_population_weigh_alike(hec_builder *b);

/* population_file.c: strata, or persons, in the rows of a file */
void hec_population_read_file(hec_builder *b, const hec_node *map, const hec_node *file);
/* `rows`: in turn, or drawn; false after reporting. */
bool hec_population_read_rows(hec_builder *b, const hec_node *rows);
/* population_drawn.c: one map of attributes, some of which may be drawn */
void hec_population_read_map(hec_builder *b, const hec_node *map);

#endif
