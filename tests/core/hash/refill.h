/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refill.h - the refill of the hash table by the real assembly of ppc32 (ppc32/refill.c) on a host of that
 * kind, by C on another (refill.c).
 */
#ifndef HASH_REFILL_H
#define HASH_REFILL_H

#include <core/arch.h>
#include "cpu.h"

/* Called with the file that is the RAM. */
void machine_map_ram(int ram);

/*
 * An access of user code of s to ea has this result. Returns true if the program is resumed, and false if C
 * must decide: then nothing has changed.
 */
bool machine_refill(struct space *s, l4_word_t ea, enum cpu_access access, enum cpu_result result);

#endif
