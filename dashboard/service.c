/* service.c - the API's part "Service": health, what this server is, its description
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "service.h"

#include <string.h>

#include "exports.h"
#include "json.h"
#include "page-resource.h"

#define OPENAPI "/seremotion/dashboard/page/openapi.json"

struct _SerService {
  SerServiceSettings settings;
  gint64 start; /* monotonic, us */
};

SerService *
ser_service_new (const SerServiceSettings *settings)
{
  SerService *service = g_new0 (SerService, 1);

  service->settings = *settings;
  service->start = g_get_monotonic_time ();
  return service;
}

void
ser_service_free (SerService *service)
{
  g_free (service);
}

static void
answer_health (const SerService *service, const SerRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "status", "ok");
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_int (builder, "uptime", (g_get_monotonic_time () - service->start) / G_USEC_PER_SEC);
  ser_json_add_int (builder, "queued", ser_jobs_count_queued (service->settings.jobs));
  ser_json_add_int (builder, "running", ser_jobs_count_running (service->settings.jobs));
  ser_json_add_int (builder, "clients", ser_events_count (service->settings.events));
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

static void
add_model (const SerServiceSettings *settings, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "model");
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "name", settings->model_name);
  ser_json_add_string (builder, "id", settings->model_id);
  json_builder_set_member_name (builder, "labels");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ser_model_get_n_labels (settings->model); i++)
    json_builder_add_string_value (builder, ser_model_get_label (settings->model, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
answer_about (const SerService *service, const SerRequest *request)
{
  const SerServiceSettings *settings = &service->settings;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "version", SER_VERSION);
  add_model (settings, builder);
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_object (builder);
  ser_json_add_int (builder, "upload_bytes", (gint64) settings->upload_bytes);
  ser_json_add_int (builder, "upload_seconds", settings->upload_seconds);
  ser_json_add_int (builder, "queued", settings->queued);
  ser_json_add_int (builder, "live", settings->live);
  json_builder_end_object (builder);
  ser_json_add_boolean (builder, "sandbox", settings->sandbox);
  ser_json_add_boolean (builder, "token", settings->token);
  ser_json_add_boolean (builder, "uploads", !settings->refusal);
  ser_json_add_boolean (builder, "urls", !settings->refusal);
  ser_json_add_boolean (builder, "live", !settings->refusal);
  ser_json_add_string (builder, "uploads_reason", settings->refusal);
  ser_exports_build_formats (builder);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

static void
answer_openapi (const SerRequest *request)
{
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (page_resource_get_resource (), OPENAPI, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  ser_respond_bytes (request, "application/json", bytes);
}

gboolean
ser_service_answer (SerService *service, const SerRequest *request)
{
  const char *part = request->parts[0];
  gboolean health = g_strcmp0 (part, "health") == 0, about = g_strcmp0 (part, "about") == 0;

  if (request->parts[1] || (!health && !about && g_strcmp0 (part, "openapi.json") != 0))
    return FALSE;
  if (!ser_request_is (request, SOUP_METHOD_GET))
    ser_respond_method (request, "GET");
  else if (health)
    answer_health (service, request);
  else if (about)
    answer_about (service, request);
  else
    answer_openapi (request);
  return TRUE;
}
