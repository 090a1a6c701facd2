/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * images.c - Ipc by register images, and patterns of vector registers.
 */
#include "machine.h"

void regs_ipc_by(struct regs *r, word link, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts,
		 L4_MsgTag_t tag)
{
	r->edi = L4_MyLocalId().raw;
	r->eax = to.raw;
	r->edx = from.raw;
	r->ecx = timeouts;
	r->esi = tag.raw;
	regs_call(r, link);
}

void fpu_pattern(struct fpu *f, word seed)
{
	word wide = avx_usable() ? ~0ul : 0;

	for (word i = 0; i < XMMS; i++) {
		f->mmx[i][0] = seed * 3 + i;
		f->mmx[i][1] = ~seed * 3 + i;
		for (word j = 0; j < 4; j++) {
			f->xmm[i][j] = seed + 16 * j + i;
			f->high[i][j] = (seed * (5 + j) + i) & wide;
		}
	}
	f->mxcsr = 0x1f80 | (seed & 3) << 13;
	f->control = 0x037f;
}
