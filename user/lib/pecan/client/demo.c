/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demo.c - see <pecan/demo.h>.
 */
#include <l4/ipc.h>
#include <pecan/demo.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <stdio.h>

enum { TEXT = 256, STARTED = 32, PROTO_PAGEFAULT = -2 };

static L4_Word_t started[STARTED];	/* tasks of demo_spawn; they end with the demo */
static unsigned started_count;

static void end_started(void)
{
	while (started_count)
		pecan_kill(started[--started_count]);
}

void demo_started(L4_Word_t task)
{
	if (started_count < STARTED)
		started[started_count++] = task;
}

void demo_ok(const char *program)
{
	end_started();
	printf("%s: ok\n", program);
	pecan_exit(0);
}

void demo_fail(const char *program, const char *format, ...)
{
	char why[TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	end_started();
	printf("%s: FAILED: %s\n", program, why);
	pecan_exit(1);
}

void demo_check(const char *program, bool holds, const char *what)
{
	if (!holds)
		demo_fail(program, "this does not hold: %s", what);
	printf("  %s\n", what);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool number(const char *text, unsigned base, L4_Word_t *value)
{
	L4_Word_t n = 0;

	if (*text == 0)
		return false;
	for (; *text; text++) {
		int d = digit(*text);

		if (d < 0 || (unsigned)d >= base || n > (~0ul - (unsigned)d) / base)
			return false;
		n = n * base + (unsigned)d;
	}
	*value = n;
	return true;
}

L4_Word_t demo_number(const char *text, L4_Word_t otherwise, L4_Word_t most)
{
	L4_Word_t n;
	bool hex = text && text[0] == '0' && text[1] == 'x';

	if (!text || !number(hex ? text + 2 : text, hex ? 16 : 10, &n) || n > most)
		return otherwise;
	return n;
}

L4_ThreadId_t demo_thread(const char *text)
{
	return (L4_ThreadId_t){ .raw = demo_number(text, 0, ~0ul) };
}

L4_ThreadId_t demo_spawn(const char *demo, const char *program, L4_Word_t *task, const char *format, ...)
{
	char args[TEXT];
	L4_ThreadId_t first = L4_nilthread;
	L4_Word_t number_of_task = 0;
	enum root_error e;
	va_list list;

	va_start(list, format);
	vsnprintf(args, sizeof args, format, list);
	va_end(list);
	e = pecan_spawn(program, args, 0, &number_of_task, &first);
	if (e != ROOT_OK)
		demo_fail(demo, "cannot start %s %s: %s", program, args, pecan_error_text(e));
	demo_started(number_of_task);
	if (task)
		*task = number_of_task;
	return first;
}

bool demo_is_page_fault(L4_MsgTag_t tag)
{
	return (L4_SignedWord_t)tag.raw >> 20 == PROTO_PAGEFAULT;
}

/* The fences keep the compiler from moving the stores to the thread control register. */
L4_Word_t demo_touch(L4_ThreadId_t pager, volatile L4_Word_t *at)
{
	L4_ThreadId_t usual = L4_Pager();
	L4_Word_t value;

	L4_Set_Pager(pager);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	value = *at;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	L4_Set_Pager(usual);
	return value;
}

L4_Word_t demo_space_of(const char *demo, L4_ThreadId_t thread)
{
	struct l4_inspect_thread t;
	L4_Word_t start = L4_ThreadNo(thread);
	enum root_error e = ROOT_OK;

	if (!pecan_inspect(L4_INSPECT_THREAD, 0, &start, &t, sizeof t / sizeof(L4_Word_t), &e)
	    || t.id != thread.raw)
		demo_fail(demo, "the kernel's inspection does not show thread %lu.%lu: %s",
			  L4_ThreadNo(thread), L4_Version(thread),
			  e == ROOT_OK ? "it is gone" : pecan_error_text(e));
	return t.space;
}

struct demo_window demo_window(const char *demo, L4_ThreadId_t thread, L4_Word_t base, L4_Word_t size)
{
	struct demo_window w = { 0, 0 };
	struct l4_inspect_mapping m;
	L4_Word_t space = demo_space_of(demo, thread), at = base;
	bool mixed = false;
	enum root_error e = ROOT_OK;

	while (pecan_inspect(L4_INSPECT_MAPPING, space, &at, &m, sizeof m / sizeof(L4_Word_t), &e)
	       && m.base < base + size) {
		if (m.pages == 0)
			continue;
		mixed |= w.pages != 0 && w.parent != m.parent_space;
		w.pages += m.pages;
		w.parent = mixed ? 0 : m.parent_space;
	}
	if (e != ROOT_OK)
		demo_fail(demo, "the kernel's inspection was refused: %s", pecan_error_text(e));
	return w;
}
