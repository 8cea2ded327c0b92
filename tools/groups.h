/* groups.h - what a model made of groups of speakers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The folds of a cross-validation gave each group of speakers, all of whom had acted every emotion as often, labels in
 * somewhat other shares. A difference between two speakers that is no larger than that of their groups may be the
 * model's.
 */

#ifndef SER_GROUPS_H
#define SER_GROUPS_H

#include "confusion.h"

typedef struct _SerGroups SerGroups;

/* Reads the model's metadata `groups`; a model without them has no groups. Fails with SER_ERROR_FORMAT, naming the key,
 * when what is there cannot be shares of its labels. */
SerGroups *ser_groups_read (const SerModel *model, GError **error);

/* The same of a text, NULL for none, of n labels. */
SerGroups *ser_groups_parse (const char *text, guint n_labels, GError **error);
void ser_groups_free (SerGroups *groups);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerGroups, ser_groups_free)

guint ser_groups_get_n (const SerGroups *groups);
const char *ser_groups_get_name (const SerGroups *groups, guint group);

/* The group that a value of a manifest's column means, or -1: one of that name; for f and w, m in a column `sex` or
 * `gender` female and male; for a number in a column `age` one called as `under-30`, `30-44` or `60-and-over`. */
int ser_groups_find (const SerGroups *groups, const char *column, const char *value);

/* How far apart the shares of a label are in two groups, 0 to 1. */
double ser_groups_get_gap (const SerGroups *groups, guint a, guint b, guint label);

#endif /* SER_GROUPS_H */
