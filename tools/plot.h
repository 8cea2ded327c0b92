/* plot.h - the pictures of `seremotion plot`, one function per kind
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PLOT_H
#define SER_PLOT_H

#include "picture.h"

/* What the command line says. */
typedef struct {
  SerPictureFormat format;
  char *title;                    /* NULL: made from the input */
  char **names;                   /* of the runs, one per input; NULL: their own */
  gboolean overlay;               /* runs in the same axes */
  char *arch, *features, *labels; /* lines in place of a model file, NULL without */
  double window;                  /* s, NAN: not given */
  gboolean bare;                  /* the plot alone, as wide as what it is of */
} SerPlotOptions;

/* Each reads its inputs (NULL-terminated, as many as it takes) and draws them. Fails with SER_ERROR_FILE or
 * SER_ERROR_DATA for an input, naming it. */
typedef SerPicture *(*SerPlotFunc) (const SerPlotOptions *options, char **inputs, GError **error);

/* Loss and accuracy over epochs: run JSONs or histories, up to SER_N_COLOURS. */
SerPicture *ser_plot_curves (const SerPlotOptions *options, char **inputs, GError **error);

/* Confusion matrix: one run JSON, or what `evaluate --json` or `crossval --json` wrote. */
SerPicture *ser_plot_confusion (const SerPlotOptions *options, char **inputs, GError **error);

/* Confidence against accuracy before and after calibration: what `crossval --json` wrote. */
SerPicture *ser_plot_reliability (const SerPlotOptions *options, char **inputs, GError **error);

/* Accuracy and UAR against the share of clips that are answered: what `crossval --json` wrote. */
SerPicture *ser_plot_coverage (const SerPlotOptions *options, char **inputs, GError **error);

/* The layers of a model file, or, without input, of the options' lines. */
SerPicture *ser_plot_architecture (const SerPlotOptions *options, char **inputs, GError **error);

/* Log-mel bands and cepstral coefficients over time: a medium. */
SerPicture *ser_plot_spectrogram (const SerPlotOptions *options, char **inputs, GError **error);
SerPicture *ser_plot_mfcc (const SerPlotOptions *options, char **inputs, GError **error);

#endif /* SER_PLOT_H */
