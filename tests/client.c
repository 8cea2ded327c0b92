/* client.c - what an application that uses the installed library looks like: emotions of six seconds of sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Built by tests/run with nothing but the flags of pkg-config. Exit status 0 when every window has a sound result.
 */

#include <math.h>
#include <ser-core/ser.h>
#include <stdio.h>

#define SECONDS 6

/* A hum of 150 Hz with overtones, loud and soft by turns. */
static float
sample_at (gsize i, guint rate)
{
  const double t = (double) i / rate;
  double x = 0;

  for (int k = 1; k <= 8; k++)
    x += sin (2 * G_PI * 150 * k * t) / k;
  return (float) (0.1 * x * (1 + 0.5 * sin (2 * G_PI * 3 * t)));
}

static gboolean
is_sound (const SerResult *result)
{
  double sum = 0;

  for (guint i = 0; i < result->n_labels; i++)
    sum += result->scores[i];
  printf ("%5.2f s  %-10s %.2f  %3.0f Hz  %5.1f dB\n", result->start / 16000.0, result->emotion, result->confidence,
      result->pitch, result->loudness);
  return fabs (sum - 1) < 1e-4 && fabs (result->pitch - 150) < 5 && result->gate == SER_GATE_SPEECH;
}

int
main (void)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;
  GError *error = NULL;
  SerModel *model = ser_model_new_default (&error);
  SerStream *stream;
  SerResult result;
  guint windows = 0, sound = 0;

  config.gate = FALSE; /* a hum is no speech */
  stream = model ? ser_stream_new (model, &config, &error) : NULL;
  if (!stream) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  for (gsize i = 0; i < (gsize) SECONDS * ser_model_get_rate (model); i++) {
    const float x = sample_at (i, ser_model_get_rate (model));

    ser_stream_push (stream, &x, 1);
    while (ser_stream_next (stream, &result))
      windows++, sound += is_sound (&result);
  }
  ser_stream_free (stream);
  ser_model_unref (model);
  return windows == SECONDS - 2 && sound == windows ? 0 : 1;
}
