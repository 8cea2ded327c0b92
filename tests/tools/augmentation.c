/* augmentation.c - trainings with an augmentation line, and the recordings that it draws from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <glib/gstdio.h>
#include <string.h>

#include "fixture.h"

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
  status = fixture_run ();
  g_free (corpus);
  g_free (sounds);
  return status;
}
