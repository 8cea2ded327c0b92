/* state-dict.c - the weights of a PyTorch model, as torch.save() or the safetensors package wrote them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "state-dict.h"

#include <string.h>

#include <zip.h>

#include "model/error.h"
#include "model/file.h"
#include "model/half.h"
#include "model/model.h"
#include "pickle.h"

#define MAX_DIM (1u << 20)
/* As in a safetensors file. */
#define MAX_VALUES (SER_ARCH_MAX_PARAMETERS + (1u << 20))
#define MAX_ENTRIES (SER_PICKLE_MAX_TENSORS + 64)

/* ---- tensors: views of storages ---- */

static const gsize value_sizes[] = { [SER_PICKLE_FLOAT32] = 4, [SER_PICKLE_FLOAT16] = 2, [SER_PICKLE_INT64] = 8 };

static gboolean fail (const char *file, const SerPickledTensor *tensor, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
fail (const char *file, const SerPickledTensor *tensor, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  return ser_fail (error, SER_ERROR_FORMAT, "%s: tensor `%s`: %s", file, tensor->name, what);
}

/* PyTorch counts batches in a tensor that inference has no use for. */
static gboolean
is_batch_count (const SerPickledTensor *tensor)
{
  return tensor->type == SER_PICKLE_INT64 && tensor->n_dims == 0
      && (g_str_has_suffix (tensor->name, ".num_batches_tracked") || strcmp (tensor->name, "num_batches_tracked") == 0);
}

/* Subtracts the tensor's values from *left. */
static gboolean
check_shape (const SerPickledTensor *tensor, guint64 *left, const char *file, GError **error)
{
  guint64 n = 1;

  if (tensor->type == SER_PICKLE_INT64)
    return fail (file, tensor, error, "int64; float32 and float16 are supported");
  if (tensor->n_dims == 0)
    return fail (file, tensor, error, "a scalar; 1 to %d dimensions are expected", SER_TENSOR_MAX_DIMS);
  for (guint i = 0; i < tensor->n_dims; i++) {
    if (tensor->dims[i] < 1 || tensor->dims[i] > MAX_DIM)
      return fail (file, tensor, error, "dimension %u is %" G_GUINT64_FORMAT "; 1 to %u are allowed", i,
          tensor->dims[i], MAX_DIM);
    if (tensor->dims[i] > *left / n)
      return fail (file, tensor, error, "more values than the file has room for");
    n *= tensor->dims[i];
  }
  *left -= n;
  return TRUE;
}

/* The view lies inside its storage of `size` bytes, which is as large as the pickle says. */
static gboolean
check_place (const SerPickledTensor *tensor, gsize size, const char *file, GError **error)
{
  const gsize value_size = value_sizes[tensor->type];
  guint64 n = size / value_size, last = tensor->offset;

  if (size % value_size != 0 || tensor->n_stored != n)
    return fail (file, tensor, error,
        "its storage `%s` has %" G_GSIZE_FORMAT " bytes, not the %" G_GUINT64_FORMAT " values of %" G_GSIZE_FORMAT
        " bytes that the pickle says",
        tensor->storage, size, tensor->n_stored, value_size);
  for (guint i = 0; i < tensor->n_dims && last < n; i++) {
    guint64 steps = tensor->dims[i] - 1;

    /* Beyond the end counts as the end itself: no sum overflows. */
    last = steps > 0 && tensor->strides[i] > (n - 1 - last) / steps ? n : last + steps * tensor->strides[i];
  }
  if (last >= n)
    return fail (file, tensor, error, "its values lie outside its storage `%s`", tensor->storage);
  return TRUE;
}

/* FALSE for an infinity or NaN. */
static gboolean
read_value (const guint8 *p, SerPickleType type, float *value)
{
  guint32 bits = (guint32) p[0] | (guint32) p[1] << 8;

  if (type == SER_PICKLE_FLOAT16) {
    *value = ser_half_to_float ((guint16) bits);
    return ser_half_is_finite ((guint16) bits);
  }
  bits |= (guint32) p[2] << 16 | (guint32) p[3] << 24;
  memcpy (value, &bits, sizeof *value);
  return (bits & 0x7f800000u) != 0x7f800000u;
}

/* Index in the storage of value i of the tensor. */
static guint64
place_of (const SerPickledTensor *tensor, guint64 i)
{
  guint64 place = tensor->offset;

  for (guint d = tensor->n_dims; d > 0; d--) {
    place += i % tensor->dims[d - 1] * tensor->strides[d - 1];
    i /= tensor->dims[d - 1];
  }
  return place;
}

static gboolean
read_values (const SerPickledTensor *from, const guint8 *bytes, SerTensor *to, const char *file, GError **error)
{
  for (gsize i = 0; i < to->n; i++)
    if (!read_value (bytes + place_of (from, i) * value_sizes[from->type], from->type, &to->data[i]))
      return fail (file, from, error, "value %" G_GSIZE_FORMAT " is not finite", i);
  return TRUE;
}

static gboolean
add_tensor (SerTensors *tensors, const SerPickledTensor *from, GBytes *storage, const char *file, GError **error)
{
  gsize dims[SER_TENSOR_MAX_DIMS], size;
  const guint8 *bytes = g_bytes_get_data (storage, &size);

  if (!check_place (from, size, file, error))
    return FALSE;
  for (guint i = 0; i < from->n_dims; i++)
    dims[i] = (gsize) from->dims[i];
  return read_values (from, bytes, ser_tensors_add (tensors, from->name, from->n_dims, dims), file, error);
}

SerTensors *
ser_state_dict_from_pickle (const guint8 *bytes, gsize size, guint64 max_values, SerStorageReader reader, gpointer data,
    const char *name, GError **error)
{
  g_autoptr (GPtrArray) list = ser_pickle_parse (bytes, size, name, error);
  SerTensors *tensors;
  guint64 left = MIN (max_values, MAX_VALUES);
  gboolean ok = list != NULL;

  if (!ok)
    return NULL;
  tensors = ser_tensors_new ();
  for (guint i = 0; ok && i < list->len; i++) {
    const SerPickledTensor *tensor = list->pdata[i];
    g_autoptr (GBytes) storage = NULL;

    if (is_batch_count (tensor))
      continue;
    ok = check_shape (tensor, &left, name, error) && (storage = reader (data, tensor->storage, error))
        && add_tensor (tensors, tensor, storage, name, error);
  }
  if (!ok)
    g_clear_pointer (&tensors, ser_tensors_free);
  return tensors;
}

/* ---- the archive ---- */

typedef struct {
  zip_t *zip;
  const char *file;
  char *folder;         /* X/ */
  gsize left;           /* bytes that entries may have together: no more than the file */
  GHashTable *storages; /* key -> GBytes *, those read so far */
} Archive;

/* An entry, read whole; its checksum is verified. NULL if it is not as torch.save() writes it. */
static GBytes *
read_entry (Archive *a, const char *entry, GError **error)
{
  zip_stat_t st;
  zip_file_t *in;
  g_autofree guint8 *bytes = NULL;
  g_autofree char *shown = g_utf8_make_valid (entry, -1);
  zip_int64_t n, more;

  if (zip_stat (a->zip, entry, ZIP_FL_ENC_RAW, &st) != 0) {
    ser_fail (error, SER_ERROR_FORMAT, "%s: `%s` is missing from the archive", a->file, shown);
    return NULL;
  }
  if (!(st.valid & ZIP_STAT_SIZE) || !(st.valid & ZIP_STAT_COMP_METHOD) || st.comp_method != ZIP_CM_STORE
      || !(st.valid & ZIP_STAT_ENCRYPTION_METHOD) || st.encryption_method != ZIP_EM_NONE || st.size > a->left) {
    ser_fail (error, SER_ERROR_FORMAT,
        "%s: `%s` is compressed, encrypted or larger than the file; torch.save writes none", a->file, shown);
    return NULL;
  }
  bytes = g_malloc (st.size + 1);
  in = zip_fopen (a->zip, entry, ZIP_FL_ENC_RAW);
  n = in ? zip_fread (in, bytes, st.size) : -1;
  more = n >= 0 ? zip_fread (in, bytes + st.size, 1) : -1; /* the checksum is compared at the end */
  if (in)
    zip_fclose (in);
  if (n < 0 || (guint64) n != st.size || more != 0) {
    ser_fail (error, SER_ERROR_FORMAT, "%s: `%s` is damaged", a->file, shown);
    return NULL;
  }
  a->left -= st.size;
  return g_bytes_new_take (g_steal_pointer (&bytes), st.size);
}

static GBytes *
read_storage (gpointer data, const char *key, GError **error)
{
  Archive *a = data;
  g_autofree char *entry = g_strdup_printf ("%sdata/%s", a->folder, key);
  GBytes *bytes = g_hash_table_lookup (a->storages, key);

  if (!bytes && (bytes = read_entry (a, entry, error)))
    g_hash_table_insert (a->storages, g_strdup (key), bytes);
  return bytes ? g_bytes_ref (bytes) : NULL;
}

/* The folder that everything lies in has the name of the file at the time of writing. */
static gboolean
find_folder (Archive *a, GError **error)
{
  zip_int64_t n = zip_get_num_entries (a->zip, 0);

  if (n > MAX_ENTRIES)
    return ser_fail (
        error, SER_ERROR_FORMAT, "%s: an archive of over %d files; a state_dict has fewer", a->file, MAX_ENTRIES);
  for (zip_int64_t i = 0; i < n; i++) {
    const char *entry = zip_get_name (a->zip, (zip_uint64_t) i, ZIP_FL_ENC_RAW);
    const char *slash = entry ? strchr (entry, '/') : NULL;

    if (slash && strcmp (slash, "/data.pkl") == 0) {
      a->folder = g_strndup (entry, (gsize) (slash + 1 - entry));
      return TRUE;
    }
  }
  return ser_fail (
      error, SER_ERROR_FORMAT, "%s: a zip archive, but not one of torch.save: data.pkl is missing", a->file);
}

/* Newer versions of PyTorch say it; older ones wrote their machine's, which was little-endian nearly always. */
static gboolean
check_byte_order (Archive *a, GError **error)
{
  g_autofree char *entry = g_strconcat (a->folder, "byteorder", NULL);
  g_autoptr (GBytes) order = NULL;

  if (zip_name_locate (a->zip, entry, ZIP_FL_ENC_RAW) < 0)
    return TRUE;
  order = read_entry (a, entry, error);
  if (!order)
    return FALSE;
  if (g_bytes_get_size (order) != 6 || memcmp (g_bytes_get_data (order, NULL), "little", 6) != 0)
    return ser_fail (error, SER_ERROR_FORMAT, "%s: its numbers are not little-endian", a->file);
  return TRUE;
}

static SerTensors *
load_archive (Archive *a, GError **error)
{
  gsize file_size = a->left, size;
  g_autofree char *entry = NULL;
  g_autoptr (GBytes) pickle = NULL;
  const guint8 *bytes;

  if (!find_folder (a, error) || !check_byte_order (a, error))
    return NULL;
  entry = g_strconcat (a->folder, "data.pkl", NULL);
  pickle = read_entry (a, entry, error);
  if (!pickle)
    return NULL;
  bytes = g_bytes_get_data (pickle, &size);
  /* Views may share storages, but what is allocated is bounded by the file's size: four bytes to one of its. */
  return ser_state_dict_from_pickle (bytes, size, file_size, read_storage, a, a->file, error);
}

static SerTensors *
parse_archive (const guint8 *bytes, gsize size, const char *name, GError **error)
{
  Archive a = { .file = name, .left = size };
  zip_error_t fault;
  zip_source_t *source;
  SerTensors *tensors = NULL;

  zip_error_init (&fault);
  source = zip_source_buffer_create (bytes, size, 0, &fault);
  a.zip = source ? zip_open_from_source (source, ZIP_RDONLY, &fault) : NULL;
  if (a.zip) {
    a.storages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
    tensors = load_archive (&a, error);
    g_hash_table_unref (a.storages);
    g_free (a.folder);
    zip_discard (a.zip);
  } else {
    ser_fail (error, SER_ERROR_FORMAT, "%s: a damaged archive: %s", name, zip_error_strerror (&fault));
    if (source)
      zip_source_free (source);
  }
  zip_error_fini (&fault);
  return tensors;
}

/* ---- files of either kind ---- */

SerTensors *
ser_state_dict_parse (const guint8 *bytes, gsize size, const char *name, GError **error)
{
  if (size >= 4 && memcmp (bytes, "PK\3\4", 4) == 0)
    return parse_archive (bytes, size, name, error);
  /* The length of a safetensors header would be over 2^16 times the limit. */
  if (size >= 8 && memcmp (bytes, "\x80\x02\x8a\x0a", 4) == 0) {
    ser_fail (error, SER_ERROR_FORMAT,
        "%s: a file in the format of PyTorch before 1.6; load it with torch.load and save it again", name);
    return NULL;
  }
  return ser_safetensors_parse (bytes, size, name, NULL, error);
}

SerTensors *
ser_state_dict_load (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  gsize size;
  g_autofree guint8 *bytes = ser_file_read (path, name, &size, error);

  return bytes ? ser_state_dict_parse (bytes, size, name, error) : NULL;
}
