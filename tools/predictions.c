/* predictions.c - a table of predictions read back: what `seremotion evaluate --csv` writes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "predictions.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "model/error.h"

/* A file while it is read; columns are -1 where there is none. */
typedef struct {
  SerPredictions *p;
  SerCsv *csv;
  guint row;
  int clip, speaker, emotion, predicted, sex, age, split;
  int probabilities[SER_MAX_LABELS], logits[SER_MAX_LABELS];
} Reader;

void
ser_predictions_free (SerPredictions *predictions)
{
  if (!predictions)
    return;
  g_free (predictions->path);
  g_strfreev (predictions->labels);
  g_array_unref (predictions->verdicts);
  g_free (predictions->lines);
  g_free (predictions->clips);
  g_string_chunk_free (predictions->strings);
  g_free (predictions);
}

static gboolean
find_labels (Reader *r, GError **error)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  SerPredictions *p = r->p;

  for (guint i = 0; i < ser_csv_get_n_columns (r->csv); i++) {
    g_autofree char *name = g_strstrip (g_strdup (ser_csv_get_column_name (r->csv, i)));

    if (!g_str_has_prefix (name, "p_") || !ser_is_label (name + 2))
      continue;
    if (g_ptr_array_find_with_equal_func (labels, name + 2, g_str_equal, NULL))
      return ser_fail (error, SER_ERROR_DATA, "%s: two columns are called %s", p->path, name);
    if (labels->len < SER_MAX_LABELS)
      r->probabilities[labels->len] = i;
    g_ptr_array_add (labels, g_string_chunk_insert (p->strings, name + 2));
  }
  if (labels->len < 2 || labels->len > SER_MAX_LABELS)
    return ser_fail (error, SER_ERROR_DATA,
        "%s: %u columns p_LABEL with probabilities, expected 2 to %d (as `seremotion evaluate --csv` writes)", p->path,
        labels->len, SER_MAX_LABELS);
  p->n_labels = labels->len;
  g_ptr_array_add (labels, NULL);
  p->labels = g_strdupv ((char **) labels->pdata);
  return TRUE;
}

static gboolean
find_columns (Reader *r, GError **error)
{
  const struct {
    int *column;
    const char *name;
    gboolean needed;
  } columns[] = { { &r->clip, "clip", TRUE }, { &r->speaker, "speaker", TRUE }, { &r->emotion, "emotion", TRUE },
    { &r->predicted, "predicted", FALSE }, { &r->sex, "sex", FALSE }, { &r->age, "age", FALSE },
    { &r->split, "split", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    *columns[i].column = ser_csv_find_column (r->csv, columns[i].name);
    if (columns[i].needed && *columns[i].column < 0)
      return ser_fail (error, SER_ERROR_DATA, "%s: no column `%s`", r->p->path, columns[i].name);
  }
  if (!find_labels (r, error))
    return FALSE;
  for (guint i = 0; i < r->p->n_labels; i++) {
    g_autofree char *name = g_strconcat ("logit_", r->p->labels[i], NULL);

    r->logits[i] = ser_csv_find_column (r->csv, name);
    if ((r->logits[i] < 0) != (r->logits[0] < 0))
      return ser_fail (error, SER_ERROR_DATA, "%s: logits of some labels only; there is %s column `%s`", r->p->path,
          r->logits[i] < 0 ? "no" : "a", name);
  }
  return TRUE;
}

static gboolean
bad_field (const Reader *r, int column, const char *expected, GError **error)
{
  return ser_fail (error, SER_ERROR_DATA, "%s:%u: %s `%s`: expected %s", r->p->path, ser_csv_get_line (r->csv, r->row),
      ser_csv_get_column_name (r->csv, column), ser_csv_get (r->csv, r->row, column), expected);
}

static gboolean
read_numbers (const Reader *r, const int *columns, double low, double high, float *values, GError **error)
{
  for (guint i = 0; i < r->p->n_labels; i++) {
    const char *text = ser_csv_get (r->csv, r->row, columns[i]);
    char *end;
    double value = g_ascii_strtod (text, &end);

    if (end == text || *end != '\0' || !isfinite (value) || value < low || value > high)
      return bad_field (r, columns[i], high == 1 ? "a probability" : "a number", error);
    values[i] = value;
  }
  return TRUE;
}

static gboolean
read_facts (const Reader *r, SerClip *clip, GError **error)
{
  const char *sex = ser_csv_get (r->csv, r->row, r->sex), *age = ser_csv_get (r->csv, r->row, r->age);
  guint64 years = 0;

  if (*sex != '\0' && strcmp (sex, "f") != 0 && strcmp (sex, "m") != 0)
    return bad_field (r, r->sex, "f, m or nothing", error);
  if (*age != '\0' && !g_ascii_string_to_unsigned (age, 10, 0, 199, &years, NULL))
    return bad_field (r, r->age, "years, or nothing", error);
  clip->sex = *sex;
  clip->age = years;
  return TRUE;
}

/* The label's index, n_labels for none of them. */
static guint
find_label (const SerPredictions *p, const char *label)
{
  guint i = 0;

  while (i < p->n_labels && strcmp (p->labels[i], label) != 0)
    i++;
  return i;
}

static gboolean
read_row (const Reader *r, SerClip *clip, SerVerdict *verdict, GError **error)
{
  SerPredictions *p = r->p;
  const char *name = ser_csv_get (r->csv, r->row, r->clip), *speaker = ser_csv_get (r->csv, r->row, r->speaker),
             *split = ser_csv_get (r->csv, r->row, r->split), *emotion = ser_csv_get (r->csv, r->row, r->emotion);

  if (*name == '\0')
    return bad_field (r, r->clip, "the name of a clip", error);
  verdict->truth = find_label (p, emotion);
  if (verdict->truth == p->n_labels)
    return bad_field (r, r->emotion, "one of the labels in the columns p_LABEL", error);
  verdict->clip = clip;
  verdict->answered = r->predicted < 0 || *ser_csv_get (r->csv, r->row, r->predicted) != '\0';
  clip->path = clip->name = g_string_chunk_insert (p->strings, name);
  clip->speaker = g_string_chunk_insert_const (p->strings, speaker);
  clip->split = g_string_chunk_insert_const (p->strings, split);
  clip->label = p->labels[verdict->truth];
  clip->end = -1;
  return read_facts (r, clip, error) && read_numbers (r, r->probabilities, 0, 1, verdict->scores, error)
      && (r->logits[0] < 0 || read_numbers (r, r->logits, -G_MAXFLOAT, G_MAXFLOAT, verdict->logits, error));
}

static gboolean
read_rows (Reader *r, GError **error)
{
  SerPredictions *p = r->p;
  guint n = ser_csv_get_n_rows (r->csv);

  if (n == 0)
    return ser_fail (error, SER_ERROR_DATA, "%s: no clips", p->path);
  p->clips = g_new0 (SerClip, n);
  p->lines = g_new (guint, n);
  g_array_set_size (p->verdicts, n);
  for (r->row = 0; r->row < n; r->row++) {
    SerVerdict *verdict = &g_array_index (p->verdicts, SerVerdict, r->row);

    p->lines[r->row] = ser_csv_get_line (r->csv, r->row);
    if (!read_row (r, &p->clips[r->row], verdict, error))
      return FALSE;
    for (guint i = 0; i < p->n_labels; i++)
      p->has_logits |= verdict->logits[i] != 0;
  }
  return TRUE;
}

SerPredictions *
ser_predictions_load (const char *path, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_load (path, error);
  g_autoptr (SerPredictions) p = NULL;
  Reader reader = { .csv = csv };

  if (!csv)
    return NULL;
  p = g_new0 (SerPredictions, 1);
  p->path = g_filename_display_name (path);
  p->strings = g_string_chunk_new (4096);
  p->verdicts = g_array_new (FALSE, TRUE, sizeof (SerVerdict));
  reader.p = p;
  return find_columns (&reader, error) && read_rows (&reader, error) ? g_steal_pointer (&p) : NULL;
}
