/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.c - the parts that other tasks play in a check.
 */
#include <l4/ipc.h>
#include <pecan/addresses.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/thread.h>
#include <stdlib.h>
#include <proto/root_messages.h>
#include <string.h>
#include "selftest.h"

enum { PAGE = 4096, FUZZ_MESSAGES = 400, FUZZ_TIMEOUT_US = 20000, WORDS = 63 };

/* Each has kernel tables of its own. */
#if __SIZEOF_LONG__ == 8
#define SCATTER_BASE	0ul
#define SCATTER_APART	(3ul << 30)
#else
#define SCATTER_BASE	PECAN_FREE_BASE
#define SCATTER_APART	(8ul << 20)
#endif

static int sleep_for_ever(long argument)
{
	while (argument >= 0)
		L4_Sleep(L4_Never);
	return 0;
}

static int end_with(long status) { return (int)status; }

/* Two threads; the first ends, the second ends the task. */
static void exit_later(void *status) { pecan_exit((long)status); }

static int hand_over(long status)
{
	pecan_thread_start(exit_later, (void *)status, 0, 0);
	pecan_thread_end(L4_nilthread);
	return 1;
}

static int touch(long address) { return *(volatile char *)address; }

static int touch_unmapped(long argument)
{
	volatile char *page = pecan_map(PAGE);

	(void)argument;
	page[0] = 1;
	pecan_unmap((void *)page);
	return page[0];
}

/* Not a leaf, not a tail call: every level needs stack. */
static long descend(long n)
{
	volatile char frame[256];

	if (n < 0)
		return 0;
	frame[n & 0xff] = (char)n;
	return descend(n + 1) + frame[n & 0xff];
}

/* Pages so far apart that each needs tables of its own: until root refuses one for want of kernel memory. */
static int scatter(long argument)
{
	enum root_error e = ROOT_OK;
	void *at;

	(void)argument;
	for (unsigned long i = 1; i < 50 && e == ROOT_OK; i++) {
		e = pecan_map_at(PAGE, SCATTER_BASE + i * SCATTER_APART, &at);
		if (e == ROOT_OK)
			*(volatile char *)at = 1;
	}
	return e == ROOT_E_KMEM ? 0 : 1;
}

static int own_name(long argument)
{
	(void)argument;
	return pecan_register("selftest.child", L4_nilthread) == NAMES_OK ? 0 : 1;
}

/* Look up a name that the parent registers only after this has asked. */
static int wait_name(long argument)
{
	L4_ThreadId_t thread;

	(void)argument;
	return pecan_lookup("selftest.late", true, &thread) == NAMES_OK && !L4_IsNilThread(thread) ? 42 : 1;
}

static L4_Word_t random_word(L4_Word_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A random argument: small, an address, one of the largest words, or any word. */
static L4_Word_t hostile_word(L4_Word_t *state)
{
	L4_Word_t r = random_word(state);

	switch (r >> 28 & 3) {
	case 0: return r & 0xff;
	case 1: return (r & 0x7fff) << 12;
	case 2: return ~(r & 0xffff);
	default: return r;
	}
}

/* Any request but those that end the task, or only fill the screen, and labels that are none. */
static L4_Word_t hostile_label(L4_Word_t *state)
{
	L4_Word_t label;

	do
		label = ROOT_SPAWN - 2 + random_word(state) % (ROOT_POWER - ROOT_SPAWN + 5);
	while (label == ROOT_EXIT || label == ROOT_THREAD_NEW || label == ROOT_THREAD_END
	       || label == ROOT_KILL || label == ROOT_LOG_WRITE);
	return label;
}

/* As many words as the request has, so that root looks at them, or any number. */
static unsigned hostile_length(L4_Word_t *state, L4_Word_t label)
{
	const struct stub_request *r = &root_requests[label - ROOT_SPAWN];

	if (label - ROOT_SPAWN >= root_protocol.count || random_word(state) % 4 == 0)
		return (unsigned)(random_word(state) % (WORDS + 1));
	return r->least + (unsigned)(random_word(state) % (r->most - r->least + 1));
}

static int fuzz(long seed)
{
	L4_Word_t state = (L4_Word_t)seed * (L4_Word_t)0x9e3779b97f4a7c15 + 1;

	for (unsigned i = 0; i < FUZZ_MESSAGES; i++) {
		L4_Word_t label = hostile_label(&state);
		unsigned n = hostile_length(&state, label);

		for (unsigned k = 1; k <= n; k++)
			L4_LoadMR((int)k, hostile_word(&state));
		L4_Set_MsgTag(stub_tag(label, n, 0));
		L4_Call_Timeouts(pecan_root(), L4_Never, L4_TimePeriod(FUZZ_TIMEOUT_US));
	}
	return 0;
}

static const struct { const char *name; int (*play)(long); } parts[] = {
	{ "sleep", sleep_for_ever }, { "exit", end_with }, { "hand-over", hand_over }, { "touch", touch },
	{ "touch-unmapped", touch_unmapped }, { "scatter", scatter }, { "own-name", own_name },
	{ "wait-name", wait_name }, { "fuzz", fuzz }, { "over-gone", over_gone },
};

int play(const char *part, const char *argument)
{
	if (strcmp(part, "descend") == 0)
		return (int)descend(0);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(parts[i].name, part) == 0)
			return parts[i].play(atol(argument));
	return 99;
}
