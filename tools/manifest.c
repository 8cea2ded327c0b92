/* manifest.c - clips listed in a CSV file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "corpus.h"
#include "csv.h"
#include "ser.h"

typedef struct {
  int path, start, end, emotion, speaker, split;
} Columns;

static gboolean
find_columns (const SerCsv *csv, const char *path, Columns *columns, GError **error)
{
  *columns = (Columns){ ser_csv_find_column (csv, "path"), ser_csv_find_column (csv, "start"),
    ser_csv_find_column (csv, "end"), ser_csv_find_column (csv, "emotion"), ser_csv_find_column (csv, "speaker"),
    ser_csv_find_column (csv, "split") };
  if (columns->path >= 0 && columns->emotion >= 0 && columns->speaker >= 0)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_DATA,
      "%s: no column `%s`; the first line must name the columns, as in "
      "path,start,end,emotion,speaker,split",
      path,
      columns->path < 0          ? "path"
          : columns->emotion < 0 ? "emotion"
                                 : "speaker");
  return FALSE;
}

/* Seconds, or `missing` for an empty field. FALSE when it is no number of 0 or more. */
static gboolean
read_time (const char *text, double missing, double *value)
{
  char *end;

  *value = missing;
  if (*text == '\0')
    return TRUE;
  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*value) && *value >= 0;
}

static void
add_row (SerCorpus *corpus, const SerCsv *csv, guint row, const Columns *columns, const char *folder)
{
  const char *file = ser_csv_get (csv, row, columns->path), *label = ser_csv_get (csv, row, columns->emotion);
  g_autofree char *path = g_canonicalize_filename (file, folder);
  g_autofree char *name = g_strdup (file);
  SerClip clip = { .path = path,
    .label = label,
    .speaker = ser_csv_get (csv, row, columns->speaker),
    .split = ser_csv_get (csv, row, columns->split) };
  guint line = ser_csv_get_line (csv, row);

  if (*file == '\0') {
    g_autofree char *where = g_strdup_printf ("line %u", line);
    ser_corpus_add_problem (corpus, where, "it names no file");
    return;
  }
  if (!read_time (ser_csv_get (csv, row, columns->start), 0, &clip.start)
      || !read_time (ser_csv_get (csv, row, columns->end), -1, &clip.end)
      || (clip.end >= 0 && clip.end <= clip.start)) {
    ser_corpus_add_problem (corpus, file, "line %u: start `%s` and end `%s` must be seconds, the end after the start",
        line, ser_csv_get (csv, row, columns->start), ser_csv_get (csv, row, columns->end));
    return;
  }
  if (*label == '\0') {
    ser_corpus_add_problem (corpus, file, "line %u: the emotion is missing", line);
    return;
  }
  if (!ser_is_label (label) && !g_hash_table_contains (corpus->map, label)) {
    ser_corpus_add_problem (corpus, file,
        "line %u: `%s` is no label (lower-case letters, digits and hyphens); --map '%s=...' "
        "can rename it",
        line, label, label);
    return;
  }
  if (clip.start > 0 || clip.end >= 0) {
    g_free (name);
    name = clip.end >= 0 ? g_strdup_printf ("%s [%g s, %g s)", file, clip.start, clip.end)
                         : g_strdup_printf ("%s from %g s", file, clip.start);
  }
  clip.name = name;
  ser_corpus_add_clip (corpus, &clip);
}

static int
compare_clips (gconstpointer a, gconstpointer b, gpointer data)
{
  const SerClip *x = a, *y = b;
  int order = strcmp (x->path, y->path);

  return order ? order : (x->start > y->start) - (x->start < y->start);
}

gboolean
ser_corpus_add_manifest (SerCorpus *corpus, const char *path, const char *folder, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_load (path, error);
  g_autofree char *own = g_path_get_dirname (path);
  g_autofree char *base = g_canonicalize_filename (folder ? folder : own, NULL);
  guint before = corpus->clips->len;
  Columns columns;

  if (!csv || !find_columns (csv, path, &columns, error))
    return FALSE;
  for (guint i = 0; i < ser_csv_get_n_rows (csv); i++)
    add_row (corpus, csv, i, &columns, base);
  if (corpus->clips->len > before)
    g_qsort_with_data (&g_array_index (corpus->clips, SerClip, before), corpus->clips->len - before, sizeof (SerClip),
        compare_clips, NULL);
  return TRUE;
}
