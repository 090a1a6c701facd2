/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.c - see <pecan/thread.h>.
 *
 * What a new thread is to run lies at the top of its stack, where its first instructions find it
 * (arch/<a>/thread_entry): SP as given by root, which is what a thread starts with, is a word below.
 */
#include <l4/thread.h>
#include <pecan/memory.h>
#include <pecan/thread.h>
#include <proto/root_client.h>

enum { STACK_BYTES = 64 * 1024 };

struct start { pecan_thread_fn fn; void *arg; };

void pecan_thread_entry(void);
void pecan_thread_main(struct start *s) __attribute__((noreturn));

void pecan_thread_main(struct start *s)
{
	L4_Set_ExceptionHandler(pecan_root());
	s->fn(s->arg);
	for (;;)
		pecan_thread_end(L4_nilthread);
}

enum root_error pecan_thread_new(L4_Word_t ip, L4_Word_t sp, unsigned priority, L4_ThreadId_t *thread)
{
	struct root_thread_new_out out;
	enum root_error e = root_thread_new(pecan_root(), ip, sp, priority, &out);

	if (e == ROOT_OK && thread)
		*thread = out.thread;
	return e;
}

enum root_error pecan_thread_start(pecan_thread_fn fn, void *arg, unsigned priority,
				   L4_ThreadId_t *thread)
{
	char *stack = pecan_map(STACK_BYTES);
	struct start *s = (struct start *)(stack + STACK_BYTES) - 1;
	enum root_error e;

	if (!stack)
		return ROOT_E_MEMORY;
	*s = (struct start){ fn, arg };
	e = pecan_thread_new((L4_Word_t)pecan_thread_entry, (L4_Word_t)s - sizeof(L4_Word_t), priority, thread);
	if (e != ROOT_OK)
		pecan_unmap(stack);
	return e;
}

enum root_error pecan_thread_end(L4_ThreadId_t thread)
{
	return root_thread_end(pecan_root(), thread);
}

enum root_error pecan_thread_priority(L4_ThreadId_t thread, unsigned priority)
{
	return root_thread_priority(pecan_root(), thread, priority);
}
