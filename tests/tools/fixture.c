/* fixture.c - folders, sounds and runs of the program for the tests of the tools
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "fixture.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

#include <glib/gstdio.h>

#include "media.h"

static GPtrArray *folders; /* char * */

void
fixture_init (int *argc, char ***argv)
{
  g_autofree char *cache = NULL;

  folders = g_ptr_array_new_with_free_func (g_free);
  cache = fixture_folder ();
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (argc, argv, NULL);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

int
fixture_run (void)
{
  int status = g_test_run ();

  for (guint i = 0; i < folders->len; i++)
    remove_tree (folders->pdata[i]);
  g_ptr_array_unref (folders);
  return status;
}

char *
fixture_folder (void)
{
  GError *error = NULL;
  char *folder = g_dir_make_tmp ("seremotion-test-XXXXXX", &error);

  g_assert_no_error (error);
  g_ptr_array_add (folders, g_strdup (folder));
  return folder;
}

static void
write_bytes (const char *folder, const char *name, const void *bytes, gsize n)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  GError *error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, bytes, n, &error);
  g_assert_no_error (error);
}

void
fixture_write (const char *folder, const char *name, const char *text)
{
  write_bytes (folder, name, text, strlen (text));
}

char *
fixture_path (const char *folder, const char *name)
{
  return g_build_filename (folder, name, NULL);
}

void
fixture_assert_has (const char *text, const char *part)
{
  if (!strstr (text, part))
    g_error ("`%s` is not in:\n%s", part, text);
}

JsonObject *
fixture_load_json (const char *path, JsonParser *parser)
{
  GError *error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
append_u32 (GByteArray *bytes, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, 4);
}

static void
append_u16 (GByteArray *bytes, guint16 value)
{
  value = GUINT16_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, 2);
}

void
fixture_write_wav (const char *folder, const char *name, guint rate, guint channels, const gint16 *samples, gsize n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize size = n * channels * 2;

  g_byte_array_append (bytes, (const guint8 *) "RIFF", 4);
  append_u32 (bytes, 36 + size);
  g_byte_array_append (bytes, (const guint8 *) "WAVEfmt ", 8);
  append_u32 (bytes, 16);
  append_u16 (bytes, 1);
  append_u16 (bytes, channels);
  append_u32 (bytes, rate);
  append_u32 (bytes, rate * channels * 2);
  append_u16 (bytes, channels * 2);
  append_u16 (bytes, 16);
  g_byte_array_append (bytes, (const guint8 *) "data", 4);
  append_u32 (bytes, size);
  for (gsize i = 0; i < n * channels; i++)
    append_u16 (bytes, samples[i]);
  write_bytes (folder, name, bytes->data, bytes->len);
}

gint16 *
fixture_make_voice (guint rate, gsize *n, double seconds)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav");
  gint16 *samples;

  fixture_write_voice (folder, "a.wav", 1, 1, seconds);
  samples = ser_media_decode (path, rate, n, NULL);
  g_assert_nonnull (samples);
  return samples;
}

guint
fixture_count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

gint16 *
fixture_noise (guint32 seed, gsize n)
{
  GRand *rand = g_rand_new_with_seed (seed);
  gint16 *samples = g_new (gint16, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    samples[i] = g_rand_int_range (rand, -8192, 8192);
  g_rand_free (rand);
  return samples;
}

/* Two tones whose place tells the emotion, in a little noise. */
void
fixture_write_voice (const char *folder, const char *name, guint emotion, guint take, double seconds)
{
  gsize n = seconds * 16000;
  g_autofree gint16 *samples = fixture_noise (1000 * emotion + take, n);
  double f = 300 * pow (1.5, emotion) * (1 + 0.01 * (take % 5));

  for (gsize i = 0; i < n; i++)
    samples[i] = samples[i] / 32 + 6000 * sin (2 * G_PI * f * i / 16000) + 3000 * sin (2 * G_PI * 1.3 * f * i / 16000);
  fixture_write_wav (folder, name, 16000, 1, samples, n);
}

void
fixture_write_crema_d (const char *folder)
{
  static const char *const emotions[] = { "ANG", "DIS", "FEA", "HAP", "NEU", "SAD" };
  g_autoptr (GString) clips = g_string_new ("clip,actor,sentence,emotion,level,split\n");
  g_autoptr (GString) votes = g_string_new ("clip,anger,disgust,fear,happy,neutral,sad,responses\n");
  guint i = 0;

  for (guint actor = 1001; actor <= 1004; actor++)
    for (guint emotion = 0; emotion < 6; emotion++)
      for (guint take = 0; take < 2; take++, i++) {
        g_autofree char *base = g_strdup_printf ("%u_%s_%s_XX", actor, take ? "DFA" : "IEO", emotions[emotion]);
        g_autofree char *name = g_strdup_printf ("audio/%s.wav", base);

        fixture_write_voice (folder, name, emotion, i, 1.1);
        g_string_append_printf (
            clips, "%s,%u,DFA,%s,XX,%s\n", base, actor, emotions[emotion], actor == 1004 ? "valid" : "train");
        g_string_append_printf (votes, "%s,%d,0,0,0,1,0,4\n", base, emotion == 0 ? 3 : 1);
      }
  fixture_write (folder, "clips.csv", clips->str);
  fixture_write (folder, "voice_votes.csv", votes->str);
  fixture_write (folder, "actors.csv", "actor,age,sex\n1001,25,Female\n1002,35,Male\n1003,50,Female\n1004,70,Male\n");
}

int
fixture_seremotion (char **output, char **error, const char *format, ...)
{
  g_autofree char *arguments = NULL, *line = NULL;
  g_auto (GStrv) argv = NULL;
  GError *fault = NULL;
  va_list args;
  int status;

  va_start (args, format);
  arguments = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strdup_printf ("'%s' %s", g_getenv ("SEREMOTION_PROGRAM"), arguments);
  g_shell_parse_argv (line, NULL, &argv, &fault);
  g_assert_no_error (fault);
  g_spawn_sync (NULL, argv, NULL,
      G_SPAWN_DEFAULT | (output ? 0 : G_SPAWN_STDOUT_TO_DEV_NULL) | (error ? 0 : G_SPAWN_STDERR_TO_DEV_NULL), NULL,
      NULL, output, error, &status, &fault);
  g_assert_no_error (fault);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}
