/* onnx-model.c - a model as an ONNX file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "onnx-model.h"

#include <math.h>
#include <string.h>

#include "dsp/statistics.h"
#include "onnx-network.h"

/* As in ser_features_window(). */
#define STD_FLOOR 1e-5f

typedef struct {
  SerOnnxGraph *graph;
  const SerModel *model;
} Builder;

/* ---- a window's features: ser_features_window() in operators ---- */

static const char *
scalar (const Builder *b, const char *name, double value)
{
  const float x = (float) value;

  return ser_onnx_graph_add_floats (b->graph, name, &x, 0, NULL);
}

static const char *
mean_over_time (const Builder *b, const char *x, gboolean keep)
{
  const gint64 axis = 1;
  const char *mean = ser_onnx_graph_add (b->graph, "ReduceMean", SER_ONNX_INPUTS (x));

  ser_onnx_graph_set_ints (b->graph, "axes", &axis, 1);
  ser_onnx_graph_set_int (b->graph, "keepdims", keep);
  return mean;
}

static const char *
cast (const Builder *b, const char *x, gint64 type)
{
  x = ser_onnx_graph_add (b->graph, "Cast", SER_ONNX_INPUTS (x));
  ser_onnx_graph_set_int (b->graph, "to", type);
  return x;
}

/* The steps of x [N, T, C] whose numbers are in `indices` [n]: [N, n, C]. */
static const char *
gather_steps (const Builder *b, const char *x, const char *indices)
{
  x = ser_onnx_graph_add (b->graph, "Gather", SER_ONNX_INPUTS (x, indices));
  ser_onnx_graph_set_int (b->graph, "axis", 1);
  return x;
}

/* x [:, from : to, :], `to` counted from behind. */
static const char *
slice_time (const Builder *b, const char *x, gint64 from, gint64 to)
{
  const gint64 axis = 1;
  const char *starts = ser_onnx_graph_add_ints (b->graph, &from, 1), *ends = ser_onnx_graph_add_ints (b->graph, &to, 1);

  return ser_onnx_graph_add (
      b->graph, "Slice", SER_ONNX_INPUTS (x, starts, ends, ser_onnx_graph_add_ints (b->graph, &axis, 1)));
}

static const char *
limit_range (const Builder *b, const char *x)
{
  const SerFeatureSpec *spec = &b->model->features;
  const double range = spec->log == SER_LOG_LN ? spec->range * G_LN10 / 10.0 : spec->range;
  const gint64 axes[] = { 1, 2 };
  const char *least = ser_onnx_graph_add (b->graph, "ReduceMax", SER_ONNX_INPUTS (x));

  ser_onnx_graph_set_ints (b->graph, "axes", axes, 2);
  ser_onnx_graph_set_int (b->graph, "keepdims", 1);
  least = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (least, scalar (b, "range", range)));
  return ser_onnx_graph_add (b->graph, "Max", SER_ONNX_INPUTS (x, least));
}

/* (x[t+1] - x[t-1] + 2 (x[t+2] - x[t-2])) / 10, edges repeated. */
static const char *
delta (const Builder *b, const char *x, const char *two, const char *ten)
{
  const gint64 pads[] = { 0, 2, 0, 0, 2, 0 };
  const char *before1, *before2, *after1, *after2, *near, *far;

  x = ser_onnx_graph_add (b->graph, "Pad", SER_ONNX_INPUTS (x, ser_onnx_graph_add_ints (b->graph, pads, 6)));
  ser_onnx_graph_set_string (b->graph, "mode", "edge");
  before2 = slice_time (b, x, 0, -4);
  before1 = slice_time (b, x, 1, -3);
  after1 = slice_time (b, x, 3, -1);
  after2 = slice_time (b, x, 4, G_MAXINT32);
  near = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (after1, before1));
  far = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (after2, before2));
  far = ser_onnx_graph_add (b->graph, "Mul", SER_ONNX_INPUTS (far, two));
  x = ser_onnx_graph_add (b->graph, "Add", SER_ONNX_INPUTS (near, far));
  return ser_onnx_graph_add (b->graph, "Div", SER_ONNX_INPUTS (x, ten));
}

static const char *
append_deltas (const Builder *b, const char *x)
{
  const char *two = scalar (b, "two", 2.0), *ten = scalar (b, "ten", 10.0);
  const char *first = delta (b, x, two, ten);

  if (b->model->features.delta == 1)
    x = ser_onnx_graph_add (b->graph, "Concat", SER_ONNX_INPUTS (x, first));
  else
    x = ser_onnx_graph_add (b->graph, "Concat", SER_ONNX_INPUTS (x, first, delta (b, first, two, ten)));
  ser_onnx_graph_set_int (b->graph, "axis", 2);
  return x;
}

/* The first frame is taken from all before the mean is: a channel that does not change becomes 0 exactly, and no
 * rounding of its mean is divided by the small number that stands in for its deviation. */
static const char *
remove_mean (const Builder *b, const char *x)
{
  x = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (x, slice_time (b, x, 0, 1)));
  return ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (x, mean_over_time (b, x, TRUE)));
}

/* Of x [N, T, C] whose mean is 0: [N, 1, C]. */
static const char *
std_over_time (const Builder *b, const char *x)
{
  const char *squares = ser_onnx_graph_add (b->graph, "Mul", SER_ONNX_INPUTS (x, x));

  return ser_onnx_graph_add (b->graph, "Sqrt", SER_ONNX_INPUTS (mean_over_time (b, squares, TRUE)));
}

static const char *
normalise_by_window (const Builder *b, const char *x)
{
  const char *std;

  x = remove_mean (b, x);
  std = std_over_time (b, x);
  std = ser_onnx_graph_add (b->graph, "Add", SER_ONNX_INPUTS (std, scalar (b, "std_floor", STD_FLOOR)));
  return ser_onnx_graph_add (b->graph, "Div", SER_ONNX_INPUTS (x, std));
}

static const char *
normalise_by_model (const Builder *b, const char *x)
{
  const gsize width = ser_feature_spec_width (&b->model->features);
  const char *mean = ser_onnx_graph_add_floats (b->graph, "norm_mean", b->model->mean, 1, &width);
  const char *std = ser_onnx_graph_add_floats (b->graph, "norm_std", b->model->std, 1, &width);

  return ser_onnx_graph_add (
      b->graph, "Div", SER_ONNX_INPUTS (ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (x, mean)), std));
}

/* x [N, T, C] -> [N, percentiles, C]. */
static const char *
take_percentiles (const Builder *b, const char *x)
{
  const gint64 one = 1, axis = 1;
  const gsize n = SER_N_PERCENTILES;
  float ranks[SER_N_PERCENTILES];
  const char *steps, *last, *rank, *below, *above, *share, *low, *high;

  for (guint i = 0; i < SER_N_PERCENTILES; i++)
    ranks[i] = (float) ser_percentiles[i];
  steps = ser_onnx_graph_add (b->graph, "Shape", SER_ONNX_INPUTS (x));
  ser_onnx_graph_set_int (b->graph, "start", 1);
  ser_onnx_graph_set_int (b->graph, "end", 2);
  x = ser_onnx_graph_add (b->graph, "TopK", SER_ONNX_INPUTS (x, steps)); /* of all: sorted */
  ser_onnx_graph_add_output (b->graph);
  ser_onnx_graph_set_int (b->graph, "axis", axis);
  ser_onnx_graph_set_int (b->graph, "largest", 0);

  last = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (steps, ser_onnx_graph_add_ints (b->graph, &one, 1)));
  rank = cast (b, last, SER_ONNX_FLOAT);
  rank = ser_onnx_graph_add (
      b->graph, "Mul", SER_ONNX_INPUTS (rank, ser_onnx_graph_add_floats (b->graph, "percentiles", ranks, 1, &n)));
  below = cast (b, ser_onnx_graph_add (b->graph, "Floor", SER_ONNX_INPUTS (rank)), SER_ONNX_INT64);
  share = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (rank, cast (b, below, SER_ONNX_FLOAT)));
  share =
      ser_onnx_graph_add (b->graph, "Unsqueeze", SER_ONNX_INPUTS (share, ser_onnx_graph_add_ints (b->graph, &axis, 1)));
  above = ser_onnx_graph_add (b->graph, "Add", SER_ONNX_INPUTS (below, ser_onnx_graph_add_ints (b->graph, &one, 1)));
  above = ser_onnx_graph_add (b->graph, "Min", SER_ONNX_INPUTS (above, last));
  low = gather_steps (b, x, below);
  high = gather_steps (b, x, above);
  high = ser_onnx_graph_add (b->graph, "Sub", SER_ONNX_INPUTS (high, low));
  high = ser_onnx_graph_add (b->graph, "Mul", SER_ONNX_INPUTS (high, share));
  return ser_onnx_graph_add (b->graph, "Add", SER_ONNX_INPUTS (low, high));
}

/* x [N, T, C] -> [N, statistics * C]. */
static const char *
take_statistics (const Builder *b, const char *x)
{
  const gint64 joined[] = { 0, -1 };
  const char *mean = mean_over_time (b, x, TRUE), *std = std_over_time (b, remove_mean (b, x));

  x = ser_onnx_graph_add (b->graph, "Concat", SER_ONNX_INPUTS (mean, std, take_percentiles (b, x)));
  ser_onnx_graph_set_int (b->graph, "axis", 1);
  return ser_onnx_graph_add (b->graph, "Reshape", SER_ONNX_INPUTS (x, ser_onnx_graph_add_ints (b->graph, joined, 2)));
}

/* frames [N, T, n] -> [N, length, channels] */
static const char *
add_window (const Builder *b, const char *x)
{
  const SerFeatureSpec *spec = &b->model->features;
  const gint64 last_axis = 2;

  ser_onnx_graph_set_scope (b->graph, "features");
  if (spec->range > 0.0)
    x = limit_range (b, x);
  if (spec->delta > 0)
    x = append_deltas (b, x);
  if (spec->summary == SER_SUMMARY_MEAN)
    x = mean_over_time (b, x, FALSE);
  else if (spec->summary == SER_SUMMARY_STATS)
    x = take_statistics (b, x);
  if (spec->norm == SER_NORM_CMN)
    x = remove_mean (b, x);
  if (ser_norm_has_statistics (spec->norm))
    x = normalise_by_model (b, x);
  else if (spec->norm == SER_NORM_WINDOW)
    x = normalise_by_window (b, x);
  if (spec->summary != SER_SUMMARY_NONE)
    x = ser_onnx_graph_add (
        b->graph, "Unsqueeze", SER_ONNX_INPUTS (x, ser_onnx_graph_add_ints (b->graph, &last_axis, 1)));
  return x;
}

/* ---- what the file says of itself ---- */

/* What a user has to feed, in words. Free with g_free(). */
static char *
describe_input (const SerModel *model)
{
  const SerFeatureSpec *spec = &model->features;
  gsize frames = ser_feature_spec_frames (spec, (gsize) (model->window * spec->rate + 0.5));

  return g_strdup_printf ("frames: float32 [N, T, %u], N windows of T frames each, T at least %" G_GSIZE_FORMAT
                          " (%" G_GSIZE_FORMAT
                          " are a window of %g s); a frame is the %u %s of %u samples at %u Hz, one "
                          "every %u samples, that the features line says, before range, deltas, mean or statistics "
                          "over time and normalisation: these are part of the graph",
      spec->n, ser_architecture_min_frames (model->arch), frames, model->window, spec->n,
      spec->kind == SER_FEATURES_MFCC ? "cepstral coefficients" : "logarithms of mel bands", spec->win, spec->rate,
      spec->hop);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* What belongs to the container of a model file, or is in the graph as numbers. */
static gboolean
is_left_out (const char *key)
{
  static const char *const keys[] = { "format", "self_check", "norm_mean", "norm_std", NULL };

  return g_strv_contains (keys, key);
}

/* All that the model file says, and what follows from its lines. */
static void
add_metadata (const Builder *b, const char *input)
{
  const SerModel *model = b->model;
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (model->metadata), compare_keys);
  g_autofree char *rate = g_strdup_printf ("%u", model->features.rate),
                  *values = g_strdup_printf ("%u", model->features.n);
  g_autofree char *min = g_strdup_printf ("%" G_GSIZE_FORMAT, ser_architecture_min_frames (model->arch));
  const struct {
    const char *key, *value;
  } more[] = { { "input", input }, { "rate", rate }, { "frame_values", values }, { "min_frames", min } };

  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    ser_onnx_graph_add_metadata (b->graph, more[i].key, more[i].value);
  for (GList *k = keys; k; k = k->next) {
    g_autofree char *key = g_utf8_make_valid (k->data, -1);
    g_autofree char *value = g_utf8_make_valid (g_hash_table_lookup (model->metadata, k->data), -1);
    gboolean taken = is_left_out (key);

    for (guint i = 0; i < G_N_ELEMENTS (more); i++)
      taken = taken || strcmp (key, more[i].key) == 0;
    if (!taken)
      ser_onnx_graph_add_metadata (b->graph, key, value);
  }
}

/* ---- the graph ---- */

static void
declare (const Builder *b, const char *input, gboolean logits)
{
  g_autofree char *n = g_strdup_printf ("%u", b->model->features.n),
                  *labels = g_strdup_printf ("%u", b->model->n_labels);
  g_autofree char *names = g_strjoinv (", ", b->model->labels);
  g_autofree char *probabilities = g_strdup_printf ("calibrated probabilities of %s", names);
  g_autofree char *raw = g_strdup_printf ("logits of %s, before the temperature", names);
  const char *const in[] = { "N", "T", n, NULL }, *const out[] = { "N", labels, NULL };

  ser_onnx_graph_declare_input (b->graph, "frames", in, input);
  ser_onnx_graph_declare_output (b->graph, "probabilities", out, probabilities);
  if (logits)
    ser_onnx_graph_declare_output (b->graph, "logits", out, raw);
}

GBytes *
ser_onnx_from_model (const SerModel *model, gboolean logits, const char *version)
{
  Builder b = { ser_onnx_graph_new (), model };
  const char *name = g_hash_table_lookup (model->metadata, "name");
  g_autofree char *valid = name ? g_utf8_make_valid (name, -1) : NULL, *input = describe_input (model), *doc = NULL;
  const char *x;
  GBytes *bytes;

  declare (&b, input, logits);
  x = ser_onnx_add_network (b.graph, model, add_window (&b, "frames"));
  ser_onnx_graph_set_scope (b.graph, "scores");
  if (logits) {
    ser_onnx_graph_add (b.graph, "Identity", SER_ONNX_INPUTS (x));
    x = ser_onnx_graph_name_output (b.graph, "logits");
  }
  x = ser_onnx_graph_add (b.graph, "Div", SER_ONNX_INPUTS (x, scalar (&b, "temperature", model->temperature)));
  ser_onnx_graph_add (b.graph, "Softmax", SER_ONNX_INPUTS (x));
  ser_onnx_graph_set_int (b.graph, "axis", 1);
  ser_onnx_graph_name_output (b.graph, "probabilities");
  add_metadata (&b, input);
  doc = g_strdup_printf ("Speech emotion recognition%s%s, exported by seremotion. Input: %s.", valid ? ": " : "",
      valid ? valid : "", input);
  bytes = ser_onnx_graph_to_bytes (b.graph, "seremotion", doc, version);
  ser_onnx_graph_free (b.graph);
  return bytes;
}
