/* track-listener.c - what passes on a track's way into its element
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "track-listener.h"

#include <math.h>
#include <string.h>

/* ---- what passes the element ---- */

static void
take_tag (const GstTagList *tags, const char *name, char **value)
{
  char *found = NULL;

  if (gst_tag_list_get_string (tags, name, &found)) {
    g_free (*value);
    *value = found;
  }
}

static void
take_tags (SerTrack *track, GstEvent *event)
{
  GstTagList *tags;
  GstDateTime *date = NULL;

  gst_event_parse_tag (event, &tags);
  take_tag (tags, GST_TAG_LANGUAGE_CODE, &track->language);
  take_tag (tags, GST_TAG_TITLE, &track->title);
  take_tag (tags, GST_TAG_ARTIST, &track->artist);
  if (!gst_tag_list_get_date_time (tags, GST_TAG_DATE_TIME, &date))
    return;
  g_free (track->date);
  track->date = gst_date_time_to_iso8601_string (date);
  if (strlen (track->date) > 10)
    track->date[10] = '\0';
  gst_date_time_unref (date);
}

static void
take_end (GstPad *pad, GstClockTime start, GstClockTime duration, gint64 *last)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment = NULL;
  GstClockTime end;

  if (event)
    gst_event_parse_segment (event, &segment);
  if (!segment || segment->format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (start))
    return;
  end = start + (GST_CLOCK_TIME_IS_VALID (duration) ? duration : 0);
  end = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, MIN (end, segment->stop));
  if (GST_CLOCK_TIME_IS_VALID (end))
    *last = MAX (*last, (gint64) end);
}

/* A demultiplexer tells a track that has ended that there is nothing, as long as others go on. Such gaps are no sound
 * of the track, while those before more of it are silence within: they are held back until it comes. */
static GstPadProbeReturn
hold_gap (SerTrackListener *listener, GstPad *pad, GstEvent *gap)
{
  GstClockTime start, duration;

  if (listener->releasing)
    return GST_PAD_PROBE_OK;
  gst_event_parse_gap (gap, &start, &duration);
  take_end (pad, start, duration, &listener->silence_end);
  if (listener->end == 0)
    return GST_PAD_PROBE_OK;
  g_queue_push_tail (&listener->gaps, gst_event_ref (gap));
  return GST_PAD_PROBE_DROP;
}

static void
release_gaps (SerTrackListener *listener, GstPad *pad)
{
  GstEvent *gap;

  listener->releasing = TRUE;
  while ((gap = g_queue_pop_head (&listener->gaps)))
    gst_pad_send_event (pad, gap);
  listener->releasing = FALSE;
}

static GstPadProbeReturn
take_event (SerTrackListener *listener, GstPad *pad, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_TAG:
      take_tags (listener->track, event);
      return GST_PAD_PROBE_OK;
    case GST_EVENT_GAP:
      return hold_gap (listener, pad, event);
    case GST_EVENT_SEGMENT:
      release_gaps (listener, pad);
      return GST_PAD_PROBE_OK;
    case GST_EVENT_STREAM_START:
      g_queue_clear_full (&listener->gaps, (GDestroyNotify) gst_event_unref);
      return GST_PAD_PROBE_OK;
    default:
      return GST_PAD_PROBE_OK;
  }
}

static GstPadProbeReturn
on_pass (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  SerTrackListener *listener = data;
  const GstBuffer *buffer;

  if (!(GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER))
    return take_event (listener, pad, GST_PAD_PROBE_INFO_EVENT (info));
  buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  release_gaps (listener, pad);
  take_end (pad, GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer), &listener->end);
  return GST_PAD_PROBE_OK;
}

/* ---- from start to end ---- */

SerTrackListener *
ser_track_listener_new (guint number, GstElement *element, GstElement *first)
{
  SerTrackListener *listener = g_new0 (SerTrackListener, 1);

  listener->track = g_new0 (SerTrack, 1);
  listener->track->number = number;
  listener->track->expected = NAN;
  listener->track->windows = g_array_new (FALSE, FALSE, sizeof (SerRecordingWindow));
  listener->element = element;
  g_queue_init (&listener->gaps);
  listener->pad = gst_element_get_static_pad (first, "sink");
  listener->probe = gst_pad_add_probe (
      listener->pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_pass, listener, NULL);
  return listener;
}

void
ser_track_listener_stop (SerTrackListener *listener)
{
  gst_pad_remove_probe (listener->pad, listener->probe);
}

void
ser_track_listener_free (SerTrackListener *listener)
{
  ser_track_free (listener->track);
  gst_clear_object (&listener->pad);
  g_queue_clear_full (&listener->gaps, (GDestroyNotify) gst_event_unref);
  g_free (listener);
}

void
ser_track_free (SerTrack *track)
{
  if (!track)
    return;
  g_array_unref (track->windows);
  g_free (track->language);
  g_free (track->title);
  g_free (track->date);
  g_free (track->artist);
  g_free (track);
}
