/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys.h - the handlers of the system calls, one file each. A handler decodes, checks (changing
 * nothing), commits, and returns who runs next; or 0, which is shorter: self goes on, as kernel_syscall says
 * of 0, and nobody was woken or is queued no more; or sched_return has seen to that.
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

/* Any ThreadControl: what sys_thread_plain.c does not do. */
enum l4_error sys_thread_control_any(struct thread *self);

/* The region that fpage f names; false if it names nothing: nil, or smaller than the smallest page (C7). */
bool sys_unmap_region(l4_fpage_t f, l4_word_t *base, unsigned *log2);

/* MemoryControl's steps are those of Unmap; unmap.attr is set. */
struct thread *sys_unmap_attributes(struct thread *self, l4_word_t control);

/* Steps of the long ones: WORK_UNMAP, WORK_CONTROL. */
struct thread *sys_unmap_continue(struct thread *self);
struct thread *sys_control_continue(struct thread *self);

/* The ErrorCode of a call other than Ipc; set after a success too, to 0. */
void sys_set_error(struct thread *self, enum l4_error e);

/* Is the inspection call part of this kernel? Defined by the variant that the build takes. */
extern const bool sys_inspects;

#endif
