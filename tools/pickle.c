/* pickle.c - the tensors that a pickled PyTorch state_dict names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The bytes are hostile until proven. Each instruction makes at most one value, which lives until the end, so that
 * memory is bounded by the pickle's size, and values may refer to each other in any way; none is ever walked
 * recursively.
 */

#include "pickle.h"

#include <string.h>

#include "model/error.h"

#define MAX_TEXT 255
#define PROTOCOL 2 /* torch.save()'s */

/* The functions and classes that are known. */
typedef enum { ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER, FLOAT_STORAGE, HALF_STORAGE, LONG_STORAGE } Global;

static const struct {
  const char *module, *name;
} globals[] = {
  [ORDERED_DICT] = { "collections", "OrderedDict" },
  [REBUILD_TENSOR] = { "torch._utils", "_rebuild_tensor_v2" },
  [REBUILD_PARAMETER] = { "torch._utils", "_rebuild_parameter" },
  [FLOAT_STORAGE] = { "torch", "FloatStorage" },
  [HALF_STORAGE] = { "torch", "HalfStorage" },
  [LONG_STORAGE] = { "torch", "LongStorage" },
};

typedef enum { MARK, OTHER, INTEGER, TEXT, TUPLE, LIST, DICT, GLOBAL, STORAGE, TENSOR } Kind;

static const char *const kind_names[] = { "a mark", "a value", "a number", "a text", "a tuple", "a list",
  "a dictionary", "a class", "a storage", "a tensor" };

typedef struct {
  Kind kind;
  gint64 integer;           /* INTEGER; GLOBAL: which */
  char *text;               /* TEXT */
  GPtrArray *items;         /* TUPLE, LIST; DICT: keys and values by turns */
  SerPickledTensor *tensor; /* TENSOR; STORAGE: storage, type and n_stored of it */
} Value;

typedef struct {
  const guint8 *next;
  gsize left;
  const char *file;
  GPtrArray *values; /* Value *, all there are */
  GPtrArray *stack;  /* Value * */
  GHashTable *memo;  /* number -> Value * */
  gboolean stopped;
} Machine;

#define fail(m, error, ...) fail_in ((m)->file, error, __VA_ARGS__)

static gboolean fail_in (const char *file, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail_in (const char *file, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  return ser_fail (error, SER_ERROR_FORMAT, "%s: %s", file, what);
}

static void
free_tensor (gpointer data)
{
  SerPickledTensor *tensor = data;

  if (!tensor)
    return;
  g_free (tensor->name);
  g_free (tensor->storage);
  g_free (tensor);
}

static void
free_value (gpointer data)
{
  Value *value = data;

  g_free (value->text);
  g_clear_pointer (&value->items, g_ptr_array_unref);
  free_tensor (value->tensor);
  g_free (value);
}

/* ---- bytes ---- */

/* The next n bytes, or NULL. */
static const guint8 *
take (Machine *m, gsize n, GError **error)
{
  const guint8 *bytes = m->next;

  if (n > m->left) {
    fail (m, error, "the pickle is cut short");
    return NULL;
  }
  m->next += n;
  m->left -= n;
  return bytes;
}

/* An unsigned little-endian number of up to 4 bytes. */
static gboolean
take_number (Machine *m, guint n, guint32 *number, GError **error)
{
  const guint8 *bytes = take (m, n, error);

  *number = 0;
  for (guint i = 0; bytes && i < n; i++)
    *number |= (guint32) bytes[i] << 8 * i;
  return bytes != NULL;
}

/* A text of n bytes; NULL if there are fewer, or more than any text that is wanted here has. */
static char *
take_text (Machine *m, gsize n, GError **error)
{
  const guint8 *bytes;

  if (n > MAX_TEXT) {
    fail (m, error, "a text of %" G_GSIZE_FORMAT " bytes in the pickle; at most %d are expected", n, MAX_TEXT);
    return NULL;
  }
  bytes = take (m, n, error);
  if (bytes && !g_utf8_validate ((const char *) bytes, (gssize) n, NULL)) {
    fail (m, error, "a text in the pickle is not UTF-8");
    return NULL;
  }
  return bytes ? g_strndup ((const char *) bytes, n) : NULL;
}

/* A text that a line end closes. */
static char *
take_line (Machine *m, GError **error)
{
  const guint8 *end = memchr (m->next, '\n', m->left);
  char *text = take_text (m, end ? (gsize) (end - m->next) : m->left, error);

  if (text && !take (m, 1, error))
    g_clear_pointer (&text, g_free);
  return text;
}

/* ---- values ---- */

static Value *
push (Machine *m, Kind kind)
{
  Value *value = g_new0 (Value, 1);

  value->kind = kind;
  if (kind == TUPLE || kind == LIST || kind == DICT)
    value->items = g_ptr_array_new ();
  g_ptr_array_add (m->values, value);
  g_ptr_array_add (m->stack, value);
  return value;
}

static gboolean
push_integer (Machine *m, gint64 integer)
{
  push (m, INTEGER)->integer = integer;
  return TRUE;
}

static Value *
top (const Machine *m)
{
  return m->stack->len > 0 ? m->stack->pdata[m->stack->len - 1] : NULL;
}

/* Takes the value on top off the stack; it must be of that kind. */
static Value *
pop (Machine *m, Kind kind, GError **error)
{
  Value *value = top (m);

  if (value && value->kind == kind) {
    g_ptr_array_set_size (m->stack, (gint) m->stack->len - 1);
    return value;
  }
  fail (m, error, "the pickle has %s where %s is expected", value ? kind_names[value->kind] : "nothing",
      kind_names[kind]);
  return NULL;
}

/* Takes any value but a mark. */
static Value *
pop_any (Machine *m, GError **error)
{
  Value *value = top (m);

  return pop (m, value && value->kind != MARK ? value->kind : OTHER, error);
}

/* Place of the last mark. */
static gboolean
find_mark (const Machine *m, guint *at, GError **error)
{
  for (*at = m->stack->len; *at > 0; --*at)
    if (((const Value *) m->stack->pdata[*at - 1])->kind == MARK) {
      --*at;
      return TRUE;
    }
  return fail (m, error, "the pickle lacks a mark");
}

/* Moves what is on the stack from place `from` on behind the items. */
static void
move_items (Machine *m, guint from, GPtrArray *items)
{
  for (guint i = from; i < m->stack->len; i++)
    g_ptr_array_add (items, m->stack->pdata[i]);
  g_ptr_array_set_size (m->stack, (gint) from);
}

/* A tuple of the n values on top. */
static gboolean
make_tuple (Machine *m, guint n, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  for (guint i = 1; i <= n; i++)
    if (i > m->stack->len || ((const Value *) m->stack->pdata[m->stack->len - i])->kind == MARK)
      return fail (m, error, "the pickle lacks values for a tuple");
  move_items (m, m->stack->len - n, items);
  g_ptr_array_extend (push (m, TUPLE)->items, items, NULL, NULL);
  return TRUE;
}

static gboolean
make_marked_tuple (Machine *m, GError **error)
{
  guint at, n;

  if (!find_mark (m, &at, error))
    return FALSE;
  n = m->stack->len - at - 1;
  if (!make_tuple (m, n, error))
    return FALSE;
  g_ptr_array_remove_index (m->stack, at);
  return TRUE;
}

/* Moves the values from place `from` on into the list or dictionary before place `end`. */
static gboolean
add_items (Machine *m, Kind kind, guint end, guint from, GError **error)
{
  Value *to = end > 0 ? m->stack->pdata[end - 1] : NULL;

  if (!to || to->kind != kind || (kind == DICT && (m->stack->len - from) % 2 > 0))
    return fail (m, error, "the pickle adds values to what is not %s", kind_names[kind]);
  move_items (m, from, to->items);
  g_ptr_array_set_size (m->stack, (gint) end);
  return TRUE;
}

static gboolean
add_marked_items (Machine *m, Kind kind, GError **error)
{
  guint at;

  return find_mark (m, &at, error) && add_items (m, kind, at, at + 1, error);
}

/* The last n values. */
static gboolean
add_last_items (Machine *m, Kind kind, guint n, GError **error)
{
  for (guint i = 1; i <= n; i++)
    if (i > m->stack->len || ((const Value *) m->stack->pdata[m->stack->len - i])->kind == MARK)
      return fail (m, error, "the pickle lacks values");
  return add_items (m, kind, m->stack->len - n, m->stack->len - n, error);
}

/* ---- tensors ---- */

static const Value *
item (const Value *tuple, guint i, Kind kind)
{
  const Value *value = i < tuple->items->len ? tuple->items->pdata[i] : NULL;

  return value && value->kind == kind ? value : NULL;
}

static gboolean
is_storage_type (const Value *value)
{
  return value && value->kind == GLOBAL && value->integer >= FLOAT_STORAGE && value->integer <= LONG_STORAGE;
}

/* ('storage', class, key, device, number of values) becomes a storage. */
static gboolean
make_storage (Machine *m, GError **error)
{
  const Value *id = pop (m, TUPLE, error), *word, *type, *key, *n;
  SerPickledTensor *tensor;

  if (!id)
    return FALSE;
  word = item (id, 0, TEXT), type = item (id, 1, GLOBAL), key = item (id, 2, TEXT), n = item (id, 4, INTEGER);
  if (!word || strcmp (word->text, "storage") != 0 || !is_storage_type (type) || !key || !n || n->integer < 0
      || id->items->len != 5 || *key->text == '\0' || strspn (key->text, "0123456789") != strlen (key->text))
    return fail (m, error, "the pickle names a storage in an unknown way");
  tensor = push (m, STORAGE)->tensor = g_new0 (SerPickledTensor, 1);
  tensor->storage = g_strdup (key->text);
  tensor->type = (SerPickleType) (type->integer - FLOAT_STORAGE);
  tensor->n_stored = (guint64) n->integer;
  return TRUE;
}

/* A tuple of numbers, none negative. */
static gboolean
get_numbers (const Machine *m, const Value *tuple, guint64 *numbers, GError **error)
{
  for (guint i = 0; i < tuple->items->len; i++) {
    const Value *value = item (tuple, i, INTEGER);

    if (!value || value->integer < 0)
      return fail (m, error, "the pickle has a tensor whose shape or strides are not numbers of 0 or more");
    numbers[i] = (guint64) value->integer;
  }
  return TRUE;
}

/* (storage, offset, shape, strides, requires_grad, hooks[, metadata]) becomes a tensor. */
static gboolean
make_tensor (Machine *m, const Value *args, GError **error)
{
  const Value *storage = item (args, 0, STORAGE), *offset = item (args, 1, INTEGER), *shape = item (args, 2, TUPLE);
  const Value *strides = item (args, 3, TUPLE);
  SerPickledTensor *tensor;

  if (!storage || !offset || offset->integer < 0 || !shape || !strides || args->items->len < 6 || args->items->len > 7)
    return fail (m, error, "the pickle makes a tensor in an unknown way");
  if (shape->items->len != strides->items->len || shape->items->len > SER_TENSOR_MAX_DIMS)
    return fail (m, error, "a tensor has %u dimensions and %u strides; up to %d of each are expected",
        shape->items->len, strides->items->len, SER_TENSOR_MAX_DIMS);
  tensor = push (m, TENSOR)->tensor = g_new0 (SerPickledTensor, 1);
  tensor->storage = g_strdup (storage->tensor->storage);
  tensor->type = storage->tensor->type;
  tensor->n_stored = storage->tensor->n_stored;
  tensor->offset = (guint64) offset->integer;
  tensor->n_dims = shape->items->len;
  return get_numbers (m, shape, tensor->dims, error) && get_numbers (m, strides, tensor->strides, error);
}

/* What calling a function with a tuple of arguments would give. */
static gboolean
reduce (Machine *m, GError **error)
{
  const Value *args = pop (m, TUPLE, error), *function = args ? pop (m, GLOBAL, error) : NULL;

  if (!function)
    return FALSE;
  switch (function->integer) {
    case ORDERED_DICT:
      if (args->items->len > 0)
        return fail (m, error, "the pickle makes a dictionary in an unknown way");
      push (m, DICT);
      return TRUE;
    case REBUILD_TENSOR:
      return make_tensor (m, args, error);
    case REBUILD_PARAMETER:
      if (!item (args, 0, TENSOR))
        return fail (m, error, "the pickle makes a parameter in an unknown way");
      g_ptr_array_add (m->stack, args->items->pdata[0]);
      return TRUE;
    default:
      return fail (
          m, error, "the pickle calls %s.%s", globals[function->integer].module, globals[function->integer].name);
  }
}

static gboolean
push_global (Machine *m, GError **error)
{
  g_autofree char *module = take_line (m, error), *name = module ? take_line (m, error) : NULL;

  if (!name)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (globals); i++)
    if (strcmp (globals[i].module, module) == 0 && strcmp (globals[i].name, name) == 0) {
      push (m, GLOBAL)->integer = i;
      return TRUE;
    }
  if (strcmp (module, "torch") == 0 && g_str_has_suffix (name, "Storage"))
    return fail (m, error, "tensors of torch.%s; float32 and float16 are supported: convert them with .float ()", name);
  return fail (m, error,
      "an object of %s.%s; a state_dict is expected, as torch.save (model.state_dict (), FILE) writes it", module,
      name);
}

/* ---- instructions ---- */

static gboolean
push_long (Machine *m, GError **error)
{
  guint32 n;
  const guint8 *bytes = take_number (m, 1, &n, error) ? take (m, n, error) : NULL;
  guint64 number;

  if (!bytes)
    return FALSE;
  if (n > 8)
    return fail (m, error, "a number of %u bytes in the pickle; at most 8 are expected", n);
  number = n > 0 && bytes[n - 1] & 0x80 ? G_MAXUINT64 : 0; /* its sign */
  for (guint i = n; i > 0; i--)
    number = number << 8 | bytes[i - 1];
  return push_integer (m, (gint64) number);
}

static gboolean
push_number (Machine *m, guint n, GError **error)
{
  guint32 number;

  return take_number (m, n, &number, error) && push_integer (m, n == 4 ? (gint32) number : (gint64) number);
}

static gboolean
push_text (Machine *m, GError **error)
{
  guint32 n;
  char *text = take_number (m, 4, &n, error) ? take_text (m, n, error) : NULL;

  if (text)
    push (m, TEXT)->text = text;
  return text != NULL;
}

static gboolean
push_other (Machine *m, gsize n, GError **error)
{
  return take (m, n, error) && push (m, OTHER);
}

static gboolean
put (Machine *m, guint n, GError **error)
{
  guint32 number;

  if (!take_number (m, n, &number, error))
    return FALSE;
  if (!top (m) || top (m)->kind == MARK)
    return fail (m, error, "the pickle notes a value that is not there");
  g_hash_table_insert (m->memo, GUINT_TO_POINTER (number), top (m));
  return TRUE;
}

static gboolean
get (Machine *m, guint n, GError **error)
{
  guint32 number;
  Value *value;

  if (!take_number (m, n, &number, error))
    return FALSE;
  value = g_hash_table_lookup (m->memo, GUINT_TO_POINTER (number));
  if (!value)
    return fail (m, error, "the pickle refers to value %u, which it has not noted", number);
  g_ptr_array_add (m->stack, value);
  return TRUE;
}

static gboolean
check_protocol (Machine *m, GError **error)
{
  guint32 protocol;

  if (!take_number (m, 1, &protocol, error))
    return FALSE;
  if (protocol != PROTOCOL)
    return fail (m, error, "a pickle of protocol %u; %d, which torch.save uses, is expected", protocol, PROTOCOL);
  return TRUE;
}

/* Attributes of a dictionary, PyTorch's _metadata, are dropped. */
static gboolean
build (Machine *m, GError **error)
{
  if (!pop_any (m, error))
    return FALSE;
  if (!top (m) || top (m)->kind != DICT)
    return fail (m, error, "the pickle gives attributes to what is not a dictionary");
  return TRUE;
}

/* Those that a pickle is full of; FALSE without an error for another. */
static gboolean
run_structure (Machine *m, guint8 code, gboolean *known, GError **error)
{
  *known = TRUE;
  switch (code) {
    case '(':
      return push (m, MARK) != NULL;
    case '}':
      return push (m, DICT) != NULL;
    case ']':
      return push (m, LIST) != NULL;
    case ')':
      return push (m, TUPLE) != NULL;
    case 't':
      return make_marked_tuple (m, error);
    case 0x85:
    case 0x86:
    case 0x87:
      return make_tuple (m, code - 0x84u, error);
    case 's':
      return add_last_items (m, DICT, 2, error);
    case 'u':
      return add_marked_items (m, DICT, error);
    case 'a':
      return add_last_items (m, LIST, 1, error);
    case 'e':
      return add_marked_items (m, LIST, error);
    case 'c':
      return push_global (m, error);
    case 'R':
      return reduce (m, error);
    case 'b':
      return build (m, error);
    case 'Q':
      return make_storage (m, error);
    default:
      *known = FALSE;
      return FALSE;
  }
}

static gboolean
run_instruction (Machine *m, guint8 code, GError **error)
{
  gboolean known, ok = run_structure (m, code, &known, error);

  if (known)
    return ok;
  switch (code) {
    case 0x80:
      return check_protocol (m, error);
    case 'q':
      return put (m, 1, error);
    case 'r':
      return put (m, 4, error);
    case 'h':
      return get (m, 1, error);
    case 'j':
      return get (m, 4, error);
    case 'X':
      return push_text (m, error);
    case 'K':
      return push_number (m, 1, error);
    case 'M':
      return push_number (m, 2, error);
    case 'J':
      return push_number (m, 4, error);
    case 0x8a:
      return push_long (m, error);
    case 'N':
    case 0x88:
    case 0x89:
      return push_other (m, 0, error);
    case 'G':
      return push_other (m, 8, error);
    case '.':
      m->stopped = TRUE;
      return TRUE;
    default:
      return fail (m, error, "the pickle has an instruction 0x%02x, which torch.save does not write", code);
  }
}

/* ---- the whole ---- */

static gboolean
run (Machine *m, GError **error)
{
  const guint8 *code;

  while (!m->stopped)
    if (!(code = take (m, 1, error)) || !run_instruction (m, *code, error))
      return FALSE;
  if (m->left > 0)
    return fail (m, error, "%" G_GSIZE_FORMAT " bytes behind the pickle", m->left);
  return TRUE;
}

static gboolean
take_out (const Machine *m, const Value *key, const Value *value, GHashTable *names, GPtrArray *tensors, GError **error)
{
  SerPickledTensor *tensor;

  if (key->kind != TEXT || *key->text == '\0')
    return fail (m, error, "a key of the dictionary is %s; names of tensors are expected", kind_names[key->kind]);
  if (value->kind != TENSOR)
    return fail (m, error,
        "`%s` is %s, not a tensor; save the state_dict alone: torch.save (model.state_dict (), FILE)", key->text,
        kind_names[value->kind]);
  if (!g_hash_table_add (names, key->text))
    return fail (m, error, "tensor `%s` is there twice", key->text);
  if (tensors->len == SER_PICKLE_MAX_TENSORS)
    return fail (m, error, "more than %d tensors", SER_PICKLE_MAX_TENSORS);
  tensor = g_memdup2 (value->tensor, sizeof *tensor);
  tensor->storage = g_strdup (value->tensor->storage);
  tensor->name = g_strdup (key->text);
  g_ptr_array_add (tensors, tensor);
  return TRUE;
}

static GPtrArray *
take_out_all (Machine *m, GError **error)
{
  const Value *dict = pop (m, DICT, error);
  g_autoptr (GPtrArray) tensors = g_ptr_array_new_with_free_func (free_tensor);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  if (!dict)
    return NULL;
  for (guint i = 0; i < dict->items->len; i += 2)
    if (!take_out (m, dict->items->pdata[i], dict->items->pdata[i + 1], names, tensors, error))
      return NULL;
  return g_steal_pointer (&tensors);
}

GPtrArray *
ser_pickle_parse (const guint8 *bytes, gsize size, const char *file, GError **error)
{
  Machine m = { .next = bytes, .left = size, .file = file };
  GPtrArray *tensors = NULL;

  if (size > SER_PICKLE_MAX_SIZE) {
    fail (&m, error, "a pickle of %" G_GSIZE_FORMAT " bytes; at most %u are expected", size, SER_PICKLE_MAX_SIZE);
    return NULL;
  }
  m.values = g_ptr_array_new_with_free_func (free_value);
  m.stack = g_ptr_array_new ();
  m.memo = g_hash_table_new (NULL, NULL);
  if (run (&m, error))
    tensors = take_out_all (&m, error);
  g_hash_table_unref (m.memo);
  g_ptr_array_unref (m.stack);
  g_ptr_array_unref (m.values);
  return tensors;
}
