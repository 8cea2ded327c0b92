/* plugin.c - the GStreamer plugin
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/plugin.h"

#include "gst/gstseremotion.h"
#include "gst/gstseremotiontext.h"

#define PACKAGE "seremotion"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (seremotion, plugin) && GST_ELEMENT_REGISTER (seremotiontext, plugin);
}

/* FFTW is under the GPL, hence so is the plugin as a whole. */
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, seremotion, "Speech emotion recognition", plugin_init,
    SER_VERSION, "GPL", "seremotion", "Unknown package origin")
