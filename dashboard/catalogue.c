/* catalogue.c - models, experiments, corpora and example clips: the API's part "Models and data"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue.h"

#include <string.h>

#include "catalogue-corpora.h"
#include "catalogue-examples.h"
#include "catalogue-experiments.h"
#include "catalogue-models.h"

struct _SerCatalogue {
  SerModels *models;
  SerExperiments *experiments;
  SerCorpora *corpora;
  SerExamples *examples;
};

SerCatalogue *
ser_catalogue_new (const SerModel *model, const char *folder, GError **error)
{
  g_autoptr (SerCatalogue) catalogue = g_new0 (SerCatalogue, 1);

  if (!(catalogue->models = ser_models_new (model, error))
      || !(catalogue->experiments = ser_experiments_new (folder, error))
      || !(catalogue->corpora = ser_corpora_new (error)) || !(catalogue->examples = ser_examples_new (error)))
    return NULL;
  return g_steal_pointer (&catalogue);
}

void
ser_catalogue_free (SerCatalogue *catalogue)
{
  if (!catalogue)
    return;
  ser_models_free (catalogue->models);
  ser_experiments_free (catalogue->experiments);
  ser_corpora_free (catalogue->corpora);
  ser_examples_free (catalogue->examples);
  g_free (catalogue);
}

static gboolean
answer_get (SerCatalogue *catalogue, const SerRequest *request)
{
  const char *part = request->parts[0];

  if (strcmp (part, "models") == 0)
    return ser_models_answer (catalogue->models, request);
  if (strcmp (part, "experiments") == 0)
    return ser_experiments_answer (catalogue->experiments, request);
  if (strcmp (part, "corpora") == 0)
    return ser_corpora_answer (catalogue->corpora, request);
  return ser_examples_answer (catalogue->examples, request);
}

gboolean
ser_catalogue_answer (SerCatalogue *catalogue, const SerRequest *request)
{
  static const char *const parts[] = { "models", "experiments", "corpora", "examples", NULL };

  if (!request->parts[0] || !g_strv_contains (parts, request->parts[0]))
    return FALSE;
  if (ser_request_is (request, SOUP_METHOD_GET))
    return answer_get (catalogue, request);
  ser_respond_method (request, "GET");
  return TRUE;
}
