/* corpus-names.c - what the file names of the known corpora say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "corpus.h"

const char *const ser_emotions[] = { "anger", "disgust", "fear", "happiness", "neutral", "sadness", NULL };

typedef struct {
  const char *code, *label;
} Code;

static const char *
find_code (const Code *codes, const char *code, gsize n)
{
  for (; codes->code; codes++)
    if (strlen (codes->code) == n && g_ascii_strncasecmp (codes->code, code, n) == 0)
      return codes->label;
  return NULL;
}

/* TRUE when `text` has exactly the shape of `shape`, in which 9 stands for a digit and a for a letter. */
static gboolean
has_shape (const char *text, const char *shape)
{
  for (; *text != '\0' && *shape != '\0'; text++, shape++) {
    gboolean ok = *shape == '9' ? g_ascii_isdigit (*text) : *shape == 'a' ? g_ascii_isalpha (*text) : *text == *shape;
    if (!ok)
      return FALSE;
  }
  return *text == *shape;
}

/* ACTOR_SENTENCE_EMOTION_LEVEL; one level of the published files is written X. Cao et al. 2014. */
static const char *
read_crema_d (const char *base, const char *parent, SerNameFacts *facts)
{
  static const Code codes[] = { { "ANG", "anger" }, { "DIS", "disgust" }, { "FEA", "fear" }, { "HAP", "happiness" },
    { "NEU", "neutral" }, { "SAD", "sadness" }, { NULL } };

  if (!has_shape (base, "9999_aaa_aaa_aa") && !has_shape (base, "9999_aaa_aaa_a"))
    return "its name is not ACTOR_SENTENCE_EMOTION_LEVEL";
  facts->label = find_code (codes, base + 9, 3);
  g_snprintf (facts->speaker, sizeof facts->speaker, "%.4s", base);
  return facts->label ? NULL : "its name has none of the emotions ANG DIS FEA HAP NEU SAD";
}

/* SPEAKER(2) TEXT(3) EMOTION(1) VERSION(1), the emotion by its German initial. Burkhardt et al. 2005. */
static const char *
read_emodb (const char *base, const char *parent, SerNameFacts *facts)
{
  static const Code codes[] = { { "W", "anger" }, { "L", "boredom" }, { "E", "disgust" }, { "A", "fear" },
    { "F", "happiness" }, { "N", "neutral" }, { "T", "sadness" }, { NULL } };
  static const struct {
    const char *speaker;
    char sex;
    guint age;
  } speakers[] = { { "03", 'm', 31 }, { "08", 'f', 34 }, { "09", 'f', 21 }, { "10", 'm', 32 }, { "11", 'm', 26 },
    { "12", 'm', 30 }, { "13", 'f', 32 }, { "14", 'f', 35 }, { "15", 'm', 25 }, { "16", 'f', 31 } };

  if (!has_shape (base, "99a99aa") && !has_shape (base, "99a99a"))
    return "its name is not SPEAKER(2) TEXT(3) EMOTION(1) VERSION(1)";
  facts->label = find_code (codes, base + 5, 1);
  g_snprintf (facts->speaker, sizeof facts->speaker, "%.2s", base);
  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++)
    if (strcmp (speakers[i].speaker, facts->speaker) == 0) {
      facts->sex = speakers[i].sex;
      facts->age = speakers[i].age;
    }
  return facts->label ? NULL : "its name has none of the emotions W L E A F T N";
}

/* MODALITY-CHANNEL-EMOTION-INTENSITY-STATEMENT-REPETITION-ACTOR, odd actors male. Livingstone and Russo 2018. */
static const char *
read_ravdess (const char *base, const char *parent, SerNameFacts *facts)
{
  static const Code codes[] = { { "01", "neutral" }, { "02", "calm" }, { "03", "happiness" }, { "04", "sadness" },
    { "05", "anger" }, { "06", "fear" }, { "07", "disgust" }, { "08", "surprise" }, { NULL } };

  if (!has_shape (base, "99-99-99-99-99-99-99"))
    return "its name is not seven numbers of two digits";
  if (strncmp (base, "02", 2) == 0)
    return "a recording without sound (modality 02)";
  if (strncmp (base + 3, "01", 2) != 0)
    return "song, not speech (channel 02)";
  facts->label = find_code (codes, base + 6, 2);
  g_snprintf (facts->speaker, sizeof facts->speaker, "%.2s", base + 18);
  facts->sex = (base[19] - '0') % 2 ? 'm' : 'f';
  return facts->label ? NULL : "its name has no emotion 01 to 08";
}

/* SPEAKER_EMOTION NUMBER, or EMOTION NUMBER in a folder named for the speaker, all male. Haq and Jackson 2009. */
static const char *
read_savee (const char *base, const char *parent, SerNameFacts *facts)
{
  static const Code codes[] = { { "a", "anger" }, { "d", "disgust" }, { "f", "fear" }, { "h", "happiness" },
    { "n", "neutral" }, { "sa", "sadness" }, { "su", "surprise" }, { NULL } };
  const char *code = has_shape (base, "aa_a99") || has_shape (base, "aa_aa99") ? base + 3 : base;
  gsize n = strcspn (code, "0123456789");

  if (code == base && !has_shape (base, "a99") && !has_shape (base, "aa99"))
    return "its name is not SPEAKER_EMOTION NUMBER";
  facts->label = find_code (codes, code, n);
  g_snprintf (facts->speaker, sizeof facts->speaker, "%.2s", code == base ? parent : base);
  facts->sex = 'm';
  return facts->label ? NULL : "its name has none of the emotions a d f h n sa su";
}

/* SPEAKER_WORD_EMOTION of two actresses; one published file is named OA. Pichora-Fuller and Dupuis 2020. */
static const char *
read_tess (const char *base, const char *parent, SerNameFacts *facts)
{
  static const Code codes[] = { { "angry", "anger" }, { "disgust", "disgust" }, { "fear", "fear" },
    { "happy", "happiness" }, { "neutral", "neutral" }, { "sad", "sadness" }, { "ps", "surprise" }, { NULL } };
  static const Code speakers[] = { { "OAF", "OAF" }, { "OA", "OAF" }, { "YAF", "YAF" }, { NULL } };
  const char *word = strchr (base, '_'), *code = strrchr (base, '_'), *speaker;
  gboolean older;

  if (!word || word == code)
    return "its name is not SPEAKER_WORD_EMOTION";
  speaker = find_code (speakers, base, word - base);
  if (!speaker)
    return "its name starts with neither OAF nor YAF";
  older = speaker[0] == 'O';
  facts->label = find_code (codes, code + 1, strlen (code + 1));
  g_strlcpy (facts->speaker, speaker, sizeof facts->speaker);
  facts->sex = 'f';
  facts->age = older ? 64 : 26;
  return facts->label ? NULL : "its name has none of the emotions angry disgust fear happy neutral ps sad";
}

static const struct {
  const char *corpus;
  SerNameFunc func;
} schemes[] = { { "crema-d", read_crema_d }, { "emodb", read_emodb }, { "ravdess", read_ravdess },
  { "savee", read_savee }, { "tess", read_tess } };

SerNameFunc
ser_corpus_find_scheme (const char *corpus)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (strcmp (schemes[i].corpus, corpus) == 0)
      return schemes[i].func;
  return NULL;
}
