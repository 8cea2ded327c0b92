/* store.h - the library of recordings, in SQLite
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * What is on disk is what is known: no cache. All text that a client gave is bound, never part of a statement. Used by
 * one thread. One process at a time has a store: it holds a lock (flock) on the file PATH.lock, which ends with the
 * process, however that ends.
 */

#ifndef SER_STORE_H
#define SER_STORE_H

#include <glib.h>

typedef struct _SerStore SerStore;

typedef enum {
  SER_STATE_QUEUED,
  SER_STATE_FETCHING,
  SER_STATE_ANALYSING,
  SER_STATE_DONE,
  SER_STATE_FAILED,
  SER_STATE_CANCELLED,
  SER_N_STATES,
} SerState;

/* "queued" etc. of docs/api.md; ser_state_find() gives SER_N_STATES for any other text. */
const char *ser_state_get_name (SerState state);
SerState ser_state_find (const char *name);

#define SER_ID_LENGTH 16 /* lower-case hex digits */

gboolean ser_is_id (const char *text);

/* One that nobody guesses and no other has; free with g_free(). */
char *ser_id_make (void);

#define SER_TITLE_LENGTH 300 /* characters, at most; of the others of a labelling: */
#define SER_LABEL_LENGTH 100
#define SER_ORIGIN_LENGTH 2000

/* What people say of a recording; "" where they do not. */
typedef struct {
  char *title, *speaker, *date, *place, *party, *sex;
} SerLabelling;

/* Copies of all texts into what holds none, and back to none. */
void ser_labelling_copy (SerLabelling *to, const SerLabelling *from);
void ser_labelling_clear (SerLabelling *labelling);

typedef struct {
  char *id;
  char *source; /* "upload", "url", "preloaded" */
  char *origin; /* file name or URL as given: text, never a path */
  SerLabelling labelling;
  gboolean title_given; /* somebody gave the title: that of the medium does not replace it */
  SerState state;
  char *error;              /* of SER_STATE_FAILED, else NULL */
  guint attempts;           /* analyses begun */
  gint64 created, finished; /* s since 1970; 0 until finished */
  guint64 bytes;            /* of the medium; 0 until known */
  double duration;          /* s; NAN until done */
  char *summary;            /* the object of docs/api.md as JSON text; NULL until done */
  char *model, *model_id;   /* NULL until done */
} SerEntry;

/* A new one, queued, created now, with an ID that no other has and an empty labelling whose title is `title`, or the
 * origin where that is NULL or holds nothing to see. Both are cut where they are too long, and what is not UTF-8 or a
 * control character is replaced: they may be anything. */
SerEntry *ser_entry_new (const char *source, const char *origin, const char *title);
void ser_entry_free (SerEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerEntry, ser_entry_free)

/* Sets it with what goes with it: the time of the end, 0 before that, and the error, NULL but of SER_STATE_FAILED. */
void ser_entry_set_state (SerEntry *entry, SerState state, const char *error);

/* Text from anywhere as a title: cut, valid and without control characters; NULL where nothing is left to see. Free
 * with g_free(). */
char *ser_title_make (const char *text);

/* Checks lengths (title at least 1 character that can be seen), UTF-8 without control characters, the date's form
 * (YYYY, YYYY-MM or YYYY-MM-DD, a day that exists) and sex ("", "f", "m"). Fails with SER_ERROR_DATA, naming the
 * member. */
gboolean ser_labelling_check (const SerLabelling *labelling, GError **error);

/* Opens or makes the file: WAL mode, foreign keys, its application ID and schema version checked and brought up to date
 * in one transaction. Fails with SER_ERROR_FILE, naming the file, when it cannot be read or written or is no database,
 * when another process has it, and with SER_ERROR_DATA when it is another program's or a newer version's. */
SerStore *ser_store_open (const char *path, GError **error);
void ser_store_close (SerStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerStore, ser_store_close)

/* All below fail with SER_ERROR_FILE where the disk does, having changed nothing. */

gboolean ser_store_add (SerStore *store, const SerEntry *entry, GError **error);

/* NULL without an error when there is none of that ID. */
SerEntry *ser_store_get (SerStore *store, const char *id, GError **error);

/* Writes all of the entry but its ID and `created`. */
gboolean ser_store_update (SerStore *store, const SerEntry *entry, GError **error);
gboolean ser_store_remove (SerStore *store, const char *id, GError **error);

/* Whether nothing was ever added, not even what is gone again. */
gboolean ser_store_is_new (SerStore *store, gboolean *is_new, GError **error);

typedef enum {
  SER_SORT_CREATED,
  SER_SORT_TITLE,
  SER_SORT_SPEAKER,
  SER_SORT_DATE,
  SER_SORT_DURATION,
  SER_N_SORTS,
} SerSort;

typedef struct {
  const char *search;  /* words that must all occur in title, origin, speaker, place or party; NULL: any */
  SerState state;      /* SER_N_STATES: any */
  const char *speaker; /* exactly; NULL: any */
  SerSort sort;
  gboolean descending;
  guint offset, limit;
} SerQuery;

/* SerEntry *, of which `total` (if not NULL) says how many there are without offset and limit. Words are found, titles
 * and speakers sorted, without regard to case and accents. What has no speaker, date or duration comes last in either
 * order; entries that are equal are sorted by age. */
GPtrArray *ser_store_list (SerStore *store, const SerQuery *query, guint *total, GError **error);

#endif /* SER_STORE_H */
