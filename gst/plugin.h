/* plugin.h - the plugin as a part of a program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef GST_SER_PLUGIN_H
#define GST_SER_PLUGIN_H

#include <gst/gst.h>

/* Makes the plugin's elements available to the process, before those of an installed plugin of the same name. To be
 * called once, after gst_init(). GST_PLUGIN_DEFINE defines it. */
void gst_plugin_seremotion_register (void);

#endif /* GST_SER_PLUGIN_H */
