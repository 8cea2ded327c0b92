/* pipeline.c - times a pipeline from start to end of stream
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * pipeline with|without FILE: serves one run of `filesrc ! decodebin ! seremotion ! fakesink` per call, or of the same
 * without seremotion; `ready` is followed by the length of FILE in seconds.
 *
 * pipeline memory SECONDS: one run over that much generated stereo sound at 44.1 kHz; prints the number of messages and
 * the peak resident memory in bytes.
 */

#include "bench.h"

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  char *description;
  guint messages; /* of seremotion, in the last run */
  gint64 duration;
} Pipeline;

static void
run (gpointer data, guint i)
{
  Pipeline *job = data;
  GError *error = NULL;
  GstElement *pipeline =
      bench_check (gst_parse_launch_full (job->description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error), error);
  GstBus *bus = gst_element_get_bus (pipeline);
  gboolean over = FALSE;

  job->messages = 0;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!over) {
    GstMessage *message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && gst_message_has_name (message, "seremotion"))
      job->messages++;
    else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      gst_message_parse_error (message, &error, NULL);
      bench_check (NULL, error);
    } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
      gst_element_query_duration (pipeline, GST_FORMAT_TIME, &job->duration);
      over = TRUE;
    }
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

static int
memory (const char *seconds)
{
  /* 1024 samples a buffer, the default. */
  const guint buffers = (guint) (atof (seconds) * 44100 / 1024);
  g_autofree char *description =
      g_strdup_printf ("audiotestsrc wave=pink-noise num-buffers=%u ! "
                       "audio/x-raw,format=S16LE,rate=44100,channels=2 ! seremotion ! fakesink",
          buffers);
  Pipeline job = { .description = description };

  run (&job, 0);
  printf ("%u %" G_GUINT64_FORMAT "\n", job.messages, bench_peak_memory ());
  return 0;
}

int
main (int argc, char **argv)
{
  Pipeline job = { 0 };

  gst_init (NULL, NULL);
  if (argc != 3)
    return 2;
  if (g_str_equal (argv[1], "memory"))
    return memory (argv[2]);
  g_autofree char *file = g_strescape (argv[2], NULL);
  job.description = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! %s ! fakesink", file,
      g_str_equal (argv[1], "with") ? "seremotion" : "audio/x-raw");
  run (&job, 0);
  g_autofree char *seconds = g_strdup_printf ("%.3f %u", (double) job.duration / GST_SECOND, job.messages);
  bench_serve (run, &job, seconds);
  g_free (job.description);
  return 0;
}
