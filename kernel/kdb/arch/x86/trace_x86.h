/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_x86.h - what the traced entries of both x86 machines have in common (trace_x86.c). The entry of an
 * Ipc and of the other system calls is in the trace_arch.c of each.
 */
#ifndef KDB_TRACE_X86_H
#define KDB_TRACE_X86_H

#include <core/thread.h>
#include "local.h"

/* Where the entries led before the trace: kdb_arch_trace sets it. */
extern struct traps trace_under;

/* Note that the machine leaves the kernel to next. Returns next. Interrupts are off. */
struct thread *trace_left(struct thread *next);

/* Note the phases of an Ipc by self that has these arguments. Interrupts are off. */
void trace_phases(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);

/* Members of struct traps; called by entry.S with interrupts off. */
struct thread *trace_user(struct thread *self);
struct thread *trace_irq(struct thread *self);
struct thread *trace_interrupt(unsigned vector);

#endif
