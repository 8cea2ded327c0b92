/* segmenter.c - windows of a recording merged into stretches of one emotion
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "ser.h"

/* Of one window, as long as it may still change sides. */
typedef struct {
  double start, end; /* s */
  double from;       /* s: where the time that it stands for begins */
  int label;
  double confidence;
  float scores[SER_MAX_LABELS];
} Window;

/* The segment under way. Sums over its windows. */
typedef struct {
  double start;
  int label;
  guint64 first;
  guint n;
  double confidence;
  double scores[SER_MAX_LABELS];
} Open;

struct _SerSegmenter {
  guint n_labels;
  guint64 n_pushed;
  gboolean started;                 /* `open` and `last` hold something */
  Open open;                        /* without the windows in `pending` */
  Window pending[SER_SEGMENT_HOLD]; /* in a row, another label leads: not yet decided */
  guint n_pending;
  Window last;
  GQueue ready; /* SerSegment */
};

SerSegmenter *
ser_segmenter_new (guint n_labels)
{
  SerSegmenter *segmenter = g_new0 (SerSegmenter, 1);

  g_assert (n_labels >= 1 && n_labels <= SER_MAX_LABELS);
  segmenter->n_labels = n_labels;
  g_queue_init (&segmenter->ready);
  return segmenter;
}

void
ser_segmenter_free (SerSegmenter *segmenter)
{
  if (!segmenter)
    return;
  g_queue_clear_full (&segmenter->ready, g_free);
  g_free (segmenter);
}

static void
add (SerSegmenter *self, const Window *window)
{
  Open *open = &self->open;

  open->n++;
  open->confidence += open->label >= 0 ? window->scores[open->label] : window->confidence;
  for (guint i = 0; i < self->n_labels; i++)
    open->scores[i] += window->scores[i];
}

static void
begin (SerSegmenter *self, const Window *window, guint64 number)
{
  self->open = (Open){ .start = window->from, .label = window->label, .first = number };
  add (self, window);
}

static void
describe (const SerSegmenter *self, double end, SerSegment *segment)
{
  const Open *open = &self->open;

  *segment = (SerSegment){ .start = open->start,
    .end = end,
    .label = open->label,
    .confidence = open->confidence / open->n,
    .first = open->first,
    .n_windows = open->n };
  for (guint i = 0; i < self->n_labels; i++)
    segment->scores[i] = open->scores[i] / open->n;
}

static void
close_at (SerSegmenter *self, double end)
{
  SerSegment *segment = g_new0 (SerSegment, 1);

  describe (self, end, segment);
  g_queue_push_tail (&self->ready, segment);
}

/* The windows that wait belong to the segment under way after all. */
static void
absorb_pending (SerSegmenter *self)
{
  for (guint i = 0; i < self->n_pending; i++)
    add (self, &self->pending[i]);
  self->n_pending = 0;
}

/* They are a segment of their own, and the one under way ends where they begin. */
static void
settle (SerSegmenter *self)
{
  guint n = self->n_pending;

  close_at (self, self->pending[0].from);
  begin (self, &self->pending[0], self->n_pushed - n);
  for (guint i = 1; i < n; i++)
    add (self, &self->pending[i]);
  self->n_pending = 0;
}

/* Whether a window of another label ends the segment under way on its own. */
static gboolean
is_decisive (const SerSegmenter *self, const Window *window)
{
  int old = self->open.label, new = window->label;

  if (old == SER_LABEL_NONE || new == SER_LABEL_NONE)
    return TRUE;
  return old >= 0 && new >= 0 && window->scores[new] - window->scores[old] >= SER_SEGMENT_MARGIN;
}

static void
take (SerSegmenter *self, const Window *window)
{
  if (window->label == self->open.label) {
    absorb_pending (self);
    add (self, window);
    return;
  }
  if (self->n_pending > 0 && self->pending[0].label != window->label)
    absorb_pending (self);
  self->pending[self->n_pending++] = *window;
  if (self->n_pending == SER_SEGMENT_HOLD || is_decisive (self, window))
    settle (self);
}

void
ser_segmenter_push (SerSegmenter *segmenter, double start, double duration, const SerResult *result)
{
  Window window = { start, start + duration, start, result->label, result->confidence, { 0 } };

  memcpy (window.scores, result->scores, segmenter->n_labels * sizeof *window.scores);
  if (segmenter->started && (start > segmenter->last.end || start < segmenter->last.start))
    ser_segmenter_finish (segmenter);
  if (segmenter->started) {
    window.from = (segmenter->last.start + segmenter->last.end + window.start + window.end) / 4;
    segmenter->n_pushed++;
    take (segmenter, &window);
  } else {
    segmenter->started = TRUE;
    begin (segmenter, &window, segmenter->n_pushed++);
  }
  segmenter->last = window;
}

void
ser_segmenter_finish (SerSegmenter *segmenter)
{
  if (!segmenter->started)
    return;
  absorb_pending (segmenter);
  close_at (segmenter, segmenter->last.end);
  segmenter->started = FALSE;
}

gboolean
ser_segmenter_next (SerSegmenter *segmenter, SerSegment *segment)
{
  g_autofree SerSegment *ready = g_queue_pop_head (&segmenter->ready);

  if (ready)
    *segment = *ready;
  return ready != NULL;
}

gboolean
ser_segmenter_peek (const SerSegmenter *segmenter, SerSegment *segment)
{
  double end = segmenter->n_pending > 0 ? segmenter->pending[0].from : segmenter->last.from;

  if (!segmenter->started || end <= segmenter->open.start)
    return FALSE;
  describe (segmenter, end, segment);
  return TRUE;
}
