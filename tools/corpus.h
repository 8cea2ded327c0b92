/* corpus.h - what clips there are: corpora known by their file names, and manifests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CORPUS_H
#define SER_CORPUS_H

#include <glib.h>

/* The six emotions of the default model, in its order. */
#define SER_N_EMOTIONS 6
extern const char *const ser_emotions[SER_N_EMOTIONS + 1];

/* A stretch of a file and what is known of it. Strings live as long as the corpus. */
typedef struct {
  const char *path;
  const char *name;  /* for reports: the file's base name, with the stretch where there is one */
  double start, end; /* s; end < 0: to the end of the file */
  const char *label;
  const char *speaker;         /* CORPUS/SPEAKER for the known corpora, as written in a manifest */
  const char *split;           /* "train" where the corpus does not say */
  char sex;                    /* 'f', 'm', or 0 when not known */
  guint age;                   /* years, 0 when not known */
  float votes[SER_N_EMOTIONS]; /* share of listeners who heard each of ser_emotions; all 0 when nobody was asked */
} SerClip;

typedef struct {
  GArray *clips;       /* SerClip, sorted by path and start within each corpus */
  GPtrArray *problems; /* char *: "NAME: what is wrong", of files that are left out */
  GStringChunk *strings;
  GHashTable *map;    /* label -> label, "" drops */
  GHashTable *mapped; /* labels of `map` that occurred */
} SerCorpus;

SerCorpus *ser_corpus_new (void);
void ser_corpus_free (SerCorpus *corpus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerCorpus, ser_corpus_free)

/* Renames a label of whatever is added later; an empty `to` leaves its clips out. Fails with SER_ERROR_CONFIG on a
 * label that is none. */
gboolean ser_corpus_map (SerCorpus *corpus, const char *from, const char *to, GError **error);

/* Names of the known corpora, NULL-terminated. */
const char *const *ser_corpus_names (void);

/* Adds a known corpus: every audio file under `folder` (or folder/audio) whose base name follows the corpus's scheme;
 * audio files of other names become problems. CREMA-D's clips.csv, voice_votes.csv and actors.csv are used where they
 * lie in the folder or the one above. Fails with SER_ERROR_CONFIG on an unknown name and with SER_ERROR_DATA on
 * a folder that is missing or holds no clip, or a CSV file without its columns. */
gboolean ser_corpus_add_named (SerCorpus *corpus, const char *name, const char *folder, GError **error);

/* Adds every audio file under `folder`, in the order of their paths, as clips of the label "sound". Fails with
 * SER_ERROR_DATA when there is none. */
gboolean ser_corpus_add_folder (SerCorpus *corpus, const char *folder, GError **error);

/* Adds the rows of a CSV file with the columns path, emotion, speaker and perhaps start, end (seconds) and split, in
 * any order. Relative paths start from `folder`, or from the file's own folder when that is NULL. A row that makes no
 * sense becomes a problem. Fails with SER_ERROR_FILE or SER_ERROR_DATA when the file cannot be used at all. */
gboolean ser_corpus_add_manifest (SerCorpus *corpus, const char *path, const char *folder, GError **error);

/* Adds a clip, mapping its label; the strings of `clip` are copied. */
void ser_corpus_add_clip (SerCorpus *corpus, const SerClip *clip);

void ser_corpus_add_problem (SerCorpus *corpus, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* TRUE for what may be a label: [a-z][a-z0-9-]*, but neither "uncertain" nor "none", which results use. */
gboolean ser_is_label (const char *text);

/* Name of the known corpus whose scheme most audio files under `folder` follow, static. Fails with SER_ERROR_DATA where
 * there is no such folder or none of its files follows any. */
const char *ser_corpus_recognise (const char *folder, GError **error);

/* ---- what is published of the known corpora (corpus-facts.c) ---- */

typedef struct {
  const char *corpus, *title;
  const char *language;           /* of ISO 639-1 */
  const char *licence, *citation; /* licence NULL where there is none to name */
} SerCorpusFacts;

/* NULL for a name that is none of theirs. */
const SerCorpusFacts *ser_corpus_find_facts (const char *corpus);

/* ---- names of the known corpora (corpus-names.c) ---- */

/* What a file's name says. */
typedef struct {
  const char *label; /* static */
  char speaker[16];
  char sex;
  guint age;
} SerNameFacts;

/* Reads a base name without extension; `parent` is the name of the folder it lies in. NULL when it follows the scheme,
 * else what is wrong with it. */
typedef const char *(*SerNameFunc) (const char *base, const char *parent, SerNameFacts *facts);

/* The scheme of a corpus, or NULL. */
SerNameFunc ser_corpus_find_scheme (const char *corpus);

#endif /* SER_CORPUS_H */
