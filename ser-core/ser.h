/* ser.h - speech emotion recognition: the public interface of ser-core
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A model is a file of weights with all that is needed to use them. A stream takes mono samples in any portions and
 * gives one result per window:
 *
 *     GError *error = NULL;
 *     SerModel *model = ser_model_new_default (&error);          // or ser_model_load (path, &error)
 *     SerStream *stream = ser_stream_new (model, NULL, &error);  // NULL, as the model is, on failure
 *     const double rate = ser_model_get_rate (model);
 *     SerResult result;
 *
 *     while ((n = read_samples (buffer, 4096)) > 0) {            // float, mono, at that rate
 *       const float *x = buffer;
 *       while (n > 0) {
 *         gsize used = ser_stream_push (stream, x, n);
 *         x += used, n -= used;
 *         while (ser_stream_next (stream, &result))
 *           printf ("%6.2f s  %s %.2f\n", result.start / rate, result.emotion, result.confidence);
 *       }
 *     }
 *     ser_stream_finish (stream);
 *     while (ser_stream_next (stream, &result))
 *       ...                                                      // the last, partial window
 *     ser_stream_free (stream);
 *     ser_model_unref (model);
 *
 * Numbers do not depend on the portions in which samples are pushed: results are bit-identical.
 *
 * Threads: a SerModel is immutable and may be shared by any number of threads and streams. A SerStream belongs to one
 * thread at a time, with one exception stated at ser_stream_classify(). Nothing here prints, exits or keeps mutable
 * global state, FFTW's planner behind one lock excepted.
 *
 * Memory: a stream allocates in ser_stream_new() and, for each window, in ser_stream_take_window(); its size does not
 * grow with the length of what is pushed.
 */

#ifndef SER_H
#define SER_H

#include <glib.h>

G_BEGIN_DECLS

#ifndef SER_API
#define SER_API __attribute__ ((visibility ("default")))
#endif

/* Most labels a model may have. */
#define SER_MAX_LABELS 32

/* Ranges of SerStreamConfig. A model's own window is in the same one. */
#define SER_MIN_WINDOW 1.0 /* s */
#define SER_MAX_WINDOW 30.0
#define SER_MIN_INTERVAL 0.1 /* s */
#define SER_MAX_INTERVAL 30.0
#define SER_MAX_SMOOTHING 0.99

/* What SerResult.label holds when no label is reported. */
#define SER_LABEL_UNCERTAIN (-1) /* the calibrated probability of the leading label is under the threshold */
#define SER_LABEL_NONE (-2)      /* the gate says that the window holds no speech */

/* Errors of the domain SER_ERROR. */
typedef enum {
  SER_ERROR_FILE,       /* a file cannot be read or written */
  SER_ERROR_FORMAT,     /* a model file is malformed: the message names file, tensor and fault */
  SER_ERROR_LINE,       /* an architecture or features line is malformed */
  SER_ERROR_CONFIG,     /* a value of a configuration is out of range */
  SER_ERROR_SELF_CHECK, /* a model's scores on its self-check signal are not those stored in it */
  SER_ERROR_DATA,       /* a corpus or manifest cannot be used as asked */
} SerError;

#define SER_ERROR (ser_error_quark ())
SER_API GQuark ser_error_quark (void);

/* ---- model ---- */

typedef struct _SerModel SerModel;

/* Returns the model compiled into the library, loaded once and shared; free with ser_model_unref(). NULL on failure,
 * with the errors of ser_model_load_bytes(). */
SER_API SerModel *ser_model_new_default (GError **error);

/* Loads a model file (safetensors). Refuses whatever is incomplete or inconsistent, and a model whose self-check fails:
 * returns NULL with an error that names the file, the tensor or metadata key and the fault. SER_ERROR_FILE: it cannot
 * be read; SER_ERROR_FORMAT: its header, metadata or tensors are at fault; SER_ERROR_LINE: its architecture or features
 * line; SER_ERROR_SELF_CHECK. */
SER_API SerModel *ser_model_load (const char *path, GError **error);

/* Loads a model from memory; `name` (UTF-8) stands for the file in error messages. The bytes are not kept. NULL on
 * failure, with the errors of ser_model_load() but SER_ERROR_FILE. */
SER_API SerModel *ser_model_load_bytes (GBytes *bytes, const char *name, GError **error);

/* Returns the speech gate compiled into the library, a model of the labels non-speech and speech, loaded once and
 * shared; free with ser_model_unref(). Streams use it unless told otherwise. Errors as ser_model_new_default(). */
SER_API SerModel *ser_model_new_gate (GError **error);

SER_API SerModel *ser_model_ref (SerModel *model);
SER_API void ser_model_unref (SerModel *model);

/* Labels in the order of the scores; the strings live as long as the model. */
SER_API guint ser_model_get_n_labels (const SerModel *model);
SER_API const char *ser_model_get_label (const SerModel *model, guint i);

/* Sample rate in Hz of what the model's streams take. */
SER_API guint ser_model_get_rate (const SerModel *model);

/* Window length in seconds the model was made for. */
SER_API double ser_model_get_window (const SerModel *model);

/* A value of the file's metadata ("architecture", "features", "licence", ...) or NULL; lives as long as the model. */
SER_API const char *ser_model_get_metadata (const SerModel *model, const char *key);

/* ---- stream ---- */

/* Why a window is, or is not, taken for speech. */
typedef enum {
  SER_GATE_SPEECH,
  SER_GATE_SILENCE,    /* the window's level is under -70 dBFS */
  SER_GATE_CLIPPED,    /* over 10 % of the window's samples are at full scale */
  SER_GATE_NON_SPEECH, /* the gate's network hears music, applause, a crowd, noise: no speech anywhere in it */
} SerGate;

/* "speech", "silence", "clipped" or "non-speech". */
SER_API const char *ser_gate_to_string (SerGate gate);

/* All fields are read once, in ser_stream_new(). Start from SER_STREAM_CONFIG_INIT. */
typedef struct {
  double window;        /* s, 1 to 30; 0: the model's own. Rounded to whole hops (10 ms with the default features) */
  double interval;      /* s between the starts of windows, 0.1 to 30; at most `window`. Rounded to whole hops */
  double threshold;     /* 0 to 1: a leading label of less calibrated probability is reported as uncertain */
  double smoothing;     /* 0 to 0.99: weight of the past in the exponential average of the scores; 0 for none */
  gboolean gate;        /* FALSE: every window is taken for speech */
  SerModel *gate_model; /* NULL: the gate compiled in; else a model of the labels non-speech,speech and of logmel
                           features, of which the stream takes a reference */
} SerStreamConfig;

#define SER_STREAM_CONFIG_INIT                                                                                         \
  {                                                                                                                    \
    0.0, 1.0, 0.0, 0.0, TRUE, NULL                                                                                     \
  }

/* The analysis of one window. */
typedef struct {
  guint64 start;                /* first sample, counted from the stream's start or its last reset */
  guint64 length;               /* in samples */
  int label;                    /* index into the model's labels, or one of SER_LABEL_... */
  const char *emotion;          /* that label's name, "uncertain" or "none"; lives as long as the model */
  double confidence;            /* calibrated probability of the leading label, smoothing included; in [0, 1] */
  float scores[SER_MAX_LABELS]; /* calibrated probabilities, n_labels of them, sum 1; given whatever the gate says */
  guint n_labels;
  gboolean changed; /* `label` differs from the previous result's; TRUE for the first after the start or a reset */
  double speech; /* calibrated probability that there is speech in the window, under 0.3 for SER_GATE_NON_SPEECH; 0 for
                       silence and for clipped sound, 1 without the gate */
  SerGate gate;
  double pitch;     /* median F0 of the voiced frames in Hz, 0 when fewer than a tenth of them are voiced */
  double loudness;  /* RMS level in dBFS (a full-scale square wave is 0), at least -120 */
  gboolean partial; /* the last window, shorter than the others */
} SerResult;

typedef struct _SerStream SerStream;

/* A window cut from a stream and not yet classified: its features, those of the gate, level and pitch. */
typedef struct _SerWindow SerWindow;

/* Makes a stream; `config` NULL means SER_STREAM_CONFIG_INIT. The stream holds a reference on the model.
 * Returns NULL on failure, with SER_ERROR_CONFIG and a message that names the field, or an error of
 * ser_model_new_gate(). */
SER_API SerStream *ser_stream_new (SerModel *model, const SerStreamConfig *config, GError **error);
SER_API void ser_stream_free (SerStream *stream);

/* Takes up to `n` mono samples in [-1, 1] at the model's rate and returns how many it took: all of them, or fewer when
 * a window became ready, and none as long as that window has not been fetched with ser_stream_next() or
 * ser_stream_take_window(). Samples that are not finite count as 0, and those beyond +-10000 as that. */
SER_API gsize ser_stream_push (SerStream *stream, const float *samples, gsize n);

/* The same for 16-bit samples, of which 32768 stands for 1. */
SER_API gsize ser_stream_push_s16 (SerStream *stream, const gint16 *samples, gsize n);

/* Ends the stream: what is left since the last window makes a partial one if it holds at least 0.5 s that no window
 * before did (a stream under 1 s gives one whatever its length, of label uncertain unless the gate says none; an empty
 * one gives nothing). After the partial window is fetched only ser_stream_reset() and ser_stream_free() may follow. */
SER_API void ser_stream_finish (SerStream *stream);

/* Forgets all samples, smoothing and the previous label; sample counts start again at 0. */
SER_API void ser_stream_reset (SerStream *stream);

/* Changes threshold and smoothing from the next classified window on; values are clamped to their ranges, NaN to
 * 0. May be called from the thread that classifies. */
SER_API void ser_stream_set_threshold (SerStream *stream, double threshold);
SER_API void ser_stream_set_smoothing (SerStream *stream, double smoothing);

/* Fetches and classifies the window that is ready. FALSE when none is. */
SER_API gboolean ser_stream_next (SerStream *stream, SerResult *result);

/* The two halves of ser_stream_next(), for whoever classifies in another thread. ser_stream_take_window() returns the
 * window that is ready, or NULL; the caller owns it. ser_stream_classify() runs the network on it and may be called by
 * one other thread while the first goes on pushing, finishing, resetting and taking windows. Windows must be classified
 * in the order in which they were taken; some may be left out. The first one taken after a reset is classified as such.
 * */
SER_API SerWindow *ser_stream_take_window (SerStream *stream);
SER_API void ser_stream_classify (SerStream *stream, const SerWindow *window, SerResult *result);
SER_API void ser_window_free (SerWindow *window);

/* First sample and length of a window, in samples, as in SerResult. */
SER_API guint64 ser_window_get_start (const SerWindow *window);
SER_API guint64 ser_window_get_length (const SerWindow *window);

/* Window and interval in samples after rounding. */
SER_API guint64 ser_stream_get_window (const SerStream *stream);
SER_API guint64 ser_stream_get_interval (const SerStream *stream);

/* ---- segments ---- */

/* Windows of a recording merged into stretches of one emotion. Windows overlap, so that each stands for the time around
 * its middle: from halfway to the window before to halfway to the one after; the first of a stretch of windows also for
 * what it has before that, the last for what it has after. Segments follow each other without overlap, and without gaps
 * as long as the windows do.
 *
 * A segment goes on until another label has led for SER_SEGMENT_HOLD windows in a row, or leads by SER_SEGMENT_MARGIN
 * of probability, or the gate opens or closes: a single window on the brink makes no segment of its own (hysteresis, as
 * of a Schmitt trigger). */

#define SER_SEGMENT_HOLD 2
#define SER_SEGMENT_MARGIN 0.3

/* One stretch. Times in seconds, in the clock of what was pushed. */
typedef struct {
  double start, end;
  int label;                    /* as SerResult.label */
  double confidence;            /* mean score of `label` over the windows; of the windows' leading labels for none and
                                   uncertain */
  float scores[SER_MAX_LABELS]; /* mean of the windows' */
  guint64 first;                /* number of its first window, counted from 0 since the segmenter was made */
  guint n_windows;
} SerSegment;

typedef struct _SerSegmenter SerSegmenter;

/* For windows of n_labels scores, 1 to SER_MAX_LABELS. */
SER_API SerSegmenter *ser_segmenter_new (guint n_labels);
SER_API void ser_segmenter_free (SerSegmenter *segmenter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSegmenter, ser_segmenter_free)

/* Takes the next window: start and length in seconds, and of `result` label, confidence and scores. A window that
 * starts after the end of the one before, or before its start, begins another stretch. At most SER_SEGMENT_HOLD
 * segments become ready by one call. */
SER_API void ser_segmenter_push (SerSegmenter *segmenter, double start, double duration, const SerResult *result);

/* Ends the segment under way, so that ser_segmenter_next() gives it. Windows may follow: a stretch of their own. */
SER_API void ser_segmenter_finish (SerSegmenter *segmenter);

/* Gives the next segment that is complete; FALSE when there is none. A segment is complete when the one after it has
 * begun for sure, at most SER_SEGMENT_HOLD windows later. */
SER_API gboolean ser_segmenter_next (SerSegmenter *segmenter, SerSegment *segment);

/* Gives what of the segment under way is decided, up to a time that no window to come changes; FALSE when that is
 * nothing yet. Its means are of the windows so far. It is not taken: ser_segmenter_next() gives the whole of it
 * later. */
SER_API gboolean ser_segmenter_peek (const SerSegmenter *segmenter, SerSegment *segment);

G_END_DECLS

#endif /* SER_H */
