/* protocol.c - which clips train and which validate: --protocol
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "protocol.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/error.h"

static gboolean
read_fraction (const char *text, double *fraction)
{
  char *end;

  *fraction = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && *fraction > 0 && *fraction < 1;
}

gboolean
ser_protocol_parse (const char *text, SerProtocol *protocol, GError **error)
{
  const char *colon = strchr (text, ':');
  char rest;

  *protocol = (SerProtocol){ SER_PROTOCOL_ACTORS, 0, 0 };
  if (strcmp (text, "actors") == 0)
    return TRUE;
  protocol->kind = SER_PROTOCOL_KFOLD_ACTORS;
  if (g_str_has_prefix (text, "kfold-actors:") && g_ascii_isdigit (colon[1])
      && sscanf (colon + 1, "%4u%c", &protocol->folds, &rest) == 1 && protocol->folds >= 2 && protocol->folds <= 1000)
    return TRUE;
  protocol->kind = SER_PROTOCOL_RANDOM;
  if (g_str_has_prefix (text, "random:") && read_fraction (colon + 1, &protocol->fraction))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--protocol %s: expected actors, kfold-actors:K with K of 2 or more, as in kfold-actors:5, or random:FRACTION "
      "between 0 and 1, as in random:0.2",
      text);
  return FALSE;
}

char *
ser_protocol_describe (const SerProtocol *protocol, guint fold)
{
  char fraction[G_ASCII_DTOSTR_BUF_SIZE];

  switch (protocol->kind) {
    case SER_PROTOCOL_KFOLD_ACTORS:
      return fold ? g_strdup_printf ("kfold-actors:%u fold %u", protocol->folds, fold)
                  : g_strdup_printf ("kfold-actors:%u", protocol->folds);
    case SER_PROTOCOL_RANDOM:
      return g_strdup_printf ("random:%s", g_ascii_formatd (fraction, sizeof fraction, "%g", protocol->fraction));
    default:
      return g_strdup ("actors");
  }
}

gboolean
ser_protocol_draw (
    GPtrArray *clips, double fraction, gint64 seed, GPtrArray **drawn, GPtrArray **others, GError **error)
{
  guint32 seeds[2] = { (guint64) seed, (guint64) seed >> 32 };
  guint n = clips->len, wanted;
  GRand *rand;

  if (n < 2)
    return ser_fail (
        error, SER_ERROR_DATA, "--protocol random: there is %s to divide", n ? "only one clip" : "no clip");
  wanted = CLAMP (floor (fraction * n + 0.5), 1, n - 1);
  rand = g_rand_new_with_seed_array (seeds, 2);
  *drawn = g_ptr_array_new ();
  *others = g_ptr_array_new ();
  /* Knuth's algorithm S: each clip with the chance of what is wanted among what is left. */
  for (guint i = 0; i < n; i++) {
    gboolean take = g_rand_int_range (rand, 0, n - i) < (gint) (wanted - (*drawn)->len);
    g_ptr_array_add (take ? *drawn : *others, clips->pdata[i]);
  }
  g_rand_free (rand);
  return TRUE;
}
