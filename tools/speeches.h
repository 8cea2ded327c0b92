/* speeches.h - the speeches that a manifest names, and what a comparison keeps of each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SPEECHES_H
#define SER_SPEECHES_H

#include "baseline.h"
#include "recording.h"

/* Of a speech, by the middles of its windows. */
typedef enum { SER_PART_WHOLE, SER_PART_BEGINNING, SER_PART_MIDDLE, SER_PART_END, SER_N_PARTS } SerPart;

/* "whole", "beginning", "middle", "end". */
const char *ser_part_get_name (SerPart part);

/* Why a speech counts for nothing. */
typedef enum {
  SER_SPEECH_FINE,
  SER_SPEECH_UNREADABLE,
  SER_SPEECH_SILENT,    /* no speech in it */
  SER_SPEECH_TRUNCATED, /* it ends early */
  SER_SPEECH_COPY       /* it has the sound of another */
} SerSpeechFault;

/* "unreadable", "silent", "truncated", "copy"; NULL: it is fine. */
const char *ser_speech_fault_get_name (SerSpeechFault fault);

typedef struct {
  /* what the manifest says */
  guint line;                  /* of the manifest */
  char *path;                  /* as it stands there; of a document that was read, the file that it is about */
  char *location;              /* a path from here, or a URI */
  gboolean document;           /* it is an analysis instead of a medium, see ser_recording_is_document() */
  char *speaker;               /* never empty */
  char *date;                  /* YYYY, YYYY-MM, YYYY-MM-DD or NULL */
  char *place, *title, *party; /* or NULL */
  char **values;               /* of SerSpeeches.columns */

  /* what was heard, see ser_speech_take() */
  gboolean heard;
  SerSpeechFault fault; /* why it was not */
  char *why;            /* the same for people, in one line; NULL: it is fine */
  guint copy_of;        /* of SER_SPEECH_COPY: index of the other */
  gboolean truncated;
  double duration;                           /* s */
  guint n_windows, n_speech[SER_N_PARTS];    /* windows, and those with speech */
  guint counts[SER_N_PARTS][SER_MAX_LABELS]; /* of the latter, by leading label */
  SerShare shares[SER_MAX_LABELS];           /* of the recording itself */
  SerMoments scores[SER_MAX_LABELS];
  SerMoments pitch[SER_N_PARTS], loudness[SER_N_PARTS]; /* semitones of the voiced ones, dB */
  SerPeak *peaks;                                       /* n_peaks */
  guint n_peaks;
} SerSpeech;

typedef struct {
  char **columns;      /* that are none of those above, NULL-terminated */
  GPtrArray *speeches; /* SerSpeech *, in the manifest's order */
} SerSpeeches;

/* Reads a CSV file with the columns path, speaker and, as far as they are there, date, place, title and party. Relative
 * paths are from the manifest's folder. Fails with SER_ERROR_FILE when it cannot be read and with SER_ERROR_DATA,
 * naming file and line: a column is missing, a field empty, a date none, a path there twice. */
SerSpeeches *ser_speeches_load (const char *path, GError **error);
void ser_speeches_free (SerSpeeches *speeches);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSpeeches, ser_speeches_free)

/* It does not count, whatever was heard in it; takes `why`. */
void ser_speech_reject (SerSpeech *speech, SerSpeechFault fault, char *why);

/* Calls a document by the file that it is about. */
void ser_speech_name (SerSpeech *speech, const SerRecording *recording);

/* Keeps of a recording what a comparison needs, which does not grow with its length. Title and date are its own where
 * the manifest has none. */
void ser_speech_take (SerSpeech *speech, const SerRecording *recording);

/* Share of a label among the windows of a part that have speech, NAN where none has. */
double ser_speech_get_share (const SerSpeech *speech, SerPart part, guint label);

#endif /* SER_SPEECHES_H */
