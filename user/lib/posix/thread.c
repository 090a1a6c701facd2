/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.c - threads: clone, exit, the FS base. A thread's number is its L4 thread number; the address that
 * becomes 0 when it ends (set_tid_address) is its UserDefinedHandle.
 *
 * A thread that ends leaves its stack before it says so, as the stack may be reused at once: it runs on
 * exit_stack, one thread at a time. The thread that was there before may still be about to end, so the next
 * one ends it first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/thread.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include "base.h"
#include "error.h"
#include "futex.h"
#include "memory.h"
#include "signal.h"
#include "thread.h"

enum { EXIT_STACK = 4096, STATUS = 0xff };

#define THREAD_FLAGS (CLONE_VM | CLONE_THREAD | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

/* At the top of a new thread's stack. */
struct start {
	int (*run)(void *);
	void *arg, *tls;
	int *tid, *clear;
};

long __pecan_clone(int (*run)(void *), void *stack, int flags, void *arg, ...);
long __pecan_set_thread_area(void *tls);
void __pecan_unmapself(void *base, size_t bytes) __attribute__((noreturn));
void px_thread_main(struct start *s) __attribute__((noreturn));
void px_leave(void) __attribute__((noreturn));

/* arch/x86_64/thread.S */
void px_thread_entry(void);
void px_switch_stack(void *top, void (*run)(void)) __attribute__((noreturn));

static char exit_stack[EXIT_STACK] __attribute__((aligned(16)));
static int exit_lock;
static L4_ThreadId_t on_exit_stack;
static struct { void *base; size_t bytes; } stack_to_free;

long __pecan_set_thread_area(void *tls)
{
	px_signal_tls(tls);
	return L4_SetTls(tls) ? 0 : -ENOSYS;
}

void px_thread_main(struct start *s)
{
	L4_Set_ExceptionHandler(pecan_root());
	px_signal_tls(s->tls);
	L4_SetTls(s->tls);
	L4_Set_UserDefinedHandle((L4_Word_t)s->clear);
	*s->tid = px_my_number();
	s->run(s->arg);
	__pecan_unmapself(0, 0);
}

static long start_thread(void *start)
{
	int *tid = ((struct start *)start)->tid;
	L4_ThreadId_t thread;

	if (pecan_thread_new((L4_Word_t)px_thread_entry, (L4_Word_t)start, 0, &thread) != ROOT_OK)
		return -EAGAIN;
	*tid = (int)L4_ThreadNo(thread);
	return (long)L4_ThreadNo(thread);
}

/* Threads only: a process cannot be copied. */
long __pecan_clone(int (*run)(void *), void *stack, int flags, void *arg, ...)
{
	struct start *s = (struct start *)((L4_Word_t)stack & ~(L4_Word_t)15) - 1;
	__builtin_va_list more;

	if (((unsigned)flags & THREAD_FLAGS) != THREAD_FLAGS)
		return -ENOSYS;
	s = (struct start *)((L4_Word_t)s & ~(L4_Word_t)15);
	__builtin_va_start(more, arg);
	s->run = run;
	s->arg = arg;
	s->tid = __builtin_va_arg(more, int *);
	s->tls = __builtin_va_arg(more, void *);
	s->clear = __builtin_va_arg(more, int *);
	__builtin_va_end(more);
	return px_signal_thread(start_thread, s);
}

/* On exit_stack. After the unlock the next thread may come here, and it ends this one. */
void px_leave(void)
{
	int *clear = (int *)L4_UserDefinedHandle();

	if (stack_to_free.bytes)
		px_munmap(&(struct px_args){ { (long)stack_to_free.base, (long)stack_to_free.bytes } });
	if (clear) {
		__atomic_store_n(clear, 0, __ATOMIC_SEQ_CST);
		px_futex_wake(clear, 1);
	}
	px_unlock(&exit_lock);
	for (;;)
		pecan_thread_end(L4_nilthread);
}

void __pecan_unmapself(void *base, size_t bytes)
{
	px_signal_end();
	px_lock(&exit_lock);
	if (!L4_IsNilThread(on_exit_stack))
		pecan_thread_end(on_exit_stack);
	on_exit_stack = L4_Myself();
	stack_to_free.base = base;
	stack_to_free.bytes = bytes;
	px_switch_stack(exit_stack + EXIT_STACK, px_leave);
}

long px_exit(const struct px_args *p)
{
	(void)p;
	__pecan_unmapself(0, 0);
}

long px_exit_group(const struct px_args *p)
{
	px_error_flush();
	pecan_exit(p->a[0] & STATUS);
}

long px_gettid(const struct px_args *p)
{
	(void)p;
	return px_my_number();
}

long px_set_tid_address(const struct px_args *p)
{
	L4_Set_UserDefinedHandle((L4_Word_t)p->a[0]);
	return px_my_number();
}

/* Musl goes through the list of a thread that ends, so no other list is known: it is empty. */
long px_get_robust_list(const struct px_args *p)
{
	*(void **)p->a[1] = NULL;
	*(size_t *)p->a[2] = 0;
	return p->a[0] == 0 || p->a[0] == px_my_number() ? 0 : -EPERM;
}

long px_yield(const struct px_args *p)
{
	(void)p;
	L4_ThreadSwitch(L4_nilthread);
	return 0;
}
