/* tensors.h - an ordered set of named float tensors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TENSORS_H
#define SER_TENSORS_H

#include <glib.h>

#define SER_TENSOR_MAX_DIMS 4

/* Row-major (C order), the last dimension contiguous. In memory always float; files hold F32 or F16. */
typedef struct {
  char *name;
  guint n_dims;
  gsize dims[SER_TENSOR_MAX_DIMS];
  gsize n;     /* product of dims */
  float *data; /* [n], owned by the set */
} SerTensor;

typedef struct _SerTensors SerTensors;

SerTensors *ser_tensors_new (void);
void ser_tensors_free (SerTensors *tensors);

/* Adds a tensor filled with zeros, after those already there. `name` must be new, dims[n_dims] positive. The pointer
 * stays valid as long as the set. */
SerTensor *ser_tensors_add (SerTensors *tensors, const char *name, guint n_dims, const gsize *dims);

guint ser_tensors_get_n (const SerTensors *tensors);
SerTensor *ser_tensors_get (const SerTensors *tensors, guint i);

/* NULL when there is none of that name. */
SerTensor *ser_tensors_find (const SerTensors *tensors, const char *name);

SerTensors *ser_tensors_copy (const SerTensors *tensors);

#endif /* SER_TENSORS_H */
