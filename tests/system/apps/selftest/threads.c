/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - threads in the own task; devices without a right to them.
 */
#include <l4/ipc.h>
#include <pecan/addresses.h>
#include <pecan/device.h>
#include <pecan/memory.h>
#include <pecan/system.h>
#include <pecan/thread.h>
#include "selftest.h"

enum { MANY = 16, THREADS = 128 };

static L4_ThreadId_t first;

/* Send to the first thread when this one runs. */
static void hello(void *arg)
{
	L4_LoadMR(1, (L4_Word_t)arg);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
	L4_Send(first);
}

static bool threads_run(void)
{
	L4_Word_t seen = 0, word;
	L4_ThreadId_t from;

	first = L4_Myself();
	for (L4_Word_t i = 0; i < MANY; i++)
		if (pecan_thread_start(hello, (void *)i, 0, 0) != ROOT_OK)
			return false;
	for (unsigned i = 0; i < MANY; i++) {
		if (L4_IpcFailed(L4_Wait(&from)))
			return false;
		L4_StoreMR(1, &word);
		seen |= 1ul << word;
	}
	return seen == (1ul << MANY) - 1;
}

static void idle(void *arg)
{
	(void)arg;
	for (;;)
		L4_Sleep(L4_Never);
}

static bool thread_ends(void)
{
	L4_ThreadId_t t;

	return pecan_thread_start(idle, 0, 0, &t) == ROOT_OK && pecan_thread_end(t) == ROOT_OK
	       && pecan_thread_end(t) == ROOT_E_TASK && pecan_thread_end(pecan_root()) == ROOT_E_TASK;
}

/* Bare threads on one stack: they fall asleep without using it. */
static bool thread_limit(void)
{
	static L4_ThreadId_t thread[THREADS];
	char *stack = pecan_map(4096);
	unsigned n = 0;
	enum root_error e = ROOT_OK;
	L4_Word_t sp = PECAN_CALLED_SP((L4_Word_t)stack + 4096);

	while (n < THREADS && (e = pecan_thread_new((L4_Word_t)idle, sp, 1, &thread[n])) == ROOT_OK)
		n++;
	for (unsigned i = 0; i < n; i++)
		if (pecan_thread_end(thread[i]) != ROOT_OK)
			return false;
	pecan_unmap(stack);
	return n > 8 && (e == ROOT_E_LIMIT || e == ROOT_E_KMEM);
}

static volatile unsigned waiting, answered;

static void wait_for_any(void)
{
	struct pecan_end end;

	__atomic_add_fetch(&waiting, 1, __ATOMIC_RELAXED);
	pecan_wait(0, false, &end);
	__atomic_add_fetch(&answered, 1, __ATOMIC_RELAXED);
	idle(0);
}

static bool many_wait_for_a_child(void)
{
	enum { WAITING = 48, STACK = 4096, LOW = 20 };
	static L4_ThreadId_t thread[WAITING];
	L4_Word_t task = child("sleep", 0), stacks = (L4_Word_t)pecan_map(WAITING * STACK);
	unsigned n = 0;

	waiting = answered = 0;
	while (n < WAITING && stacks != 0
	       && pecan_thread_new((L4_Word_t)wait_for_any, PECAN_CALLED_SP(stacks + (n + 1) * STACK), LOW,
				   &thread[n]) == ROOT_OK)
		n++;
	while (waiting < n)
		L4_Sleep(L4_TimePeriod(1000));
	pecan_kill(task);
	for (unsigned i = 0; i < 1000 && answered < n; i++)
		L4_Sleep(L4_TimePeriod(1000));
	for (unsigned i = 0; i < n; i++)
		pecan_thread_end(thread[i]);
	pecan_unmap((void *)stacks);
	return n == WAITING && answered == n;
}

static bool bad_threads(void)
{
	return pecan_thread_new(PECAN_KERNEL_IMAGE, 0, 0, 0) == ROOT_E_ARGUMENT
	       && pecan_thread_new(0x400000, PECAN_KERNEL_IMAGE, 0, 0) == ROOT_E_ARGUMENT
	       && pecan_thread_new(0x400000, 0, 255, 0) == ROOT_E_ARGUMENT;
}

static bool priorities(void)
{
	return pecan_thread_priority(L4_nilthread, 250) == ROOT_E_ARGUMENT
	       && pecan_thread_priority(L4_nilthread, 99) == ROOT_OK
	       && pecan_thread_priority(L4_nilthread, 0) == ROOT_OK
	       && pecan_thread_priority(pecan_root(), 1) == ROOT_E_TASK;
}

const struct check thread_checks[] = {
	{ "sixteen threads start, say so, and end", threads_run },
	{ "a thread can be ended once, and only one's own", thread_ends },
	{ "threads beyond the limit are refused, and all can be ended", thread_limit },
	{ "each of 48 threads that wait for any child has an answer when it has ended", many_wait_for_a_child },
	{ "a thread cannot start in the kernel or above the highest priority", bad_threads },
	{ "priorities go up to the task's highest", priorities },
	{ 0, 0 },
};

static bool no_interrupt(void)
{
	return pecan_irq_attach(4, L4_nilthread) == ROOT_E_RIGHT
	       && pecan_irq_attach(~0ul, L4_nilthread) == ROOT_E_RIGHT
	       && pecan_irq_attach(4, pecan_root()) == ROOT_E_TASK && pecan_irq_detach(4) == ROOT_E_ARGUMENT;
}

static bool no_ports(void)
{
	return pecan_ports(0x3f8, 3) == ROOT_E_RIGHT && pecan_ports(0x3f9, 3) == ROOT_E_ARGUMENT
	       && pecan_ports(0, 16) == ROOT_E_ARGUMENT && pecan_ports(0, 64) == ROOT_E_ARGUMENT
	       && pecan_ports_free(0x3f8, 3) == ROOT_E_ARGUMENT && pecan_ports_free(0, 99) == ROOT_E_ARGUMENT;
}

static bool no_device_memory(void)
{
	struct pecan_framebuffer fb;
	void *at;

	return pecan_phys(0xb8000, 4096, &at) == ROOT_E_RIGHT
	       && pecan_phys(0xb8000, 0, &at) == ROOT_E_ARGUMENT
	       && pecan_phys(~0ul, 4096, &at) == ROOT_E_ARGUMENT && pecan_framebuffer(&fb) == ROOT_E_RIGHT;
}

static bool no_power(void)
{
	char text[64];

	return pecan_power(ROOT_POWER_OFF, 0) == ROOT_E_RIGHT && pecan_log_read(text, sizeof(text)) == 0;
}

static bool no_inspection(void)
{
	L4_Word_t start = 0, record[16], position = 0;
	struct pecan_task t;
	enum root_error e;

	return !pecan_inspect(L4_INSPECT_SYSTEM, 0, &start, record, 16, &e) && e == ROOT_E_RIGHT
	       && !pecan_next_task(&position, &t);
}

const struct check device_checks[] = {
	{ "no interrupt without a right to it", no_interrupt },
	{ "no ports without a right to them", no_ports },
	{ "no device memory without a right to it", no_device_memory },
	{ "no power switch and no log without a right to it", no_power },
	{ "no inspection without a right to it", no_inspection },
	{ 0, 0 },
};
