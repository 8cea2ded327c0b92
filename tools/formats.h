/* formats.h - the forms in which the analysis of a recording is written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_FORMATS_H
#define SER_FORMATS_H

#include "report-sound.h"

#define SER_FORMAT_NAMES "table jsonl json csv vtt srt textgrid eaf audacity html sound"

/* What a page does with the sound. */
typedef enum {
  SER_MEDIA_EMBED, /* holds it, as mono Opus */
  SER_MEDIA_LINK,  /* plays the file where it is */
  SER_MEDIA_NONE,
} SerReportMedia;

typedef struct {
  SerReportMedia media; /* of html */
} SerFormatOptions;

/* Appends a recording, as a whole. */
typedef void (*SerFormatFunc) (const SerRecording *recording, GString *out);

/* A format is up to SER_FORMAT_PARTS files. */
#define SER_FORMAT_PARTS 3

typedef struct {
  const char *name;
  struct {
    const char *suffix;      /* of the file, after the recording's name */
    SerFormatFunc append;    /* NULL: it is no text, but the page or the sound */
  } parts[SER_FORMAT_PARTS]; /* until a suffix is NULL */
  gboolean joinable;         /* those of several recordings may follow each other */
} SerFormat;

/* NULL when there is none of that name. */
const SerFormat *ser_format_find (const char *name);

/* Whether it is text, which can go to standard output; whether that of several recordings can; whether it can be
 * written window by window. */
gboolean ser_format_is_text (const SerFormat *format);
gboolean ser_format_is_joinable (const SerFormat *format);
gboolean ser_format_is_live (const SerFormat *format);

/* Whether the program can write it. Fails with SER_ERROR_CONFIG, which says how to get what it lacks. */
gboolean ser_format_check (const SerFormat *format, GError **error);

/* What ser_format_write() needs of the sound of a recording at `location`. */
SerSoundParts ser_format_get_sound (const SerFormat *format, const char *location, const SerFormatOptions *options);

/* Appends the first part. Where `out` holds recordings already, what only the first has (a header) is left out. */
void ser_format_append (const SerFormat *format, const SerRecording *recording, GString *out);

/* Appends one window of a recording that has not ended, results of `model`. */
void ser_format_append_live (
    const SerFormat *format, const SerRecordingWindow *window, const SerModel *model, GString *out);

/* Writes all parts, each whole or not at all, to files whose names begin with `stem`. `sound` has what is needed of it,
 * or is NULL where nothing is. Fails with SER_ERROR_FILE, naming the file. */
gboolean ser_format_write (const SerFormat *format, const SerRecording *recording, const SerSound *sound,
    const SerFormatOptions *options, const char *stem, GError **error);

/* Appends the names of the files that ser_format_write() writes for `stem`, one a line. */
void ser_format_append_names (const SerFormat *format, const char *stem, GString *out);

/* ---- the formats, each in its file ---- */

void ser_format_table (const SerRecording *recording, GString *out);
void ser_format_jsonl (const SerRecording *recording, GString *out);
void ser_format_csv_windows (const SerRecording *recording, GString *out);
void ser_format_csv_segments (const SerRecording *recording, GString *out);
void ser_format_csv_summary (const SerRecording *recording, GString *out);
void ser_format_vtt (const SerRecording *recording, GString *out);
void ser_format_srt (const SerRecording *recording, GString *out);
void ser_format_textgrid (const SerRecording *recording, GString *out);
void ser_format_eaf (const SerRecording *recording, GString *out);
void ser_format_audacity_segments (const SerRecording *recording, GString *out);
void ser_format_audacity_windows (const SerRecording *recording, GString *out);

/* A window that is known as it comes. */
void ser_format_table_window (const SerRecordingWindow *window, const SerModel *model, GString *out);
void ser_format_jsonl_window (const SerRecordingWindow *window, const SerModel *model, GString *out);

/* ---- what they share ---- */

/* The time that window i stands for: from halfway to the window before to halfway to the one after, so that windows
 * follow each other without overlap. Seconds. */
void ser_format_get_own_time (const SerRecording *recording, guint i, double *start, double *end);

/* "1:02:03.004", with hours always, and with `point` before the milliseconds. */
void ser_format_append_time (GString *out, double seconds, char point);

/* A number with at most `digits` significant digits and a point, whatever the locale; nothing for NAN. */
void ser_format_append_number (GString *out, double value, int digits);

/* What a label of a segment or window is called, with the speaker's name before it where there is one. Free with
 * g_free(). */
char *ser_format_make_caption (const SerRecording *recording, guint speaker, const char *emotion, double confidence);

/* The speaker's name, "" for SER_NO_SPEAKER. */
const char *ser_format_get_speaker (const SerRecording *recording, guint speaker);

#endif /* SER_FORMATS_H */
