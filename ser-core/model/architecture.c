/* architecture.c - the architecture line: text <-> layers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/architecture.h"

#include <string.h>

#include "model/items.h"
#include "ser.h"

/* What stands first between a layer's parentheses. */
typedef enum { NUMBER_NONE, NUMBER_OPTIONAL, NUMBER_REQUIRED } NumberUse;

typedef struct {
  const char *name;
  const char *prefix; /* of its tensors, NULL for none */
  NumberUse number;
  const char *usage;
} KindInfo;

static const KindInfo kinds[] = {
  [SER_LAYER_CONV1D] = { "conv1d", "conv", NUMBER_REQUIRED, "conv1d(OUT,k=3,bias=1,name=PREFIX)" },
  [SER_LAYER_BATCHNORM] = { "bn", "bn", NUMBER_NONE, "bn or bn(name=PREFIX)" },
  [SER_LAYER_RELU] = { "relu", NULL, NUMBER_NONE, "relu" },
  [SER_LAYER_MAXPOOL] = { "maxpool", NULL, NUMBER_REQUIRED, "maxpool(K)" },
  [SER_LAYER_DROPOUT] = { "dropout", NULL, NUMBER_REQUIRED, "dropout(P)" },
  [SER_LAYER_LSTM] = { "lstm", "lstm", NUMBER_REQUIRED, "lstm(H,layers=1,bidirectional,dropout=P,name=PREFIX)" },
  [SER_LAYER_LAST] = { "last", NULL, NUMBER_NONE, "last" },
  [SER_LAYER_FINAL] = { "final", NULL, NUMBER_NONE, "final" },
  [SER_LAYER_MEAN] = { "mean", NULL, NUMBER_NONE, "mean" },
  [SER_LAYER_ATTENTION] = { "attention", "attention", NUMBER_REQUIRED, "attention(HEADS,name=PREFIX)" },
  [SER_LAYER_LINEAR] = { "linear", "fc", NUMBER_OPTIONAL, "linear or linear(OUT,name=PREFIX)" },
  [SER_LAYER_FLATTEN] = { "flatten", NULL, NUMBER_NONE, "flatten" },
  [SER_LAYER_ENCODER] = { "encoder", "encoder", NUMBER_REQUIRED, "encoder(HIDDEN,CODE,name=PREFIX)" },
};

#define MAX_DROPOUT 0.99

/* ---- one layer from its item ---- */

static gboolean
parse_number (SerLayer *layer, const SerItem *item, GError **error)
{
  double p;

  switch (layer->kind) {
    case SER_LAYER_DROPOUT:
      if (!ser_item_double (item, 0, 0, MAX_DROPOUT, &p, error))
        return FALSE;
      layer->dropout = p;
      return TRUE;
    case SER_LAYER_MAXPOOL:
      return ser_item_uint (item, 0, 1, SER_ARCH_MAX_WIDTH, &layer->k, error);
    case SER_LAYER_ENCODER:
      if (item->n_args < 2 || item->args[1].key[0] != '\0')
        return ser_item_fail (item, error, "a second number is missing; expected %s", kinds[layer->kind].usage);
      return ser_item_uint (item, 0, 1, SER_ARCH_MAX_WIDTH, &layer->hidden, error)
          && ser_item_uint (item, 1, 1, SER_ARCH_MAX_WIDTH, &layer->out, error);
    default:
      return ser_item_uint (item, 0, 1, SER_ARCH_MAX_WIDTH, &layer->out, error);
  }
}

static gboolean
parse_prefix (SerLayer *layer, const SerItem *item, guint i, GError **error)
{
  const char *value = item->args[i].value;

  if (strpbrk (value, "+-:") != NULL || !(g_ascii_isalpha (value[0]) || value[0] == '_'))
    return ser_item_fail (
        item, error, "`name=%s` is not a prefix: letters, digits, `_` and `.`, not a digit first", value);
  layer->prefix = g_strdup (value);
  return TRUE;
}

static gboolean
parse_kernel (SerLayer *layer, const SerItem *item, guint i, GError **error)
{
  if (!ser_item_uint (item, i, 1, SER_ARCH_MAX_KERNEL, &layer->k, error))
    return FALSE;
  if (layer->k % 2 == 0)
    return ser_item_fail (item, error, "`k=%u` is even; expected an odd kernel length", layer->k);
  return TRUE;
}

static gboolean
parse_arg (SerLayer *layer, const SerItem *item, guint i, GError **error)
{
  SerLayerKind kind = layer->kind;

  if (kinds[kind].prefix != NULL && ser_item_is_key (item, i, "name"))
    return parse_prefix (layer, item, i, error);
  if (kind == SER_LAYER_CONV1D && ser_item_is_key (item, i, "k"))
    return parse_kernel (layer, item, i, error);
  if (kind == SER_LAYER_CONV1D && ser_item_is_key (item, i, "bias")) {
    guint bias;

    if (!ser_item_uint (item, i, 0, 1, &bias, error))
      return FALSE;
    layer->bias = bias;
    return TRUE;
  }
  if (kind == SER_LAYER_LSTM && ser_item_is_key (item, i, "layers"))
    return ser_item_uint (item, i, 1, SER_ARCH_MAX_LSTM_LAYERS, &layer->layers, error);
  if (kind == SER_LAYER_LSTM && ser_item_is_flag (item, i, "bidirectional") && !layer->bidirectional)
    return layer->bidirectional = TRUE;
  if (kind == SER_LAYER_LSTM && ser_item_is_key (item, i, "dropout")) {
    double p;

    if (!ser_item_double (item, i, 0, MAX_DROPOUT, &p, error))
      return FALSE;
    layer->dropout = p;
    return TRUE;
  }
  return ser_item_unknown (item, i, kinds[kind].usage, error);
}

static gboolean
parse_layer (SerLayer *layer, const SerItem *item, GError **error)
{
  const KindInfo *info;
  guint i = 0;

  for (layer->kind = 0; layer->kind < G_N_ELEMENTS (kinds); layer->kind++)
    if (strcmp (kinds[layer->kind].name, item->name) == 0)
      break;
  if (layer->kind == G_N_ELEMENTS (kinds))
    return ser_item_fail (item, error,
        "no such layer; expected conv1d, bn, relu, maxpool, dropout, lstm, last, final, mean, "
        "attention, linear, flatten or encoder");
  info = &kinds[layer->kind];

  if (layer->kind == SER_LAYER_CONV1D)
    layer->k = 3, layer->bias = TRUE;
  if (layer->kind == SER_LAYER_LSTM)
    layer->layers = 1;

  if (info->number != NUMBER_NONE && item->n_args > 0 && item->args[0].key[0] == '\0') {
    if (!parse_number (layer, item, error))
      return FALSE;
    i = layer->kind == SER_LAYER_ENCODER ? 2 : 1;
  } else if (info->number == NUMBER_REQUIRED) {
    return ser_item_fail (item, error, "a number is missing; expected %s", info->usage);
  }
  for (; i < item->n_args; i++)
    if (!parse_arg (layer, item, i, error))
      return FALSE;
  return TRUE;
}

/* ---- prefixes ---- */

static guint
count_kind (const SerArchitecture *arch, SerLayerKind kind, guint n_layers)
{
  guint i, n = 0;

  for (i = 0; i < n_layers; i++)
    n += arch->layers[i].kind == kind;
  return n;
}

/* The prefix that layer `i` has without name=. */
static char *
default_prefix (const SerArchitecture *arch, guint i)
{
  SerLayerKind kind = arch->layers[i].kind;

  if (count_kind (arch, kind, arch->n_layers) == 1)
    return g_strdup (kinds[kind].prefix);
  return g_strdup_printf ("%s%u", kinds[kind].prefix, count_kind (arch, kind, i) + 1);
}

/* Makes an item of a layer parsed earlier, for messages. */
static SerItem
item_of (const SerArchitecture *arch, guint i)
{
  SerItem item = SER_ITEM_INIT;

  item.index = i + 1;
  g_strlcpy (item.name, kinds[arch->layers[i].kind].name, sizeof item.name);
  return item;
}

static gboolean
set_prefixes (SerArchitecture *arch, GError **error)
{
  guint i, j;

  for (i = 0; i < arch->n_layers; i++) {
    SerLayer *layer = &arch->layers[i];

    if (kinds[layer->kind].prefix == NULL)
      continue;
    if (layer->prefix == NULL)
      layer->prefix = default_prefix (arch, i);
    for (j = 0; j < i; j++)
      if (g_strcmp0 (arch->layers[j].prefix, layer->prefix) == 0) {
        SerItem item = item_of (arch, i);
        return ser_item_fail (&item, error,
            "its tensors would be called `%s` like those of item %u; give it a name= of its own", layer->prefix, j + 1);
      }
  }
  return TRUE;
}

/* ---- shapes ---- */

/* What flows from layer to layer. */
typedef struct {
  guint width;       /* last dimension */
  gboolean sequence; /* [T, width], else [width] */
  guint length;      /* T where known, else 0 */
  guint pooling;     /* product of the maxpools so far */
} Shape;

static gboolean
check_width (const SerItem *item, guint64 width, GError **error)
{
  if (width > SER_ARCH_MAX_WIDTH)
    return ser_item_fail (
        item, error, "its output is %" G_GUINT64_FORMAT " wide; the limit is %d", width, SER_ARCH_MAX_WIDTH);
  return TRUE;
}

static gboolean
pool_shape (const SerLayer *layer, const SerItem *item, Shape *shape, GError **error)
{
  if (layer->k > SER_ARCH_MAX_WIDTH / shape->pooling)
    return ser_item_fail (item, error, "all maxpools together divide the length by more than %d", SER_ARCH_MAX_WIDTH);
  shape->pooling *= layer->k;
  if (shape->length > 0) {
    if (shape->length < layer->k)
      return ser_item_fail (item, error, "a window of %u steps on a sequence of %u", layer->k, shape->length);
    shape->length /= layer->k;
  }
  return TRUE;
}

static gboolean
flatten_shape (const SerItem *item, Shape *shape, GError **error)
{
  if (shape->length == 0)
    return ser_item_fail (item, error,
        "the sequence's length varies; expected features with `mean` or `stats`, or last, final, mean or "
        "attention in place of flatten");
  if (shape->width > SER_ARCH_MAX_FLATTEN / shape->length)
    return ser_item_fail (item, error, "%u steps of %u channels; the limit is %d values", shape->length, shape->width,
        SER_ARCH_MAX_FLATTEN);
  shape->width *= shape->length;
  shape->sequence = FALSE;
  return TRUE;
}

/* The input must be a vector, which one channel of a known length is; nothing may stand before it, since it is trained
 * on the features alone. */
static gboolean
encoder_shape (SerLayer *layer, const SerItem *item, Shape *shape, GError **error)
{
  if (item->index != 1)
    return ser_item_fail (item, error, "expected at the front of the line");
  if (shape->length == 0 || shape->width != 1)
    return ser_item_fail (item, error, "expected behind features with `mean` or `stats`, which are one vector");
  layer->in = shape->length;
  shape->length = layer->out;
  return TRUE;
}

static gboolean
linear_shape (SerLayer *layer, const SerItem *item, gboolean last, guint labels, Shape *shape, GError **error)
{
  if (last && layer->out == 0)
    layer->out = labels;
  if (layer->out == 0)
    return ser_item_fail (item, error, "only the last one may go without a width; expected linear(OUT)");
  if (last && layer->out != labels)
    return ser_item_fail (item, error, "%u outputs for %u labels", layer->out, labels);
  shape->width = layer->out;
  return TRUE;
}

static gboolean
takes_sequence (SerLayerKind kind)
{
  return !(
      kind == SER_LAYER_LINEAR || kind == SER_LAYER_BATCHNORM || kind == SER_LAYER_RELU || kind == SER_LAYER_DROPOUT);
}

/* Checks layer `i` against its input's shape and turns the shape into its output's. */
static gboolean
step_shape (SerArchitecture *arch, guint i, Shape *shape, GError **error)
{
  SerLayer *layer = &arch->layers[i];
  SerItem item = item_of (arch, i);

  layer->in = shape->width;
  if (takes_sequence (layer->kind) && !shape->sequence)
    return ser_item_fail (
        &item, error, "expects a sequence, but one of the layers before it has reduced it to a vector");

  switch (layer->kind) {
    case SER_LAYER_CONV1D:
      shape->width = layer->out;
      return TRUE;
    case SER_LAYER_MAXPOOL:
      return pool_shape (layer, &item, shape, error);
    case SER_LAYER_LSTM:
      shape->width = layer->bidirectional ? 2 * layer->out : layer->out;
      return check_width (&item, shape->width, error);
    case SER_LAYER_FINAL:
      if (i == 0 || layer[-1].kind != SER_LAYER_LSTM)
        return ser_item_fail (&item, error, "expected directly after lstm");
      shape->sequence = FALSE;
      return TRUE;
    case SER_LAYER_LAST:
    case SER_LAYER_MEAN:
      shape->sequence = FALSE;
      return TRUE;
    case SER_LAYER_ATTENTION:
      shape->sequence = FALSE;
      if (!check_width (&item, (guint64) shape->width * layer->out, error))
        return FALSE;
      shape->width *= layer->out;
      return TRUE;
    case SER_LAYER_FLATTEN:
      return flatten_shape (&item, shape, error);
    case SER_LAYER_ENCODER:
      return encoder_shape (layer, &item, shape, error);
    case SER_LAYER_LINEAR:
      if (shape->sequence)
        return ser_item_fail (&item, error, "expects a vector; put last, final, mean, attention or flatten before it");
      return linear_shape (layer, &item, i + 1 == arch->n_layers, arch->labels, shape, error);
    default:
      return TRUE;
  }
}

/* ---- sizes ---- */

guint64
ser_layer_n_parameters (const SerLayer *layer)
{
  guint64 in = layer->in, out = layer->out, n = 0;
  guint l, directions = layer->bidirectional ? 2 : 1;

  switch (layer->kind) {
    case SER_LAYER_CONV1D:
      return out * in * layer->k + (layer->bias ? out : 0);
    case SER_LAYER_BATCHNORM:
      return 2 * in;
    case SER_LAYER_LSTM:
      for (l = 0; l < layer->layers; l++)
        n += directions * 4 * out * ((l == 0 ? in : directions * out) + out + 2);
      return n;
    case SER_LAYER_ATTENTION:
    case SER_LAYER_LINEAR:
      return out * (in + 1);
    case SER_LAYER_ENCODER:
      return layer->hidden * (in + 1) + out * (layer->hidden + (guint64) 1);
    default:
      return 0;
  }
}

gsize
ser_architecture_n_parameters (const SerArchitecture *arch)
{
  gsize n = 0;
  guint i;

  for (i = 0; i < arch->n_layers; i++)
    n += ser_layer_n_parameters (&arch->layers[i]);
  return n;
}

gsize
ser_architecture_min_length (const SerArchitecture *arch)
{
  gsize n = 1;
  guint i;

  if (arch->length > 0)
    return arch->length;
  for (i = 0; i < arch->n_layers; i++)
    if (arch->layers[i].kind == SER_LAYER_MAXPOOL)
      n *= arch->layers[i].k;
  return n;
}

gsize
ser_architecture_min_frames (const SerArchitecture *arch)
{
  return arch->length > 0 ? 1 : ser_architecture_min_length (arch);
}

/* ---- the line ---- */

static gboolean
parse_items (SerArchitecture *arch, const char *line, GError **error)
{
  SerItem item = SER_ITEM_INIT;
  GError *fault = NULL;

  while (ser_item_next (&line, &item, &fault)) {
    if (arch->n_layers == SER_ARCH_MAX_LAYERS)
      return ser_item_fail (&item, error, "more than %d layers", SER_ARCH_MAX_LAYERS);
    arch->n_layers++; /* first, so that what a faulty layer holds is freed with the rest */
    if (!parse_layer (&arch->layers[arch->n_layers - 1], &item, error))
      return FALSE;
  }
  if (fault != NULL) {
    g_propagate_error (error, fault);
    return FALSE;
  }
  return TRUE;
}

static gboolean
resolve (SerArchitecture *arch, GError **error)
{
  Shape shape = { arch->channels, TRUE, arch->length, 1 };
  guint64 n_parameters = 0;
  guint i;

  for (i = 0; i < arch->n_layers; i++) {
    if (!step_shape (arch, i, &shape, error))
      return FALSE;
    n_parameters += ser_layer_n_parameters (&arch->layers[i]);
    if (n_parameters > SER_ARCH_MAX_PARAMETERS) {
      SerItem item = item_of (arch, i);
      return ser_item_fail (&item, error, "with it the network has %" G_GUINT64_FORMAT " parameters; the limit is %u",
          n_parameters, SER_ARCH_MAX_PARAMETERS);
    }
  }
  return TRUE;
}

static gboolean
parse (SerArchitecture *arch, const char *line, GError **error)
{
  if (arch->channels < 1 || arch->channels > SER_ARCH_MAX_WIDTH || arch->length > SER_ARCH_MAX_WIDTH || arch->labels < 1
      || arch->labels > SER_ARCH_MAX_WIDTH) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE, "%u channels, %u steps and %u labels; each may be at most %d",
        arch->channels, arch->length, arch->labels, SER_ARCH_MAX_WIDTH);
    return FALSE;
  }
  if (strnlen (line, SER_ITEM_MAX_LINE + 1) > SER_ITEM_MAX_LINE) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE, "the line is longer than %d bytes", SER_ITEM_MAX_LINE);
    return FALSE;
  }
  if (!parse_items (arch, line, error))
    return FALSE;
  if (arch->n_layers == 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE, "it is empty; expected layers, the last of them `linear`");
    return FALSE;
  }
  if (arch->layers[arch->n_layers - 1].kind != SER_LAYER_LINEAR) {
    SerItem item = item_of (arch, arch->n_layers - 1);
    return ser_item_fail (&item, error, "the last layer must be `linear`");
  }
  return set_prefixes (arch, error) && resolve (arch, error);
}

SerArchitecture *
ser_architecture_parse (const char *line, guint channels, guint length, guint labels, GError **error)
{
  SerArchitecture *arch = g_new0 (SerArchitecture, 1);

  arch->layers = g_new0 (SerLayer, SER_ARCH_MAX_LAYERS);
  arch->channels = channels;
  arch->length = length;
  arch->labels = labels;
  if (!parse (arch, line, error)) {
    g_prefix_error (error, "architecture line: ");
    ser_architecture_free (arch);
    return NULL;
  }
  return arch;
}

void
ser_architecture_free (SerArchitecture *arch)
{
  guint i;

  if (arch == NULL)
    return;
  for (i = 0; i < arch->n_layers; i++)
    g_free (arch->layers[i].prefix);
  g_free (arch->layers);
  g_free (arch);
}

/* The fewest digits that read back as the same float. */
static void
append_float (GString *s, const char *before, float x)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE], format[8] = "%.1g";

  while (format[2]++ < '9') {
    g_ascii_formatd (text, sizeof text, format, x);
    if ((float) g_ascii_strtod (text, NULL) == x)
      break;
  }
  g_string_append_printf (s, "%s%s", before, text);
}

static void
append_args (GString *s, const SerArchitecture *arch, guint i)
{
  const SerLayer *layer = &arch->layers[i];
  char *prefix;

  if (layer->kind == SER_LAYER_MAXPOOL)
    g_string_append_printf (s, ",%u", layer->k);
  else if (layer->kind == SER_LAYER_DROPOUT)
    append_float (s, ",", layer->dropout);
  else if (layer->kind == SER_LAYER_ENCODER)
    g_string_append_printf (s, ",%u,%u", layer->hidden, layer->out);
  else if (layer->out > 0 && !(layer->kind == SER_LAYER_LINEAR && i + 1 == arch->n_layers))
    g_string_append_printf (s, ",%u", layer->out);

  if (layer->kind == SER_LAYER_CONV1D) {
    g_string_append_printf (s, ",k=%u", layer->k);
    if (!layer->bias)
      g_string_append (s, ",bias=0");
  }
  if (layer->kind == SER_LAYER_LSTM) {
    if (layer->layers > 1)
      g_string_append_printf (s, ",layers=%u", layer->layers);
    if (layer->bidirectional)
      g_string_append (s, ",bidirectional");
    if (layer->dropout > 0)
      append_float (s, ",dropout=", layer->dropout);
  }
  if (layer->prefix != NULL) {
    prefix = default_prefix (arch, i);
    if (strcmp (prefix, layer->prefix) != 0)
      g_string_append_printf (s, ",name=%s", layer->prefix);
    g_free (prefix);
  }
}

char *
ser_architecture_to_string (const SerArchitecture *arch)
{
  GString *s = g_string_new (NULL);
  guint i;

  for (i = 0; i < arch->n_layers; i++) {
    gsize start;

    if (i > 0)
      g_string_append_c (s, ' ');
    g_string_append (s, kinds[arch->layers[i].kind].name);
    start = s->len;
    append_args (s, arch, i);
    if (s->len > start) {
      s->str[start] = '(';
      g_string_append_c (s, ')');
    }
  }
  return g_string_free (s, FALSE);
}

/* ---- tensors ---- */

/* Dimensions of 0 are left out. */
static void
add (SerTensors *tensors, const char *prefix, const char *name, gsize d0, gsize d1, gsize d2)
{
  gsize dims[3] = { d0, d1, d2 };
  char *full = g_strdup_printf ("%s.%s", prefix, name);

  ser_tensors_add (tensors, full, d2 > 0 ? 3 : d1 > 0 ? 2 : 1, dims);
  g_free (full);
}

static void
add_lstm (SerTensors *tensors, const SerLayer *layer)
{
  guint l, d, directions = layer->bidirectional ? 2 : 1;
  gsize H = layer->out;

  for (l = 0; l < layer->layers; l++)
    for (d = 0; d < directions; d++) {
      static const char *const names[] = { "weight_ih", "weight_hh", "bias_ih", "bias_hh" };
      const gsize in[] = { l == 0 ? layer->in : directions * H, H, 0, 0 };
      guint i;

      for (i = 0; i < 4; i++) {
        char *name = g_strdup_printf ("%s_l%u%s", names[i], l, d == 1 ? "_reverse" : "");
        add (tensors, layer->prefix, name, 4 * H, in[i], 0);
        g_free (name);
      }
    }
}

void
ser_architecture_add_tensors (const SerArchitecture *arch, SerTensors *tensors)
{
  guint i;

  for (i = 0; i < arch->n_layers; i++) {
    const SerLayer *layer = &arch->layers[i];

    switch (layer->kind) {
      case SER_LAYER_CONV1D:
        add (tensors, layer->prefix, "weight", layer->out, layer->in, layer->k);
        if (layer->bias)
          add (tensors, layer->prefix, "bias", layer->out, 0, 0);
        break;
      case SER_LAYER_BATCHNORM:
        add (tensors, layer->prefix, "weight", layer->in, 0, 0);
        add (tensors, layer->prefix, "bias", layer->in, 0, 0);
        add (tensors, layer->prefix, "running_mean", layer->in, 0, 0);
        add (tensors, layer->prefix, "running_var", layer->in, 0, 0);
        break;
      case SER_LAYER_LSTM:
        add_lstm (tensors, layer);
        break;
      case SER_LAYER_ATTENTION:
      case SER_LAYER_LINEAR:
        add (tensors, layer->prefix, "weight", layer->out, layer->in, 0);
        add (tensors, layer->prefix, "bias", layer->out, 0, 0);
        break;
      case SER_LAYER_ENCODER:
        add (tensors, layer->prefix, "0.weight", layer->hidden, layer->in, 0);
        add (tensors, layer->prefix, "0.bias", layer->hidden, 0, 0);
        add (tensors, layer->prefix, "2.weight", layer->out, layer->hidden, 0);
        add (tensors, layer->prefix, "2.bias", layer->out, 0, 0);
        break;
      default:
        break;
    }
  }
}
