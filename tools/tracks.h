/* tracks.h - the audio tracks of a medium, each through an element of its own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Only audio is decoded. What the element tells on the bus is all that is known of the sound.
 */

#ifndef SER_TRACKS_H
#define SER_TRACKS_H

#include "recording.h"

#define SER_TRACK_ALL 0

/* How tracks are analysed. */
typedef struct {
  const char *model; /* path, or NULL for the built-in */
  double window;     /* s, 0: the model's own */
  double interval;   /* s between the starts of windows */
  double threshold, smoothing;
  gboolean gate;
  guint track;    /* from 1, or SER_TRACK_ALL */
  guint raw_rate; /* Hz: standard input is bare samples, see track-source.h; 0: it is a medium */
} SerTrackOptions;

/* One track. Of a window, start, duration, result and leading label are set. */
typedef struct {
  guint number;                           /* from 1, in the decoder's order */
  GArray *windows;                        /* SerRecordingWindow */
  double end;                             /* s: where its sound ends */
  double expected;                        /* s: where it does by the container, NAN when that does not say */
  char *language, *title, *date, *artist; /* of its tags, or NULL; date is YYYY-MM-DD or shorter */
} SerTrack;

/* All of a medium. */
typedef struct {
  GPtrArray *tracks; /* SerTrack *, those asked for */
  guint n_tracks;    /* of the medium */
  double end;        /* s: where the last of these ends; later than all where the medium goes on without sound */
  char *fault;       /* why decoding ended early, after some windows; NULL: it did not */
} SerTracks;

/* Called now and then, and with each window of each track as it comes: `window` is NULL else. `position` and `duration`
 * in seconds, the latter NAN when it is not known. FALSE ends the analysis as if the medium ended there. */
typedef gboolean (*SerTrackFunc) (
    const SerTrack *track, const SerRecordingWindow *window, double position, double duration, gpointer data);

/* Analyses a path, a URI, or "-" for standard input, with a model that was loaded from options->model, by which labels
 * are numbered. Fails with SER_ERROR_FILE, naming the location and the fault, and with SER_ERROR_CONFIG where the
 * medium has no such track. May be called from any number of threads. */
SerTracks *ser_tracks_analyse (const char *location, const SerTrackOptions *options, const SerModel *model,
    SerTrackFunc func, gpointer data, GError **error);
void ser_tracks_free (SerTracks *tracks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTracks, ser_tracks_free)

#endif /* SER_TRACKS_H */
