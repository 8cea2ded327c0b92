/* augmentation.c - the options that say what happens to clips
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "augmentation.h"

#include "clips.h"
#include "model/error.h"

void
ser_augmentation_clear (SerAugmentation *augmentation)
{
  g_clear_pointer (&augmentation->line, g_free);
  g_clear_pointer (&augmentation->noise, g_strfreev);
  g_clear_pointer (&augmentation->rir, g_strfreev);
}

void
ser_augmentation_add_options (SerAugmentation *augmentation, GOptionGroup *group)
{
  const GOptionEntry entries[] = {
    { "augment", 0, 0, G_OPTION_ARG_STRING, &augmentation->line,
        "What happens to clips, as in 'noise(snr=5:20,p=0.5) pitch(2,p=0.3)'; '' for nothing", "LINE" },
    { "noise", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &augmentation->noise,
        "Recordings for `noise`: a folder, or a manifest", "DIR|CSV" },
    { "rir", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &augmentation->rir,
        "Impulse responses of rooms for `reverb`: a folder, or a manifest", "DIR|CSV" },
    { NULL },
  };

  g_option_group_add_entries (group, entries);
}

gboolean
ser_augmentation_check (const SerAugmentation *augmentation, GError **error)
{
  g_autoptr (SerChain) chain = augmentation->line ? ser_chain_new (augmentation->line, error) : NULL;

  if (!augmentation->line)
    return TRUE;
  if (!chain)
    return FALSE;
  if (ser_chain_needs_rooms (chain) && !augmentation->rir)
    return ser_fail (
        error, SER_ERROR_CONFIG, "--augment: `reverb(recorded=1)` needs impulse responses; name them with --rir DIR");
  return !ser_chain_find (chain, SER_EFFECT_NOISE) || augmentation->noise
      || ser_fail (error, SER_ERROR_CONFIG, "--augment: `noise` needs recordings; name them with --noise DIR");
}

void
ser_augmentation_warn_of_features (const SerAugmentation *augmentation)
{
  g_autoptr (SerChain) chain = ser_chain_new (augmentation->line, NULL);

  for (guint kind = SER_N_WAVE_EFFECTS; kind < SER_N_EFFECTS; kind++)
    if (ser_chain_find (chain, kind))
      ser_say ("%s acts on a training's features: it cannot be heard, and is left out", ser_effect_name (kind));
}

/* ---- recordings ---- */

typedef struct {
  gint16 *samples; /* NULL: cannot be decoded */
  gsize n;
  char *fault;
} Recording;

static void
keep_recording (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  Recording *recording = &((Recording *) data)[i];

  if (error) {
    recording->fault = g_strdup (error->message);
    return;
  }
  recording->samples = g_memdup2 (samples, n * sizeof (gint16));
  recording->n = n;
}

/* Decodes in any order and adds in that of the clips, as draws are by number. */
static void
add_recordings (GPtrArray *list, const SerCorpus *corpus, guint rate, guint threads)
{
  g_autoptr (GPtrArray) clips = g_ptr_array_new ();
  g_autofree Recording *recordings = g_new0 (Recording, MAX (corpus->clips->len, 1));

  for (guint i = 0; i < corpus->clips->len; i++)
    g_ptr_array_add (clips, &g_array_index (corpus->clips, SerClip, i));
  ser_clips_decode (clips, rate, threads, keep_recording, recordings);
  for (guint i = 0; i < clips->len; i++) {
    const SerClip *clip = clips->pdata[i];
    if (recordings[i].fault)
      ser_say ("left out: %s: %s", clip->name, recordings[i].fault);
    else if (!ser_sounds_add (list, clip->name, recordings[i].samples, recordings[i].n))
      ser_say ("left out: %s: digital silence", clip->name);
    g_free (recordings[i].samples);
    g_free (recordings[i].fault);
  }
}

gboolean
ser_augmentation_list (char *const *places, SerCorpus *corpus, GError **error)
{
  for (; *places; places++)
    if (!(g_file_test (*places, G_FILE_TEST_IS_DIR) ? ser_corpus_add_folder (corpus, *places, error)
                                                    : ser_corpus_add_manifest (corpus, *places, NULL, error)))
      return FALSE;
  return TRUE;
}

/* Adds what each of `places` holds. */
static gboolean
load (const char *option, char **places, guint rate, guint threads, GPtrArray *list, GError **error)
{
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();

  if (!ser_augmentation_list (places, corpus, error))
    return FALSE;
  for (guint i = 0; i < corpus->problems->len; i++)
    ser_say ("left out: %s", (char *) corpus->problems->pdata[i]);
  add_recordings (list, corpus, rate, threads);
  return list->len > 0 || ser_fail (error, SER_ERROR_DATA, "%s %s: no recording is left to use", option, places[0]);
}

SerSounds *
ser_augmentation_load (const SerAugmentation *augmentation, guint rate, guint threads, GError **error)
{
  g_autoptr (SerChain) chain = ser_chain_new (augmentation->line ? augmentation->line : "", error);
  g_autoptr (SerSounds) sounds = ser_sounds_new ();

  if (!chain)
    return NULL;
  if (augmentation->noise && ser_chain_find (chain, SER_EFFECT_NOISE)
      && !load ("--noise", augmentation->noise, rate, threads, sounds->noise, error))
    return NULL;
  if (augmentation->rir && ser_chain_find (chain, SER_EFFECT_REVERB)
      && !load ("--rir", augmentation->rir, rate, threads, sounds->rooms, error))
    return NULL;
  return g_steal_pointer (&sounds);
}
