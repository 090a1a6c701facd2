/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conflict.h - what two sections of the system description may not both have: a device, if both are started;
 * parts of a disk that overlap and are not the same. And a disk that a section names, and uses no driver of.
 */
#ifndef SUPERVISOR_CONFLICT_H
#define SUPERVISOR_CONFLICT_H

#include "config.h"

/* Returns 0, or a sentence on the first conflict, and *at is the place in the text of the second section. */
const char *conflict_find(const struct config *c, const char **at);

#endif
