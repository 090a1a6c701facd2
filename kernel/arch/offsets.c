/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets.c - constants of core and mem for .S files. offsets_machine.c, of the machine or of the host,
 * includes this file and adds the others. It is only compiled to assembler text; the Makefile makes
 * gen/offsets.h from the strings that begin with an arrow.
 */
#include <core/irq.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <mem/space.h>
#include <core/thread.h>

#define VALUE(name, value) __asm__ volatile(".ascii \"->" #name " %0\"" : : "i"(value))

/* Offsets from struct thread, where its id is (wait_at and caller point there) and the frame ends. */
#define THREAD(name, field) VALUE(name, offsetof(struct thread, field))
#define REGS(name, field) \
	VALUE(name, (long)offsetof(struct arch_regs, field) - (long)sizeof(struct arch_regs))

void offsets_of_core(void);

void offsets_of_core(void)
{
	THREAD(T_PRIO, prio);
	THREAD(T_RECV, recv);
	THREAD(T_OPEN_WAIT_MASK, open_wait_mask);
	THREAD(T_CLOSED_WAIT_MASK, closed_wait_mask);
	THREAD(T_RECV_FROM, recv_from);
	THREAD(T_WAIT_AT, wait_at);
	THREAD(T_CALLER, caller);
	THREAD(T_SPACE, space);
	THREAD(T_UTCB, utcb);
	THREAD(T_LOCAL, local);
	THREAD(T_TLS, tls);
	VALUE(SPACE_DIRECT, offsetof(struct space, tlb.direct));
	VALUE(RECV_READY, RECV_READY);
	VALUE(ANYLOCAL, (long)L4_ANYLOCALTHREAD.raw);
}

_Static_assert(offsetof(struct thread, id) == 0, "RSP0 is the address of the id");
_Static_assert(offsetof(struct thread, recv) == offsetof(struct thread, prio) + 1, "one number of 16 bits");
_Static_assert(offsetof(struct thread, timed) == offsetof(struct thread, recv) + 1 && RECV_NONE == 0,
	       "both are cleared at once");
