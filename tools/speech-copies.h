/* speech-copies.h - recordings of a manifest that hold the same sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A file that is there twice, under whatever names, is one speech: counted twice it would make chance look certain.
 */

#ifndef SER_SPEECH_COPIES_H
#define SER_SPEECH_COPIES_H

#include "speeches.h"

/* Whether two speeches that were heard by the same model agree in length and in all that was heard in them, but for the
 * digits that documents leave out. */
gboolean ser_speech_is_copy (const SerSpeech *a, const SerSpeech *b);

/* Takes back what was heard of copies (`heard`, `fault`, `copy_of`), so that of a speaker's the first counts. Where
 * several speakers have the same sound, nobody can tell whose it is: then none of them counts. */
void ser_speeches_drop_copies (const SerSpeeches *speeches);

#endif /* SER_SPEECH_COPIES_H */
