/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sizes.h - `memory`, `reserve` and `kernel-memory` of sections: which they have without a statement.
 */
#ifndef SUPERVISOR_SIZES_H
#define SUPERVISOR_SIZES_H

#include "config.h"

/*
 * Set `reserve` and `kernel-memory` of sections that do not state them. Returns 0, or a sentence on numbers
 * of a section that contradict each other, and *at is their place in the text.
 */
const char *sizes_complete(struct config *c, const char **at);

#endif
