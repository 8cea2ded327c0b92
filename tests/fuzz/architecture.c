/* architecture.c - fuzz target: any bytes as an architecture line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The first three bytes of the input are channels, length (0: it varies) and labels, each from 0 to 255; then the line.
 */

#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "model/network.h"

/* Beyond these a network is not run: fuzzing wants many inputs, not large ones. */
#define MAX_PARAMETERS 20000
#define MAX_STEPS 64
#define MAX_WORK 2000000

/* What an architecture says it needs is what it can be run with. */
static void
run (const SerArchitecture *arch)
{
  gsize n_parameters = ser_architecture_n_parameters (arch), T, i;
  SerTensors *tensors;
  SerNetwork *net;
  SerNetworkState *state;
  float *x, logits[256];
  guint k;

  T = arch->length > 0 ? arch->length : ser_architecture_min_length (arch) + 1;
  if (n_parameters > MAX_PARAMETERS || T > MAX_STEPS || n_parameters * T > MAX_WORK)
    return;
  tensors = ser_tensors_new ();
  ser_architecture_add_tensors (arch, tensors);
  for (k = 0; k < ser_tensors_get_n (tensors); k++)
    for (i = 0; i < ser_tensors_get (tensors, k)->n; i++)
      ser_tensors_get (tensors, k)->data[i] = (float) ((i + k) % 7) / 16.0f;
  x = g_new (float, T * arch->channels);
  for (i = 0; i < T * arch->channels; i++)
    x[i] = (float) (i % 11) / 11.0f - 0.5f;
  net = ser_network_new (arch, tensors);
  state = ser_network_state_new (net, T);
  ser_network_run (net, state, x, T, logits);
  if (arch->length == 0)
    ser_network_run (net, state, x, T - 1, logits);
  ser_network_state_free (state);
  ser_network_free (net);
  ser_tensors_free (tensors);
  g_free (x);
}

/* The canonical line of what a line says, says the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SerArchitecture *arch, *back;
  char *line, *canonical, *again;
  GError *error = NULL;

  if (size < 3)
    return 0;
  line = g_strndup ((const char *) data + 3, size - 3);
  arch = ser_architecture_parse (line, data[0], data[1], data[2], &error);
  if (arch != NULL) {
    canonical = ser_architecture_to_string (arch);
    back = ser_architecture_parse (canonical, data[0], data[1], data[2], NULL);
    g_assert (back != NULL);
    again = ser_architecture_to_string (back);
    g_assert (strcmp (canonical, again) == 0);
    g_assert (ser_architecture_n_parameters (arch) == ser_architecture_n_parameters (back));
    g_assert (ser_architecture_n_parameters (arch) <= SER_ARCH_MAX_PARAMETERS);
    run (arch);
    g_free (canonical);
    g_free (again);
    ser_architecture_free (back);
    ser_architecture_free (arch);
  } else {
    g_assert (error != NULL && g_utf8_validate (error->message, -1, NULL));
  }
  g_clear_error (&error);
  g_free (line);
  return 0;
}
