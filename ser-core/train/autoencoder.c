/* autoencoder.c - a feature stage trained without labels: vectors to codes from which they can be told again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Encoder and decoder are a graph of linear layers like any other; only the loss is its own.
 */

#include "train/autoencoder.h"

#include <math.h>
#include <string.h>

#include "train/adamw.h"
#include "train/graph.h"
#include "train/random.h"

#define PEAK_LR 2e-3
#define WEIGHT_DECAY 0.01

/* Vectors of a batch where nothing is learnt. */
#define BATCH 256

struct _SerAutoencoder {
  guint length;
  gsize n_encoder; /* parameters of the encoder, the first ones of the graph */
  SerArchitecture *arch;
  SerGraph *graph;
  guint64 seed;
};

SerAutoencoder *
ser_autoencoder_new (const SerLayer *layer, SerWorkers *workers, guint64 seed)
{
  SerAutoencoder *autoencoder = g_new0 (SerAutoencoder, 1);
  guint T = layer->in, H = layer->hidden, code = layer->out;
  g_autofree char *line =
      g_strdup_printf ("flatten linear(%u) relu linear(%u) linear(%u) relu linear(%u)", H, code, H, T);

  autoencoder->length = T;
  autoencoder->n_encoder = (gsize) H * (T + 1) + (gsize) code * (H + 1);
  autoencoder->arch = ser_architecture_parse (line, 1, T, T, NULL);
  g_assert (autoencoder->arch != NULL);
  autoencoder->graph = ser_graph_new (autoencoder->arch, workers);
  autoencoder->seed = seed;
  ser_graph_initialise (autoencoder->graph, seed);
  return autoencoder;
}

void
ser_autoencoder_free (SerAutoencoder *autoencoder)
{
  if (!autoencoder)
    return;
  ser_graph_free (autoencoder->graph);
  ser_architecture_free (autoencoder->arch);
  g_free (autoencoder);
}

/* Runs the vectors of x [n, T] forward. */
static void
run (SerAutoencoder *autoencoder, const float *x, guint n, gboolean training)
{
  guint T = autoencoder->length, *lengths = g_new (guint, n);

  for (guint b = 0; b < n; b++)
    lengths[b] = T;
  ser_graph_begin (autoencoder->graph, n, lengths);
  g_free (lengths);
  for (guint b = 0; b < n; b++)
    memcpy (ser_graph_get_input (autoencoder->graph, b), x + (gsize) b * T, T * sizeof (float));
  ser_graph_forward (autoencoder->graph, training, 0);
}

void
ser_autoencoder_train (SerAutoencoder *autoencoder, const float *x, gsize n, guint epochs, guint batch,
    SerAutoencoderCallback callback, gpointer data)
{
  SerGraph *graph = autoencoder->graph;
  guint64 steps = (guint64) ((n + batch - 1) / batch) * epochs, step = 0;
  gsize *order = g_new (gsize, n), T = autoencoder->length;
  float *vectors = g_new (float, batch *T);
  SerAdamW adamw;

  ser_adamw_init (&adamw, ser_graph_get_n_parameters (graph));
  for (guint epoch = 1; epoch <= epochs; epoch++) {
    SerRandom random = ser_random_for (autoencoder->seed, SER_FOR_SHUFFLE, epoch, 0);

    ser_random_order (&random, order, n);
    for (gsize at = 0; at < n; at += batch) {
      guint here = MIN (batch, n - at);
      double lr, beta1;

      for (guint b = 0; b < here; b++)
        memcpy (vectors + b * T, x + order[at + b] * T, T * sizeof (float));
      run (autoencoder, vectors, here, TRUE);
      ser_graph_squared_loss (graph, vectors);
      ser_graph_backward (graph);
      ser_schedule_get (SER_SCHEDULE_ONE_CYCLE, PEAK_LR, step++, steps, &lr, &beta1);
      ser_adamw_step (&adamw, ser_graph_get_parameters (graph), ser_graph_get_gradients (graph),
          ser_graph_get_decayed (graph), lr, beta1, WEIGHT_DECAY, 1.0);
    }
    if (callback && !callback (epoch, data))
      break;
  }
  ser_adamw_clear (&adamw);
  g_free (order);
  g_free (vectors);
}

/* Sum of (x - mean)^2 over x [n, T]. */
static double
spread (const float *x, gsize n, guint T)
{
  double total = 0.0;

  for (guint i = 0; i < T; i++) {
    double sum = 0.0, mean;

    for (gsize k = 0; k < n; k++)
      sum += x[k * T + i];
    mean = sum / n;
    for (gsize k = 0; k < n; k++)
      total += (x[k * T + i] - mean) * (x[k * T + i] - mean);
  }
  return total;
}

double
ser_autoencoder_explained (SerAutoencoder *autoencoder, const float *x, gsize n)
{
  guint T = autoencoder->length;
  double variance = spread (x, n, T), error = 0.0;

  for (gsize at = 0; at < n; at += BATCH) {
    guint here = MIN (BATCH, n - at);

    run (autoencoder, x + at * T, here, FALSE);
    for (guint b = 0; b < here; b++) {
      const float *y = ser_graph_get_logits (autoencoder->graph, b);
      for (guint i = 0; i < T; i++) {
        double d = y[i] - x[(at + b) * T + i];
        error += d * d;
      }
    }
  }
  return variance > 0.0 ? 1.0 - error / variance : NAN;
}

const float *
ser_autoencoder_get_encoder (const SerAutoencoder *autoencoder, gsize *n)
{
  *n = autoencoder->n_encoder;
  return ser_graph_get_parameters (autoencoder->graph);
}
