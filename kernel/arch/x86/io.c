/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.c - I/O ports: the permissions of a space, and faults of accesses without permission (protocols 6).
 *
 * A space's permissions are a bitmap in two frames, in the CPU's format (SDM 1 19.5.2): bit p is set if port
 * p is denied. All spaces without ports share one that denies every port. The machine makes the CPU use the
 * bitmap of the loaded space (io_use_bitmap; local.h, L4). IOPL is 0.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <lib/bits.h>
#include "local.h"
#include "machine.h"

enum { PORTS = 65536, FRAME_PORTS = KMEM_FRAME * 8, CODE_MAX = 15 };

/* ---- the set of a space ---- */

/* Allocates the first of n frames that does not exist yet. LEAF_ROOM: all exist. */
static enum leaf_room take_frame(struct space *s, uint64_t **frame, unsigned n)
{
	for (; n > 0; n--, frame++)
		if (!*frame) {
			*frame = kmem_frame(&s->account);
			return *frame ? LEAF_MORE : LEAF_NO_MEM;
		}
	return LEAF_ROOM;
}

enum leaf_room arch_io_reserve(struct space *s)
{
	struct io_set *io = &s->arch.io;
	enum leaf_room room = io->mapped ? LEAF_ROOM : take_frame(s, io->frame, ARRAY_LEN(io->frame));

	if (io->mapped || room != LEAF_ROOM)
		return room;
	io->mapped = io_use_bitmap(s);
	return io->mapped ? LEAF_ROOM : LEAF_MORE;
}

void io_free(struct space *s)
{
	struct io_set *io = &s->arch.io;

	for (unsigned i = 0; i < ARRAY_LEN(io->frame); i++)
		if (io->frame[i])
			kmem_frame_free(&s->account, io->frame[i]);
}

static uint8_t *io_byte(const struct space *s, l4_word_t port)
{
	return (uint8_t *)s->arch.io.frame[port / FRAME_PORTS] + port % FRAME_PORTS / 8;
}

bool arch_io_get(const struct space *s, l4_word_t port)
{
	return port < PORTS && s->arch.io.mapped && !(*io_byte(s, port) >> port % 8 & 1);
}

uint64_t arch_io_word(const struct space *s, l4_word_t port)
{
	return port < PORTS && s->arch.io.mapped ? ~*(const uint64_t *)io_byte(s, port / 64 * 64) : 0;
}

void arch_io_set(struct space *s, l4_word_t port, bool allowed)
{
	uint8_t bit = (uint8_t)(1 << port % 8), *byte = io_byte(s, port);

	*byte = allowed ? *byte & (uint8_t)~bit : *byte | bit;
}

/* ---- the faulting instruction ---- */

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

/* The opcode at the IP, the address of the byte after it, and whether it has prefix 66. */
struct code { uint8_t opcode; bool word; l4_word_t next; };

static bool fetch(struct thread *t, struct code *c)
{
	*c = (struct code){ .next = thread_regs(t)->ip };
	for (unsigned i = 0; i < CODE_MAX; i++) {
		if (!arch_copy_in(t->space, &c->opcode, c->next++, 1))
			return false;
		if (!is_prefix(c->opcode))
			return true;
		c->word |= c->opcode == 0x66;
	}
	return false;
}

/* True, with its ports in *a, if the instruction at the IP is IN, OUT, INS or OUTS (SDM 2A, appendix A). */
static bool decode_io(struct thread *t, struct io_access *a)
{
	struct code c;
	uint8_t port;

	if (!fetch(t, &c))
		return false;
	a->log2 = !(c.opcode & 1) ? 0 : c.word ? 1 : 2;
	a->port = thread_regs(t)->dx & 0xffff;
	if ((c.opcode & 0xfc) == 0xec || (c.opcode & 0xfc) == 0x6c)
		return true;				/* port in DX */
	if ((c.opcode & 0xfc) != 0xe4 || !arch_copy_in(t->space, &port, c.next, 1))
		return false;
	a->port = port;
	return true;
}

/* CLTS, INVD, WBINVD, SYSEXIT, and those on CR0 to CR8, debug registers, MSRs and descriptor tables. */
static bool is_privileged_0f(uint8_t c)
{
	return c <= 0x01 || c == 0x06 || c == 0x08 || c == 0x09 || (c >= 0x20 && c <= 0x23)
	    || (c >= 0x30 && c <= 0x33) || c == 0x35;
}

bool io_needs_privilege(struct thread *t)
{
	enum { HLT = 0xf4, CLI = 0xfa, STI = 0xfb, TWO_BYTES = 0x0f };
	struct io_access a;
	struct code c;
	uint8_t second;

	if (decode_io(t, &a))
		return true;
	return fetch(t, &c)
	    && (c.opcode == HLT || c.opcode == CLI || c.opcode == STI
		|| (c.opcode == TWO_BYTES && arch_copy_in(t->space, &second, c.next, 1)
		    && is_privileged_0f(second)));
}

/* Reduces *a to a denied part of the access that an fpage can cover; false if no port is denied. */
static bool denied_part(const struct space *s, struct io_access *a)
{
	l4_word_t end = a->port + ((l4_word_t)1 << a->log2);
	bool aligned = (a->port & (((l4_word_t)1 << a->log2) - 1)) == 0;

	for (l4_word_t p = a->port; p < end && p < PORTS; p++) {
		if (arch_io_get(s, p))
			continue;
		if (!aligned)				/* no fpage covers all: one port at a time */
			*a = (struct io_access){ p, 0 };
		return true;
	}
	return false;
}

struct thread *io_protection_fault(struct thread *self)
{
	struct io_access a;

	if (thread_regs(self)->error != 0 || !decode_io(self, &a) || !denied_part(self->space, &a))
		return fault_exception(self, VECTOR_GP, thread_regs(self)->error);
	return fault_io(self, a.port, a.log2);
}
