/* tune-table.h - what came of the runs of a grid: runs.csv and runs.md
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A folder of results holds grid.json (the table's rows, finished or not), runs/ID.json (a finished run, as
 * `seremotion train --json` writes it), runs.csv and runs.md. docs/tuning.md describes them.
 */

#ifndef SER_TUNE_TABLE_H
#define SER_TUNE_TABLE_H

#include "grid.h"
#include "json-read.h"

#define SER_TUNE_SCHEMA "seremotion-tune-1"

typedef struct {
  char *id;
  char **values; /* [columns] of what varies */
} SerTuneRow;

typedef struct {
  char *title;
  char **fixed;    /* "KEY = VALUE" of what does not vary */
  char **columns;  /* what varies */
  GPtrArray *rows; /* SerTuneRow * */
} SerTuneTable;

/* A table without rows, of the grid's columns; and its next row. */
SerTuneTable *ser_tune_table_new (const SerGrid *grid);
void ser_tune_table_add (SerTuneTable *table, const char *id, const char *const *values);
void ser_tune_table_free (SerTuneTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTuneTable, ser_tune_table_free)

/* Writes and reads FOLDER/grid.json. Reading fails with SER_ERROR_DATA or SER_ERROR_FILE and names the file. */
gboolean ser_tune_table_save (const SerTuneTable *table, const char *folder, GError **error);
SerTuneTable *ser_tune_table_load (const char *folder, GError **error);

/* The same of a grid.json that has been read. */
SerTuneTable *ser_tune_table_read (const SerJsonFile *file, GError **error);

/* Whether the tables have the same rows in the same order. */
gboolean ser_tune_table_equal (const SerTuneTable *a, const SerTuneTable *b);

/* Path of a run's file in a folder of results, `end` being ".json" or ".log"; free with g_free(). */
char *ser_tune_path (const char *folder, const char *id, const char *end);

/* Whether a run is finished there: its file is whole and of this run. */
gboolean ser_tune_is_finished (const char *folder, const char *id);

/* ---- tune-report.c ---- */

/* Writes runs.csv and runs.md of the runs that are finished, and gives their number. */
gboolean ser_tune_report (const SerTuneTable *table, const char *folder, guint *n_finished, GError **error);

/* The finished runs as a table for the terminal; free with g_free(). */
char *ser_tune_report_text (const SerTuneTable *table, const char *folder);

#endif /* SER_TUNE_TABLE_H */
