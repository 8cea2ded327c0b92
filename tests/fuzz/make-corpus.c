/* make-corpus.c - makes the seeds under tests/fuzz/corpus
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Usage: make-corpus FOLDER. They are small, and committed; run it again when a format or a line gains something.
 */

#include <string.h>

#include "tiny-model.h"

static const char *folder;

static void
write_seed (const char *target, const char *name, const void *data, gsize size)
{
  char *dir = g_build_filename (folder, target, NULL), *path = g_build_filename (dir, name, NULL);
  GError *error = NULL;

  g_mkdir_with_parents (dir, 0777);
  g_file_set_contents (path, data, (gssize) size, &error);
  g_assert_no_error (error);
  g_free (dir);
  g_free (path);
}

/* ---- lines ---- */

static const char *const feature_lines[] = {
  "mfcc",
  "logmel mean",
  "mfcc(n=40,mels=64,fft=512,win=400,hop=160,rate=16000,delta=0)",
  "mfcc(n=13,delta=2,norm=window,log=db,floor=1e-10)",
  "logmel(mels=80,fmin=50,fmax=7600,scale=slaney,melnorm=slaney,norm=none)",
  "logmel(n=8,rate=8000,fft=64,win=33,hop=20)",
  "mfcc(n=20,norm=cmn,delta=1)",
  "mfcc(n=5,mels=8,delta=1) stats",
};

static const struct {
  guint8 channels, length, labels;
  const char *line;
} architectures[] = {
  { 8, 0, 4,
      "conv1d(64,k=3) bn relu maxpool(2) dropout(0.5) lstm(64,layers=2,bidirectional,dropout=0.5) attention(4) "
      "linear" },
  { 4, 0, 2, "conv1d(3,k=5,bias=0,name=first) relu lstm(3,bidirectional) final linear(5) relu bn linear" },
  { 1, 30, 6, "conv1d(4) relu conv1d(4,k=3) maxpool(2) lstm(5,layers=3) last linear" },
  { 1, 40, 6, "flatten linear(7,name=hidden) relu dropout(0.1) linear(6)" },
  { 3, 0, 3, "mean linear" },
  { 1, 40, 6, "encoder(7,5) flatten linear(4) relu linear" },
  { 1, 24, 3, "encoder(3,9,name=code) conv1d(4) maxpool(2) lstm(3,bidirectional) last linear" },
};

static void
make_lines (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (feature_lines); i++) {
    char *name = g_strdup_printf ("%u", i);

    write_seed ("features", name, feature_lines[i], strlen (feature_lines[i]));
    g_free (name);
  }
  for (i = 0; i < G_N_ELEMENTS (architectures); i++) {
    char *name = g_strdup_printf ("%u", i);
    GString *seed = g_string_new (NULL);

    g_string_append_c (seed, (char) architectures[i].channels);
    g_string_append_c (seed, (char) architectures[i].length);
    g_string_append_c (seed, (char) architectures[i].labels);
    g_string_append (seed, architectures[i].line);
    write_seed ("architecture", name, seed->str, seed->len);
    g_string_free (seed, TRUE);
    g_free (name);
  }
}

/* ---- files ---- */

static void
make_safetensors (void)
{
  static const struct {
    const char *name, *header;
    gsize n;
  } files[] = {
    { "f32", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8 },
    { "f16",
        "{\"__metadata__\":{\"k\\u00e9\":\"\\ud83d\\ude00\\n\"},\"a\":{\"dtype\":\"F16\",\"shape\":[1,2,1,1],"
        "\"data_offsets\":[0,4]},\"b.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[4,12]}} ",
        12 },
    { "empty", "{}", 0 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (files); i++) {
    GByteArray *file = g_byte_array_new ();
    const guint8 head[8] = { (guint8) strlen (files[i].header) }, data[16] = { 0, 0, 1, 1, 2, 2 };

    g_byte_array_append (file, head, 8);
    g_byte_array_append (file, (const guint8 *) files[i].header, head[0]);
    g_byte_array_append (file, data, (guint) files[i].n);
    write_seed ("safetensors", files[i].name, file->data, file->len);
    g_byte_array_unref (file);
  }
}

static void
make_model (const char *name, const char *features, const char *arch, gboolean half)
{
  SerModel *model = tiny_model (features, arch, 1.0);
  char *path = g_build_filename (folder, "model", name, NULL), *dir = g_path_get_dirname (path);
  GError *error = NULL;

  g_mkdir_with_parents (dir, 0777);
  ser_model_set_metadata (model, "licence", "CC0");
  ser_model_save (model, path, half, &error);
  g_assert_no_error (error);
  ser_model_unref (model);
  g_free (path);
  g_free (dir);
}

int
main (int argc, char **argv)
{
  g_assert (argc == 2);
  folder = argv[1];
  make_lines ();
  make_safetensors ();
  make_model ("usual", "logmel(mels=8,norm=window,rate=8000,fft=128,win=100,hop=100)",
      "conv1d(3,k=3) bn relu maxpool(2) lstm(2,bidirectional) attention(2) linear", TRUE);
  make_model ("report", "mfcc(n=3,mels=8,rate=8000,fft=128,win=100,hop=100) mean",
      "conv1d(2,k=3) relu maxpool(2) dropout(0.5) lstm(2,layers=2) last linear", FALSE);
  make_model ("encoder", "mfcc(n=3,mels=8,rate=8000,fft=128,win=100,hop=100) stats",
      "encoder(5,4) flatten linear(3) relu linear", TRUE);
  make_model ("least", "logmel(mels=8,norm=none,rate=8000,fft=128,win=100,hop=100)", "mean linear", TRUE);
  return 0;
}
