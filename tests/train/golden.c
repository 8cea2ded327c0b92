/* golden.c - whole networks against PyTorch: losses, logits, every gradient, running statistics, ten steps of training
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/adamw.h"

#define LABELS 6
#define TOLERANCE 1e-4 /* of a tensor's largest value */
#define SUBSET 256

typedef struct {
  const char *name, *line;
  guint channels, shortest, longest, n;
  gboolean fixed; /* features with `mean`: the length is part of the architecture */
} Case;

/* As in make_train.py. */
static const Case cases[] = {
  { "report", "conv1d(16,k=3) relu conv1d(24,k=3) relu maxpool(2) lstm(32,layers=2,bidirectional) last linear", 1, 40,
      40, 6, TRUE },
  { "default",
      "conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) "
      "lstm(64,layers=2,bidirectional) attention(4) linear",
      40, 21, 60, 9, FALSE },
  { "shards", "conv1d(8,k=3,bias=0) bn relu maxpool(3) lstm(6) final linear(10) bn relu linear", 5, 3, 17, 70, FALSE },
  { "bilstm", "lstm(7,layers=3,bidirectional) final linear", 6, 1, 12, 5, FALSE },
  { "perceptron", "conv1d(4,k=7) relu maxpool(3) flatten linear(12) relu linear", 1, 20, 20, 4, TRUE },
  { "average", "bn conv1d(9,k=9) relu lstm(5) mean linear(8) relu linear", 4, 2, 14, 7, FALSE },
  { "encoder", "encoder(14,10) conv1d(6,k=3) relu maxpool(3) lstm(5,bidirectional) final linear", 1, 20, 20, 40, TRUE },
};

static Golden
get (const char *name, const char *array)
{
  char *path = g_strdup_printf ("%s/%s", name, array);
  Golden golden = golden_get (path);
  g_free (path);
  return golden;
}

static gboolean
is_statistic (const char *name)
{
  return g_str_has_suffix (name, ".running_mean") || g_str_has_suffix (name, ".running_var");
}

/* Norm, dot product with the generator's numbers, and evenly spaced elements. The first two see what the last leave
 * out. `scale` is the network's largest gradient. */
static void
compare_gradient (const char *name, const char *tensor, const float *grad, gsize n, double scale)
{
  Golden expected = get (name, tensor);
  gsize stride = (n + SUBSET - 1) / SUBSET, count = (n + stride - 1) / stride;
  float *numbers = golden_numbers (77, n), *subset = g_new (float, count);
  double norm = 0.0, dot = 0.0;

  g_assert_cmpuint (expected.columns, ==, 2 + count);
  for (gsize i = 0; i < n; i++) {
    norm += (double) grad[i] * grad[i];
    dot += (double) grad[i] * numbers[i];
  }
  for (gsize i = 0; i < count; i++)
    subset[i] = grad[i * stride];
  norm = sqrt (norm);
  if (expected.x[0] < 1e-9 * scale) { /* 0 but for rounding, as of a bias before batch norm or softmax */
    golden_compare (tensor, subset, expected.x + 2, count, TOLERANCE * scale);
  } else {
    g_assert_cmpfloat (fabs (norm - expected.x[0]), <=, TOLERANCE * expected.x[0]);
    g_assert_cmpfloat (fabs (dot - expected.x[1]), <=, TOLERANCE * expected.x[0]);
    golden_compare (tensor, subset, expected.x + 2, count, TOLERANCE * golden_peak (expected.x + 2, count));
  }
  g_free (subset);
  g_free (numbers);
}

/* Every gradient of the batch, tensor by tensor. */
static void
compare_gradients (const char *name, Net *net)
{
  const float *grads = ser_graph_get_gradients (net->graph);
  double scale = golden_peak (grads, ser_graph_get_n_parameters (net->graph));

  for (guint i = 0; i < ser_tensors_get_n (net->tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (net->tensors, i);
    if (is_statistic (tensor->name))
      continue;
    compare_gradient (name, tensor->name, grads, tensor->n, scale);
    grads += tensor->n;
  }
}

static void
compare_running (const char *name, Net *net)
{
  gsize n;
  const float *running = ser_graph_get_statistics (net->graph, &n);

  if (n > 0) {
    Golden expected = get (name, "running");
    g_assert_cmpuint (expected.columns, ==, n);
    golden_compare ("running statistics", running, expected.x, n, TOLERANCE * golden_peak (expected.x, n));
  }
}

static void
test_network (gconstpointer data)
{
  const Case *test = data;
  Net *net = net_new (test->line, test->channels, test->fixed ? test->shortest : 0, LABELS, 2);
  float *targets = new_floats (test->n, LABELS);
  Golden logits = get (test->name, "logits");
  double loss;

  net_load_golden (net);
  net_begin_golden (net, test->shortest, test->longest, test->n, targets);
  loss = net_train_pass (net, 0, targets);
  g_assert_cmpfloat (fabs (loss - get (test->name, "loss").x[0]), <, 1e-5);
  g_assert_cmpuint (logits.rows, ==, test->n);
  for (guint b = 0; b < test->n; b++)
    golden_compare ("logits", ser_graph_get_logits (net->graph, b), logits.x + b * LABELS, LABELS,
        TOLERANCE * golden_peak (logits.x, test->n * LABELS));
  compare_running (test->name, net);

  compare_gradients (test->name, net);
  g_free (targets);
  net_free (net);
}

/* The mean squared error that an autoencoder learns from, its gradients, and ten steps. */
static void
test_autoencoder (void)
{
  enum { T = 20, N = 40 };
  Net *net = net_new ("flatten linear(14) relu linear(6) linear(14) relu linear(20)", 1, T, T, 2);
  float targets[N * T], inputs[N * T], losses[10];
  gsize n = ser_graph_get_n_parameters (net->graph);
  Golden expected = golden_get ("autoencoder/losses");
  SerAdamW adamw;

  net_load_golden (net);
  net_begin_golden (net, T, T, N, targets);
  for (guint b = 0; b < N; b++)
    memcpy (inputs + b * T, ser_graph_get_input (net->graph, b), T * sizeof (float));
  ser_adamw_init (&adamw, n);
  for (guint step = 0; step < 10; step++) {
    ser_graph_forward (net->graph, TRUE, 0);
    losses[step] = ser_graph_squared_loss (net->graph, inputs);
    ser_graph_backward (net->graph);
    if (step == 0)
      compare_gradients ("autoencoder", net);
    ser_adamw_step (&adamw, ser_graph_get_parameters (net->graph), ser_graph_get_gradients (net->graph),
        ser_graph_get_decayed (net->graph), 0.01, 0.9, 0.0, 1.0);
  }
  golden_compare ("losses", losses, expected.x, 10, TOLERANCE * losses[0]);
  g_assert_cmpfloat (losses[9], <, 0.95 * losses[0]);
  ser_adamw_clear (&adamw);
  net_free (net);
}

/* Ten steps as the trainer takes them: clipping, AdamW with decay on matrices only, one-cycle. */
static void
test_steps (void)
{
  Net *net = net_new (
      "conv1d(12,k=3,bias=0) bn relu maxpool(2) lstm(8,layers=2,bidirectional) attention(2) linear", 7, 0, LABELS, 2);
  float targets[12 * LABELS], losses[10];
  gsize n = ser_graph_get_n_parameters (net->graph);
  Golden expected = golden_get ("steps/losses");
  SerAdamW adamw;

  net_load_golden (net);
  net_begin_golden (net, 8, 23, 12, targets);
  ser_adamw_init (&adamw, n);
  for (guint step = 0; step < 10; step++) {
    double lr, beta1, norm;
    losses[step] = net_train_pass (net, 0, targets);
    ser_schedule_get (SER_SCHEDULE_ONE_CYCLE, 0.02, step, 10, &lr, &beta1);
    norm = ser_gradient_norm (ser_graph_get_gradients (net->graph), n);
    ser_adamw_step (&adamw, ser_graph_get_parameters (net->graph), ser_graph_get_gradients (net->graph),
        ser_graph_get_decayed (net->graph), lr, beta1, 0.1, norm > 0.25 ? 0.25 / norm : 1.0);
  }
  golden_compare ("losses", losses, expected.x, 10, TOLERANCE);
  g_assert_cmpfloat (losses[9], <, losses[0] - 0.02);
  compare_running ("steps", net);
  ser_adamw_clear (&adamw);
  net_free (net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *path = g_strconcat ("/train/golden/", cases[i].name, NULL);
    g_test_add_data_func (path, &cases[i], test_network);
    g_free (path);
  }
  g_test_add_func ("/train/golden/autoencoder", test_autoencoder);
  g_test_add_func ("/train/golden/steps", test_steps);
  return g_test_run ();
}
