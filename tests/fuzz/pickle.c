/* pickle.c - fuzz target: any bytes as the pickle of a state_dict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "fuzz.h"
#include "pickle.h"
#include "state-dict.h"

#define MAX_VALUES 4096

/* Storages of ones and zeros, as large as what was asked for last makes them. */
static GBytes *
read_storage (gpointer data, const char *key, GError **error)
{
  const guint *size = data;

  return g_bytes_new_take (g_malloc0 (*size), *size);
}

/* Whatever a pickle claims of its storages, tensors are made of what is there, or not at all. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GError *error = NULL;
  GPtrArray *list = ser_pickle_parse (data, size, "input", &error);
  guint sizes[] = { 0, 4, 24, 3 * MAX_VALUES };

  g_assert ((list == NULL) == (error != NULL));
  g_assert (error == NULL || g_utf8_validate (error->message, -1, NULL));
  g_clear_error (&error);
  g_clear_pointer (&list, g_ptr_array_unref);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    SerTensors *tensors = ser_state_dict_from_pickle (data, size, MAX_VALUES, read_storage, &sizes[i], "input", &error);

    g_assert ((tensors == NULL) == (error != NULL));
    for (guint j = 0; tensors != NULL && j < ser_tensors_get_n (tensors); j++)
      for (gsize k = 0; k < ser_tensors_get (tensors, j)->n; k++)
        g_assert (ser_tensors_get (tensors, j)->data[k] == 0.0f);
    g_clear_error (&error);
    ser_tensors_free (tensors);
  }
  return 0;
}
