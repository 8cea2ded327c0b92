/* protocol.h - which clips train and which validate: --protocol
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PROTOCOL_H
#define SER_PROTOCOL_H

#include "sources.h"

typedef enum {
  SER_PROTOCOL_ACTORS,       /* actors: the corpus's own division, its splits */
  SER_PROTOCOL_KFOLD_ACTORS, /* kfold-actors:K: speakers dealt to K parts, each the validation of one training */
  SER_PROTOCOL_RANDOM,       /* random:FRACTION: clips drawn at random, so that speakers are in both parts */
} SerProtocolKind;

typedef struct {
  SerProtocolKind kind;
  guint folds;     /* kfold-actors: K, 2 to 1000 */
  double fraction; /* random: of the clips that validate, above 0 and below 1 */
} SerProtocol;

/* Reads "actors", "kfold-actors:K" or "random:FRACTION"; an error is the command line's. */
gboolean ser_protocol_parse (const char *text, SerProtocol *protocol, GError **error);

/* The protocol as results name it: "actors", "kfold-actors:5 fold 2" (without the fold when it is 0), "random:0.2".
 * Free with g_free(). */
char *ser_protocol_describe (const SerProtocol *protocol, guint fold);

/* What is said of figures for speakers who were trained on: they do not hold for others. */
#define SER_PROTOCOL_OPTIMISTIC "speakers in both parts: optimistic"

/* Draws round (fraction * n) of `clips` (const SerClip *), at least 1 and at most n - 1, from a seed; both parts keep
 * the order. Fails with SER_ERROR_DATA when there are fewer than two clips. */
gboolean ser_protocol_draw (
    GPtrArray *clips, double fraction, gint64 seed, GPtrArray **drawn, GPtrArray **others, GError **error);

#endif /* SER_PROTOCOL_H */
