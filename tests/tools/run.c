/* run.c - tests of a run's name: all that determines the result is in it, and nothing else
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "fixture.h"
#include "training.h"

/* Every option of `seremotion train`, with words that change the result, each time to another, or (FALSE) do not.
 * FOLDER stands for the test's. */
static const struct {
  const char *option, *words;
  gboolean counts;
} known[] = {
  { "help", "", FALSE },
  { "corpus", "", FALSE },
  { "data", "", FALSE },
  { "manifest", "--manifest FOLDER/m.csv", TRUE },
  { "map", "--map anger=fear", TRUE },
  { "fold", "--fold 1/3", TRUE },
  { "fold", "--fold 2/3", TRUE },
  { "fold-seed", "--fold 1/3 --fold-seed 7", TRUE },
  { "output", "--output FOLDER/m", FALSE },
  { "json", "--json FOLDER/j", FALSE },
  { "predictions", "--predictions FOLDER/p", FALSE },
  { "preset", "--preset mlp", TRUE },
  { "arch", "--arch 'mean linear'", TRUE },
  { "features", "--features 'logmel(n=8,mels=8)'", TRUE },
  { "labels", "--labels anger,fear", TRUE },
  { "labels", "--labels fear,anger", TRUE },
  { "window", "--window 2", TRUE },
  { "epochs", "--epochs 7", TRUE },
  { "batch", "--batch 7", TRUE },
  { "lr", "--lr 7e-3", TRUE },
  { "schedule", "--schedule cosine", TRUE },
  { "weight-decay", "--weight-decay 0.7", TRUE },
  { "clip-norm", "--clip-norm 7", TRUE },
  { "label-smoothing", "--label-smoothing 0.7", TRUE },
  { "votes", "--votes 0.7", TRUE },
  { "init", "--init FOLDER/a", TRUE },
  { "init", "--init FOLDER/b", TRUE },
  { "soft-labels", "--soft-labels FOLDER/a", TRUE },
  { "soft-labels", "--soft-labels FOLDER/b", TRUE },
  { "soft-share", "--soft-labels FOLDER/a --soft-share 0.7", TRUE },
  { "soft-share", "--soft-share 0.7", FALSE },
  { "encoder-epochs", "--arch 'encoder(8) mean linear' --features 'mfcc(n=30) mean'", TRUE },
  { "encoder-epochs", "--arch 'encoder(8) mean linear' --features 'mfcc(n=30) mean' --encoder-epochs 7", TRUE },
  { "encoder-epochs", "--encoder-epochs 7", FALSE },
  { "average", "--average 0.7", TRUE },
  { "patience", "--patience 7", TRUE },
  { "keep-best", "--keep-best", TRUE },
  { "crop", "--crop 1,2", TRUE },
  { "seed", "--seed 7", TRUE },
  { "threads", "--threads 7", FALSE },
  { "protocol", "--protocol random:0.5", TRUE },
  { "protocol", "--protocol random:0.25", TRUE },
  { "protocol", "--protocol kfold-actors:3 --fold 1/3", TRUE },
  { "protocol", "--protocol actors", FALSE },
  { "train-split", "--train-split valid", TRUE },
  { "valid-split", "--valid-split train", TRUE },
  { "allow-speaker-overlap", "--allow-speaker-overlap", TRUE },
  { "temperature", "--temperature 0.7", TRUE },
  { "half", "--half", FALSE },
  { "name", "--name x", FALSE },
  { "notes", "--notes x", FALSE },
  { "licence", "--licence x", FALSE },
  { "augment", "--augment 'gain(7)'", TRUE },
  { "noise", "--augment 'noise(7)' --noise FOLDER/one", TRUE },
  { "noise", "--augment 'noise(7)' --noise FOLDER/two", TRUE },
  { "noise", "--noise FOLDER/one", FALSE },
  { "rir", "--augment 'reverb(0.7)' --rir FOLDER/one", TRUE },
  { "rir", "--augment 'reverb(0.7)' --rir FOLDER/two", TRUE },
  { "rir", "--rir FOLDER/one", FALSE },
};

static char *folder;

static void
write_folder (void)
{
  g_autofree char *corpus = NULL;

  folder = fixture_folder ();
  corpus = g_build_filename (folder, "corpus", NULL);
  fixture_write_crema_d (corpus);
  fixture_write (folder, "a", "one thing");
  fixture_write (folder, "b", "another");
  fixture_write_voice (folder, "one/hum.wav", 0, 1, 0.2);
  fixture_write_voice (folder, "two/buzz.wav", 0, 1, 0.2);
  fixture_write (folder, "m.csv", "path,emotion,speaker\none/hum.wav,anger,s\n");
}

/* The name of the run that a command line describes. */
static char *
name_of (const char *words)
{
  g_autofree char *line = g_strdup_printf ("train --corpus crema-d --data FOLDER/corpus %s", words);
  g_autoptr (GString) text = g_string_new (line);
  g_auto (GStrv) argv = NULL, labels = NULL;
  SerTrainOptions options = { 0 };
  GError *error = NULL;
  char *id;

  g_string_replace (text, "FOLDER", folder, 0);
  g_assert_true (g_shell_parse_argv (text->str, NULL, &argv, NULL));
  ser_train_options_init (&options);
  ser_train_options_read (&options, g_strv_length (argv), argv, &error);
  g_assert_no_error (error);
  g_assert_true (ser_sources_load (options.sources, NULL));
  labels = options.labels ? g_strsplit (options.labels, ",", -1) : ser_sources_suggest_labels (options.sources);
  id = ser_run_id (&options, options.sources->corpus, (const char *const *) labels);
  ser_train_options_clear (&options);
  return id;
}

static void
test_names (void)
{
  g_autofree char *first = name_of ("");
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_cmpuint (strlen (first), ==, 16);
  g_hash_table_add (names, g_strdup (first));
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    g_autofree char *name = name_of (known[i].words);

    if (!known[i].counts && strcmp (name, first) != 0)
      g_error ("%s changes the name of the run", known[i].words);
    if (known[i].counts && !g_hash_table_add (names, g_steal_pointer (&name)))
      g_error ("%s has the name of another run", known[i].words);
  }
}

/* An option that is added must be added above too: what changes the result and not the name would be taken for done. */
static void
test_options (void)
{
  g_autofree char *help = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_assert_cmpint (fixture_seremotion (&help, NULL, "train --help"), ==, 0);
  lines = g_strsplit (help, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    const char *hyphens = strstr (lines[i], "--");
    g_autofree char *option = hyphens ? g_strndup (hyphens + 2, strspn (hyphens + 2, G_CSET_a_2_z "-")) : NULL;
    gboolean found = FALSE;

    if (!option || lines[i][0] != ' ')
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (known); k++)
      found |= strcmp (known[k].option, option) == 0;
    if (!found)
      g_error ("does --%s change the result? ser_run_id() must know", option);
    n++;
  }
  g_assert_cmpuint (n, >, 30);
}

/* Where a corpus lies makes no difference; what is said of its clips does. */
static void
test_corpus (void)
{
  g_autofree char *first = name_of (""), *moved = NULL, *changed = NULL;

  g_free (folder);
  write_folder ();
  moved = name_of ("");
  g_assert_cmpstr (moved, ==, first);
  fixture_write (
      folder, "corpus/clips.csv", "clip,actor,sentence,emotion,level,split\n1001_DFA_ANG_XX,1001,DFA,ANG,XX,valid\n");
  changed = name_of ("");
  g_assert_cmpstr (changed, !=, first);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  write_folder ();
  g_test_add_func ("/tools/run/names", test_names);
  g_test_add_func ("/tools/run/options", test_options);
  g_test_add_func ("/tools/run/corpus", test_corpus);
  status = fixture_run ();
  g_free (folder);
  return status;
}
