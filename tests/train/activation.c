/* activation.c - dropout: how many, which, how much the rest grows, and when not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Ones go in and come out through an identity matrix, so that the logits are the mask.
 */

#include <math.h>
#include <string.h>

#include "fixture.h"

#define CHANNELS 8
#define LENGTH 16
#define WIDTH (CHANNELS * LENGTH)
#define N 70 /* two shards */
#define VALUES (N * WIDTH)

static Net *
mask_net (const char *dropouts)
{
  char *line = g_strconcat (dropouts, " flatten linear", NULL);
  Net *net = net_new (line, CHANNELS, LENGTH, WIDTH, 2);
  float *params = ser_graph_get_parameters (net->graph);

  memset (params, 0, ser_graph_get_n_parameters (net->graph) * sizeof (float));
  for (guint i = 0; i < WIDTH; i++)
    params[i * WIDTH + i] = 1.0f;
  g_free (line);
  return net;
}

/* mask [N, WIDTH] */
static void
draw_mask (Net *net, gboolean training, guint64 seed, float *mask)
{
  guint lengths[N];

  for (guint b = 0; b < N; b++)
    lengths[b] = LENGTH;
  ser_graph_begin (net->graph, N, lengths);
  for (guint b = 0; b < N; b++)
    for (guint i = 0; i < WIDTH; i++)
      ser_graph_get_input (net->graph, b)[i] = 1.0f;
  ser_graph_forward (net->graph, training, seed);
  for (guint b = 0; b < N; b++)
    memcpy (mask + b * WIDTH, ser_graph_get_logits (net->graph, b), WIDTH * sizeof (float));
}

static guint
count_zeros (const float *mask, guint n)
{
  guint zeros = 0;
  for (guint i = 0; i < n; i++)
    zeros += mask[i] == 0.0f;
  return zeros;
}

/* Within five standard deviations of a binomial count. */
static void
check_share (guint count, guint n, double p)
{
  g_assert_cmpfloat (fabs (count - n * p), <, 5.0 * sqrt (n * p * (1.0 - p)));
}

static void
test_share (void)
{
  static const double rates[] = { 0.1, 0.5, 0.8, 0.99 };
  float *mask = g_new (float, VALUES);

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    char rate[G_ASCII_DTOSTR_BUF_SIZE],
        *line = g_strdup_printf ("dropout(%s)", g_ascii_dtostr (rate, sizeof (rate), rates[i]));
    Net *net = mask_net (line);
    draw_mask (net, TRUE, 1, mask);
    check_share (count_zeros (mask, VALUES), VALUES, rates[i]);
    for (guint j = 0; j < VALUES; j++)
      g_assert_true (mask[j] == 0.0f || fabs (mask[j] * (1.0 - rates[i]) - 1.0) < 1e-5);
    net_free (net);
    g_free (line);
  }
  g_free (mask);
}

/* Neighbours in time and channel, sequences, shards and seeds are independent: together they are 0 with p squared. */
static void
test_independence (void)
{
  static const guint distances[] = { 1, 2, 3, CHANNELS, WIDTH, 2 * WIDTH, 35 * WIDTH };
  Net *net = mask_net ("dropout(0.4)");
  float *mask = g_new (float, VALUES), *other = g_new (float, VALUES);
  guint both = 0;

  draw_mask (net, TRUE, 1, mask);
  for (guint i = 0; i < G_N_ELEMENTS (distances); i++) {
    guint n = VALUES - distances[i], pairs = 0;
    for (guint j = 0; j < n; j++)
      pairs += mask[j] == 0.0f && mask[j + distances[i]] == 0.0f;
    check_share (pairs, n, 0.16);
  }
  draw_mask (net, TRUE, 2, other);
  for (guint j = 0; j < VALUES; j++)
    both += mask[j] == 0.0f && other[j] == 0.0f;
  check_share (both, VALUES, 0.16);

  draw_mask (net, TRUE, 1, other);
  g_assert_cmpmem (mask, VALUES * sizeof (float), other, VALUES * sizeof (float));
  g_free (mask);
  g_free (other);
  net_free (net);
}

/* Two layers draw masks of their own. */
static void
test_layers (void)
{
  Net *net = mask_net ("dropout(0.5) relu dropout(0.5)");
  float *mask = g_new (float, VALUES);

  draw_mask (net, TRUE, 1, mask);
  check_share (count_zeros (mask, VALUES), VALUES, 0.75);
  g_assert_cmpfloat (golden_peak (mask, VALUES), ==, 4.0);
  g_free (mask);
  net_free (net);
}

static void
test_identity (void)
{
  static const struct {
    const char *line;
    gboolean training;
  } cases[] = {
    { "dropout(0.5)", FALSE },
    { "dropout(0)", TRUE },
    { "relu dropout(0) dropout(0.3)", FALSE },
  };
  float *mask = g_new (float, VALUES);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Net *net = mask_net (cases[i].line);
    draw_mask (net, cases[i].training, 1, mask);
    for (guint j = 0; j < VALUES; j++)
      g_assert_cmpfloat (mask[j], ==, 1.0f);
    net_free (net);
  }
  g_free (mask);
}

/* The input stays as it was written, so that a batch can go forward again. */
static void
test_input (void)
{
  Net *net = mask_net ("dropout(0.5) relu");
  float *mask = g_new (float, VALUES);

  draw_mask (net, TRUE, 1, mask);
  for (guint i = 0; i < WIDTH; i++)
    g_assert_cmpfloat (ser_graph_get_input (net->graph, 3)[i], ==, 1.0f);
  g_free (mask);
  net_free (net);
}

/* Between an LSTM's layers, not behind the last. */
static void
test_lstm (void)
{
  static const struct {
    const char *line;
    gboolean differs;
  } cases[] = {
    { "lstm(6,dropout=0.5) last linear", FALSE },
    { "lstm(6,layers=2,dropout=0.5) last linear", TRUE },
    { "lstm(6,layers=2) last linear", FALSE },
  };
  guint lengths[] = { 9, 4, 6 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Net *net = net_new (cases[i].line, 5, 0, 3, 1);
    float first[3];
    net_begin_random (net, 3, lengths, 1);
    ser_graph_forward (net->graph, TRUE, 1);
    memcpy (first, ser_graph_get_logits (net->graph, 0), sizeof (first));
    ser_graph_forward (net->graph, TRUE, 2);
    g_assert_cmpint (memcmp (first, ser_graph_get_logits (net->graph, 0), sizeof (first)) != 0, ==, cases[i].differs);
    net_free (net);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/activation/dropout-share", test_share);
  g_test_add_func ("/train/activation/dropout-independence", test_independence);
  g_test_add_func ("/train/activation/dropout-layers", test_layers);
  g_test_add_func ("/train/activation/dropout-identity", test_identity);
  g_test_add_func ("/train/activation/dropout-input", test_input);
  g_test_add_func ("/train/activation/dropout-lstm", test_lstm);
  return g_test_run ();
}
