/* header.c - the JSON header of a safetensors file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/header.h"

#include <string.h>

#include "ser.h"

/* JSON numbers beyond this lose digits in readers that keep them as doubles. */
#define MAX_NUMBER ((G_GUINT64_CONSTANT (1) << 53) - 1)

typedef struct {
  const char *start, *p, *end;
  const char *file;
  const char *tensor; /* whose description is being read, or NULL */
  GString *string;    /* the last string read, escapes resolved */
} Scanner;

static gboolean fail (const Scanner *s, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (const Scanner *s, GError **error, const char *format, ...)
{
  va_list args;
  char *what;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SER_ERROR, SER_ERROR_FORMAT, "%s: header, byte %" G_GSIZE_FORMAT "%s%s%s: %s", s->file,
      (gsize) (s->p - s->start), s->tensor != NULL ? ", tensor `" : "", s->tensor != NULL ? s->tensor : "",
      s->tensor != NULL ? "`" : "", what);
  g_free (what);
  return FALSE;
}

static gboolean
fail_expected (const Scanner *s, const char *expected, GError **error)
{
  if (s->p == s->end)
    return fail (s, error, "the header ends where %s is expected", expected);
  if (g_ascii_isgraph (*s->p))
    return fail (s, error, "`%c` where %s is expected", *s->p, expected);
  return fail (s, error, "byte 0x%02x where %s is expected", (guint8) *s->p, expected);
}

static void
skip_space (Scanner *s)
{
  while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
    s->p++;
}

/* Takes `c`, which stands in `quoted` for messages, after white space. */
static gboolean
take (Scanner *s, char c, const char *quoted, GError **error)
{
  skip_space (s);
  if (s->p == s->end || *s->p != c)
    return fail_expected (s, quoted, error);
  s->p++;
  return TRUE;
}

/* After a member of a list: `,` means that another follows, `close` ends it. */
static gboolean
take_separator (Scanner *s, char close, const char *quoted, gboolean *more, GError **error)
{
  skip_space (s);
  if (s->p == s->end || (*s->p != ',' && *s->p != close))
    return fail_expected (s, quoted, error);
  *more = *s->p++ == ',';
  return TRUE;
}

/* TRUE and past it if `close` comes next: an empty list. */
static gboolean
take_empty (Scanner *s, char close)
{
  skip_space (s);
  if (s->p == s->end || *s->p != close)
    return FALSE;
  s->p++;
  return TRUE;
}

/* Four hexadecimal digits. */
static gboolean
read_code_unit (Scanner *s, guint *unit, GError **error)
{
  guint i;

  *unit = 0;
  for (i = 0; i < 4; i++) {
    if (s->p == s->end || !g_ascii_isxdigit (*s->p))
      return fail_expected (s, "a hexadecimal digit", error);
    *unit = *unit << 4 | (guint) g_ascii_xdigit_value (*s->p++);
  }
  return TRUE;
}

/* What follows `\u`: a code point, or a surrogate pair. */
static gboolean
read_unicode_escape (Scanner *s, GError **error)
{
  guint high, low;

  if (!read_code_unit (s, &high, error))
    return FALSE;
  if (high == 0)
    return fail (s, error, "a string holds \\u0000");
  if (high >= 0xd800 && high <= 0xdfff) {
    if (high >= 0xdc00 || s->end - s->p < 2 || s->p[0] != '\\' || s->p[1] != 'u')
      return fail (s, error, "\\u%04x is half of a surrogate pair", high);
    s->p += 2;
    if (!read_code_unit (s, &low, error))
      return FALSE;
    if (low < 0xdc00 || low > 0xdfff)
      return fail (s, error, "\\u%04x does not complete the surrogate pair of \\u%04x", low, high);
    high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  }
  g_string_append_unichar (s->string, high);
  return TRUE;
}

/* What follows a backslash. */
static gboolean
read_escape (Scanner *s, GError **error)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char *at;

  if (s->p == s->end || *s->p == '\0')
    return fail_expected (s, "an escape", error);
  if (*s->p == 'u') {
    s->p++;
    return read_unicode_escape (s, error);
  }
  at = strchr (letters, *s->p);
  if (at == NULL)
    return fail_expected (s, "an escape", error);
  g_string_append_c (s->string, meanings[at - letters]);
  s->p++;
  return TRUE;
}

/* A string into s->string. That the header is UTF-8 was checked for all of it. */
static gboolean
read_string (Scanner *s, GError **error)
{
  g_string_truncate (s->string, 0);
  if (!take (s, '"', "a string", error))
    return FALSE;
  for (;;) {
    const char *run = s->p;

    while (s->p < s->end && *s->p != '"' && *s->p != '\\' && (guint8) *s->p >= 0x20)
      s->p++;
    g_string_append_len (s->string, run, s->p - run);
    if (s->p == s->end || (guint8) *s->p < 0x20)
      return fail_expected (s, "the rest of a string", error);
    if (*s->p++ == '"')
      return TRUE;
    if (!read_escape (s, error))
      return FALSE;
  }
}

/* A string that names something: 1 to SER_HEADER_MAX_NAME bytes, no control characters. */
static gboolean
read_name (Scanner *s, const char *what, GError **error)
{
  gsize i;

  if (!read_string (s, error))
    return FALSE;
  if (s->string->len == 0 || s->string->len > SER_HEADER_MAX_NAME)
    return fail (
        s, error, "%s of %" G_GSIZE_FORMAT " bytes; 1 to %d are allowed", what, s->string->len, SER_HEADER_MAX_NAME);
  for (i = 0; i < s->string->len; i++)
    if (g_ascii_iscntrl (s->string->str[i]))
      return fail (s, error, "%s holds a control character", what);
  return TRUE;
}

/* Digits only: no sign, fraction, exponent or leading zero. */
static gboolean
read_number (Scanner *s, guint64 *number, GError **error)
{
  const char *first;

  skip_space (s);
  first = s->p;
  *number = 0;
  while (s->p < s->end && g_ascii_isdigit (*s->p)) {
    *number = *number * 10 + (guint64) (*s->p - '0');
    if (*number > MAX_NUMBER)
      return fail (s, error, "a number over 2^53 - 1");
    s->p++;
    if (*first == '0' && s->p - first > 1)
      return fail (s, error, "a number with a leading zero");
  }
  if (s->p == first)
    return fail_expected (s, "a whole number", error);
  return TRUE;
}

/* An array of at most `max` whole numbers. */
static gboolean
read_numbers (Scanner *s, const char *what, guint64 *numbers, guint max, guint *n, GError **error)
{
  gboolean more = TRUE;

  *n = 0;
  if (!take (s, '[', "`[`", error))
    return FALSE;
  if (take_empty (s, ']'))
    return TRUE;
  while (more) {
    if (*n == max)
      return fail (s, error, "`%s` has more than %u numbers", what, max);
    if (!read_number (s, &numbers[*n], error) || !take_separator (s, ']', "`,` or `]`", &more, error))
      return FALSE;
    (*n)++;
  }
  return TRUE;
}

enum { SEEN_DTYPE = 1, SEEN_SHAPE = 2, SEEN_OFFSETS = 4, SEEN_ALL = 7 };

/* The value of one of a tensor's three fields, whose key is in s->string. */
static gboolean
read_field (Scanner *s, SerHeaderTensor *tensor, guint *seen, GError **error)
{
  guint64 offsets[2];
  guint n, field;

  if (strcmp (s->string->str, "dtype") == 0)
    field = SEEN_DTYPE;
  else if (strcmp (s->string->str, "shape") == 0)
    field = SEEN_SHAPE;
  else if (strcmp (s->string->str, "data_offsets") == 0)
    field = SEEN_OFFSETS;
  else
    return fail (s, error, "unknown field; `dtype`, `shape` and `data_offsets` are expected");
  if ((*seen & field) != 0)
    return fail (s, error, "`%s` is given twice", s->string->str);
  *seen |= field;

  if (!take (s, ':', "`:`", error))
    return FALSE;
  if (field == SEEN_SHAPE)
    return read_numbers (s, "shape", tensor->dims, SER_TENSOR_MAX_DIMS, &tensor->n_dims, error);
  if (field == SEEN_DTYPE) {
    if (!read_string (s, error))
      return FALSE;
    if (s->string->len >= sizeof tensor->dtype)
      return fail (s, error, "unknown dtype; F32 and F16 are supported");
    memcpy (tensor->dtype, s->string->str, s->string->len + 1);
    return TRUE;
  }
  if (!read_numbers (s, "data_offsets", offsets, 2, &n, error))
    return FALSE;
  if (n != 2)
    return fail (s, error, "`data_offsets` has %u numbers; 2 are expected", n);
  tensor->begin = offsets[0];
  tensor->end = offsets[1];
  return TRUE;
}

/* A tensor's description, after its name and colon. */
static gboolean
read_tensor (Scanner *s, SerHeaderTensor *tensor, GError **error)
{
  gboolean more = TRUE;
  guint seen = 0;

  s->tensor = tensor->name;
  if (!take (s, '{', "`{`", error))
    return FALSE;
  while (more) {
    if (!read_string (s, error) || !read_field (s, tensor, &seen, error)
        || !take_separator (s, '}', "`,` or `}`", &more, error))
      return FALSE;
  }
  if (seen != SEEN_ALL)
    return fail (s, error, "`%s` is missing",
        (seen & SEEN_DTYPE) == 0       ? "dtype"
            : (seen & SEEN_SHAPE) == 0 ? "shape"
                                       : "data_offsets");
  s->tensor = NULL;
  return TRUE;
}

/* The object of strings behind `__metadata__`. */
static gboolean
read_metadata (Scanner *s, GHashTable *metadata, GError **error)
{
  gboolean more = TRUE;

  if (!take (s, '{', "`{`", error))
    return FALSE;
  if (take_empty (s, '}'))
    return TRUE;
  while (more) {
    char *key;

    if (g_hash_table_size (metadata) == SER_HEADER_MAX_METADATA)
      return fail (s, error, "more than %d metadata strings", SER_HEADER_MAX_METADATA);
    if (!read_name (s, "a metadata key", error))
      return FALSE;
    if (g_hash_table_contains (metadata, s->string->str))
      return fail (s, error, "metadata `%s` is given twice", s->string->str);
    key = g_strdup (s->string->str);
    if (!take (s, ':', "`:`", error) || !read_string (s, error)) {
      g_free (key);
      return FALSE;
    }
    g_hash_table_insert (metadata, key, g_strdup (s->string->str));
    if (!take_separator (s, '}', "`,` or `}`", &more, error))
      return FALSE;
  }
  return TRUE;
}

/* One member of the outer object. `names` holds the names seen so far. */
static gboolean
read_member (Scanner *s, SerHeader *header, GHashTable *names, GError **error)
{
  SerHeaderTensor tensor = { NULL };

  if (!read_name (s, "a tensor name", error))
    return FALSE;
  if (g_hash_table_contains (names, s->string->str))
    return fail (s, error, "`%s` is given twice", s->string->str);
  tensor.name = g_strdup (s->string->str);
  g_hash_table_add (names, g_strdup (tensor.name));
  if (!take (s, ':', "`:`", error)) {
    g_free (tensor.name);
    return FALSE;
  }
  if (strcmp (tensor.name, "__metadata__") == 0) {
    g_free (tensor.name);
    return read_metadata (s, header->metadata, error);
  }
  if (header->tensors->len == SER_HEADER_MAX_TENSORS) {
    g_free (tensor.name);
    return fail (s, error, "more than %d tensors", SER_HEADER_MAX_TENSORS);
  }
  /* Into the array at once, which frees the name whatever comes next. */
  g_array_append_val (header->tensors, tensor);
  return read_tensor (s, &g_array_index (header->tensors, SerHeaderTensor, header->tensors->len - 1), error);
}

static gboolean
read_header (Scanner *s, SerHeader *header, GHashTable *names, GError **error)
{
  gboolean more = TRUE;

  if (!g_utf8_validate_len (s->p, (gsize) (s->end - s->p), &s->p))
    return fail (s, error, "not UTF-8");
  s->p = s->start;
  if (s->p == s->end || *s->p != '{')
    return fail_expected (s, "`{`", error);
  s->p++;
  if (take_empty (s, '}'))
    more = FALSE;
  while (more)
    if (!read_member (s, header, names, error) || !take_separator (s, '}', "`,` or `}`", &more, error))
      return FALSE;
  skip_space (s);
  if (s->p != s->end)
    return fail_expected (s, "the header's end", error);
  return TRUE;
}

static void
clear_tensor (gpointer data)
{
  g_free (((SerHeaderTensor *) data)->name);
}

gboolean
ser_header_parse (SerHeader *header, const char *text, gsize size, const char *file, GError **error)
{
  Scanner scanner = { text, text, text + size, file, NULL, g_string_new (NULL) };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean ok;

  header->tensors = g_array_new (FALSE, FALSE, sizeof (SerHeaderTensor));
  g_array_set_clear_func (header->tensors, clear_tensor);
  header->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ok = read_header (&scanner, header, names, error);
  g_hash_table_unref (names);
  g_string_free (scanner.string, TRUE);
  return ok;
}

void
ser_header_clear (SerHeader *header)
{
  g_clear_pointer (&header->tensors, g_array_unref);
  g_clear_pointer (&header->metadata, g_hash_table_unref);
}
