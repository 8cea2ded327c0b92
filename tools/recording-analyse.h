/* recording-analyse.h - a medium to what is known of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     tracks -> whose turn each window is -> baselines -> segments -> summaries -> fragility
 */

#ifndef SER_RECORDING_ANALYSE_H
#define SER_RECORDING_ANALYSE_H

#include "confusion.h"
#include "recording.h"
#include "tracks.h"
#include "turns.h"

/* What all recordings of a run have in common. */
typedef struct {
  SerTrackOptions tracks;
  const char *name; /* what the recordings are called, NULL: by their locations */
  gboolean fragility;
  guint64 seed;    /* of all resampling */
  SerModel *model; /* loaded from tracks.model */
  char *model_id;
  SerConfusion confusion;
} SerAnalysisSetup;

/* SHA-256 of the model's contents, whatever file they came in: its first 16 hexadecimal digits. Free with g_free(). */
char *ser_model_make_id (const SerModel *model, GError **error);

/* Loads the model, named by `path` or NULL for the built-in, and checks the options against it. Fails with
 * SER_ERROR_CONFIG or as ser_model_load(). */
gboolean ser_analysis_setup_init (SerAnalysisSetup *setup, GError **error);
void ser_analysis_setup_clear (SerAnalysisSetup *setup);

/* Analyses the tracks of a medium (SerRecording *). `turns` says who speaks when, NULL: nobody knows. Where decoding
 * ended early, *fault says why, else it is NULL; free with g_free(). Errors as ser_tracks_analyse(). May be called from
 * any number of threads with one setup. */
GPtrArray *ser_recordings_analyse (const char *location, const SerAnalysisSetup *setup, const SerTurns *turns,
    SerTrackFunc func, gpointer data, char **fault, GError **error);

#endif /* SER_RECORDING_ANALYSE_H */
