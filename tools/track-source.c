/* track-source.c - where the sound of a location comes from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "track-source.h"

#include <string.h>

#include "model/error.h"

#define PORTIONS 50 /* a second, of bare samples: what comes is not held back for longer */

/* Makes an element and adds it. */
static GstElement *
add (GstBin *pipeline, const char *factory, const char *plugins, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element)
    gst_bin_add (pipeline, element);
  else
    ser_fail (error, SER_ERROR_FILE, "GStreamer lacks %s: install its %s plugins", factory, plugins);
  return element;
}

/* ---- media ---- */

/* Notes for synthesizers. They hold no speech, and what plays them was not made for files of strangers. */
static GstStaticCaps notes = GST_STATIC_CAPS ("audio/midi; audio/riff-midi; audio/x-mod; audio/x-sid; audio/x-gbs; "
                                              "audio/x-gym; audio/x-hes; audio/x-kss; audio/x-nsf; audio/x-sap; "
                                              "audio/x-spc; audio/x-vgm; audio/x-ay");

/* A pad with what is not decoded further is not exposed, as it is not raw. */
static gboolean
on_continue (GstElement *decoder, GstPad *pad, GstCaps *caps, gpointer data)
{
  g_autoptr (GstCaps) refused = gst_static_caps_get (&notes);

  if (gst_caps_is_empty (caps) || !gst_caps_is_subset (caps, refused))
    return TRUE;
  GST_ELEMENT_ERROR (decoder, STREAM, FORMAT, ("it holds notes for a synthesizer, not recorded sound"), (NULL));
  return FALSE;
}

static char *
to_uri (const char *location, GError **error)
{
  g_autofree char *path = NULL;

  if (gst_uri_is_valid (location) && !gst_uri_has_protocol (location, "file"))
    return g_strdup (location);
  path = gst_uri_is_valid (location) ? g_filename_from_uri (location, NULL, error) : g_strdup (location);
  if (!path)
    return NULL;
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    ser_fail (error, SER_ERROR_FILE, "no such file");
    return NULL;
  }
  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    ser_fail (error, SER_ERROR_FILE, "the folder cannot be read: check its permissions");
    return NULL;
  }
  /* A FIFO or a device would be waited for, or read, without end. */
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    ser_fail (error, SER_ERROR_FILE, "not a regular file; `-` reads standard input");
    return NULL;
  }
  return gst_filename_to_uri (path, error);
}

static GstElement *
add_decoder (GstBin *pipeline, const char *name, GError **error)
{
  g_autoptr (GstCaps) raw = gst_caps_new_empty_simple ("audio/x-raw");
  GstElement *decoder = add (pipeline, name, "base", error);

  if (!decoder)
    return NULL;
  g_object_set (decoder, "caps", raw, "expose-all-streams", FALSE, NULL);
  g_signal_connect (decoder, "autoplug-continue", G_CALLBACK (on_continue), NULL);
  return decoder;
}

static GstElement *
add_location (GstBin *pipeline, const char *location, GError **error)
{
  g_autofree char *uri = to_uri (location, error);
  GstElement *decoder = uri ? add_decoder (pipeline, "uridecodebin", error) : NULL;

  if (decoder)
    g_object_set (decoder, "uri", uri, NULL);
  return decoder;
}

/* ---- standard input ---- */

static GstElement *
add_medium (GstBin *pipeline, GError **error)
{
  GstElement *source = add (pipeline, "fdsrc", "core", error);
  GstElement *decoder = source ? add_decoder (pipeline, "decodebin", error) : NULL;

  if (decoder)
    gst_element_link (source, decoder);
  return decoder;
}

static GstElement *
add_samples (GstBin *pipeline, guint rate, GError **error)
{
  GstElement *source = add (pipeline, "fdsrc", "core", error);
  GstElement *parser = source ? add (pipeline, "rawaudioparse", "base", error) : NULL;

  if (!parser)
    return NULL;
  g_object_set (source, "blocksize", (guint) sizeof (gint16) * rate / PORTIONS, NULL);
  gst_util_set_object_arg (G_OBJECT (parser), "pcm-format", "s16le");
  g_object_set (parser, "sample-rate", rate, "num-channels", 1, NULL);
  gst_element_link (source, parser);
  return parser;
}

GstElement *
ser_track_source_add (GstBin *pipeline, const char *location, guint raw_rate, GError **error)
{
  if (strcmp (location, SER_TRACKS_MICROPHONE) == 0 && !g_file_test (location, G_FILE_TEST_EXISTS))
    return add (pipeline, "autoaudiosrc", "good", error);
  if (strcmp (location, "-") != 0)
    return add_location (pipeline, location, error);
  return raw_rate > 0 ? add_samples (pipeline, raw_rate, error) : add_medium (pipeline, error);
}
