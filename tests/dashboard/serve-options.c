/* serve-options.c - tests of the command line of `seremotion serve`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "serve-options.h"

#include <sys/stat.h>

#include "fixture.h"
#include "ser.h"

static char *folder;

static gboolean
read_line (SerServeOptions *options, const char *format, const char *data, GError **error)
{
  g_autofree char *line = g_strdup_printf ("serve %s --data '%s'", format, data);
  g_auto (GStrv) words = NULL;
  int n;

  g_assert_true (g_shell_parse_argv (line, &n, &words, NULL));
  return ser_serve_options_read (options, n, words, error);
}

static void
test_defaults (void)
{
  g_autofree char *data = fixture_path (folder, "new/data");
  SerServeOptions o;
  GError *error = NULL;
  struct stat status;

  read_line (&o, "", data, &error);
  g_assert_no_error (error);
  g_assert_cmpint (o.port, ==, 8080);
  g_assert_true (g_inet_address_get_is_loopback (o.address));
  g_assert_null (o.token_file);
  g_assert_cmpint (o.jobs, >=, 1);
  g_assert_cmpint (o.max_upload, ==, G_GINT64_CONSTANT (2147483648));
  g_assert_cmpint (o.max_queued, ==, 200);
  g_assert_cmpstr (o.data, ==, data);
  g_assert_cmpint (stat (data, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
  ser_serve_options_clear (&o);
}

static void
test_hosts (void)
{
  static const struct {
    const char *line, *address;
  } hosts[] = { { "--host localhost", "127.0.0.1" }, { "--host ::1", "::1" }, { "--host 127.0.0.2", "127.0.0.2" },
    { "--host 0.0.0.0 --tls-cert a --tls-key b", "0.0.0.0" } };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autofree char *text = NULL;
    SerServeOptions o;
    GError *error = NULL;

    read_line (&o, hosts[i].line, folder, &error);
    g_assert_no_error (error);
    text = g_inet_address_to_string (o.address);
    g_assert_cmpstr (text, ==, hosts[i].address);
    ser_serve_options_clear (&o);
  }
}

static void
assert_refused (const char *line, const char *data, const char *why)
{
  g_autoptr (GError) error = NULL;
  SerServeOptions o;

  g_assert_false (read_line (&o, line, data, &error));
  g_assert_nonnull (error);
  fixture_assert_has (error->message, why);
  ser_serve_options_clear (&o);
}

static void
test_refusals (void)
{
  g_autofree char *file = fixture_path (folder, "file");

  fixture_write (folder, "file", "");
  assert_refused ("--port 65536", folder, "--port 65536: expected a number from 0 to 65535");
  assert_refused ("--port -1", folder, "--port -1");
  assert_refused ("--jobs 0", folder, "--jobs 0");
  assert_refused ("--max-upload 0", folder, "--max-upload 0");
  assert_refused ("--max-queued 100001", folder, "--max-queued 100001");
  assert_refused ("--max-live 65", folder, "--max-live 65");
  assert_refused ("--host example.org", folder, "expected an IP address");
  assert_refused ("--host 0.0.0.0", folder, "is not loopback");
  assert_refused ("--host 192.168.0.1 --token-file t", folder, "is not loopback");
  assert_refused ("--host :: --tls-cert a", folder, "go together");
  assert_refused ("--tls-key b", folder, "go together");
  assert_refused ("more", folder, "more");
  assert_refused ("", file, "the folder cannot be made");
  assert_refused ("", "", "--data: expected a folder");
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  folder = fixture_folder ();
  g_test_add_func ("/dashboard/serve-options/defaults", test_defaults);
  g_test_add_func ("/dashboard/serve-options/hosts", test_hosts);
  g_test_add_func ("/dashboard/serve-options/refusals", test_refusals);
  status = fixture_run ();
  g_free (folder);
  return status;
}
