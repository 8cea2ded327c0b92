/* corpus.c - tests of corpora, manifests, selection and folds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "corpus.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "ser.h"
#include "sources.h"

/* ---- names ---- */

static const struct {
  const char *corpus, *base, *parent, *label, *speaker;
  char sex;
} names[] = {
  { "crema-d", "1002_DFA_ANG_XX", "audio", "anger", "1002", 0 },
  { "crema-d", "1076_MTI_SAD_X", "audio", "sadness", "1076", 0 },
  { "crema-d", "1091_IEO_HAP_LO", "audio", "happiness", "1091", 0 },
  { "emodb", "03a01Fa", "wav", "happiness", "03", 'm' },
  { "emodb", "16b10Lb", "wav", "boredom", "16", 'f' },
  { "emodb", "08a02Wc", "wav", "anger", "08", 'f' },
  { "ravdess", "03-01-08-02-01-02-11", "Actor_11", "surprise", "11", 'm' },
  { "ravdess", "01-01-02-01-01-01-24", "Actor_24", "calm", "24", 'f' },
  { "savee", "DC_su03", "audio", "surprise", "DC", 'm' },
  { "savee", "sa15", "KL", "sadness", "KL", 'm' },
  { "savee", "a01", "JE", "anger", "JE", 'm' },
  { "tess", "OAF_back_angry", "x", "anger", "OAF", 'f' },
  { "tess", "OA_bite_neutral", "x", "neutral", "OAF", 'f' },
  { "tess", "YAF_youth_ps", "x", "surprise", "YAF", 'f' },
};

static const struct {
  const char *corpus, *base;
} faulty_names[] = { { "crema-d", "1002_DFA_JOY_XX" }, { "crema-d", "1002_DFA_ANG" }, { "crema-d", "x1002_DFA_ANG_XX" },
  { "emodb", "03a01Xa" }, { "emodb", "03a01" }, { "ravdess", "03-01-09-01-01-01-01" },
  { "ravdess", "03-02-03-01-01-01-01" }, { "ravdess", "02-01-03-01-01-01-01" }, { "ravdess", "03-01-03-01-01-01" },
  { "savee", "DC_x01" }, { "savee", "" }, { "tess", "OAF_angry" }, { "tess", "XAF_back_angry" },
  { "tess", "OAF_back_glad" }, { "tess", "" } };

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    SerNameFacts facts = { 0 };

    g_assert_null (ser_corpus_find_scheme (names[i].corpus) (names[i].base, names[i].parent, &facts));
    g_assert_cmpstr (facts.label, ==, names[i].label);
    g_assert_cmpstr (facts.speaker, ==, names[i].speaker);
    g_assert_cmpint (facts.sex, ==, names[i].sex);
  }
  for (guint i = 0; i < G_N_ELEMENTS (faulty_names); i++) {
    SerNameFacts facts = { 0 };
    g_assert_nonnull (ser_corpus_find_scheme (faulty_names[i].corpus) (faulty_names[i].base, "audio", &facts));
  }
  g_assert_null (ser_corpus_find_scheme ("iemocap"));
}

/* ---- folders ---- */

static const SerClip *
clip_at (const SerCorpus *corpus, guint i)
{
  g_assert_cmpuint (i, <, corpus->clips->len);
  return &g_array_index (corpus->clips, SerClip, i);
}

static void
test_crema_d (void)
{
  g_autofree char *folder = fixture_folder (), *audio = g_build_filename (folder, "audio", NULL);

  fixture_write_crema_d (folder);
  fixture_write (folder, "audio/notes.txt", "not audio");
  fixture_write (folder, "audio/._1001_IEO_ANG_XX.wav", "left by a file manager");
  fixture_write (folder, "audio/holiday.wav", "no clip");
  for (guint i = 0; i < 2; i++) { /* the corpus, or its audio folder */
    g_autoptr (SerCorpus) corpus = ser_corpus_new ();
    GError *error = NULL;

    ser_corpus_add_named (corpus, "crema-d", i ? audio : folder, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (corpus->clips->len, ==, 48);
    g_assert_cmpuint (corpus->problems->len, ==, 1);
    g_assert_true (g_str_has_prefix (corpus->problems->pdata[0], "holiday.wav: "));
    g_assert_cmpstr (clip_at (corpus, 0)->name, ==, "1001_DFA_ANG_XX.wav");
    g_assert_cmpstr (clip_at (corpus, 0)->label, ==, "anger");
    g_assert_cmpstr (clip_at (corpus, 0)->speaker, ==, "crema-d/1001");
    g_assert_cmpstr (clip_at (corpus, 0)->split, ==, "train");
    g_assert_cmpstr (clip_at (corpus, 47)->split, ==, "valid");
    g_assert_cmpint (clip_at (corpus, 0)->sex, ==, 'f');
    g_assert_cmpuint (clip_at (corpus, 47)->age, ==, 70);
    g_assert_cmpfloat (clip_at (corpus, 0)->votes[0], ==, 0.75f);
    g_assert_cmpfloat (clip_at (corpus, 0)->votes[4], ==, 0.25f);
  }
}

/* Extensions in capitals, nested folders, no table beside. */
static void
test_plain_folder (void)
{
  g_autofree char *folder = fixture_folder ();
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();
  GError *error = NULL;

  fixture_write (folder, "KL/deep/deeper/03a01Fa.WAV", "");
  fixture_write (folder, "10a02Nb.Flac", "");
  ser_corpus_add_named (corpus, "emodb", folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (corpus->clips->len, ==, 2);
  g_assert_cmpstr (clip_at (corpus, 0)->split, ==, "train");
  g_assert_cmpfloat (clip_at (corpus, 0)->votes[0], ==, 0);
}

static void
test_no_corpus (void)
{
  g_autofree char *folder = fixture_folder ();
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();
  GError *error = NULL;

  g_assert_false (ser_corpus_add_named (corpus, "emodb", folder, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
  g_clear_error (&error);
  g_assert_false (ser_corpus_add_named (corpus, "iemocap", folder, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_clear_error (&error);
  fixture_write (folder, "clips.csv", "clip,\"actor\n");
  fixture_write (folder, "1001_DFA_ANG_XX.wav", "");
  g_assert_false (ser_corpus_add_named (corpus, "crema-d", folder, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
  g_clear_error (&error);
}

static void
test_map (void)
{
  g_autofree char *folder = fixture_folder ();
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();
  GError *error = NULL;

  fixture_write_crema_d (folder);
  g_assert_true (ser_corpus_map (corpus, "anger", "hot-anger", NULL));
  g_assert_true (ser_corpus_map (corpus, "sadness", "", NULL));
  g_assert_false (ser_corpus_map (corpus, "fear", "Fear!", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_true (ser_corpus_add_named (corpus, "crema-d", folder, NULL));
  g_assert_cmpuint (corpus->clips->len, ==, 40);
  g_assert_cmpstr (clip_at (corpus, 0)->label, ==, "hot-anger");
}

/* ---- manifests ---- */

static void
test_manifest (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "m.csv", NULL);
  g_autofree char *expected = g_build_filename (folder, "b, c.wav", NULL);
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();
  GError *error = NULL;

  fixture_write (folder, "m.csv",
      "speaker,path,emotion,start,end,split\nann,z.wav,joy,1.5,2.5,valid\n"
      "bob,\"b, c.wav\",Anger!,,,\nbob,a.wav,Strange Label,,,\nbob,a.wav,joy,3,2,\n"
      "bob,a.wav,joy,x,,\nbob,,joy,,,\nann,z.wav,joy,0,1,test\n");
  g_assert_true (ser_corpus_map (corpus, "Anger!", "anger", NULL));
  ser_corpus_add_manifest (corpus, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (corpus->clips->len, ==, 3);
  g_assert_cmpuint (corpus->problems->len, ==, 4);
  g_assert_nonnull (strstr (corpus->problems->pdata[1], "line 5"));
  g_assert_cmpstr (clip_at (corpus, 0)->path, ==, expected);
  g_assert_cmpstr (clip_at (corpus, 0)->label, ==, "anger");
  g_assert_cmpstr (clip_at (corpus, 0)->split, ==, "train");
  g_assert_cmpfloat (clip_at (corpus, 0)->end, <, 0);
  g_assert_cmpstr (clip_at (corpus, 1)->split, ==, "test");
  g_assert_cmpfloat (clip_at (corpus, 2)->start, ==, 1.5);
  g_assert_cmpfloat (clip_at (corpus, 2)->end, ==, 2.5);
  g_assert_cmpstr (clip_at (corpus, 2)->speaker, ==, "ann");
}

static void
test_manifest_folder (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "m.csv", NULL);
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();
  g_autoptr (GError) error = NULL;

  fixture_write (folder, "m.csv", "path,emotion,speaker\nx.wav,joy,ann\n/abs/y.wav,joy,ann\n");
  g_assert_true (ser_corpus_add_manifest (corpus, path, "/data", NULL));
  g_assert_cmpstr (clip_at (corpus, 0)->path, ==, "/abs/y.wav");
  g_assert_cmpstr (clip_at (corpus, 1)->path, ==, "/data/x.wav");
  fixture_write (folder, "m.csv", "path,label,speaker\nx.wav,joy,ann\n");
  g_assert_false (ser_corpus_add_manifest (corpus, path, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "`emotion`"));
}

/* ---- selection and folds ---- */

static SerSources *
sources_of (const char *line)
{
  SerSources *sources = ser_sources_new ();
  GOptionContext *context = g_option_context_new (NULL);
  const GOptionEntry none[] = { { NULL } };
  g_auto (GStrv) argv = NULL;
  GError *error = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_option_context_set_main_group (context, ser_sources_option_group (sources, none));
  g_option_context_parse_strv (context, &argv, &error);
  g_assert_no_error (error);
  g_option_context_free (context);
  return sources;
}

static void
test_select (void)
{
  static const char *const labels[] = { "anger", "fear", NULL };
  g_autofree char *folder = fixture_folder (), *line = NULL;
  g_autoptr (SerSources) sources = NULL;
  g_autoptr (GPtrArray) valid = NULL, all = NULL, none = NULL;
  g_auto (GStrv) suggested = NULL;
  guint left_out = 0;

  fixture_write_crema_d (folder);
  line = g_strdup_printf ("x --data '%s' --corpus crema-d", folder);
  sources = sources_of (line);
  g_assert_true (ser_sources_check (sources, NULL));
  g_assert_true (ser_sources_load (sources, NULL));
  valid = ser_sources_select (sources, "valid", labels, &left_out);
  g_assert_cmpuint (valid->len, ==, 4);
  g_assert_cmpuint (left_out, ==, 8);
  all = ser_sources_select (sources, "valid,train", ser_emotions, &left_out);
  g_assert_cmpuint (all->len, ==, 48);
  none = ser_sources_select (sources, "test", ser_emotions, &left_out);
  g_assert_cmpuint (none->len, ==, 0);
  suggested = ser_sources_suggest_labels (sources);
  g_assert_true (g_strv_equal ((const char *const *) suggested, ser_emotions));
}

/* Eight women and eight men, each with three clips, in manifest and corpus form alike: here clips made by hand. */
static void
add_speakers (SerCorpus *corpus)
{
  for (guint i = 0; i < 48; i++) {
    g_autofree char *speaker = g_strdup_printf ("s%02u", i / 3), *path = g_strdup_printf ("%02u.wav", i);
    ser_corpus_add_clip (corpus,
        &(SerClip){ .path = path, .name = path, .label = "anger", .speaker = speaker, .sex = i / 3 < 8 ? 'f' : 'm' });
  }
}

static void
test_folds (void)
{
  g_autoptr (SerSources) first = sources_of ("x --fold 1/4"), other = sources_of ("x --fold 1/4 --fold-seed 7");
  g_autoptr (GPtrArray) again = NULL, different = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GPtrArray *clips, *one = NULL;
  guint n_left_out = 0;

  add_speakers (first->corpus);
  clips = ser_sources_select (first, NULL, ser_emotions, &n_left_out);
  for (guint k = 1; k <= 4; k++) {
    g_autoptr (GPtrArray) inside = NULL, outside = NULL, inner = NULL, outer = NULL;
    guint women = 0;

    first->fold = k;
    g_assert_true (ser_sources_divide (first, clips, &inside, &outside, NULL));
    g_assert_cmpuint (inside->len, ==, 12);
    g_assert_cmpuint (outside->len, ==, 36);
    inner = ser_clips_speakers (inside);
    outer = ser_clips_speakers (outside);
    for (guint i = 0; i < inner->len; i++)
      g_assert_false (g_ptr_array_find_with_equal_func (outer, inner->pdata[i], g_str_equal, NULL));
    for (guint i = 0; i < inside->len; i++) {
      women += ((const SerClip *) inside->pdata[i])->sex == 'f';
      g_assert_true (g_hash_table_add (seen, inside->pdata[i]));
    }
    g_assert_cmpuint (women, ==, 6);
    if (k == 1)
      one = g_steal_pointer (&inside);
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 48);

  /* The same division again; another one with another seed. */
  first->fold = 1;
  g_assert_true (ser_sources_divide (first, clips, &again, NULL, NULL));
  g_assert_cmpmem (again->pdata, again->len * sizeof (gpointer), one->pdata, one->len * sizeof (gpointer));
  g_assert_true (ser_sources_divide (other, clips, &different, NULL, NULL));
  g_assert_true (memcmp (different->pdata, one->pdata, one->len * sizeof (gpointer)) != 0);
  g_ptr_array_unref (one);
  g_ptr_array_unref (clips);
}

/* Names of those clips of fold 1 of 4 whose names begin with `prefix`, sorted as the clips are. */
static char *
fold_of (SerSources *sources, const char *prefix)
{
  guint n_left_out = 0;
  g_autoptr (GPtrArray) clips = ser_sources_select (sources, NULL, ser_emotions, &n_left_out), inside = NULL;
  GString *list = g_string_new (NULL);

  g_assert_true (ser_sources_divide (sources, clips, &inside, NULL, NULL));
  for (guint i = 0; i < inside->len; i++)
    if (g_str_has_prefix (((const SerClip *) inside->pdata[i])->name, prefix))
      g_string_append_printf (list, "%s ", ((const SerClip *) inside->pdata[i])->name);
  return g_string_free (list, FALSE);
}

static void
add_corpus (SerCorpus *corpus, const char *name, guint speakers)
{
  for (guint i = 0; i < speakers; i++) {
    g_autofree char *speaker = g_strdup_printf ("%s/%02u", name, i), *path = g_strdup_printf ("%s%02u.wav", name, i);
    ser_corpus_add_clip (corpus,
        &(SerClip){ .path = path, .name = path, .label = "anger", .speaker = speaker, .sex = i % 3 ? 'f' : 'm' });
  }
}

static void
test_folds_of_corpora (void)
{
  g_autoptr (SerSources) alone = sources_of ("x --fold 1/4"), together = sources_of ("x --fold 1/4");
  g_autofree char *before = NULL, *after = NULL, *other = NULL;

  add_corpus (alone->corpus, "b", 20);
  add_corpus (together->corpus, "b", 20);
  add_corpus (together->corpus, "c", 13);
  before = fold_of (alone, "b");
  after = fold_of (together, "b");
  other = fold_of (together, "c");
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (strlen (before), ==, 5 * strlen ("b00.wav "));
  g_assert_cmpuint (strlen (other), >=, 3 * strlen ("c00.wav "));
}

static void
test_too_many_folds (void)
{
  g_autoptr (SerSources) sources = sources_of ("x --fold 1/17");
  g_autoptr (GPtrArray) clips = NULL, inside = NULL;
  g_autoptr (GError) error = NULL;
  guint n_left_out = 0;

  add_speakers (sources->corpus);
  clips = ser_sources_select (sources, NULL, ser_emotions, &n_left_out);
  g_assert_false (ser_sources_divide (sources, clips, &inside, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/corpus/names", test_names);
  g_test_add_func ("/tools/corpus/crema-d", test_crema_d);
  g_test_add_func ("/tools/corpus/plain-folder", test_plain_folder);
  g_test_add_func ("/tools/corpus/no-corpus", test_no_corpus);
  g_test_add_func ("/tools/corpus/map", test_map);
  g_test_add_func ("/tools/corpus/manifest", test_manifest);
  g_test_add_func ("/tools/corpus/manifest-folder", test_manifest_folder);
  g_test_add_func ("/tools/sources/select", test_select);
  g_test_add_func ("/tools/sources/folds", test_folds);
  g_test_add_func ("/tools/sources/folds-of-corpora", test_folds_of_corpora);
  g_test_add_func ("/tools/sources/too-many-folds", test_too_many_folds);
  return fixture_run ();
}
