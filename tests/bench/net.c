/* net.c - times the network alone, on windows of a generated speaker
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * net MODEL DIR N: writes the features of N windows that do not overlap to DIR/inputs.f32 [N, length, channels] and our
 * logits to DIR/ours.f32 [N, labels], then serves; `ready` is followed by length and channels.
 */

#include "bench.h"
#include "model/model.h"

#include <stdlib.h>

typedef struct {
  SerModel *model;
  SerNetworkState *state;
  guint n;
  gsize length, size; /* steps and values of one window's features */
  float *x;           /* [n, length, channels] */
  float *logits;      /* [n, labels] */
} Net;

static void
run (gpointer data, guint i)
{
  Net *net = data;

  i %= net->n;
  ser_network_run (
      net->model->net, net->state, net->x + i * net->size, net->length, net->logits + i * net->model->n_labels);
}

static void
make_inputs (Net *net, gsize samples, gsize T)
{
  const SerFeatureSpec *spec = &net->model->features;
  SerFrontEnd *front = ser_front_end_new (spec);
  float *sound = g_new (float, samples), *frames = g_new (float, T * spec->n);

  for (guint i = 0; i < net->n; i++) {
    bench_speech (sound, samples, spec->rate, i);
    ser_front_end_clip (front, sound, samples, frames);
    ser_features_window (spec, frames, T, net->model->mean, net->model->std, net->x + i * net->size);
  }
  g_free (sound);
  g_free (frames);
  ser_front_end_free (front);
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  SerModel *model = argc == 4 ? bench_check (ser_model_load (argv[1], &error), error) : NULL;
  Net net = { .model = model };

  if (!model)
    return 2;
  const SerFeatureSpec *spec = &model->features;
  const gsize samples = (gsize) (model->window * spec->rate), T = ser_feature_spec_frames (spec, samples);
  const guint channels = ser_feature_spec_channels (spec);

  net.n = (guint) atoi (argv[3]);
  net.length = ser_feature_spec_length (spec, T);
  net.size = net.length * channels;
  net.x = g_malloc_n (net.n, net.size * sizeof (float));
  net.logits = g_new (float, net.n * model->n_labels);
  net.state = ser_network_state_new (model->net, net.length);
  make_inputs (&net, samples, T);
  for (guint i = 0; i < net.n; i++)
    run (&net, i);
  bench_write (argv[2], "inputs.f32", net.x, net.n * net.size * sizeof (float));
  bench_write (argv[2], "ours.f32", net.logits, net.n * model->n_labels * sizeof (float));
  g_autofree char *sizes = g_strdup_printf ("%" G_GSIZE_FORMAT " %u", net.length, channels);
  bench_serve (run, &net, sizes);
  ser_network_state_free (net.state);
  ser_model_unref (model);
  g_free (net.x);
  g_free (net.logits);
  return 0;
}
