/* confusion.c - shares of labels corrected by how a model confuses them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "confusion.h"

#include <math.h>
#include <string.h>

#include "model/error.h"

#define SMOOTHING 0.5
#define MAX_ROUNDS 500
#define TOLERANCE 1e-7
#define MAX_COUNT 100000000

static gboolean
read_row (guint *counts, const char *text, guint n)
{
  g_auto (GStrv) fields = g_strsplit (text, ",", -1);
  guint64 sum = 0;

  if (g_strv_length (fields) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    guint64 count;
    if (!g_ascii_string_to_unsigned (fields[i], 10, 0, MAX_COUNT, &count, NULL))
      return FALSE;
    counts[i] = count;
    sum += count;
  }
  return sum > 0 && sum <= MAX_COUNT;
}

gboolean
ser_confusion_read (SerConfusion *confusion, const SerModel *model, GError **error)
{
  const char *text = ser_model_get_metadata (model, SER_CONFUSION_KEY);
  guint n = ser_model_get_n_labels (model);
  g_auto (GStrv) rows = text ? g_strsplit (text, ";", -1) : NULL;

  *confusion = (SerConfusion){ 0 };
  if (!text)
    return TRUE;
  for (guint i = 0; i < n; i++)
    if (g_strv_length (rows) != n || !read_row (confusion->counts[i], rows[i], n))
      return ser_fail (error, SER_ERROR_FORMAT,
          "the model's metadata `" SER_CONFUSION_KEY
          "`: expected %u rows, with semicolons, of %u counts, with commas, none of them all zeros",
          n, n);
  confusion->n = n;
  return TRUE;
}

char *
ser_confusion_to_text (const guint *counts, guint n, guint stride)
{
  GString *text = g_string_new (NULL);

  for (guint r = 0; r < n; r++)
    for (guint c = 0; c < n; c++)
      g_string_append_printf (text, "%s%u", c > 0 ? "," : r > 0 ? ";" : "", counts[r * stride + c]);
  return g_string_free (text, FALSE);
}

/* P (predicted | true), smoothed. */
static void
to_rates (const SerConfusion *confusion, double rates[SER_MAX_LABELS][SER_MAX_LABELS])
{
  guint n = confusion->n;

  for (guint r = 0; r < n; r++) {
    double sum = n * SMOOTHING;
    for (guint c = 0; c < n; c++)
      sum += confusion->counts[r][c];
    for (guint c = 0; c < n; c++)
      rates[r][c] = (confusion->counts[r][c] + SMOOTHING) / sum;
  }
}

/* One round of expectation maximisation; how far the shares moved. */
static double
improve (double rates[SER_MAX_LABELS][SER_MAX_LABELS], guint n, const double *observed, double *shares)
{
  double next[SER_MAX_LABELS] = { 0 }, moved = 0;

  for (guint c = 0; c < n; c++) {
    double mixed = 0;
    for (guint r = 0; r < n; r++)
      mixed += shares[r] * rates[r][c];
    for (guint r = 0; r < n; r++)
      next[r] += observed[c] * shares[r] * rates[r][c] / mixed;
  }
  for (guint r = 0; r < n; r++) {
    moved += fabs (next[r] - shares[r]);
    shares[r] = next[r];
  }
  return moved;
}

void
ser_confusion_correct (const SerConfusion *confusion, const double *observed, double *corrected)
{
  double rates[SER_MAX_LABELS][SER_MAX_LABELS];

  to_rates (confusion, rates);
  for (guint i = 0; i < confusion->n; i++)
    corrected[i] = 1.0 / confusion->n;
  for (guint i = 0; i < MAX_ROUNDS; i++)
    if (improve (rates, confusion->n, observed, corrected) < TOLERANCE)
      break;
}

void
ser_confusion_resample (const SerConfusion *confusion, SerRandom *random, SerConfusion *drawn)
{
  guint n = confusion->n;

  *drawn = (SerConfusion){ .n = n };
  for (guint r = 0; r < n; r++) {
    guint sum = 0;
    for (guint c = 0; c < n; c++)
      sum += confusion->counts[r][c];
    for (guint i = 0; i < sum; i++) {
      guint left = ser_random_below (random, sum), c = 0;
      while (left >= confusion->counts[r][c])
        left -= confusion->counts[r][c++];
      drawn->counts[r][c]++;
    }
  }
}
