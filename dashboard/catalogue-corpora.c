/* catalogue-corpora.c - figures of corpora: /corpora
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue-corpora.h"

#include <string.h>

#include "catalogue-files.h"
#include "corpus-figures.h"
#include "json.h"

#define SHIPPED "models/corpora"

typedef struct {
  GBytes *document;
  char *name, *title;
  guint clips, speakers;
  double hours;
} Corpus;

struct _SerCorpora {
  GPtrArray *list; /* Corpus * */
};

static void
corpus_free (gpointer data)
{
  Corpus *corpus = data;

  g_clear_pointer (&corpus->document, g_bytes_unref);
  g_free (corpus->name);
  g_free (corpus->title);
  g_free (corpus);
}

/* ---- reading ---- */

static gboolean
read_text (const SerJsonValue *root, const char *name, char **text, GError **error)
{
  SerJsonValue member;
  const char *found;

  if (!ser_json_get (root, name, &member, error) || !ser_json_as_text (&member, &found, error))
    return FALSE;
  *text = g_strdup (found);
  return TRUE;
}

static gboolean
read_corpus (Corpus *corpus, const SerJsonFile *file, GError **error)
{
  SerJsonValue root = ser_json_file_root (file);

  return ser_json_file_check_schema (file, SER_CORPUS_SCHEMA, "seremotion corpus --json", error)
      && read_text (&root, "name", &corpus->name, error) && read_text (&root, "title", &corpus->title, error)
      && ser_json_get_count (&root, "clips", &corpus->clips, error)
      && ser_json_get_count (&root, "speakers", &corpus->speakers, error)
      && ser_json_get_number (&root, "hours", 0, G_MAXDOUBLE, &corpus->hours, error);
}

static gboolean
add_corpus (SerCorpora *corpora, GFile *path, GError **error)
{
  g_autoptr (GBytes) bytes = ser_catalogue_read (path, error);
  g_autofree char *name = ser_catalogue_describe (path);
  g_autoptr (SerJsonFile) file = NULL;
  Corpus *corpus;

  if (bytes)
    file = ser_json_file_parse (name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  if (!file)
    return FALSE;
  corpus = g_new0 (Corpus, 1);
  corpus->document = g_bytes_ref (bytes);
  g_ptr_array_add (corpora->list, corpus);
  return read_corpus (corpus, file, error);
}

SerCorpora *
ser_corpora_new (GError **error)
{
  g_autoptr (SerCorpora) corpora = g_new0 (SerCorpora, 1);
  g_autoptr (GFile) folder = ser_catalogue_find (SHIPPED);
  g_autoptr (GPtrArray) names = ser_catalogue_list (folder, G_FILE_TYPE_REGULAR, error);

  corpora->list = g_ptr_array_new_with_free_func (corpus_free);
  for (guint i = 0; names && i < names->len; i++) {
    g_autoptr (GFile) path = g_file_get_child (folder, names->pdata[i]);
    if (!add_corpus (corpora, path, error))
      return NULL;
  }
  return names ? g_steal_pointer (&corpora) : NULL;
}

void
ser_corpora_free (SerCorpora *corpora)
{
  if (!corpora)
    return;
  g_ptr_array_unref (corpora->list);
  g_free (corpora);
}

/* ---- answers ---- */

static void
answer_list (const SerCorpora *corpora, const SerRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "corpora");
  json_builder_begin_array (builder);
  for (guint i = 0; i < corpora->list->len; i++) {
    const Corpus *corpus = corpora->list->pdata[i];

    json_builder_begin_object (builder);
    ser_json_add_string (builder, "name", corpus->name);
    ser_json_add_string (builder, "title", corpus->title);
    ser_json_add_int (builder, "clips", corpus->clips);
    ser_json_add_int (builder, "speakers", corpus->speakers);
    ser_json_add_double (builder, "hours", corpus->hours);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

static const Corpus *
find (const SerCorpora *corpora, const char *name)
{
  for (guint i = 0; i < corpora->list->len; i++) {
    const Corpus *corpus = corpora->list->pdata[i];
    if (strcmp (corpus->name, name) == 0)
      return corpus;
  }
  return NULL;
}

gboolean
ser_corpora_answer (const SerCorpora *corpora, const SerRequest *request)
{
  const Corpus *corpus = request->parts[1] ? find (corpora, request->parts[1]) : NULL;

  if (!request->parts[1])
    answer_list (corpora, request);
  else if (request->parts[2])
    return FALSE;
  else if (corpus)
    ser_respond_bytes (request, "application/json", corpus->document);
  else
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no corpus %s", request->parts[1]);
  return TRUE;
}
