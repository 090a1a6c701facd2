/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selectors_arch.c - see selectors.h.
 */
#include "selectors.h"

enum { FIXED = 2 };

const word user_cs = 0x18;

void (*const selector_traps[])(void) = {
	trap_sysenter, trap_syscall, trap_iret, load_gs_null, load_gs_user, load_fs_null, load_ds_null, lock_nop,
};
const word selector_trap_count = sizeof selector_traps / sizeof *selector_traps;

/* The CPU takes three words, and nine with VM, which QEMU obeys. */
void leave_by_iret(void)
{
	static uint32_t frame[9];

	for (unsigned i = 0; i < 9; i++)
		frame[i] = selector();
	frame[0] = random_below(LOW);
	frame[2] = random_below(~0ul) | FIXED;
	iret_long(frame);
}
