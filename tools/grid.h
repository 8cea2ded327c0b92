/* grid.h - the file that says which trainings `seremotion tune` runs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     title = The report's table 1
 *
 *     [fixed]
 *     preset = cnn-lstm
 *     arch = conv1d($conv1,k=3) relu conv1d($conv2,k=3) relu maxpool(2) dropout(0.5) lstm($hidden) last linear
 *
 *     [grid]
 *     batch = 32 | 64
 *
 *     [rows]
 *     $conv1 | $conv2 | $hidden
 *     32     | 128    | 256
 *     64     | 256    | 256
 *
 * Keys are options of `seremotion train` without their hyphens, or variables, which begin with `$` and stand for their
 * value in the options' values. Each key of [grid] and each table of [rows] is a factor; the runs are the product of
 * all factors, of which the first varies most slowly. docs/tuning.md says the rest.
 */

#ifndef SER_GRID_H
#define SER_GRID_H

#include <glib.h>

/* The characters of a variable's name, after its `$`. */
#define SER_GRID_NAME G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_"

/* More runs than this are a mistake. */
#define SER_GRID_MAX_RUNS 10000

typedef struct {
  char *key, *value; /* of a variable the key begins with `$` */
  guint line;        /* of the file, from 1 */
} SerSetting;

/* An empty array of SerSetting that frees what is in it; and one more setting for it, copied. */
GArray *ser_settings_new (void);
void ser_settings_add (GArray *settings, const char *key, const char *value, guint line);

/* What varies together: the columns of a table, or the one key of a list. */
typedef struct {
  GPtrArray *keys;  /* char * */
  GArray *settings; /* SerSetting, choice by choice, in each of them one for every key */
} SerGridFactor;

typedef struct {
  char *path, *title; /* the title is the file's name where it gives none */
  GArray *fixed;      /* SerSetting */
  GPtrArray *factors; /* SerGridFactor * */
  GPtrArray *columns; /* char *: keys of all factors, a variable's without its `$` */
} SerGrid;

/* Errors are the command line's (SER_ERROR_CONFIG), or SER_ERROR_FILE where the file cannot be read; they name the line
 * and what would be right. Whether the options exist is not looked at. */
SerGrid *ser_grid_load (const char *path, GError **error);
void ser_grid_free (SerGrid *grid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerGrid, ser_grid_free)

/* An error in a line of the grid; returns FALSE. */
gboolean ser_grid_fail (GError **error, const SerGrid *grid, guint line, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* ---- grid-runs.c ---- */

typedef struct {
  GArray *settings; /* SerSetting: options only, their variables replaced; the fixed ones first */
  char **values;    /* [columns] of what varies */
} SerGridRun;

/* The product (SerGridRun *). Refuses a variable that is not set or that no option's value holds. Free with
 * g_ptr_array_unref(). */
GPtrArray *ser_grid_get_runs (const SerGrid *grid, GError **error);

#endif /* SER_GRID_H */
