/* network.c - a network built from an architecture and its tensors, run on one window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The architecture's layers become steps: dropout is left out, a batch norm behind a convolution is folded into it, a
 * ReLU joins the convolution or linear layer before it, an LSTM becomes one step per layer. Two buffers take turns as
 * input and output.
 */

#include "model/network.h"

#include "nn/attention.h"
#include "nn/batchnorm.h"
#include "nn/conv1d.h"
#include "nn/encoder.h"
#include "nn/linear.h"
#include "nn/lstm.h"
#include "nn/packed.h"
#include "nn/pool.h"

#include <string.h>

/* Sequences are [T, width], vectors [1, width]. */
typedef struct {
  SerLayerKind kind;
  gsize in, out; /* widths */
  gsize k;       /* maxpool; encoder: length of the code */
  gsize hidden;  /* encoder */
  gsize half;    /* final: H of a bidirectional LSTM, else 0 */
  gboolean relu; /* conv1d, linear */
  union {
    gpointer any;
    SerConv1d *conv1d;
    SerBatchnorm *batchnorm;
    SerLstm *lstm;
    SerAttention *attention;
    SerLinear *linear;
    SerEncoder *encoder;
  } layer;
} Step;

struct _SerNetwork {
  const SerKernels *kernels;
  GArray *steps; /* Step */
  gsize channels, length, min_length, labels;
};

struct _SerNetworkState {
  gsize max_T;
  float *buffers[2];
  float *scratch;
};

/* ---- building ---- */

typedef struct {
  SerNetwork *net;
  const SerArchitecture *arch;
  const SerTensors *tensors;
} Builder;

/* Data of PREFIX.NAME with `n` values. */
static const float *
find (const Builder *b, const SerLayer *layer, const char *name, gsize n)
{
  char *full = g_strdup_printf ("%s.%s", layer->prefix, name);
  const SerTensor *tensor = ser_tensors_find (b->tensors, full);

  g_assert (tensor != NULL && tensor->n == n);
  g_free (full);
  return tensor->data;
}

static Step *
add_step (Builder *b, SerLayerKind kind, gsize in, gsize out)
{
  Step step = { .kind = kind, .in = in, .out = out };

  g_array_append_val (b->net->steps, step);
  return &g_array_index (b->net->steps, Step, b->net->steps->len - 1);
}

static SerBatchnorm *
new_batchnorm (const Builder *b, const SerLayer *layer)
{
  gsize C = layer->in;

  return ser_batchnorm_new (C, find (b, layer, "weight", C), find (b, layer, "bias", C),
      find (b, layer, "running_mean", C), find (b, layer, "running_var", C));
}

static gboolean
is_kind (const Builder *b, guint i, SerLayerKind kind)
{
  return i < b->arch->n_layers && b->arch->layers[i].kind == kind;
}

/* Returns the number of layers that the step stands for. */
static guint
add_conv1d (Builder *b, guint i)
{
  const SerLayer *layer = &b->arch->layers[i];
  SerBatchnorm *norm = NULL;
  Step *step = add_step (b, SER_LAYER_CONV1D, layer->in, layer->out);
  guint n = 1;

  if (is_kind (b, i + n, SER_LAYER_BATCHNORM))
    norm = new_batchnorm (b, &b->arch->layers[i + n++]);
  if (is_kind (b, i + n, SER_LAYER_RELU))
    step->relu = TRUE, n++;
  step->layer.conv1d = ser_conv1d_new (b->net->kernels, layer->in, layer->out, layer->k,
      find (b, layer, "weight", (gsize) layer->out * layer->in * layer->k),
      layer->bias ? find (b, layer, "bias", layer->out) : NULL, norm);
  ser_batchnorm_free (norm);
  return n;
}

static guint
add_linear (Builder *b, guint i)
{
  const SerLayer *layer = &b->arch->layers[i];
  Step *step = add_step (b, SER_LAYER_LINEAR, layer->in, layer->out);

  step->relu = is_kind (b, i + 1, SER_LAYER_RELU);
  step->layer.linear = ser_linear_new (b->net->kernels, layer->in, layer->out,
      find (b, layer, "weight", (gsize) layer->out * layer->in), find (b, layer, "bias", layer->out));
  return step->relu ? 2 : 1;
}

static SerLstmWeights
lstm_weights (const Builder *b, const SerLayer *layer, guint l, gsize in, const char *direction)
{
  static const char *const names[] = { "weight_ih", "weight_hh", "bias_ih", "bias_hh" };
  gsize H = layer->out;
  const gsize sizes[] = { 4 * H * in, 4 * H * H, 4 * H, 4 * H };
  const float *found[4];
  guint i;

  for (i = 0; i < 4; i++) {
    char *name = g_strdup_printf ("%s_l%u%s", names[i], l, direction);
    found[i] = find (b, layer, name, sizes[i]);
    g_free (name);
  }
  return (SerLstmWeights){ found[0], found[1], found[2], found[3] };
}

static void
add_lstm (Builder *b, const SerLayer *layer)
{
  gsize in = layer->in, H = layer->out, out = layer->bidirectional ? 2 * H : H;
  guint l;

  for (l = 0; l < layer->layers; l++, in = out) {
    SerLstmWeights forward = lstm_weights (b, layer, l, in, ""), backward;

    if (layer->bidirectional)
      backward = lstm_weights (b, layer, l, in, "_reverse");
    add_step (b, SER_LAYER_LSTM, in, out)->layer.lstm =
        ser_lstm_new (b->net->kernels, in, H, &forward, layer->bidirectional ? &backward : NULL);
  }
}

static void
add_encoder (Builder *b, const SerLayer *layer)
{
  gsize T = layer->in, hidden = layer->hidden, code = layer->out;
  const SerEncoderWeights weights = { find (b, layer, "0.weight", hidden * T), find (b, layer, "0.bias", hidden),
    find (b, layer, "2.weight", code * hidden), find (b, layer, "2.bias", code) };
  Step *step = add_step (b, SER_LAYER_ENCODER, 1, 1);

  step->k = code;
  step->hidden = hidden;
  step->layer.encoder = ser_encoder_new (b->net->kernels, T, hidden, code, &weights);
}

/* Returns the number of layers that the steps stand for. */
static guint
add_layer (Builder *b, guint i)
{
  const SerLayer *layer = &b->arch->layers[i];
  gsize C = layer->in;

  switch (layer->kind) {
    case SER_LAYER_CONV1D:
      return add_conv1d (b, i);
    case SER_LAYER_LINEAR:
      return add_linear (b, i);
    case SER_LAYER_DROPOUT:
      break;
    case SER_LAYER_BATCHNORM:
      add_step (b, layer->kind, C, C)->layer.batchnorm = new_batchnorm (b, layer);
      break;
    case SER_LAYER_MAXPOOL:
      add_step (b, layer->kind, C, C)->k = layer->k;
      break;
    case SER_LAYER_LSTM:
      add_lstm (b, layer);
      break;
    case SER_LAYER_FINAL:
      add_step (b, layer->kind, C, C)->half = layer[-1].bidirectional ? layer[-1].out : 0;
      break;
    case SER_LAYER_ATTENTION:
      add_step (b, layer->kind, C, C * layer->out)->layer.attention = ser_attention_new (b->net->kernels, C, layer->out,
          find (b, layer, "weight", C * layer->out), find (b, layer, "bias", layer->out));
      break;
    case SER_LAYER_ENCODER:
      add_encoder (b, layer);
      break;
    case SER_LAYER_FLATTEN: /* the next linear layer knows C * T */
      add_step (b, layer->kind, C, 0);
      break;
    default:
      add_step (b, layer->kind, C, C);
      break;
  }
  return 1;
}

SerNetwork *
ser_network_new_with_kernels (const SerArchitecture *arch, const SerTensors *tensors, const SerKernels *kernels)
{
  SerNetwork *net = g_new0 (SerNetwork, 1);
  Builder b = { net, arch, tensors };
  guint i = 0;

  net->kernels = kernels;
  net->channels = arch->channels;
  net->length = arch->length;
  net->min_length = ser_architecture_min_length (arch);
  net->labels = arch->labels;
  net->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  while (i < arch->n_layers)
    i += add_layer (&b, i);
  return net;
}

SerNetwork *
ser_network_new (const SerArchitecture *arch, const SerTensors *tensors)
{
  return ser_network_new_with_kernels (arch, tensors, ser_kernels_get (ser_cpu_flags ()));
}

void
ser_network_free (SerNetwork *net)
{
  guint i;

  if (net == NULL)
    return;
  for (i = 0; i < net->steps->len; i++) {
    Step *step = &g_array_index (net->steps, Step, i);

    switch (step->kind) {
      case SER_LAYER_CONV1D:
        ser_conv1d_free (step->layer.conv1d);
        break;
      case SER_LAYER_BATCHNORM:
        ser_batchnorm_free (step->layer.batchnorm);
        break;
      case SER_LAYER_LSTM:
        ser_lstm_free (step->layer.lstm);
        break;
      case SER_LAYER_ATTENTION:
        ser_attention_free (step->layer.attention);
        break;
      case SER_LAYER_LINEAR:
        ser_linear_free (step->layer.linear);
        break;
      case SER_LAYER_ENCODER:
        ser_encoder_free (step->layer.encoder);
        break;
      default:
        break;
    }
  }
  g_array_unref (net->steps);
  g_free (net);
}

/* ---- running ---- */

/* Shape of the step's output for an input [T, width]. */
static void
step_shape (const Step *step, gsize *T, gsize *width)
{
  switch (step->kind) {
    case SER_LAYER_MAXPOOL:
      *T /= step->k;
      break;
    case SER_LAYER_ENCODER:
      *T = step->k;
      break;
    case SER_LAYER_FLATTEN:
      *width *= *T;
      *T = 1;
      break;
    case SER_LAYER_LAST:
    case SER_LAYER_FINAL:
    case SER_LAYER_MEAN:
    case SER_LAYER_ATTENTION:
      *T = 1;
      *width = step->out;
      break;
    default:
      *width = step->out;
      break;
  }
}

static gsize
step_scratch (const Step *step, gsize T)
{
  if (step->kind == SER_LAYER_LSTM)
    return ser_lstm_scratch (step->layer.lstm, T);
  if (step->kind == SER_LAYER_ATTENTION)
    return T * (step->out / step->in);
  if (step->kind == SER_LAYER_ENCODER)
    return step->hidden;
  return 0;
}

SerNetworkState *
ser_network_state_new (const SerNetwork *net, gsize max_T)
{
  SerNetworkState *state = g_new0 (SerNetworkState, 1);
  gsize T = max_T, width = net->channels, sizes[2] = { 0, 0 }, scratch = 0;
  guint i;

  /* No layer is wider than 16 times the greatest width (the gates of both directions), flattened vectors apart. */
  g_assert (max_T >= net->min_length && max_T <= G_MAXSIZE / (16 * SER_ARCH_MAX_WIDTH * sizeof (float)));
  g_assert (net->length == 0 || max_T >= net->length);
  if (net->length > 0)
    T = net->length;
  for (i = 0; i < net->steps->len; i++) {
    const Step *step = &g_array_index (net->steps, Step, i);

    scratch = MAX (scratch, step_scratch (step, T));
    step_shape (step, &T, &width);
    sizes[i % 2] = MAX (sizes[i % 2], T * width);
  }
  state->max_T = max_T;
  state->buffers[0] = ser_floats_new (sizes[0]);
  state->buffers[1] = ser_floats_new (sizes[1]);
  state->scratch = ser_floats_new (scratch);
  return state;
}

void
ser_network_state_free (SerNetworkState *state)
{
  if (state == NULL)
    return;
  ser_floats_free (state->buffers[0]);
  ser_floats_free (state->buffers[1]);
  ser_floats_free (state->scratch);
  g_free (state);
}

/* The forward direction ends at the last step, the backward one at the first. */
static void
final (const Step *step, const float *x, gsize T, float *y)
{
  memcpy (y, x + (T - 1) * step->in, step->in * sizeof (float));
  memcpy (y + step->half, x + step->half, step->half * sizeof (float));
}

static void
relu (const float *x, gsize n, float *y)
{
  gsize i;

  for (i = 0; i < n; i++)
    y[i] = x[i] > 0 ? x[i] : 0;
}

/* x [T,in] -> y */
static void
run_step (const SerNetwork *net, const Step *step, const float *x, gsize T, float *scratch, float *y)
{
  switch (step->kind) {
    case SER_LAYER_CONV1D:
      ser_conv1d_do (step->layer.conv1d, x, T, step->relu, y);
      break;
    case SER_LAYER_BATCHNORM:
      ser_batchnorm_do (step->layer.batchnorm, x, T, y);
      break;
    case SER_LAYER_RELU:
      relu (x, T * step->in, y);
      break;
    case SER_LAYER_MAXPOOL:
      ser_maxpool_do (net->kernels, x, T, step->in, step->k, y);
      break;
    case SER_LAYER_LSTM:
      ser_lstm_do (step->layer.lstm, x, T, scratch, y);
      break;
    case SER_LAYER_LAST:
      memcpy (y, x + (T - 1) * step->in, step->in * sizeof (float));
      break;
    case SER_LAYER_FINAL:
      final (step, x, T, y);
      break;
    case SER_LAYER_MEAN:
      ser_mean_do (net->kernels, x, T, step->in, y);
      break;
    case SER_LAYER_ATTENTION:
      ser_attention_do (step->layer.attention, x, T, scratch, y);
      break;
    case SER_LAYER_LINEAR:
      ser_linear_do (step->layer.linear, x, T, step->relu, y);
      break;
    case SER_LAYER_FLATTEN:
      memcpy (y, x, T * step->in * sizeof (float));
      break;
    case SER_LAYER_ENCODER:
      ser_encoder_do (step->layer.encoder, x, scratch, y);
      break;
    case SER_LAYER_DROPOUT:
      g_assert_not_reached ();
  }
}

void
ser_network_run (const SerNetwork *net, SerNetworkState *state, const float *x, gsize T, float *logits)
{
  gsize width = net->channels;
  guint i;

  g_assert (T >= net->min_length && T <= state->max_T && (net->length == 0 || T == net->length));
  for (i = 0; i < net->steps->len; i++) {
    const Step *step = &g_array_index (net->steps, Step, i);
    float *y = i + 1 == net->steps->len ? logits : state->buffers[i % 2];

    run_step (net, step, x, T, state->scratch, y);
    step_shape (step, &T, &width);
    x = y;
  }
}
