/* lines.c - the features line: text <-> SerFeatureSpec
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     mfcc(n=40,mels=64,fft=512,win=400,hop=160,rate=16000,delta=0) mean
 *
 * One item of the syntax in items.h, `mfcc` or `logmel`, and perhaps a summary, `mean` or `stats`. What is left out has
 * the kind's default; of logmel's n and mels, which are the same number, one is enough, and fmax follows the rate.
 */

#include <stddef.h>
#include <string.h>

#include "model/items.h"
#include "model/model.h"

#define USAGE "n, mels, fft, win, hop, rate, delta, fmin, fmax, floor, range, scale, melnorm, log, norm"

/* Ranges are ser_feature_spec_validate()'s business; this one only keeps numbers within a guint. */
#define MAX_INTEGER 1000000u

static const char *const kind_names[] = { [SER_FEATURES_LOGMEL] = "logmel", [SER_FEATURES_MFCC] = "mfcc" };

static const char *const summary_names[] = { [SER_SUMMARY_MEAN] = "mean", [SER_SUMMARY_STATS] = "stats" };

/* In the order of the canonical line. */
static const struct {
  const char *key;
  gsize offset;
} integers[] = {
  { "n", offsetof (SerFeatureSpec, n) },
  { "mels", offsetof (SerFeatureSpec, mels) },
  { "fft", offsetof (SerFeatureSpec, fft) },
  { "win", offsetof (SerFeatureSpec, win) },
  { "hop", offsetof (SerFeatureSpec, hop) },
  { "rate", offsetof (SerFeatureSpec, rate) },
  { "delta", offsetof (SerFeatureSpec, delta) },
}, reals[] = {
  { "fmin", offsetof (SerFeatureSpec, fmin) },
  { "fmax", offsetof (SerFeatureSpec, fmax) },
  { "floor", offsetof (SerFeatureSpec, floor) },
  { "range", offsetof (SerFeatureSpec, range) },
};

/* Words stand at the values of their enumerations, which all are from 0 on. */
enum { SCALE, MEL_NORM, LOG, NORM, N_CHOICES };

static const struct {
  const char *key, *words[5]; /* NULL-terminated */
} choices[N_CHOICES] = {
  [SCALE] = { "scale", { [SER_MEL_HTK] = "htk", [SER_MEL_SLANEY] = "slaney" } },
  [MEL_NORM] = { "melnorm", { [SER_MEL_NORM_NONE] = "none", [SER_MEL_NORM_SLANEY] = "slaney" } },
  [LOG] = { "log", { [SER_LOG_LN] = "ln", [SER_LOG_DB] = "db" } },
  [NORM] = { "norm",
      { [SER_NORM_MODEL] = "model", [SER_NORM_WINDOW] = "window", [SER_NORM_NONE] = "none", [SER_NORM_CMN] = "cmn" } },
};

static guint
get_choice (const SerFeatureSpec *spec, guint choice)
{
  switch (choice) {
    case SCALE:
      return spec->scale;
    case MEL_NORM:
      return spec->mel_norm;
    case LOG:
      return spec->log;
    default:
      return spec->norm;
  }
}

static void
set_choice (SerFeatureSpec *spec, guint choice, guint value)
{
  switch (choice) {
    case SCALE:
      spec->scale = value;
      break;
    case MEL_NORM:
      spec->mel_norm = value;
      break;
    case LOG:
      spec->log = value;
      break;
    default:
      spec->norm = value;
  }
}

static gboolean
parse_choice (SerFeatureSpec *spec, const SerItem *item, guint i, guint choice, GError **error)
{
  const char *const *words = choices[choice].words;
  g_autofree char *expected = NULL;
  guint value;

  for (value = 0; words[value] != NULL; value++)
    if (strcmp (item->args[i].value, words[value]) == 0) {
      set_choice (spec, choice, value);
      return TRUE;
    }
  expected = g_strjoinv (", ", (char **) words);
  return ser_item_fail (item, error, "`%s=%s`; expected one of: %s", item->args[i].key, item->args[i].value, expected);
}

static gboolean
parse_arg (SerFeatureSpec *spec, const SerItem *item, guint i, GError **error)
{
  guint j;

  for (j = 0; j < G_N_ELEMENTS (integers); j++)
    if (ser_item_is_key (item, i, integers[j].key))
      return ser_item_uint (item, i, 0, MAX_INTEGER, G_STRUCT_MEMBER_P (spec, integers[j].offset), error);
  for (j = 0; j < G_N_ELEMENTS (reals); j++)
    if (ser_item_is_key (item, i, reals[j].key))
      return ser_item_double (item, i, 0, MAX_INTEGER, G_STRUCT_MEMBER_P (spec, reals[j].offset), error);
  for (j = 0; j < N_CHOICES; j++)
    if (ser_item_is_key (item, i, choices[j].key))
      return parse_choice (spec, item, i, j, error);
  return ser_item_unknown (item, i, USAGE, error);
}

static gboolean
has_key (const SerItem *item, const char *key)
{
  guint i;

  for (i = 0; i < item->n_args; i++)
    if (ser_item_is_key (item, i, key))
      return TRUE;
  return FALSE;
}

static gboolean
parse_kind (SerFeatureSpec *spec, const SerItem *item, GError **error)
{
  guint i;

  if (strcmp (item->name, kind_names[SER_FEATURES_MFCC]) == 0)
    ser_feature_spec_init (spec, SER_FEATURES_MFCC);
  else if (strcmp (item->name, kind_names[SER_FEATURES_LOGMEL]) == 0)
    ser_feature_spec_init (spec, SER_FEATURES_LOGMEL);
  else
    return ser_item_fail (item, error, "expected mfcc(...) or logmel(...)");

  for (i = 0; i < item->n_args; i++)
    if (!parse_arg (spec, item, i, error))
      return FALSE;
  if (spec->kind == SER_FEATURES_LOGMEL && !has_key (item, "n"))
    spec->n = spec->mels;
  if (spec->kind == SER_FEATURES_LOGMEL && !has_key (item, "mels"))
    spec->mels = spec->n;
  if (has_key (item, "rate") && !has_key (item, "fmax"))
    spec->fmax = spec->rate / 2.0;
  return TRUE;
}

/* `mean` or `stats`, which may follow. */
static gboolean
parse_summary (SerFeatureSpec *spec, const SerItem *item, GError **error)
{
  guint i;

  for (i = SER_SUMMARY_MEAN; i < G_N_ELEMENTS (summary_names); i++)
    if (strcmp (item->name, summary_names[i]) == 0 && item->n_args == 0 && spec->summary == SER_SUMMARY_NONE) {
      spec->summary = i;
      return TRUE;
    }
  return ser_item_fail (
      item, error, "expected nothing, or one of `mean` and `stats`, after %s(...)", kind_names[spec->kind]);
}

static gboolean
parse (const char *line, SerFeatureSpec *spec, GError **error)
{
  SerItem item = SER_ITEM_INIT;
  GError *fault = NULL;

  while (ser_item_next (&line, &item, &fault))
    if (!(item.index == 1 ? parse_kind (spec, &item, error) : parse_summary (spec, &item, error)))
      return FALSE;
  if (fault != NULL) {
    g_propagate_error (error, fault);
    return FALSE;
  }
  if (item.index == 0)
    return ser_item_fail (&item, error, "the line is empty; expected mfcc(...) or logmel(...)");
  return TRUE;
}

gboolean
ser_features_parse (const char *line, SerFeatureSpec *spec, GError **error)
{
  SerFeatureSpec parsed;

  if (strnlen (line, SER_ITEM_MAX_LINE + 1) > SER_ITEM_MAX_LINE) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE, "features line: longer than %d bytes", SER_ITEM_MAX_LINE);
    return FALSE;
  }
  if (!parse (line, &parsed, error)) {
    g_prefix_error (error, "features line: ");
    return FALSE;
  }
  if (!ser_feature_spec_validate (&parsed, error))
    return FALSE;
  *spec = parsed;
  return TRUE;
}

/* With as many digits as it takes to read back as the same double; from 6 on, so that 8000 is not 8e+03. */
static void
append_real (GString *line, const char *key, double x)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
  guint digits;

  for (digits = 6; digits <= 17; digits++) {
    g_snprintf (format, sizeof format, "%%.%ug", digits);
    g_ascii_formatd (text, sizeof text, format, x);
    if (g_ascii_strtod (text, NULL) == x)
      break;
  }
  g_string_append_printf (line, ",%s=%s", key, text);
}

char *
ser_features_to_string (const SerFeatureSpec *spec)
{
  GString *line = g_string_new (kind_names[spec->kind]);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (integers); i++)
    g_string_append_printf (
        line, "%c%s=%u", i == 0 ? '(' : ',', integers[i].key, G_STRUCT_MEMBER (guint, spec, integers[i].offset));
  for (i = 0; i < G_N_ELEMENTS (reals); i++)
    if (reals[i].offset != offsetof (SerFeatureSpec, range) || spec->range != 0.0) /* not said where there is none */
      append_real (line, reals[i].key, G_STRUCT_MEMBER (double, spec, reals[i].offset));
  for (i = 0; i < N_CHOICES; i++)
    g_string_append_printf (line, ",%s=%s", choices[i].key, choices[i].words[get_choice (spec, i)]);
  g_string_append_c (line, ')');
  if (spec->summary != SER_SUMMARY_NONE)
    g_string_append_printf (line, " %s", summary_names[spec->summary]);
  return g_string_free (line, FALSE);
}
