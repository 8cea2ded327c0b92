/* model.c - fuzz target: any bytes as a model file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "fuzz.h"
#include "ser.h"

/* A model that loads must run: a second of a square wave, pushed and classified. */
static void
run (SerModel *model)
{
  const SerStreamConfig config = { 1.0, 1.0, 0.5, 0.5, TRUE };
  SerStream *stream = ser_stream_new (model, &config, NULL);
  float x[480];
  gsize left = ser_model_get_rate (model) + 100, i;
  SerResult result;

  if (stream == NULL)
    return;
  for (i = 0; i < G_N_ELEMENTS (x); i++)
    x[i] = i / 40 % 2 ? 0.25f : -0.25f;
  while (left > 0) {
    left -= ser_stream_push (stream, x, MIN (left, G_N_ELEMENTS (x)));
    while (ser_stream_next (stream, &result)) {
      g_assert (result.n_labels == ser_model_get_n_labels (model));
      g_assert (result.confidence >= 0.0 && result.confidence <= 1.0);
    }
  }
  ser_stream_free (stream);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GBytes *bytes = g_bytes_new_static (data, size);
  GError *error = NULL;
  SerModel *model = ser_model_load_bytes (bytes, "input", &error);

  g_assert ((model == NULL) == (error != NULL));
  if (model != NULL)
    run (model);
  else
    g_assert (g_utf8_validate (error->message, -1, NULL));
  g_clear_pointer (&model, ser_model_unref);
  g_clear_error (&error);
  g_bytes_unref (bytes);
  return 0;
}
