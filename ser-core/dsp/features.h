/* features.h - what the network sees: the features line as a structure, frames and windows of features
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Two stages. Frame by frame, on the continuous stream, a SerFrontEnd turns `win` samples into `n` log-mel values or
 * cepstral coefficients: frame t of a stream covers samples [t * hop, t * hop + win), no centring, no padding, an
 * absolute floor under the logarithm. Window by window, ser_features_window() appends deltas, takes the mean or other
 * statistics over time, normalises. Training and the stream use these same two functions.
 */

#ifndef SER_FEATURES_H
#define SER_FEATURES_H

#include <glib.h>

typedef enum { SER_FEATURES_LOGMEL, SER_FEATURES_MFCC } SerFeatureKind;
typedef enum { SER_MEL_HTK, SER_MEL_SLANEY } SerMelScale;           /* O'Shaughnessy 1987; Slaney 1998 */
typedef enum { SER_MEL_NORM_NONE, SER_MEL_NORM_SLANEY } SerMelNorm; /* peak 1; area 1 in Hz */
typedef enum { SER_LOG_LN, SER_LOG_DB } SerLogKind;                 /* ln (x + floor); 10 log10 (max (x, floor)) */
typedef enum {
  SER_NORM_MODEL,  /* (x - mean) / std of the model file, one pair per channel */
  SER_NORM_WINDOW, /* the window's own mean and standard deviation over time, per channel; std + 1e-5 divides;
                      not with a summary, whose means it would make 0 */
  SER_NORM_NONE,
  SER_NORM_CMN, /* cepstral mean normalisation (Atal 1974), of log-mel bands as well: the window's own mean over time is
                      taken from each channel, so that gain and a microphone's response make no difference; then as
                      SER_NORM_MODEL */
} SerNormKind;

/* What the network gets of a window: its frames, or one vector, as a one-channel sequence as long as the vector. */
typedef enum {
  SER_SUMMARY_NONE,
  SER_SUMMARY_MEAN,  /* the mean over time */
  SER_SUMMARY_STATS, /* statistics over time, see dsp/statistics.h */
} SerSummary;

/* Whether a norm needs the model's statistics. */
static inline gboolean
ser_norm_has_statistics (SerNormKind norm)
{
  return norm == SER_NORM_MODEL || norm == SER_NORM_CMN;
}

/* A features line, e.g. mfcc(n=40,mels=64,fft=512,win=400,hop=160,rate=16000,delta=0). */
typedef struct {
  SerFeatureKind kind;
  guint n;           /* coefficients (mfcc: 1 to mels) or mel bands (logmel: equals mels) per frame */
  guint mels;        /* mel bands, 8 to 256 */
  guint fft;         /* transform length, a power of two of at least win, 64 to 8192 */
  guint win;         /* frame length in samples, 32 to fft; periodic Hann window, centred in the transform */
  guint hop;         /* samples between frames, rate / 1000 to win */
  guint rate;        /* Hz, 8000 to 48000 */
  guint delta;       /* 0, 1 or 2: orders of deltas appended (regression over +-2 frames, edges repeated) */
  double fmin, fmax; /* Hz, 0 <= fmin < fmax <= rate / 2 */
  double floor;      /* under the logarithm, 1e-12 to 1; power of samples in [-1, 1] */
  double range; /* dB, 0 or 10 to 150: logmel values more than this under the window's greatest are raised to it, so
                         that quiet rooms and noisy ones leave the same range; 0: no limit */
  SerMelScale scale;
  SerMelNorm mel_norm;
  SerLogKind log;
  SerNormKind norm;
  SerSummary summary;
} SerFeatureSpec;

/* The defaults of each kind, as the features line `mfcc` or `logmel` without arguments gives them. */
void ser_feature_spec_init (SerFeatureSpec *spec, SerFeatureKind kind);

/* Checks every range above. The error (SER_ERROR_LINE) names the argument, what was found and what is expected. */
gboolean ser_feature_spec_validate (const SerFeatureSpec *spec, GError **error);

/* n * (delta + 1): values per frame of a window before a summary. */
guint ser_feature_spec_frame_width (const SerFeatureSpec *spec);

/* Values that are normalised, each by a pair of the model's statistics: those of a frame, or of the whole summary. */
guint ser_feature_spec_width (const SerFeatureSpec *spec);

/* Channels of what the network gets: 1 with a summary, else the width. */
guint ser_feature_spec_channels (const SerFeatureSpec *spec);

/* Frames that lie wholly inside `samples` samples; 0 when there are fewer than win. */
gsize ser_feature_spec_frames (const SerFeatureSpec *spec, gsize samples);

/* Sequence length that the network gets from T frames: T, or the width with a summary. */
gsize ser_feature_spec_length (const SerFeatureSpec *spec, gsize T);

/* That length where it is the same for every T, which is with a summary, else 0. */
guint ser_feature_spec_fixed_length (const SerFeatureSpec *spec);

/* ---- per frame ---- */

typedef struct _SerFrontEnd SerFrontEnd;

/* `spec` must be valid; it is copied. A front end belongs to one thread at a time and keeps no state between frames. */
SerFrontEnd *ser_front_end_new (const SerFeatureSpec *spec);
void ser_front_end_free (SerFrontEnd *front);

/* One frame: samples [win] -> out [n]. Allocates nothing. */
void ser_front_end_do (SerFrontEnd *front, const float *samples, float *out);

/* All frames of a clip: out [ser_feature_spec_frames (spec, n_samples), n]. The same bits as frame by frame. */
void ser_front_end_clip (SerFrontEnd *front, const float *samples, gsize n_samples, float *out);

/* ---- per window ---- */

/* frames [T, n] -> out [length, channels] (see above): deltas, then the summary if the line says so, then
 * normalisation. `mean` and `std` are [width], and NULL unless ser_norm_has_statistics(). T >= 1. `out` must not
 * overlap `frames`. Allocates nothing, but with SER_SUMMARY_STATS the window's rows for as long as it runs. */
void ser_features_window (
    const SerFeatureSpec *spec, const float *frames, gsize T, const float *mean, const float *std, float *out);

#endif /* SER_FEATURES_H */
