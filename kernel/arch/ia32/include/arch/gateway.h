/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.h - the stubs in the upper half of the KIP, through which programs call the kernel (gateway.S), and
 * the call number of a return address. The KIP has another address in each space.
 */
#ifndef ARCH_GATEWAY_H
#define ARCH_GATEWAY_H

#include <x2/call.h>

enum {
	GATEWAY_OFFSET		= 0x800,	/* in the KIP */
	GATEWAY_BYTES		= 0x800,
	GATEWAY_SLOT_LOG2	= 4,
	GATEWAY_SLOT		= 1 << GATEWAY_SLOT_LOG2,
	GATEWAY_INT_BYTES	= 2,
	GATEWAY_SYSENTER	= GATEWAY_SLOT * L4_CALLS,	/* the slot of Ipc by SYSENTER */
	GATEWAY_SYSENTER_RETURN	= GATEWAY_OFFSET + GATEWAY_SYSENTER + 4,
	GATEWAY_END		= GATEWAY_SYSENTER_RETURN + 3,	/* the store of MR0, and RET */
};

/* The interrupt of a system call; neither a device nor an exception has this vector. */
enum { GATEWAY_VECTOR = 0xfe };

/*
 * Returns the call whose stub's INT returns to ip, if the KIP is at kip; L4_CALLS or more if there is
 * none: the rotation moves low bits that do not match to the top of the word.
 */
static inline l4_word_t gateway_call(l4_word_t ip, l4_word_t kip)
{
	l4_word_t off = ip - (kip + GATEWAY_OFFSET + GATEWAY_INT_BYTES);

	return off >> GATEWAY_SLOT_LOG2 | off << (L4_WORD_BITS - GATEWAY_SLOT_LOG2);
}

static inline bool gateway_contains(l4_word_t ip, l4_word_t kip)
{
	return ip - (kip + GATEWAY_OFFSET) < GATEWAY_BYTES;
}

/* Returns the offset in the KIP that programs call. */
static inline l4_word_t gateway_link(enum l4_call call)
{
	return GATEWAY_OFFSET + ((l4_word_t)call << GATEWAY_SLOT_LOG2);
}

#endif
