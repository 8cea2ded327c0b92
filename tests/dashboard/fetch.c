/* fetch.c - tests of fetching from hosts that misbehave, and of which addresses are public
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * All but one test fetch with the usual rules, over an Internet of internet.h.
 */

#include "fetch.h"

#include <glib/gstdio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>

#include "fixture.h"
#include "host.h"
#include "internet.h"
#include "sanitized.h"
#include "ser.h"

#define PATIENCE 20 /* s for whatever a test waits for */
#define NAME "speech.example"

static guint port;

/* ---- URLs ---- */

/* The message, of SER_ERROR_DATA, must have `part`; NULL: the URL must be taken. */
static void
check_url (const char *url, const char *part)
{
  GError *error = NULL;
  gboolean taken = ser_fetch_check_url (url, &error);

  if (part) {
    g_assert_false (taken);
    g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
    fixture_assert_has (error->message, part);
  } else {
    g_assert_no_error (error);
    g_assert_true (taken);
  }
  g_clear_error (&error);
}

static void
test_urls (void)
{
  static const char *const good[] = { "http://example.org", "https://example.org/a%20b.mp4?c=d&e#f",
    "HTTPS://EXAMPLE.ORG/", "http://example.org:80/", "https://example.org:443/", "http://example.org:1024/",
    "http://example.org:65535/", "http://93.184.216.34/", "http://[2606:2800:220:1:248:1893:25c8:1946]/",
    "http://ex\xc3\xa4mple.org/" };
  static const char *const wrong[][2] = { { "", "URL" }, { "speech.mp4", "URL" }, { "example.org/speech.mp4", "URL" },
    { "file:///etc/passwd", "file" }, { "ftp://example.org/a", "ftp: is not fetched: expected http:// or https://" },
    { "javascript:alert(1)", "javascript" }, { "data:audio/wav;base64,AA", "data" }, { "http:///a", "host" },
    { "http:a", "host" }, { "http://u@example.org/", "user" }, { "http://u:p@example.org/", "user" },
    { "http://@example.org/", "user" }, { "http://example.org:22/", "22" }, { "http://example.org:0/", "port 0" },
    { "http://example.org:1023/", "1023" }, { "http://example.org:65536/", "URL" }, { "http://example.org:x/", "URL" },
    { "http://[::1", "URL" }, { "http://127.0.0.1/", "127.0.0.1" }, { "http://%31%32%37.0.0.1/", "URL" },
    { "http://169.254.169.254/latest/meta-data/", "169.254.169.254" }, { "http://[::1]/", "::1" },
    { "http://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1" }, { "https://[fe80::1]:8080/", "fe80::1" } };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    check_url (good[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    check_url (wrong[i][0], wrong[i][1]);
}

static void
test_url_length (void)
{
  g_autofree char *path = g_strnfill (2000 - strlen ("http://example.org/"), 'x');
  g_autofree char *longest = g_strconcat ("http://example.org/", path, NULL),
                  *longer = g_strconcat (longest, "x", NULL);

  check_url (longest, NULL);
  check_url (longer, "2000");
}

/* ---- addresses ---- */

static gboolean
is_public (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  g_assert_nonnull (address);
  return ser_fetch_is_public (address);
}

/* The first and the last of each range, and their neighbours where these are public. */
static void
test_addresses (void)
{
  static const char *const inside[] = { "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0",
    "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255",
    "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.0",
    "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0",
    "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255" };
  static const char *const outside[] = { "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
    "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
    "203.0.112.255", "203.0.114.0", "223.255.255.255" };

  for (guint i = 0; i < G_N_ELEMENTS (inside); i++)
    g_assert_false (is_public (inside[i]));
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_true (is_public (outside[i]));
}

static void
test_addresses_6 (void)
{
  static const char *const inside[] = { "::", "::1", "100::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1",
    "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::1", "3fff:fff::1", "2001:2::1", "2001:10::1",
    "2001:20::1", "4000::1", "5f00::1", "1fff::1" };
  static const char *const outside[] = { "2606:4700:4700::1111", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1",
    "2001:db9::1", "2003::1", "2a00:1450::1", "3fff:1000::1" };

  for (guint i = 0; i < G_N_ELEMENTS (inside); i++)
    g_assert_false (is_public (inside[i]));
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_true (is_public (outside[i]));
}

/* IPv6 forms of an IPv4 address that is not public: mapped, compatible, NAT64, 6to4, Teredo (whose clients' are
 * complemented), ISATAP. */
static void
test_addresses_in_addresses (void)
{
  static const char *const forms[] = { "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1",
    "64:ff9b:1::10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:5db8:d822:0:0:80ff:fffe",
    "fe80::5efe:10.0.0.1" };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    g_assert_false (is_public (forms[i]));
}

/* ---- fetching ---- */

typedef struct {
  char *folder, *path;
  GCancellable *cancellable;
  gboolean ended, ok;
  GError *error;
  guint n_told;
  guint64 received, total;
  gboolean cancels; /* when something is received */
} Fetch;

static const SerFetchLimits usual = { .max_bytes = HOST_SIZE, .seconds = PATIENCE };

static void
on_progress (guint64 received, guint64 total, gpointer data)
{
  Fetch *fetch = data;

  g_assert_cmpint (received, >, fetch->received);
  g_assert_true (fetch->n_told == 0 || total == fetch->total);
  fetch->n_told++;
  fetch->received = received;
  fetch->total = total;
  if (fetch->cancels)
    g_cancellable_cancel (fetch->cancellable);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  Fetch *fetch = data;

  g_assert_false (fetch->ended);
  fetch->ended = TRUE;
  fetch->ok = ser_fetch_finish (result, &fetch->error);
  g_assert_true (fetch->ok == (fetch->error == NULL));
}

/* `where` is a URL, or a path of NAME. */
static void
start (Fetch *fetch, const char *where, const SerFetchLimits *limits)
{
  g_autofree char *url = *where == '/' ? g_strdup_printf ("http://" NAME ":%u%s", port, where) : g_strdup (where);

  if (!fetch->folder)
    fetch->folder = fixture_folder ();
  fetch->path = g_build_filename (fetch->folder, "medium", NULL);
  if (!fetch->cancellable)
    fetch->cancellable = g_cancellable_new ();
  ser_fetch_async (url, fetch->path, limits, on_progress, fetch, fetch->cancellable, on_ready, fetch);
  g_assert_false (fetch->ended);
}

static gboolean
on_patience (gpointer data)
{
  g_error ("the fetch did not end");
  return G_SOURCE_REMOVE;
}

static void
wait_for_end (Fetch *fetch)
{
  guint timer = g_timeout_add_seconds (PATIENCE, on_patience, NULL);

  while (!fetch->ended)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static void
fetch_clear (Fetch *fetch)
{
  g_clear_error (&fetch->error);
  g_clear_object (&fetch->cancellable);
  g_free (fetch->folder);
  g_free (fetch->path);
}

/* Nothing is left of it; part NULL: any message. */
static void
assert_failed (Fetch *fetch, const char *part)
{
  wait_for_end (fetch);
  g_assert_error (fetch->error, SER_ERROR, SER_ERROR_DATA);
  fixture_assert_has (fetch->error->message, part ? part : "");
  g_assert_cmpint (fixture_count_files (fetch->folder), ==, 0);
  fetch_clear (fetch);
}

static void
assert_fails (const char *where, const SerFetchLimits *limits, const char *part)
{
  Fetch fetch = { .folder = NULL };

  start (&fetch, where, limits);
  assert_failed (&fetch, part);
}

static void
assert_fetched (Fetch *fetch)
{
  g_autofree char *body = host_make_body (), *bytes = NULL;
  GStatBuf status;
  gsize size;

  wait_for_end (fetch);
  g_assert_no_error (fetch->error);
  g_assert_true (g_file_get_contents (fetch->path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, size, body, HOST_SIZE);
  g_assert_cmpint (g_stat (fetch->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (fetch->received, ==, HOST_SIZE);
}

static void
assert_fetches (const char *where, const SerFetchLimits *limits, guint64 total)
{
  Fetch fetch = { .folder = NULL };

  start (&fetch, where, limits);
  assert_fetched (&fetch);
  g_assert_cmpint (fetch.n_told, >, 1);
  g_assert_cmpint (fetch.total, ==, total);
  fetch_clear (&fetch);
}

static void
test_bodies (void)
{
  assert_fetches ("/speech", &usual, HOST_SIZE);
  assert_fetches ("/unsized", &usual, 0);
  assert_fetches ("/chunked", &usual, 0);
}

/* Whatever is kept came over the network: a few bytes never become gigabytes. */
static void
test_zipped (void)
{
  Fetch fetch = { .folder = NULL };
  g_autofree char *bytes = NULL;
  gsize size;

  start (&fetch, "/zipped", &usual);
  wait_for_end (&fetch);
  g_assert_no_error (fetch.error);
  g_assert_true (g_file_get_contents (fetch.path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, MIN (size, 2), "\x1f\x8b", 2);
  g_assert_cmpint (size, ==, HOST_ZIPPED);
  fetch_clear (&fetch);
}

/* The head of what was asked, on lines. */
static void
test_request (void)
{
  g_autofree char *host = g_strdup_printf ("Host: " NAME ":%u\n", port), *head = NULL, *line = NULL;

  g_setenv ("http_proxy", "http://127.0.0.1:9/", TRUE);
  assert_fails ("/a b\r\nX-Made-Up: 1\r\n?c d", &usual, NULL);
  g_unsetenv ("http_proxy");
  head = host_get_request ();
  line = g_strndup (head, strcspn (head, "\n"));
  g_assert_cmpstr (line, ==, "GET /a%20b%0D%0AX-Made-Up:%201%0D%0A?c%20d HTTP/1.1");
  fixture_assert_has (head, host);
  fixture_assert_has (head, "Accept-Encoding: identity\n");
  fixture_assert_has (head, "User-Agent: seremotion/");
  g_assert_null (strstr (head, "\nX-Made-Up"));
}

static void
test_statuses (void)
{
  assert_fails ("/404", &usual, NAME " answered 404 Not Found");
  assert_fails ("/401", &usual, "401");
  assert_fails ("/empty", &usual, "nothing");
  assert_fails ("/no-http", &usual, NAME);
}

/* ---- redirections ---- */

static void
test_redirections (void)
{
  g_autofree char *head = NULL;

  assert_fetches ("/hops/5", &usual, HOST_SIZE);
  head = host_get_request ();
  g_assert_null (strstr (head, "\nCookie"));
  g_assert_null (strstr (head, "\nReferer"));
  assert_fails ("/hops/6", &usual, "more than 5");
}

static void
test_redirections_elsewhere (void)
{
  static const char *const forbidden[][2] = { { "file:///etc/passwd", "file" }, { "ftp://" NAME "/", "ftp" },
    { "gopher://" NAME ":70/", "gopher" }, { "http://u:p@" NAME "/", "user" }, { "http://" NAME ":25/", "25" },
    { "//127.0.0.1/", "127.0.0.1" }, { "http://[::ffff:169.254.169.254]/", "169.254.169.254" },
    { "http://inside.example/", "inside.example" }, { "http://nowhere.example/", "nowhere.example" }, { "", "nowhere" },
    { "http://[", "nowhere" } };
  g_autofree char *other = g_strdup_printf ("/to/http://other.example:%u/speech", port);

  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++) {
    g_autofree char *where = g_strconcat ("/to/", forbidden[i][0], NULL);

    assert_fails (where, &usual, forbidden[i][1]);
  }
  assert_fetches (other, &usual, HOST_SIZE);
}

/* ---- private networks ---- */

/* Where the machine has any beside loopback. */
static void
test_own (void)
{
  g_autoptr (GInetAddress) other = g_inet_address_new_from_string ("9.9.9.9");
  struct ifaddrs *interfaces;

  g_assert_cmpint (getifaddrs (&interfaces), ==, 0);
  for (const struct ifaddrs *at = interfaces; at; at = at->ifa_next) {
    g_autoptr (GInetAddress) address = NULL;

    if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET)
      continue;
    address = g_inet_address_new_from_bytes (
        (const guint8 *) &((const struct sockaddr_in *) at->ifa_addr)->sin_addr, G_SOCKET_FAMILY_IPV4);
    g_assert_true (ser_fetch_is_own (address) == !(at->ifa_flags & IFF_LOOPBACK));
  }
  freeifaddrs (interfaces);
  g_assert_false (ser_fetch_is_own (other));
}

static void
test_private (void)
{
  SerFetchLimits allowing = usual;
  g_autofree char *literal = g_strdup_printf ("http://127.0.0.1:%u/speech", port);
  g_autofree char *localhost = g_strdup_printf ("http://localhost:%u/speech", port);
  g_autofree char *with_dot = g_strdup_printf ("http://localhost.:%u/speech", port);
  g_autofree char *shorter = g_strdup_printf ("http://127.1:%u/speech", port);
  g_autofree char *number = g_strdup_printf ("http://2130706433:%u/speech", port);

  assert_fails (literal, &usual, "not an address of the public Internet");
  assert_fails (localhost, &usual, "localhost");
  assert_fails (with_dot, &usual, "localhost");
  assert_fails (shorter, &usual, NULL);
  assert_fails (number, &usual, NULL);
  assert_fails ("http://inside.example/", &usual, "has an address that is not of the public Internet");
  assert_fails ("http://both.example/", &usual, "has an address that is not of the public Internet");
  assert_fails ("http://nowhere.example/", &usual, "the name nowhere.example was not found");
  allowing.allow_private = TRUE;
  assert_fetches (literal, &allowing, HOST_SIZE);
}

/* Its first answer is a public address, all others are this machine's. */
static void
test_rebinding (void)
{
  g_autofree char *url = g_strdup_printf ("http://rebinding.example:%u/speech", port);
  g_autofree char *again = g_strdup_printf ("http://again.example:%u/hops/1", port);

  assert_fetches (url, &usual, HOST_SIZE);
  g_assert_cmpint (internet_count_lookups ("rebinding.example"), ==, 1);
  assert_fails (again, &usual, "has an address that is not of the public Internet");
  g_assert_cmpint (internet_count_lookups ("again.example"), ==, 2);
}

/* ---- limits ---- */

static void
test_size (void)
{
  SerFetchLimits less = usual;

  less.max_bytes = HOST_SIZE - 1;
  assert_fails ("/speech", &less, "200000");
  assert_fails ("/unsized", &less, "199999");
  assert_fails ("/larger", &usual, "200001");
  assert_fails ("/unsized-larger", &usual, "200000");
  assert_fails ("/endless", &usual, "200000");
}

static void
test_broken (void)
{
  assert_fails ("/broken", &usual, "before the end");
  assert_fails ("/broken-chunk", &usual, "before the end");
}

/* The main loop has nothing else to do as long as they come. */
static void
test_promises (void)
{
  assert_fetches ("/promised", &usual, HOST_SIZE);
  assert_fails ("/promises", &usual, "gives none");
}

/* At once, as each takes the time that it may take. */
static void
test_slow (void)
{
  static const char *const places[] = { "/silent", "/half", "http://silent.example/" };
  SerFetchLimits second = usual;
  Fetch fetches[G_N_ELEMENTS (places)] = { { .folder = NULL } };

  second.seconds = 1;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    start (&fetches[i], places[i], &second);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    assert_failed (&fetches[i], "too long");
}

/* ---- cancelling ---- */

static void
iterate (guint milliseconds)
{
  for (guint i = 0; i < milliseconds; i++) {
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_usleep (1000);
  }
}

static void
test_cancel (void)
{
  static const char *const places[] = { "/speech", "http://silent.example/", "/silent", "/half" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    Fetch fetch = { .folder = NULL }, cancelled = { .cancellable = g_cancellable_new () };

    start (&fetch, places[i], &usual);
    if (i > 0)
      iterate (20);
    g_assert_false (fetch.ended);
    g_cancellable_cancel (fetch.cancellable);
    assert_failed (&fetch, NULL);
    g_cancellable_cancel (cancelled.cancellable);
    start (&cancelled, places[i], &usual);
    assert_failed (&cancelled, NULL);
  }
}

static void
test_cancel_inside (void)
{
  Fetch fetch = { .cancels = TRUE };

  start (&fetch, "/unsized", &usual);
  assert_failed (&fetch, NULL);
}

/* ---- files ---- */

static void
test_files (void)
{
  Fetch there = { .folder = fixture_folder () }, nowhere = { .folder = g_strdup ("/nowhere") };
  g_autofree char *bytes = NULL;

  fixture_write (there.folder, "medium", "another's");
  start (&there, "/speech", &usual);
  wait_for_end (&there);
  g_assert_error (there.error, SER_ERROR, SER_ERROR_FILE);
  g_assert_true (g_file_get_contents (there.path, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "another's");
  start (&nowhere, "/speech", &usual);
  wait_for_end (&nowhere);
  g_assert_error (nowhere.error, SER_ERROR, SER_ERROR_FILE);
  fetch_clear (&there);
  fetch_clear (&nowhere);
}

/* ---- TLS: its library has threads that LeakSanitizer does not survive ---- */

#ifndef SANITIZED
/* A certificate for NAME alone, which is its own authority. */
static GTlsCertificate *
make_certificate (char **path)
{
  g_autofree char *folder = fixture_folder (), *key = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) openssl = NULL;
  GTlsCertificate *certificate;

  *path = g_build_filename (folder, "certificate.pem", NULL);
  openssl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "openssl", "req", "-x509", "-newkey", "ec",
      "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" NAME, "-addext", "subjectAltName=DNS:" NAME,
      "-days", "2", "-keyout", key, "-out", *path, NULL);
  if (!openssl || !g_subprocess_wait_check (openssl, NULL, NULL)
      || !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return NULL;
  certificate = g_tls_certificate_new_from_files (*path, key, &error);
  g_assert_no_error (error);
  return certificate;
}

/* The name that is checked is the host's, not that of the address where it was found. */
static void
test_tls (void)
{
  g_autofree char *path = NULL, *url = NULL, *other = NULL,
                  *plain = g_strdup_printf ("https://" NAME ":%u/speech", port);
  GTlsCertificate *certificate = make_certificate (&path);
  g_autoptr (GTlsDatabase) trusted = NULL;
  GError *error = NULL;
  guint tls_port;

  assert_fails (plain, &usual, NAME);
  if (!certificate) {
    g_test_skip ("no certificate: openssl or glib-networking is not installed");
    return;
  }
  tls_port = host_start (certificate);
  url = g_strdup_printf ("https://" NAME ":%u/speech", tls_port);
  other = g_strdup_printf ("https://other.example:%u/speech", tls_port);
  assert_fails (url, &usual, "certificate");
  trusted = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), trusted);
  assert_fetches (url, &usual, HOST_SIZE);
  assert_fails (other, &usual, "certificate");
}
#endif

static void
add_names (void)
{
  internet_add_name (NAME, "2606:2800:220:1:248:1893:25c8:1946 " INTERNET_ADDRESS, NULL);
  internet_add_name ("other.example", INTERNET_ADDRESS, NULL);
  internet_add_name ("silent.example", NULL, NULL);
  internet_add_name ("inside.example", "10.0.0.1", NULL);
  internet_add_name ("both.example", INTERNET_ADDRESS " ::1", NULL);
  internet_add_name ("rebinding.example", INTERNET_ADDRESS, "127.0.0.1");
  internet_add_name ("again.example", INTERNET_ADDRESS, "127.0.0.1");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  internet_set_up ();
  add_names ();
  port = host_start (NULL);
  g_test_add_func ("/dashboard/fetch/urls", test_urls);
  g_test_add_func ("/dashboard/fetch/url-length", test_url_length);
  g_test_add_func ("/dashboard/fetch/addresses", test_addresses);
  g_test_add_func ("/dashboard/fetch/addresses-6", test_addresses_6);
  g_test_add_func ("/dashboard/fetch/addresses-in-addresses", test_addresses_in_addresses);
  g_test_add_func ("/dashboard/fetch/bodies", test_bodies);
  g_test_add_func ("/dashboard/fetch/zipped", test_zipped);
  g_test_add_func ("/dashboard/fetch/request", test_request);
  g_test_add_func ("/dashboard/fetch/statuses", test_statuses);
  g_test_add_func ("/dashboard/fetch/redirections", test_redirections);
  g_test_add_func ("/dashboard/fetch/redirections-elsewhere", test_redirections_elsewhere);
  g_test_add_func ("/dashboard/fetch/own", test_own);
  g_test_add_func ("/dashboard/fetch/private", test_private);
  g_test_add_func ("/dashboard/fetch/rebinding", test_rebinding);
  g_test_add_func ("/dashboard/fetch/size", test_size);
  g_test_add_func ("/dashboard/fetch/broken", test_broken);
  g_test_add_func ("/dashboard/fetch/promises", test_promises);
  g_test_add_func ("/dashboard/fetch/slow", test_slow);
  g_test_add_func ("/dashboard/fetch/cancel", test_cancel);
  g_test_add_func ("/dashboard/fetch/cancel-inside", test_cancel_inside);
  g_test_add_func ("/dashboard/fetch/files", test_files);
#ifndef SANITIZED
  g_test_add_func ("/dashboard/fetch/tls", test_tls);
#endif
  return fixture_run ();
}
