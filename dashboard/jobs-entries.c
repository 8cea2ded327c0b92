/* jobs-entries.c - what people do with recordings: they submit, cancel, retry, label and remove them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "jobs-private.h"

#include <math.h>
#include <string.h>

#include "data-folder.h"
#include "model/error.h"

/* ---- new ones ---- */

static gboolean
check_room (const SerJobs *jobs, GError **error)
{
  return !ser_jobs_is_full (jobs, 0)
      || ser_fail (error, SER_ERROR_CONFIG, "too many recordings wait to be analysed: try again in a while");
}

/* A title that is not the origin's was given by somebody. */
static gboolean
add (SerJobs *jobs, SerEntry *entry, GError **error)
{
  g_autofree char *usual = ser_title_make (entry->origin);

  entry->title_given = entry->title_given || (usual && strcmp (usual, entry->labelling.title) != 0);
  return ser_store_add (jobs->store, entry, error);
}

gboolean
ser_jobs_submit_file (SerJobs *jobs, SerEntry *entry, const char *path, GError **error)
{
  if (!check_room (jobs, error) || !ser_data_take (jobs->folder, entry->id, path, error))
    return FALSE;
  if (!add (jobs, entry, error)) {
    ser_data_give_back (jobs->folder, entry->id, path);
    return FALSE;
  }
  ser_jobs_join (jobs, entry);
  return TRUE;
}

gboolean
ser_jobs_submit_url (SerJobs *jobs, SerEntry *entry, GError **error)
{
  if (!check_room (jobs, error) || !add (jobs, entry, error))
    return FALSE;
  ser_jobs_join (jobs, entry);
  return TRUE;
}

/* ---- what people do with one ---- */

gboolean
ser_jobs_cancel (SerJobs *jobs, const char *id, GError **error)
{
  g_autoptr (SerEntry) entry = ser_store_get (jobs->store, id, error);

  if (!entry || entry->finished)
    return FALSE;
  ser_entry_set_state (entry, SER_STATE_CANCELLED, NULL);
  if (!ser_store_update (jobs->store, entry, error))
    return FALSE;
  ser_jobs_stop (jobs, id);
  ser_jobs_discard_results (jobs, id);
  ser_jobs_tell (jobs, entry);
  ser_jobs_start_waiting (jobs);
  return TRUE;
}

static gboolean
can_retry (const SerJobs *jobs, const SerEntry *entry)
{
  if (entry->state == SER_STATE_DONE)
    return g_strcmp0 (entry->model_id, jobs->settings.model_id) != 0;
  return entry->state == SER_STATE_FAILED || entry->state == SER_STATE_CANCELLED;
}

gboolean
ser_jobs_retry (SerJobs *jobs, const char *id, GError **error)
{
  g_autoptr (SerEntry) entry = ser_store_get (jobs->store, id, error);

  if (!entry || !can_retry (jobs, entry) || !check_room (jobs, error))
    return FALSE;
  ser_entry_set_state (entry, SER_STATE_QUEUED, NULL);
  entry->attempts = 0;
  g_clear_pointer (&entry->summary, g_free);
  g_clear_pointer (&entry->model, g_free);
  g_clear_pointer (&entry->model_id, g_free);
  entry->duration = NAN;
  if (!ser_store_update (jobs->store, entry, error))
    return FALSE;
  ser_jobs_join (jobs, entry);
  return TRUE;
}

gboolean
ser_jobs_remove (SerJobs *jobs, const char *id, GError **error)
{
  g_autoptr (SerEntry) entry = ser_store_get (jobs->store, id, error);
  g_autofree char *gone = ser_jobs_make_incoming (jobs);

  if (!entry || !ser_store_remove (jobs->store, id, error))
    return FALSE;
  ser_jobs_stop (jobs, id);
  ser_data_remove (jobs->folder, id, gone);
  jobs->func (entry, NAN, TRUE, jobs->data);
  ser_jobs_start_waiting (jobs);
  return TRUE;
}

gboolean
ser_jobs_label (SerJobs *jobs, const char *id, const SerLabelling *labelling, GError **error)
{
  g_autoptr (SerEntry) entry = ser_store_get (jobs->store, id, error);

  if (!entry)
    return FALSE;
  entry->title_given = entry->title_given || strcmp (entry->labelling.title, labelling->title) != 0;
  ser_labelling_clear (&entry->labelling);
  ser_labelling_copy (&entry->labelling, labelling);
  return ser_jobs_write (jobs, entry, error);
}
