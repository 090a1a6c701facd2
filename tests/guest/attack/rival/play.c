/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * play.c - requests of all protocols, made from the interface files, to all servers that there are.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/task.h>
#include <proto/console_messages.h>
#include <proto/disk_messages.h>
#include <proto/files_messages.h>
#include <proto/link_messages.h>
#include <proto/names_messages.h>
#include <proto/pci_messages.h>
#include <proto/random_messages.h>
#include <proto/root_messages.h>
#include <proto/rtc_messages.h>
#include <proto/sockets_messages.h>

#include "../intruder/requests.h"
#include "rival.h"

enum { SEND_US = 20000, SOON_US = 200, LATE_US = 5000, LOOKS = 64, GIVEN = 16 };

static struct target {
	const char *name;			/* at the name service; 0: root, names */
	const struct stub_protocol *protocol;
	L4_ThreadId_t thread;
} targets[] = {
	{ 0, &root_protocol, { 0 } }, { 0, &names_protocol, { 0 } }, { "console", &console_protocol, { 0 } },
	{ "pci", &pci_protocol, { 0 } }, { "disk", &disk_protocol, { 0 } }, { "link", &link_protocol, { 0 } },
	{ "random", &random_protocol, { 0 } }, { "files", &files_protocol, { 0 } },
	{ "sockets", &sockets_protocol, { 0 } }, { "rtc", &rtc_protocol, { 0 } },
};

enum { TARGETS = sizeof targets / sizeof *targets };

static struct requests_caller me;
static L4_ThreadId_t threads[TARGETS + 1];

static L4_Word_t below(struct breaker *b, L4_Word_t n) { return breaker_random(b) % n; }

/* The servers of the names; a server may have ended since the last look. */
static void look_up(void)
{
	struct pecan_task own;

	for (unsigned i = 0; i < TARGETS; i++) {
		struct target *t = &targets[i];

		if (t->protocol == &root_protocol)
			t->thread = pecan_root();
		else if (t->protocol == &names_protocol)
			pecan_names(&t->thread);
		else if (pecan_lookup(t->name, false, &t->thread) != NAMES_OK)
			t->thread = L4_nilthread;
		threads[i] = t->thread;
	}
	threads[TARGETS] = L4_Myself();
	if (me.task == 0 && pecan_task_of(L4_nilthread, &own) == ROOT_OK)
		me.task = own.task;
	me.other = targets[1].thread;
}

/* ---- what root has given, which is given back: else the next requests are refused ---- */

static L4_Word_t given[GIVEN];
static unsigned given_count;

static void give_back(void)
{
	while (given_count > 0)
		pecan_unmap((void *)given[--given_count]);
}

static void note_given(const struct breaker *b, L4_MsgTag_t tag)
{
	L4_Word_t word;

	for (int i = 1; i <= 2 && i <= (int)L4_UntypedWords(tag); i++) {
		L4_StoreMR(i, &word);
		if (b->label >= ROOT_SPAWN && word >= PECAN_WINDOW_BASE && word < PECAN_WINDOW_END)
			given[given_count++] = word;
	}
	if (given_count > GIVEN - 2)
		give_back();
}

/* ---- a request ---- */

static bool is_later(const struct target *t, const struct breaker *b)
{
	const struct stub_protocol *p = t->protocol;

	for (unsigned i = 0; i < p->count; i++)
		if (p->requests[i].label == b->label)
			return p->requests[i].modes & (STUB_LATER | STUB_ONEWAY);
	return true;
}

static void send(const struct target *t, struct breaker *b)
{
	L4_Word_t words[2], late = (is_later(t, b) && b->label != ROOT_POPULATE) || b->typed ? SOON_US : LATE_US;
	L4_MsgTag_t tag;

	L4_LoadMRs(1, BREAKER_WORDS, b->word);
	L4_Set_MsgTag(stub_tag(b->label, b->untyped, b->typed));
	tag = L4_Call_Timeouts(t->thread, L4_TimePeriod(SEND_US), L4_TimePeriod(late));
	if (L4_IpcFailed(tag) || L4_Label(tag) != 0)
		return;
	L4_StoreMRs(1, 2, words);
	for (unsigned i = 0; i < 2 && i < L4_UntypedWords(tag); i++)
		requests_learn(b, words[i]);
	if (t->protocol == &root_protocol)
		note_given(b, tag);
}

static bool make(const struct target *t, struct breaker *b, bool may_end)
{
	if (below(b, 4) == 0) {
		breaker_make(b, t->protocol);
	} else {
		breaker_correct(b, t->protocol);
		requests_choose(b, threads, TARGETS + 1);
	}
	if (t->protocol == &root_protocol && breaker_is_kernels(b))
		return may_end;		/* a message like the kernel's: root ends the task */
	return may_end || requests_tame(b, &me);
}

static void play(struct breaker *b, bool may_end)
{
	const struct target *t = &targets[below(b, TARGETS)];

	if (L4_IsNilThread(threads[0]) || below(b, LOOKS) == 0)
		look_up();
	if (!L4_IsNilThread(t->thread) && make(t, b, may_end))
		send(t, b);
}

void play_requests(struct breaker *b) { play(b, false); }
void play_to_the_end(struct breaker *b) { play(b, true); }
