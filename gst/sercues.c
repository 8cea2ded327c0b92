/* sercues.c - results as cues: stretches of time with something to say, one after the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/sercues.h"

#include <math.h>
#include <string.h>

struct _SerCues {
  SerCuesKind kind;
  guint n_labels;
  gdouble interval, longest;
  SerCuesFunc func;
  gpointer data;

  SerSegmenter *segmenter; /* of SER_CUES_SEGMENT */
  gboolean pending;        /* of SER_CUES_INTERVAL: `window` waits for the one that ends its time */
  SerSegment window;       /* its cue, from the start of its own time to the end of the window */
  gdouble window_start;
  guint64 n_windows;
  gdouble end; /* of the last cue */
};

SerCues *
ser_cues_new (SerCuesKind kind, guint n_labels, gdouble interval, gdouble longest, SerCuesFunc func, gpointer data)
{
  SerCues *cues = g_new0 (SerCues, 1);

  cues->kind = kind;
  cues->n_labels = n_labels;
  cues->interval = interval;
  cues->longest = longest;
  cues->func = func;
  cues->data = data;
  ser_cues_reset (cues);
  return cues;
}

void
ser_cues_free (SerCues *cues)
{
  if (cues == NULL)
    return;
  ser_segmenter_free (cues->segmenter);
  g_free (cues);
}

void
ser_cues_reset (SerCues *cues)
{
  ser_segmenter_free (cues->segmenter);
  cues->segmenter = cues->kind == SER_CUES_SEGMENT ? ser_segmenter_new (cues->n_labels) : NULL;
  cues->pending = FALSE;
  cues->end = -G_MAXDOUBLE;
}

static void
hand_out (SerCues *cues, SerSegment *cue)
{
  cue->start = MAX (cue->start, cues->end);
  if (cue->end <= cue->start)
    return;
  cues->end = cue->end;
  cues->func (cue, cues->data);
}

/* What of a segment is not told yet, in parts of at most the longest length; of the one under way whole parts only. */
static void
hand_out_parts (SerCues *cues, const SerSegment *segment, gboolean complete)
{
  gdouble start = MAX (segment->start, cues->end);

  while (segment->end - start > cues->longest || (complete && segment->end > start)) {
    SerSegment part = *segment;

    part.start = start;
    part.end = MIN (segment->end, start + cues->longest);
    start = part.end;
    hand_out (cues, &part);
  }
}

static void
take_segments (SerCues *cues)
{
  SerSegment segment;

  while (ser_segmenter_next (cues->segmenter, &segment))
    hand_out_parts (cues, &segment, TRUE);
  if (ser_segmenter_peek (cues->segmenter, &segment))
    hand_out_parts (cues, &segment, FALSE);
}

/* The window that waits has the time until `end`. */
static void
end_window (SerCues *cues, gdouble end)
{
  if (!cues->pending)
    return;
  cues->pending = FALSE;
  cues->window.end = end;
  hand_out (cues, &cues->window);
}

static SerSegment
make_cue (SerCues *cues, gdouble start, gdouble end, const SerResult *result)
{
  SerSegment cue = { .start = start,
    .end = end,
    .label = result->label,
    .confidence = result->confidence,
    .first = cues->n_windows++,
    .n_windows = 1 };

  memcpy (cue.scores, result->scores, cues->n_labels * sizeof *result->scores);
  return cue;
}

static void
push_latest (SerCues *cues, gdouble end, const SerResult *result)
{
  SerSegment cue = make_cue (cues, end, end + cues->interval, result);

  hand_out (cues, &cue);
}

static void
push_window (SerCues *cues, gdouble start, gdouble duration, const SerResult *result)
{
  gdouble from = start;

  if (cues->pending && start >= cues->window_start && start <= cues->window.end) {
    from = (cues->window_start + cues->window.end + 2 * start + duration) / 4;
    end_window (cues, from);
  } else
    end_window (cues, cues->window.end);
  cues->window = make_cue (cues, from, start + duration, result);
  cues->window_start = start;
  cues->pending = TRUE;
}

void
ser_cues_push (SerCues *cues, gdouble start, gdouble duration, const SerResult *result)
{
  if (cues->kind == SER_CUES_INTERVAL)
    push_window (cues, start, duration, result);
  else if (cues->kind == SER_CUES_LATEST)
    push_latest (cues, start + duration, result);
  if (cues->kind != SER_CUES_SEGMENT)
    return;
  ser_segmenter_push (cues->segmenter, start, duration, result);
  take_segments (cues);
}

void
ser_cues_finish (SerCues *cues)
{
  if (cues->kind == SER_CUES_INTERVAL)
    end_window (cues, cues->window.end);
  if (cues->kind != SER_CUES_SEGMENT)
    return;
  ser_segmenter_finish (cues->segmenter);
  take_segments (cues);
}
