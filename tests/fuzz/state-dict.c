/* state-dict.c - fuzz target: any bytes as a file to import
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "fuzz.h"
#include "state-dict.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GError *error = NULL;
  SerTensors *tensors = ser_state_dict_parse (data, size, "input", &error);

  g_assert ((tensors == NULL) == (error != NULL));
  g_assert (error == NULL || g_utf8_validate (error->message, -1, NULL));
  for (guint i = 0; tensors != NULL && i < ser_tensors_get_n (tensors); i++)
    for (gsize k = 0; k < ser_tensors_get (tensors, i)->n; k++)
      g_assert (isfinite (ser_tensors_get (tensors, i)->data[k]));
  g_clear_error (&error);
  ser_tensors_free (tensors);
  return 0;
}
