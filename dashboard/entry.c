/* entry.c - what the library holds of one recording
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "store.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "model/error.h"

/* ---- states and IDs ---- */

static const char *const state_names[SER_N_STATES] = { "queued", "fetching", "analysing", "done", "failed",
  "cancelled" };

const char *
ser_state_get_name (SerState state)
{
  return state_names[state];
}

SerState
ser_state_find (const char *name)
{
  SerState state = 0;

  while (state < SER_N_STATES && g_strcmp0 (name, state_names[state]) != 0)
    state++;
  return state;
}

gboolean
ser_is_id (const char *text)
{
  return text && strlen (text) == SER_ID_LENGTH && strspn (text, "0123456789abcdef") == SER_ID_LENGTH;
}

char *
ser_id_make (void)
{
  guint64 bits;

  while (getrandom (&bits, sizeof bits, 0) != sizeof bits)
    g_assert (errno == EINTR);
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", bits);
}

/* ---- text ---- */

static gboolean
is_control (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static gboolean
is_visible (gunichar c)
{
  return !is_control (c) && !g_unichar_isspace (c) && g_unichar_type (c) != G_UNICODE_FORMAT;
}

static gboolean
any (const char *text, gboolean (*is) (gunichar c))
{
  for (; *text; text = g_utf8_next_char (text))
    if (is (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* At most `length` characters of the text, with blanks for control characters. */
static char *
clean (const char *text, guint length)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);
  const char *p = valid;

  for (guint i = 0; i < length && *p; i++, p = g_utf8_next_char (p))
    g_string_append_unichar (out, is_control (g_utf8_get_char (p)) ? ' ' : g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

char *
ser_title_make (const char *text)
{
  g_autofree char *title = clean (text, SER_TITLE_LENGTH);

  return any (title, is_visible) ? g_strdup (g_strstrip (title)) : NULL;
}

/* ---- entries ---- */

SerEntry *
ser_entry_new (const char *source, const char *origin, const char *title)
{
  SerEntry *entry = g_new0 (SerEntry, 1);
  SerLabelling *labelling = &entry->labelling;

  entry->id = ser_id_make ();
  entry->source = g_strdup (source);
  entry->origin = clean (origin, SER_ORIGIN_LENGTH);
  labelling->title = title ? ser_title_make (title) : NULL;
  if (!labelling->title)
    labelling->title = ser_title_make (origin);
  if (!labelling->title)
    labelling->title = g_strdup (entry->id);
  labelling->speaker = g_strdup ("");
  labelling->date = g_strdup ("");
  labelling->place = g_strdup ("");
  labelling->party = g_strdup ("");
  labelling->sex = g_strdup ("");
  entry->created = g_get_real_time () / G_USEC_PER_SEC;
  entry->duration = NAN;
  return entry;
}

void
ser_entry_free (SerEntry *entry)
{
  if (!entry)
    return;
  g_free (entry->id);
  g_free (entry->source);
  g_free (entry->origin);
  ser_labelling_clear (&entry->labelling);
  g_free (entry->error);
  g_free (entry->summary);
  g_free (entry->model);
  g_free (entry->model_id);
  g_free (entry);
}

void
ser_entry_set_state (SerEntry *entry, SerState state, const char *error)
{
  gboolean ends = state == SER_STATE_DONE || state == SER_STATE_FAILED || state == SER_STATE_CANCELLED;

  entry->state = state;
  g_free (entry->error);
  entry->error = g_strdup (error);
  entry->finished = ends ? g_get_real_time () / G_USEC_PER_SEC : 0;
}

/* ---- labelling ---- */

void
ser_labelling_clear (SerLabelling *labelling)
{
  g_clear_pointer (&labelling->title, g_free);
  g_clear_pointer (&labelling->speaker, g_free);
  g_clear_pointer (&labelling->date, g_free);
  g_clear_pointer (&labelling->place, g_free);
  g_clear_pointer (&labelling->party, g_free);
  g_clear_pointer (&labelling->sex, g_free);
}

void
ser_labelling_copy (SerLabelling *to, const SerLabelling *from)
{
  to->title = g_strdup (from->title);
  to->speaker = g_strdup (from->speaker);
  to->date = g_strdup (from->date);
  to->place = g_strdup (from->place);
  to->party = g_strdup (from->party);
  to->sex = g_strdup (from->sex);
}

static gboolean
check_text (const char *name, const char *text, guint length, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    return ser_fail (error, SER_ERROR_DATA, "%s: not UTF-8", name);
  if (g_utf8_strlen (text, -1) > length)
    return ser_fail (error, SER_ERROR_DATA, "%s: longer than %u characters", name, length);
  if (any (text, is_control))
    return ser_fail (error, SER_ERROR_DATA, "%s: holds a control character, as a line's end", name);
  return TRUE;
}

/* As many digits as `n`, of a number; 0 when they are not. */
static guint
read_digits (const char *text, guint n)
{
  guint number = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return 0;
    number = 10 * number + (text[i] - '0');
  }
  return number;
}

static gboolean
is_date (const char *text)
{
  gsize size = strlen (text);
  guint year = size >= 4 ? read_digits (text, 4) : 0;
  guint month = size >= 7 && text[4] == '-' ? read_digits (text + 5, 2) : 0;
  guint day = size == 10 && text[7] == '-' ? read_digits (text + 8, 2) : 0;

  if (size == 4)
    return year > 0;
  if (size == 7)
    day = 1;
  return (size == 7 || size == 10) && year > 0 && month <= 12 && g_date_valid_dmy (day, month, year);
}

gboolean
ser_labelling_check (const SerLabelling *l, GError **error)
{
  if (!check_text ("title", l->title, SER_TITLE_LENGTH, error)
      || !check_text ("speaker", l->speaker, SER_LABEL_LENGTH, error)
      || !check_text ("date", l->date, SER_LABEL_LENGTH, error)
      || !check_text ("place", l->place, SER_LABEL_LENGTH, error)
      || !check_text ("party", l->party, SER_LABEL_LENGTH, error)
      || !check_text ("sex", l->sex, SER_LABEL_LENGTH, error))
    return FALSE;
  if (!any (l->title, is_visible))
    return ser_fail (error, SER_ERROR_DATA, "title: is empty; a recording needs one");
  if (*l->date && !is_date (l->date))
    return ser_fail (
        error, SER_ERROR_DATA, "date %s: expected YYYY, YYYY-MM or YYYY-MM-DD of a day that exists", l->date);
  if (*l->sex && strcmp (l->sex, "f") != 0 && strcmp (l->sex, "m") != 0)
    return ser_fail (error, SER_ERROR_DATA, "sex %s: expected f, m or nothing", l->sex);
  return TRUE;
}
