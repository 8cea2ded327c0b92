/* corpus.c - the clips of corpora known by their file names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "corpus.h"

#include <stdarg.h>
#include <string.h>

#include "csv.h"
#include "ser.h"

static const char *const corpus_names[] = { "crema-d", "emodb", "ravdess", "savee", "tess", NULL };

/* What a folder is searched for; everything else in it (tables, texts, licences) is none of ours. */
static const char *const extensions[] = { "3gp", "aac", "ac3", "aif", "aifc", "aiff", "amr", "ape", "au", "avi", "caf",
  "flac", "m4a", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg", "oga", "ogg", "ogv", "opus", "snd",
  "spx", "w64", "wav", "wave", "webm", "wma", "wv", NULL };

SerCorpus *
ser_corpus_new (void)
{
  SerCorpus *corpus = g_new0 (SerCorpus, 1);

  corpus->clips = g_array_new (FALSE, TRUE, sizeof (SerClip));
  corpus->problems = g_ptr_array_new_with_free_func (g_free);
  corpus->strings = g_string_chunk_new (4096);
  corpus->map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  corpus->mapped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return corpus;
}

void
ser_corpus_free (SerCorpus *corpus)
{
  if (!corpus)
    return;
  g_array_unref (corpus->clips);
  g_ptr_array_unref (corpus->problems);
  g_string_chunk_free (corpus->strings);
  g_hash_table_unref (corpus->map);
  g_hash_table_unref (corpus->mapped);
  g_free (corpus);
}

const char *const *
ser_corpus_names (void)
{
  return corpus_names;
}

gboolean
ser_is_label (const char *text)
{
  if (!g_ascii_islower (text[0]) || strcmp (text, "uncertain") == 0 || strcmp (text, "none") == 0)
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_islower (*text) && !g_ascii_isdigit (*text) && *text != '-')
      return FALSE;
  return TRUE;
}

gboolean
ser_corpus_map (SerCorpus *corpus, const char *from, const char *to, GError **error)
{
  if (*to != '\0' && !ser_is_label (to)) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG,
        "--map %s=%s: a label is a lower-case letter followed by lower-case letters, "
        "digits and hyphens, neither `uncertain` nor `none`",
        from, to);
    return FALSE;
  }
  g_hash_table_replace (corpus->map, g_strdup (from), g_strdup (to));
  return TRUE;
}

void
ser_corpus_add_problem (SerCorpus *corpus, const char *name, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (corpus->problems, g_strdup_printf ("%s: %s", name, what));
}

void
ser_corpus_add_clip (SerCorpus *corpus, const SerClip *clip)
{
  const char *label = g_hash_table_lookup (corpus->map, clip->label);
  SerClip copy = *clip;

  if (label)
    g_hash_table_add (corpus->mapped, g_strdup (clip->label));
  if (label && *label == '\0')
    return;
  copy.path = g_string_chunk_insert_const (corpus->strings, clip->path);
  copy.name = g_string_chunk_insert_const (corpus->strings, clip->name);
  copy.label = g_string_chunk_insert_const (corpus->strings, label ? label : clip->label);
  copy.speaker = g_string_chunk_insert_const (corpus->strings, clip->speaker);
  copy.split = g_string_chunk_insert_const (corpus->strings, clip->split && *clip->split ? clip->split : "train");
  g_array_append_val (corpus->clips, copy);
}

/* ---- tables beside CREMA-D's audio ---- */

/* Rows of a table by the text of their first column. */
typedef struct {
  SerCsv *csv;
  GHashTable *rows; /* text of `csv` -> row */
} Table;

typedef struct {
  Table clips, votes, actors;
} Tables;

static void
clear_table (Table *table)
{
  g_clear_pointer (&table->rows, g_hash_table_unref);
  g_clear_pointer (&table->csv, ser_csv_free);
}

static void
clear_tables (Tables *tables)
{
  clear_table (&tables->clips);
  clear_table (&tables->votes);
  clear_table (&tables->actors);
}

/* Leaves the table empty when there is no such file in the folder or the one above; FALSE when it is malformed. */
static gboolean
load_table (Table *table, const char *folder, const char *file, const char *key, GError **error)
{
  g_autofree char *here = g_build_filename (folder, file, NULL);
  g_autofree char *above = g_build_filename (folder, "..", file, NULL);
  const char *path = g_file_test (here, G_FILE_TEST_EXISTS) ? here
      : g_file_test (above, G_FILE_TEST_EXISTS)             ? above
                                                            : NULL;
  int column;

  if (!path)
    return TRUE;
  table->csv = ser_csv_load (path, error);
  if (!table->csv)
    return FALSE;
  column = ser_csv_find_column (table->csv, key);
  if (column < 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s: no column `%s`", path, key);
    return FALSE;
  }
  table->rows = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < ser_csv_get_n_rows (table->csv); i++)
    g_hash_table_insert (table->rows, (gpointer) ser_csv_get (table->csv, i, column), GUINT_TO_POINTER (i));
  return TRUE;
}

/* "" when the table has no such row or column; lives as long as the table. */
static const char *
look_up (const Table *table, const char *key, const char *column)
{
  gpointer row;

  if (!table->rows || !g_hash_table_lookup_extended (table->rows, key, NULL, &row))
    return "";
  return ser_csv_get (table->csv, GPOINTER_TO_UINT (row), ser_csv_find_column (table->csv, column));
}

static void
look_up_votes (const Table *table, const char *clip, float *votes)
{
  static const char *const columns[SER_N_EMOTIONS] = { "anger", "disgust", "fear", "happy", "neutral", "sad" };
  double counts[SER_N_EMOTIONS], sum = 0;

  for (guint i = 0; i < SER_N_EMOTIONS; i++)
    sum += counts[i] = MAX (0, g_ascii_strtod (look_up (table, clip, columns[i]), NULL));
  for (guint i = 0; i < SER_N_EMOTIONS; i++)
    votes[i] = sum > 0 ? counts[i] / sum : 0;
}

/* ---- walking a folder ---- */

static gboolean
is_audio (const char *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *extension = dot ? g_ascii_strdown (dot + 1, -1) : NULL;

  return extension && g_strv_contains (extensions, extension);
}

/* Adds the paths of audio files below `folder`. Hidden files are skipped: macOS leaves `._NAME` beside each NAME. */
static void
collect_files (const char *folder, GPtrArray *paths, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (name[0] == '.')
      continue;
    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      if (depth < 16)
        collect_files (path, paths, depth + 1);
    } else if (is_audio (name)) {
      g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* FALSE when the file's name does not follow the scheme. */
static gboolean
add_file (SerCorpus *corpus, const char *name, SerNameFunc read_name, const Tables *tables, const char *path)
{
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *parent = g_path_get_basename (folder);
  g_autofree char *base = g_strndup (file, strrchr (file, '.') - file);
  g_autofree char *speaker = NULL;
  SerNameFacts facts = { 0 };
  const char *fault = read_name (base, parent, &facts);
  const char *sex = look_up (&tables->actors, facts.speaker, "sex");
  SerClip clip = { .path = path, .name = file, .end = -1, .label = facts.label, .sex = facts.sex, .age = facts.age };

  if (fault) {
    ser_corpus_add_problem (corpus, file, "not a clip of %s: %s", name, fault);
    return FALSE;
  }
  clip.speaker = speaker = g_strdup_printf ("%s/%s", name, facts.speaker);
  clip.split = look_up (&tables->clips, base, "split");
  if (*sex != '\0') {
    clip.sex = g_ascii_tolower (*sex) == 'f' ? 'f' : g_ascii_tolower (*sex) == 'm' ? 'm' : 0;
    clip.age = g_ascii_strtoull (look_up (&tables->actors, facts.speaker, "age"), NULL, 10);
  }
  look_up_votes (&tables->votes, base, clip.votes);
  ser_corpus_add_clip (corpus, &clip);
  return TRUE;
}

gboolean
ser_corpus_add_named (SerCorpus *corpus, const char *name, const char *folder, GError **error)
{
  SerNameFunc read_name = ser_corpus_find_scheme (name);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  guint n = 0;
  Tables tables = { 0 };

  if (!read_name) {
    g_autofree char *names = g_strjoinv (" ", (char **) corpus_names);
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "--corpus %s: unknown; known are %s", name, names);
    return FALSE;
  }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "--data %s: no such folder", folder);
    return FALSE;
  }
  if (strcmp (name, "crema-d") == 0
      && (!load_table (&tables.clips, folder, "clips.csv", "clip", error)
          || !load_table (&tables.votes, folder, "voice_votes.csv", "clip", error)
          || !load_table (&tables.actors, folder, "actors.csv", "actor", error))) {
    clear_tables (&tables);
    return FALSE;
  }
  collect_files (folder, paths, 0);
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++)
    n += add_file (corpus, name, read_name, &tables, paths->pdata[i]);
  clear_tables (&tables);
  if (n == 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "--data %s: no audio file there is a clip of %s", folder, name);
    return FALSE;
  }
  return TRUE;
}

/* ---- recognising ---- */

static guint
count_followers (const GPtrArray *paths, SerNameFunc read_name)
{
  guint n = 0;

  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *file = g_path_get_basename (paths->pdata[i]);
    g_autofree char *folder = g_path_get_dirname (paths->pdata[i]);
    g_autofree char *parent = g_path_get_basename (folder);
    SerNameFacts facts = { 0 };

    *strrchr (file, '.') = '\0';
    n += !read_name (file, parent, &facts);
  }
  return n;
}

const char *
ser_corpus_recognise (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *found = NULL;
  guint most = 0;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s: no such folder", folder);
    return NULL;
  }
  collect_files (folder, paths, 0);
  for (guint i = 0; corpus_names[i]; i++) {
    guint n = count_followers (paths, ser_corpus_find_scheme (corpus_names[i]));

    if (n > most) {
      most = n;
      found = corpus_names[i];
    }
  }
  if (!found)
    g_set_error (error, SER_ERROR, SER_ERROR_DATA,
        "%s: none of its %u audio files is named as those of a known corpus; list them in a file for --manifest",
        folder, paths->len);
  return found;
}

gboolean
ser_corpus_add_folder (SerCorpus *corpus, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  collect_files (folder, paths, 0);
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *name = g_path_get_basename (paths->pdata[i]);
    ser_corpus_add_clip (corpus,
        &(SerClip){ .path = paths->pdata[i], .name = name, .end = -1, .label = "sound", .speaker = "", .split = "" });
  }
  if (paths->len > 0)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s: no audio file is there", folder);
  return FALSE;
}
