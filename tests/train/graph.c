/* graph.c - batches through a graph: equal to inference, and independent of threads, neighbours and earlier batches
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "model/network.h"
#include "train/random.h"

#define LABELS 4
#define CHANNELS 7

/* ---- inference ---- */

typedef struct {
  const char *line;
  guint channels, length; /* length 0: varies */
} Case;

static const Case cases[] = {
  { "mean linear", CHANNELS, 0 },
  { "last linear", CHANNELS, 0 },
  { "flatten linear(9) relu linear", 3, 11 },
  { "relu mean linear(6) relu linear(5) linear", CHANNELS, 0 },
  { "conv1d(8,k=1) mean linear", CHANNELS, 0 },
  { "conv1d(16,k=3,bias=0) relu conv1d(5,k=7) relu mean linear", CHANNELS, 0 },
  { "conv1d(6,k=33) bn relu last linear", 2, 0 },
  { "bn conv1d(6,k=3) relu bn mean bn linear(8) bn relu linear", CHANNELS, 0 },
  { "conv1d(33,k=5) bn relu maxpool(2) conv1d(17,k=3) bn relu maxpool(3) mean linear", CHANNELS, 0 },
  { "maxpool(4) lstm(3) last linear", CHANNELS, 0 },
  { "lstm(1) final linear", 1, 0 },
  { "lstm(19,layers=3) mean linear", CHANNELS, 0 },
  { "lstm(16,bidirectional) last linear", CHANNELS, 0 },
  { "lstm(9,layers=2,bidirectional,dropout=0.5) final dropout(0.5) linear", CHANNELS, 0 },
  { "lstm(8) relu lstm(5,bidirectional) dropout(0.2) lstm(4) final linear", CHANNELS, 0 },
  { "attention(1) linear", CHANNELS, 0 },
  { "dropout(0.3) attention(5) bn linear(7) dropout(0) relu linear", CHANNELS, 0 },
  { "conv1d(12,k=9) maxpool(2) flatten dropout(0.5) linear", 1, 40 },
  { "encoder(13,9) flatten linear(8) relu linear", 1, 25 },
  { "encoder(5,37) relu conv1d(6,k=3) bn relu maxpool(3) lstm(5,bidirectional) final linear", 1, 12 },
  { "encoder(6,8) dropout(0.2) bn attention(3) linear", 1, 30 },
  { "conv1d(64,k=3) relu conv1d(128,k=3) relu maxpool(2) dropout(0.5) lstm(32,layers=2,bidirectional,dropout=0.5) last "
    "linear",
      1, 40 },
  { "conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) dropout(0.5) lstm(64,layers=2,bidirectional,"
    "dropout=0.5) attention(4) linear",
      40, 0 },
};

/* Weights twice PyTorch's range, running statistics as after a training. */
static void
randomise (Net *net, guint64 seed)
{
  SerRandom random = ser_random_for (seed, 5, 0, 0);
  float *params = ser_graph_get_parameters (net->graph), *statistics;
  gsize n;

  ser_graph_initialise (net->graph, seed);
  for (gsize i = 0; i < ser_graph_get_n_parameters (net->graph); i++)
    params[i] = 2.0f * params[i] + 0.1f * ser_random_normal (&random);
  statistics = ser_graph_get_statistics (net->graph, &n);
  for (gsize i = 0; i < n; i++)
    statistics[i] = 0.2 + ser_random_uniform (&random);
  ser_graph_store (net->graph, net->tensors);
}

/* Lengths from the architecture's shortest on, or its fixed one. */
static guint *
draw_lengths (const Net *net, guint n)
{
  SerRandom random = ser_random_for (3, 0, 0, 0);
  guint *lengths = g_new (guint, n), min = ser_architecture_min_length (net->arch);

  for (guint b = 0; b < n; b++)
    lengths[b] = net->arch->length ? net->arch->length : b == 0 ? min : min + (guint) ser_random_below (&random, 50);
  return lengths;
}

static void
test_inference (gconstpointer data)
{
  const Case *test = data;
  const guint n = 70; /* several shards */
  Net *net = net_new (test->line, test->channels, test->length, LABELS, 2);
  guint *lengths = draw_lengths (net, n);
  SerNetwork *network;
  SerNetworkState *state;
  double worst = 0.0, peak = 0.0;

  randomise (net, 11);
  network = ser_network_new (net->arch, net->tensors);
  state = ser_network_state_new (network, 128);
  net_begin_random (net, n, lengths, 4);
  ser_graph_forward (net->graph, FALSE, 1);
  for (guint b = 0; b < n; b++) {
    const float *expected = ser_graph_get_logits (net->graph, b);
    float found[LABELS];
    ser_network_run (network, state, ser_graph_get_input (net->graph, b), lengths[b], found);
    peak = fmax (peak, golden_peak (expected, LABELS));
    for (guint i = 0; i < LABELS; i++)
      worst = fmax (worst, isfinite (found[i]) ? fabs (found[i] - expected[i]) : INFINITY);
  }
  g_test_message ("logits up to %.3g, largest difference %.2g", peak, worst);
  g_assert_cmpfloat (peak, >, 0.05);
  g_assert_cmpfloat (worst, <=, 1e-5 * fmax (peak, 1.0));
  ser_network_state_free (state);
  ser_network_free (network);
  g_free (lengths);
  net_free (net);
}

/* ---- what the numbers do not depend on ---- */

#define WHOLE                                                                                                          \
  "conv1d(9,k=5) bn relu maxpool(2) dropout(0.2) lstm(6,layers=2,bidirectional,dropout=0.3) relu attention(2) "        \
  "bn linear"

static void
fill_targets (float *targets, guint n)
{
  SerRandom random = ser_random_for (8, 0, 0, 0);
  memset (targets, 0, (gsize) n * LABELS * sizeof (float));
  for (guint b = 0; b < n; b++)
    targets[b * LABELS + ser_random_below (&random, LABELS)] = 1.0f;
}

/* One pass over n sequences; copies logits and gradients, and returns the loss. */
static double
pass (Net *net, guint n, guint64 seed, float *logits, float *grads)
{
  guint *lengths = draw_lengths (net, n);
  float *targets = new_floats (n, LABELS);
  double loss;

  fill_targets (targets, n);
  net_begin_random (net, n, lengths, seed);
  loss = net_train_pass (net, seed, targets);
  for (guint b = 0; b < n; b++)
    memcpy (logits + b * LABELS, ser_graph_get_logits (net->graph, b), LABELS * sizeof (float));
  memcpy (grads, ser_graph_get_gradients (net->graph), ser_graph_get_n_parameters (net->graph) * sizeof (float));
  g_free (targets);
  g_free (lengths);
  return loss;
}

/* The same pass by another net, bit by bit: running statistics too. */
static void
check_same (Net *a, Net *b, guint n, guint64 seed)
{
  gsize n_params = ser_graph_get_n_parameters (a->graph), n_statistics;
  float *logits[2], *grads[2], *statistics;
  double loss[2];

  for (guint i = 0; i < 2; i++) {
    logits[i] = new_floats (n, LABELS);
    grads[i] = g_new (float, n_params);
    loss[i] = pass (i ? b : a, n, seed, logits[i], grads[i]);
  }
  statistics = ser_graph_get_statistics (a->graph, &n_statistics);
  g_assert_cmpfloat (loss[0], ==, loss[1]);
  g_assert_cmpmem (logits[0], n * LABELS * sizeof (float), logits[1], n * LABELS * sizeof (float));
  g_assert_cmpmem (grads[0], n_params * sizeof (float), grads[1], n_params * sizeof (float));
  g_assert_cmpmem (statistics, n_statistics * sizeof (float), ser_graph_get_statistics (b->graph, &n_statistics),
      n_statistics * sizeof (float));
  g_assert_cmpfloat (golden_peak (grads[0], n_params), >, 1e-4);
  for (guint i = 0; i < 2; i++) {
    g_free (logits[i]);
    g_free (grads[i]);
  }
}

static void
test_threads (void)
{
  for (guint threads = 2; threads <= 5; threads++) {
    Net *one = net_new (WHOLE, CHANNELS, 0, LABELS, 1), *many = net_new (WHOLE, CHANNELS, 0, LABELS, threads);
    check_same (one, many, 130, 1);
    net_free (one);
    net_free (many);
  }
}

/* Buffers that held a longer, larger batch, and gradients of it, leave no trace. Gaps are the danger: rows that were a
 * sequence's in one batch are a gap in the next. */
static void
test_reuse (gconstpointer line)
{
  static const guint sizes[] = { 3, 100, 1, 64, 33, 7 };
  Net *used = net_new (line, CHANNELS, 0, LABELS, 2);
  float *logits = new_floats (200, LABELS), *grads = new_floats (ser_graph_get_n_parameters (used->graph), 1);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    Net *fresh = net_new (line, CHANNELS, 0, LABELS, 2);
    float *statistics;
    gsize n;
    pass (used, 200, 20 + i, logits, grads);
    ser_graph_store (used->graph, used->tensors);
    ser_graph_load (fresh->graph, used->tensors);
    statistics = ser_graph_get_statistics (fresh->graph, &n);
    g_assert_cmpmem (statistics, n * sizeof (float), ser_graph_get_statistics (used->graph, &n), n * sizeof (float));
    check_same (fresh, used, sizes[i], 40 + i);
    net_free (fresh);
  }
  g_free (logits);
  g_free (grads);
  net_free (used);
}

/* A sequence's logits without training do not depend on what else is in the batch, nor on its place. */
static void
test_neighbours (void)
{
  Net *net = net_new (WHOLE, CHANNELS, 0, LABELS, 2);
  guint lengths[] = { 12, 5, 33, 20, 7 }, reversed[] = { 7, 20, 33, 5, 12 };
  float inputs[5][33 * CHANNELS], together[5][LABELS];

  randomise (net, 2);
  net_begin_random (net, 5, lengths, 6);
  for (guint b = 0; b < 5; b++)
    memcpy (inputs[b], ser_graph_get_input (net->graph, b), lengths[b] * CHANNELS * sizeof (float));
  ser_graph_forward (net->graph, FALSE, 0);
  for (guint b = 0; b < 5; b++)
    memcpy (together[b], ser_graph_get_logits (net->graph, b), sizeof (together[b]));

  ser_graph_begin (net->graph, 5, reversed);
  for (guint b = 0; b < 5; b++)
    memcpy (ser_graph_get_input (net->graph, b), inputs[4 - b], reversed[b] * CHANNELS * sizeof (float));
  ser_graph_forward (net->graph, FALSE, 0);
  for (guint b = 0; b < 5; b++)
    golden_compare ("in reverse", ser_graph_get_logits (net->graph, b), together[4 - b], LABELS, 2e-6);

  for (guint b = 0; b < 5; b++) {
    ser_graph_begin (net->graph, 1, &lengths[b]);
    memcpy (ser_graph_get_input (net->graph, 0), inputs[b], lengths[b] * CHANNELS * sizeof (float));
    ser_graph_forward (net->graph, FALSE, 0);
    golden_compare ("alone", ser_graph_get_logits (net->graph, 0), together[b], LABELS, 2e-6);
  }
  net_free (net);
}

/* ---- parameters ---- */

static void
test_initialise (void)
{
  Net *net = net_new (
      "conv1d(20,k=5) bn relu lstm(16,bidirectional) attention(2) linear(8) relu linear", CHANNELS, 0, LABELS, 1);
  const struct {
    const char *name;
    double bound;
  } expected[] = {
    { "conv.weight", 1.0 / sqrt (5 * CHANNELS) },
    { "conv.bias", 1.0 / sqrt (5 * CHANNELS) },
    { "lstm.weight_ih_l0", 0.25 },
    { "lstm.weight_hh_l0_reverse", 0.25 },
    { "lstm.bias_hh_l0", 0.25 },
    { "attention.weight", 1.0 / sqrt (32.0) },
    { "fc1.weight", 0.125 },
    { "fc2.weight", 1.0 / sqrt (8.0) },
  };
  gsize n = ser_graph_get_n_parameters (net->graph);
  float *first = g_memdup2 (ser_graph_get_parameters (net->graph), n * sizeof (float));

  g_assert_cmpuint (n, ==, ser_architecture_n_parameters (net->arch));
  ser_graph_store (net->graph, net->tensors);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const SerTensor *tensor = ser_tensors_find (net->tensors, expected[i].name);
    double peak = golden_peak (tensor->data, tensor->n), bound = expected[i].bound;
    g_assert_cmpfloat (peak, <=, bound * (1.0 + 1e-6));
    g_assert_cmpfloat (peak, >, bound * (tensor->n > 20 ? 0.9 : 0.5));
  }
  for (guint c = 0; c < 20; c++) {
    g_assert_cmpfloat (ser_tensors_find (net->tensors, "bn.weight")->data[c], ==, 1.0f);
    g_assert_cmpfloat (ser_tensors_find (net->tensors, "bn.bias")->data[c], ==, 0.0f);
    g_assert_cmpfloat (ser_tensors_find (net->tensors, "bn.running_mean")->data[c], ==, 0.0f);
    g_assert_cmpfloat (ser_tensors_find (net->tensors, "bn.running_var")->data[c], ==, 1.0f);
  }
  ser_graph_initialise (net->graph, 2);
  g_assert_true (memcmp (first, ser_graph_get_parameters (net->graph), n * sizeof (float)) != 0);
  ser_graph_initialise (net->graph, 1);
  g_assert_cmpmem (first, n * sizeof (float), ser_graph_get_parameters (net->graph), n * sizeof (float));
  g_free (first);
  net_free (net);
}

/* Weight decay is for matrices: not for biases and batch norm. */
static void
test_decayed (void)
{
  Net *net = net_new (WHOLE, CHANNELS, 0, LABELS, 1);
  const guint8 *decayed = ser_graph_get_decayed (net->graph);
  gsize at = 0;

  for (guint i = 0; i < ser_tensors_get_n (net->tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (net->tensors, i);
    gboolean matrix = strstr (tensor->name, "weight") && !g_str_has_prefix (tensor->name, "bn");
    if (strstr (tensor->name, ".running_"))
      continue;
    for (gsize j = 0; j < tensor->n; j++)
      g_assert_cmpint (decayed[at++], ==, matrix);
  }
  g_assert_cmpuint (at, ==, ser_graph_get_n_parameters (net->graph));
  net_free (net);
}

static const char *const reused[] = {
  WHOLE,
  "conv1d(5,k=3) conv1d(4,k=7) mean linear",
  "conv1d(5,k=9) attention(2) linear",
  "conv1d(5,k=3) maxpool(3) conv1d(4,k=3) last linear",
  "conv1d(5,k=5) bn conv1d(4,k=5) lstm(4,bidirectional) final linear",
  "lstm(4,bidirectional) conv1d(5,k=3) bn mean linear",
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *path = g_strdup_printf ("/train/graph/inference/%s", cases[i].line);
    g_test_add_data_func (path, &cases[i], test_inference);
    g_free (path);
  }
  g_test_add_func ("/train/graph/threads", test_threads);
  for (guint i = 0; i < G_N_ELEMENTS (reused); i++) {
    char *path = g_strdup_printf ("/train/graph/reuse/%s", reused[i]);
    g_test_add_data_func (path, reused[i], test_reuse);
    g_free (path);
  }
  g_test_add_func ("/train/graph/neighbours", test_neighbours);
  g_test_add_func ("/train/graph/initialise", test_initialise);
  g_test_add_func ("/train/graph/decayed", test_decayed);
  return g_test_run ();
}
