/* live.c - sound that comes through a WebSocket, told window by window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A session is gone when its connection and its child are. What waits is bounded on both sides: samples by what a child
 * may lag behind, lines by a client's having to answer pings.
 */

#include "live.h"

#include <string.h>

#include "json-read.h"
#include "json.h"
#include "model/error.h"
#include "sink.h"

#define MIN_RATE 8000
#define BEHIND 15      /* s: of sound, which the child has not taken yet */
#define MAX_TEXT 1024  /* bytes */
#define GRACE 60       /* s: that a child may take longer than the session, to end */
#define PINGS 3        /* that a client may leave unanswered */
#define MAX_REASON 120 /* bytes that a WebSocket's close has room for */
#define FAREWELL 500   /* ms for all connections to be closed, at the end */

#define POLICY SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION

struct _SerLive {
  const SerChildSetup *setup;
  char *folder;
  SerLiveTimes times;
  guint max_sessions, n_taken;
  GPtrArray *sessions; /* Session *, those taken and those that are told to go */
  gboolean leaving;
};

typedef struct {
  SerLive *live;
  gboolean taken;
  SoupWebsocketConnection *connection; /* NULL when it is gone */
  SerChild *child;                     /* NULL before the rate is known, and when it is gone */
  SerSink *input;                      /* of the child, until the end of the sound */
  guint rate;                          /* Hz; 0: not known */
  guint64 n_samples;
  guint n_windows;
  gboolean ended;                      /* no more sound will come */
  gint64 start, last_sound, last_pong; /* monotonic us */
  guint timer;
} Session;

/* ---- the end of a session ---- */

static void
session_free (Session *session)
{
  session->live->n_taken -= session->taken;
  g_ptr_array_remove_fast (session->live->sessions, session);
  g_clear_handle_id (&session->timer, g_source_remove);
  g_clear_pointer (&session->input, ser_sink_free);
  g_clear_pointer (&session->child, ser_child_free);
  if (session->connection)
    g_signal_handlers_disconnect_by_data (session->connection, session);
  g_clear_object (&session->connection);
  g_free (session);
}

/* When nothing is left of it. */
static void
free_if_gone (Session *session)
{
  if (!session->connection && !session->child)
    session_free (session);
}

static void
stop_hearing (Session *session)
{
  g_clear_pointer (&session->input, ser_sink_free);
  session->ended = TRUE;
  if (session->child)
    ser_child_stop (session->child);
}

/* Longer reasons are cut, between characters. */
static void
say_goodbye (Session *session, SoupWebsocketCloseCode code, const char *reason)
{
  g_autofree char *text = g_strdup (reason);
  const char *end;

  if (!session->connection || soup_websocket_connection_get_state (session->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (strlen (text) > MAX_REASON)
    text[MAX_REASON] = '\0';
  if (!g_utf8_validate (text, -1, &end))
    text[end - text] = '\0';
  soup_websocket_connection_close (session->connection, code, text);
}

static void G_GNUC_PRINTF (3, 4) refuse (Session *session, SoupWebsocketCloseCode code, const char *format, ...)
{
  va_list arguments;
  g_autofree char *reason = NULL;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  say_goodbye (session, code, reason);
  stop_hearing (session);
}

/* ---- what the child says ---- */

static void
send_text (Session *session, const char *text)
{
  if (session->connection && soup_websocket_connection_get_state (session->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (session->connection, text);
}

static void
on_line (const char *line, gpointer data)
{
  Session *session = data;

  session->n_windows++;
  send_text (session, line);
}

static void
send_end (Session *session)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "row", "end");
  ser_json_add_int (builder, "windows", session->n_windows);
  json_builder_end_object (builder);
  text = ser_json_to_text (builder);
  send_text (session, text);
}

static void
on_child_end (SerChildEnd end, const char *message, gpointer data)
{
  Session *session = data;

  session->child = NULL;
  if (end == SER_CHILD_OK && session->ended) {
    send_end (session);
    say_goodbye (session, SOUP_WEBSOCKET_CLOSE_NORMAL, "");
  } else
    say_goodbye (session, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, message ? message : "the analysis ended early");
  stop_hearing (session);
  free_if_gone (session);
}

static void
start_child (Session *session)
{
  const SerChildSetup *setup = session->live->setup;
  g_autofree char *rate = g_strdup_printf ("%u", session->rate);
  const char *const arguments[] = { "analyze", "-", "--live", "--format", "jsonl", "--raw", rate,
    setup->model ? "--model" : NULL, setup->model, NULL };
  SerChildJob job = { .arguments = arguments,
    .folder = session->live->folder,
    .limits = SER_CHILD_LIMITS,
    .input = TRUE,
    .on_line = on_line,
    .on_end = on_child_end,
    .data = session };
  g_autoptr (GError) error = NULL;

  job.limits.growth = 0; /* the folder is that of all sessions, in which nothing is written */
  job.limits.seconds = session->live->times.whole + GRACE;
  session->child = ser_child_start (setup, &job, &error);
  if (!session->child) {
    refuse (session, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, "the analysis cannot be started: %s", error->message);
    return;
  }
  session->input = ser_sink_new (
      ser_child_get_input (session->child), (gsize) BEHIND * session->rate * sizeof (gint16) + SER_LIVE_MESSAGE);
}

/* ---- what the client says ---- */

static void
end_sound (Session *session)
{
  session->ended = TRUE;
  ser_sink_end (session->input);
}

static gboolean
take_rate (Session *session, const SerJsonValue *message, GError **error)
{
  guint rate;

  if (!ser_json_get_count (message, "rate", &rate, error))
    return FALSE;
  if (rate < MIN_RATE || rate > SER_LIVE_RATE)
    return ser_fail (error, SER_ERROR_DATA, "rate %u: expected %d to %d", rate, MIN_RATE, SER_LIVE_RATE);
  session->rate = rate;
  session->start = session->last_sound = g_get_monotonic_time ();
  start_child (session);
  return TRUE;
}

static gboolean
take_text (Session *session, GBytes *text, GError **error)
{
  gsize n;
  const char *bytes = g_bytes_get_data (text, &n);
  g_autoptr (SerJsonFile) file = NULL;
  SerJsonValue message;
  gboolean end = FALSE;

  if (n > MAX_TEXT)
    return ser_fail (error, SER_ERROR_DATA, "a text of %" G_GSIZE_FORMAT " bytes: expected up to %d", n, MAX_TEXT);
  if (!(file = ser_json_file_parse ("the message", bytes, n, error)))
    return FALSE;
  message = ser_json_file_root (file);
  if (session->rate == 0)
    return take_rate (session, &message, error);
  if (!ser_json_get_boolean (&message, "end", &end, error))
    return FALSE;
  if (end)
    end_sound (session);
  return TRUE;
}

static gboolean
is_too_fast (const Session *session)
{
  double elapsed = (g_get_monotonic_time () - session->start) / 1e6;

  return (double) session->n_samples / session->rate > elapsed + SER_LIVE_AHEAD;
}

static void
take_sound (Session *session, GBytes *bytes)
{
  gsize n = g_bytes_get_size (bytes);

  if (session->rate == 0 || n % sizeof (gint16) != 0) {
    refuse (session, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "%s",
        session->rate == 0 ? "sound came before its rate: expected {\"rate\": 48000}"
                           : "half a sample came: expected whole ones of 16 bits");
    return;
  }
  session->n_samples += n / sizeof (gint16);
  session->last_sound = g_get_monotonic_time ();
  if (is_too_fast (session))
    refuse (session, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "sound came much faster than it lasts");
  else if (!ser_sink_push (session->input, bytes))
    refuse (session, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, "this server is too busy to keep up");
}

static void
on_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *bytes, Session *session)
{
  g_autoptr (GError) error = NULL;

  /* What was under way when the end was said, or after a goodbye. */
  if (session->ended || soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (type == SOUP_WEBSOCKET_DATA_BINARY)
    take_sound (session, bytes);
  else if (!take_text (session, bytes, &error))
    refuse (session, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "%s", error->message);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *message, Session *session)
{
  session->last_pong = g_get_monotonic_time ();
}

static void
on_closed (SoupWebsocketConnection *connection, Session *session)
{
  g_signal_handlers_disconnect_by_data (connection, session);
  g_clear_object (&session->connection);
  stop_hearing (session);
  free_if_gone (session);
}

/* ---- time ---- */

static gboolean
is_past (gint64 since, guint seconds)
{
  return g_get_monotonic_time () - since > (gint64) seconds * G_USEC_PER_SEC;
}

static gboolean
on_second (gpointer data)
{
  Session *session = data;
  const SerLiveTimes *times = &session->live->times;

  if (is_past (session->last_pong, times->unanswered))
    refuse (session, POLICY, "the client does not answer");
  else if (session->ended)
    return G_SOURCE_CONTINUE;
  else if (is_past (session->last_sound, times->idle))
    refuse (session, POLICY, "no sound came for %u s", times->idle);
  else if (is_past (session->start, times->whole))
    end_sound (session);
  return G_SOURCE_CONTINUE;
}

/* ---- all sessions ---- */

SerLive *
ser_live_new (const SerChildSetup *setup, const char *folder, guint max_sessions)
{
  SerLive *live = g_new0 (SerLive, 1);

  live->setup = setup;
  live->folder = g_strdup (folder);
  live->times = SER_LIVE_TIMES;
  live->max_sessions = max_sessions;
  live->sessions = g_ptr_array_new ();
  return live;
}

void
ser_live_set_times (SerLive *live, const SerLiveTimes *times)
{
  live->times = *times;
}

void
ser_live_take (SerLive *live, SoupWebsocketConnection *connection)
{
  Session *session = g_new0 (Session, 1);

  session->live = live;
  session->connection = g_object_ref (connection);
  session->start = session->last_sound = session->last_pong = g_get_monotonic_time ();
  session->timer = g_timeout_add_seconds (1, on_second, session);
  g_ptr_array_add (live->sessions, session);
  g_object_set (connection, "max-incoming-payload-size", SER_LIVE_MESSAGE, "keepalive-interval",
      MAX (1, live->times.unanswered / PINGS), NULL);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), session);
  g_signal_connect (connection, "pong", G_CALLBACK (on_pong), session);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), session);
  if (live->leaving)
    refuse (session, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "the server ends");
  else if (live->n_taken == live->max_sessions)
    refuse (session, POLICY, "%u are heard at once on this server, not more: try again in a while", live->max_sessions);
  else {
    session->taken = TRUE;
    live->n_taken++;
  }
}

static gboolean
on_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Connections have so long to say goodbye in turn; what is left then is dropped. */
void
ser_live_free (SerLive *live)
{
  gint64 start = g_get_monotonic_time ();
  guint timer;

  if (!live)
    return;
  timer = g_timeout_add (FAREWELL / 10, on_wake, NULL);
  live->leaving = TRUE;
  for (guint i = 0; i < live->sessions->len; i++)
    refuse (live->sessions->pdata[i], SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "the server ends");
  while (live->sessions->len > 0 && g_get_monotonic_time () - start < FAREWELL * 1000)
    g_main_context_iteration (NULL, TRUE);
  while (live->sessions->len > 0)
    session_free (live->sessions->pdata[0]);
  g_source_remove (timer);
  g_ptr_array_unref (live->sessions);
  g_free (live->folder);
  g_free (live);
}
