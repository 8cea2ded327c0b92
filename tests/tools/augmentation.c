/* augmentation.c - an augmentation line in train, augment and evaluate, and the recordings that it draws from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <glib/gstdio.h>
#include <string.h>

#include "codec.h"
#include "fixture.h"
#include "media.h"

#define QUICK                                                                                                          \
  "--features 'logmel(n=16,mels=16)' --arch 'conv1d(16,k=3) bn relu maxpool(2) mean linear' --batch 8 --votes 0 "      \
  "--crop 0.5,1 --epochs 2 --threads 1 --output m.safetensors "

#define ALL                                                                                                            \
  "noise(5:20,p=0.5) reverb(recorded=0.5,p=0.5) gain(6,p=0.5) eq(4,p=0.5) pitch(2,p=0.5) stretch(1.1,p=0.5) "          \
  "shift(0.1,p=0.5) resample(8000,p=0.5) specaugment(1,10,1,4) mixup(0.3)"

static char *corpus; /* folder of the small CREMA-D */
static char *sounds; /* folder with noise/ and rooms/, and others with nothing to use */

static void
make_sounds (void)
{
  const gint16 silence[4000] = { 0 };
  gint16 room[4000] = { 0 };

  sounds = fixture_folder ();
  for (guint i = 0; i < 3; i++) {
    g_autofree char *name = g_strdup_printf ("noise/deeper/%u.wav", i);
    g_autofree gint16 *noise = fixture_noise (i, 20000);
    fixture_write_wav (sounds, name, 16000, 1, noise, 20000);
  }
  for (guint i = 0; i < 4000; i++)
    room[i] = i % 50 == 0 ? 20000 >> (i / 400) : 0;
  fixture_write_wav (sounds, "rooms/hall.wav", 16000, 1, room, 4000);
  fixture_write_wav (sounds, "silent/a.wav", 16000, 1, silence, 4000);
  fixture_write (sounds, "broken/a.wav", "no sound at all");
  fixture_write (sounds, "empty/readme.txt", "no sound");
  fixture_write (sounds, "list.csv", "path,emotion,speaker,start,end\nnoise/deeper/1.wav,rain,x,0.2,1\n");
}

/* Trains in a folder of its own; gives the exit status, and the model's bytes in *model where it is not NULL. */
static int
train (char **model, gsize *size, char **error, const char *options)
{
  g_autofree char *folder = fixture_folder (), *here = g_get_current_dir ();
  int status;

  g_assert_cmpint (g_chdir (folder), ==, 0);
  status = fixture_seremotion (NULL, error, "train --corpus crema-d --data '%s' " QUICK "%s", corpus, options);
  if (model)
    g_assert_true (g_file_get_contents ("m.safetensors", model, size, NULL));
  g_assert_cmpint (g_chdir (here), ==, 0);
  return status;
}

/* Everything at once, with recordings given as folders and as a manifest; the same command makes the same file. */
static void
test_all (void)
{
  g_autofree char *options = g_strdup_printf (
      "--augment '" ALL "' --noise '%s/noise' --noise '%s/list.csv' --rir '%s/rooms'", sounds, sounds, sounds);
  g_autofree char *first = NULL, *second = NULL;
  gsize sizes[2];

  g_assert_cmpint (train (&first, &sizes[0], NULL, options), ==, 0);
  g_assert_cmpint (train (&second, &sizes[1], NULL, options), ==, 0);
  g_assert_cmpmem (first, sizes[0], second, sizes[1]);
}

/* What is left out is named, what is missing ends the training in one line. */
static void
test_recordings (void)
{
  static const struct {
    const char *folder, *about;
  } cases[] = { { "nowhere", "nowhere" }, { "empty", "no audio file is there" },
    { "silent", "left out: a.wav: digital silence\n" }, { "broken", "left out: a.wav: " } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *options = g_strdup_printf ("--augment 'noise(10)' --noise '%s/%s'", sounds, cases[i].folder);
    g_autofree char *error = NULL;
    g_assert_cmpint (train (NULL, NULL, &error, options), ==, 1);
    if (!strstr (error, cases[i].about) || !strstr (error, "seremotion train: "))
      g_error ("%s: %s", cases[i].folder, error);
  }
}

/* Recordings that no item draws from are not even looked for. */
static void
test_unused (void)
{
  g_assert_cmpint (train (NULL, NULL, NULL, "--augment 'gain(3)' --noise nowhere --rir nowhere"), ==, 0);
}

/* ---- augment ---- */

/* Runs `augment` on a voice; gives the exit status and the samples written. */
static int
augment (const char *options, gint16 **samples, gsize *n, char **output, char **error)
{
  g_autofree char *folder = fixture_folder (), *in = g_build_filename (folder, "voice.wav", NULL);
  g_autofree char *out = g_build_filename (folder, "out.wav", NULL);
  int status;

  fixture_write_voice (folder, "voice.wav", 2, 1, 1.5);
  status = fixture_seremotion (output, error, "augment '%s' '%s' %s", in, out, options);
  *samples = status == 0 ? ser_media_decode (out, 16000, n, NULL) : NULL;
  return status;
}

/* It says what was drawn and writes what it says. */
static void
test_augment (void)
{
  g_autofree gint16 *plain = NULL, *soft = NULL, *longer = NULL;
  g_autofree char *output = NULL, *said = NULL;
  gsize n, n_soft, n_longer;

  g_assert_cmpint (augment ("--augment ''", &plain, &n, &said, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (said, "nothing\nwrote "));
  g_assert_cmpint (augment ("--augment 'gain(-6.0206:-6.0206)'", &soft, &n_soft, &output, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (output, "gain -6.0 dB\nwrote "));
  g_assert_cmpuint (n_soft, ==, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpint (ABS (2 * soft[i] - plain[i]), <=, 1);
  g_assert_cmpint (augment ("--augment 'stretch(1.5:1.5)'", &longer, &n_longer, NULL, NULL), ==, 0);
  g_assert_cmpuint (n_longer, ==, n * 3 / 2);
}

/* One seed, one sound. */
static void
test_augment_seed (void)
{
  static const char *const seeds[] = { "", "--seed 1", "--seed 2" };
  gint16 *samples[3];
  gsize n[3];

  for (guint i = 0; i < 3; i++) {
    g_autofree char *options = g_strdup_printf ("--augment 'noise(5:20) reverb gain(6) pitch(2) shift(0.2)' "
                                                "--noise '%s/noise' --rir '%s/rooms' %s",
        sounds, sounds, seeds[i]);
    g_assert_cmpint (augment (options, &samples[i], &n[i], NULL, NULL), ==, 0);
  }
  g_assert_cmpmem (samples[0], n[0] * sizeof (gint16), samples[1], n[1] * sizeof (gint16));
  g_assert_true (memcmp (samples[0], samples[2], n[0] * sizeof (gint16)) != 0);
  for (guint i = 0; i < 3; i++)
    g_free (samples[i]);
}

/* What cannot be heard or is too loud is said. */
static void
test_augment_notes (void)
{
  g_autofree gint16 *samples = NULL;
  g_autofree char *error = NULL;
  gsize n;

  g_assert_cmpint (
      augment ("--augment 'mixup(0.3) gain(40:40) specaugment(1,9,1,9)'", &samples, &n, NULL, &error), ==, 0);
  g_assert_nonnull (strstr (error, "mixup acts on a training's features: it cannot be heard"));
  g_assert_nonnull (strstr (error, "specaugment acts on a training's features: it cannot be heard"));
  g_assert_nonnull (strstr (error, "samples are too loud for 16 bits and were clipped"));
}

static void
test_augment_faults (void)
{
  static const struct {
    const char *options;
    int status;
  } cases[] = { { "", 2 }, { "--augment 'gain'", 2 }, { "--augment 'noise(10)'", 2 },
    { "--augment 'reverb(recorded=1)'", 2 }, { "--augment '' surplus", 2 },
    { "--augment 'noise(10)' --noise nowhere", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gint16 *samples = NULL;
    g_autofree char *error = NULL;
    gsize n;
    int status = augment (cases[i].options, &samples, &n, NULL, &error);
    if (status != cases[i].status || !g_str_has_prefix (error, "seremotion augment: ")
        || strchr (error, '\n') != error + strlen (error) - 1)
      g_error ("%s: %d, %s", cases[i].options, status, error);
  }
}

/* ---- evaluate ---- */

/* The table of the built-in model's predictions, and what was printed. */
static char *
predict (const char *options, char **output)
{
  g_autofree char *folder = fixture_folder (), *csv = g_build_filename (folder, "e.csv", NULL);
  char *text;

  g_assert_cmpint (fixture_seremotion (output, NULL, "evaluate --csv '%s' %s", csv, options), ==, 0);
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  return text;
}

/* The same for the small corpus. */
static char *
predict_corpus (const char *options, char **output)
{
  g_autofree char *all = g_strdup_printf ("--corpus crema-d --data '%s' %s", corpus, options);

  return predict (all, output);
}

/* Nothing done changes nothing; what is done is drawn by the clip's name, whatever the other clips; figures say it. */
static void
test_evaluate (void)
{
  g_autofree char *noise = g_strdup_printf ("--augment 'noise(0:10)' --noise '%s/noise'", sounds);
  g_autofree char *less = g_strconcat (noise, " --split valid", NULL), *other = g_strconcat (noise, " --seed 2", NULL);
  g_autofree char *plain = predict_corpus ("", NULL), *same = predict_corpus ("--augment 'gain(0:0)'", NULL);
  g_autofree char *printed = NULL, *all = predict_corpus (noise, &printed);
  g_autofree char *some = predict_corpus (less, NULL), *seed = predict_corpus (other, NULL);
  g_auto (GStrv) rows = g_strsplit (some, "\n", -1);

  g_assert_true (g_str_equal (plain, same));
  g_assert_false (g_str_equal (plain, all));
  g_assert_false (g_str_equal (seed, all));
  g_assert_cmpuint (g_strv_length (rows), >, 6);
  for (guint i = 0; rows[i]; i++)
    g_assert_nonnull (strstr (all, rows[i]));
  g_assert_nonnull (strstr (printed, ", after noise(0:10): 48 clips"));
}

/* Streams get the altered sound as well; the sample recording passes the speech gate. */
static void
test_evaluate_stream (void)
{
  g_autofree char *sample = g_test_build_filename (G_TEST_DIST, "..", "..", "examples", "sample.opus", NULL);
  g_autofree char *path = g_canonicalize_filename (sample, NULL);
  g_autofree char *rows = g_strdup_printf ("path,emotion,speaker\n%s,anger,x\n", path);
  g_autofree char *clips = fixture_folder (), *list = g_build_filename (clips, "list.csv", NULL);
  g_autofree char *from = g_strdup_printf ("--as-stream --manifest '%s'", list), *plain = NULL, *same = NULL;
  g_autofree char *nothing = g_strconcat (from, " --augment 'gain(0:0)'", NULL), *other = NULL;
  g_autofree char *telephone = g_strconcat (from, " --augment 'resample(4000)'", NULL);

  fixture_write (clips, "list.csv", rows);
  plain = predict (from, NULL);
  same = predict (nothing, NULL);
  other = predict (telephone, NULL);
  g_assert_nonnull (strstr (plain, "sample.opus"));
  g_assert_true (g_str_equal (plain, same));
  g_assert_false (g_str_equal (plain, other));
}

static void
test_evaluate_codec (void)
{
  g_autoptr (GError) error = NULL;
  gint16 silence[100] = { 0 };
  g_autofree gint16 *coded = ser_codec_mp3 (silence, 100, 16000, 64, &error);

  if (!coded) {
    g_test_skip (error->message);
    return;
  }
  g_autofree char *plain = predict_corpus ("--split valid", NULL);
  g_autofree char *one = predict_corpus ("--split valid --augment 'gain(-6:-6) mp3(64) stretch(1.1)'", NULL);
  g_autofree char *two = predict_corpus ("--split valid --augment 'gain(-6:-6) mp3(64) stretch(1.1)'", NULL);
  g_assert_false (g_str_equal (plain, one));
  g_assert_true (g_str_equal (one, two));
}

/* A codec is not for training. */
static void
test_train_codec (void)
{
  g_autofree char *error = NULL;

  g_assert_cmpint (train (NULL, NULL, &error, "--augment 'mp3(64)'"), ==, 2);
  g_assert_nonnull (strstr (error, "`mp3` is too slow to train with"));
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  corpus = fixture_folder ();
  fixture_write_crema_d (corpus);
  make_sounds ();
  g_test_add_func ("/tools/augmentation/all", test_all);
  g_test_add_func ("/tools/augmentation/recordings", test_recordings);
  g_test_add_func ("/tools/augmentation/unused", test_unused);
  g_test_add_func ("/tools/augmentation/codec", test_train_codec);
  g_test_add_func ("/tools/augmentation/augment/what", test_augment);
  g_test_add_func ("/tools/augmentation/augment/seed", test_augment_seed);
  g_test_add_func ("/tools/augmentation/augment/notes", test_augment_notes);
  g_test_add_func ("/tools/augmentation/augment/faults", test_augment_faults);
  g_test_add_func ("/tools/augmentation/evaluate/clips", test_evaluate);
  g_test_add_func ("/tools/augmentation/evaluate/stream", test_evaluate_stream);
  g_test_add_func ("/tools/augmentation/evaluate/codec", test_evaluate_codec);
  status = fixture_run ();
  g_free (corpus);
  g_free (sounds);
  return status;
}
