/* entry-json.c - a recording of the library as the API tells it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "entry-json.h"

#include <math.h>

#include "json.h"

const char *const ser_labelling_names[SER_N_LABELLING + 1] = { "title", "speaker", "date", "place", "party", "sex",
  NULL };

char **
ser_labelling_get (SerLabelling *labelling, guint member)
{
  char **const places[SER_N_LABELLING] = { &labelling->title, &labelling->speaker, &labelling->date, &labelling->place,
    &labelling->party, &labelling->sex };

  return places[member];
}

char *
ser_entry_format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds ? g_date_time_new_from_unix_utc (seconds) : NULL;

  return time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static void
add_time (JsonBuilder *builder, const char *name, gint64 seconds)
{
  g_autofree char *text = ser_entry_format_time (seconds);

  ser_json_add_string (builder, name, text);
}

/* A count of which 0 says that it is not known. */
static void
add_bytes (JsonBuilder *builder, guint64 bytes)
{
  json_builder_set_member_name (builder, "bytes");
  if (bytes > 0)
    json_builder_add_int_value (builder, (gint64) bytes);
  else
    json_builder_add_null_value (builder);
}

/* What the server itself wrote into the store. */
static void
add_summary (JsonBuilder *builder, const char *summary)
{
  JsonNode *node = summary ? json_from_string (summary, NULL) : NULL;

  json_builder_set_member_name (builder, "summary");
  json_builder_add_value (builder, node ? node : json_node_new (JSON_NODE_NULL));
}

void
ser_entry_build (const SerEntry *entry, double progress, JsonBuilder *builder)
{
  SerLabelling labelling = entry->labelling;

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "id", entry->id);
  ser_json_add_string (builder, "source", entry->source);
  ser_json_add_string (builder, "origin", entry->origin);
  ser_json_add_string (builder, "state", ser_state_get_name (entry->state));
  ser_json_add_double (builder, "progress", progress);
  ser_json_add_string (builder, "error", entry->error);
  ser_json_add_int (builder, "attempts", entry->attempts);
  add_time (builder, "created", entry->created);
  add_time (builder, "finished", entry->finished);
  add_bytes (builder, entry->bytes);
  ser_json_add_double (builder, "duration", entry->duration);
  for (guint i = 0; i < SER_N_LABELLING; i++)
    ser_json_add_string (builder, ser_labelling_names[i], *ser_labelling_get (&labelling, i));
  add_summary (builder, entry->summary);
  ser_json_add_string (builder, "model", entry->model);
  ser_json_add_string (builder, "model_id", entry->model_id);
  json_builder_end_object (builder);
}

char *
ser_entry_to_json (const SerEntry *entry, double progress)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  ser_entry_build (entry, progress, builder);
  return ser_json_to_text (builder);
}

gboolean
ser_labelling_read (SerLabelling *labelling, const SerJsonValue *object, GError **error)
{
  JsonObject *members = json_node_get_object (object->node);

  for (guint i = 0; i < SER_N_LABELLING; i++) {
    char **place = ser_labelling_get (labelling, i);
    SerJsonValue value;
    const char *text;

    if (!json_object_has_member (members, ser_labelling_names[i]))
      continue;
    if (!ser_json_get (object, ser_labelling_names[i], &value, error) || !ser_json_as_text (&value, &text, error))
      return FALSE;
    g_free (*place);
    *place = g_strstrip (g_strdup (text));
  }
  return ser_labelling_check (labelling, error);
}
