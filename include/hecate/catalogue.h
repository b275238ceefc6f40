/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catalogue: what the language and this build know, from the tables that also drive the code. */
#ifndef HECATE_CATALOGUE_H
#define HECATE_CATALOGUE_H

#include <stddef.h>
#include <stdio.h>

#include <hecate/result.h>
#include <hecate/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Topics: topics, functions, distributions, units, checks, profiles, within-cycle, tables,
 * mechanisms, bundles, isa. */
size_t hec_catalogue_topic_count(void);
const char *hec_catalogue_topic(size_t index);
const char *hec_catalogue_topic_words(size_t index);
/* Prints the entries of a topic; HEC_E_ARGUMENT when there is no such topic. */
HEC_MUST_USE hec_status hec_catalogue_print(const char *topic, hec_format format, FILE *out);

/* The names of a topic's entries (index < count), for completion; 0 and NULL when there is no such
 * topic or entry. Static strings. */
size_t hec_catalogue_count(const char *topic);
const char *hec_catalogue_name(const char *topic, size_t index);

/* The candidate nearest to a mistyped `name`, or NULL when none is near: for "did you mean". */
const char *hec_catalogue_nearest(const char *name, size_t count, const char *const *candidates);

/* A check of the diagnostics in words (the name in the square brackets); NULL when unknown. */
const char *hec_catalogue_check(const char *name);

/* Version, ISA level in use and available, threads, libraries and their versions, licence.
 * isa NULL: the best level of this processor; HEC_E_ARGUMENT when `isa` cannot be used here. */
HEC_MUST_USE hec_status hec_info_print(const char *isa, hec_format format, FILE *out);

/* "0.1.0" */
const char *hec_version(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
