/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_back.c - the kernel's memory after rounds that make and delete spaces. See attack.h.
 */
#include "attack.h"
#include "pecan.h"

static struct kernel_memory noted, now_used;

void memory_note(void)
{
	need_inspect();
	kernel_memory_look(&noted);
}

word memory_changed(void)
{
	kernel_memory_look(&now_used);
	return !kernel_memory_same(&noted, &now_used);
}
