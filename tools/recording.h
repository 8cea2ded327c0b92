/* recording.h - what is known of one analysed recording: windows, segments, summary
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Made by recording-analyse.c, read by all exports and by the comparison; nobody changes it afterwards.
 */

#ifndef SER_RECORDING_H
#define SER_RECORDING_H

#include "ser.h"

#define SER_NO_SPEAKER G_MAXUINT

/* One window. Times in seconds from the start of the recording. z-scores are against the speaker's running baseline:
 * mean and standard deviation of the speech windows before this one and of itself; NAN before there are ten of them and
 * where there is no speech. */
typedef struct {
  double start, duration;
  SerResult result;  /* label, emotion, confidence, scores, speech, gate, pitch, loudness, partial */
  guint leading;     /* label of the highest score, whatever gate and threshold say */
  guint speaker;     /* index into `speakers`, or SER_NO_SPEAKER */
  double pitch_z;    /* of the pitch in semitones; NAN also where unvoiced */
  double loudness_z; /* of the level in dB */
  double scores_z[SER_MAX_LABELS];
} SerRecordingWindow;

/* One segment; of the windows that it is made of, the mean. */
typedef struct {
  SerSegment segment;
  guint speaker;
  const char *emotion;        /* name of segment.label: a label, "uncertain" or "none" */
  double pitch;               /* Hz, geometric mean of the voiced windows, 0 when none is */
  double loudness;            /* dBFS, mean power */
  double pitch_z, loudness_z; /* means of the windows that have them, else NAN */
} SerRecordingSegment;

/* A share of the speech windows, with 95 % intervals. All in [0, 1]. */
typedef struct {
  double share, low, high;         /* as the model labels them; interval by block bootstrap: sampling only */
  double corrected, c_low, c_high; /* corrected by the model's out-of-fold confusion matrix, which the interval
                                          resamples as well; NAN for a model that has none */
} SerShare;

/* A local maximum of a label's score. */
typedef struct {
  double time; /* s: middle of the window */
  guint label;
  double score;
  double z; /* of the score, against the whole recording's speech windows of that speaker */
} SerPeak;

typedef struct {
  guint n_windows, n_speech;       /* all, and those that the gate lets pass */
  double none, uncertain;          /* shares of all windows */
  SerShare shares[SER_MAX_LABELS]; /* of the speech windows, by leading label */
  guint transitions;               /* changes from one emotion to another, between segments of speech */
  double transitions_per_minute;   /* of speech */
  double dwell[SER_MAX_LABELS];    /* s: mean length of the label's segments, NAN when it has none */
  double mean_dwell;               /* s: of all segments of an emotion */
  double volatility;           /* mean total variation distance between scores of successive speech windows, 0 to 1 */
  double pitch_mean, pitch_sd; /* Hz, semitones; NAN when nothing is voiced */
  double loudness_mean, loudness_sd; /* dBFS, dB, of speech windows */
  SerPeak *peaks;                    /* n_peaks, in order of time; at most three a label */
  guint n_peaks;
} SerRecordingSummary;

typedef struct {
  char *name;
  SerRecordingSummary summary; /* of this speaker's windows */
} SerSpeaker;

#define SER_N_FRAGILITY 4 /* "8 kHz band", "MP3 64 kbit/s", "gain -20 dB", "reverberation" */

/* A window whose label changes under alterations of the sound, see docs/analysis.md. */
typedef struct {
  guint window;                /* index */
  int labels[SER_N_FRAGILITY]; /* as SerResult.label, under each kind */
} SerFragileWindow;

typedef struct {
  guint n_sampled;                 /* windows looked at; 0: fragility was not asked for */
  double changed[SER_N_FRAGILITY]; /* share of them whose label changed */
  double any;                      /* share that changed under any of them */
  SerFragileWindow *windows;       /* n_windows of those that changed */
  guint n_windows;
} SerFragility;

typedef struct {
  char *location;                /* path or URI as given */
  char *file;                    /* what outputs call it: the location, unless somebody named it */
  char *name;                    /* the location without folder and extension, unless somebody named it */
  char *title, *date, *uploader; /* of a downloader's .info.json or the media's tags, or NULL; date is YYYY-MM-DD */
  guint track, n_tracks;         /* counted from 1 */
  char *language;                /* of the track, or NULL */
  double duration;               /* s of audio that was decoded */
  double expected;               /* s that the container says, NAN when it does not */
  gboolean truncated;            /* `duration` is shorter by over 1 s and 1 % */
  char *model;                   /* name of the model */
  char *model_id;                /* SHA-256 of its contents, the first 16 hex digits */
  double window, interval, threshold, smoothing; /* s, s, 0 to 1, 0 to 1 */
  guint n_labels;
  char **labels; /* NULL-terminated */
  SerRecordingWindow *windows;
  guint n_windows;
  SerRecordingSegment *segments;
  guint n_segments;
  gboolean speakers_given; /* --segments told who speaks when; else nobody was told apart */
  SerSpeaker *speakers;
  guint n_speakers;
  SerRecordingSummary summary;
  SerFragility fragility;
} SerRecording;

void ser_recording_free (SerRecording *recording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerRecording, ser_recording_free)

/* Name of a label as in SerResult.label: one of the recording's labels, "uncertain" or "none". */
const char *ser_recording_get_emotion (const SerRecording *recording, int label);

/* "8 kHz band" etc., in the order of SerFragility.changed. */
const char *ser_fragility_get_name (guint kind);

#endif /* SER_RECORDING_H */
