/* fixture.c - what the tests of training share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "train/random.h"

/* ---- tests/golden/train.golden ---- */

static void
free_golden (gpointer golden)
{
  g_free ((float *) ((Golden *) golden)->x);
  g_free (golden);
}

/* name -> Golden *, copied out of the file, where nothing is aligned. */
static GHashTable *
read_golden (void)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_golden);
  char *path = g_test_build_filename (G_TEST_DIST, "..", "golden", "train.golden", NULL), *bytes;
  gsize size, at = 0;
  GError *error = NULL;

  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  while (at < size) {
    char name[64];
    unsigned long rows, columns;
    int header;
    g_assert_cmpint (sscanf (bytes + at, "%63s %lu %lu%n", name, &rows, &columns, &header), ==, 3);
    at += (gsize) header + 1;
    g_assert_cmpuint (rows * columns * sizeof (float), <=, size - at);
    Golden golden = { rows, columns, g_memdup2 (bytes + at, rows * columns * sizeof (float)) };
    g_hash_table_insert (table, g_strdup (name), g_memdup2 (&golden, sizeof (golden)));
    at += rows * columns * sizeof (float);
  }
  g_free (bytes);
  g_free (path);
  return table;
}

Golden
golden_get (const char *name)
{
  static GHashTable *table;

  if (!table)
    table = read_golden ();
  const Golden *golden = g_hash_table_lookup (table, name);
  if (!golden)
    g_error ("train.golden has no array %s; run make_train.py", name);
  return *golden;
}

float *
golden_numbers (guint32 seed, gsize n)
{
  float *x = g_new (float, n);
  guint32 state = seed * 2654435761u + 12345u;

  for (gsize i = 0; i < n; i++) {
    state = state * 1664525u + 1013904223u;
    x[i] = (float) (state >> 8) / 0x1p23f - 1.0f;
  }
  return x;
}

float *
new_floats (gsize rows, gsize columns)
{
  return g_malloc_n (rows * columns, sizeof (float));
}

double
golden_peak (const float *x, gsize n)
{
  double peak = 0.0;
  for (gsize i = 0; i < n; i++)
    peak = fmax (peak, fabs (x[i]));
  return peak;
}

void
golden_compare (const char *what, const float *found, const float *expected, gsize n, double tolerance)
{
  double worst = 0.0;
  gsize at = 0;

  for (gsize i = 0; i < n; i++) {
    double difference = fabs ((double) found[i] - expected[i]);
    if (!(difference <= worst)) {
      worst = difference;
      at = i;
    }
  }
  g_test_message (
      "%-32s peak %.3g, largest difference %.2g of %.2g allowed", what, golden_peak (expected, n), worst, tolerance);
  if (!(worst <= tolerance))
    g_error ("%s: value %" G_GSIZE_FORMAT " is %.8g, expected %.8g", what, at, found[at], expected[at]);
}

/* ---- a graph with all that it needs ---- */

Net *
net_new (const char *line, guint channels, guint length, guint labels, guint threads)
{
  Net *net = g_new0 (Net, 1);
  GError *error = NULL;

  net->arch = ser_architecture_parse (line, channels, length, labels, &error);
  g_assert_no_error (error);
  net->tensors = ser_tensors_new ();
  ser_architecture_add_tensors (net->arch, net->tensors);
  net->workers = ser_workers_new (threads);
  net->graph = ser_graph_new (net->arch, net->workers);
  ser_graph_initialise (net->graph, 1);
  return net;
}

void
net_free (Net *net)
{
  ser_graph_free (net->graph);
  ser_workers_free (net->workers);
  ser_tensors_free (net->tensors);
  ser_architecture_free (net->arch);
  g_free (net);
}

/* The power of two at or under 1 / sqrt (fan_in). */
static float
scale_for (gsize fan_in)
{
  float scale = 1.0f;
  for (gsize power = 1; power < fan_in; power *= 4)
    scale /= 2.0f;
  return scale;
}

void
net_load_golden (Net *net)
{
  gsize fan_in = 1;

  for (guint i = 0; i < ser_tensors_get_n (net->tensors); i++) {
    SerTensor *tensor = ser_tensors_get (net->tensors, i);
    float *x = golden_numbers (i + 1, tensor->n), offset = 0.0f, scale;
    if (g_str_has_prefix (tensor->name, "lstm"))
      fan_in = tensor->dims[0] / 4;
    else if (g_str_has_prefix (tensor->name, "bn"))
      fan_in = 16;
    else if (tensor->n_dims > 1)
      fan_in = tensor->n / tensor->dims[0];
    scale = scale_for (fan_in);
    if (g_str_has_suffix (tensor->name, ".running_var"))
      offset = 1.0f, scale = 0.5f;
    else if (g_str_has_prefix (tensor->name, "bn") && g_str_has_suffix (tensor->name, ".weight"))
      offset = 1.0f;
    for (gsize j = 0; j < tensor->n; j++)
      tensor->data[j] = offset + scale * x[j];
    g_free (x);
  }
  ser_graph_load (net->graph, net->tensors);
}

void
net_begin_golden (Net *net, guint shortest, guint longest, guint n, float *targets)
{
  guint L = net->arch->labels, C = net->arch->channels, *lengths = g_new (guint, n);
  float *weights = golden_numbers (999, (gsize) n * L);

  for (guint b = 0; b < n; b++)
    lengths[b] = shortest + (b * 7) % (longest - shortest + 1);
  ser_graph_begin (net->graph, n, lengths);
  for (guint b = 0; b < n; b++) {
    float *x = golden_numbers (1000 + b, lengths[b] * C), *to = ser_graph_get_input (net->graph, b);
    double sum = 0.0;
    for (gsize i = 0; i < lengths[b] * C; i++)
      to[i] = 2.0f * x[i];
    for (guint i = 0; i < L; i++)
      sum += 1.0625 + weights[b * L + i];
    for (guint i = 0; i < L; i++)
      targets[b * L + i] = (1.0625 + weights[b * L + i]) / sum;
    g_free (x);
  }
  g_free (weights);
  g_free (lengths);
}

void
net_begin_random (Net *net, guint n, const guint *lengths, guint64 seed)
{
  SerRandom random = ser_random_for (seed, 0, 0, 0);

  ser_graph_begin (net->graph, n, lengths);
  for (guint b = 0; b < n; b++) {
    float *x = ser_graph_get_input (net->graph, b);
    for (gsize i = 0; i < (gsize) lengths[b] * net->arch->channels; i++)
      x[i] = ser_random_normal (&random);
  }
}

double
net_train_pass (Net *net, guint64 seed, const float *targets)
{
  ser_graph_forward (net->graph, TRUE, seed);
  double loss = ser_graph_loss (net->graph, targets);
  ser_graph_backward (net->graph);
  return loss;
}

/* ---- clips ---- */

Clips *
clips_new (guint64 seed, gsize n, guint features, guint labels, gsize shortest, gsize longest, double noise)
{
  Clips *clips = g_new0 (Clips, 1);

  clips->clips = g_new0 (SerTrainClip, n);
  clips->frames = g_new0 (float *, n);
  clips->set = (SerTrainSet){ clips->clips, n };
  for (gsize i = 0; i < n; i++) {
    SerRandom random = ser_random_for (seed, i, 0, 0);
    gsize T = shortest + ser_random_below (&random, longest - shortest + 1);
    guint label = i % labels;
    double phase = 2.0 * G_PI * ser_random_uniform (&random);
    float *x = clips->frames[i] = new_floats (T, features);
    for (gsize t = 0; t < T; t++)
      for (guint c = 0; c < features; c++)
        x[t * features + c] = noise * ser_random_normal (&random)
            + (c % 2 ? 3.0 * sin (phase + c + 0.25 * (label + 1) * (double) t) : 5.0 + c);
    clips->clips[i] = (SerTrainClip){ .frames = x, .T = T, .label = label };
  }
  return clips;
}

void
clips_free (Clips *clips)
{
  for (gsize i = 0; i < clips->set.n_clips; i++)
    g_free (clips->frames[i]);
  g_free (clips->frames);
  g_free (clips->clips);
  g_free (clips);
}
