/* service.h - the API's part "Service": health, what this server is, its description
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SERVICE_H
#define SER_SERVICE_H

#include "events.h"
#include "jobs.h"
#include "model/model.h"

typedef struct {
  const SerModel *model;
  const char *model_name, *model_id;
  SerJobs *jobs;
  SerEvents *events;
  guint64 upload_bytes;
  guint upload_seconds, queued, live; /* limits */
  gboolean sandbox, token;            /* media are decoded in one; clients need one */
  const char *refusal;                /* why media are not taken, or NULL */
} SerServiceSettings;

typedef struct _SerService SerService;

/* `settings` is copied, what it points to is borrowed. */
SerService *ser_service_new (const SerServiceSettings *settings);
void ser_service_free (SerService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerService, ser_service_free)

/* Answers health, about and openapi.json; FALSE for others. */
gboolean ser_service_answer (SerService *service, const SerRequest *request);

#endif /* SER_SERVICE_H */
