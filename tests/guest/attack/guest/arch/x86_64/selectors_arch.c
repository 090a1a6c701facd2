/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selectors_arch.c - see selectors.h.
 */
#include "selectors.h"

enum { FIXED = 2 };

const word user_cs = 0x28;

void (*const selector_traps[])(void) = {
	trap_sysenter, trap_syscall, trap_swapgs, trap_wrgsbase, trap_iret, load_gs_null, load_gs_user,
	load_fs_null, load_ds_null, lock_nop,
};
const word selector_trap_count = sizeof selector_traps / sizeof *selector_traps;

void leave_by_iret(void)
{
	static word quad[5];
	static uint32_t lower[9];

	for (unsigned i = 0; i < 9; i++)
		lower[i] = (uint32_t)selector();
	lower[0] = (uint32_t)random_below(LOW);
	lower[2] = (uint32_t)random_below(1ul << 32) | FIXED;
	for (unsigned i = 0; i < 5; i++)
		quad[i] = lower[i];
	if (random_below(2))
		iret_quad(quad);
	iret_long(lower);
}
