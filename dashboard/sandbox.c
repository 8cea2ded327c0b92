/* sandbox.c - the command line of bubblewrap, and what is forbidden behind it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/error.h"

#define TEMPORARY "67108864" /* bytes of /tmp, which are memory */

/* One thread each: several children share the machine, and threads take address space. */
const char *const ser_sandbox_environment[][2] = { { "HOME", "/tmp" }, { "PATH", "/usr/bin:/bin" },
  { "LANG", "C.UTF-8" }, { "MALLOC_ARENA_MAX", "2" }, { "OPENBLAS_NUM_THREADS", "1" }, { "GIO_USE_VFS", "local" },
  { "GSETTINGS_BACKEND", "memory" }, { "GST_REGISTRY_FORK", "no" }, { NULL, NULL } };

/* ---- command line ---- */

static void append (GStrvBuilder *line, ...) G_GNUC_NULL_TERMINATED;

static void
append (GStrvBuilder *line, ...)
{
  const char *word;
  va_list words;

  va_start (words, line);
  while ((word = va_arg (words, const char *)))
    g_strv_builder_add (line, word);
  va_end (words);
}

/* On Debian /lib is a link into /usr; elsewhere it may be a folder. */
static void
append_system (GStrvBuilder *line)
{
  static const char *const folders[] = { "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32" };
  static const char *const files[] = { "/etc/ld.so.cache", "/etc/alternatives" };

  append (line, "--ro-bind", "/usr", "/usr", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *target = g_file_read_link (folders[i], NULL);

    if (target)
      append (line, "--symlink", target, folders[i], NULL);
    else
      append (line, "--ro-bind-try", folders[i], folders[i], NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    append (line, "--ro-bind-try", files[i], files[i], NULL);
}

static void
append_readable (GStrvBuilder *line, const char *path)
{
  if (path)
    append (line, "--ro-bind", path, path, NULL);
}

gboolean
ser_sandbox_makes_registry (const SerChildSetup *setup, const SerChildJob *job)
{
  g_autofree char *folder = g_path_get_dirname (setup->registry);

  return strcmp (folder, job->folder) == 0;
}

void
ser_sandbox_append (GStrvBuilder *line, const SerChildSetup *setup, const SerChildJob *job, int filter)
{
  g_autofree char *descriptor = g_strdup_printf ("%d", filter);

  append (line, setup->bubblewrap, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--seccomp", descriptor,
      "--clearenv", NULL);
  for (guint i = 0; ser_sandbox_environment[i][0]; i++)
    append (line, "--setenv", ser_sandbox_environment[i][0], ser_sandbox_environment[i][1], NULL);
  append_system (line);
  append (line, "--proc", "/proc", "--dev", "/dev", "--size", TEMPORARY, "--tmpfs", "/tmp", NULL);
  append_readable (line, setup->program);
  append_readable (line, setup->model);
  append (line, "--bind", job->folder, job->folder, NULL);
  if (setup->registry)
    append (line, "--setenv", "GST_REGISTRY", setup->registry, NULL);
  if (setup->registry && !ser_sandbox_makes_registry (setup, job))
    append (line, "--ro-bind", setup->registry, setup->registry, "--setenv", "GST_REGISTRY_UPDATE", "no", NULL);
  for (guint i = 0; job->readable && job->readable[i]; i++)
    append_readable (line, job->readable[i]);
  append (line, "--chdir", job->folder, NULL);
}

/* ---- system calls ---- */

/* Those of which nothing is needed, as names: not every architecture has each. */
static const char *const forbidden[] = { "socket", "connect", "bind", "listen", "fork", "vfork", "execveat", "ptrace",
  "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_open", "pidfd_getfd", "bpf", "perf_event_open", "userfaultfd",
  "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key", "unshare", "setns",
  "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
  "mount_setattr", "name_to_handle_at", "open_by_handle_at", "symlink", "symlinkat", "link", "linkat", "mknod",
  "mknodat", "quotactl", "acct", "swapon", "swapoff", "reboot", "syslog", "kexec_load", "kexec_file_load",
  "init_module", "finit_module", "delete_module", "personality", "modify_ldt", "vmsplice", "fanotify_init", "mq_open",
  "shmget", "msgget", "semget" };

/* Threads, but no processes. The flags of clone3() lie in memory, where a filter cannot look: the C library takes
 * clone() where the kernel does not have it. */
static int
forbid_processes (scmp_filter_ctx context)
{
  int status = seccomp_rule_add (context, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);

  if (status != 0)
    return status;
  return seccomp_rule_add (
      context, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1, SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
}

/* GStreamer wakes its threads by pairs of local sockets. */
static int
forbid_pairs (scmp_filter_ctx context)
{
  return seccomp_rule_add (context, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (socketpair), 1, SCMP_A0 (SCMP_CMP_NE, AF_UNIX));
}

static int
fill_filter (scmp_filter_ctx context)
{
  int status = forbid_processes (context);

  if (status == 0)
    status = forbid_pairs (context);
  for (guint i = 0; i < G_N_ELEMENTS (forbidden) && status == 0; i++) {
    int number = seccomp_syscall_resolve_name (forbidden[i]);
    if (number != __NR_SCMP_ERROR)
      status = seccomp_rule_add (context, SCMP_ACT_ERRNO (EPERM), number, 0);
  }
  return status;
}

int
ser_sandbox_open_filter (GError **error)
{
  scmp_filter_ctx context = seccomp_init (SCMP_ACT_ALLOW);
  int descriptor = memfd_create ("seremotion-filter", MFD_CLOEXEC);
  int status = !context ? -ENOMEM : descriptor < 0 ? -errno : fill_filter (context);

  if (status == 0)
    status = seccomp_export_bpf (context, descriptor);
  if (status == 0 && lseek (descriptor, 0, SEEK_SET) != 0)
    status = -errno;
  if (context)
    seccomp_release (context);
  if (status == 0)
    return descriptor;
  if (descriptor >= 0)
    close (descriptor);
  ser_fail (error, SER_ERROR_FILE, "the sandbox's filter of system calls cannot be made: %s", g_strerror (-status));
  return -1;
}
