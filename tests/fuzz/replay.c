/* replay.c - runs a fuzz target's seeds, and many small changes of them, as a test that needs no libFuzzer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Usage: replay-TARGET FOLDER. The changes come from a generator with a fixed seed: every run is the same.
 */

#include <glib.h>
#include <string.h>

#include "fuzz.h"

#define CHANGES (g_getenv ("SEREMOTION_TEST_QUICK") != NULL ? 100 : 2000)

static GPtrArray *seeds; /* GBytes * */

static void
read_seeds (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    char *path = g_build_filename (folder, name, NULL), *data;
    gsize size;

    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    g_ptr_array_add (seeds, g_bytes_new_take (data, size));
    g_free (path);
  }
  g_dir_close (dir);
}

/* In a block of exactly its size, so that a sanitizer or valgrind sees a read beyond it. */
static void
run (const guint8 *data, gsize size)
{
  guint8 *copy = g_malloc (size + (size == 0));

  memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
  g_free (copy);
}

static void
test_seeds (void)
{
  guint i;

  g_assert_cmpuint (seeds->len, >, 0);
  for (i = 0; i < seeds->len; i++)
    run (g_bytes_get_data (seeds->pdata[i], NULL), g_bytes_get_size (seeds->pdata[i]));
  run ((const guint8 *) "", 0);
}

/* One of: a bit turned, a byte replaced, a piece cut out, a piece doubled, the end cut off. */
static void
change (GByteArray *data, GRand *rand)
{
  guint at, length;

  if (data->len == 0)
    return;
  at = (guint) g_rand_int_range (rand, 0, (gint32) data->len);
  length = (guint) g_rand_int_range (rand, 1, 17);
  length = MIN (length, data->len - at);
  switch (g_rand_int_range (rand, 0, 5)) {
    case 0:
      data->data[at] ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      data->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
      break;
    case 2:
      g_byte_array_remove_range (data, at, length);
      break;
    case 3: {
      guint8 piece[16];

      memcpy (piece, data->data + at, length);
      g_byte_array_append (data, piece, length);
      memmove (data->data + at + length, data->data + at, data->len - at - length);
      break;
    }
    default:
      g_byte_array_set_size (data, at);
  }
}

static void
test_changes (void)
{
  GRand *rand = g_rand_new_with_seed (5);
  guint i, n;

  for (i = 0; i < CHANGES; i++) {
    GBytes *seed = seeds->pdata[i % seeds->len];
    GByteArray *data = g_byte_array_new ();

    g_byte_array_append (data, g_bytes_get_data (seed, NULL), (guint) g_bytes_get_size (seed));
    for (n = (guint) g_rand_int_range (rand, 1, 4); n > 0; n--)
      change (data, rand);
    run (data->data, data->len);
    g_byte_array_unref (data);
  }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  read_seeds (argv[1]);
  g_test_add_func ("/fuzz/seeds", test_seeds);
  g_test_add_func ("/fuzz/changes", test_changes);
  status = g_test_run ();
  g_ptr_array_unref (seeds);
  return status;
}
