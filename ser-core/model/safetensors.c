/* safetensors.c - bytes of a safetensors file <-> named tensors and metadata
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * 8 bytes: length of the header, little-endian. The header (header.h). Then the tensors' values, little-endian, without
 * gaps. The bytes are hostile until proven: each length is checked before what it measures, by subtraction, so that
 * no sum can overflow, and what is allocated is never more than twice what the bytes themselves hold.
 */

#include <stdlib.h>
#include <string.h>

#include "model/half.h"
#include "model/header.h"
#include "model/model.h"

#define MAX_DIM (1u << 20)
/* The largest architecture's parameters, and some for its running statistics. */
#define MAX_VALUES (SER_ARCH_MAX_PARAMETERS + (1u << 20))

static gboolean fail (const char *file, const SerHeaderTensor *tensor, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
fail (const char *file, const SerHeaderTensor *tensor, GError **error, const char *format, ...)
{
  va_list args;
  char *what;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  if (tensor != NULL)
    g_set_error (error, SER_ERROR, SER_ERROR_FORMAT, "%s: tensor `%s`: %s", file, tensor->name, what);
  else
    g_set_error (error, SER_ERROR, SER_ERROR_FORMAT, "%s: %s", file, what);
  g_free (what);
  return FALSE;
}

/* ---- reading ---- */

/* PyTorch counts batches in a tensor that inference has no use for; it is left out, as `seremotion import` needs. */
static gboolean
is_batch_count (const SerHeaderTensor *tensor)
{
  return strcmp (tensor->dtype, "I64") == 0 && tensor->n_dims == 0
      && (g_str_has_suffix (tensor->name, ".num_batches_tracked") || strcmp (tensor->name, "num_batches_tracked") == 0);
}

static guint
value_size (const SerHeaderTensor *tensor)
{
  if (is_batch_count (tensor))
    return 8;
  return strcmp (tensor->dtype, "F32") == 0 ? 4 : strcmp (tensor->dtype, "F16") == 0 ? 2 : 0;
}

/* Values of a tensor whose dimensions were found to be in range, of at most `max`; 0 when there are more. */
static guint64
count_values (const SerHeaderTensor *tensor, guint64 max)
{
  guint64 n = 1;
  guint i;

  for (i = 0; i < tensor->n_dims; i++) {
    if (tensor->dims[i] > max / n)
      return 0;
    n *= tensor->dims[i];
  }
  return n;
}

/* dtype, shape and byte count of one tensor, against each other and the `data_size` bytes that follow the header.
 * Subtracts its values from *left. */
static gboolean
check_tensor (const SerHeaderTensor *tensor, gsize data_size, guint64 *left, const char *file, GError **error)
{
  guint size = value_size (tensor), i;
  guint64 n;

  if (size == 0)
    return fail (file, tensor, error, "dtype `%s`; F32 and F16 are supported", tensor->dtype);
  if (tensor->n_dims == 0 && !is_batch_count (tensor))
    return fail (file, tensor, error, "a scalar; 1 to %d dimensions are expected", SER_TENSOR_MAX_DIMS);
  for (i = 0; i < tensor->n_dims; i++)
    if (tensor->dims[i] < 1 || tensor->dims[i] > MAX_DIM)
      return fail (file, tensor, error, "dimension %u is %" G_GUINT64_FORMAT "; 1 to %u are allowed", i,
          tensor->dims[i], MAX_DIM);
  n = count_values (tensor, *left);
  if (n == 0 || n > *left)
    return fail (file, tensor, error, "the file holds more than %u values", MAX_VALUES);
  *left -= n;

  if (tensor->end > data_size || tensor->begin > tensor->end)
    return fail (file, tensor, error,
        "data_offsets %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " do not lie in order inside the %" G_GSIZE_FORMAT
        " bytes of data",
        tensor->begin, tensor->end, data_size);
  if (tensor->end - tensor->begin != n * size)
    return fail (file, tensor, error,
        "%" G_GUINT64_FORMAT " bytes of data; its shape and dtype need %" G_GUINT64_FORMAT, tensor->end - tensor->begin,
        n * size);
  return TRUE;
}

static int
compare_begin (gconstpointer a, gconstpointer b)
{
  const SerHeaderTensor *x = *(const SerHeaderTensor *const *) a, *y = *(const SerHeaderTensor *const *) b;

  return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* The tensors' bytes, in order of place, touch each other and fill the data. */
static gboolean
check_places (const GArray *list, gsize data_size, const char *file, GError **error)
{
  const SerHeaderTensor **sorted = g_new (const SerHeaderTensor *, list->len + 1);
  guint64 filled = 0;
  gboolean ok = TRUE;
  guint i;

  for (i = 0; i < list->len; i++)
    sorted[i] = &g_array_index (list, SerHeaderTensor, i);
  qsort (sorted, list->len, sizeof *sorted, compare_begin);
  for (i = 0; ok && i < list->len; i++) {
    if (sorted[i]->begin < filled)
      ok = fail (file, sorted[i], error, "its data overlap those of `%s`", sorted[i - 1]->name);
    else if (sorted[i]->begin > filled)
      ok = fail (file, sorted[i], error, "%" G_GUINT64_FORMAT " bytes before its data belong to no tensor",
          sorted[i]->begin - filled);
    filled = sorted[i]->end;
  }
  if (ok && filled != data_size)
    ok = fail (
        file, NULL, error, "%" G_GUINT64_FORMAT " bytes after the last tensor belong to no tensor", data_size - filled);
  g_free (sorted);
  return ok;
}

static guint32
read_le32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

/* One finite value; FALSE for an infinity or NaN. */
static gboolean
read_value (const guint8 *p, guint size, float *value)
{
  guint32 bits;

  if (size == 2) {
    guint16 half = (guint16) (p[0] | p[1] << 8);

    *value = ser_half_to_float (half);
    return ser_half_is_finite (half);
  }
  bits = read_le32 (p);
  memcpy (value, &bits, sizeof *value);
  return (bits & 0x7f800000u) != 0x7f800000u;
}

static gboolean
load_tensor (SerTensors *tensors, const SerHeaderTensor *tensor, const guint8 *data, const char *file, GError **error)
{
  gsize dims[SER_TENSOR_MAX_DIMS], i;
  guint size = value_size (tensor);
  SerTensor *to;

  for (i = 0; i < tensor->n_dims; i++)
    dims[i] = (gsize) tensor->dims[i];
  to = ser_tensors_add (tensors, tensor->name, tensor->n_dims, dims);
  for (i = 0; i < to->n; i++)
    if (!read_value (data + tensor->begin + i * size, size, &to->data[i]))
      return fail (file, tensor, error, "value %" G_GSIZE_FORMAT " is not finite", i);
  return TRUE;
}

static gboolean
load_tensors (
    SerTensors *tensors, const GArray *list, const guint8 *data, gsize data_size, const char *file, GError **error)
{
  guint64 left = MAX_VALUES;
  guint i;

  for (i = 0; i < list->len; i++)
    if (!check_tensor (&g_array_index (list, SerHeaderTensor, i), data_size, &left, file, error))
      return FALSE;
  if (!check_places (list, data_size, file, error))
    return FALSE;
  for (i = 0; i < list->len; i++) {
    const SerHeaderTensor *tensor = &g_array_index (list, SerHeaderTensor, i);

    if (!is_batch_count (tensor) && !load_tensor (tensors, tensor, data, file, error))
      return FALSE;
  }
  return TRUE;
}

/* The 8 bytes before the header. */
static gboolean
read_length (const guint8 *bytes, gsize size, gsize *length, const char *file, GError **error)
{
  guint64 n;

  if (size < 8)
    return fail (file, NULL, error, "%" G_GSIZE_FORMAT " bytes; a safetensors file has at least 8", size);
  n = (guint64) read_le32 (bytes) | (guint64) read_le32 (bytes + 4) << 32;
  if (n > SER_HEADER_MAX_SIZE)
    return fail (file, NULL, error,
        "a header of %" G_GUINT64_FORMAT " bytes; at most %u are allowed (is it a "
        "safetensors file?)",
        n, SER_HEADER_MAX_SIZE);
  if (n > size - 8)
    return fail (file, NULL, error,
        "a header of %" G_GUINT64_FORMAT " bytes, but only %" G_GSIZE_FORMAT " follow: the file is cut short", n,
        size - 8);
  *length = (gsize) n;
  return TRUE;
}

SerTensors *
ser_safetensors_parse (const guint8 *bytes, gsize size, const char *name, GHashTable **metadata, GError **error)
{
  SerTensors *tensors;
  SerHeader header;
  gsize length = 0;

  if (!read_length (bytes, size, &length, name, error))
    return NULL;
  tensors = ser_tensors_new ();
  if (!ser_header_parse (&header, (const char *) bytes + 8, length, name, error)
      || !load_tensors (tensors, header.tensors, bytes + 8 + length, size - 8 - length, name, error))
    g_clear_pointer (&tensors, ser_tensors_free);
  else if (metadata != NULL)
    *metadata = g_steal_pointer (&header.metadata);
  ser_header_clear (&header);
  return tensors;
}

/* ---- writing ---- */

static void
append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_printf (json, "\\%c", *text);
    else if ((guint8) *text < 0x20)
      g_string_append_printf (json, "\\u%04x", (guint8) *text);
    else
      g_string_append_c (json, *text);
  }
  g_string_append_c (json, '"');
}

/* Any bytes may have come in as metadata; the file holds UTF-8. */
static void
append_valid_string (GString *json, const char *text)
{
  char *valid = g_utf8_make_valid (text, -1);

  append_string (json, valid);
  g_free (valid);
}

static void
append_metadata (GString *json, GHashTable *metadata)
{
  GList *keys = g_list_sort (g_hash_table_get_keys (metadata), (GCompareFunc) strcmp), *l;

  g_string_append (json, "\"__metadata__\":{");
  for (l = keys; l != NULL; l = l->next) {
    append_valid_string (json, l->data);
    g_string_append_c (json, ':');
    append_valid_string (json, g_hash_table_lookup (metadata, l->data));
    if (l->next != NULL)
      g_string_append_c (json, ',');
  }
  g_list_free (keys);
  g_string_append_c (json, '}');
}

static void
append_tensor (GString *json, const SerTensor *tensor, gboolean half, guint64 begin)
{
  guint i;

  append_valid_string (json, tensor->name);
  g_string_append_printf (json, ":{\"dtype\":\"%s\",\"shape\":[", half ? "F16" : "F32");
  for (i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (json, "%s%" G_GSIZE_FORMAT, i > 0 ? "," : "", tensor->dims[i]);
  g_string_append_printf (json, "],\"data_offsets\":[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]}", begin,
      begin + (guint64) tensor->n * (half ? 2 : 4));
}

/* Padded with spaces so that the data begin at a multiple of 8. */
static GString *
make_header (const SerTensors *tensors, GHashTable *metadata, gboolean half)
{
  GString *json = g_string_new ("{");
  guint64 begin = 0;
  guint i;

  if (metadata != NULL && g_hash_table_size (metadata) > 0)
    append_metadata (json, metadata);
  for (i = 0; i < ser_tensors_get_n (tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (tensors, i);

    if (json->len > 1)
      g_string_append_c (json, ',');
    append_tensor (json, tensor, half, begin);
    begin += (guint64) tensor->n * (half ? 2 : 4);
  }
  g_string_append_c (json, '}');
  while (json->len % 8 != 0)
    g_string_append_c (json, ' ');
  return json;
}

static void
append_le32 (GByteArray *file, guint32 x)
{
  const guint8 bytes[4] = { (guint8) x, (guint8) (x >> 8), (guint8) (x >> 16), (guint8) (x >> 24) };

  g_byte_array_append (file, bytes, sizeof bytes);
}

static gboolean
append_data (GByteArray *file, const SerTensor *tensor, gboolean half, const char *name, GError **error)
{
  SerHeaderTensor what = { tensor->name };
  gsize i;

  for (i = 0; i < tensor->n; i++) {
    guint16 h = ser_half_from_float (tensor->data[i]);
    const guint8 bytes[2] = { (guint8) h, (guint8) (h >> 8) };
    guint32 bits;

    memcpy (&bits, &tensor->data[i], sizeof bits);
    if ((bits & 0x7f800000u) == 0x7f800000u)
      return fail (name, &what, error, "value %" G_GSIZE_FORMAT " is not finite", i);
    if (half && !ser_half_is_finite (h))
      return fail (name, &what, error, "value %" G_GSIZE_FORMAT " is %g, beyond the range of F16; save as F32", i,
          (double) tensor->data[i]);
    if (half)
      g_byte_array_append (file, bytes, sizeof bytes);
    else
      append_le32 (file, bits);
  }
  return TRUE;
}

GBytes *
ser_safetensors_write (const SerTensors *tensors, GHashTable *metadata, gboolean half, const char *name, GError **error)
{
  GString *json = make_header (tensors, metadata, half);
  GByteArray *file = g_byte_array_new ();
  gboolean ok = TRUE;
  guint i;

  if (json->len > SER_HEADER_MAX_SIZE)
    ok = fail (name, NULL, error, "a header of %" G_GSIZE_FORMAT " bytes; at most %u are allowed: shorten the metadata",
        json->len, SER_HEADER_MAX_SIZE);
  append_le32 (file, (guint32) json->len);
  append_le32 (file, 0);
  g_byte_array_append (file, (const guint8 *) json->str, (guint) json->len);
  for (i = 0; ok && i < ser_tensors_get_n (tensors); i++)
    ok = append_data (file, ser_tensors_get (tensors, i), half, name, error);
  g_string_free (json, TRUE);
  if (!ok) {
    g_byte_array_unref (file);
    return NULL;
  }
  return g_byte_array_free_to_bytes (file);
}
