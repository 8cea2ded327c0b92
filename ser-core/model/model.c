/* model.c - a model: its parts, checked against each other, and the scores it gives
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/model.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/error.h"

/* ---- making one ---- */

#define fail(error, ...) ser_fail (error, SER_ERROR_FORMAT, __VA_ARGS__)

/* Stores `value` under one of the keys that ser_model_set_metadata() refuses; takes ownership of `value`. */
static void
describe (SerModel *model, const char *key, char *value)
{
  g_hash_table_insert (model->metadata, g_strdup (key), value);
}

static void
describe_number (SerModel *model, const char *key, double x)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  describe (model, key, g_strdup (g_ascii_formatd (text, sizeof text, "%.9g", x)));
}

static void
describe_numbers (SerModel *model, const char *key, const float *x, gsize n)
{
  GString *line = g_string_new (NULL);
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  gsize i;

  for (i = 0; i < n; i++)
    g_string_append_printf (line, "%s%s", i > 0 ? "," : "", g_ascii_formatd (text, sizeof text, "%.9g", x[i]));
  describe (model, key, g_string_free (line, FALSE));
}

static gboolean
check_label (const char *label, GError **error)
{
  const char *p = label;

  if (!g_ascii_islower (*p))
    return fail (error, "label `%s`: labels match [a-z][a-z0-9-]*", label);
  while (*++p != '\0')
    if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && *p != '-')
      return fail (error, "label `%s`: labels match [a-z][a-z0-9-]*", label);
  if (strcmp (label, "uncertain") == 0 || strcmp (label, "none") == 0)
    return fail (error, "label `%s`: that word is what is reported when no label is", label);
  return TRUE;
}

static gboolean
set_labels (SerModel *model, const char *const *labels, GError **error)
{
  guint i, j, n = g_strv_length ((char **) labels);

  if (n < 2 || n > SER_MAX_LABELS)
    return fail (error, "labels: %u of them; 2 to %d are expected", n, SER_MAX_LABELS);
  for (i = 0; i < n; i++) {
    if (!check_label (labels[i], error))
      return FALSE;
    for (j = 0; j < i; j++)
      if (strcmp (labels[i], labels[j]) == 0)
        return fail (error, "label `%s` is given twice", labels[i]);
  }
  model->labels = g_strdupv ((char **) labels);
  model->n_labels = n;
  describe (model, "labels", g_strjoinv (",", model->labels));
  return TRUE;
}

/* Written so that a value that is not a number fails. */
static gboolean
check_range (const char *key, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  return fail (error, "%s is %g; %g to %g is expected", key, value, low, high);
}

static gboolean
set_numbers (SerModel *model, const SerModelParts *parts, GError **error)
{
  if (!check_range ("window", parts->window, SER_MIN_WINDOW, SER_MAX_WINDOW, error)
      || !check_range ("temperature", parts->temperature, SER_MODEL_MIN_TEMPERATURE, SER_MODEL_MAX_TEMPERATURE, error))
    return FALSE;
  model->window = parts->window;
  model->temperature = parts->temperature;
  describe_number (model, "window", model->window);
  describe_number (model, "temperature", model->temperature);
  return TRUE;
}

static gboolean
set_norm (SerModel *model, const SerModelParts *parts, GError **error)
{
  guint i, width = ser_feature_spec_width (&model->features);
  gboolean wanted = ser_norm_has_statistics (model->features.norm);

  if (wanted != (parts->mean != NULL) || wanted != (parts->std != NULL))
    return fail (error,
        wanted ? "norm_mean or norm_std is missing; the features' norm=model or norm=cmn needs both"
               : "norm_mean and norm_std are given; the features say neither norm=model nor norm=cmn");
  if (!wanted)
    return TRUE;
  for (i = 0; i < width; i++) {
    if (!isfinite (parts->mean[i]))
      return fail (error, "norm_mean: value %u is not finite", i);
    if (!isfinite (parts->std[i]) || parts->std[i] < FLT_MIN)
      return fail (error, "norm_std: value %u is %g; a number over 0 is expected", i, (double) parts->std[i]);
  }
  model->mean = g_memdup2 (parts->mean, width * sizeof (float));
  model->std = g_memdup2 (parts->std, width * sizeof (float));
  describe_numbers (model, "norm_mean", model->mean, width);
  describe_numbers (model, "norm_std", model->std, width);
  return TRUE;
}

static char *
shape_to_string (const SerTensor *tensor)
{
  GString *text = g_string_new ("[");
  guint i;

  for (i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i > 0 ? "," : "", tensor->dims[i]);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static gboolean
check_shape (const SerTensor *found, const SerTensor *wanted, GError **error)
{
  char *is, *needs;

  if (found->n_dims == wanted->n_dims && memcmp (found->dims, wanted->dims, found->n_dims * sizeof *found->dims) == 0)
    return TRUE;
  is = shape_to_string (found);
  needs = shape_to_string (wanted);
  fail (error, "tensor `%s` is %s; the architecture needs %s", found->name, is, needs);
  g_free (is);
  g_free (needs);
  return FALSE;
}

static gboolean
check_values (const SerTensor *tensor, GError **error)
{
  gboolean variance = g_str_has_suffix (tensor->name, ".running_var");
  gsize i;

  for (i = 0; i < tensor->n; i++) {
    if (!isfinite (tensor->data[i]))
      return fail (error, "tensor `%s`: value %" G_GSIZE_FORMAT " is not finite", tensor->name, i);
    if (variance && tensor->data[i] < 0)
      return fail (error, "tensor `%s`: value %" G_GSIZE_FORMAT " is %g; a variance is not negative", tensor->name, i,
          (double) tensor->data[i]);
  }
  return TRUE;
}

/* Fills the architecture's tensors, in `wanted`, from those `given`: neither may have one that the other has not. */
static gboolean
fill_tensors (SerTensors *wanted, const SerTensors *given, GError **error)
{
  guint i;

  for (i = 0; i < ser_tensors_get_n (given); i++)
    if (ser_tensors_find (wanted, ser_tensors_get (given, i)->name) == NULL)
      return fail (error, "tensor `%s` is not part of the architecture", ser_tensors_get (given, i)->name);
  for (i = 0; i < ser_tensors_get_n (wanted); i++) {
    SerTensor *to = ser_tensors_get (wanted, i);
    const SerTensor *from = ser_tensors_find (given, to->name);

    if (from == NULL)
      return fail (error, "tensor `%s` is missing; the architecture needs it", to->name);
    if (!check_shape (from, to, error) || !check_values (from, error))
      return FALSE;
    memcpy (to->data, from->data, to->n * sizeof (float));
  }
  return TRUE;
}

static gsize
count_values (const SerTensors *tensors)
{
  gsize n = 0;
  guint i;

  for (i = 0; i < ser_tensors_get_n (tensors); i++)
    n += ser_tensors_get (tensors, i)->n;
  return n;
}

/* A short line can ask for much memory: it must be matched by values given. */
#define FREE_PARAMETERS (1u << 20)

static gboolean
set_tensors (SerModel *model, const SerTensors *given, GError **error)
{
  gsize n = ser_architecture_n_parameters (model->arch), n_given = count_values (given);

  if (n > n_given && n > FREE_PARAMETERS)
    return fail (error,
        "the tensors hold %" G_GSIZE_FORMAT " values; the architecture has %" G_GSIZE_FORMAT " parameters", n_given, n);
  model->tensors = ser_tensors_new ();
  ser_architecture_add_tensors (model->arch, model->tensors);
  if (!fill_tensors (model->tensors, given, error))
    return FALSE;
  model->net = ser_network_new (model->arch, model->tensors);
  return TRUE;
}

static gboolean
set_architecture (SerModel *model, const char *line, GError **error)
{
  const SerFeatureSpec *spec = &model->features;
  gsize T = ser_feature_spec_frames (spec, (gsize) (model->window * spec->rate));

  model->arch = ser_architecture_parse (
      line, ser_feature_spec_channels (spec), ser_feature_spec_fixed_length (spec), model->n_labels, error);
  if (model->arch == NULL)
    return FALSE;
  if (T > SER_MODEL_MAX_FRAMES)
    return fail (error, "a window of %g s has %" G_GSIZE_FORMAT " frames; at most %d are allowed", model->window, T,
        SER_MODEL_MAX_FRAMES);
  if (!ser_model_has_enough_frames (model, T))
    return fail (error,
        "a window of %g s has %" G_GSIZE_FORMAT " frames; the architecture needs %" G_GSIZE_FORMAT " steps",
        model->window, T, ser_architecture_min_frames (model->arch));
  describe (model, "architecture", ser_architecture_to_string (model->arch));
  return TRUE;
}

SerModel *
ser_model_new (const SerModelParts *parts, SerTensors *tensors, GError **error)
{
  SerModel *model = g_new0 (SerModel, 1);
  gboolean ok;

  g_atomic_ref_count_init (&model->refs);
  model->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  describe (model, "format", g_strdup ("1"));
  ok = ser_features_parse (parts->features, &model->features, error) && set_labels (model, parts->labels, error)
      && set_numbers (model, parts, error) && set_norm (model, parts, error)
      && set_architecture (model, parts->arch, error) && set_tensors (model, tensors, error);
  ser_tensors_free (tensors);
  if (!ok) {
    ser_model_unref (model);
    return NULL;
  }
  describe (model, "features", ser_features_to_string (&model->features));
  return model;
}

SerModel *
ser_model_ref (SerModel *model)
{
  g_atomic_ref_count_inc (&model->refs);
  return model;
}

void
ser_model_unref (SerModel *model)
{
  if (model == NULL || !g_atomic_ref_count_dec (&model->refs))
    return;
  ser_architecture_free (model->arch);
  g_clear_pointer (&model->net, ser_network_free);
  g_clear_pointer (&model->tensors, ser_tensors_free);
  g_hash_table_unref (model->metadata);
  g_strfreev (model->labels);
  g_free (model->mean);
  g_free (model->std);
  g_free (model);
}

/* ---- what it says of itself ---- */

guint
ser_model_get_n_labels (const SerModel *model)
{
  return model->n_labels;
}

const char *
ser_model_get_label (const SerModel *model, guint i)
{
  g_return_val_if_fail (i < model->n_labels, NULL);
  return model->labels[i];
}

guint
ser_model_get_rate (const SerModel *model)
{
  return model->features.rate;
}

double
ser_model_get_window (const SerModel *model)
{
  return model->window;
}

const char *
ser_model_get_metadata (const SerModel *model, const char *key)
{
  return g_hash_table_lookup (model->metadata, key);
}

gboolean
ser_model_is_described_by (const char *key)
{
  static const char *const keys[] = { "format", "architecture", "features", "labels", "window", "temperature",
    "norm_mean", "norm_std", "self_check", NULL };

  return g_strv_contains (keys, key);
}

void
ser_model_set_metadata (SerModel *model, const char *key, const char *value)
{
  g_return_if_fail (!ser_model_is_described_by (key));
  if (value == NULL)
    g_hash_table_remove (model->metadata, key);
  else
    g_hash_table_insert (model->metadata, g_strdup (key), g_strdup (value));
}

void
ser_model_set_temperature (SerModel *model, double temperature)
{
  g_return_if_fail (temperature >= SER_MODEL_MIN_TEMPERATURE && temperature <= SER_MODEL_MAX_TEMPERATURE);
  model->temperature = temperature;
  describe_number (model, "temperature", temperature);
}

/* ---- scores ---- */

gboolean
ser_model_has_enough_frames (const SerModel *model, gsize T)
{
  return T >= ser_architecture_min_frames (model->arch);
}

void
ser_model_probabilities (const SerModel *model, const float *logits, float *scores)
{
  double p[SER_MAX_LABELS], max = -INFINITY, sum = 0.0;
  gboolean finite = TRUE;
  guint i;

  for (i = 0; i < model->n_labels; i++) {
    finite = finite && isfinite (logits[i]);
    max = MAX (max, logits[i]);
  }
  for (i = 0; i < model->n_labels; i++) {
    p[i] = finite ? exp ((logits[i] - max) / model->temperature) : 1.0;
    sum += p[i];
  }
  for (i = 0; i < model->n_labels; i++)
    scores[i] = (float) (p[i] / sum);
}

gboolean
ser_model_score_frames (const SerModel *model, const float *frames, gsize T, float *logits, float *scores)
{
  gboolean enough = ser_model_has_enough_frames (model, T);
  float z[SER_MAX_LABELS] = { 0.0f };

  if (enough) {
    gsize length = ser_feature_spec_length (&model->features, T);
    float *x = g_new (float, length *ser_feature_spec_channels (&model->features));
    SerNetworkState *state = ser_network_state_new (model->net, length);

    ser_features_window (&model->features, frames, T, model->mean, model->std, x);
    ser_network_run (model->net, state, x, length, z);
    ser_network_state_free (state);
    g_free (x);
  }
  ser_model_probabilities (model, z, scores);
  if (logits != NULL)
    memcpy (logits, z, model->n_labels * sizeof (float));
  return enough;
}
