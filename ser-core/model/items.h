/* items.h - reads lines of `name(arg,key=value,flag)` items, one item at a time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The architecture, features and augmentation lines share this syntax. Items are separated by white space; there is
 * none inside an item. Names and keys are [a-z][a-z0-9_]*, values [A-Za-z0-9_.:+-]+. Nothing is allocated and nothing
 * recurses: an item is a structure of fixed size, and what does not fit in it is refused.
 *
 *     SerItem item;
 *     const char *p = line;
 *     while (ser_item_next (&p, &item, &error)) ...     // FALSE at the end (error NULL) and at a fault (error set)
 */

#ifndef SER_ITEMS_H
#define SER_ITEMS_H

#include <glib.h>

#define SER_ITEM_MAX_ARGS 24
#define SER_ITEM_MAX_KEY 16
#define SER_ITEM_MAX_VALUE 48

/* Longest line in bytes. */
#define SER_ITEM_MAX_LINE 8192

typedef struct {
  char key[SER_ITEM_MAX_KEY]; /* "" for a bare argument such as a number or a flag */
  char value[SER_ITEM_MAX_VALUE];
} SerItemArg;

typedef struct {
  guint index; /* from 1; 0 before the first: set by ser_item_next() */
  char name[SER_ITEM_MAX_KEY];
  guint n_args;
  SerItemArg args[SER_ITEM_MAX_ARGS];
} SerItem;

/* clang-format off */
#define SER_ITEM_INIT { 0 }
/* clang-format on */

/* Reads the next item at *p and moves *p behind it. `item` starts as SER_ITEM_INIT. FALSE at the end of the line, and
 * with SER_ERROR_LINE, naming the item by number and text, when it is malformed. */
gboolean ser_item_next (const char **p, SerItem *item, GError **error);

/* Sets SER_ERROR_LINE to "item INDEX (`NAME`): ..." and returns FALSE. */
gboolean ser_item_fail (const SerItem *item, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Value of argument `i` as a decimal whole number in [min, max], or as a finite number in [min, max]. The error names
 * item, argument, what was found and the range. */
gboolean ser_item_uint (const SerItem *item, guint i, guint min, guint max, guint *value, GError **error);
gboolean ser_item_double (const SerItem *item, guint i, double min, double max, double *value, GError **error);

/* A bare argument's text is a flag if it equals `name`; a keyed one is it when its key is `name`. */
gboolean ser_item_is_flag (const SerItem *item, guint i, const char *name);
gboolean ser_item_is_key (const SerItem *item, guint i, const char *name);

/* Refuses argument `i` as unknown; `expected` lists what the item takes. */
gboolean ser_item_unknown (const SerItem *item, guint i, const char *expected, GError **error);

#endif /* SER_ITEMS_H */
