/* sources.c - the options that say which clips: --corpus --manifest --data --map --fold
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "sources.h"

#include <stdio.h>
#include <string.h>

#include "clips.h"
#include "ser.h"

typedef struct {
  gboolean manifest;
  char *name; /* of the corpus, or path of the manifest */
  char *data; /* NULL until given */
} Source;

static void
clear_source (gpointer data)
{
  Source *source = data;

  g_free (source->name);
  g_free (source->data);
}

SerSources *
ser_sources_new (void)
{
  SerSources *sources = g_new0 (SerSources, 1);

  sources->list = g_array_new (FALSE, TRUE, sizeof (Source));
  g_array_set_clear_func (sources->list, clear_source);
  sources->corpus = ser_corpus_new ();
  return sources;
}

void
ser_sources_free (SerSources *sources)
{
  if (!sources)
    return;
  g_array_unref (sources->list);
  g_free (sources->pending_data);
  ser_corpus_free (sources->corpus);
  g_free (sources);
}

int
ser_find_label (const char *const *labels, const char *label)
{
  for (int i = 0; labels[i]; i++)
    if (strcmp (labels[i], label) == 0)
      return i;
  return -1;
}

/* ---- options ---- */

static gboolean
bad_value (GError **error, const char *option, const char *value, const char *expected)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: %s", option, value, expected);
  return FALSE;
}

static gboolean
on_source (const char *option, const char *value, gpointer data, GError **error)
{
  SerSources *sources = data;
  Source source = { strcmp (option, "--manifest") == 0, g_strdup (value), g_steal_pointer (&sources->pending_data) };

  g_array_append_val (sources->list, source);
  return source.manifest || ser_corpus_find_scheme (value)
      || bad_value (
          error, option, value, "known are crema-d emodb ravdess savee tess; for anything else use --manifest");
}

static gboolean
on_data (const char *option, const char *value, gpointer data, GError **error)
{
  SerSources *sources = data;
  Source *last = sources->list->len ? &g_array_index (sources->list, Source, sources->list->len - 1) : NULL;
  char **place = last ? &last->data : &sources->pending_data;

  if (*place)
    return bad_value (error, option, value, "every folder belongs to one --corpus or --manifest");
  *place = g_strdup (value);
  return TRUE;
}

static gboolean
on_map (const char *option, const char *value, gpointer data, GError **error)
{
  SerSources *sources = data;
  const char *equals = strchr (value, '=');
  g_autofree char *from = equals ? g_strndup (value, equals - value) : NULL;

  if (!from || *from == '\0')
    return bad_value (error, option, value, "expected OLD=NEW, or OLD= to leave its clips out");
  return ser_corpus_map (sources->corpus, from, equals + 1, error);
}

static gboolean
on_fold (const char *option, const char *value, gpointer data, GError **error)
{
  SerSources *sources = data;
  char rest;

  if (sscanf (value, "%4u/%4u%c", &sources->fold, &sources->n_folds, &rest) == 2 && sources->fold >= 1
      && sources->n_folds >= 2 && sources->n_folds <= 1000 && sources->fold <= sources->n_folds)
    return TRUE;
  return bad_value (error, option, value, "expected K/N with K from 1 to N and N of 2 or more, as in 1/5");
}

GOptionGroup *
ser_sources_option_group (SerSources *sources, const GOptionEntry *entries)
{
  const GOptionEntry own[] = {
    { "corpus", 0, 0, G_OPTION_ARG_CALLBACK, on_source,
        "A corpus known by its file names: crema-d emodb ravdess savee tess", "NAME" },
    { "manifest", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_source,
        "Clips listed as path[,start,end],emotion,speaker[,split]", "CSV" },
    { "data", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_data, "Folder of the corpus or manifest before it",
        "DIR" },
    { "map", 0, 0, G_OPTION_ARG_CALLBACK, on_map, "Rename a label; an empty NEW leaves its clips out", "OLD=NEW" },
    { "fold", 0, 0, G_OPTION_ARG_CALLBACK, on_fold, "Divide the speakers into N parts and take part K", "K/N" },
    { "fold-seed", 0, 0, G_OPTION_ARG_INT64, &sources->fold_seed, "Another division into folds (default 0)", "N" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, sources, NULL);

  g_option_group_add_entries (group, own);
  g_option_group_add_entries (group, entries);
  return group;
}

gboolean
ser_sources_add_folder (SerSources *sources, const char *folder, GError **error)
{
  const char *name = ser_corpus_recognise (folder, error);
  const Source source = { FALSE, g_strdup (name), g_strdup (folder) };

  g_array_append_val (sources->list, source);
  return name != NULL;
}

/* ---- loading ---- */

static void
report_unused_maps (SerCorpus *corpus)
{
  GHashTableIter iter;
  gpointer from;

  g_hash_table_iter_init (&iter, corpus->map);
  while (g_hash_table_iter_next (&iter, &from, NULL))
    if (!g_hash_table_contains (corpus->mapped, from))
      ser_say ("--map %s=%s: no clip has that label", (char *) from, (char *) g_hash_table_lookup (corpus->map, from));
}

gboolean
ser_sources_load (SerSources *sources, GError **error)
{
  SerCorpus *corpus = sources->corpus;

  for (guint i = 0; i < sources->list->len; i++) {
    const Source *source = &g_array_index (sources->list, Source, i);
    gboolean ok = source->manifest ? ser_corpus_add_manifest (corpus, source->name, source->data, error)
                                   : ser_corpus_add_named (corpus, source->name, source->data, error);
    if (!ok)
      return FALSE;
  }
  for (guint i = 0; i < corpus->problems->len; i++)
    ser_say ("left out: %s", (char *) corpus->problems->pdata[i]);
  report_unused_maps (corpus);
  if (corpus->clips->len > 0)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no clip is left to use");
  return FALSE;
}

gboolean
ser_sources_check (const SerSources *sources, GError **error)
{
  if (sources->list->len == 0) {
    g_set_error (
        error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no clips: give --corpus NAME --data DIR, or --manifest CSV");
    return FALSE;
  }
  for (guint i = 0; i < sources->list->len; i++) {
    const Source *source = &g_array_index (sources->list, Source, i);
    if (!source->manifest && !source->data) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--corpus %s: its folder is missing, add --data DIR",
          source->name);
      return FALSE;
    }
  }
  return TRUE;
}

char **
ser_sources_manifests (const SerSources *sources)
{
  GPtrArray *paths = g_ptr_array_new ();

  for (guint i = 0; i < sources->list->len; i++) {
    const Source *source = &g_array_index (sources->list, Source, i);
    if (source->manifest)
      g_ptr_array_add (paths, g_strdup (source->name));
  }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (paths, FALSE);
}

const char *
ser_sources_get_corpus (const SerSources *sources)
{
  const Source *only = sources->list->len == 1 ? &g_array_index (sources->list, Source, 0) : NULL;

  return only && !only->manifest ? only->name : NULL;
}

char *
ser_sources_describe (const SerSources *sources)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sources->list->len; i++) {
    const Source *source = &g_array_index (sources->list, Source, i);
    g_autofree char *base = g_path_get_basename (source->name);
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", base);
  }
  return g_string_free (text, FALSE);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
ser_sources_suggest_labels (const SerSources *sources)
{
  const GArray *clips = sources->corpus->clips;
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  gboolean manifest = FALSE;

  for (guint i = 0; i < sources->list->len; i++)
    manifest |= g_array_index (sources->list, Source, i).manifest;
  for (guint i = 0; i < clips->len; i++) {
    const char *label = g_array_index (clips, SerClip, i).label;
    if (!g_ptr_array_find_with_equal_func (labels, label, g_str_equal, NULL)
        && (manifest || ser_find_label (ser_emotions, label) >= 0))
      g_ptr_array_add (labels, (gpointer) label);
  }
  g_ptr_array_sort (labels, compare_strings);
  g_ptr_array_add (labels, NULL);
  return g_strdupv ((char **) labels->pdata);
}

/* ---- choosing ---- */

GPtrArray *
ser_sources_select (const SerSources *sources, const char *splits, const char *const *labels, guint *n_left_out)
{
  const GArray *clips = sources->corpus->clips;
  g_auto (GStrv) names = splits ? g_strsplit (splits, ",", -1) : NULL;
  g_autoptr (GHashTable) others = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *selected = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer label, count;

  for (guint i = 0; i < clips->len; i++) {
    SerClip *clip = &g_array_index (clips, SerClip, i);

    if (names && !g_strv_contains ((const char *const *) names, clip->split))
      continue;
    if (ser_find_label (labels, clip->label) >= 0) {
      g_ptr_array_add (selected, clip);
      continue;
    }
    count = g_hash_table_lookup (others, clip->label);
    g_hash_table_insert (others, (gpointer) clip->label, GUINT_TO_POINTER (GPOINTER_TO_UINT (count) + 1));
  }
  g_hash_table_iter_init (&iter, others);
  while (g_hash_table_iter_next (&iter, &label, &count)) {
    ser_say (
        "left out: %u clips of `%s`, which is none of the model's labels", GPOINTER_TO_UINT (count), (char *) label);
    *n_left_out += GPOINTER_TO_UINT (count);
  }
  return selected;
}

GPtrArray *
ser_clips_speakers (GPtrArray *clips)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *speakers = g_ptr_array_new ();

  for (guint i = 0; i < clips->len; i++) {
    const SerClip *clip = clips->pdata[i];
    if (g_hash_table_add (seen, (gpointer) clip->speaker))
      g_ptr_array_add (speakers, (gpointer) clip->speaker);
  }
  g_ptr_array_sort (speakers, compare_strings);
  return speakers;
}

static char
find_sex (GPtrArray *clips, const char *speaker)
{
  for (guint i = 0; i < clips->len; i++) {
    const SerClip *clip = clips->pdata[i];
    if (strcmp (clip->speaker, speaker) == 0)
      return clip->sex;
  }
  return 0;
}

static void
shuffle (gpointer *array, guint n, GRand *rand)
{
  for (guint i = n; i > 1; i--) {
    guint j = g_rand_int_range (rand, 0, i);
    gpointer swap = array[i - 1];
    array[i - 1] = array[j];
    array[j] = swap;
  }
}

/* Length of "CORPUS/" in the name of a known corpus's speaker, else 0. */
static gsize
corpus_length (const char *speaker)
{
  const char *slash = strchr (speaker, '/');

  return slash ? slash + 1 - speaker : 0;
}

/* How many of the sorted speakers from `first` on are of the same corpus. */
static guint
count_corpus (const GPtrArray *speakers, guint first)
{
  const char *name = speakers->pdata[first];
  gsize length = corpus_length (name);
  guint n = 1;

  while (first + n < speakers->len && corpus_length (speakers->pdata[first + n]) == length
      && strncmp (speakers->pdata[first + n], name, length) == 0)
    n++;
  return n;
}

/* Speakers in random order, the women first, then the men, then those of unknown sex; corpus by corpus, so that a
 * corpus is divided alike whatever stands beside it. */
static GPtrArray *
order_speakers (const SerSources *sources, GPtrArray *clips)
{
  static const char sexes[] = { 'f', 'm', 0 };
  guint32 seed[2] = { (guint64) sources->fold_seed, (guint64) sources->fold_seed >> 32 };
  g_autoptr (GPtrArray) speakers = ser_clips_speakers (clips);
  GPtrArray *order = g_ptr_array_new ();

  for (guint first = 0, n; first < speakers->len; first += n) {
    GRand *rand = g_rand_new_with_seed_array (seed, 2);

    n = count_corpus (speakers, first);
    shuffle (speakers->pdata + first, n, rand);
    for (guint s = 0; s < G_N_ELEMENTS (sexes); s++)
      for (guint i = first; i < first + n; i++)
        if (find_sex (clips, speakers->pdata[i]) == sexes[s])
          g_ptr_array_add (order, speakers->pdata[i]);
    g_rand_free (rand);
  }
  return order;
}

gboolean
ser_sources_divide (
    const SerSources *sources, GPtrArray *clips, GPtrArray **inside, GPtrArray **outside, GError **error)
{
  g_autoptr (GPtrArray) order = order_speakers (sources, clips);
  g_autoptr (GHashTable) chosen = g_hash_table_new (g_str_hash, g_str_equal);

  if (order->len < sources->n_folds) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "--fold %u/%u: there are only %u speakers", sources->fold,
        sources->n_folds, order->len);
    return FALSE;
  }
  for (guint i = sources->fold - 1; i < order->len; i += sources->n_folds)
    g_hash_table_add (chosen, order->pdata[i]);
  if (inside)
    *inside = g_ptr_array_new ();
  if (outside)
    *outside = g_ptr_array_new ();
  for (guint i = 0; i < clips->len; i++) {
    const SerClip *clip = clips->pdata[i];
    GPtrArray **part = g_hash_table_contains (chosen, clip->speaker) ? inside : outside;
    if (part)
      g_ptr_array_add (*part, clips->pdata[i]);
  }
  return TRUE;
}
