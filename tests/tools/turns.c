/* turns.c - tests of who speaks when: RTTM, CSV, TextGrid, and what is wrong with them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "turns.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fixture.h"
#include "ser.h"

static SerTurns *
load_bytes (const char *name, const char *bytes, gssize size, GError **error)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, name);

  g_assert_true (g_file_set_contents (path, bytes, size, NULL));
  return ser_turns_load (path, error);
}

static SerTurns *
load (const char *name, const char *text, GError **error)
{
  return load_bytes (name, text, -1, error);
}

/* Compares with "START-END NAME" for each turn, with commas between. */
static void
assert_turns (const SerTurns *turns, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < turns->turns->len; i++) {
    const SerTurn *turn = &g_array_index (turns->turns, SerTurn, i);
    g_string_append_printf (text, "%s%g-%g %s", i > 0 ? ", " : "", turn->start, turn->end,
        (const char *) turns->speakers->pdata[turn->speaker]);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
check (const char *name, const char *text, const char *expected)
{
  GError *error = NULL;
  g_autoptr (SerTurns) turns = load (name, text, &error);

  g_assert_no_error (error);
  assert_turns (turns, expected);
}

static void
test_rttm (void)
{
  check ("t.rttm",
      ";; made by hand\n"
      "SPKR-INFO talk 1 <NA> <NA> <NA> unknown ann <NA> <NA>\n"
      "SPEAKER talk 1 12.5 2.25 <NA> <NA> ann <NA> <NA>\r\n"
      "\n"
      "SPEAKER\ttalk\t1\t3\t10\t<NA>\t<NA>\tJ\xc3\xb6rg\t<NA>\n"
      "NON-LEX talk 1 1 1 <NA> laugh ann <NA>\n"
      "SPEAKER talk 1 20 1 <NA> <NA> ann\n",
      "3-13 J\xc3\xb6rg, 12.5-14.75 ann, 20-21 ann");
}

/* In order of their starts, columns in any order, turns that overlap. */
static void
test_csv (void)
{
  check ("t.csv", "\xef\xbb\xbfspeaker,End,start,note\r\n\"B, the second\",9.5,4,x\r\nA,5,0.25,\r\nA,20,10\r\n",
      "0.25-5 A, 4-9.5 B, the second, 10-20 A");
}

static void
test_speakers (void)
{
  g_autoptr (SerTurns) turns = load ("t.csv", "start,end,speaker\n5,6,late\n0,1,early\n2,3,late\n", NULL);

  g_assert_cmpuint (turns->speakers->len, ==, 2);
  g_assert_cmpstr (turns->speakers->pdata[0], ==, "early");
  g_assert_cmpstr (turns->speakers->pdata[1], ==, "late");
}

/* ---- TextGrid ---- */

/* One tier, whose labels are names; quotes are doubled, empty intervals are silence. */
static const char one_tier[] = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n"
                               "xmin = 0 \nxmax = 10 \ntiers? <exists> \nsize = 2 \nitem []: \n"
                               "    item [1]:\n        class = \"TextTier\" \n        name = \"clicks\" \n"
                               "        xmin = 0 \n        xmax = 10 \n        points: size = 1 \n"
                               "        points [1]:\n            number = 1.5 \n            mark = \"click\" \n"
                               "    item [2]:\n        class = \"IntervalTier\" \n        name = \"who\" \n"
                               "        xmin = 0 \n        xmax = 10 \n        intervals: size = 3 \n"
                               "        intervals [1]:\n            xmin = 0 \n            xmax = 2.5 \n"
                               "            text = \"Ann \"\"the\"\" J\xc3\xb6rg\" \n"
                               "        intervals [2]:\n            xmin = 2.5 \n            xmax = 4 \n"
                               "            text = \"\" \n"
                               "        intervals [3]:\n            xmin = 4 \n            xmax = 10 \n"
                               "            text = \"Bob\" \n";
static const char one_tier_turns[] = "0-2.5 Ann \"the\" J\xc3\xb6rg, 4-10 Bob";

static void
test_long (void)
{
  check ("t.TextGrid", one_tier, one_tier_turns);
}

/* Several tiers, short: each is a speaker, whatever its intervals say. */
static void
test_short (void)
{
  check ("t.TextGrid",
      "File type = \"ooTextFile\"\n\"TextGrid\"\n\n0\n8\n<exists>\n2\n"
      "\"IntervalTier\"\n\"Ann\"\n0\n8\n2\n0\n3\n\"good morning\"\n3\n8\n\"\"\n"
      "\"IntervalTier\"\n\"Bob\"\n0\n8\n3\n0\n2\n\" \"\n2\n5\n\"morning\"\n5\n8\n\"\"\n",
      "0-3 Ann, 2-5 Bob");
}

/* Praat writes UTF-16, big end first, where ASCII does not do; others write it the other way round. */
static void
test_utf_16 (void)
{
  static const char *const encodings[] = { "UTF-16BE", "UTF-16LE" };
  static const char *const marks[] = { "\xfe\xff", "\xff\xfe" };

  for (guint i = 0; i < 2; i++) {
    gsize size;
    g_autofree char *wide = g_convert (one_tier, -1, encodings[i], "UTF-8", NULL, &size, NULL);
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autoptr (SerTurns) turns = NULL;
    GError *error = NULL;

    g_byte_array_append (bytes, (const guint8 *) marks[i], 2);
    g_byte_array_append (bytes, (const guint8 *) wide, size);
    turns = load_bytes ("t.TextGrid", (const char *) bytes->data, bytes->len, &error);
    g_assert_no_error (error);
    assert_turns (turns, one_tier_turns);
  }
}

static gboolean
is_wide (const char *path)
{
  g_autofree char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  return memchr ("\xfe\xff", bytes[0], 2) != NULL;
}

/* What Praat itself writes, in each of its text formats and encodings. */
static void
test_praat (void)
{
  static const char script[] = "form Write\n  sentence From\n  sentence To\n  word Encoding\nendform\n"
                               "Text writing preferences: encoding$\nRead from file: from$\n"
                               "Save as text file: to$\nSave as short text file: to$ + \".short\"\n";
  static const char *const encodings[] = { "UTF-8", "UTF-16" };
  g_autofree char *folder = fixture_folder (), *praat = g_find_program_in_path ("praat");
  g_autofree char *from = fixture_path (folder, "from.TextGrid"), *to = fixture_path (folder, "to.TextGrid");
  g_autofree char *brief = fixture_path (folder, "to.TextGrid.short"), *program = fixture_path (folder, "write.praat");

  if (!praat) {
    g_test_skip ("praat is not installed");
    return;
  }
  fixture_write (folder, "from.TextGrid", one_tier);
  fixture_write (folder, "write.praat", script);
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++) {
    char *argv[] = { praat, (char *) "--run", program, from, to, (char *) encodings[i], NULL };
    const char *const paths[] = { to, brief };
    GError *error = NULL;
    int status;

    g_spawn_sync (NULL, argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error (error);
    g_assert_true (g_spawn_check_wait_status (status, NULL));
    for (guint k = 0; k < G_N_ELEMENTS (paths); k++) {
      g_autoptr (SerTurns) turns = ser_turns_load (paths[k], &error);
      g_assert_no_error (error);
      assert_turns (turns, one_tier_turns);
      g_assert_true (is_wide (paths[k]) == (strcmp (encodings[i], "UTF-16") == 0));
      g_assert_cmpint (g_remove (paths[k]), ==, 0);
    }
  }
}

/* ---- faults ---- */

static void
test_faults (void)
{
  static const struct {
    const char *text, *pattern;
  } cases[] = {
    { "SPEAKER talk 1 1.5 2 <NA> <NA>\n", "*/t:1: expected SPEAKER FILE*" },
    { "\nSPEAKER talk 1 one 2 <NA> <NA> ann\n", "*/t:2: expected SPEAKER FILE*" },
    { "SPEAKER talk 1 1 0 <NA> <NA> ann\n", "*/t:1: a turn from 1 to 1 s*" },
    { "SPEAKER talk 1 -1 2 <NA> <NA> ann\n", "*/t:1: *" },
    { "SPEAKER talk 1 1 inf <NA> <NA> ann\n", "*/t:1: *" },
    { "start,end,speaker\n0,1,a\n2,2,b\n", "*/t:3: a turn from 2 to 2 s*" },
    { "start,end,speaker\n0,1,a\n2,x,b\n", "*/t:3: *`x`*seconds*" },
    { "start,end,speaker\n0,1,\n", "*/t:2: *no speaker*" },
    { "start,end,speaker\n\"0,1,a\n", "*/t:2: *quote*" },
    { "start,speaker\n0,a\n", "*/t: expected RTTM, a TextGrid, or CSV*" },
    { "start,end,speaker\n", "*/t: there are no turns*" },
    { "", "*/t: *" },
    { "start,end,speaker\n0,1,\xff\n", "*/t: expected text in UTF-8*" },
    { "\xfe\xff\x01", "*/t: expected text in UTF-8*" },
    { "File type = \"ooTextFile\"\n\"Sound\"\n0\n1\n", "*/t:2: not a TextGrid*" },
    { "File type = \"ooTextFile\"\n\"TextGrid\"\n0\n1\n<exists>\n1\n\"IntervalTier\"\n\"a\"\n0\n1\n2\n0\n1\n\"x\"\n",
        "*/t:1?: not a TextGrid*a number*" },
    { "File type = \"ooTextFile\"\n\"TextGrid\"\n0\n1\n<exists>\n1\n\"IntervalTier\"\n\"a\"\n0\n1\n1\n0\n1\n\"x\n",
        "*/t:1?: not a TextGrid*quote*" },
    { "File type = \"ooTextFile\"\n\"TextGrid\"\n0\n1\n<exists>\n1\n\"IntervalTier\"\n\"a\"\n0\n1\n1\n1\n0\n\"x\"\n",
        "*/t:14: a turn from 1 to 0 s*" },
    { "File type = \"ooTextFile\"\n\"TextGrid\"\n0\n1\n<exists>\n1e300\n", "*/t:6: not a TextGrid*whole number*" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (load ("t", cases[i].text, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
    g_test_message ("%s", error->message);
    g_assert_true (g_pattern_match_simple (cases[i].pattern, error->message));
  }
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ser_turns_load ("no/such.rttm", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, "no/such.rttm");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/turns/rttm", test_rttm);
  g_test_add_func ("/tools/turns/csv", test_csv);
  g_test_add_func ("/tools/turns/speakers", test_speakers);
  g_test_add_func ("/tools/turns/text-grid-long", test_long);
  g_test_add_func ("/tools/turns/text-grid-short", test_short);
  g_test_add_func ("/tools/turns/utf-16", test_utf_16);
  g_test_add_func ("/tools/turns/praat", test_praat);
  g_test_add_func ("/tools/turns/faults", test_faults);
  g_test_add_func ("/tools/turns/missing", test_missing);
  return fixture_run ();
}
