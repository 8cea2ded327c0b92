/* check.h - what the tests of the element share: a harness with a bus, a voice, results
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef CHECK_H
#define CHECK_H

#include <gst/audio/audio.h>
#include <gst/check/gstharness.h>

G_BEGIN_DECLS

/* Initialises GLib's tests and GStreamer, and loads these plugins of the system; others are unknown to the tests, as a
 * scan of all of them takes long under valgrind. */
void check_init (int *argc, char ***argv, const gchar *plugins);

/* TRUE when all of these elements exist; else skips the test, saying which does not. */
gboolean check_has_elements (const gchar *first, ...) G_GNUC_NULL_TERMINATED;

/* TRUE where the tests run under valgrind or a sanitizer and should do with less. */
gboolean check_quick (void);

/* A path below the test data, or NULL with the test skipped; free it. */
gchar *check_data (const gchar *path);

typedef struct {
  GstHarness *h;
  GstElement *element;
  GstBus *bus;
  GstAudioInfo info;
  guint64 position; /* of the next frame that check_push() makes */
} Check;

/* A seremotion element, not live, with properties as in gst-launch ("" for none), that was sent the format. Rate 0
 * leaves the format unset. */
Check *check_new (const gchar *properties, GstAudioFormat format, gint rate, gint channels);
Check *check_new_with_info (const gchar *properties, const GstAudioInfo *info);
void check_free (Check *check);

/* A caps event's info. mask 0 leaves more than two channels unpositioned. */
GstAudioInfo check_info (GstAudioFormat format, GstAudioLayout layout, gint rate, gint channels, guint64 mask);
void check_set_info (Check *check, const GstAudioInfo *info);

/* A voice-like sound: sample at time t in seconds, within [-0.6, 0.6]. */
gdouble check_voice (gdouble t);

/* A buffer of n frames of the voice, the same on all channels, with the PTS of frame `first`. */
GstBuffer *check_voice_buffer (const GstAudioInfo *info, guint64 first, gsize n);

/* Pushes the voice from `position` on, in buffers of `size` frames, and drops what comes out. */
void check_push (Check *check, guint64 n, gsize size);
void check_push_buffer (Check *check, GstBuffer *buffer);
void check_push_eos (Check *check);

/* The structures of all messages of the element so far; unref the array. */
GPtrArray *check_results (Check *check);
GPtrArray *check_results_of_bus (GstBus *bus);

guint64 check_get_uint64 (const GstStructure *result, const gchar *field);
gdouble check_get_double (const GstStructure *result, const gchar *field);
gboolean check_get_boolean (const GstStructure *result, const gchar *field);
gint check_get_int (const GstStructure *result, const gchar *field);

/* Asserts n results, the first at `timestamp`, each `interval` after the one before, `window` long, but the last one
 * which is `last` long; all in ns. */
void check_assert_times (
    GPtrArray *results, guint n, guint64 timestamp, guint64 interval, guint64 window, guint64 last);

/* Whether a result is of sound: neither silent nor clipped. The voice of these tests is no speech to the gate. */
gboolean check_is_sound (const GstStructure *result);

/* Asserts that scores differ by no more than this. */
void check_assert_scores (const GstStructure *a, const GstStructure *b, gdouble tolerance);

/* The one error or info message on the bus, as "DOMAIN: message | debug"; "" when there is none. */
gchar *check_pop_report (GstBus *bus, GstMessageType type);

G_END_DECLS

#endif /* CHECK_H */
