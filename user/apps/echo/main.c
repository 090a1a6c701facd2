/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - echo N: N messages there and back, every word checked; docs/demos/echo.md.
 *
 * Message i has i % 64 words and a label that depend on i. The server, a second task of this
 * program, computes the same: it checks what came, and answers with the complement of each
 * word, which the client checks in turn. Words beyond those sent must keep what the receiver had.
 */
#include <l4/ipc.h>
#include <pecan/demo.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <string.h>

enum { DEFAULT = 10000, MOST = 100000000, WORDS_MAX = 63, REPORTS = 10 };

static const char me[] = "echo";
static const L4_Word_t untouched = ~(L4_Word_t)0 / 0xff * 0x5a;

/* Word k of message i: a mix of both, different for each. */
static L4_Word_t word(L4_Word_t i, unsigned k)
{
	L4_Word_t w = (i * 64 + k + 1) * (L4_Word_t)0x9e3779b97f4a7c15;

	return w ^ w >> 29;
}

static unsigned words_of(L4_Word_t i) { return (unsigned)(i % (WORDS_MAX + 1)); }
static L4_Word_t label_of(L4_Word_t i) { return 1 + i % 0x7fff; }

/* Is the message in the MRs message i, its words xored with `mask`? */
static bool is_message(L4_MsgTag_t tag, L4_Word_t i, L4_Word_t mask)
{
	if (L4_IpcFailed(tag) || L4_Label(tag) != label_of(i) || L4_UntypedWords(tag) != words_of(i)
	    || L4_TypedWords(tag) != 0)
		return false;
	for (unsigned k = 0; k < words_of(i); k++) {
		L4_Word_t w;

		L4_StoreMR((int)k + 1, &w);
		if (w != (word(i, k) ^ mask))
			return false;
	}
	return true;
}

static void load(L4_Word_t i, L4_Word_t mask)
{
	for (unsigned k = 0; k < words_of(i); k++)
		L4_LoadMR((int)k + 1, word(i, k) ^ mask);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = label_of(i) << 16 | words_of(i) });
}

/* Answers until a message is not what it should be; then with label 0, which the client reports. */
static int server(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (L4_Word_t i = 0; is_message(tag, i, 0); i++) {
		load(i, ~0ul);
		tag = L4_ReplyWait(from, &from);
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Reply(from);
	return 1;
}

static void exchange(L4_ThreadId_t to, L4_Word_t i)
{
	unsigned n = words_of(i);
	L4_Word_t after = untouched;

	load(i, 0);
	if (n < WORDS_MAX)
		L4_LoadMR((int)n + 1, untouched);
	if (!is_message(L4_Call(to), i, ~0ul))
		demo_fail(me, "message %lu (%u words) was changed on its way, or its answer was", i, n);
	if (n < WORDS_MAX)
		L4_StoreMR((int)n + 1, &after);
	if (after != untouched && after != 0)
		demo_fail(me, "message %lu: word %u was not sent, and yet arrived", i, n + 1);
}

int main(int argc, char **argv)
{
	L4_Word_t n, task;
	L4_ThreadId_t to;

	if (argc > 1 && strcmp(argv[1], "server") == 0)
		return server();
	n = demo_number(argc > 1 ? argv[1] : NULL, argc > 1 ? 0 : DEFAULT, MOST);
	if (n == 0)
		demo_fail(me, "%s is no number of messages; give one from 1 to %u", argv[1], (unsigned)MOST);
	to = demo_spawn(me, me, &task, "server");
	for (L4_Word_t i = 0; i < n; i++) {
		exchange(to, i);
		if (n >= REPORTS && (i + 1) % (n / REPORTS) == 0)
			printf("  %lu of %lu messages\n", i + 1, n);
	}
	pecan_kill(task);
	printf("  %lu messages of 0 to %u words came back, every word checked on both sides\n", n,
	       n > WORDS_MAX ? WORDS_MAX : (unsigned)n - 1);
	demo_ok(me);
}
