/* mfcc.c - times MFCC of clips of 3 s of a generated speaker: ours, and libaubio's
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * mfcc torchaudio|aubio-ours|aubio DIR N: writes N clips to DIR/inputs.f32 [N, 48000] and the coefficients to
 * DIR/WHICH.f32 [N, frames, n], then serves one clip per call.
 *
 * `torchaudio` is our MFCC with the default definition of torchaudio.transforms.MFCC(log_mels=True); `aubio-ours` is
 * ours as libaubio's aubio_mfcc_set_mel_coeffs() defines it (Slaney's scale, 40 bands of area 1, 13 coefficients of
 * 10 log10) with frames of 512 every 160 samples, which is what `aubio` does with libaubio.
 */

#include "bench.h"
#include "dsp/features.h"

#include <stdlib.h>
#include <string.h>
#ifdef HAVE_AUBIO
#include <aubio/aubio.h>
#endif

#define RATE 16000
#define SAMPLES (3 * RATE)
#define HOP 160

#define AUBIO_FRAME 512
#define AUBIO_BANDS 40
#define AUBIO_COEFFICIENTS 13
/* libaubio's frame k ends after k + 1 hops. With so many zeros first, its frame k + AUBIO_LEAD starts where our frame k
 * does. */
#define AUBIO_ZEROS 128
#define AUBIO_LEAD 3

typedef struct {
  SerFrontEnd *front;
  guint n;
  float *x;   /* [n, SAMPLES] */
  gsize size; /* coefficients of one clip */
  float *y;   /* [n, size] */
#ifdef HAVE_AUBIO
  aubio_pvoc_t *pvoc;
  aubio_mfcc_t *mfcc;
  cvec_t *spectrum;
  fvec_t *hop, *out;
#endif
} Mfcc;

static void
spec_torchaudio (SerFeatureSpec *spec)
{
  ser_feature_spec_init (spec, SER_FEATURES_MFCC);
  spec->n = 40;
  spec->mels = 64;
  spec->fft = 512;
  spec->win = 400;
  spec->hop = HOP;
  spec->rate = RATE;
  spec->fmin = 0;
  spec->fmax = RATE / 2;
  spec->floor = 1e-6;
  spec->scale = SER_MEL_HTK;
  spec->mel_norm = SER_MEL_NORM_NONE;
  spec->log = SER_LOG_LN;
  spec->norm = SER_NORM_NONE;
}

static void
spec_aubio (SerFeatureSpec *spec)
{
  spec_torchaudio (spec);
  spec->n = AUBIO_COEFFICIENTS;
  spec->mels = AUBIO_BANDS;
  spec->win = AUBIO_FRAME;
  spec->floor = 1e-12;
  spec->scale = SER_MEL_SLANEY;
  spec->mel_norm = SER_MEL_NORM_SLANEY;
  spec->log = SER_LOG_DB;
}

static void
run_ours (gpointer data, guint i)
{
  Mfcc *mfcc = data;

  i %= mfcc->n;
  ser_front_end_clip (mfcc->front, mfcc->x + (gsize) i * SAMPLES, SAMPLES, mfcc->y + i * mfcc->size);
}

#ifdef HAVE_AUBIO
static void
run_aubio (gpointer data, guint i)
{
  Mfcc *mfcc = data;
  const float *x = mfcc->x + (gsize) (i % mfcc->n) * SAMPLES;
  float *y = mfcc->y + (i % mfcc->n) * mfcc->size;
  const gsize frames = mfcc->size / AUBIO_COEFFICIENTS;

  for (gsize k = 0; k < frames + AUBIO_LEAD; k++) {
    const gssize first = (gssize) (k * HOP) - AUBIO_ZEROS;

    if (first < 0) {
      memset (mfcc->hop->data, 0, HOP * sizeof (float));
      memcpy (mfcc->hop->data - first, x, (gsize) (HOP + first) * sizeof (float));
    } else
      memcpy (mfcc->hop->data, x + first, HOP * sizeof (float));
    aubio_pvoc_do (mfcc->pvoc, mfcc->hop, mfcc->spectrum);
    aubio_mfcc_do (mfcc->mfcc, mfcc->spectrum, mfcc->out);
    if (k >= AUBIO_LEAD)
      memcpy (y + (k - AUBIO_LEAD) * AUBIO_COEFFICIENTS, mfcc->out->data, AUBIO_COEFFICIENTS * sizeof (float));
  }
}

static void
open_aubio (Mfcc *mfcc)
{
  mfcc->pvoc = bench_check (new_aubio_pvoc (AUBIO_FRAME, HOP), NULL);
  mfcc->mfcc = bench_check (new_aubio_mfcc (AUBIO_FRAME, AUBIO_BANDS, AUBIO_COEFFICIENTS, RATE), NULL);
  mfcc->spectrum = new_cvec (AUBIO_FRAME);
  mfcc->hop = new_fvec (HOP);
  mfcc->out = new_fvec (AUBIO_COEFFICIENTS);
  aubio_mfcc_set_mel_coeffs (mfcc->mfcc, 0, RATE / 2);
  aubio_mfcc_set_power (mfcc->mfcc, 2);
  aubio_mfcc_set_scale (mfcc->mfcc, 10);
}

static void
close_aubio (Mfcc *mfcc)
{
  del_aubio_pvoc (mfcc->pvoc);
  del_aubio_mfcc (mfcc->mfcc);
  del_cvec (mfcc->spectrum);
  del_fvec (mfcc->hop);
  del_fvec (mfcc->out);
}
#endif

int
main (int argc, char **argv)
{
  Mfcc mfcc = { 0 };
  BenchCall run = run_ours;
  SerFeatureSpec spec;

  if (argc != 4)
    return 2;
  if (g_str_equal (argv[1], "torchaudio"))
    spec_torchaudio (&spec);
  else
    spec_aubio (&spec);
  mfcc.n = (guint) atoi (argv[3]);
  mfcc.size = ser_feature_spec_frames (&spec, SAMPLES) * spec.n;
  mfcc.x = g_malloc_n (mfcc.n, SAMPLES * sizeof (float));
  mfcc.y = g_malloc0_n (mfcc.n, mfcc.size * sizeof (float));
  mfcc.front = bench_check (ser_front_end_new (&spec), NULL);
  for (guint i = 0; i < mfcc.n; i++)
    bench_speech (mfcc.x + (gsize) i * SAMPLES, SAMPLES, RATE, i);
  if (g_str_equal (argv[1], "aubio")) {
#ifdef HAVE_AUBIO
    run = run_aubio;
    open_aubio (&mfcc);
#else
    return 3;
#endif
  }
  for (guint i = 0; i < mfcc.n; i++)
    run (&mfcc, i);
  g_autofree char *name = g_strconcat (argv[1], ".f32", NULL);
  bench_write (argv[2], "inputs.f32", mfcc.x, (gsize) mfcc.n * SAMPLES * sizeof (float));
  bench_write (argv[2], name, mfcc.y, mfcc.n * mfcc.size * sizeof (float));
  bench_serve (run, &mfcc, NULL);
#ifdef HAVE_AUBIO
  if (run == run_aubio)
    close_aubio (&mfcc);
#endif
  ser_front_end_free (mfcc.front);
  g_free (mfcc.x);
  g_free (mfcc.y);
  return 0;
}
