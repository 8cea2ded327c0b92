/* make-report.c - a report page of a recording made up for the tests of the page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * usage: make-report embed|link|none SECONDS OUTPUT.html
 *
 * The medium, OUTPUT.wav, has a tone for each emotion. Exits with 77 where the program was built without the page.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "media.h"
#include "report-html.h"
#include "summary.h"
#include "synthetic.h"

#define RATE 8000

/* Runs of 3 to 14 windows, of labels, uncertain and none in turn. */
static SerRecording *
make_recording (const char *wav, guint seconds)
{
  SerRecording *recording = synthetic_new (wav, NULL);

  for (guint run = 0, at = 0; at + 3 <= seconds; run++) {
    guint n = MIN (3 + 7 * run % 12, seconds - 2 - at);

    synthetic_add_run (recording, at, n, (int) (5 * run % (SYNTHETIC_LABELS + 2)) - 2, SER_NO_SPEAKER);
    at += n;
  }
  synthetic_finish (recording);
  recording->title = g_strdup ("A speech </script><script>document.title = 'broken'</script> & more");
  recording->date = g_strdup ("2026-01-31");
  return recording;
}

static void
set_confusion (SerRecording *recording)
{
  SerConfusion confusion = { .n = SYNTHETIC_LABELS };

  for (guint t = 0; t < SYNTHETIC_LABELS; t++)
    for (guint p = 0; p < SYNTHETIC_LABELS; p++)
      confusion.counts[t][p] = t == p ? 60 : 8;
  g_free (recording->summary.peaks);
  ser_summarise (&recording->summary, recording, SER_SUMMARY_ALL, &confusion, 1);
}

static void
set_fragility (SerRecording *recording)
{
  SerFragility *fragility = &recording->fragility;

  *fragility = (SerFragility){ .n_sampled = 40, .changed = { 0.1, 0.05, 0, 0.2 }, .any = 0.25, .n_windows = 1 };
  fragility->windows = g_new0 (SerFragileWindow, 1);
  fragility->windows[0].window = 10;
}

/* A tone whose pitch tells the window's label, swelling four times a second as speech does. */
static gboolean
write_sound (const SerRecording *recording, const char *path, GError **error)
{
  gsize n = recording->duration * RATE;
  g_autofree gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++) {
    const SerRecordingWindow *window = &recording->windows[MIN (i / RATE, recording->n_windows - 1)];
    double t = (double) i / RATE, level = window->result.label == SER_LABEL_NONE ? 0 : 6000 + 5000 * sin (8 * G_PI * t);

    samples[i] = level * sin (2 * G_PI * 200 * (3 + window->result.label) * t);
  }
  return ser_media_write_wav (path, samples, n, RATE, error);
}

static SerReportMedia
parse_media (const char *name)
{
  return strcmp (name, "embed") == 0 ? SER_MEDIA_EMBED : strcmp (name, "link") == 0 ? SER_MEDIA_LINK : SER_MEDIA_NONE;
}

static gboolean
write_page (const SerRecording *recording, SerReportMedia media, const char *path, GError **error)
{
  SerSoundParts parts = ser_report_get_sound (recording->location, media);
  g_autoptr (SerSound) sound = parts ? ser_sound_new (recording, parts, NULL, NULL, error) : NULL;

  return (sound || !parts) && ser_report_write_html (recording, sound, media, path, error);
}

int
main (int argc, char **argv)
{
  g_autofree char *wav = NULL;
  g_autoptr (SerRecording) recording = NULL;
  g_autoptr (GError) error = NULL;

  g_assert (argc == 4);
  gst_init (NULL, NULL);
  wav = g_strconcat (argv[3], ".wav", NULL);
  recording = make_recording (wav, atoi (argv[2]));
  set_confusion (recording);
  set_fragility (recording);
  if (write_sound (recording, wav, &error) && write_page (recording, parse_media (argv[1]), argv[3], &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return strstr (error->message, "built without the report page") ? 77 : 1;
}
