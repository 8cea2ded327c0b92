/* reference.c - saved models against a second implementation, in NumPy, of all that docs/model-file.md defines
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <glib/gstdio.h>

#include "python.h"
#include "tiny-model.h"

/* Every layer, every key of the features line. */
static const struct {
  const char *features, *arch;
  double window;
} models[] = {
  { TINY_FEATURES, TINY_ARCH, 2.0 },
  { "mfcc(n=13,mels=20,delta=2,scale=slaney,melnorm=slaney,log=db,floor=1e-10,fmin=60,fmax=7000)",
      "conv1d(5,k=5,bias=0,name=first) relu bn conv1d(4,k=1) maxpool(3) lstm(3) last linear(6) relu linear", 1.5 },
  { "logmel(mels=10,rate=8000,fft=256,win=199,hop=81,norm=none)",
      "lstm(3,layers=2,bidirectional) final bn dropout(0.3) linear", 1.0 },
  { "mfcc(n=30,norm=none) mean",
      "conv1d(4,k=3) relu conv1d(6,k=3) maxpool(2) lstm(5,layers=2,bidirectional) last linear", 1.0 },
  { "mfcc(n=20,delta=1) mean", "conv1d(3) relu flatten linear(7) relu linear", 1.0 },
  { "mfcc(n=10,delta=1) stats", "flatten linear(7) relu linear", 1.1 },
  { "logmel(mels=8,range=35,norm=none) stats", "conv1d(4) bn relu maxpool(3) mean linear", 1.0 },
  { "mfcc(n=9) stats", "encoder(11,7) flatten linear(5) relu linear", 1.0 },
  { "mfcc(n=20,norm=none) mean", "encoder(6,30,name=code) conv1d(4) relu maxpool(2) lstm(3) last linear", 1.0 },
  { "logmel(mels=8,delta=1,norm=window)", "bn conv1d(4,k=7) relu mean linear", 1.0 },
  { "logmel(mels=12,norm=window)", "lstm(4) attention(3) linear", 1.2 },
  { "logmel(mels=10,delta=1,range=30,norm=cmn)", "conv1d(4,k=3) bn relu attention(2) linear", 1.4 },
  { "mfcc(n=12,mels=16,delta=1,norm=cmn)", "conv1d(4,k=5) bn relu attention(1) linear", 1.3 },
};

static void
test_reference (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  char *path = g_strdup_printf ("%s/ser-reference-%u-%u.safetensors", g_get_tmp_dir (), i, g_random_int ());
  SerModel *model = tiny_model (models[i].features, models[i].arch, models[i].window);
  GError *error = NULL;

  ser_model_set_temperature (model, 1.5);
  ser_model_save (model, path, i % 2, &error);
  g_assert_no_error (error);
  run_python ("model-reference.py", (const char *const[]){ path, NULL });
  g_unlink (path);
  ser_model_unref (model);
  g_free (path);
}

/* The model that ships. */
static void
test_default (void)
{
  run_python ("model-reference.py", (const char *const[]){ DEFAULT_MODEL, NULL });
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (models); i++) {
    char *path = g_strdup_printf ("/model/reference/%u", i);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_reference);
    g_free (path);
  }
  g_test_add_func ("/model/reference/default", test_default);
  return g_test_run ();
}
