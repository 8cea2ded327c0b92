/* analyze-job.c - one input of `seremotion analyze`, from medium to files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "analyze-job.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "model/error.h"

/* Of the outputs' folder: a file for each input that is done, which holds what was done with what. */
#define DONE_FOLDER ".seremotion"

/* ---- what is done ---- */

static char *
get_done_path (const SerAnalyzePlan *plan, const SerInput *input)
{
  g_autofree char *file = g_strconcat (input->name, ".done", NULL);

  return g_build_filename (plan->folder, DONE_FOLDER, file, NULL);
}

/* Location, size and time of the input, and the options; NULL of what is no file, which may be another the next time.
 * Free with g_free(). */
static char *
describe_work (const SerAnalyzePlan *plan, const SerInput *input)
{
  g_autofree char *path = g_str_has_prefix (input->location, "file:")
      ? g_filename_from_uri (input->location, NULL, NULL)
      : g_strdup (input->location);
  GStatBuf st;

  if (!path || g_stat (path, &st) != 0)
    return NULL;
  return g_strdup_printf ("%s\n%" G_GINT64_FORMAT " bytes, modified %" G_GINT64_FORMAT "\n%s\n", input->location,
      (gint64) st.st_size, (gint64) st.st_mtime, plan->signature);
}

/* The note of what is done ends with the outputs, one a line. */
static gboolean
has_outputs (const SerAnalyzePlan *plan, const char *outputs)
{
  g_auto (GStrv) names = g_strsplit (outputs, "\n", -1);

  for (guint i = 0; names[i]; i++) {
    g_autofree char *path = g_build_filename (plan->folder, names[i], NULL);
    if (*names[i] && !g_file_test (path, G_FILE_TEST_EXISTS))
      return FALSE;
  }
  return TRUE;
}

gboolean
ser_analyze_is_done (const SerAnalyzePlan *plan, const SerInput *input)
{
  g_autofree char *path = get_done_path (plan, input), *found = NULL, *expected = describe_work (plan, input);

  return expected && g_file_get_contents (path, &found, NULL, NULL) && g_str_has_prefix (found, expected)
      && has_outputs (plan, found + strlen (expected));
}

static gboolean
mark_done (const SerAnalyzePlan *plan, const SerInput *input, const GString *outputs, GError **error)
{
  g_autofree char *path = get_done_path (plan, input), *folder = g_path_get_dirname (path);
  g_autofree char *work = describe_work (plan, input), *text = g_strconcat (work ? work : "", outputs->str, NULL);

  if (!work)
    return TRUE;
  g_mkdir (folder, 0777);
  return g_file_set_contents (path, text, -1, error);
}

/* ---- checks ---- */

static gboolean
check_whole (const SerRecording *recording, const char *fault, GError **error)
{
  g_autofree char *track = recording->n_tracks > 1 ? g_strdup_printf (" (track %u)", recording->track) : g_strdup ("");

  if (fault)
    return ser_fail (error, SER_ERROR_DATA, "%s%s: decoding ended at %.1f s: %s; --allow-truncated keeps what there is",
        recording->location, track, recording->duration, fault);
  if (recording->truncated)
    return ser_fail (error, SER_ERROR_DATA,
        "%s%s: truncated: %.1f s of sound where the file says %.1f s; --allow-truncated keeps them",
        recording->location, track, recording->duration, recording->expected);
  return TRUE;
}

static gboolean
check (const SerAnalyzePlan *plan, GPtrArray *recordings, const char *fault, GError **error)
{
  for (guint i = 0; i < recordings->len; i++) {
    const SerRecording *recording = recordings->pdata[i];

    if (recording->n_windows == 0)
      return ser_fail (error, SER_ERROR_DATA, "%s: there is no sound in it", recording->location);
    if (!plan->allow_truncated && !check_whole (recording, fault, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- how far it is ---- */

/* Of the time that an input takes, for its sound: Opus takes three times as long as the network. */
static const double sound_shares[] = { [SER_SOUND_NONE] = 0, [SER_SOUND_PEAKS] = 0.3, [SER_SOUND_OPUS] = 0.75 };

typedef struct {
  const SerAnalyzePlan *plan;
  SerAnalyzeFunc func;
  gpointer data;
  SerSoundParts sound; /* that is to be made */
  double begin, span;  /* of the stage under way, of the whole way */
  double seconds;      /* of sound, that it has */
} Way;

static SerSoundParts
get_sound (const SerAnalyzePlan *plan, const char *location)
{
  SerSoundParts most = SER_SOUND_NONE;

  for (guint i = 0; i < plan->n_formats; i++)
    most = MAX (most, ser_format_get_sound (plan->formats[i], location, &plan->format));
  return most;
}

static gboolean
on_track (const SerTrack *track, const SerRecordingWindow *window, double position, double duration, gpointer data)
{
  const Way *way = data;

  return way->func (window && duration > 0 ? way->span * CLAMP (position / duration, 0, 1) : NAN, way->data);
}

static void
on_sound (double time, gpointer data)
{
  const Way *way = data;

  way->func (way->begin + way->span * CLAMP (time / way->seconds, 0, 1), way->data);
}

/* ---- outputs ---- */

static gboolean
write_formats (const SerAnalyzePlan *plan, const SerRecording *recording, const SerSound *sound, const char *name,
    GString *outputs, GError **error)
{
  g_autofree char *stem = g_build_filename (plan->folder, name, NULL);

  for (guint i = 0; i < plan->n_formats; i++) {
    if (!ser_format_write (plan->formats[i], recording, sound, &plan->format, stem, error))
      return FALSE;
    ser_format_append_names (plan->formats[i], name, outputs);
  }
  return TRUE;
}

/* The sound is made once, for all that hold it. */
static gboolean
write_recording (const Way *way, const SerInput *input, const SerRecording *recording, GString *outputs, GError **error)
{
  g_autofree char *name = way->plan->setup.tracks.track == 1
      ? g_strdup (input->name)
      : g_strdup_printf ("%s-track%u", input->name, recording->track);
  g_autoptr (SerSound) sound =
      way->sound ? ser_sound_new (recording, way->sound, on_sound, (gpointer) way, error) : NULL;

  return (sound || !way->sound) && write_formats (way->plan, recording, sound, name, outputs, error);
}

static gboolean
write_outputs (Way *way, const SerInput *input, GPtrArray *recordings, GString *out, GError **error)
{
  const SerAnalyzePlan *plan = way->plan;
  g_autoptr (GString) outputs = g_string_new (NULL);

  for (guint i = 0; i < recordings->len; i++) {
    const SerRecording *recording = recordings->pdata[i];

    way->span = sound_shares[way->sound] / recordings->len;
    way->begin = 1 - (recordings->len - i) * way->span;
    way->seconds = recording->duration;
    if (!plan->folder)
      ser_format_append (plan->formats[0], recording, out);
    else if (!write_recording (way, input, recording, outputs, error))
      return FALSE;
  }
  return !plan->folder || mark_done (plan, input, outputs, error);
}

gboolean
ser_analyze_input (
    const SerAnalyzePlan *plan, const SerInput *input, SerAnalyzeFunc func, gpointer data, GString *out, GError **error)
{
  SerSoundParts sound = get_sound (plan, input->location);
  Way way = { plan, func, data, sound, 0, 1 - sound_shares[sound], 0 };
  g_autofree char *fault = NULL;
  g_autoptr (GPtrArray) recordings =
      ser_recordings_analyse (input->location, &plan->setup, plan->turns, on_track, &way, &fault, error);

  if (recordings && !func (NAN, data))
    return ser_fail (error, SER_ERROR_DATA, "%s: interrupted", input->location);
  return recordings && check (plan, recordings, fault, error) && write_outputs (&way, input, recordings, out, error);
}
