/* model-file.c - a model from a file, from memory and from the library itself, and to a file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * docs/model-file.md describes the format.
 */

#include <math.h>
#include <pthread.h>
#include <string.h>

#include <gio/gio.h>

#include "model/error.h"
#include "model/file.h"
#include "model/model.h"
#include "model/self-check.h"
#include "ser-resources.h"

#define MODELS "/org/seremotion/models/"

/* ---- metadata to parts ---- */

static gboolean
get_string (GHashTable *metadata, const char *key, const char **value, GError **error)
{
  *value = g_hash_table_lookup (metadata, key);
  if (*value == NULL)
    return ser_fail (error, SER_ERROR_FORMAT,
        "metadata `%s` is missing, so this is not a complete model file; `seremotion "
        "import` makes one of bare weights",
        key);
  return TRUE;
}

/* One plain decimal number at *text, up to a comma or the end; moves *text there. */
static gboolean
read_number (const char **text, double *x)
{
  gsize n = strspn (*text, "0123456789+-.eE");
  char *end;

  if (n == 0)
    return FALSE;
  *x = g_ascii_strtod (*text, &end);
  if (end != *text + n || !isfinite (*x))
    return FALSE;
  *text = end;
  return TRUE;
}

/* Bytes of text, which is UTF-8, to quote in a message: no more than 32 and no part of a character. */
static int
quoted_length (const char *text)
{
  gsize n = strnlen (text, 33);

  if (n <= 32)
    return (int) n;
  return (int) (g_utf8_find_prev_char (text, text + 33) - text);
}

static gboolean
get_number (GHashTable *metadata, const char *key, double *x, GError **error)
{
  const char *value, *p;

  if (!get_string (metadata, key, &value, error))
    return FALSE;
  p = value;
  if (!read_number (&p, x) || *p != '\0')
    return ser_fail (
        error, SER_ERROR_FORMAT, "metadata `%s` is `%.*s`; a number is expected", key, quoted_length (value), value);
  return TRUE;
}

/* Exactly `n` comma-separated numbers as floats. */
static gboolean
get_numbers (GHashTable *metadata, const char *key, float *out, guint n, GError **error)
{
  const char *p;
  guint i;

  if (!get_string (metadata, key, &p, error))
    return FALSE;
  for (i = 0; i < n; i++) {
    double x;

    if (!read_number (&p, &x) || (i + 1 < n && *p != ',') || (i + 1 == n && *p != '\0'))
      return ser_fail (error, SER_ERROR_FORMAT,
          "metadata `%s`: a fault at value %u; %u comma-separated numbers are expected", key, i, n);
    out[i] = (float) x;
    p++;
  }
  return TRUE;
}

static gboolean
check_format (GHashTable *metadata, GError **error)
{
  const char *format;

  if (!get_string (metadata, "format", &format, error))
    return FALSE;
  if (strcmp (format, "1") != 0)
    return ser_fail (
        error, SER_ERROR_FORMAT, "format `%.*s`; this version reads format 1", quoted_length (format), format);
  return TRUE;
}

/* norm_mean and norm_std are read when both are there; ser_model_new() judges whether they should be. */
static gboolean
get_norm (GHashTable *metadata, SerModelParts *parts, float **mean, float **std, GError **error)
{
  gboolean has_mean = g_hash_table_contains (metadata, "norm_mean");
  SerFeatureSpec spec;
  guint width;

  if (has_mean != g_hash_table_contains (metadata, "norm_std"))
    return ser_fail (error, SER_ERROR_FORMAT, "metadata `%s` is missing; norm_mean and norm_std go together",
        has_mean ? "norm_std" : "norm_mean");
  if (!has_mean)
    return TRUE;
  if (!ser_features_parse (parts->features, &spec, error))
    return FALSE;
  width = ser_feature_spec_width (&spec);
  parts->mean = *mean = g_new (float, width);
  parts->std = *std = g_new (float, width);
  return get_numbers (metadata, "norm_mean", *mean, width, error)
      && get_numbers (metadata, "norm_std", *std, width, error);
}

/* A model of metadata and tensors (taken), self-check excepted. */
static SerModel *
build (GHashTable *metadata, SerTensors *tensors, GError **error)
{
  SerModelParts parts = { NULL };
  float *mean = NULL, *std = NULL;
  SerModel *model = NULL;
  const char *line;
  char **labels = NULL;

  if (check_format (metadata, error) && get_string (metadata, "features", &parts.features, error)
      && get_string (metadata, "architecture", &parts.arch, error) && get_string (metadata, "labels", &line, error)
      && get_number (metadata, "window", &parts.window, error)
      && get_number (metadata, "temperature", &parts.temperature, error)
      && get_norm (metadata, &parts, &mean, &std, error)) {
    parts.labels = (const char *const *) (labels = g_strsplit (line, ",", SER_MAX_LABELS + 2));
    model = ser_model_new (&parts, g_steal_pointer (&tensors), error);
  }
  ser_tensors_free (tensors);
  g_strfreev (labels);
  g_free (mean);
  g_free (std);
  return model;
}

/* Takes over what the file says beyond what describes the network. */
static void
copy_metadata (SerModel *model, GHashTable *metadata)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!ser_model_is_described_by (key) || strcmp (key, "self_check") == 0)
      g_hash_table_insert (model->metadata, g_strdup (key), g_strdup (value));
}

/* ---- loading ---- */

static SerModel *
load (const guint8 *bytes, gsize size, const char *name, GError **error)
{
  GHashTable *metadata = NULL;
  SerTensors *tensors = ser_safetensors_parse (bytes, size, name, &metadata, error);
  float expected[SER_MAX_LABELS];
  GError *fault = NULL;
  SerModel *model;

  if (tensors == NULL)
    return NULL;
  model = build (metadata, tensors, &fault);
  if (model != NULL
      && !(get_numbers (metadata, "self_check", expected, model->n_labels, &fault)
          && ser_self_check_verify (model, expected, &fault)))
    g_clear_pointer (&model, ser_model_unref);
  if (model != NULL)
    copy_metadata (model, metadata);
  else
    g_propagate_prefixed_error (error, fault, "%s: ", name);
  g_hash_table_unref (metadata);
  return model;
}

SerModel *
ser_model_load_bytes (GBytes *bytes, const char *name, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return load (data, size, name, error);
}

SerModel *
ser_model_load (const char *path, GError **error)
{
  char *name = g_filename_display_name (path);
  gsize size;
  guint8 *bytes = ser_file_read (path, name, &size, error);
  SerModel *model = bytes != NULL ? load (bytes, size, name, error) : NULL;

  g_free (bytes);
  g_free (name);
  return model;
}

/* A model of the library's own; `shared` holds a reference from the first success on. */
static SerModel *
load_resource (SerModel **shared, const char *resource, const char *name, GError **error)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* not GMutex, which ThreadSanitizer cannot see */
  SerModel *model;

  pthread_mutex_lock (&lock);
  if (*shared == NULL) {
    GBytes *bytes = g_resource_lookup_data (ser_get_resource (), resource, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

    if (bytes != NULL) {
      *shared = ser_model_load_bytes (bytes, name, error);
      g_bytes_unref (bytes);
    }
  }
  model = *shared != NULL ? ser_model_ref (*shared) : NULL;
  pthread_mutex_unlock (&lock);
  return model;
}

SerModel *
ser_model_new_default (GError **error)
{
  static SerModel *shared;

  return load_resource (&shared, MODELS "default.safetensors", "default model", error);
}

SerModel *
ser_model_new_gate (GError **error)
{
  static SerModel *shared;

  return load_resource (&shared, MODELS "gate.safetensors", "speech gate", error);
}

/* ---- saving ---- */

/* The metadata with the self-check's scores; NULL on failure. The caller's model is left as it is. */
static GHashTable *
make_metadata (const SerModel *model, GError **error)
{
  GHashTable *metadata;
  GHashTableIter iter;
  gpointer key, value;
  float scores[SER_MAX_LABELS];
  GString *line;
  guint i;

  if (!ser_self_check_scores (model, scores, error))
    return NULL;
  line = g_string_new (NULL);
  for (i = 0; i < model->n_labels; i++) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf (line, "%s%s", i > 0 ? "," : "", g_ascii_formatd (text, sizeof text, "%.9g", scores[i]));
  }
  metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, model->metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (metadata, g_strdup (key), g_strdup (value));
  g_hash_table_insert (metadata, g_strdup ("self_check"), g_string_free (line, FALSE));
  return metadata;
}

/* The weights as a file holds them: written and read. */
static SerTensors *
store_tensors (const SerTensors *tensors, gboolean half, const char *name, GError **error)
{
  GBytes *bytes = ser_safetensors_write (tensors, NULL, half, name, error);
  SerTensors *stored;

  if (bytes == NULL)
    return NULL;
  stored = ser_safetensors_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, NULL, error);
  g_bytes_unref (bytes);
  return stored;
}

/* The file's bytes, loaded once to be sure that they can be. */
static GBytes *
serialise (const SerModel *model, gboolean half, const char *name, GError **error)
{
  SerModel stored = *model, *loaded = NULL;
  GHashTable *metadata;
  GBytes *bytes = NULL;

  stored.tensors = store_tensors (model->tensors, half, name, error);
  if (stored.tensors == NULL)
    return NULL;
  stored.net = ser_network_new (stored.arch, stored.tensors);
  metadata = make_metadata (&stored, error);
  if (metadata != NULL) {
    bytes = ser_safetensors_write (stored.tensors, metadata, half, name, error);
    g_hash_table_unref (metadata);
  } else {
    g_prefix_error (error, "%s: ", name);
  }
  ser_network_free (stored.net);
  ser_tensors_free (stored.tensors);

  if (bytes != NULL)
    loaded = ser_model_load_bytes (bytes, name, error);
  if (loaded == NULL)
    g_clear_pointer (&bytes, g_bytes_unref);
  g_clear_pointer (&loaded, ser_model_unref);
  return bytes;
}

gboolean
ser_model_save (const SerModel *model, const char *path, gboolean half, GError **error)
{
  char *name = g_filename_display_name (path);
  GBytes *bytes = serialise (model, half, name, error);
  GError *fault = NULL;

  if (bytes != NULL) {
    gsize size;
    const char *data = g_bytes_get_data (bytes, &size);

    if (!g_file_set_contents_full (
            path, data, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, &fault)) {
      ser_fail (error, SER_ERROR_FILE, "%s: %s", name, fault->message);
      g_clear_error (&fault);
      g_clear_pointer (&bytes, g_bytes_unref);
    }
  }
  g_free (name);
  if (bytes == NULL)
    return FALSE;
  g_bytes_unref (bytes);
  return TRUE;
}
