/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laying a table of the registry over a dataset. */
#include "store/view.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "store/prose.h"

/* ---- cells --------------------------------------------------------------------------------- */

static hec_cell text_cell(const char *text)
{
    return (hec_cell){.kind = HEC_CELL_TEXT, .number = NAN, .text = text};
}

static hec_cell number_cell(double number)
{
    return (hec_cell){.kind = HEC_CELL_NUMBER, .number = number};
}

static hec_cell whole_cell(int64_t whole)
{
    return (hec_cell){.kind = HEC_CELL_WHOLE, .number = (double)whole, .whole = whole};
}

/* What stands at a place of a dimension; without labels and coordinates its index. */
static hec_cell label_cell(const hec_dimension *dimension, size_t index)
{
    if (dimension->labels)
        return text_cell(dimension->labels[index]);
    if (dimension->coordinates)
        return number_cell(dimension->coordinates[index]);
    return whole_cell((int64_t)index);
}

static hec_cell attribute_cell(const hec_attribute *attribute, bool value)
{
    if (!value)
        return text_cell(attribute->name);
    return attribute->is_text ? text_cell(attribute->text) : number_cell(attribute->number);
}

static hec_cell array_cell(const hec_column *column, size_t place)
{
    const hec_array *array = column->array;
    if (column->values) {
        int64_t at = array->data.ints[place];
        if ((uint64_t)at >= column->values->count) /* below 0 too */
            return text_cell("");
        array = column->values;
        place = (size_t)at;
    }
    if (array->kind == HEC_ARRAY_DOUBLE)
        return number_cell(array->data.doubles[place]);
    if (array->kind == HEC_ARRAY_TEXT)
        return text_cell(array->data.texts[place]);
    int64_t whole = array->data.ints[place];
    if (column->form == HEC_FORM_FEN)
        return number_cell((double)whole / 100);
    if (!column->labels)
        return whole_cell(whole);
    if ((uint64_t)whole >= column->labels->length) /* below 0 too */
        return text_cell("");
    return label_cell(column->labels, (size_t)whole);
}

hec_cell hec_view_cell(const hec_view *view, size_t row, size_t column)
{
    const hec_column *c = &view->columns[column];
    size_t index[HEC_TABLE_KEYS] = {0}, place = c->start;
    size_t rest = view->rows ? view->rows[row] : row;
    if (!view->spec->over)
        return attribute_cell(&view->dataset->attributes[row], c->key == -2);
    for (int k = view->n_keys - 1; k >= 0; k--) {
        index[k] = rest % view->keys[k]->length;
        rest /= view->keys[k]->length;
    }
    if (view->order)
        index[0] = (size_t)view->order[index[0]];
    if (c->key >= 0)
        return label_cell(c->labels, index[c->key]);
    for (int k = 0; k < view->n_keys; k++)
        place += c->stride[k] * index[k];
    return array_cell(c, place);
}

/* ---- columns ------------------------------------------------------------------------------- */

static hec_column *add_column(hec_view *view)
{
    if (!hec_arena_grow(view->arena, (void **)&view->columns, view->n_columns,
                        &view->column_capacity, sizeof *view->columns))
        return NULL;
    hec_column *column = &view->columns[view->n_columns++];
    *column = (hec_column){.key = -1, .words = "", .unit = ""};
    return column;
}

static const char *in_words(hec_view *view, const char *header)
{
    char *words = hec_arena_copy(view->arena, header, strlen(header));
    for (char *c = words; c && *c; c++)
        if (*c == '_')
            *c = ' ';
    return words;
}

static bool is_money(const hec_dimension *dimension)
{
    return strcmp(dimension->name, "wtp") == 0 || strcmp(dimension->name, "threshold") == 0;
}

static const char *unit_in_words(hec_view *view, const char *unit)
{
    hec_text words = {0};
    hec_prose_unit(&words, unit);
    char *copy = words.failed ? NULL : hec_arena_copy(view->arena, words.data, strlen(words.data));
    hec_text_free(&words);
    return copy;
}

static bool add_key(hec_view *view, int key)
{
    hec_column *column = add_column(view);
    if (!column)
        return false;
    const hec_dimension *dimension = view->keys[key];
    column->header = dimension->name;
    column->words = strcmp(dimension->name, "wtp") == 0 ? "WTP" : in_words(view, dimension->name);
    column->unit = unit_in_words(view, dimension->unit);
    column->key = key;
    column->labels = dimension;
    column->form = dimension->labels     ? HEC_FORM_WORDS
                   : is_money(dimension) ? HEC_FORM_MONEY
                                         : HEC_FORM_NUMBER;
    return column->words && column->unit;
}

/* Which key an axis of an array belongs to; -1 when none. */
static int key_of(const hec_view *view, int dimension)
{
    for (int k = 0; k < view->n_keys; k++)
        if (view->axes[k] == dimension)
            return k;
    return -1;
}

/* The array's strides along the keys, and its one further axis (-1: none). False when it has more
 * than one. */
static bool fit_array(const hec_view *view, const hec_array *array, size_t stride[HEC_TABLE_KEYS],
                      int *further, size_t *further_stride)
{
    size_t step = 1;
    *further = -1;
    memset(stride, 0, HEC_TABLE_KEYS * sizeof *stride);
    for (int axis = array->rank - 1; axis >= 0; axis--) {
        int key = key_of(view, array->dimensions[axis]);
        if (key >= 0) {
            stride[key] += step;
        } else if (*further < 0) {
            *further = array->dimensions[axis];
            *further_stride = step;
        } else {
            return false;
        }
        step *= view->dataset->dimensions[array->dimensions[axis]].length;
    }
    return true;
}

static bool header_taken(const hec_view *view, const char *header)
{
    for (size_t i = 0; i < view->n_columns; i++)
        if (strcmp(view->columns[i].header, header) == 0)
            return true;
    for (const hec_column_spec *spec = view->spec->columns; spec->header; spec++)
        if (strcmp(spec->header, header) == 0)
            return true;
    return false;
}

/* Header and words of one of several columns: "cost_usual", "cost: usual". */
static bool name_wide(hec_view *view, const hec_column_spec *spec, const hec_dimension *dimension,
                      size_t index, const char **header, const char **words)
{
    char number[32];
    hec_cell cell = label_cell(dimension, index);
    hec_text_from_double(cell.number, number);
    const char *label = cell.kind == HEC_CELL_TEXT ? cell.text : number;
    if (*spec->header) {
        const char *kind = spec->words ? spec->words : spec->header;
        *header = hec_arena_format(view->arena, "%s_%s", spec->header, label);
        *words = hec_arena_format(view->arena, "%s: %s", kind, label);
        return *header && *words;
    }
    *words = *header = hec_arena_copy(view->arena, label, strlen(label));
    if (*header && header_taken(view, *header))
        *header = hec_arena_format(view->arena, "%s_%s", dimension->name, label);
    return *header && *words;
}

/* "0.01 CNY": of what the whole numbers are hundredths. */
static const char *currency_of(const char *unit)
{
    const char *blank = strchr(unit, ' ');
    return blank ? blank + 1 : "";
}

static hec_column *add_array_column(hec_view *view, const hec_column_spec *spec,
                                    const hec_array *array, const size_t stride[HEC_TABLE_KEYS])
{
    hec_column *column = add_column(view);
    if (!column)
        return NULL;
    column->header = spec->header;
    column->words = spec->words ? spec->words : in_words(view, spec->header);
    column->unit =
        spec->form == HEC_FORM_FEN ? currency_of(array->unit) : unit_in_words(view, array->unit);
    column->optional = !spec->needed;
    column->form = array->kind == HEC_ARRAY_TEXT && spec->form != HEC_FORM_STATUS ? HEC_FORM_WORDS
                                                                                  : spec->form;
    column->array = array;
    memcpy(column->stride, stride, sizeof column->stride);
    if (spec->form == HEC_FORM_LABEL) {
        int strategy = hec_dataset_find_dimension(view->dataset, "strategy");
        column->labels = strategy < 0 ? NULL : &view->dataset->dimensions[strategy];
    }
    return column->words && column->unit ? column : NULL;
}

static hec_status add_wide(hec_view *view, const hec_column_spec *spec, const hec_array *array,
                           const size_t stride[HEC_TABLE_KEYS], const hec_dimension *dimension,
                           size_t step)
{
    for (size_t i = 0; i < dimension->length; i++) {
        const char *header, *words;
        if (!name_wide(view, spec, dimension, i, &header, &words))
            return HEC_E_MEMORY;
        hec_column *column = add_array_column(view, spec, array, stride);
        if (!column)
            return HEC_E_MEMORY;
        column->header = header;
        column->words = words;
        column->start = i * step;
    }
    return HEC_OK;
}

/* The place of a label among those of a dimension; its length when it is not there. */
static size_t find_label(const hec_dimension *dimension, const char *label)
{
    size_t i = 0;
    while (i < dimension->length && !(dimension->labels && !strcmp(dimension->labels[i], label)))
        i++;
    return i;
}

static hec_status missing(hec_view *view, const hec_column_spec *spec)
{
    if (!spec->needed)
        return HEC_OK;
    view->missing = spec->path;
    return HEC_E_ARGUMENT;
}

/* "values[places]" */
static hec_status add_looked_up(hec_view *view, const hec_column_spec *spec, const char *bracket)
{
    size_t stride[HEC_TABLE_KEYS], step = 0, length = strlen(bracket);
    int further;
    char *path = hec_arena_copy(view->arena, spec->path, (size_t)(bracket - spec->path));
    char *place = hec_arena_copy(view->arena, bracket + 1, length - 2);
    if (!path || !place)
        return HEC_E_MEMORY;
    const hec_array *values = hec_dataset_array(view->dataset, path);
    const hec_array *places = hec_dataset_array(view->dataset, place);
    if (!values || !places || places->kind != HEC_ARRAY_INT ||
        !fit_array(view, places, stride, &further, &step) || further >= 0)
        return missing(view, spec);
    hec_column *column = add_array_column(view, spec, places, stride);
    if (!column)
        return HEC_E_MEMORY;
    column->values = values;
    return HEC_OK;
}

static hec_status add_columns(hec_view *view, const hec_column_spec *spec)
{
    const char *at = strchr(spec->path, '@'), *bracket = strchr(spec->path, '[');
    if (bracket)
        return add_looked_up(view, spec, bracket);
    size_t stride[HEC_TABLE_KEYS], step = 0;
    int further;
    char *path = hec_arena_copy(view->arena, spec->path,
                                at ? (size_t)(at - spec->path) : strlen(spec->path));
    if (!path)
        return HEC_E_MEMORY;
    const hec_array *array = hec_dataset_array(view->dataset, path);
    if (!array || !fit_array(view, array, stride, &further, &step))
        return missing(view, spec);
    if (further < 0)
        return at                                            ? missing(view, spec)
               : add_array_column(view, spec, array, stride) ? HEC_OK
                                                             : HEC_E_MEMORY;
    const hec_dimension *dimension = &view->dataset->dimensions[further];
    if (!at)
        return add_wide(view, spec, array, stride, dimension, step);
    size_t picked = find_label(dimension, at + 1);
    if (picked == dimension->length)
        return missing(view, spec);
    hec_column *column = add_array_column(view, spec, array, stride);
    if (!column)
        return HEC_E_MEMORY;
    column->start = picked * step;
    return HEC_OK;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static bool set_order(hec_view *view)
{
    const hec_array *order = hec_dataset_array(view->dataset, view->spec->order);
    if (!order || order->kind != HEC_ARRAY_INT || order->rank != 1 ||
        order->dimensions[0] != view->axes[0])
        return false;
    for (size_t i = 0; i < order->count; i++)
        if ((uint64_t)order->data.ints[i] >= order->count) /* below 0 too */
            return false;
    view->order = order->data.ints;
    return true;
}

static hec_status set_rows(hec_view *view)
{
    const hec_table_spec *spec = view->spec;
    const hec_array *over = hec_dataset_array(view->dataset, spec->over);
    view->missing = spec->over;
    if (!over)
        return HEC_E_ARGUMENT;
    view->n_rows = 1;
    for (const char *digit = spec->rows; *digit; digit++) {
        int axis = *digit - '0', k = view->n_keys;
        if (axis >= over->rank)
            return HEC_E_ARGUMENT;
        view->axes[k] = over->dimensions[axis];
        view->keys[k] = &view->dataset->dimensions[over->dimensions[axis]];
        view->n_rows *= view->keys[k]->length;
        view->n_keys++;
    }
    view->n_places = view->n_rows;
    view->missing = spec->order;
    if (spec->order && !set_order(view))
        return HEC_E_ARGUMENT;
    view->missing = NULL;
    return HEC_OK;
}

/* Leaves out the rows of the first strategy; strategies are the slowest key. */
static hec_status drop_first(hec_view *view)
{
    size_t skipped = view->n_rows / view->keys[0]->length;
    size_t *rows = hec_arena_array(view->arena, view->n_rows + 1, sizeof *rows);
    if (!rows)
        return HEC_E_MEMORY;
    for (size_t row = skipped; row < view->n_rows; row++)
        rows[row - skipped] = row;
    view->rows = rows;
    view->n_rows -= skipped;
    return HEC_OK;
}

/* Whether a row holds anything in the column, or in any column of numbers. */
static bool holds_something(const hec_view *view, size_t row)
{
    bool any = strcmp(view->spec->nonzero, "*") == 0, holds = false;
    for (size_t i = 0; i < view->n_columns && !holds; i++) {
        const hec_column *column = &view->columns[i];
        if (column->key >= 0 || (!any && strcmp(column->header, view->spec->nonzero) != 0))
            continue;
        const hec_cell cell = hec_view_cell(view, row, i);
        holds = fabs(cell.number) > 0; /* a gap is not */
    }
    return holds;
}

static hec_status drop_zeros(hec_view *view)
{
    size_t n = 0;
    size_t *rows = hec_arena_array(view->arena, view->n_rows + 1, sizeof *rows);
    if (!rows)
        return HEC_E_MEMORY;
    for (size_t row = 0; row < view->n_rows; row++)
        if (holds_something(view, row))
            rows[n++] = row;
    view->rows = rows;
    view->n_rows = n;
    return HEC_OK;
}

static hec_status open_attributes(hec_view *view)
{
    static const char *const headers[] = {"name", "value"};
    view->n_places = view->n_rows = view->dataset->n_attributes;
    for (int i = 0; i < 2; i++) {
        hec_column *column = add_column(view);
        if (!column)
            return HEC_E_MEMORY;
        column->header = column->words = headers[i];
        column->key = -1 - i;
        column->form = HEC_FORM_WORDS;
    }
    return HEC_OK;
}

hec_status hec_view_open(const hec_table_spec *spec, const hec_dataset *dataset, hec_view *view)
{
    *view = (hec_view){.spec = spec, .dataset = dataset, .arena = hec_arena_create()};
    if (!view->arena)
        return HEC_E_MEMORY;
    if (!spec->over)
        return open_attributes(view);
    hec_status status = set_rows(view);
    for (int k = 0; !status && k < view->n_keys; k++)
        if (!spec->hidden || !strchr(spec->hidden, spec->rows[k]))
            status = add_key(view, k) ? HEC_OK : HEC_E_MEMORY;
    for (const hec_column_spec *column = spec->columns; !status && column->header; column++)
        status = add_columns(view, column);
    if (!status && spec->against_first)
        status = drop_first(view);
    if (!status && spec->nonzero)
        status = drop_zeros(view);
    return status;
}

void hec_view_close(hec_view *view)
{
    hec_arena_destroy(view->arena);
    *view = (hec_view){0};
}
