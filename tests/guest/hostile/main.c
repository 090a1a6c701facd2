/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - a program that tries to reach others, and to take the places of others, for
 * tests/system/programs/run.
 *
 *   hostile listen          prints its thread id, and then each message that it gets
 *   hostile deaf            prints its thread id, and receives nothing
 *   hostile write           prints without end
 *   hostile crowd, beside, send, random, take, seed, memory, stack, nap, die, many, repeat PROGRAM    crowd.c
 *   hostile attack ID...    tries to reach each of these threads in all ways there are, and root's requests
 *                           that tell of others. It may have no output: its exit status is ALL_WELL, or
 *                           100 + 20 * place of the thread + place of the try, of the first one not refused
 *   hostile handler ID      sets that thread as its exception handler, and executes an invalid instruction
 *   hostile cost ID         its exit status is the time in us of 1,000 refused calls to that thread
 *   hostile ask ID LABEL    calls that thread; its exit status is the label of the answer
 *   hostile history         reads two lines that are to be kept in the shell's history, and prints them
 *   hostile name            registers names that a terminal would obey; waits for ever if it gets one
 *   hostile hang closed|loop|child|worker|beats   hang.c
 *   hostile waits start|any PROGRAM, waits sleep|end       waits.c
 *   hostile pieces [WORD]   pieces.c; with WORD: registers 16 names
 *   hostile rename, starve, records, note     servers.c
 *   hostile wait ID         sends to a thread that receives nothing, and continues when that has failed
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <pecan/console.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/server.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <stdlib.h>
#include <string.h>
#include "hostile.h"

enum {
	PLACES = 20, PLACE_OF_ROOT = 10, LABEL = 0x7777, WORDS = 63, PAGE = 4096,
	ERROR_KIND = 0xf, OVERFLOW_SENT = 8, OVERFLOW_RECEIVED = 9, LIMIT_US = 5000000, SENDERS = 4,
};

static char page[PAGE] __attribute__((aligned(PAGE)));

/* ---- listeners ---- */

static void announce(const char *what)
{
	L4_ThreadId_t me = L4_Myself();

	printf("hostile: %s is %lu.%lu\n", what, L4_ThreadNo(me), L4_Version(me));
}

static void listen(void)
{
	L4_ThreadId_t from;

	announce("listener");
	L4_Accept(L4_MapGrantItems(L4_FpageLog2(PECAN_WINDOW_BASE, 12)));
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&from);

		printf("hostile: the listener got a message with label %#lx\n", L4_Label(tag));
		L4_Set_MsgTag(L4_Niltag);
		L4_Reply(from);
	}
}

/* ---- messages ---- */

static L4_MsgTag_t call(L4_ThreadId_t to, L4_Word_t label, unsigned untyped, unsigned typed)
{
	L4_Time_t limit = L4_TimePeriod(LIMIT_US);

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = label << 16 | typed << 6 | untyped });
	return L4_Call_Timeouts(to, limit, limit);
}

static bool is_refused(L4_MsgTag_t tag)
{
	return L4_IpcSucceeded(tag) && L4_Label(tag) == ROOT_NOT_PERMITTED && L4_UntypedWords(tag) == 0;
}

static bool overflows(L4_MsgTag_t tag)
{
	return L4_IpcFailed(tag) && (L4_ErrorCode() & ERROR_KIND) == OVERFLOW_SENT;
}

static bool short_message(L4_ThreadId_t to) { return is_refused(call(to, LABEL, 0, 0)); }
static bool long_message(L4_ThreadId_t to) { return is_refused(call(to, LABEL, WORDS, 0)); }

static bool mapping(L4_ThreadId_t to)
{
	L4_MapItem_t item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2((L4_Word_t)page, 12), L4_Readable), 0);

	page[0] = 1;
	L4_LoadMRs(1, 2, item.raw);
	return overflows(call(to, LABEL, 0, 2));
}

static bool string(L4_ThreadId_t to)
{
	L4_StringItem_t item = L4_StringItem(PAGE, page);

	L4_LoadMRs(1, 2, item.raw);
	return overflows(call(to, LABEL, 0, 2));
}

/* A message without an answer: that it arrives nowhere is seen at its receiver. */
static bool no_answer(L4_ThreadId_t to)
{
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)LABEL << 16 });
	L4_Send_Timeout(to, L4_TimePeriod(LIMIT_US));
	return true;
}

static bool propagated(L4_ThreadId_t to)
{
	L4_Set_VirtualSender(pecan_root());
	return is_refused(call(to, LABEL, 1 << 12, 0));
}

/* The same in the name of the thread itself, which may do so. */
static bool propagated_own(L4_ThreadId_t to)
{
	L4_Set_VirtualSender(L4_Myself());
	return is_refused(call(to, LABEL, 1 << 12, 0));
}

/* A message that looks like a page fault: root answers with a page, which this thread does not accept. */
static bool fault_message(L4_ThreadId_t to)
{
	L4_MsgTag_t tag;

	L4_LoadMR(1, (L4_Word_t)page);
	L4_LoadMR(2, 0);
	tag = call(to, (-2ul << 4 | 4) & ~0ul >> 16, 2, 0);
	return L4_IpcFailed(tag) && (L4_ErrorCode() & ERROR_KIND) == OVERFLOW_RECEIVED;
}

/* A page fault, with that thread as the pager: root serves it. Each call touches another page. */
static bool pager(L4_ThreadId_t to)
{
	static char untouched[PAGE * 16];
	static unsigned calls;
	L4_ThreadId_t before = L4_Pager();
	volatile char *at = untouched + PAGE * (++calls % 16);

	L4_Set_Pager(to);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);	/* the kernel reads the pager at the access */
	*at = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	L4_Set_Pager(before);
	return *at == 1;
}

static void keep_sending(void *to)
{
	for (;;) {
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)LABEL << 16 });
		L4_Send_Timeout(*(L4_ThreadId_t *)to, L4_ZeroTime);
	}
}

/* Other threads send all the time: the answer comes all the same. */
static bool beside_others(L4_ThreadId_t to)
{
	static L4_ThreadId_t target;
	L4_ThreadId_t thread[SENDERS];
	bool ok = true;

	target = to;
	for (unsigned i = 0; i < SENDERS; i++)
		if (pecan_thread_start(keep_sending, &target, 0, &thread[i]) != ROOT_OK)
			return false;
	for (unsigned i = 0; i < SENDERS; i++)
		ok &= is_refused(call(to, LABEL, 0, 0));
	for (unsigned i = 0; i < SENDERS; i++)
		pecan_thread_end(thread[i]);
	return ok;
}

/* The thread that answers gets a message itself, and serves as before. */
static bool redirector(L4_ThreadId_t to)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)LABEL << 16 });
	tag = L4_Ipc(to, L4_anythread, L4_Timeouts(L4_Never, L4_Never), &from);
	if (!is_refused(tag))
		return false;
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)LABEL << 16 | 1 << 13 });
	L4_Send_Timeout(from, L4_TimePeriod(LIMIT_US));
	return short_message(to);
}

static bool (*const tries[])(L4_ThreadId_t) = {
	short_message, long_message, mapping, string, no_answer, propagated, propagated_own, fault_message, pager,
	beside_others, redirector,
};

/* ---- requests to root ---- */

static bool root_tells_nothing(L4_ThreadId_t thread)
{
	struct pecan_program program;
	struct pecan_task task;
	L4_Word_t position = 0, got, at = 0, word;

	return pecan_task_of(thread, &task) == ROOT_E_TASK && pecan_task_by_number(1, &task) == ROOT_E_TASK
	    && !pecan_next_program(&position, &program) && !pecan_next_task(&position, &task)
	    && pecan_file_read("init", 0, &word, sizeof word, &got, 0) == ROOT_E_RIGHT
	    && pecan_spawn("hostile", "", 0, 0, 0) == ROOT_E_RIGHT && pecan_kill(1) == ROOT_E_TASK
	    && !pecan_inspect(L4_INSPECT_SYSTEM, 0, &at, &word, 1, 0)
	    && pecan_task_of(L4_nilthread, &task) == ROOT_OK;
}

static bool sigma0_is_closed(void)
{
	L4_ThreadId_t sigma0 = L4_GlobalId(L4_ThreadNo(pecan_root()) - 2, 1);

	return is_refused(call(sigma0, LABEL, 0, 0));
}

/* ---- the program ---- */

static L4_ThreadId_t thread_of(const char *text)
{
	char *end;
	L4_Word_t number = strtoul(text, &end, 10);

	return L4_GlobalId(number, strtoul(end + 1, 0, 10));
}

static int attack(int count, char **ids)
{
	for (int i = 0; i < count; i++) {
		L4_ThreadId_t to = thread_of(ids[i]);

		for (unsigned k = 0; k < sizeof tries / sizeof tries[0]; k++)
			if (!tries[k](to))
				return 100 + i * PLACES + (int)k;
		if (!root_tells_nothing(to))
			return 100 + i * PLACES + PLACE_OF_ROOT + 1;
	}
	puts("hostile: this must not be seen");
	pecan_log("hostile: this must not be seen");
	return sigma0_is_closed() ? ALL_WELL : 1;
}

static void handler(L4_ThreadId_t to)
{
	L4_Set_ExceptionHandler(to);
	__builtin_trap();
}

static int history(void)
{
	char line[CONSOLE_LINE_BYTES + 1];

	for (unsigned i = 0; i < 2; i++) {
		if (console_read_line("hostile> ", true, line, sizeof line) != CONSOLE_OK)
			return 1;
		printf("hostile: it read <%s>\n", line);
	}
	return ALL_WELL;
}

/* Its section lets it provide any name that begins with `hostile`. */
static int name(void)
{
	static const char *const names[] = { "hostile\033[6n", "hostile\n", "hostile\177", "hostile\302\233" };

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (pecan_register(names[i], L4_nilthread) != NAMES_E_REQUEST)
			L4_Sleep(L4_Never);
	return pecan_register("hostile-1", L4_nilthread) == NAMES_OK ? ALL_WELL : 1;
}

static int wait_for(L4_ThreadId_t to)
{
	L4_MsgTag_t tag = call(to, LABEL, 0, 0);

	return L4_IpcSucceeded(tag) && L4_Label(tag) == ROOT_NOT_DELIVERED && pager(to) ? ALL_WELL : 1;
}

static int cost(L4_ThreadId_t to)
{
	L4_Word64_t begin;

	if (!short_message(to))
		return 0;
	begin = L4_SystemClock().raw;
	for (unsigned i = 0; i < 1000; i++)
		if (!is_refused(call(to, LABEL, 0, 0)))
			return 0;
	return (int)(L4_SystemClock().raw - begin);
}

/* What needs no argument, and comes to an exit status. */
static const struct { const char *what; int (*run)(void); } commands[] = {
	{ "beside", crowd_beside }, { "random", crowd_random }, { "seed", crowd_seed }, { "nap", crowd_nap },
	{ "history", history }, { "name", name }, { "rename", servers_rename }, { "starve", servers_starve },
	{ "note", servers_note }, { "forget", servers_forget }, { "rest", servers_rest },
	{ "claims", servers_claims }, { "ports", servers_ports },
};

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(what, commands[i].what) == 0)
			return commands[i].run();

	if (strcmp(what, "listen") == 0)
		listen();
	if (strcmp(what, "deaf") == 0) {
		announce("deaf one");
		L4_Sleep(L4_Never);
	}
	while (strcmp(what, "write") == 0)
		puts("a line");
	while (strcmp(what, "busy") == 0)
		pecan_beat();
	if (strcmp(what, "pieces") == 0)
		return argc > 2 ? pieces_names(argv[2]) : pieces();
	if (strcmp(what, "crowd") == 0)
		crowd_tick();
	if (strcmp(what, "send") == 0)
		crowd_send();
	if (strcmp(what, "take") == 0)
		crowd_take();
	if (strcmp(what, "memory") == 0)
		crowd_memory();
	if (strcmp(what, "stack") == 0)
		return crowd_stack();
	if (strcmp(what, "die") == 0)
		return crowd_die(argv[0]);
	if (strcmp(what, "records") == 0)
		return servers_records(argv[0], argc > 2);
	if (strcmp(what, "many") == 0)
		return crowd_many(argv[0]);
	if (argc < 3)
		return USAGE;
	if (strcmp(what, "waits") == 0)
		return waits(argv[2], argc > 3 ? argv[3] : "");
	if (strcmp(what, "hang") == 0)
		return hang(argv[2]);
	if (strcmp(what, "repeat") == 0)
		return crowd_repeat(argv[2]);
	if (strcmp(what, "attack") == 0)
		return attack(argc - 2, argv + 2);
	if (strcmp(what, "cost") == 0)
		return cost(thread_of(argv[2]));
	if (strcmp(what, "ask") == 0 && argc > 3)
		return (int)L4_Label(call(thread_of(argv[2]), strtoul(argv[3], 0, 0), 0, 0));
	if (strcmp(what, "handler") == 0)
		handler(thread_of(argv[2]));
	return wait_for(thread_of(argv[2]));
}
