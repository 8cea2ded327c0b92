/* jobs-fixture.h - a library whose jobs are run by analyze-program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef DASHBOARD_JOBS_FIXTURE_H
#define DASHBOARD_JOBS_FIXTURE_H

#include "jobs.h"

typedef struct {
  char *folder;
  SerStore *store;
  SerJobs *jobs;
  SerJobsSettings settings; /* one child, 100 that are queued; for tests to change before the jobs are opened */
  GString *told;            /* a line each time: origin, state or "removed", and progress where it is known */
} Library;

/* A fresh one, or of a folder that there is. */
void library_init (Library *library, const char *folder);
void library_clear (Library *library);

/* Opens store and jobs, which do not run yet; closes both. */
void library_open (Library *library);
void library_close (Library *library);

/* The path of what is in the recording's folder; free with g_free(). */
char *library_path (const Library *library, const char *id, const char *name);

/* A file that holds the text, as one that has been received; free with g_free(). */
char *library_receive (Library *library, const char *text);

/* Submits such a file as an upload, or a URL, which must be taken; gives the ID, free with g_free(). */
char *library_add (Library *library, const char *origin, const char *text);
char *library_add_url (Library *library, const char *url);

/* Free with ser_entry_free(). There must be one. */
SerEntry *library_get (const Library *library, const char *id);
SerState library_get_state (const Library *library, const char *id);

/* Runs the main loop until the recording is in that state, its child has got so far that `text` was told (NULL: it need
 * not), or for that time. */
void library_wait (const Library *library, const char *id, SerState state);
void library_wait_told (const Library *library, const char *text);
void library_iterate (guint milliseconds);

/* The analysis's process, which must have begun its work; whether it is gone. */
int library_wait_process (const Library *library, const char *id);
gboolean library_is_gone (int process);

#endif /* DASHBOARD_JOBS_FIXTURE_H */
