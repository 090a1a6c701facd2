/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.h - the layout of the gateway page (gateway.S), and the call number of a return address.
 */
#ifndef ARCH_GATEWAY_H
#define ARCH_GATEWAY_H

#include <arch/layout.h>
#include <x2/call.h>

enum {
	GATEWAY_SLOT_LOG2	= 5,
	GATEWAY_SLOT		= 1 << GATEWAY_SLOT_LOG2,
	GATEWAY_SYSCALL		= 6,	/* offset in a slot of SYSCALL, which has 2 bytes */
};

/* Return addresses of some stubs. */
#define GATEWAY_IPC_RETURN	gateway_return(L4_CALL_IPC)
#define GATEWAY_CLOCK_RETURN	gateway_return(L4_CALL_SYSTEM_CLOCK)
#define GATEWAY_UNMAP_RETURN	gateway_return(L4_CALL_UNMAP)
#define gateway_return(call) \
	(KMAP_GATEWAY + ((l4_word_t)(call) << GATEWAY_SLOT_LOG2) + GATEWAY_SYSCALL + 2)

/*
 * Returns the call whose stub's SYSCALL returns to rip; L4_CALLS or more if there is none: the rotation moves
 * low bits that do not match to the top of the word.
 */
static inline l4_word_t gateway_call(l4_word_t rip)
{
	l4_word_t off = rip - (KMAP_GATEWAY + GATEWAY_SYSCALL + 2);

	return off >> GATEWAY_SLOT_LOG2 | off << (L4_WORD_BITS - GATEWAY_SLOT_LOG2);
}

static inline bool gateway_contains(l4_word_t rip) { return rip - KMAP_GATEWAY < 4096; }

/* Returns the address that programs call: the SYSCALL itself, or the beginning of MemoryControl's slot. */
static inline l4_word_t gateway_link(enum l4_call call)
{
	return KMAP_GATEWAY + ((l4_word_t)call << GATEWAY_SLOT_LOG2)
	     + (call == L4_CALL_MEMORY_CONTROL ? 0 : GATEWAY_SYSCALL);
}

#endif
