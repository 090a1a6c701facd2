/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.c - register images for regs_call and of vector registers, Ipc by them, and which CPU they are of.
 */
#include "machine.h"

void regs_pattern(struct regs *r, word base)
{
	word *w = (word *)r;

	for (unsigned i = 0; i < 15; i++)
		w[i] = base + i;
	r->flags = 0x202;
	r->sp = 0;
}

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

void regs_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, L4_MsgTag_t tag)
{
	regs_ipc_by(r, (word)__L4_Ipc, to, from, timeouts, tag);
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

bool fpu_same(const struct fpu *a, const struct fpu *b)
{
	const word *x = (const word *)a, *y = (const word *)b;

	for (unsigned i = 0; i < sizeof *a / sizeof *x; i++)
		if (x[i] != y[i])
			return false;
	return true;
}

bool under_qemu(void)
{
	struct cpuid id;

	cpuid(0x40000000, 0, &id);
	return id.ebx == 0x54474354;		/* "TCGTCGTCGTCG" */
}

word without_vif(word flags)
{
	enum { VIF = 1 << 19, VIP = 1 << 20 };

	return under_qemu() ? flags & ~(word)(VIF | VIP) : flags;
}
