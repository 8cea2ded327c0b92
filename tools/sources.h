/* sources.h - the options that say which clips: --corpus --manifest --data --map --fold
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SOURCES_H
#define SER_SOURCES_H

#include "corpus.h"

/* What the command line gave. --data belongs to the --corpus or --manifest before it, or, when none stands before it,
 * to the one after it. */
typedef struct {
  GArray *list;       /* Source */
  char *pending_data; /* --data without a corpus yet */
  SerCorpus *corpus;
  guint fold, n_folds; /* --fold K/N, K from 1; n_folds 0: not given */
  gint64 fold_seed;
} SerSources;

SerSources *ser_sources_new (void);
void ser_sources_free (SerSources *sources);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSources, ser_sources_free)

/* A main option group that holds the options above and `entries`; its user data is `sources`. */
GOptionGroup *ser_sources_option_group (SerSources *sources, const GOptionEntry *entries);

/* Adds a folder as --corpus and --data would, its corpus told by its files' names. Fails as ser_corpus_recognise()
 * does. */
gboolean ser_sources_add_folder (SerSources *sources, const char *folder, GError **error);

/* The corpus where there is one source and it is a known corpus, else NULL. */
const char *ser_sources_get_corpus (const SerSources *sources);

/* Checks that there are clips to read and every corpus has its folder; an error is the command line's. */
gboolean ser_sources_check (const SerSources *sources, GError **error);

/* Reads what was given into sources->corpus and reports on standard error what is left out of it. */
gboolean ser_sources_load (SerSources *sources, GError **error);

/* Paths of the manifests. Free with g_strfreev(). */
char **ser_sources_manifests (const SerSources *sources);

/* Names of the corpora and manifests, comma-separated. Free with g_free(). */
char *ser_sources_describe (const SerSources *sources);

/* The label set that the sources suggest: those of the six emotions, and those of manifests, that clips have; sorted.
 * Free with g_strfreev(). */
char **ser_sources_suggest_labels (const SerSources *sources);

/* Clips (const SerClip *) of the splits named in `splits` (comma-separated, NULL: all) whose label is among `labels`;
 * how many clips other labels cost is reported on standard error, and added to *n_left_out. */
GPtrArray *ser_sources_select (
    const SerSources *sources, const char *splits, const char *const *labels, guint *n_left_out);

/* Splits `clips` by --fold into those of fold K and the others. Speakers are dealt to folds in a seeded random order,
 * corpus by corpus and sex by sex, so that a corpus is divided alike whatever stands beside it. Fails with
 * SER_ERROR_DATA when there are fewer speakers than folds. Either result may be NULL. */
gboolean ser_sources_divide (
    const SerSources *sources, GPtrArray *clips, GPtrArray **inside, GPtrArray **outside, GError **error);

/* Speakers of the clips, sorted; the strings belong to the corpus. Free with g_ptr_array_unref(). */
GPtrArray *ser_clips_speakers (GPtrArray *clips);

/* Position of a label in a NULL-terminated list, or -1. */
int ser_find_label (const char *const *labels, const char *label);

#endif /* SER_SOURCES_H */
