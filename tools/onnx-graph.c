/* onnx-graph.c - an ONNX graph put together node by node, and its bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Messages are the structures that protobuf-c makes of onnx.proto. All memory that they point to is kept in one list
 * and freed with the graph.
 */

#include "onnx-graph.h"

#include <string.h>

#include "onnx.pb-c.h"

#define IR_VERSION 8 /* the one that came with opset 17 */

/* Values of AttributeProto.AttributeType. */
enum { ATTRIBUTE_INT = 2, ATTRIBUTE_STRING = 3, ATTRIBUTE_INTS = 7 };

struct _SerOnnxGraph {
  GPtrArray *blocks;                                          /* all memory of the messages */
  GPtrArray *nodes, *constants, *inputs, *outputs, *metadata; /* messages */
  GHashTable *names;                                          /* of values and nodes, char * in blocks -> itself */
  const char *scope;
};

SerOnnxGraph *
ser_onnx_graph_new (void)
{
  SerOnnxGraph *graph = g_new0 (SerOnnxGraph, 1);

  graph->blocks = g_ptr_array_new_with_free_func (g_free);
  graph->nodes = g_ptr_array_new ();
  graph->constants = g_ptr_array_new ();
  graph->inputs = g_ptr_array_new ();
  graph->outputs = g_ptr_array_new ();
  graph->metadata = g_ptr_array_new ();
  graph->names = g_hash_table_new (g_str_hash, g_str_equal);
  graph->scope = "";
  return graph;
}

void
ser_onnx_graph_free (SerOnnxGraph *graph)
{
  if (!graph)
    return;
  g_hash_table_unref (graph->names);
  g_ptr_array_unref (graph->nodes);
  g_ptr_array_unref (graph->constants);
  g_ptr_array_unref (graph->inputs);
  g_ptr_array_unref (graph->outputs);
  g_ptr_array_unref (graph->metadata);
  g_ptr_array_unref (graph->blocks);
  g_free (graph);
}

/* ---- memory ---- */

static gpointer
keep (SerOnnxGraph *graph, gpointer block)
{
  g_ptr_array_add (graph->blocks, block);
  return block;
}

/* A message of the type, at its initial values. */
#define NEW(graph, Type, init) keep (graph, g_memdup2 (&(const Type) init, sizeof (Type)))

static char *
copy (SerOnnxGraph *graph, const char *text)
{
  return keep (graph, g_strdup (text));
}

/* A longer copy of the n pointers, with `item` behind them. */
static gpointer
append (SerOnnxGraph *graph, gconstpointer items, size_t *n, gpointer item)
{
  gpointer *longer = keep (graph, g_new (gpointer, *n + 1));

  for (size_t i = 0; i < *n; i++)
    longer[i] = ((const gpointer *) items)[i];
  longer[(*n)++] = item;
  return longer;
}

/* Takes ownership of a name, makes it one that no value has yet, and notes it. */
static const char *
new_name (SerOnnxGraph *graph, char *name)
{
  char *unique = name;

  for (guint i = 2; g_hash_table_contains (graph->names, unique); i++) {
    if (unique != name)
      g_free (unique);
    unique = g_strdup_printf ("%s_%u", name, i);
  }
  if (unique != name)
    g_free (name);
  keep (graph, unique);
  g_hash_table_add (graph->names, unique);
  return unique;
}

/* ---- nodes ---- */

void
ser_onnx_graph_set_scope (SerOnnxGraph *graph, const char *scope)
{
  graph->scope = keep (graph, g_strconcat (scope, "/", NULL));
}

static Onnx__NodeProto *
last_node (const SerOnnxGraph *graph)
{
  return graph->nodes->pdata[graph->nodes->len - 1];
}

const char *
ser_onnx_graph_add (SerOnnxGraph *graph, const char *op, const char *const *inputs)
{
  Onnx__NodeProto *node = NEW (graph, Onnx__NodeProto, ONNX__NODE_PROTO__INIT);

  g_ptr_array_add (graph->nodes, node);
  node->op_type = copy (graph, op);
  node->name = (char *) new_name (graph, g_strconcat (graph->scope, op, NULL));
  for (; *inputs; inputs++)
    node->input = append (graph, node->input, &node->n_input, (char *) *inputs);
  node->output = append (graph, node->output, &node->n_output, node->name);
  return node->name;
}

const char *
ser_onnx_graph_add_output (SerOnnxGraph *graph)
{
  Onnx__NodeProto *node = last_node (graph);
  const char *name = new_name (graph, g_strdup_printf ("%s.%zu", node->name, node->n_output));

  node->output = append (graph, node->output, &node->n_output, (char *) name);
  return name;
}

const char *
ser_onnx_graph_name_output (SerOnnxGraph *graph, const char *name)
{
  return last_node (graph)->output[0] = (char *) new_name (graph, g_strdup (name));
}

static Onnx__AttributeProto *
add_attribute (SerOnnxGraph *graph, const char *name, int type)
{
  Onnx__AttributeProto *attribute = NEW (graph, Onnx__AttributeProto, ONNX__ATTRIBUTE_PROTO__INIT);
  Onnx__NodeProto *node = last_node (graph);

  attribute->name = copy (graph, name);
  attribute->has_type = TRUE;
  attribute->type = type;
  node->attribute = append (graph, node->attribute, &node->n_attribute, attribute);
  return attribute;
}

void
ser_onnx_graph_set_int (SerOnnxGraph *graph, const char *name, gint64 value)
{
  Onnx__AttributeProto *attribute = add_attribute (graph, name, ATTRIBUTE_INT);

  attribute->has_i = TRUE;
  attribute->i = value;
}

void
ser_onnx_graph_set_ints (SerOnnxGraph *graph, const char *name, const gint64 *values, guint n)
{
  Onnx__AttributeProto *attribute = add_attribute (graph, name, ATTRIBUTE_INTS);

  attribute->n_ints = n;
  attribute->ints = keep (graph, g_memdup2 (values, n * sizeof *values));
}

void
ser_onnx_graph_set_string (SerOnnxGraph *graph, const char *name, const char *value)
{
  Onnx__AttributeProto *attribute = add_attribute (graph, name, ATTRIBUTE_STRING);

  attribute->has_s = TRUE;
  attribute->s.len = strlen (value);
  attribute->s.data = (guint8 *) copy (graph, value);
}

/* ---- constants ---- */

/* Raw data are little-endian, whatever the machine. */
static void
set_data (SerOnnxGraph *graph, Onnx__TensorProto *tensor, gconstpointer data, gsize n, gsize size)
{
  guint8 *to = keep (graph, g_malloc (MAX (n * size, 1)));

  for (gsize i = 0; i < n * size; i++)
    to[i] = ((const guint8 *) data)[G_BYTE_ORDER == G_LITTLE_ENDIAN ? i : i / size * size + size - 1 - i % size];
  tensor->has_raw_data = TRUE;
  tensor->raw_data.len = n * size;
  tensor->raw_data.data = to;
}

static Onnx__TensorProto *
add_constant (SerOnnxGraph *graph, char *name, int type, guint n_dims, const gsize *dims)
{
  Onnx__TensorProto *tensor = NEW (graph, Onnx__TensorProto, ONNX__TENSOR_PROTO__INIT);

  tensor->name = name;
  tensor->has_data_type = TRUE;
  tensor->data_type = type;
  tensor->n_dims = n_dims;
  tensor->dims = keep (graph, g_new (int64_t, MAX (n_dims, 1)));
  for (guint i = 0; i < n_dims; i++)
    tensor->dims[i] = (gint64) dims[i];
  g_ptr_array_add (graph->constants, tensor);
  return tensor;
}

const char *
ser_onnx_graph_add_floats (SerOnnxGraph *graph, const char *name, const float *data, guint n_dims, const gsize *dims)
{
  Onnx__TensorProto *tensor;
  gsize n = 1;

  g_assert (!g_hash_table_contains (graph->names, name));
  for (guint i = 0; i < n_dims; i++)
    n *= dims[i];
  tensor = add_constant (graph, (char *) new_name (graph, g_strdup (name)), SER_ONNX_FLOAT, n_dims, dims);
  set_data (graph, tensor, data, n, sizeof (float));
  return tensor->name;
}

const char *
ser_onnx_graph_add_ints (SerOnnxGraph *graph, const gint64 *values, guint n)
{
  g_autoptr (GString) name = g_string_new (n > 0 ? "ints" : "int");
  const char *found;
  const gsize dims[] = { n };
  Onnx__TensorProto *tensor;

  for (guint i = 0; i < MAX (n, 1); i++)
    g_string_append_printf (name, "_%" G_GINT64_FORMAT, values[i]);
  found = g_hash_table_lookup (graph->names, name->str);
  if (found)
    return found;
  tensor = add_constant (graph, (char *) new_name (graph, g_strdup (name->str)), SER_ONNX_INT64, n > 0 ? 1 : 0, dims);
  set_data (graph, tensor, values, MAX (n, 1), sizeof *values);
  return tensor->name;
}

/* ---- inputs and outputs ---- */

static Onnx__TensorShapeProto *
make_shape (SerOnnxGraph *graph, const char *const *dims)
{
  Onnx__TensorShapeProto *shape = NEW (graph, Onnx__TensorShapeProto, ONNX__TENSOR_SHAPE_PROTO__INIT);

  for (; *dims; dims++) {
    Onnx__TensorShapeProto__Dimension *dim =
        NEW (graph, Onnx__TensorShapeProto__Dimension, ONNX__TENSOR_SHAPE_PROTO__DIMENSION__INIT);

    if (g_ascii_isdigit (**dims)) {
      dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
      dim->dim_value = g_ascii_strtoll (*dims, NULL, 10);
    } else {
      dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
      dim->dim_param = copy (graph, *dims);
    }
    shape->dim = append (graph, shape->dim, &shape->n_dim, dim);
  }
  return shape;
}

static Onnx__ValueInfoProto *
make_value (SerOnnxGraph *graph, const char *name, const char *const *dims, const char *doc)
{
  Onnx__ValueInfoProto *value = NEW (graph, Onnx__ValueInfoProto, ONNX__VALUE_INFO_PROTO__INIT);
  Onnx__TypeProto *type = NEW (graph, Onnx__TypeProto, ONNX__TYPE_PROTO__INIT);
  Onnx__TypeProto__Tensor *tensor = NEW (graph, Onnx__TypeProto__Tensor, ONNX__TYPE_PROTO__TENSOR__INIT);

  tensor->has_elem_type = TRUE;
  tensor->elem_type = SER_ONNX_FLOAT;
  tensor->shape = make_shape (graph, dims);
  type->tensor_type = tensor;
  value->name = copy (graph, name);
  value->doc_string = copy (graph, doc);
  value->type = type;
  return value;
}

void
ser_onnx_graph_declare_input (SerOnnxGraph *graph, const char *name, const char *const *dims, const char *doc)
{
  const char *taken = new_name (graph, g_strdup (name));

  g_ptr_array_add (graph->inputs, make_value (graph, taken, dims, doc));
}

void
ser_onnx_graph_declare_output (SerOnnxGraph *graph, const char *name, const char *const *dims, const char *doc)
{
  g_ptr_array_add (graph->outputs, make_value (graph, name, dims, doc));
}

/* ---- the file ---- */

void
ser_onnx_graph_add_metadata (SerOnnxGraph *graph, const char *key, const char *value)
{
  Onnx__StringStringEntryProto *entry =
      NEW (graph, Onnx__StringStringEntryProto, ONNX__STRING_STRING_ENTRY_PROTO__INIT);

  entry->key = copy (graph, key);
  entry->value = copy (graph, value);
  g_ptr_array_add (graph->metadata, entry);
}

GBytes *
ser_onnx_graph_to_bytes (SerOnnxGraph *graph, const char *name, const char *doc, const char *version)
{
  Onnx__GraphProto content = ONNX__GRAPH_PROTO__INIT;
  Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT, *opsets[] = { &opset };
  Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
  gsize size;
  guint8 *bytes;

  content.name = (char *) name;
  content.doc_string = (char *) doc;
  content.node = (Onnx__NodeProto **) graph->nodes->pdata, content.n_node = graph->nodes->len;
  content.initializer = (Onnx__TensorProto **) graph->constants->pdata, content.n_initializer = graph->constants->len;
  content.input = (Onnx__ValueInfoProto **) graph->inputs->pdata, content.n_input = graph->inputs->len;
  content.output = (Onnx__ValueInfoProto **) graph->outputs->pdata, content.n_output = graph->outputs->len;
  opset.domain = (char *) "";
  opset.has_version = TRUE, opset.version = SER_ONNX_OPSET;
  model.has_ir_version = TRUE, model.ir_version = IR_VERSION;
  model.producer_name = (char *) "seremotion";
  model.producer_version = (char *) version;
  model.doc_string = (char *) doc;
  model.graph = &content;
  model.opset_import = opsets, model.n_opset_import = 1;
  model.metadata_props = (Onnx__StringStringEntryProto **) graph->metadata->pdata;
  model.n_metadata_props = graph->metadata->len;
  size = onnx__model_proto__get_packed_size (&model);
  bytes = g_malloc (size);
  onnx__model_proto__pack (&model, bytes);
  return g_bytes_new_take (bytes, size);
}
