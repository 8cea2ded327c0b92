/* clip-faults.c - clips that nothing can be learned from, and why
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "clip-faults.h"

#include <string.h>

struct _SerClipFaults {
  GPtrArray *clips;
  char **digests; /* [clips], of the samples; NULL of clips with a fault */
  char **faults;  /* [clips] */
};

SerClipFaults *
ser_clip_faults_new (GPtrArray *clips)
{
  SerClipFaults *faults = g_new (SerClipFaults, 1);

  *faults = (SerClipFaults){ clips, g_new0 (char *, clips->len), g_new0 (char *, clips->len) };
  return faults;
}

void
ser_clip_faults_free (SerClipFaults *faults)
{
  if (!faults)
    return;
  for (guint i = 0; i < faults->clips->len; i++) {
    g_free (faults->digests[i]);
    g_free (faults->faults[i]);
  }
  g_free (faults->digests);
  g_free (faults->faults);
  g_free (faults);
}

static gboolean
is_silent (const gint16 *samples, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (samples[i] != 0)
      return FALSE;
  return TRUE;
}

gboolean
ser_clip_faults_look (SerClipFaults *faults, guint clip, const gint16 *samples, gsize n, const GError *error)
{
  if (error)
    faults->faults[clip] = g_strdup (error->message);
  else if (n == 0)
    faults->faults[clip] = g_strdup ("it holds no audio");
  else if (is_silent (samples, n))
    faults->faults[clip] = g_strdup ("digital silence");
  else
    faults->digests[clip] =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) samples, n * sizeof (gint16));
  return !faults->faults[clip];
}

void
ser_clip_faults_set (SerClipFaults *faults, guint clip, char *fault)
{
  g_free (faults->faults[clip]);
  faults->faults[clip] = fault;
}

const char *
ser_clip_faults_get (const SerClipFaults *faults, guint clip)
{
  return faults->faults[clip];
}

static void
mark_contradiction (SerClipFaults *faults, guint i, guint j)
{
  const SerClip *a = faults->clips->pdata[i], *b = faults->clips->pdata[j];

  if (!faults->faults[i])
    faults->faults[i] =
        g_strdup_printf ("labelled `%s`, but the same sound as %s, labelled `%s`", a->label, b->name, b->label);
}

void
ser_clip_faults_find_contradictions (SerClipFaults *faults)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gpointer value;

  for (guint i = 0; i < faults->clips->len; i++) {
    const SerClip *clip = faults->clips->pdata[i];
    if (!faults->digests[i])
      continue;
    if (!g_hash_table_lookup_extended (seen, faults->digests[i], NULL, &value)) {
      g_hash_table_insert (seen, faults->digests[i], GUINT_TO_POINTER (i));
    } else if (strcmp (((const SerClip *) faults->clips->pdata[GPOINTER_TO_UINT (value)])->label, clip->label) != 0) {
      mark_contradiction (faults, i, GPOINTER_TO_UINT (value));
      mark_contradiction (faults, GPOINTER_TO_UINT (value), i);
    }
  }
  /* A third copy that agrees with the first is contradicted by the second. */
  for (guint i = 0; i < faults->clips->len; i++) {
    guint first = faults->digests[i] ? GPOINTER_TO_UINT (g_hash_table_lookup (seen, faults->digests[i])) : i;
    if (first != i && faults->faults[first])
      mark_contradiction (faults, i, first);
  }
}
