/* catalogue-examples.c - clips to hear and to see: /examples
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue-examples.h"

#include <string.h>

#include "catalogue-files.h"

#define INDEX "examples/clips.json"

/* What there is of a clip: the last part of the path, and where it lies. */
static const struct {
  const char *part, *end, *type;
} kinds[] = { { "sound", ".opus", "audio/ogg" }, { "spectrogram.svg", "-spectrogram.svg", "image/svg+xml" },
  { "mfcc.svg", "-mfcc.svg", "image/svg+xml" } };

struct _SerExamples {
  GBytes *index;
  char **names;
};

static gboolean
read_names (SerExamples *examples, const SerJsonFile *file, GError **error)
{
  SerJsonValue root = ser_json_file_root (file), list, name;
  guint n;

  if (!ser_json_get_array (&root, "examples", &list, &n, error))
    return FALSE;
  examples->names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++) {
    SerJsonValue clip = ser_json_element (&list, i);
    const char *text;

    if (!ser_json_get (&clip, "name", &name, error) || !ser_json_as_text (&name, &text, error))
      return FALSE;
    examples->names[i] = g_strdup (text);
  }
  return TRUE;
}

SerExamples *
ser_examples_new (GError **error)
{
  g_autoptr (SerExamples) examples = g_new0 (SerExamples, 1);
  g_autoptr (GFile) path = ser_catalogue_find (INDEX);
  g_autoptr (SerJsonFile) file = NULL;

  examples->index = ser_catalogue_read (path, error);
  file = examples->index ? ser_catalogue_read_json (path, error) : NULL;
  return file && read_names (examples, file, error) ? g_steal_pointer (&examples) : NULL;
}

void
ser_examples_free (SerExamples *examples)
{
  if (!examples)
    return;
  g_clear_pointer (&examples->index, g_bytes_unref);
  g_strfreev (examples->names);
  g_free (examples);
}

/* A name of the list, so that what a client sent is no part of the path. */
static const char *
find (const SerExamples *examples, const char *name)
{
  for (char **n = examples->names; *n; n++)
    if (strcmp (*n, name) == 0)
      return *n;
  return NULL;
}

static void
answer_file (const char *name, guint kind, const SerRequest *request)
{
  g_autofree char *path = g_strconcat ("examples/", name, kinds[kind].end, NULL);
  g_autoptr (GFile) file = ser_catalogue_find (path);
  g_autoptr (GBytes) bytes = ser_catalogue_read (file, NULL);

  if (bytes && g_str_has_suffix (kinds[kind].end, ".svg"))
    ser_respond_svg (request, bytes);
  else if (bytes)
    ser_respond_bytes (request, kinds[kind].type, bytes);
  else
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no %s of the clip %s", kinds[kind].part, name);
}

gboolean
ser_examples_answer (const SerExamples *examples, const SerRequest *request)
{
  const char *name = request->parts[1] ? find (examples, request->parts[1]) : NULL;

  if (!request->parts[1]) {
    ser_respond_bytes (request, "application/json", examples->index);
    return TRUE;
  }
  if (!name) {
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no clip %s", request->parts[1]);
    return TRUE;
  }
  if (!request->parts[2] || request->parts[3])
    return FALSE;
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    if (strcmp (kinds[kind].part, request->parts[2]) == 0) {
      answer_file (name, kind, request);
      return TRUE;
    }
  return FALSE;
}
