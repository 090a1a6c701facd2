/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refill.c - see refill.h. All is left to C.
 */
#include "refill.h"

void machine_map_ram(int ram) { (void)ram; }

bool machine_refill(struct space *s, l4_word_t ea, enum cpu_access access, enum cpu_result result)
{
	(void)s;
	(void)ea;
	(void)access;
	(void)result;
	return false;
}
