/* tensors.c - tests of the set of tensors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/tensors.h"

static void
test_order_and_names (void)
{
  SerTensors *tensors = ser_tensors_new ();
  const gsize dims[] = { 2, 3, 4, 5 };
  SerTensor *first = ser_tensors_add (tensors, "zebra", 4, dims);
  guint i;

  for (i = 0; i < 1000; i++) {
    char *name = g_strdup_printf ("t%u", i);

    ser_tensors_add (tensors, name, 1, dims);
    g_free (name);
  }
  g_assert_cmpuint (ser_tensors_get_n (tensors), ==, 1001);
  g_assert_true (ser_tensors_get (tensors, 0) == first);
  g_assert_true (ser_tensors_find (tensors, "zebra") == first);
  g_assert_cmpstr (ser_tensors_get (tensors, 1000)->name, ==, "t999");
  g_assert_true (ser_tensors_find (tensors, "t999") == ser_tensors_get (tensors, 1000));
  g_assert_null (ser_tensors_find (tensors, "t1000"));
  g_assert_cmpuint (first->n, ==, 120);
  for (i = 0; i < 4; i++)
    g_assert_cmpuint (first->dims[i], ==, dims[i]);
  for (i = 0; i < 120; i++)
    g_assert_cmpfloat (first->data[i], ==, 0);
  ser_tensors_free (tensors);
}

static void
test_copy (void)
{
  SerTensors *tensors = ser_tensors_new (), *copy;
  const gsize dims[] = { 2, 2 };
  SerTensor *a = ser_tensors_add (tensors, "a", 2, dims);

  ser_tensors_add (tensors, "b", 1, dims);
  a->data[3] = 7;
  copy = ser_tensors_copy (tensors);
  a->data[3] = 8;
  ser_tensors_free (tensors);
  g_assert_cmpuint (ser_tensors_get_n (copy), ==, 2);
  g_assert_cmpstr (ser_tensors_get (copy, 1)->name, ==, "b");
  g_assert_cmpuint (ser_tensors_find (copy, "a")->n_dims, ==, 2);
  g_assert_cmpfloat (ser_tensors_find (copy, "a")->data[3], ==, 7);
  ser_tensors_free (copy);
  ser_tensors_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/tensors/order-and-names", test_order_and_names);
  g_test_add_func ("/model/tensors/copy", test_copy);
  return g_test_run ();
}
