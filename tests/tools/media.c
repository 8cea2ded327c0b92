/* media.c - tests of the decoder and of the cache behind it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "media.h"

#include <string.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "cache.h"
#include "fixture.h"
#include "ser.h"

#define N 20000

static void
test_same_format (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "a.wav", NULL);
  g_autofree gint16 *noise = fixture_noise (1, N), *samples = NULL;
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  GError *error = NULL;
  gsize n;

  fixture_write_wav (folder, "a.wav", 16000, 1, noise, N);
  for (guint i = 0; i < 2; i++) {
    g_free (samples);
    samples = ser_media_decode (i ? uri : path, 16000, &n, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (samples, n * 2, noise, N * 2);
  }
}

/* Two channels come out as their mean; another rate as so many samples. */
static void
test_conversion (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "a.wav", NULL);
  g_autofree gint16 *stereo = fixture_noise (2, 2 * N), *samples = NULL;
  GError *error = NULL;
  gsize n;

  fixture_write_wav (folder, "a.wav", 16000, 2, stereo, N);
  samples = ser_media_decode (path, 16000, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, N);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpint (ABS (samples[i] - (stereo[2 * i] + stereo[2 * i + 1]) / 2), <=, 1);
  g_free (samples);
  fixture_write_wav (folder, "a.wav", 48000, 2, stereo, N);
  samples = ser_media_decode (path, 16000, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ABS ((int) n - N / 3), <=, 2);
}

static void
test_faults (void)
{
  g_autofree char *folder = fixture_folder ();
  static const char *const names[] = { "missing.wav", "empty.wav", "text.wav", "cut.ogg" };

  fixture_write (folder, "empty.wav", "");
  fixture_write (folder, "text.wav", "this is no sound at all, whatever its name says\n");
  fixture_write (folder, "cut.ogg", "OggS");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autoptr (GError) error = NULL;
    gsize n;

    g_assert_null (ser_media_decode (path, 16000, &n, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
    g_assert_true (g_str_has_prefix (error->message, path));
  }
}

/* Path of the only entry of the cache at `folder`. */
static char *
find_entry (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  char *found = NULL;
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    char *inner = g_file_test (path, G_FILE_TEST_IS_DIR) ? find_entry (path) : g_strdup (path);

    g_assert_true (!inner || !found);
    found = inner ? inner : found;
  }
  g_clear_pointer (&dir, g_dir_close);
  return found;
}

static void
check_decode (SerCache *cache, const char *path, const gint16 *expected, gsize n)
{
  GError *error = NULL;
  gsize got;
  g_autofree gint16 *samples = ser_cache_decode (cache, path, 16000, &got, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (samples, got * 2, expected, n * 2);
}

/* Flips a bit of the entry's last sample, or cuts the entry. */
static void
damage (const char *entry, gboolean cut)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (entry, &bytes, &size, NULL));
  bytes[size - 1] ^= 1;
  g_assert_true (g_file_set_contents (entry, bytes, cut ? size / 2 : size, NULL));
}

static void
test_cache (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "a.wav", NULL), *entry = NULL;
  g_autofree gint16 *noise = fixture_noise (3, N), *other = fixture_noise (4, N);
  struct utimbuf then = { 1000000000, 1000000000 };
  SerCache *cache = ser_cache_new ();

  fixture_write_wav (folder, "a.wav", 16000, 1, noise, N);
  g_utime (path, &then);
  check_decode (cache, path, noise, N);
  entry = find_entry (ser_cache_get_folder (cache));
  g_assert_nonnull (entry);

  /* Same path, size and time: the cache answers although the sound is another. */
  fixture_write_wav (folder, "a.wav", 16000, 1, other, N);
  g_utime (path, &then);
  check_decode (cache, path, noise, N);

  /* A damaged or cut entry is made again. */
  for (guint cut = 0; cut < 2; cut++) {
    fixture_write_wav (folder, "a.wav", 16000, 1, cut ? noise : other, N);
    g_utime (path, &then);
    damage (entry, cut);
    check_decode (cache, path, cut ? noise : other, N);
  }

  /* Another time is another file. */
  fixture_write_wav (folder, "a.wav", 16000, 1, other, N);
  check_decode (cache, path, other, N);
  g_assert_null (ser_cache_get_write_error (cache));
  ser_cache_free (cache);
}

static gpointer
decode_often (gpointer path)
{
  SerCache *cache = ser_cache_new ();
  gsize n;

  for (guint i = 0; i < 20; i++) {
    gint16 *samples = ser_cache_decode (cache, path, 16000, &n, NULL);
    g_assert_nonnull (samples);
    g_assert_cmpuint (n, ==, N);
    g_free (samples);
  }
  g_assert_null (ser_cache_get_write_error (cache));
  ser_cache_free (cache);
  return NULL;
}

static void
test_cache_threads (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "b.wav", NULL);
  g_autofree gint16 *noise = fixture_noise (5, N);
  GThread *threads[4];

  fixture_write_wav (folder, "b.wav", 16000, 1, noise, N);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("decode", decode_often, path);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* A real recording: a video with AAC sound. */
static void
test_speech (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("SEREMOTION_DATA"), "speeches", "bush-columbia-2003.mp4", NULL);
  GError *error = NULL;
  gint16 *samples;
  gsize n;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_test_skip ("the shared data are absent (set SEREMOTION_DATA)");
    return;
  }
  samples = ser_media_decode (path, 16000, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (n / 16000.0, >, 198.5);
  g_assert_cmpfloat (n / 16000.0, <, 200.0);
  g_free (samples);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/media/same-format", test_same_format);
  g_test_add_func ("/tools/media/conversion", test_conversion);
  g_test_add_func ("/tools/media/faults", test_faults);
  g_test_add_func ("/tools/media/speech", test_speech);
  g_test_add_func ("/tools/cache/entries", test_cache);
  g_test_add_func ("/tools/cache/threads", test_cache_threads);
  return fixture_run ();
}
