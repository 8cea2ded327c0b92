/* augment.c - seremotion augment: what an augmentation line does to a recording, to be listened to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>

#include "alter.h"
#include "clips.h"
#include "command.h"
#include "media.h"

/* Of what is written, in Hz: the features lines' default. */
#define RATE 16000

typedef struct {
  SerAugmentation augmentation;
  gint64 seed;
} Options;

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "Seed of what is drawn (default 1)", "N" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  ser_augmentation_add_options (&o->augmentation, group);
  g_option_group_add_entries (group, entries);
  return group;
}

static gboolean
check_options (const Options *o, const char *in, const char *out, GError **error)
{
  const char *const inputs[] = { in, NULL };

  if (!o->augmentation.line) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--augment LINE is missing");
    return FALSE;
  }
  return ser_augmentation_check (&o->augmentation, error) && ser_command_check_output ("OUT", out, inputs, error);
}

static void
report (const char *out, const char *what, gsize n, gsize n_clipped)
{
  printf ("%s\nwrote %s (%.2f s, %d Hz mono)\n", what, out, n / (double) RATE, RATE);
  if (n_clipped > 0)
    ser_say ("%" G_GSIZE_FORMAT
             " samples are too loud for 16 bits and were clipped; a gain(LOW:HIGH) under 0 avoids it",
        n_clipped);
}

static gboolean
run (const Options *o, const char *in, const char *out, GError **error)
{
  g_autofree char *name = g_path_get_basename (in), *what = NULL;
  g_autofree gint16 *samples = NULL, *s16 = NULL;
  g_autofree float *altered = NULL;
  g_autoptr (SerAlter) alter = NULL;
  gsize n, n_out, n_clipped;

  samples = ser_media_decode (in, RATE, &n, error);
  if (!samples)
    return FALSE;
  if (n == 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s: it holds no audio", in);
    return FALSE;
  }
  alter = ser_alter_new (&o->augmentation, RATE, o->seed, 1, error);
  altered = alter ? ser_alter_do (alter, 0, name, samples, n, &n_out, &what, error) : NULL;
  if (!altered)
    return FALSE;
  s16 = ser_alter_to_s16 (altered, n_out, &n_clipped);
  if (!ser_media_write_wav (out, s16, n_out, RATE, error))
    return FALSE;
  report (out, what, n_out, n_clipped);
  return TRUE;
}

int
ser_command_augment (int argc, char **argv)
{
  Options options = { .seed = 1 };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse (argc, argv, "IN OUT",
                    "Applies an augmentation line to a recording, IN, and writes what comes of it as a WAV file, OUT.",
                    make_group (&options), 2, &args, &error)
      && check_options (&options, args[0], args[1], &error);

  if (ok)
    ser_augmentation_warn_of_features (&options.augmentation);
  ok = ok && run (&options, args[0], args[1], &error);
  ser_augmentation_clear (&options.augmentation);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
