/* corpus-figures.c - what a corpus is made of: balance, durations, levels, pitch, votes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "corpus-figures.h"

#include <math.h>
#include <string.h>

#include "clip-faults.h"
#include "clips.h"
#include "engine/window.h"
#include "model/error.h"
#include "sources.h"

/* A clip and what was measured of it. */
typedef struct {
  const SerClip *clip;
  double seconds, loudness;
  double pitch; /* Hz, 0: not voiced */
} Item;

/* Shared by the workers of ser_clips_decode(); each writes to its own clips. */
typedef struct {
  Item *items; /* [clips] */
  SerClipFaults *faults;
  SerStream **streams; /* [workers] */
  guint rate;
} Measuring;

/* Of all clips, so that parts can be laid over each other. */
typedef struct {
  SerBins duration, loudness, pitch;
} Bins;

typedef gboolean (*Filter) (const SerClip *clip, gconstpointer data);

/* ---- measuring ---- */

/* Windows as long as there may be, side by side. */
static SerStream *
make_stream (SerModel *model, GError **error)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;

  config.window = config.interval = SER_MAX_WINDOW;
  config.gate = FALSE;
  return ser_stream_new (model, &config, error);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
get_median (GArray *values)
{
  guint n = values->len;

  if (n == 0)
    return 0;
  g_array_sort (values, compare_doubles);
  return (g_array_index (values, double, (n - 1) / 2) + g_array_index (values, double, n / 2)) / 2;
}

/* The stream computes level and pitch when it cuts a window: no network runs. */
static void
measure_samples (SerStream *stream, const gint16 *samples, gsize n, Item *item)
{
  g_autoptr (GArray) pitches = g_array_new (FALSE, FALSE, sizeof (double));
  double energy = 0, length = 0;
  gboolean finished = FALSE;
  SerWindow *window;

  ser_stream_reset (stream);
  while (!finished) {
    gsize used = ser_stream_push_s16 (stream, samples, n);

    samples += used;
    n -= used;
    finished = n == 0;
    if (finished)
      ser_stream_finish (stream);
    while ((window = ser_stream_take_window (stream))) {
      energy += pow (10, window->loudness / 10) * window->length;
      length += window->length;
      if (window->pitch > 0)
        g_array_append_val (pitches, window->pitch);
      ser_window_free (window);
    }
  }
  item->loudness = 10 * log10 (energy / length);
  item->pitch = get_median (pitches);
}

static void
measure_clip (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  Measuring *measuring = data;

  if (!ser_clip_faults_look (measuring->faults, i, samples, n, error))
    return;
  measuring->items[i].seconds = n / (double) measuring->rate;
  measure_samples (measuring->streams[worker], samples, n, &measuring->items[i]);
}

/* "NAME: why", without the path that a decoder's message begins with: figures are passed on, folders are not. */
static char *
describe_fault (const SerClip *clip, const char *fault)
{
  g_autofree char *path = g_strconcat (clip->path, ": ", NULL);

  return g_strdup_printf ("%s: %s", clip->name, g_str_has_prefix (fault, path) ? fault + strlen (path) : fault);
}

/* Items without fault, in the order of the clips; of the others the names and faults. NULL when nothing can be heard.
 * */
static GArray *
measure_all (GPtrArray *clips, guint threads, GPtrArray *left_out, GError **error)
{
  guint workers = ser_clips_n_workers (threads);
  g_autofree SerStream **streams = g_new0 (SerStream *, workers);
  g_autofree Item *items = g_new0 (Item, clips->len);
  g_autoptr (SerClipFaults) faults = ser_clip_faults_new (clips);
  SerModel *model = ser_model_new_default (error);
  Measuring measuring = { items, faults, streams, model ? ser_model_get_rate (model) : 0 };
  GArray *kept = g_array_new (FALSE, FALSE, sizeof (Item));
  gboolean ok = model != NULL;

  for (guint i = 0; i < workers && ok; i++)
    ok = (streams[i] = make_stream (model, error)) != NULL;
  if (ok)
    ser_clips_decode (clips, measuring.rate, threads, measure_clip, &measuring);
  ser_clip_faults_find_contradictions (faults);
  for (guint i = 0; i < clips->len && ok; i++) {
    const char *fault = ser_clip_faults_get (faults, i);

    items[i].clip = clips->pdata[i];
    if (fault)
      g_ptr_array_add (left_out, describe_fault (items[i].clip, fault));
    else
      g_array_append_val (kept, items[i]);
  }
  for (guint i = 0; i < workers; i++)
    ser_stream_free (streams[i]);
  ser_model_unref (model);
  if (!ok)
    g_clear_pointer (&kept, g_array_unref);
  return kept;
}

/* ---- parts ---- */

static double
get_seconds (const Item *item)
{
  return item->seconds;
}

static double
get_loudness (const Item *item)
{
  return item->loudness;
}

static double
get_pitch (const Item *item)
{
  return item->pitch;
}

/* Values of items (Item *), without pitches of 0; those of one sex where it is not 0. Free with g_free(). */
static double *
collect (const GPtrArray *items, double (*get) (const Item *item), char sex, gsize *n)
{
  double *values = g_new (double, MAX (items->len, 1));

  *n = 0;
  for (guint i = 0; i < items->len; i++) {
    const Item *item = items->pdata[i];

    if ((!sex || item->clip->sex == sex) && (get != get_pitch || item->pitch > 0))
      values[(*n)++] = get (item);
  }
  return values;
}

static void
spread (SerDistribution *distribution, const GPtrArray *items, double (*get) (const Item *item), char sex,
    const SerBins *bins)
{
  gsize n;
  g_autofree double *values = collect (items, get, sex, &n);

  ser_distribution_compute (distribution, values, n, bins);
}

static SerBins
choose_bins (const GPtrArray *items, double (*get) (const Item *item))
{
  gsize n;
  g_autofree double *values = collect (items, get, 0, &n);

  return ser_bins_choose (values, n);
}

static void
part_free (gpointer data)
{
  SerCorpusPart *part = data;

  g_free (part->name);
  g_free (part->by_label);
  g_free (part);
}

/* The part of the items that `keep` accepts, all of them when that is NULL. */
static SerCorpusPart *
part_new (const char *name, const GArray *all, Filter keep, gconstpointer data, const SerCorpusFigures *figures,
    const Bins *bins)
{
  SerCorpusPart *part = g_new0 (SerCorpusPart, 1);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GHashTable) speakers = g_hash_table_new (g_str_hash, g_str_equal);

  part->name = g_strdup (name);
  part->by_label = g_new0 (guint, figures->n_labels);
  for (guint i = 0; i < all->len; i++) {
    Item *item = &g_array_index (all, Item, i);

    if (keep && !keep (item->clip, data))
      continue;
    g_ptr_array_add (items, item);
    g_hash_table_add (speakers, (gpointer) item->clip->speaker);
    part->by_label[ser_find_label ((const char *const *) figures->labels, item->clip->label)]++;
    part->seconds += item->seconds;
  }
  part->clips = items->len;
  part->speakers = g_hash_table_size (speakers);
  spread (&part->duration, items, get_seconds, 0, &bins->duration);
  spread (&part->loudness, items, get_loudness, 0, &bins->loudness);
  spread (&part->pitch, items, get_pitch, 0, &bins->pitch);
  spread (&part->pitch_by_sex[0], items, get_pitch, 'f', &bins->pitch);
  spread (&part->pitch_by_sex[1], items, get_pitch, 'm', &bins->pitch);
  return part;
}

static gboolean
has_label (const SerClip *clip, gconstpointer label)
{
  return strcmp (clip->label, label) == 0;
}

static gboolean
is_in_split (const SerClip *clip, gconstpointer split)
{
  return strcmp (clip->split, split) == 0;
}

static gboolean
is_in_group (const SerClip *clip, gconstpointer group)
{
  return ser_clip_is_in_group (clip, GPOINTER_TO_UINT (group));
}

static const char *
get_label (const SerClip *clip)
{
  return clip->label;
}

static const char *
get_split (const SerClip *clip)
{
  return clip->split;
}

/* What items have for `get`, sorted; free with g_strfreev(). */
static char **
list_names (const GArray *items, const char *(*get) (const SerClip *clip))
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) names = NULL;
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < items->len; i++)
    g_hash_table_add (seen, (gpointer) get (g_array_index (items, Item, i).clip));
  names = g_list_sort (g_hash_table_get_keys (seen), (GCompareFunc) strcmp);
  for (GList *l = names; l; l = l->next)
    g_ptr_array_add (list, g_strdup (l->data));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

static void
add_parts (SerCorpusFigures *figures, const GArray *items)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_auto (GStrv) splits = list_names (items, get_split);
  Bins bins;

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (all, &g_array_index (items, Item, i));
  bins = (Bins){ choose_bins (all, get_seconds), choose_bins (all, get_loudness), choose_bins (all, get_pitch) };
  figures->all = part_new (figures->name, items, NULL, NULL, figures, &bins);
  for (guint i = 0; i < figures->n_labels; i++)
    g_ptr_array_add (
        figures->by_label, part_new (figures->labels[i], items, has_label, figures->labels[i], figures, &bins));
  for (guint i = 0; splits[i]; i++)
    g_ptr_array_add (figures->by_split, part_new (splits[i], items, is_in_split, splits[i], figures, &bins));
  for (guint i = 0; i < SER_N_GROUPS; i++) {
    g_autofree char *name = ser_evaluation_group_name (i);
    SerCorpusPart *part = part_new (name, items, is_in_group, GUINT_TO_POINTER (i), figures, &bins);

    if (part->clips > 0)
      g_ptr_array_add (figures->by_group, part);
    else
      part_free (part);
  }
}

/* ---- votes ---- */

static gboolean
has_most (const float *votes, guint label)
{
  for (guint i = 0; i < SER_N_EMOTIONS; i++)
    if (i != label && votes[i] >= votes[label])
      return FALSE;
  return TRUE;
}

static void
count_votes (SerCorpusVotes *votes, const SerClip *clip)
{
  int label = ser_find_label (ser_emotions, clip->label);
  float sum = 0;

  for (guint i = 0; i < SER_N_EMOTIONS; i++)
    sum += clip->votes[i];
  if (label < 0 || sum <= 0)
    return;
  votes->clips++;
  votes->by_label[label]++;
  for (guint i = 0; i < SER_N_EMOTIONS; i++)
    votes->shares[label][i] += clip->votes[i];
  votes->agreement += clip->votes[label];
  votes->plurality += has_most (clip->votes, label);
}

static void
add_votes (SerCorpusVotes *votes, const GArray *items)
{
  for (guint i = 0; i < items->len; i++)
    count_votes (votes, g_array_index (items, Item, i).clip);
  for (guint r = 0; r < SER_N_EMOTIONS; r++)
    for (guint c = 0; c < SER_N_EMOTIONS; c++)
      votes->shares[r][c] = votes->by_label[r] ? votes->shares[r][c] / votes->by_label[r] : NAN;
  votes->agreement /= votes->clips;
  votes->plurality /= votes->clips;
}

/* ---- the whole ---- */

SerCorpusFigures *
ser_corpus_measure (
    const SerCorpus *corpus, const char *name, const SerCorpusFacts *facts, guint threads, GError **error)
{
  g_autoptr (SerCorpusFigures) figures = g_new0 (SerCorpusFigures, 1);
  g_autoptr (GPtrArray) clips = g_ptr_array_new ();
  g_autoptr (GArray) items = NULL;

  figures->name = g_strdup (name);
  figures->facts = facts;
  figures->left_out = g_ptr_array_new_with_free_func (g_free);
  figures->by_label = g_ptr_array_new_with_free_func (part_free);
  figures->by_split = g_ptr_array_new_with_free_func (part_free);
  figures->by_group = g_ptr_array_new_with_free_func (part_free);
  for (guint i = 0; i < corpus->problems->len; i++)
    g_ptr_array_add (figures->left_out, g_strdup (corpus->problems->pdata[i]));
  for (guint i = 0; i < corpus->clips->len; i++)
    g_ptr_array_add (clips, &g_array_index (corpus->clips, SerClip, i));
  items = measure_all (clips, threads, figures->left_out, error);
  if (!items)
    return NULL;
  if (items->len == 0) {
    ser_fail (error, SER_ERROR_DATA, "%s: none of its %u clips can be used; the first is left out as %s", name,
        clips->len, (const char *) figures->left_out->pdata[0]);
    return NULL;
  }
  figures->labels = list_names (items, get_label);
  figures->n_labels = g_strv_length (figures->labels);
  add_parts (figures, items);
  add_votes (&figures->votes, items);
  return g_steal_pointer (&figures);
}

void
ser_corpus_figures_free (SerCorpusFigures *figures)
{
  if (!figures)
    return;
  g_free (figures->name);
  g_strfreev (figures->labels);
  g_clear_pointer (&figures->all, part_free);
  g_ptr_array_unref (figures->by_label);
  g_ptr_array_unref (figures->by_split);
  g_ptr_array_unref (figures->by_group);
  g_ptr_array_unref (figures->left_out);
  g_free (figures);
}
