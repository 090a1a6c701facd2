/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * images.c - Ipc by register images, and patterns of vector registers.
 */
#include "machine.h"

void regs_ipc_by(struct regs *r, word link, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts,
		 L4_MsgTag_t tag)
{
	r->rdi = L4_MyLocalId().raw;
	r->rsi = to.raw;
	r->rdx = from.raw;
	r->r8 = timeouts;
	r->r9 = tag.raw;
	regs_call(r, link);
}

void fpu_pattern(struct fpu *f, word seed)
{
	word wide = avx_usable() ? ~0ul : 0;

	for (word i = 0; i < 16; i++) {
		f->xmm[i][0] = seed + i;
		f->xmm[i][1] = ~seed + i;
		f->high[i][0] = (seed * 5 + i) & wide;
		f->high[i][1] = (seed * 7 + i) & wide;
	}
	for (word i = 0; i < 8; i++)
		f->mmx[i] = seed * 3 + i;
	f->mxcsr = 0x1f80 | (seed & 3) << 13;
	f->control = 0x037f;
}
