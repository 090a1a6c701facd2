/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * images.c - Ipc by register images, and patterns of floating-point registers.
 */
#include "machine.h"

void regs_ipc_by(struct regs *r, word link, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts,
		 L4_MsgTag_t tag)
{
	r->r14 = tag.raw;
	r->r15 = to.raw;
	r->r16 = from.raw;
	r->r17 = timeouts;
	regs_call(r, link);
}

void fpu_pattern(struct fpu *f, word seed)
{
	for (word i = 0; i < 32; i++) {
		f->f[i][0] = seed * 5 + i;
		f->f[i][1] = ~seed * 3 + i;
	}
	f->fpscr[0] = 0;
	f->fpscr[1] = seed & 3;			/* how numbers are rounded */
}

bool under_qemu(void) { return true; }

bool limits_enforced(void) { return false; }
