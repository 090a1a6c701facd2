/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.c - I/O ports: which a space may use, and what happens when it uses others (protocols 6).
 *
 * A space's set is a bitmap in two frames of its own. The TSS has room for one; it is filled when a
 * program is caught at a port that it may use, and stays until another space's program is. A switch to
 * another space puts the bitmap out of reach (L4), and one back does not undo that: the program is caught
 * once more, and nothing has to be copied then. fast.S leaves no space while the bitmap is in reach
 * (cpu_local.floor). IOPL is always 0.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <lib/str.h>
#include "local.h"
#include "machine.h"

enum { PORTS = 65536, FRAME_PORTS = KMEM_FRAME * 8, CODE_MAX = 15 };

/* ---- the set of a space ---- */

bool arch_io_reserve(struct space *s)
{
	for (unsigned i = 0; i < IO_FRAMES; i++) {
		if (s->arch.io[i])
			continue;
		s->arch.io[i] = kmem_frame(&s->account);
		if (!s->arch.io[i])
			return false;
		memset(s->arch.io[i], 0xff, KMEM_FRAME);
	}
	return true;
}

static uint8_t *io_byte(const struct space *s, l4_word_t port)
{
	return &s->arch.io[port / FRAME_PORTS][port % FRAME_PORTS / 8];
}

bool arch_io_get(const struct space *s, l4_word_t port)
{
	return port < PORTS && s->arch.io[port / FRAME_PORTS] && !(*io_byte(s, port) >> port % 8 & 1);
}

void arch_io_set(struct space *s, l4_word_t port, bool allowed)
{
	uint8_t bit = (uint8_t)(1 << port % 8);
	unsigned byte = (unsigned)port / 8;

	io_forget(s);				/* the copy in the TSS is out of date */
	if (!allowed) {
		*io_byte(s, port) |= bit;
		return;
	}
	*io_byte(s, port) &= (uint8_t)~bit;
	if (s->arch.io_low == s->arch.io_high)
		s->arch.io_low = s->arch.io_high = byte;
	if (byte < s->arch.io_low)
		s->arch.io_low = byte;
	if (byte >= s->arch.io_high)
		s->arch.io_high = byte + 1;
}

/* ---- the copy in the TSS ---- */

static bool is_open(const struct cpu_local *l) { return l->special & LOCAL_PORTS; }

void io_forget(struct space *s)
{
	struct cpu_local *l = cpu_local();

	if (l->io_space != s)
		return;
	l->io_space = 0;
	io_close(l);
}

/* Bytes [low, high) of s's bitmap, which may cross from its first frame to its second. */
static void copy_bitmap(struct cpu_local *l, const struct space *s)
{
	unsigned low = s->arch.io_low, high = s->arch.io_high;

	if (low < KMEM_FRAME)
		memcpy(l->tss.io + low, s->arch.io[0] + low, (high < KMEM_FRAME ? high : KMEM_FRAME) - low);
	if (high > KMEM_FRAME) {
		if (low < KMEM_FRAME)
			low = KMEM_FRAME;
		memcpy(l->tss.io + low, s->arch.io[1] + low - KMEM_FRAME, high - low);
	}
}

static void load_bitmap(struct cpu_local *l, struct space *s)
{
	memset(l->tss.io + l->io_low, 0xff, l->io_high - l->io_low);
	copy_bitmap(l, s);
	l->io_low = s->arch.io_low;
	l->io_high = s->arch.io_high;
	l->io_space = s;
}

/* ---- the instruction that was refused ---- */

struct io_access { l4_word_t port; unsigned log2; };

static bool is_prefix(uint8_t c)
{
	switch (c) {
	case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:	/* segments */
	case 0x66: case 0x67: case 0xf2: case 0xf3:				/* sizes, repetition */
		return true;
	default:
		return c >> 4 == 4;						/* REX */
	}
}

/* Is the instruction at rip IN, OUT, INS or OUTS? (SDM 2A, appendix A) */
static bool decode_io(struct thread *t, struct io_access *a)
{
	const struct arch_regs *r = thread_regs(t);
	bool word = false;
	uint8_t c[2];

	for (unsigned i = 0; i < CODE_MAX; i++) {
		if (!arch_copy_in(t->space, c, r->rip + i, 1))
			return false;
		if (is_prefix(c[0])) {
			word |= c[0] == 0x66;
			continue;
		}
		a->log2 = !(c[0] & 1) ? 0 : word ? 1 : 2;
		a->port = r->rdx & 0xffff;
		if ((c[0] & 0xfc) == 0xec || (c[0] & 0xfc) == 0x6c)
			return true;			/* port in DX */
		if ((c[0] & 0xfc) != 0xe4 || !arch_copy_in(t->space, c + 1, r->rip + i + 1, 1))
			return false;
		a->port = c[1];
		return true;
	}
	return false;
}

/* Reduce the access to the part that is refused; false if none is. */
static bool denied_part(const struct space *s, struct io_access *a)
{
	l4_word_t end = a->port + ((l4_word_t)1 << a->log2);
	bool aligned = (a->port & (((l4_word_t)1 << a->log2) - 1)) == 0;

	for (l4_word_t p = a->port; p < end && p < PORTS; p++) {
		if (arch_io_get(s, p))
			continue;
		if (!aligned)				/* no fpage covers it: port by port */
			*a = (struct io_access){ p, 0 };
		return true;
	}
	return false;
}

struct thread *io_protection_fault(struct thread *self)
{
	struct cpu_local *l = cpu_local();
	struct space *s = self->space;
	struct io_access a;

	if (thread_regs(self)->error != 0 || !decode_io(self, &a))
		return kernel_exception(self, VECTOR_GP, thread_regs(self)->error);
	if (denied_part(s, &a))
		return kernel_io_fault(self, a.port, a.log2);
	if (is_open(l) && l->io_space == s)		/* allowed: not for want of a port */
		return kernel_exception(self, VECTOR_GP, 0);
	if (l->io_space != s)
		load_bitmap(l, s);
	l->tss.iomap = offsetof(struct tss, io);
	l->special |= LOCAL_PORTS;
	return self;
}
