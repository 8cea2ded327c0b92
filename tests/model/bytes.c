/* bytes.c - safetensors files for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "bytes.h"

#include <math.h>
#include <string.h>

GBytes *
make_file (const char *header, gsize n)
{
  GByteArray *file = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE (strlen (header));
  gsize i;

  g_byte_array_append (file, (const guint8 *) &length, 8);
  g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
  for (i = 0; i < n; i += 4) {
    float x = (float) (i / 4);
    guint32 bits;

    memcpy (&bits, &x, 4);
    bits = GUINT32_TO_LE (bits);
    g_byte_array_append (file, (const guint8 *) &bits, (guint) MIN (4, n - i));
  }
  return g_byte_array_free_to_bytes (file);
}

SerTensors *
parse_file (GBytes *file, GHashTable **metadata, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (file, &size);
  guint8 *copy = g_memdup2 (bytes, size);
  SerTensors *tensors = ser_safetensors_parse (copy, size, "x.safetensors", metadata, error);

  g_free (copy);
  return tensors;
}

SerTensors *
make_tensors (void)
{
  static const gsize dims[][4] = { { 2, 3 }, { 4 }, { 2, 1, 3 }, { 1, 2, 2, 2 } };
  static const guint n_dims[] = { 2, 1, 3, 4 };
  static const char *const names[] = { "conv.weight", "conv.bias", "lstm \"x\" \\ \xc3\xa9", "deep" };
  SerTensors *tensors = ser_tensors_new ();
  guint i, j;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    SerTensor *tensor = ser_tensors_add (tensors, names[i], n_dims[i], dims[i]);

    for (j = 0; j < tensor->n; j++)
      tensor->data[j] = (float) (sin (j + 10.0 * i) * pow (10.0, (int) j - 3));
  }
  return tensors;
}
