/* confusion.h - shares of labels corrected by how a model confuses them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A model that hears a third of all fear as sadness reports too little fear. What it does to clips of speakers that it
 * was not trained on, its out-of-fold confusion matrix, tells which true shares would have led to the shares that it
 * reports.
 */

#ifndef SER_CONFUSION_H
#define SER_CONFUSION_H

#include "ser.h"
#include "train/random.h"

/* The key of a model's metadata that holds the matrix: counts of clips, one row for each true label with commas between
 * the predicted ones, semicolons between rows. */
#define SER_CONFUSION_KEY "confusion"

/* The key that holds what the model of the folds gave groups of speakers: "female:0.19,0.15;male:0.20,0.14", the shares
 * of the labels, in their order. */
#define SER_GROUPS_KEY "groups"

typedef struct {
  guint n;                                      /* labels; 0: the model has no matrix */
  guint counts[SER_MAX_LABELS][SER_MAX_LABELS]; /* [true][predicted] */
} SerConfusion;

/* Reads a model's matrix: n is 0 where there is none. Fails with SER_ERROR_FORMAT, naming the key, when what is there
 * cannot be one. */
gboolean ser_confusion_read (SerConfusion *confusion, const SerModel *model, GError **error);

/* The value of the key for counts of n labels; row r is at counts + r * stride. Free with g_free(). */
char *ser_confusion_to_text (const guint *counts, guint n, guint stride);

/* The shares [n] of true labels under which the shares `observed` [n] of predicted ones are most likely: those of a
 * mixture whose components are the matrix's rows, by expectation maximisation. With 0.5 added to each count, so that
 * nothing is impossible. They sum to 1. */
void ser_confusion_correct (const SerConfusion *confusion, const double *observed, double *corrected);

/* A matrix of as many clips of each true label, drawn with replacement from those of `confusion`. */
void ser_confusion_resample (const SerConfusion *confusion, SerRandom *random, SerConfusion *drawn);

#endif /* SER_CONFUSION_H */
