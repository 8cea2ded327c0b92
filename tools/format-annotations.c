/* format-annotations.c - tiers of annotation for Praat (TextGrid) and ELAN (EAF)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * TextGrid: Praat's manual, "TextGrid file formats", the long text format in UTF-8. EAF: the ELAN Annotation Format 3.0
 * (Max Planck Institute for Psycholinguistics, EAFv3.0). Both hold tiers whose intervals do not overlap: a window
 * stands for the time around its middle there.
 */

#include <math.h>
#include <string.h>

#include "formats.h"

typedef struct {
  double start, end; /* s */
  char *text;
} Interval;

typedef struct {
  char *name;        /* no two tiers have the same, which EAF would not allow */
  GArray *intervals; /* Interval, in order, without overlap */
} Tier;

static void
interval_clear (gpointer data)
{
  g_free (((Interval *) data)->text);
}

static gboolean
has_tier (const GPtrArray *tiers, const char *name)
{
  for (guint i = 0; i < tiers->len; i++)
    if (strcmp (((const Tier *) tiers->pdata[i])->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Adds a tier: `name`, in one line, or `name 2` and so on. */
static Tier *
add_tier (GPtrArray *tiers, const char *name)
{
  Tier *tier = g_new (Tier, 1);
  g_autofree char *line = g_utf8_make_valid (name, -1);

  g_strdelimit (line, "\r\n", ' ');
  tier->name = g_strdup (line);
  for (guint i = 2; has_tier (tiers, tier->name); i++) {
    g_free (tier->name);
    tier->name = g_strdup_printf ("%s %u", line, i);
  }
  tier->intervals = g_array_new (FALSE, FALSE, sizeof (Interval));
  g_array_set_clear_func (tier->intervals, interval_clear);
  g_ptr_array_add (tiers, tier);
  return tier;
}

static void
tier_free (gpointer data)
{
  Tier *tier = data;

  g_array_unref (tier->intervals);
  g_free (tier->name);
  g_free (tier);
}

/* Takes the text. What overlaps the interval before gives way. */
static void
add (Tier *tier, double start, double end, char *text)
{
  guint n = tier->intervals->len;
  Interval interval = { start, end, text };

  if (n > 0)
    interval.start = MAX (start, g_array_index (tier->intervals, Interval, n - 1).end);
  if (interval.end - interval.start >= 0.001)
    g_array_append_val (tier->intervals, interval);
  else
    g_free (text);
}

/* One tier of segments for each speaker, or one. */
static void
add_segment_tiers (GPtrArray *tiers, const SerRecording *recording)
{
  guint n = recording->speakers_given ? recording->n_speakers : 1;

  for (guint k = 0; k < n; k++) {
    Tier *tier = add_tier (tiers, recording->speakers_given ? recording->speakers[k].name : "segments");

    for (guint i = 0; i < recording->n_segments; i++) {
      const SerRecordingSegment *segment = &recording->segments[i];
      if (!recording->speakers_given || segment->speaker == k)
        add (tier, segment->segment.start, segment->segment.end, g_strdup (segment->emotion));
    }
  }
}

static GPtrArray *
make_tiers (const SerRecording *recording)
{
  GPtrArray *tiers = g_ptr_array_new_with_free_func (tier_free);
  char confidence[G_ASCII_DTOSTR_BUF_SIZE];
  double start, end;
  Tier *windows;

  add_segment_tiers (tiers, recording);
  windows = add_tier (tiers, "windows");
  for (guint i = 0; i < recording->n_windows; i++) {
    const SerResult *result = &recording->windows[i].result;
    ser_format_get_own_time (recording, i, &start, &end);
    g_ascii_formatd (confidence, sizeof confidence, "%.2f", result->confidence);
    add (windows, start, end, g_strdup_printf ("%s %s", result->emotion, confidence));
  }
  return tiers;
}

/* ---- TextGrid ---- */

static double
get_end (const SerRecording *recording, const GPtrArray *tiers)
{
  double end = MAX (recording->duration, 0.001);

  for (guint i = 0; i < tiers->len; i++) {
    const GArray *intervals = ((const Tier *) tiers->pdata[i])->intervals;
    if (intervals->len > 0)
      end = MAX (end, g_array_index (intervals, Interval, intervals->len - 1).end);
  }
  return end;
}

/* `name = value`, indented. */
static void
append_time (GString *out, const char *name, double seconds)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (out, "%s = %s \n", name, g_ascii_formatd (text, sizeof text, "%.6f", seconds));
}

/* Praat doubles quotes. */
static void
append_quoted (GString *out, const char *name, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\"\"", parts);

  g_strdelimit (quoted, "\r\n", ' ');
  g_string_append_printf (out, "%s = \"%s\" \n", name, quoted);
}

static void
append_interval (GString *out, guint number, double start, double end, const char *text)
{
  g_string_append_printf (out, "        intervals [%u]:\n", number);
  append_time (out, "            xmin", start);
  append_time (out, "            xmax", end);
  append_quoted (out, "            text", text);
}

/* A tier has no gaps: what lies between its intervals is an empty one. */
static guint
append_intervals (GString *out, const Tier *tier, double end)
{
  double at = 0;
  guint n = 0;

  for (guint i = 0; i < tier->intervals->len; i++) {
    const Interval *interval = &g_array_index (tier->intervals, Interval, i);
    gboolean gap = interval->start - at >= 0.001;

    if (gap)
      append_interval (out, ++n, at, interval->start, "");
    append_interval (out, ++n, gap ? interval->start : at, interval->end, interval->text);
    at = interval->end;
  }
  if (end - at >= 0.001 || n == 0)
    append_interval (out, ++n, at, end, "");
  return n;
}

static void
append_tier (GString *out, guint number, const Tier *tier, double end)
{
  g_autoptr (GString) intervals = g_string_new (NULL);
  guint n = append_intervals (intervals, tier, end);

  g_string_append_printf (out, "    item [%u]:\n        class = \"IntervalTier\" \n", number);
  append_quoted (out, "        name", tier->name);
  append_time (out, "        xmin", 0);
  append_time (out, "        xmax", end);
  g_string_append_printf (out, "        intervals: size = %u \n%s", n, intervals->str);
}

void
ser_format_textgrid (const SerRecording *recording, GString *out)
{
  g_autoptr (GPtrArray) tiers = make_tiers (recording);
  double end = get_end (recording, tiers);

  g_string_append (out, "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n");
  append_time (out, "xmin", 0);
  append_time (out, "xmax", end);
  g_string_append_printf (out, "tiers? <exists> \nsize = %u \nitem []: \n", tiers->len);
  for (guint i = 0; i < tiers->len; i++)
    append_tier (out, i + 1, tiers->pdata[i], end);
}

/* ---- EAF ---- */

static guint64
to_ms (double seconds)
{
  return llround (seconds * 1000);
}

/* Each interval has two time slots of its own, numbered as the intervals are, over all tiers. */
static void
append_slots (GString *out, const GPtrArray *tiers)
{
  guint n = 0;

  g_string_append (out, "  <TIME_ORDER>\n");
  for (guint i = 0; i < tiers->len; i++) {
    const GArray *intervals = ((const Tier *) tiers->pdata[i])->intervals;
    for (guint k = 0; k < intervals->len; k++) {
      const Interval *interval = &g_array_index (intervals, Interval, k);
      g_string_append_printf (out, "    <TIME_SLOT TIME_SLOT_ID=\"ts%u\" TIME_VALUE=\"%" G_GUINT64_FORMAT "\"/>\n", ++n,
          to_ms (interval->start));
      g_string_append_printf (out, "    <TIME_SLOT TIME_SLOT_ID=\"ts%u\" TIME_VALUE=\"%" G_GUINT64_FORMAT "\"/>\n", ++n,
          to_ms (interval->end));
    }
  }
  g_string_append (out, "  </TIME_ORDER>\n");
}

/* Text of XML 1.0: control characters that it cannot hold become spaces. */
static char *
escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *c = valid; *c; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  return g_markup_escape_text (valid, -1);
}

static void
append_annotations (GString *out, const Tier *tier, guint *n)
{
  g_autofree char *name = escape (tier->name);

  g_string_append_printf (out, "  <TIER LINGUISTIC_TYPE_REF=\"emotion\" TIER_ID=\"%s\">\n", name);
  for (guint i = 0; i < tier->intervals->len; i++) {
    g_autofree char *text = escape (g_array_index (tier->intervals, Interval, i).text);
    ++*n;
    g_string_append_printf (out,
        "    <ANNOTATION>\n      <ALIGNABLE_ANNOTATION ANNOTATION_ID=\"a%u\" TIME_SLOT_REF1=\"ts%u\" "
        "TIME_SLOT_REF2=\"ts%u\">\n"
        "        <ANNOTATION_VALUE>%s</ANNOTATION_VALUE>\n      </ALIGNABLE_ANNOTATION>\n    </ANNOTATION>\n",
        *n, 2 * *n - 1, 2 * *n, text);
  }
  g_string_append (out, "  </TIER>\n");
}

static void
append_header (GString *out, const SerRecording *recording)
{
  g_autofree char *base = g_path_get_basename (recording->file);
  g_autofree char *uri = g_uri_escape_string (base, "()!*'", TRUE), *escaped = escape (uri);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");

  g_string_append_printf (out,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<ANNOTATION_DOCUMENT AUTHOR=\"seremotion %s\" DATE=\"%s\" FORMAT=\"3.0\" VERSION=\"3.0\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:noNamespaceSchemaLocation=\"http://www.mpi.nl/tools/elan/EAFv3.0.xsd\">\n"
      "  <HEADER MEDIA_FILE=\"\" TIME_UNITS=\"milliseconds\">\n"
      "    <MEDIA_DESCRIPTOR MEDIA_URL=\"./%s\" MIME_TYPE=\"unknown\" RELATIVE_MEDIA_URL=\"./%s\"/>\n"
      "  </HEADER>\n",
      SER_VERSION, date, escaped, escaped);
}

void
ser_format_eaf (const SerRecording *recording, GString *out)
{
  g_autoptr (GPtrArray) tiers = make_tiers (recording);
  guint n = 0;

  append_header (out, recording);
  append_slots (out, tiers);
  for (guint i = 0; i < tiers->len; i++)
    append_annotations (out, tiers->pdata[i], &n);
  g_string_append (out,
      "  <LINGUISTIC_TYPE GRAPHIC_REFERENCES=\"false\" LINGUISTIC_TYPE_ID=\"emotion\" TIME_ALIGNABLE=\"true\"/>\n"
      "</ANNOTATION_DOCUMENT>\n");
}
