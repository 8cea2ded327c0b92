/* corpus-figures.h - what a corpus is made of: balance, durations, levels, pitch, votes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CORPUS_FIGURES_H
#define SER_CORPUS_FIGURES_H

#include "corpus.h"
#include "distribution.h"
#include "evaluation.h"

#define SER_CORPUS_SCHEMA "seremotion-corpus-1"

/* Clips that have something in common. Level and pitch of a clip are those of `analyze`: RMS in dBFS and the median
 * F0 of voiced frames in Hz, of all of the clip (of one over 30 s, the mean and median of windows of 30 s). */
typedef struct {
  char *name; /* a label, a split or a group of ser_evaluation_group_name() */
  guint clips, speakers;
  double seconds;
  guint *by_label; /* [n_labels], clips */
  SerDistribution duration, loudness;
  SerDistribution pitch, pitch_by_sex[2]; /* of clips with a voiced tenth; female, male */
} SerCorpusPart;

/* What listeners heard, by what was intended: the mean over clips of the shares of their votes. */
typedef struct {
  guint clips;                                   /* that anybody voted on */
  guint by_label[SER_N_EMOTIONS];                /* the same by intention */
  double shares[SER_N_EMOTIONS][SER_N_EMOTIONS]; /* [intended][heard], rows sum to 1; NAN without clips */
  double agreement;                              /* mean share of votes for what was intended */
  double plurality;                              /* share of clips whose intended label has more votes than any other */
} SerCorpusVotes;

typedef struct {
  char *name;
  const SerCorpusFacts *facts; /* NULL of corpora that are not known */
  char **labels;               /* sorted, NULL-terminated */
  guint n_labels;
  SerCorpusPart *all;
  GPtrArray *by_label, *by_split, *by_group; /* SerCorpusPart *; groups of at least one clip */
  SerCorpusVotes votes;
  GPtrArray *left_out; /* char *: "NAME: why" */
} SerCorpusFigures;

/* Decodes all clips of the corpus on `threads` threads, 0 for one per core, which do not change the figures. Clips that
 * training leaves out are not counted. `facts` may be NULL. Fails with SER_ERROR_DATA when no clip is left. */
SerCorpusFigures *ser_corpus_measure (
    const SerCorpus *corpus, const char *name, const SerCorpusFacts *facts, guint threads, GError **error);
void ser_corpus_figures_free (SerCorpusFigures *figures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerCorpusFigures, ser_corpus_figures_free)

/* The document of docs/corpus-json.md (corpus-json.c). Fails with G_FILE_ERROR. */
gboolean ser_corpus_figures_write_json (const SerCorpusFigures *figures, const char *path, GError **error);

/* Tables on standard output (corpus-table.c). */
void ser_corpus_figures_print (const SerCorpusFigures *figures);

#endif /* SER_CORPUS_FIGURES_H */
