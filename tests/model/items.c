/* items.c - tests of the reader of `name(arg,key=value,flag)` items
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/items.h"

#include <string.h>

#include "ser.h"

static void
test_parts (void)
{
  const char *p = " \tfirst\nsecond_2(64,k=3,flag,x=-1.5e-3)  ";
  SerItem item = SER_ITEM_INIT;
  GError *error = NULL;
  guint u;
  double d;

  g_assert_true (ser_item_next (&p, &item, &error));
  g_assert_cmpstr (item.name, ==, "first");
  g_assert_cmpuint (item.index, ==, 1);
  g_assert_cmpuint (item.n_args, ==, 0);

  g_assert_true (ser_item_next (&p, &item, &error));
  g_assert_cmpstr (item.name, ==, "second_2");
  g_assert_cmpuint (item.index, ==, 2);
  g_assert_cmpuint (item.n_args, ==, 4);
  g_assert_true (ser_item_uint (&item, 0, 1, 64, &u, &error));
  g_assert_cmpuint (u, ==, 64);
  g_assert_true (ser_item_is_key (&item, 1, "k"));
  g_assert_false (ser_item_is_flag (&item, 1, "3"));
  g_assert_true (ser_item_is_flag (&item, 2, "flag"));
  g_assert_true (ser_item_double (&item, 3, -1, 1, &d, &error));
  g_assert_cmpfloat (d, ==, -1.5e-3);

  g_assert_false (ser_item_next (&p, &item, &error));
  g_assert_no_error (error);
}

/* The fault of a line's first item. */
static void
check_fault (const char *line, const char *expected)
{
  SerItem item = SER_ITEM_INIT;
  GError *error = NULL;

  g_assert_false (ser_item_next (&line, &item, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (strstr (error->message, expected) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, expected);
  g_error_free (error);
}

static void
test_faults (void)
{
  char *many = g_strdup ("x("), *more;
  guint i;

  check_fault ("(3)", "item 1: `(` where a name");
  check_fault ("\xc3(3)", "byte 0xc3 where a name");
  check_fault ("Conv", "item 1 (`Conv`): a name is lower-case");
  check_fault ("3", "a name is lower-case");
  check_fault ("abcdefghijklmnopqrstuvwxyz", "longer than 15");
  check_fault ("x(", "the line ends where an argument");
  check_fault ("x()", "`)` where an argument");
  check_fault ("x(1,,2)", "`,` where an argument");
  check_fault ("x(1 ,2)", "white space where `,` or `)`");
  check_fault ("x(1", "the line ends where `,` or `)`");
  check_fault ("x(1)y", "`y` where white space");
  check_fault ("x(1)(2)", "`(` where white space");
  check_fault ("x(k=)", "`)` where a value");
  check_fault ("x(k=1=2)", "`=` where `,` or `)`");
  check_fault ("x(=2)", "`=` where an argument");
  check_fault ("x(K=2)", "`K` is not the name of an argument");
  check_fault ("x(k=2,k=3)", "`k` is given twice");
  check_fault ("x(k=1,abcdefghijklmnopq=2)", "is not the name of an argument");
  check_fault ("x(0123456789012345678901234567890123456789012345678)", "longer than 47");
  for (i = 0; i < SER_ITEM_MAX_ARGS + 1; i++) {
    more = g_strconcat (many, i > 0 ? ",1" : "1", NULL);
    g_free (many);
    many = more;
  }
  check_fault (many, "more than 24 arguments");
  g_free (many);
}

static gboolean
read_uint (const char *line)
{
  SerItem item = SER_ITEM_INIT;
  guint u;

  g_assert_true (ser_item_next (&line, &item, NULL));
  return ser_item_uint (&item, 0, 2, 4096, &u, NULL);
}

static gboolean
read_double (const char *line)
{
  SerItem item = SER_ITEM_INIT;
  double d;

  g_assert_true (ser_item_next (&line, &item, NULL));
  return ser_item_double (&item, 0, 0, 1, &d, NULL);
}

static void
test_numbers (void)
{
  g_assert_true (read_uint ("x(2)") && read_uint ("x(4096)") && read_uint ("x(0017)"));
  g_assert_false (read_uint ("x(1)") || read_uint ("x(4097)") || read_uint ("x(-3)") || read_uint ("x(+3)"));
  g_assert_false (read_uint ("x(3.0)") || read_uint ("x(3x)") || read_uint ("x(99999999999999999999999)"));
  g_assert_true (read_double ("x(0)") && read_double ("x(1.0)") && read_double ("x(k=1e-10)"));
  g_assert_false (read_double ("x(nan)") || read_double ("x(inf)") || read_double ("x(1.01)") || read_double ("x(-1)"));
  g_assert_false (read_double ("x(0.5.)") || read_double ("x(e)") || read_double ("x(1e999)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/items/parts", test_parts);
  g_test_add_func ("/model/items/faults", test_faults);
  g_test_add_func ("/model/items/numbers", test_numbers);
  return g_test_run ();
}
