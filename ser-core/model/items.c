/* items.c - reads lines of `name(arg,key=value,flag)` items
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/items.h"

#include <math.h>
#include <string.h>

#include "ser.h"

gboolean
ser_item_fail (const SerItem *item, GError **error, const char *format, ...)
{
  if (error != NULL) {
    va_list args;
    char *what;

    va_start (args, format);
    what = g_strdup_vprintf (format, args);
    va_end (args);
    if (item->name[0] != '\0')
      g_set_error (error, SER_ERROR, SER_ERROR_LINE, "item %u (`%s`): %s", item->index, item->name, what);
    else
      g_set_error (error, SER_ERROR, SER_ERROR_LINE, "item %u: %s", item->index, what);
    g_free (what);
  }
  return FALSE;
}

/* A line may hold any bytes and a GError's message must be UTF-8. */
static gboolean
fail_at (const SerItem *item, const char *p, const char *expected, GError **error)
{
  if (*p == '\0')
    return ser_item_fail (item, error, "the line ends where %s is expected", expected);
  if (g_ascii_isspace (*p))
    return ser_item_fail (item, error, "white space where %s is expected", expected);
  if (g_ascii_isprint (*p))
    return ser_item_fail (item, error, "`%c` where %s is expected", *p, expected);
  return ser_item_fail (item, error, "byte 0x%02x where %s is expected", (guint8) *p, expected);
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || c == '+' || c == '-' || c == ':';
}

/* Copies a word to out[size]. */
static gboolean
read_word (const char **p, char *out, gsize size, const SerItem *item, const char *what, GError **error)
{
  gsize n = 0;

  while (is_word ((*p)[n])) {
    if (n == size - 1)
      return ser_item_fail (item, error, "%s is longer than %" G_GSIZE_FORMAT " characters", what, size - 1);
    n++;
  }
  if (n == 0)
    return fail_at (item, *p, what, error);
  memcpy (out, *p, n);
  out[n] = '\0';
  *p += n;
  return TRUE;
}

static gboolean
is_name (const char *s)
{
  if (!g_ascii_islower (*s))
    return FALSE;
  while (*++s != '\0')
    if (!g_ascii_islower (*s) && !g_ascii_isdigit (*s) && *s != '_')
      return FALSE;
  return TRUE;
}

static gboolean
read_arg (const char **p, SerItem *item, GError **error)
{
  SerItemArg *arg;

  if (item->n_args == SER_ITEM_MAX_ARGS)
    return ser_item_fail (item, error, "more than %d arguments", SER_ITEM_MAX_ARGS);
  arg = &item->args[item->n_args];
  arg->key[0] = '\0';
  if (!read_word (p, arg->value, sizeof arg->value, item, "an argument", error))
    return FALSE;
  if (**p == '=') {
    guint i;

    if (!is_name (arg->value) || strlen (arg->value) >= sizeof arg->key)
      return ser_item_fail (item, error, "`%s` is not the name of an argument", arg->value);
    memcpy (arg->key, arg->value, strlen (arg->value) + 1);
    for (i = 0; i < item->n_args; i++)
      if (strcmp (item->args[i].key, arg->key) == 0)
        return ser_item_fail (item, error, "`%s` is given twice", arg->key);
    (*p)++;
    if (!read_word (p, arg->value, sizeof arg->value, item, "a value", error))
      return FALSE;
  }
  item->n_args++;
  return TRUE;
}

gboolean
ser_item_next (const char **p, SerItem *item, GError **error)
{
  while (g_ascii_isspace (**p))
    (*p)++;
  if (**p == '\0')
    return FALSE;

  item->index++;
  item->n_args = 0;
  item->name[0] = '\0';
  if (!read_word (p, item->name, sizeof item->name, item, "a name", error)) {
    return FALSE;
  }
  if (!is_name (item->name))
    return ser_item_fail (item, error, "a name is lower-case letters, digits and `_`");
  if (**p == '(') {
    do {
      (*p)++;
      if (!read_arg (p, item, error))
        return FALSE;
    } while (**p == ',');
    if (**p != ')')
      return fail_at (item, *p, "`,` or `)`", error);
    (*p)++;
  }
  if (**p != '\0' && !g_ascii_isspace (**p))
    return fail_at (item, *p, "white space", error);
  return TRUE;
}

/* "`k=4`" or "`4`", for messages. */
static const char *
equals (const SerItemArg *arg)
{
  return arg->key[0] != '\0' ? "=" : "";
}

gboolean
ser_item_uint (const SerItem *item, guint i, guint min, guint max, guint *value, GError **error)
{
  const SerItemArg *arg = &item->args[i];
  guint64 v;

  if (!g_ascii_string_to_unsigned (arg->value, 10, min, max, &v, NULL))
    return ser_item_fail (
        item, error, "`%s%s%s` is not a whole number from %u to %u", arg->key, equals (arg), arg->value, min, max);
  *value = (guint) v;
  return TRUE;
}

gboolean
ser_item_double (const SerItem *item, guint i, double min, double max, double *value, GError **error)
{
  const SerItemArg *arg = &item->args[i];
  char *end;
  double v = g_ascii_strtod (arg->value, &end);

  if (end == arg->value || *end != '\0' || !isfinite (v) || v < min || v > max)
    return ser_item_fail (
        item, error, "`%s%s%s` is not a number from %g to %g", arg->key, equals (arg), arg->value, min, max);
  *value = v;
  return TRUE;
}

gboolean
ser_item_is_flag (const SerItem *item, guint i, const char *name)
{
  return item->args[i].key[0] == '\0' && strcmp (item->args[i].value, name) == 0;
}

gboolean
ser_item_is_key (const SerItem *item, guint i, const char *name)
{
  return strcmp (item->args[i].key, name) == 0;
}

gboolean
ser_item_unknown (const SerItem *item, guint i, const char *expected, GError **error)
{
  const SerItemArg *arg = &item->args[i];

  return ser_item_fail (
      item, error, "unknown argument `%s%s%s`; expected: %s", arg->key, equals (arg), arg->value, expected);
}
