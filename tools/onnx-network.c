/* onnx-network.c - the layers of a network as nodes of an ONNX graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * ONNX's operators want the dimensions of a sequence in different orders: convolution, pooling and batch norm batch,
 * channel, time; LSTM time, batch, channel. The order under way is noted, and changed only before a layer that wants
 * another.
 */

#include "onnx-network.h"

#include <string.h>

/* Orders of dimensions: N windows, T steps, C channels. */
#define BY_STEP "NTC"
#define BY_CHANNEL "NCT"
#define TIME_FIRST "TNC"
#define VECTOR "NC"

typedef struct {
  SerOnnxGraph *graph;
  const SerModel *model;
  const char *x;     /* the value under way, */
  const char *order; /* and its dimensions */
} Builder;

static gint64
axis_of (const Builder *b, char dimension)
{
  return strchr (b->order, dimension) - b->order;
}

static void
set_order (Builder *b, const char *order)
{
  gint64 perm[3];

  if (strcmp (b->order, order) == 0)
    return;
  for (guint i = 0; i < 3; i++)
    perm[i] = axis_of (b, order[i]);
  b->x = ser_onnx_graph_add (b->graph, "Transpose", SER_ONNX_INPUTS (b->x));
  ser_onnx_graph_set_ints (b->graph, "perm", perm, 3);
  b->order = order;
}

static const SerTensor *
find (const Builder *b, const SerLayer *layer, const char *name)
{
  g_autofree char *full = g_strdup_printf ("%s.%s", layer->prefix, name);

  return ser_tensors_find (b->model->tensors, full);
}

/* A tensor of the layer as a constant of the same name. */
static const char *
constant (const Builder *b, const SerLayer *layer, const char *name)
{
  const SerTensor *tensor = find (b, layer, name);

  return ser_onnx_graph_add_floats (b->graph, tensor->name, tensor->data, tensor->n_dims, tensor->dims);
}

static void
reshape (Builder *b, const gint64 *shape, guint n, const char *order)
{
  b->x = ser_onnx_graph_add (b->graph, "Reshape", SER_ONNX_INPUTS (b->x, ser_onnx_graph_add_ints (b->graph, shape, n)));
  b->order = order;
}

static void
flatten (Builder *b)
{
  b->x = ser_onnx_graph_add (b->graph, "Flatten", SER_ONNX_INPUTS (b->x));
  ser_onnx_graph_set_int (b->graph, "axis", 1);
  b->order = VECTOR;
}

/* ---- layers ---- */

static void
add_conv1d (Builder *b, const SerLayer *layer)
{
  const gint64 pad = (layer->k - 1) / 2, pads[] = { pad, pad };
  const char *weight = constant (b, layer, "weight"), *bias = layer->bias ? constant (b, layer, "bias") : NULL;

  set_order (b, BY_CHANNEL);
  b->x = ser_onnx_graph_add (b->graph, "Conv", SER_ONNX_INPUTS (b->x, weight, bias));
  ser_onnx_graph_set_ints (b->graph, "pads", pads, 2);
}

static void
add_batchnorm (Builder *b, const SerLayer *layer)
{
  const char *weight = constant (b, layer, "weight"), *bias = constant (b, layer, "bias");
  const char *mean = constant (b, layer, "running_mean"), *var = constant (b, layer, "running_var");

  if (strcmp (b->order, VECTOR) != 0)
    set_order (b, BY_CHANNEL);
  /* Its epsilon is ours, 1e-5, by default. */
  b->x = ser_onnx_graph_add (b->graph, "BatchNormalization", SER_ONNX_INPUTS (b->x, weight, bias, mean, var));
}

static void
add_maxpool (Builder *b, const SerLayer *layer)
{
  const gint64 k = layer->k;

  set_order (b, BY_CHANNEL);
  b->x = ser_onnx_graph_add (b->graph, "MaxPool", SER_ONNX_INPUTS (b->x));
  ser_onnx_graph_set_ints (b->graph, "kernel_shape", &k, 1);
  ser_onnx_graph_set_ints (b->graph, "strides", &k, 1);
}

/* The four gates of a tensor [4 H, ...] from PyTorch's order i, f, g, o to ONNX's i, o, f, g. n values are a gate. */
static void
copy_gates (const float *from, gsize n, float *to)
{
  static const guint order[] = { 0, 3, 1, 2 };

  for (guint i = 0; i < 4; i++)
    memcpy (to + i * n, from + order[i] * n, n * sizeof (float));
}

static const SerTensor *
find_lstm (const Builder *b, const SerLayer *layer, const char *name, guint l, guint direction)
{
  g_autofree char *full = g_strdup_printf ("%s_l%u%s", name, l, direction > 0 ? "_reverse" : "");

  return find (b, layer, full);
}

/* The weights `name` of layer l of an LSTM for all directions: [directions, 4 H, width]. */
static const char *
lstm_weights (const Builder *b, const SerLayer *layer, const char *name, guint l)
{
  const guint directions = layer->bidirectional ? 2 : 1;
  const gsize n = find_lstm (b, layer, name, l, 0)->n, rows = 4 * (gsize) layer->out;
  const gsize dims[] = { directions, rows, n / rows };
  g_autofree float *data = g_new (float, directions *n);
  g_autofree char *full = g_strdup_printf ("%s.%s_l%u", layer->prefix, name, l);

  for (guint d = 0; d < directions; d++)
    copy_gates (find_lstm (b, layer, name, l, d)->data, n / 4, data + d * n);
  return ser_onnx_graph_add_floats (b->graph, full, data, 3, dims);
}

/* Both biases for all directions: [directions, 8 H], bias_ih before bias_hh. */
static const char *
lstm_biases (const Builder *b, const SerLayer *layer, guint l)
{
  const guint directions = layer->bidirectional ? 2 : 1;
  const gsize H = layer->out, dims[] = { directions, 8 * H };
  g_autofree float *data = g_new (float, directions * 8 * H);
  g_autofree char *full = g_strdup_printf ("%s.bias_l%u", layer->prefix, l);

  for (guint d = 0; d < directions; d++) {
    copy_gates (find_lstm (b, layer, "bias_ih", l, d)->data, H, data + d * 8 * H);
    copy_gates (find_lstm (b, layer, "bias_hh", l, d)->data, H, data + d * 8 * H + 4 * H);
  }
  return ser_onnx_graph_add_floats (b->graph, full, data, 2, dims);
}

/* The output of a node of LSTM is [T, directions, N, H], its last states are [directions, N, H]. */
static void
add_lstm_layer (Builder *b, const SerLayer *layer, guint l, gboolean final)
{
  const char *w = lstm_weights (b, layer, "weight_ih", l), *r = lstm_weights (b, layer, "weight_hh", l);
  const char *biases = lstm_biases (b, layer, l), *states;
  const gint64 sequence_perm[] = { 0, 2, 1, 3 }, states_perm[] = { 1, 0, 2 }, joined[] = { 0, 0, -1 };

  set_order (b, TIME_FIRST);
  b->x = ser_onnx_graph_add (b->graph, "LSTM", SER_ONNX_INPUTS (b->x, w, r, biases));
  states = ser_onnx_graph_add_output (b->graph);
  ser_onnx_graph_set_int (b->graph, "hidden_size", layer->out);
  ser_onnx_graph_set_string (b->graph, "direction", layer->bidirectional ? "bidirectional" : "forward");
  b->x = ser_onnx_graph_add (b->graph, "Transpose", SER_ONNX_INPUTS (final ? states : b->x));
  ser_onnx_graph_set_ints (b->graph, "perm", final ? states_perm : sequence_perm, final ? 3 : 4);
  if (final)
    flatten (b);
  else
    reshape (b, joined, 3, TIME_FIRST);
}

/* `final`, which stands right behind an LSTM, takes the states of its last layer instead of the sequence. */
static void
add_lstm (Builder *b, const SerLayer *layer, gboolean final)
{
  for (guint l = 0; l < layer->layers; l++)
    add_lstm_layer (b, layer, l, final && l + 1 == layer->layers);
}

static void
add_last (Builder *b)
{
  const gint64 last = -1, axis = axis_of (b, 'T');

  b->x = ser_onnx_graph_add (b->graph, "Gather", SER_ONNX_INPUTS (b->x, ser_onnx_graph_add_ints (b->graph, &last, 0)));
  ser_onnx_graph_set_int (b->graph, "axis", axis);
  b->order = VECTOR;
}

static void
add_mean (Builder *b)
{
  const gint64 axis = axis_of (b, 'T');

  b->x = ser_onnx_graph_add (b->graph, "ReduceMean", SER_ONNX_INPUTS (b->x));
  ser_onnx_graph_set_ints (b->graph, "axes", &axis, 1);
  ser_onnx_graph_set_int (b->graph, "keepdims", 0);
  b->order = VECTOR;
}

/* The scores of the heads are [N, heads, T]: a convolution of one step gives them from the sequence by channel. */
static void
add_attention (Builder *b, const SerLayer *layer)
{
  const SerTensor *weight = find (b, layer, "weight");
  const gsize dims[] = { weight->dims[0], weight->dims[1], 1 };
  const char *w = ser_onnx_graph_add_floats (b->graph, weight->name, weight->data, 3, dims);
  const char *a, *steps;

  set_order (b, BY_CHANNEL);
  a = ser_onnx_graph_add (b->graph, "Conv", SER_ONNX_INPUTS (b->x, w, constant (b, layer, "bias")));
  a = ser_onnx_graph_add (b->graph, "Softmax", SER_ONNX_INPUTS (a));
  ser_onnx_graph_set_int (b->graph, "axis", 2);
  set_order (b, BY_STEP);
  steps = b->x;
  b->x = ser_onnx_graph_add (b->graph, "MatMul", SER_ONNX_INPUTS (a, steps)); /* [N, heads, C] */
  flatten (b);
}

/* A fully connected layer of the tensors of these names. */
static void
add_linear (Builder *b, const SerLayer *layer, const char *weight, const char *bias)
{
  const char *w = constant (b, layer, weight);

  b->x = ser_onnx_graph_add (b->graph, "Gemm", SER_ONNX_INPUTS (b->x, w, constant (b, layer, bias)));
  ser_onnx_graph_set_int (b->graph, "transB", 1);
}

/* The features come by step, [N, T, 1], and the code goes on so. */
static void
add_encoder (Builder *b, const SerLayer *layer)
{
  const gint64 channel = 2;

  flatten (b);
  add_linear (b, layer, "0.weight", "0.bias");
  b->x = ser_onnx_graph_add (b->graph, "Relu", SER_ONNX_INPUTS (b->x));
  add_linear (b, layer, "2.weight", "2.bias");
  b->x = ser_onnx_graph_add (
      b->graph, "Unsqueeze", SER_ONNX_INPUTS (b->x, ser_onnx_graph_add_ints (b->graph, &channel, 1)));
  b->order = BY_STEP;
}

static void
add_layer (Builder *b, guint i)
{
  const SerArchitecture *arch = b->model->arch;
  const SerLayer *layer = &arch->layers[i];

  switch (layer->kind) {
    case SER_LAYER_CONV1D:
      add_conv1d (b, layer);
      break;
    case SER_LAYER_BATCHNORM:
      add_batchnorm (b, layer);
      break;
    case SER_LAYER_RELU:
      b->x = ser_onnx_graph_add (b->graph, "Relu", SER_ONNX_INPUTS (b->x));
      break;
    case SER_LAYER_MAXPOOL:
      add_maxpool (b, layer);
      break;
    case SER_LAYER_LSTM:
      add_lstm (b, layer, i + 1 < arch->n_layers && layer[1].kind == SER_LAYER_FINAL);
      break;
    case SER_LAYER_LAST:
      add_last (b);
      break;
    case SER_LAYER_MEAN:
      add_mean (b);
      break;
    case SER_LAYER_ATTENTION:
      add_attention (b, layer);
      break;
    case SER_LAYER_LINEAR:
      add_linear (b, layer, "weight", "bias");
      break;
    case SER_LAYER_FLATTEN:
      set_order (b, BY_STEP);
      flatten (b);
      break;
    case SER_LAYER_ENCODER:
      add_encoder (b, layer);
      break;
    case SER_LAYER_DROPOUT:
    case SER_LAYER_FINAL:
      break;
  }
}

const char *
ser_onnx_add_network (SerOnnxGraph *graph, const SerModel *model, const char *x)
{
  Builder b = { graph, model, x, BY_STEP };

  for (guint i = 0; i < model->arch->n_layers; i++) {
    const SerLayer *layer = &model->arch->layers[i];
    g_autofree char *number = g_strdup_printf ("layer%u", i + 1);

    ser_onnx_graph_set_scope (graph, layer->prefix ? layer->prefix : number);
    add_layer (&b, i);
  }
  return b.x;
}
