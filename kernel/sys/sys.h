/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys.h - the handlers of the system calls, one file each. A handler decodes the arguments, checks them
 * without changing anything, commits, and returns the next thread. It may return NEXT_IS_CURRENT, as
 * kernel_syscall does (upcall.h), if no thread was put into a ready queue or taken out of one, or if
 * sched_return returned it.
 */
#ifndef SYS_SYS_H
#define SYS_SYS_H

#include <core/thread.h>

struct thread *sys_ipc(struct thread *self);
struct thread *sys_unmap(struct thread *self);
struct thread *sys_exchange_registers(struct thread *self);
struct thread *sys_system_clock(struct thread *self);
struct thread *sys_thread_switch(struct thread *self);
struct thread *sys_schedule(struct thread *self);
struct thread *sys_space_control(struct thread *self);
struct thread *sys_thread_control(struct thread *self);
struct thread *sys_processor_control(struct thread *self);
struct thread *sys_memory_control(struct thread *self);
struct thread *sys_inspect(struct thread *self);
struct thread *sys_set_tls(struct thread *self);

/* Sets the region of fpage f; false if it has none: nilpage, or smaller than the smallest page (C7). */
bool sys_unmap_region(l4_fpage_t f, l4_word_t *base, unsigned *log2);

/* Begin an Unmap; or, if sets, a MemoryControl with the same steps: then rest->unmap.attr must be set. */
struct thread *sys_unmap_begin(struct thread *self, bool sets, l4_word_t control);

/* One step of a long operation: WORK_UNMAP, WORK_CONTROL. */
struct thread *sys_unmap_continue(struct thread *self);
struct thread *sys_control_continue(struct thread *self);

/* Set the TCR ErrorCode of a call other than Ipc; L4_OK (0) after a success. */
static inline void sys_set_error(struct thread *self, enum l4_error e)
{
	*thread_tcr(self, L4_TCR_ERROR_CODE) = e;
}

/* True if this kernel has the inspection call. Defined in sys_inspect.c or sys_inspect_off.c. */
extern const bool sys_inspects;

#endif
