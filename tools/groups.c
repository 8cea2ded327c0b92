/* groups.c - what a model made of groups of speakers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "groups.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/error.h"
#include "model/model.h"

typedef struct {
  char *name;
  double shares[SER_MAX_LABELS];
} Group;

struct _SerGroups {
  GArray *groups; /* Group */
};

static void
group_clear (gpointer data)
{
  g_free (((Group *) data)->name);
}

void
ser_groups_free (SerGroups *groups)
{
  if (!groups)
    return;
  g_array_unref (groups->groups);
  g_free (groups);
}

/* ---- reading ---- */

/* "female:0.19,0.15" */
static gboolean
parse_group (const char *text, guint n_labels, Group *group)
{
  const char *colon = strchr (text, ':');
  g_auto (GStrv) fields = g_strsplit (colon ? colon + 1 : "", ",", -1);

  if (!colon || colon == text || g_strv_length (fields) != n_labels)
    return FALSE;
  for (guint i = 0; i < n_labels; i++) {
    char *end;

    group->shares[i] = g_ascii_strtod (fields[i], &end);
    if (end == fields[i] || *end != '\0' || !(group->shares[i] >= 0 && group->shares[i] <= 1))
      return FALSE;
  }
  group->name = g_strndup (text, colon - text);
  return TRUE;
}

SerGroups *
ser_groups_parse (const char *text, guint n_labels, GError **error)
{
  g_autoptr (SerGroups) groups = g_new0 (SerGroups, 1);
  g_auto (GStrv) parts = g_strsplit (text ? text : "", ";", -1);

  groups->groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_array_set_clear_func (groups->groups, group_clear);
  for (guint i = 0; parts[i]; i++) {
    Group group;

    if (!parse_group (parts[i], n_labels, &group)) {
      ser_fail (error, SER_ERROR_FORMAT,
          "the model's metadata `" SER_GROUPS_KEY "`: `%s`: expected NAME: and %u shares from 0 to 1, with commas",
          parts[i], n_labels);
      return NULL;
    }
    g_array_append_val (groups->groups, group);
  }
  return g_steal_pointer (&groups);
}

SerGroups *
ser_groups_read (const SerModel *model, GError **error)
{
  return ser_groups_parse (ser_model_get_metadata (model, SER_GROUPS_KEY), ser_model_get_n_labels (model), error);
}

/* ---- asking ---- */

static const Group *
get (const SerGroups *groups, guint group)
{
  return &g_array_index (groups->groups, Group, group);
}

guint
ser_groups_get_n (const SerGroups *groups)
{
  return groups->groups->len;
}

const char *
ser_groups_get_name (const SerGroups *groups, guint group)
{
  return get (groups, group)->name;
}

static int
find_name (const SerGroups *groups, const char *name)
{
  for (guint i = 0; i < groups->groups->len; i++)
    if (g_ascii_strcasecmp (get (groups, i)->name, name) == 0)
      return i;
  return -1;
}

/* Whether a group of that name is of that age. */
static gboolean
holds_age (const char *name, double age)
{
  unsigned low, high;
  int end = 0;

  if (sscanf (name, "under-%3u%n", &high, &end) == 1 && name[end] == '\0')
    return age < high;
  if (sscanf (name, "%3u-and-over%n", &low, &end) == 1 && end > 0 && name[end] == '\0')
    return age >= low;
  return sscanf (name, "%3u-%3u%n", &low, &high, &end) == 2 && name[end] == '\0' && age >= low && age < high + 1.0;
}

static int
find_age (const SerGroups *groups, const char *value)
{
  char *end;
  double age = g_ascii_strtod (value, &end);

  if (end == value || *end != '\0' || !(age >= 0))
    return -1;
  for (guint i = 0; i < groups->groups->len; i++)
    if (holds_age (get (groups, i)->name, age))
      return i;
  return -1;
}

int
ser_groups_find (const SerGroups *groups, const char *column, const char *value)
{
  if (g_ascii_strcasecmp (column, "age") == 0)
    return find_age (groups, value);
  if (g_ascii_strcasecmp (column, "sex") == 0 || g_ascii_strcasecmp (column, "gender") == 0) {
    if (g_ascii_strcasecmp (value, "f") == 0 || g_ascii_strcasecmp (value, "w") == 0)
      value = "female";
    else if (g_ascii_strcasecmp (value, "m") == 0)
      value = "male";
  }
  return *value ? find_name (groups, value) : -1;
}

double
ser_groups_get_gap (const SerGroups *groups, guint a, guint b, guint label)
{
  return fabs (get (groups, a)->shares[label] - get (groups, b)->shares[label]);
}
