/* onnx-graph.h - an ONNX graph put together node by node, and its bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Operators are those of opset 17. Values are known by their names, which the functions below return; a name belongs to
 * the graph and lives as long as it. All strings and arrays given are copied; strings are UTF-8.
 */

#ifndef SER_ONNX_GRAPH_H
#define SER_ONNX_GRAPH_H

#include <glib.h>

#define SER_ONNX_OPSET 17

/* Values of TensorProto.DataType. */
enum { SER_ONNX_FLOAT = 1, SER_ONNX_INT64 = 7 };

typedef struct _SerOnnxGraph SerOnnxGraph;

SerOnnxGraph *ser_onnx_graph_new (void);
void ser_onnx_graph_free (SerOnnxGraph *graph);

/* Names of nodes begin with the scope, `SCOPE/`, from now on. */
void ser_onnx_graph_set_scope (SerOnnxGraph *graph, const char *scope);

/* A node of the operator with the inputs, NULL-terminated, and one output, whose name is returned. */
const char *ser_onnx_graph_add (SerOnnxGraph *graph, const char *op, const char *const *inputs);
#define SER_ONNX_INPUTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* What is said of the node that was added last: one more output, whose name is returned, and attributes. */
const char *ser_onnx_graph_add_output (SerOnnxGraph *graph);
void ser_onnx_graph_set_int (SerOnnxGraph *graph, const char *attribute, gint64 value);
void ser_onnx_graph_set_ints (SerOnnxGraph *graph, const char *attribute, const gint64 *values, guint n);
void ser_onnx_graph_set_string (SerOnnxGraph *graph, const char *attribute, const char *value);

/* Constants; `name` must be new. n_dims 0 is a scalar. */
const char *ser_onnx_graph_add_floats (
    SerOnnxGraph *graph, const char *name, const float *data, guint n_dims, const gsize *dims);

/* An int64 vector [n], or with n 0 the scalar *values. Equal ones are the same constant. */
const char *ser_onnx_graph_add_ints (SerOnnxGraph *graph, const gint64 *values, guint n);

/* The graph's own inputs and outputs, float32. A dimension is a number in decimal, or else a name for one that varies.
 * `name` of an output is a value's: ser_onnx_graph_name_output() gives the node added last one of choice. */
void ser_onnx_graph_declare_input (SerOnnxGraph *graph, const char *name, const char *const *dims, const char *doc);
void ser_onnx_graph_declare_output (SerOnnxGraph *graph, const char *name, const char *const *dims, const char *doc);
const char *ser_onnx_graph_name_output (SerOnnxGraph *graph, const char *name);

/* A string of the file's metadata_props, in the order of the calls. */
void ser_onnx_graph_add_metadata (SerOnnxGraph *graph, const char *key, const char *value);

/* The file: a ModelProto with the graph, called `name` and described by `doc`. */
GBytes *ser_onnx_graph_to_bytes (SerOnnxGraph *graph, const char *name, const char *doc, const char *version);

#endif /* SER_ONNX_GRAPH_H */
