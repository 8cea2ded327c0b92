/* reference.c - what the tests of layers and networks share: numbers, golden vectors, comparison
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "reference.h"

#include <math.h>
#include <string.h>

float
generator_draw (Generator *g, float scale)
{
  g->state = g->state * 1664525u + 1013904223u;
  return ((float) (g->state >> 8) / 8388608.0f - 1.0f) * scale;
}

float *
generator_array (Generator *g, gsize n, float scale)
{
  float *x = g_new (float, n);
  gsize i;

  for (i = 0; i < n; i++)
    x[i] = generator_draw (g, scale);
  return x;
}

float *
generator_weight (Generator *g, gsize rows, gsize columns)
{
  return generator_array (g, rows * columns, sqrtf (3.0f / (float) columns));
}

float *
generator_bias (Generator *g, gsize n)
{
  return generator_array (g, n, 0.25f);
}

float *
generator_positive (Generator *g, gsize n)
{
  float *x = generator_array (g, n, 0.25f);
  gsize i;

  for (i = 0; i < n; i++)
    x[i] += 1;
  return x;
}

/* A factor or variance of a batch norm, to be told by the running mean beside it. */
static gboolean
is_positive (const SerTensors *tensors, const char *name)
{
  const char *dot = strrchr (name, '.');
  char *mean = g_strdup_printf ("%.*s.running_mean", (int) (dot - name), name);
  gboolean positive =
      ser_tensors_find (tensors, mean) != NULL && (strcmp (dot, ".weight") == 0 || strcmp (dot, ".running_var") == 0);

  g_free (mean);
  return positive;
}

void
generator_fill (Generator *g, SerTensors *tensors)
{
  guint i;

  for (i = 0; i < ser_tensors_get_n (tensors); i++) {
    SerTensor *tensor = ser_tensors_get (tensors, i);
    float *x;

    if (is_positive (tensors, tensor->name))
      x = generator_positive (g, tensor->n);
    else if (tensor->n_dims == 1)
      x = generator_bias (g, tensor->n);
    else
      x = generator_weight (g, tensor->dims[0], tensor->n / tensor->dims[0]);
    memcpy (tensor->data, x, tensor->n * sizeof (float));
    g_free (x);
  }
}

static Golden
parse_golden (const char *header, const char *values)
{
  Golden golden = { g_strsplit (header, " ", -1), { 0 }, 0, NULL };
  char **texts = g_strsplit (values, " ", -1);
  guint i, n = 0;

  for (i = 1; golden.words[i] != NULL && n < GOLDEN_MAX_NUMBERS; i++)
    if (g_ascii_isdigit (golden.words[i][0]))
      golden.numbers[n++] = g_ascii_strtoull (golden.words[i], NULL, 10);
  golden.n = g_strv_length (texts);
  golden.values = g_new (float, golden.n);
  for (i = 0; i < golden.n; i++)
    golden.values[i] = g_ascii_strtod (texts[i], NULL);
  g_strfreev (texts);
  return golden;
}

const SerKernels *
next_kernels (guint *i)
{
  const SerKernels *kernels;

  while ((kernels = ser_kernels_nth ((*i)++)) != NULL)
    if ((kernels->flags & ~ser_cpu_flags ()) == 0)
      return kernels;
  return NULL;
}

void
golden_each (const char *kind, GoldenCheck check)
{
  char *path = g_test_build_filename (G_TEST_DIST, "..", "golden", "nn.golden", NULL);
  char *text, **lines;
  GError *error = NULL;
  guint i, found = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (i = 0; lines[i] != NULL && lines[i + 1] != NULL; i += 2) {
    Golden golden = parse_golden (lines[i], lines[i + 1]);

    if (strcmp (golden.words[0], kind) == 0) {
      const SerKernels *kernels;
      guint k = 0;

      while ((kernels = next_kernels (&k)) != NULL) {
        g_test_message ("%s: %s", kernels->name, lines[i]);
        check (&golden, kernels);
      }
      found++;
    }
    g_strfreev (golden.words);
    g_free (golden.values);
  }
  g_assert_cmpuint (found, >, 0);
  g_strfreev (lines);
  g_free (text);
  g_free (path);
}

void
compare (const char *what, const float *found, const float *expected, gsize n, float tolerance)
{
  gsize i;

  for (i = 0; i < n; i++)
    if (!isfinite (found[i]) || !(fabsf (found[i] - expected[i]) <= tolerance))
      g_error (
          "%s: value %" G_GSIZE_FORMAT " is %.9g, expected %.9g within %g", what, i, found[i], expected[i], tolerance);
}
