/* corpus-facts.c - what is published of the known corpora
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "corpus.h"

static const SerCorpusFacts facts[] = {
  { "crema-d", "CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset", "en",
      "Open Database License 1.0, its contents Database Contents License 1.0",
      "Cao H, Cooper DG, Keutmann MK, Gur RC, Nenkova A, Verma R. CREMA-D: Crowd-sourced Emotional Multimodal Actors "
      "Dataset. IEEE Transactions on Affective Computing 5(4), 2014. doi:10.1109/TAFFC.2014.2336244" },
  { "emodb", "Emo-DB: Berlin Database of Emotional Speech", "de", "freely available",
      "Burkhardt F, Paeschke A, Rolfes M, Sendlmeier WF, Weiss B. A Database of German Emotional Speech. Interspeech "
      "2005" },
  { "ravdess", "RAVDESS: Ryerson Audio-Visual Database of Emotional Speech and Song", "en", "CC BY-NC-SA 4.0",
      "Livingstone SR, Russo FA. The Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS). PLoS ONE "
      "13(5), 2018. doi:10.1371/journal.pone.0196391" },
  { "savee", "SAVEE: Surrey Audio-Visual Expressed Emotion", "en", NULL,
      "Haq S, Jackson PJB. Speaker-Dependent Audio-Visual Emotion Recognition. AVSP 2009" },
  { "tess", "TESS: Toronto Emotional Speech Set", "en", NULL,
      "Pichora-Fuller MK, Dupuis K. Toronto emotional speech set (TESS). Borealis, 2020. doi:10.5683/SP2/E8H2MF" },
};

const SerCorpusFacts *
ser_corpus_find_facts (const char *corpus)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (strcmp (facts[i].corpus, corpus) == 0)
      return &facts[i];
  return NULL;
}
