/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - pingpong: what an IPC round trip costs; docs/demos/pingpong.md.
 *
 * A partner that answers each message with the same words sits in another address space (a second
 * task of this program), then in this one (a second thread). The counter of the CPU is read before
 * and after ROUNDS calls, so the cost of the loop and of the library is included. A program cannot
 * find out what the counter counts: on x86 under QEMU with -icount shift=0 it is instructions.
 */
#include <l4/ipc.h>
#include <pecan/demo.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <string.h>

enum { ROUNDS = 2000, WARM_UP = 50, WORDS_MAX = 63 };

static const char me[] = "pingpong";

static void answer_for_ever(void *arg)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)arg;
	for (;;) {
		L4_Set_MsgTag(tag);
		tag = L4_ReplyWait(from, &from);
		if (L4_IpcFailed(tag))
			tag = L4_Wait(&from);
	}
}

/* One round trip whose words are looked at. */
static void check_round(L4_ThreadId_t partner, unsigned words, L4_Word_t seed)
{
	L4_MsgTag_t tag = { .raw = seed << 16 | words };

	L4_Set_MsgTag(tag);
	for (unsigned i = 1; i <= words; i++)
		L4_LoadMR((int)i, seed * 1000 + i);
	tag = L4_Call(partner);
	if (L4_IpcFailed(tag))
		demo_fail(me, "a call failed with error %lu", L4_ErrorCode());
	if (L4_Label(tag) != seed || L4_UntypedWords(tag) != words)
		demo_fail(me, "sent label %lu and %u words, got %lu and %lu", seed, words, L4_Label(tag),
			  L4_UntypedWords(tag));
	for (unsigned i = 1; i <= words; i++) {
		L4_Word_t w;

		L4_StoreMR((int)i, &w);
		if (w != seed * 1000 + i)
			demo_fail(me, "word %u of %u came back as %lu", i, words, w);
	}
}

static L4_Word64_t measure(L4_ThreadId_t partner, unsigned words)
{
	L4_MsgTag_t tag = { .raw = words };
	L4_Word64_t start;
	unsigned failed = 0;

	for (unsigned i = 1; i <= WARM_UP; i++)
		check_round(partner, words, i);
	start = __L4_Ticks();
	for (unsigned i = 0; i < ROUNDS; i++) {
		L4_Set_MsgTag(tag);
		failed += L4_IpcFailed(L4_Call(partner)) != 0;
	}
	start = __L4_Ticks() - start;
	if (failed)
		demo_fail(me, "%u of %u calls failed", failed, (unsigned)ROUNDS);
	check_round(partner, words, WARM_UP + 1);
	return start / ROUNDS;
}

static void series(const char *where, L4_ThreadId_t partner)
{
	static const unsigned words[] = { 0, 7, WORDS_MAX };

	for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
		printf("  %s, %2u words: %6lu\n", where, words[i], (L4_Word_t)measure(partner, words[i]));
}

int main(int argc, char **argv)
{
	L4_Word_t task;
	L4_ThreadId_t partner;
	enum root_error e;

	if (argc > 1 && strcmp(argv[1], "partner") == 0)
		answer_for_ever(NULL);
	printf("ticks of the CPU's counter per round trip, mean of %u:\n",
	       (unsigned)ROUNDS);
	partner = demo_spawn(me, me, &task, "partner");
	series("between address spaces", partner);
	e = pecan_kill(task);
	if (e != ROOT_OK)
		demo_fail(me, "cannot end the partner: %s", pecan_error_text(e));
	e = pecan_thread_start(answer_for_ever, NULL, 0, &partner);
	if (e != ROOT_OK)
		demo_fail(me, "no second thread: %s", pecan_error_text(e));
	series("inside one            ", partner);
	demo_ok(me);
}
