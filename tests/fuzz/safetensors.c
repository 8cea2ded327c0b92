/* safetensors.c - fuzz target: any bytes as a safetensors file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "fuzz.h"
#include "model/model.h"

static void
assert_same (const SerTensors *a, const SerTensors *b)
{
  guint i;

  g_assert (ser_tensors_get_n (a) == ser_tensors_get_n (b));
  for (i = 0; i < ser_tensors_get_n (a); i++) {
    const SerTensor *x = ser_tensors_get (a, i), *y = ser_tensors_get (b, i);

    g_assert (strcmp (x->name, y->name) == 0 && x->n_dims == y->n_dims && x->n == y->n);
    g_assert (memcmp (x->dims, y->dims, x->n_dims * sizeof *x->dims) == 0);
    g_assert (memcmp (x->data, y->data, x->n * sizeof *x->data) == 0);
  }
}

/* What is read is written, and read again the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GHashTable *metadata = NULL, *again = NULL;
  GError *error = NULL;
  SerTensors *tensors = ser_safetensors_parse (data, size, "input", &metadata, &error), *back;
  GBytes *bytes;

  g_assert ((tensors == NULL) == (error != NULL) && (metadata != NULL) == (tensors != NULL));
  if (tensors == NULL) {
    g_assert (g_utf8_validate (error->message, -1, NULL));
    g_error_free (error);
    return 0;
  }
  bytes = ser_safetensors_write (tensors, metadata, FALSE, "input", &error);
  g_assert (bytes != NULL);
  back = ser_safetensors_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "output", &again, &error);
  g_assert (back != NULL && g_hash_table_size (metadata) == g_hash_table_size (again));
  assert_same (tensors, back);
  g_bytes_unref (bytes);
  ser_tensors_free (back);
  ser_tensors_free (tensors);
  g_hash_table_unref (metadata);
  g_hash_table_unref (again);
  return 0;
}
