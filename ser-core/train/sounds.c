/* sounds.c - recordings that augmentation draws from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/sounds.h"

#include <stdlib.h>

static void
free_sound (gpointer data)
{
  SerSound *sound = data;

  g_free (sound->name);
  g_free (sound->samples);
  g_free (sound);
}

SerSounds *
ser_sounds_new (void)
{
  SerSounds *sounds = g_new0 (SerSounds, 1);

  sounds->noise = g_ptr_array_new_with_free_func (free_sound);
  sounds->rooms = g_ptr_array_new_with_free_func (free_sound);
  return sounds;
}

void
ser_sounds_free (SerSounds *sounds)
{
  if (!sounds)
    return;
  g_ptr_array_unref (sounds->noise);
  g_ptr_array_unref (sounds->rooms);
  g_free (sounds);
}

static gsize
find_loudest (const gint16 *samples, gsize n)
{
  gsize loudest = 0;

  for (gsize i = 1; i < n; i++)
    if (abs (samples[i]) > abs (samples[loudest]))
      loudest = i;
  return loudest;
}

gboolean
ser_sounds_add (GPtrArray *list, const char *name, const gint16 *samples, gsize n)
{
  SerSound *sound;

  while (n > 0 && samples[n - 1] == 0)
    n--;
  while (n > 0 && samples[0] == 0) {
    samples++;
    n--;
  }
  if (n == 0)
    return FALSE;
  sound = g_new0 (SerSound, 1);
  sound->name = g_strdup (name);
  sound->samples = g_memdup2 (samples, n * sizeof (gint16));
  sound->n = n;
  sound->loudest = find_loudest (samples, n);
  g_ptr_array_add (list, sound);
  return TRUE;
}
