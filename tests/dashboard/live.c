/* live.c - tests of live sessions: a server and clients on loopback, the real program behind them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "live.h"

#include <string.h>

#include "fixture.h"
#include "patience.h"
#include "ser.h"

#define RATE 16000
#define STEP (RATE / 50) /* samples of 20 ms */

/* ---- the server ---- */

typedef struct {
  SoupServer *soup;
  SerLive *live;
  SerChildSetup setup;
  char *folder, *uri;
} Server;

static void
on_websocket (
    SoupServer *soup, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer data)
{
  ser_live_take (data, connection);
}

static Server *
server_new (const char *program, guint max_sessions)
{
  Server *server = g_new0 (Server, 1);
  GError *error = NULL;
  GSList *uris;

  server->soup = soup_server_new (NULL, NULL);
  server->folder = fixture_folder ();
  server->setup.program = g_strdup (program ? program : g_getenv ("SEREMOTION_PROGRAM"));
  server->live = ser_live_new (&server->setup, server->folder, max_sessions);
  soup_server_add_websocket_handler (server->soup, "/live", NULL, NULL, on_websocket, server->live, NULL);
  g_assert_true (soup_server_listen_local (server->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (server->soup);
  server->uri = g_strdup_printf ("ws://127.0.0.1:%d/live", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return server;
}

static void
server_free (Server *server)
{
  ser_live_free (server->live);
  soup_server_disconnect (server->soup);
  g_object_unref (server->soup);
  g_free (server->setup.program);
  g_free (server->setup.bubblewrap);
  g_free (server->folder);
  g_free (server->uri);
  g_free (server);
}

/* ---- clients ---- */

typedef struct {
  SoupSession *session;
  SoupWebsocketConnection *connection;
  GPtrArray *texts; /* char * */
  GArray *times;    /* gint64, monotonic us, of each */
  gboolean closed;
  guint code; /* of the close */
  char *reason;
} Client;

static void
on_text (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *bytes, Client *client)
{
  gint64 now = g_get_monotonic_time ();

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  g_ptr_array_add (client->texts, g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
  g_array_append_val (client->times, now);
}

static void
on_closed (SoupWebsocketConnection *connection, Client *client)
{
  client->closed = TRUE;
  client->code = soup_websocket_connection_get_close_code (connection);
  client->reason = g_strdup (soup_websocket_connection_get_close_data (connection));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;
  GError *error = NULL;

  client->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  g_signal_connect (client->connection, "message", G_CALLBACK (on_text), client);
  g_signal_connect (client->connection, "closed", G_CALLBACK (on_closed), client);
}

static Client *
client_new (const Server *server)
{
  Client *client = g_new0 (Client, 1);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, server->uri);

  client->session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  client->texts = g_ptr_array_new_with_free_func (g_free);
  client->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  soup_session_websocket_connect_async (
      client->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, on_connected, client);
  WAIT_FOR (client->connection);
  return client;
}

static void
client_free (Client *client)
{
  g_signal_handlers_disconnect_by_data (client->connection, client);
  g_object_unref (client->connection);
  g_object_unref (client->session);
  g_ptr_array_unref (client->texts);
  g_array_unref (client->times);
  g_free (client->reason);
  g_free (client);
}

static void
say (Client *client, const char *text)
{
  soup_websocket_connection_send_text (client->connection, text);
}

static void
play (Client *client, const void *bytes, gsize n)
{
  soup_websocket_connection_send_binary (client->connection, bytes, n);
}

/* ---- sound and what it comes to ---- */

static JsonObject *
parse (const char *text, JsonParser *parser)
{
  GError *error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
assert_row (const Client *client, guint i, const char *row, const char *member, double value)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = parse (client->texts->pdata[i], parser);

  g_assert_cmpstr (json_object_get_string_member (object, "row"), ==, row);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (object, member), value, 1e-6);
}

/* s from the end of the window in text i to when it came. */
static double
get_lateness (const Client *client, guint i, gint64 start)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = parse (client->texts->pdata[i], parser);

  return (g_array_index (client->times, gint64, i) - start) / 1e6
      - json_object_get_double_member (object, "stream-time") - json_object_get_double_member (object, "duration");
}

typedef struct {
  Client *client;
  const gint16 *samples;
  gsize n, at;
  gint64 start;
} Player;

/* What has been heard by now, in portions of 20 ms; in the end, that it ends. */
static gboolean
on_play (gpointer data)
{
  Player *player = data;
  gint64 elapsed = g_get_monotonic_time () - player->start;

  while (player->at < player->n && (gint64) (player->at + STEP) * G_USEC_PER_SEC / RATE <= elapsed) {
    gsize n = MIN (STEP, player->n - player->at);
    play (player->client, player->samples + player->at, n * sizeof (gint16));
    player->at += n;
  }
  if (player->at < player->n)
    return G_SOURCE_CONTINUE;
  say (player->client, "{\"end\": true}");
  return G_SOURCE_REMOVE;
}

/* Sound that comes as it is spoken is told as it comes, and the rest of it when it ends. */
static void
test_in_time (void)
{
  Server *server = server_new (NULL, 1);
  Client *client = client_new (server);
  g_autofree gint16 *samples = NULL;
  double latest = 0;
  Player player;
  gsize n;

  samples = fixture_make_voice (RATE, &n, 5.7);
  player = (Player){ client, samples, n, 0, g_get_monotonic_time () };
  say (client, "{\"rate\": 16000}");
  g_timeout_add (10, on_play, &player);
  WAIT_FOR (client->closed);
  g_assert_cmpuint (client->code, ==, SOUP_WEBSOCKET_CLOSE_NORMAL);
  g_assert_cmpuint (client->texts->len, ==, 5);
  for (guint i = 0; i < 3; i++) {
    assert_row (client, i, "window", "stream-time", i);
    latest = MAX (latest, get_lateness (client, i, player.start));
  }
  assert_row (client, 3, "window", "duration", 2.7);
  assert_row (client, 4, "end", "windows", 4);
  g_test_message ("windows come up to %.3f s after their end", latest);
  g_assert_cmpfloat (latest, <, 2);
  client_free (client);
  server_free (server);
}

/* Each line as the program writes it of the same samples. */
static void
test_same (void)
{
  Server *server = server_new (NULL, 1);
  Client *client = client_new (server);
  g_autofree gint16 *samples = NULL;
  g_autofree char *folder = fixture_folder (), *raw = fixture_path (folder, "raw"), *line = NULL, *output = NULL;
  const char *words[] = { "sh", "-c", NULL, NULL };
  g_auto (GStrv) lines = NULL;
  gsize n;

  samples = fixture_make_voice (RATE, &n, 8);
  g_assert_true (g_file_set_contents (raw, (const char *) samples, 2 * n, NULL));
  words[2] = line =
      g_strdup_printf ("'%s' analyze - --live --format jsonl --raw 16000 < '%s'", g_getenv ("SEREMOTION_PROGRAM"), raw);
  g_assert_true (
      g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL));
  lines = g_strsplit (output, "\n", -1);
  say (client, "{\"rate\": 16000}");
  play (client, samples, 2 * n);
  say (client, "{\"end\": true}");
  play (client, samples, 3);
  WAIT_FOR (client->closed);
  g_assert_cmpuint (client->code, ==, SOUP_WEBSOCKET_CLOSE_NORMAL);
  g_assert_cmpuint (client->texts->len, ==, 7);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpstr (client->texts->pdata[i], ==, lines[i]);
  client_free (client);
  server_free (server);
}

/* In the sandbox, where there is one; no sound at all has no window. */
static void
test_sandbox (void)
{
  g_autofree char *reason = NULL;
  Server *server = server_new (NULL, 1);
  Client *client;

  server->setup.bubblewrap = ser_child_find_bubblewrap (server->setup.program, &reason);
  if (!server->setup.bubblewrap) {
    g_test_skip (reason);
    server_free (server);
    return;
  }
  client = client_new (server);
  say (client, "{\"rate\": 44100}");
  say (client, "{\"end\": true}");
  WAIT_FOR (client->closed);
  g_assert_cmpuint (client->code, ==, SOUP_WEBSOCKET_CLOSE_NORMAL);
  g_assert_cmpuint (client->texts->len, ==, 1);
  assert_row (client, 0, "end", "windows", 0);
  client_free (client);
  server_free (server);
}

/* ---- what is refused ---- */

static void
assert_closed (Client *client, guint code, const char *says)
{
  WAIT_FOR (client->closed);
  g_test_message ("%u %s", client->code, client->reason ? client->reason : "");
  g_assert_cmpuint (client->code, ==, code);
  fixture_assert_has (client->reason ? client->reason : "", says);
}

static void
test_not_understood (void)
{
  static const struct {
    const char *first, *second; /* texts; NULL: half a sample */
    const char *says;
  } cases[] = {
    { "hello", "", "not JSON" },
    { "[1]", "", "expected a JSON object" },
    { "{}", "", "there is no member `rate`" },
    { "{\"rate\": \"fast\"}", "", "rate `\"fast\"`" },
    { "{\"rate\": -1}", "", "rate `-1`" },
    { "{\"rate\": 7999}", "", "rate 7999: expected 8000 to 192000" },
    { "{\"rate\": 192001}", "", "rate 192001" },
    { "{\"end\": true}", "", "there is no member `rate`" },
    { "{\"rate\": 16000}", "{\"rate\": 16000}", "there is no member `end`" },
    { "{\"rate\": 16000}", "{\"end\": 1}", "end `1`: expected true or false" },
    { "{\"rate\": 16000}", NULL, "half a sample" },
    { NULL, NULL, "sound came before its rate" },
  };
  Server *server = server_new (NULL, G_N_ELEMENTS (cases));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Client *client = client_new (server);

    for (guint k = 0; k < 2; k++) {
      const char *text = k == 0 ? cases[i].first : cases[i].second;
      if (!text)
        play (client, "abc", 3);
      else if (*text)
        say (client, text);
    }
    assert_closed (client, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, cases[i].says);
    client_free (client);
  }
  server_free (server);
}

static void
test_deep (void)
{
  g_autofree char *deep = g_strnfill (1000, '['), *long_one = g_strnfill (2000000, ' ');
  Server *server = server_new (NULL, 1);
  Client *client = client_new (server);

  say (client, deep);
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "nested too deeply");
  client_free (client);
  client = client_new (server);
  say (client, long_one);
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "2000000 bytes: expected up to 1024");
  client_free (client);
  server_free (server);
}

/* 20 s of sound at once, in portions that each would do; then as much in one. */
static void
test_too_fast (void)
{
  g_autofree gint16 *samples = fixture_noise (1, RATE);
  g_autofree char *large = g_malloc0 (1 << 20);
  Server *server = server_new (NULL, 2);
  Client *client = client_new (server);

  say (client, "{\"rate\": 16000}");
  for (guint i = 0; i < 20; i++)
    play (client, samples, RATE * sizeof (gint16));
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "much faster");
  client_free (client);
  client = client_new (server);
  say (client, "{\"rate\": 16000}");
  play (client, large, 1 << 20);
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "much faster");
  client_free (client);
  server_free (server);
}

/* ---- who comes and goes ---- */

/* Whether another session is allowed now. */
static gboolean
try_another (const Server *server)
{
  Client *client = client_new (server);
  gboolean allowed;

  say (client, "{\"rate\": 16000}");
  say (client, "{\"end\": true}");
  WAIT_FOR (client->closed);
  allowed = client->code == SOUP_WEBSOCKET_CLOSE_NORMAL;
  if (!allowed) {
    g_assert_cmpuint (client->code, ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
    fixture_assert_has (client->reason, "1 are heard at once");
  }
  client_free (client);
  return allowed;
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A client that is gone without a word takes its child with it, which frees its place. */
static void
test_limit (void)
{
  Server *server = server_new (NULL, 1);
  Client *client = client_new (server);
  guint tick = g_timeout_add (50, on_tick, NULL);

  say (client, "{\"rate\": 16000}");
  g_assert_false (try_another (server));
  g_io_stream_close (soup_websocket_connection_get_io_stream (client->connection), NULL, NULL);
  WAIT_FOR (try_another (server));
  g_source_remove (tick);
  client_free (client);
  server_free (server);
}

static void
test_idle (void)
{
  Server *server = server_new (NULL, 1);
  const SerLiveTimes times = { 60, 1, 60 };
  Client *client;

  ser_live_set_times (server->live, &times);
  client = client_new (server);
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "no sound came for 1 s");
  client_free (client);
  client = client_new (server);
  say (client, "{\"rate\": 16000}");
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "no sound came for 1 s");
  client_free (client);
  server_free (server);
}

/* What lasts too long ends as if it had been asked to. */
static void
test_whole (void)
{
  Server *server = server_new (NULL, 1);
  const SerLiveTimes times = { 1, 60, 60 };
  g_autofree gint16 *samples = fixture_noise (1, 2 * RATE);
  Client *client;

  ser_live_set_times (server->live, &times);
  client = client_new (server);
  say (client, "{\"rate\": 16000}");
  play (client, samples, 2 * RATE * sizeof (gint16));
  assert_closed (client, SOUP_WEBSOCKET_CLOSE_NORMAL, "");
  g_assert_cmpuint (client->texts->len, ==, 2);
  assert_row (client, 1, "end", "windows", 1);
  client_free (client);
  server_free (server);
}

/* A client that reads nothing answers no ping, and is dropped. */
static void
test_deaf (void)
{
  Server *server = server_new (NULL, 1);
  const SerLiveTimes times = { 60, 60, 2 };
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GUri) uri = g_uri_parse (server->uri, G_URI_FLAGS_NONE, NULL);
  const char request[] = "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  guint tick = g_timeout_add (100, on_tick, NULL);
  gint64 start = g_get_monotonic_time ();

  ser_live_set_times (server->live, &times);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", g_uri_get_port (uri), NULL, NULL);
  g_assert_nonnull (connection);
  g_assert_true (g_output_stream_write_all (
      g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, NULL));
  while (g_get_monotonic_time () - start < 500000)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (try_another (server));
  WAIT_FOR (try_another (server));
  g_assert_cmpint (g_get_monotonic_time () - start, >, 2 * G_USEC_PER_SEC);
  g_source_remove (tick);
  server_free (server);
}

/* ---- what goes wrong here ---- */

static void
test_failures (void)
{
  static const struct {
    const char *program, *says;
  } cases[] = { { "/bin/false", "did not say why" }, { "/bin/true", "ended early" },
    { "/nowhere/seremotion", "cannot be started" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Server *server = server_new (cases[i].program, 1);
    Client *client = client_new (server);

    say (client, "{\"rate\": 16000}");
    assert_closed (client, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, cases[i].says);
    client_free (client);
    server_free (server);
  }
}

static void
test_server_ends (void)
{
  Server *server = server_new (NULL, 2);
  Client *first = client_new (server), *second = client_new (server);
  gint64 start;

  say (first, "{\"rate\": 16000}");
  WAIT_FOR (soup_websocket_connection_get_state (first->connection) == SOUP_WEBSOCKET_STATE_OPEN);
  start = g_get_monotonic_time ();
  ser_live_free (server->live);
  server->live = NULL;
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  assert_closed (first, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "the server ends");
  assert_closed (second, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "the server ends");
  client_free (first);
  client_free (second);
  server_free (server);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/live/in-time", test_in_time);
  g_test_add_func ("/dashboard/live/same", test_same);
  g_test_add_func ("/dashboard/live/sandbox", test_sandbox);
  g_test_add_func ("/dashboard/live/not-understood", test_not_understood);
  g_test_add_func ("/dashboard/live/deep", test_deep);
  g_test_add_func ("/dashboard/live/too-fast", test_too_fast);
  g_test_add_func ("/dashboard/live/limit", test_limit);
  g_test_add_func ("/dashboard/live/idle", test_idle);
  g_test_add_func ("/dashboard/live/whole", test_whole);
  g_test_add_func ("/dashboard/live/deaf", test_deaf);
  g_test_add_func ("/dashboard/live/failures", test_failures);
  g_test_add_func ("/dashboard/live/server-ends", test_server_ends);
  return fixture_run ();
}
