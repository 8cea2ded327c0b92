/* tensors.c - an ordered set of named float tensors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/tensors.h"

#include <string.h>

struct _SerTensors {
  GPtrArray *list;   /* SerTensor *, in order of addition */
  GHashTable *index; /* the tensors' own names -> SerTensor *, not owned */
};

static void
free_tensor (gpointer data)
{
  SerTensor *tensor = data;

  g_free (tensor->name);
  g_free (tensor->data);
  g_free (tensor);
}

SerTensors *
ser_tensors_new (void)
{
  SerTensors *tensors = g_new0 (SerTensors, 1);

  tensors->list = g_ptr_array_new_with_free_func (free_tensor);
  tensors->index = g_hash_table_new (g_str_hash, g_str_equal);
  return tensors;
}

void
ser_tensors_free (SerTensors *tensors)
{
  if (tensors == NULL)
    return;
  g_hash_table_unref (tensors->index);
  g_ptr_array_unref (tensors->list);
  g_free (tensors);
}

SerTensor *
ser_tensors_add (SerTensors *tensors, const char *name, guint n_dims, const gsize *dims)
{
  SerTensor *tensor = g_new0 (SerTensor, 1);
  guint i;

  g_assert (n_dims >= 1 && n_dims <= SER_TENSOR_MAX_DIMS);
  g_assert (ser_tensors_find (tensors, name) == NULL);

  tensor->name = g_strdup (name);
  tensor->n_dims = n_dims;
  tensor->n = 1;
  for (i = 0; i < n_dims; i++) {
    g_assert (dims[i] > 0 && tensor->n <= G_MAXSIZE / dims[i]);
    tensor->dims[i] = dims[i];
    tensor->n *= dims[i];
  }
  tensor->data = g_new0 (float, tensor->n);
  g_ptr_array_add (tensors->list, tensor);
  g_hash_table_insert (tensors->index, tensor->name, tensor);
  return tensor;
}

guint
ser_tensors_get_n (const SerTensors *tensors)
{
  return tensors->list->len;
}

SerTensor *
ser_tensors_get (const SerTensors *tensors, guint i)
{
  g_assert (i < tensors->list->len);
  return tensors->list->pdata[i];
}

SerTensor *
ser_tensors_find (const SerTensors *tensors, const char *name)
{
  return g_hash_table_lookup (tensors->index, name);
}

SerTensors *
ser_tensors_copy (const SerTensors *tensors)
{
  SerTensors *copy = ser_tensors_new ();
  guint i;

  for (i = 0; i < tensors->list->len; i++) {
    const SerTensor *from = tensors->list->pdata[i];
    SerTensor *to = ser_tensors_add (copy, from->name, from->n_dims, from->dims);

    memcpy (to->data, from->data, from->n * sizeof (float));
  }
  return copy;
}
