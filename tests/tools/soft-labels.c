/* soft-labels.c - tests of other models' predictions as targets of a training
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "soft-labels.h"

#include <string.h>

#include "fixture.h"
#include "ser.h"

static const char *const labels[] = { "anger", "fear", "joy", NULL };

static SerSoftLabels *
load (const char *folder, const char *first, const char *second, GError **error)
{
  g_autofree char *a = g_build_filename (folder, "a.csv", NULL), *b = g_build_filename (folder, "b.csv", NULL);
  const char *paths[] = { a, second ? b : NULL, NULL };

  fixture_write (folder, "a.csv", first);
  if (second)
    fixture_write (folder, "b.csv", second);
  return ser_soft_labels_load (paths, labels, error);
}

/* The mean over the files that have a clip, in the order of the labels asked for, with sum 1. */
static void
test_mean (void)
{
  g_autofree char *folder = fixture_folder ();
  GError *error = NULL;
  g_autoptr (SerSoftLabels) soft =
      load (folder, "clip,speaker,emotion,p_anger,p_fear,p_joy\nx,s,fear,0.5,0.25,0.25\ny,s,joy,0.3,0.3,0.3\n",
          "clip,speaker,emotion,p_joy,p_anger,p_fear\nx,s,fear,0.75,0,0.25\n", &error);
  const float *x, *y;

  g_assert_no_error (error);
  x = ser_soft_labels_find (soft, "x");
  y = ser_soft_labels_find (soft, "y");
  g_assert_cmpfloat_with_epsilon (x[0], 0.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (x[1], 0.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (x[2], 0.5, 1e-6);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (y[i], 1.0 / 3.0, 1e-6);
  g_assert_null (ser_soft_labels_find (soft, "z"));
}

static void
test_other_labels (void)
{
  static const char *const tables[] = {
    "clip,speaker,emotion,p_anger,p_fear,p_calm\nx,s,fear,0.5,0.25,0.25\n",
    "clip,speaker,emotion,p_anger,p_fear\nx,s,fear,0.5,0.5\n",
    "clip,speaker,emotion,p_anger,p_fear,p_joy,p_calm\nx,s,fear,0.5,0.5,0,0\n",
  };
  g_autofree char *folder = fixture_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (load (folder, tables[i], NULL, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
    g_assert_nonnull (strstr (error->message, "those of the training anger fear joy"));
  }
}

/* A teacher's predictions of the training clips teach another model, and a third one starts from the second. */
static void
test_program (void)
{
  static const char *const common = "--features 'logmel(n=16,mels=16)' --arch 'conv1d(16,k=3) bn relu mean linear' "
                                    "--batch 8 --votes 0 --augment '' --crop 1,1 --lr 1e-2";
  g_autofree char *folder = fixture_folder (), *corpus = fixture_folder (), *out = NULL, *error = NULL;

  fixture_write_crema_d (corpus);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "train --corpus crema-d --data '%s' %s --epochs 8 -o '%s/t'", corpus,
                       common, folder),
      ==, 0);
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "evaluate -m '%s/t' --corpus crema-d --data '%s' --split train --csv '%s/t.csv'",
          folder, corpus, folder),
      ==, 0);
  g_assert_cmpint (fixture_seremotion (&out, NULL,
                       "train --corpus crema-d --data '%s' %s --epochs 8 --soft-labels '%s/t.csv' --soft-share 0.8 "
                       "-o '%s/s'",
                       corpus, common, folder, folder),
      ==, 0);
  g_assert_nonnull (strstr (out, "soft labels for 36 of 36 training clips"));
  g_clear_pointer (&out, g_free);
  g_assert_cmpint (
      fixture_seremotion (&out, NULL, "train --corpus crema-d --data '%s' %s --epochs 1 --init '%s/s' -o '%s/i'",
          corpus, common, folder, folder),
      ==, 0);
  g_assert_nonnull (strstr (out, "starting from"));
  fixture_write (folder, "u.csv",
      "clip,speaker,emotion,p_anger,p_disgust,p_fear,p_happiness,p_neutral,p_sadness\n"
      "unknown,s,fear,0,0,1,0,0,0\n");
  g_assert_cmpint (
      fixture_seremotion (NULL, &error, "train --corpus crema-d --data '%s' %s --soft-labels '%s/u.csv' -o '%s/u'",
          corpus, common, folder, folder),
      ==, 1);
  g_assert_nonnull (strstr (error, "no training clip is in the tables of --soft-labels"));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/soft-labels/mean", test_mean);
  g_test_add_func ("/tools/soft-labels/other-labels", test_other_labels);
  g_test_add_func ("/tools/soft-labels/program", test_program);
  return fixture_run ();
}
