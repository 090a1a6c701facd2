/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.c - register images for regs_call and of vector registers; what depends on the machine is in
 * arch/NAME/images.c.
 */
#include "machine.h"

void regs_pattern(struct regs *r, word base)
{
	word *w = (word *)r;

	for (unsigned i = 0; i < REGS; i++)
		w[i] = base + i;
	r->flags = FLAGS_START;
	r->sp = 0;
}

void regs_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, L4_MsgTag_t tag)
{
	regs_ipc_by(r, (word)__L4_Ipc, to, from, timeouts, tag);
}

bool fpu_same(const struct fpu *a, const struct fpu *b)
{
	const word *x = (const word *)a, *y = (const word *)b;

	for (unsigned i = 0; i < sizeof *a / sizeof *x; i++)
		if (x[i] != y[i])
			return false;
	return true;
}
