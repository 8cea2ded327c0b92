/* graph.c - a network over batches, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/graph.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "train/node.h"
#include "train/random.h"

#define SEQUENCES_PER_SHARD 32

typedef struct {
  float *data;
  gsize size; /* floats */
} Buffer;

/* Buffers of one node in one shard: y, dy, aux. */
typedef struct {
  Buffer y, dy, aux[SER_MAX_AUX];
} NodeBuffers;

struct _SerGraph {
  const SerArchitecture *arch;
  SerWorkers *workers;
  SerNode *nodes; /* nodes[0] is the input */
  guint n_nodes, n_levels;
  guint *pooling;     /* [n_levels]: rows of the level before that make one of this, 0 where it is `code` rows */
  guint code;         /* an encoder's */
  guint vector_level; /* the level whose rows are sequences */
  guint gap;
  gsize n_params, n_statistics;
  float *params, *grads, *shard_grads, *statistics;
  guint8 *decayed;
  SerPass pass;
  SerRows *rows;        /* [n_levels][SER_MAX_SHARDS] */
  NodeBuffers *buffers; /* [n_nodes][SER_MAX_SHARDS] */
  guint n;              /* sequences of this batch, and where each went: */
  guint *shard_of, *place_of, n_places;
};

void
ser_rows_clear_gaps (const SerRows *rows, float *y, gsize width)
{
  gsize at = 0;

  if (rows->gap == 0)
    return;
  for (guint b = 0; b < rows->n; b++) {
    memset (y + at * width, 0, (rows->start[b] - at) * width * sizeof (float));
    at = (gsize) rows->start[b] + rows->len[b];
  }
  memset (y + at * width, 0, (rows->rows - at) * width * sizeof (float));
}

/* ---- construction ---- */

static SerNode *
add_node (SerGraph *graph, const SerNodeOps *ops, guint out, guint level)
{
  SerNode *node = &graph->nodes[graph->n_nodes];

  node->ops = ops;
  node->index = graph->n_nodes;
  node->prev = graph->n_nodes ? node - 1 : NULL;
  node->in = node->prev ? node->prev->out : out;
  node->out = out;
  node->level = level;
  graph->n_nodes++;
  return node;
}

/* An activation, in place unless its input is still needed: the caller's input stays as it was written, and an LSTM's
 * backward pass reads its own output. */
static SerNode *
add_activation (SerGraph *graph, const SerNodeOps *ops, guint level)
{
  SerNode *node = add_node (graph, ops, graph->nodes[graph->n_nodes - 1].out, level);

  node->in_place = node->prev->prev != NULL && node->prev->ops != &ser_lstm_ops;
  return node;
}

static void
add_dropout (SerGraph *graph, float rate, guint level)
{
  SerNode *node = add_activation (graph, &ser_dropout_ops, level);

  node->rate = rate;
  node->aux_width[0] = node->out;
}

/* Always the first layer; the lengths of its output, its own level, do not depend on those of its input. */
static void
add_encoder (SerGraph *graph, const SerLayer *layer, guint level)
{
  SerNode *node = add_node (graph, &ser_encoder_ops, 1, level + 1);

  node->length = layer->in;
  node->hidden = layer->hidden;
  node->k = layer->out;
  node->n_params = (gsize) layer->hidden * (layer->in + 1) + (gsize) layer->out * (layer->hidden + 1);
  graph->pooling[level + 1] = 0;
  graph->code = layer->out;
}

static void
add_lstm (SerGraph *graph, const SerLayer *layer, guint level)
{
  guint directions = layer->bidirectional ? 2 : 1, H = layer->out;

  for (guint l = 0; l < layer->layers; l++) {
    SerNode *node = add_node (graph, &ser_lstm_ops, directions * H, level);
    node->hidden = H;
    node->k = directions;
    node->n_params = (gsize) directions * (4 * H * ((gsize) node->in + H) + 8 * H);
    node->aux_width[0] = node->aux_width[1] = 4 * H;
    node->aux_width[2] = 2 * H;
    node->aux_width[3] = 14 * H;
    if (l + 1 < layer->layers && layer->dropout > 0.0f)
      add_dropout (graph, layer->dropout, level);
  }
}

/* Rows of a sequence at a level from those at the level before. */
static guint
rows_above (const SerGraph *graph, guint below, guint level)
{
  return graph->pooling[level] ? below / graph->pooling[level] : graph->code;
}

static void
add_layer (SerGraph *graph, const SerLayer *layer)
{
  const SerNode *prev = &graph->nodes[graph->n_nodes - 1];
  guint C = prev->out, level = prev->level, vector = graph->vector_level;
  SerNode *node;

  switch (layer->kind) {
    case SER_LAYER_CONV1D:
      node = add_node (graph, &ser_conv1d_ops, layer->out, level);
      node->k = layer->k;
      node->bias = layer->bias;
      node->n_params = (gsize) layer->out * C * layer->k + (layer->bias ? layer->out : 0);
      break;
    case SER_LAYER_BATCHNORM:
      node = add_node (graph, &ser_batchnorm_ops, C, level);
      node->n_params = 2 * C;
      node->aux_width[0] = C;
      break;
    case SER_LAYER_RELU:
      add_activation (graph, &ser_relu_ops, level);
      break;
    case SER_LAYER_DROPOUT:
      add_dropout (graph, layer->dropout, level);
      break;
    case SER_LAYER_MAXPOOL:
      node = add_node (graph, &ser_maxpool_ops, C, level + 1);
      graph->pooling[level + 1] = node->k = layer->k;
      node->aux_width[0] = C;
      break;
    case SER_LAYER_LSTM:
      add_lstm (graph, layer, level);
      break;
    case SER_LAYER_LAST:
      add_node (graph, &ser_last_ops, C, vector);
      break;
    case SER_LAYER_FINAL:
      node = add_node (graph, &ser_final_ops, C, vector);
      node->k = node->prev->ops == &ser_lstm_ops ? node->prev->k : 1;
      break;
    case SER_LAYER_MEAN:
      add_node (graph, &ser_mean_ops, C, vector);
      break;
    case SER_LAYER_ATTENTION:
      node = add_node (graph, &ser_attention_ops, layer->out * C, vector);
      node->k = layer->out;
      node->n_params = (gsize) layer->out * C + layer->out;
      node->aux_width[0] = node->aux_width[1] = layer->out;
      break;
    case SER_LAYER_FLATTEN: {
      guint length = graph->arch->length;
      for (guint l = 1; l <= level; l++)
        length = rows_above (graph, length, l);
      add_node (graph, &ser_flatten_ops, C * length, vector);
      break;
    }
    case SER_LAYER_ENCODER:
      add_encoder (graph, layer, level);
      break;
    case SER_LAYER_LINEAR:
      node = add_node (graph, &ser_linear_ops, layer->out, level);
      node->n_params = (gsize) layer->out * C + layer->out;
      break;
  }
}

static guint
count_levels (const SerArchitecture *arch)
{
  guint n = 1;
  for (guint i = 0; i < arch->n_layers; i++)
    n += arch->layers[i].kind == SER_LAYER_MAXPOOL || arch->layers[i].kind == SER_LAYER_ENCODER;
  return n;
}

/* Floats of a node's scratch: conv1d lays its weights out twice, an LSTM its recurrent ones once. */
static gsize
scratch_size (const SerNode *node)
{
  return node->ops == &ser_conv1d_ops ? 2 * node->n_params : node->ops == &ser_lstm_ops ? node->n_params : 0;
}

static void
share_parameters (SerGraph *graph)
{
  gsize at = 0, statistics = 0;

  for (guint i = 0; i < graph->n_nodes; i++) {
    graph->n_params += graph->nodes[i].n_params;
    if (graph->nodes[i].ops == &ser_batchnorm_ops)
      graph->n_statistics += 2 * graph->nodes[i].out;
  }
  graph->params = g_new0 (float, graph->n_params);
  graph->grads = g_new0 (float, graph->n_params);
  graph->shard_grads = g_malloc0_n (graph->n_params, SER_MAX_SHARDS * sizeof (float));
  graph->statistics = g_new0 (float, MAX (graph->n_statistics, 1));

  for (guint i = 0; i < graph->n_nodes; i++) {
    SerNode *node = &graph->nodes[i];
    node->params = graph->params + at;
    for (guint s = 0; s < SER_MAX_SHARDS; s++)
      node->shard[s].grads = graph->shard_grads + s * graph->n_params + at;
    at += node->n_params;
    node->scratch = g_new0 (float, MAX (scratch_size (node), 1));
    node->batch = g_new0 (float, 4 * (gsize) node->out);
    if (node->ops == &ser_batchnorm_ops) {
      node->statistics = graph->statistics + statistics;
      statistics += 2 * node->out;
      for (guint s = 0; s < SER_MAX_SHARDS; s++)
        node->shard[s].sums = g_new0 (double, 2 * (gsize) node->out);
    }
  }
}

SerGraph *
ser_graph_new (const SerArchitecture *arch, SerWorkers *workers)
{
  SerGraph *graph = g_new0 (SerGraph, 1);
  guint n_nodes = 1, gap = 1;

  for (guint i = 0; i < arch->n_layers; i++) {
    n_nodes += arch->layers[i].kind == SER_LAYER_LSTM ? 2 * arch->layers[i].layers : 1;
    if (arch->layers[i].kind == SER_LAYER_CONV1D)
      gap = MAX (gap, (arch->layers[i].k - 1) / 2);
  }
  openblas_set_num_threads (1); /* the workers divide the work, each calls BLAS by itself */
  graph->arch = arch;
  graph->workers = workers;
  graph->gap = gap;
  graph->n_levels = count_levels (arch) + 1;
  graph->vector_level = graph->n_levels - 1;
  graph->pooling = g_new0 (guint, graph->n_levels);
  graph->nodes = g_new0 (SerNode, n_nodes);
  graph->rows = g_new0 (SerRows, graph->n_levels * SER_MAX_SHARDS);
  graph->buffers = g_new0 (NodeBuffers, n_nodes * SER_MAX_SHARDS);
  graph->pass.workers = workers;

  add_node (graph, NULL, arch->channels, 0);
  for (guint i = 0; i < arch->n_layers; i++)
    add_layer (graph, &arch->layers[i]);
  share_parameters (graph);

  SerTensors *tensors = ser_tensors_new ();
  ser_architecture_add_tensors (arch, tensors);
  graph->decayed = g_new0 (guint8, graph->n_params);
  gsize at = 0, frozen = graph->nodes[1].ops == &ser_encoder_ops ? graph->nodes[1].n_params : 0;
  for (guint i = 0; i < ser_tensors_get_n (tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (tensors, i);
    if (g_str_has_suffix (tensor->name, ".running_mean") || g_str_has_suffix (tensor->name, ".running_var"))
      continue;
    g_assert (at + tensor->n <= graph->n_params);
    memset (graph->decayed + at, tensor->n_dims > 1 && at >= frozen, tensor->n);
    at += tensor->n;
  }
  g_assert (at == graph->n_params);
  ser_tensors_free (tensors);
  return graph;
}

void
ser_graph_free (SerGraph *graph)
{
  if (!graph)
    return;
  for (guint i = 0; i < graph->n_nodes; i++) {
    g_free (graph->nodes[i].scratch);
    g_free (graph->nodes[i].batch);
    for (guint s = 0; s < SER_MAX_SHARDS; s++) {
      NodeBuffers *buffers = &graph->buffers[i * SER_MAX_SHARDS + s];
      g_free (graph->nodes[i].shard[s].sums);
      g_free (buffers->y.data);
      g_free (buffers->dy.data);
      for (guint a = 0; a < SER_MAX_AUX; a++)
        g_free (buffers->aux[a].data);
    }
  }
  for (guint i = 0; i < graph->n_levels * SER_MAX_SHARDS; i++) {
    g_free (graph->rows[i].start);
    g_free (graph->rows[i].len);
  }
  g_free (graph->nodes);
  g_free (graph->rows);
  g_free (graph->buffers);
  g_free (graph->pooling);
  g_free (graph->params);
  g_free (graph->grads);
  g_free (graph->shard_grads);
  g_free (graph->statistics);
  g_free (graph->decayed);
  g_free (graph->shard_of);
  g_free (graph->place_of);
  g_free (graph);
}

gsize
ser_graph_get_n_parameters (const SerGraph *graph)
{
  return graph->n_params;
}

float *
ser_graph_get_parameters (SerGraph *graph)
{
  return graph->params;
}

const float *
ser_graph_get_gradients (const SerGraph *graph)
{
  return graph->grads;
}

const guint8 *
ser_graph_get_decayed (const SerGraph *graph)
{
  return graph->decayed;
}

float *
ser_graph_get_statistics (SerGraph *graph, gsize *n)
{
  *n = graph->n_statistics;
  return graph->statistics;
}

/* Half width of the uniform distribution that a node's parameters start from. */
static float
initial_bound (const SerNode *node)
{
  if (node->ops == &ser_encoder_ops)
    return 0.0f;
  if (node->ops == &ser_lstm_ops)
    return 1.0f / sqrtf ((float) node->hidden);
  return 1.0f / sqrtf ((float) node->in * (node->ops == &ser_conv1d_ops ? node->k : 1));
}

void
ser_graph_initialise (SerGraph *graph, guint64 seed)
{
  float *p = graph->params;

  for (guint i = 0; i < graph->n_nodes; i++) {
    SerNode *node = &graph->nodes[i];
    SerRandom random = ser_random_for (seed, SER_FOR_INIT, i, 0);
    float bound = initial_bound (node);

    if (node->ops == &ser_batchnorm_ops) {
      for (guint c = 0; c < node->out; c++) {
        p[c] = 1.0f;
        p[node->out + c] = 0.0f;
        node->statistics[c] = 0.0f;
        node->statistics[node->out + c] = 1.0f;
      }
    } else {
      for (gsize j = 0; j < node->n_params; j++)
        p[j] = bound * (float) (2.0 * ser_random_uniform (&random) - 1.0);
    }
    p += node->n_params;
  }
}

/* Parameters and statistics in the order of the tensors; `to_tensors` FALSE copies the other way. */
static void
copy_tensors (SerGraph *graph, const SerTensors *tensors, gboolean to_tensors)
{
  SerTensors *names = ser_tensors_new ();
  float *param = graph->params, *statistic = graph->statistics;

  ser_architecture_add_tensors (graph->arch, names);
  for (guint i = 0; i < ser_tensors_get_n (names); i++) {
    SerTensor *tensor = ser_tensors_find (tensors, ser_tensors_get (names, i)->name);
    gboolean running =
        g_str_has_suffix (tensor->name, ".running_mean") || g_str_has_suffix (tensor->name, ".running_var");
    float **at = running ? &statistic : &param;
    memcpy (to_tensors ? tensor->data : *at, to_tensors ? *at : tensor->data, tensor->n * sizeof (float));
    *at += tensor->n;
  }
  ser_tensors_free (names);
}

void
ser_graph_load (SerGraph *graph, const SerTensors *tensors)
{
  copy_tensors (graph, tensors, FALSE);
}

void
ser_graph_store (const SerGraph *graph, SerTensors *tensors)
{
  copy_tensors ((SerGraph *) graph, tensors, TRUE);
}

/* ---- a batch ---- */

static float *
reserve (Buffer *buffer, gsize size)
{
  if (size > buffer->size) {
    g_free (buffer->data);
    buffer->size = size + size / 4;
    buffer->data = g_malloc0_n (buffer->size, sizeof (float));
  }
  return buffer->data;
}

static void
reserve_rows (SerRows *rows, guint n)
{
  if (n <= rows->capacity)
    return;
  rows->capacity = n;
  rows->start = g_renew (guint, rows->start, n);
  rows->len = g_renew (guint, rows->len, n);
}

/* Rows of a shard at every level, from its lengths at level 0. */
static void
lay_out_rows (SerGraph *graph, guint s)
{
  const SerRows *below = NULL;

  for (guint l = 0; l < graph->n_levels; l++) {
    SerRows *rows = &graph->rows[l * SER_MAX_SHARDS + s];
    gboolean vector = l == graph->vector_level;
    gsize at;

    if (below) {
      reserve_rows (rows, below->n);
      rows->n = below->n;
    }
    rows->gap = vector ? 0 : graph->gap;
    at = rows->gap;
    for (guint b = 0; b < rows->n; b++) {
      if (below)
        rows->len[b] = vector ? 1 : rows_above (graph, below->len[b], l);
      rows->start[b] = at;
      at += rows->len[b] + rows->gap;
    }
    rows->rows = at;
    below = rows;
  }
}

static void
lay_out_node (SerGraph *graph, SerNode *node, guint s)
{
  SerNodeShard *shard = &node->shard[s];
  NodeBuffers *buffers = &graph->buffers[node->index * SER_MAX_SHARDS + s];

  shard->rows = &graph->rows[node->level * SER_MAX_SHARDS + s];
  shard->in_rows = node->prev ? node->prev->shard[s].rows : shard->rows;
  gsize most = MAX (shard->rows->rows, shard->in_rows->rows);
  for (guint a = 0; a < SER_MAX_AUX; a++)
    if (node->aux_width[a])
      shard->aux[a] = reserve (&buffers->aux[a], most * node->aux_width[a]);
  if (node->ops == &ser_conv1d_ops)
    shard->aux[0] = reserve (&buffers->aux[0], node->n_params);
  if (node->ops == &ser_encoder_ops)
    shard->aux[0] = reserve (&buffers->aux[0], (gsize) shard->rows->n * node->hidden);

  if (node->in_place) {
    shard->y = node->prev->shard[s].y;
    shard->dy = node->prev->shard[s].dy;
  } else {
    shard->y = reserve (&buffers->y, shard->rows->rows * node->out);
    shard->dy =
        node->prev && node->ops != &ser_encoder_ops ? reserve (&buffers->dy, shard->rows->rows * node->out) : NULL;
  }
}

static int
compare_lengths (gconstpointer a, gconstpointer b, gpointer lengths)
{
  guint i = *(const guint *) a, j = *(const guint *) b;
  const guint *len = lengths;
  return len[i] != len[j] ? (len[i] < len[j] ? 1 : -1) : (i < j ? -1 : 1);
}

void
ser_graph_begin (SerGraph *graph, guint n, const guint *lengths)
{
  guint *order = g_new (guint, n);
  guint S = CLAMP (n / SEQUENCES_PER_SHARD, 1, SER_MAX_SHARDS);

  if (n > graph->n_places) {
    graph->n_places = n;
    graph->shard_of = g_renew (guint, graph->shard_of, n);
    graph->place_of = g_renew (guint, graph->place_of, n);
  }
  for (guint i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data (order, n, sizeof (guint), compare_lengths, (gpointer) lengths);

  graph->n = n;
  graph->pass.n_shards = S;
  for (guint s = 0; s < S; s++) {
    SerRows *rows = &graph->rows[s];
    rows->n = (n - s + S - 1) / S;
    reserve_rows (rows, rows->n);
  }
  for (guint i = 0; i < n; i++) { /* dealt in turn, so that shards have equal work and stay sorted */
    guint b = order[i];
    graph->shard_of[b] = i % S;
    graph->place_of[b] = i / S;
    graph->rows[i % S].len[i / S] = lengths[b];
  }
  g_free (order);

  for (guint s = 0; s < S; s++) {
    lay_out_rows (graph, s);
    for (guint i = 0; i < graph->n_nodes; i++)
      lay_out_node (graph, &graph->nodes[i], s);
    ser_rows_clear_gaps (&graph->rows[s], graph->nodes[0].shard[s].y, graph->nodes[0].out);
  }
}

float *
ser_graph_get_input (SerGraph *graph, guint b)
{
  guint s = graph->shard_of[b];
  return graph->nodes[0].shard[s].y + (gsize) graph->rows[s].start[graph->place_of[b]] * graph->nodes[0].out;
}

void
ser_graph_forward (SerGraph *graph, gboolean training, guint64 seed)
{
  graph->pass.training = training;
  graph->pass.seed = seed;
  for (guint i = 1; i < graph->n_nodes; i++) {
    graph->nodes[i].pass = &graph->pass;
    graph->nodes[i].ops->forward (&graph->nodes[i], &graph->pass);
  }
}

const float *
ser_graph_get_logits (const SerGraph *graph, guint b)
{
  const SerNode *node = &graph->nodes[graph->n_nodes - 1];
  return node->shard[graph->shard_of[b]].y + (gsize) graph->place_of[b] * node->out;
}

/* Of sequence b, [labels]. */
static float *
logit_gradients (SerGraph *graph, guint b)
{
  const SerNode *node = &graph->nodes[graph->n_nodes - 1];
  return node->shard[graph->shard_of[b]].dy + (gsize) graph->place_of[b] * node->out;
}

double
ser_graph_loss (SerGraph *graph, const float *targets)
{
  const SerNode *node = &graph->nodes[graph->n_nodes - 1];
  guint L = node->out;
  double loss = 0.0;

  for (guint b = 0; b < graph->n; b++) {
    const float *z = ser_graph_get_logits (graph, b), *target = targets + (gsize) b * L;
    float *dz = logit_gradients (graph, b);
    double top = z[0], sum = 0.0;
    for (guint i = 1; i < L; i++)
      top = MAX (top, z[i]);
    for (guint i = 0; i < L; i++)
      sum += exp (z[i] - top);
    for (guint i = 0; i < L; i++) {
      double log_p = z[i] - top - log (sum);
      loss -= target[i] * log_p;
      dz[i] = (exp (log_p) - target[i]) / graph->n;
    }
  }
  return loss / graph->n;
}

double
ser_graph_squared_loss (SerGraph *graph, const float *targets)
{
  guint L = graph->nodes[graph->n_nodes - 1].out;
  double scale = 1.0 / ((double) graph->n * L), loss = 0.0;

  for (guint b = 0; b < graph->n; b++) {
    const float *y = ser_graph_get_logits (graph, b), *target = targets + (gsize) b * L;
    float *dy = logit_gradients (graph, b);
    for (guint i = 0; i < L; i++) {
      double d = (double) y[i] - target[i];
      loss += scale * d * d;
      dy[i] = 2.0 * scale * d;
    }
  }
  return loss;
}

void
ser_graph_backward (SerGraph *graph)
{
  for (guint i = graph->n_nodes - 1; i > 0; i--)
    graph->nodes[i].ops->backward (&graph->nodes[i], &graph->pass);
  memcpy (graph->grads, graph->shard_grads, graph->n_params * sizeof (float));
  for (guint s = 1; s < graph->pass.n_shards; s++)
    for (gsize i = 0; i < graph->n_params; i++)
      graph->grads[i] += graph->shard_grads[s * graph->n_params + i];
}
