/* speech-copies.c - recordings of a manifest that hold the same sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "speech-copies.h"

#include <math.h>
#include <string.h>

/* How far apart the same sound may be, since documents have four digits of scores, and two or three of the others. */
#define SECONDS 0.01
#define SCORE 2e-4
#define SEMITONES 0.02
#define DECIBELS 0.02

/* ---- the same sound ---- */

static gboolean
are_near (const SerMoments *a, const SerMoments *b, double within)
{
  return a->n == b->n && fabs (a->mean - b->mean) <= within
      && (a->n < 2 || fabs (ser_moments_get_sd (a) - ser_moments_get_sd (b)) <= within);
}

gboolean
ser_speech_is_copy (const SerSpeech *a, const SerSpeech *b)
{
  if (a->n_windows != b->n_windows || fabs (a->duration - b->duration) > SECONDS
      || memcmp (a->counts, b->counts, sizeof a->counts) != 0)
    return FALSE;
  for (guint k = 0; k < SER_MAX_LABELS; k++)
    if (!are_near (&a->scores[k], &b->scores[k], SCORE))
      return FALSE;
  for (SerPart part = SER_PART_WHOLE; part < SER_N_PARTS; part++)
    if (!are_near (&a->pitch[part], &b->pitch[part], SEMITONES)
        || !are_near (&a->loudness[part], &b->loudness[part], DECIBELS))
      return FALSE;
  return TRUE;
}

/* ---- which of them count ---- */

static SerSpeech *
get (const SerSpeeches *speeches, guint i)
{
  return speeches->speeches->pdata[i];
}

/* The first one with the sound of each that was heard: itself where there is none before. */
static guint *
find_firsts (const SerSpeeches *speeches)
{
  guint n = speeches->speeches->len, *firsts = g_new (guint, n + 1);

  for (guint i = 0; i < n; i++) {
    firsts[i] = i;
    for (guint k = 0; k < i && firsts[i] == i && get (speeches, i)->heard; k++)
      if (firsts[k] == k && get (speeches, k)->heard && ser_speech_is_copy (get (speeches, i), get (speeches, k)))
        firsts[i] = k;
  }
  return firsts;
}

/* One with the same sound whose speaker is another; itself where there is none. */
static guint
find_other_speaker (const SerSpeeches *speeches, const guint *firsts, guint i)
{
  for (guint k = 0; k < speeches->speeches->len; k++)
    if (firsts[k] == firsts[i] && strcmp (get (speeches, k)->speaker, get (speeches, i)->speaker) != 0)
      return k;
  return i;
}

static char *
describe (const SerSpeech *speech, const SerSpeech *other)
{
  const char *called = speech->title ? speech->title : speech->speaker;

  if (strcmp (speech->speaker, other->speaker) == 0)
    return g_strdup_printf ("%s (%s): the same sound as %s, which counts once", speech->path, called, other->path);
  return g_strdup_printf ("%s (%s): the same sound as %s of %s, and nobody can tell whose it is; name it once",
      speech->path, called, other->path, other->speaker);
}

void
ser_speeches_drop_copies (const SerSpeeches *speeches)
{
  g_autofree guint *firsts = find_firsts (speeches);

  for (guint i = 0; i < speeches->speeches->len; i++) {
    SerSpeech *speech = get (speeches, i);
    guint other = find_other_speaker (speeches, firsts, i);

    if (other == i && firsts[i] == i)
      continue;
    speech->copy_of = other == i ? firsts[i] : other;
    ser_speech_reject (speech, SER_SPEECH_COPY, describe (speech, get (speeches, speech->copy_of)));
  }
}
