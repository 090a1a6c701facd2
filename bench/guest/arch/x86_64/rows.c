/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - rows that only x86-64 has: exceptions in a space whose redirector is a thread here, `monitor`,
 * above it in priority. Number 256 is a system call that is not the kernel's: the registers that the thread
 * gets are those of the message, so the reply has 18 of its words.
 */
#include "../../bench.h"

enum {
	W_FOREIGN = W_CLIFF_3 + 1, W_FOREIGN_SSE, W_FOREIGN_SSE_BOTH, W_FOREIGN_SSE_THIRD, W_REDIRECTED_UD,
	W_REDIRECTED_PF, W_REDIRECTED_IPC, W_FOREIGN_CLOSED, W_FOREIGN_CLOSED_SSE,
	REPLY_WORDS = 18, NUMBER_FOREIGN = 256, MR_NUMBER = 19,
};

static const struct figure figures[] = {
	{ W_FOREIGN, 1, "foreign_rtt", "SYSCALL in a redirected space, reply of 18 words", KERNEL },
	{ W_FOREIGN_CLOSED, 1, "foreign_rtt_closed", "the same, the monitor waits for that thread", KERNEL },
	{ W_FOREIGN_CLOSED_SSE, 1, "foreign_rtt_closed_sse", "the same, its space uses SSE registers", KERNEL },
	{ W_FOREIGN_SSE, 1, "foreign_rtt_sse", "the same, its space uses SSE registers", KERNEL },
	{ W_FOREIGN_SSE_BOTH, 1, "foreign_rtt_sse_both", "the same, and so does the monitor", KERNEL },
	{ W_FOREIGN_SSE_THIRD, 1, "foreign_rtt_sse_third", "the same, a third space runs meanwhile", KERNEL },
	{ W_REDIRECTED_UD, 1, "redirected_ud_rtt", "#UD in a redirected space, reply of 18 words", KERNEL },
	{ W_REDIRECTED_PF, 1, "redirected_pf_rtt", "page fault in a redirected space, 4 KiB", KERNEL },
	{ W_REDIRECTED_IPC, 1, "redirected_ipc_rtt", "call of the redirector, no words", KERNEL },
};

void foreign_call(void);	/* machine.S */
void trap(void);

static volatile char fault_pages[REPEAT][PAGE] __attribute__((aligned(PAGE)));
static L4_ThreadId_t monitor, third;
static volatile bool uses_vectors, calls_third, closed;

/* One page of this space, which the faulting thread lacks. */
static void load_page(L4_Word_t address)
{
	map_load(page_of((volatile void *)(address & -(L4_Word_t)PAGE), 12), address & -(L4_Word_t)PAGE);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
}

static void load_registers(void)
{
	L4_Word_t number, ip;

	L4_StoreMR(MR_NUMBER, &number);
	L4_StoreMR(1, &ip);
	if (number != NUMBER_FOREIGN)
		L4_LoadMR(1, ip + TRAP_LENGTH);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = REPLY_WORDS });
}

static void monitor_main(void)
{
	L4_Word_t registers[REPLY_WORDS + 1], address;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		if (uses_vectors)
			vector_use();
		if (L4_UntypedWords(tag) > REPLY_WORDS) {
			load_registers();
		} else if (L4_UntypedWords(tag) == 2) {
			L4_StoreMR(1, &address);
			load_page(address);
		} else {
			L4_Set_MsgTag(L4_Niltag);
		}
		if (calls_third) {
			L4_StoreMRs(1, REPLY_WORDS, &registers[1]);
			call(third, 0);
			L4_LoadMRs(1, REPLY_WORDS, &registers[1]);
			L4_Set_MsgTag((L4_MsgTag_t){ .raw = REPLY_WORDS });
		}
		tag = closed ? L4_Call(from) : L4_ReplyWait(from, &from);
	}
}

static void redirected_main(void)
{
	L4_ThreadId_t from;

	L4_Set_ExceptionHandler(monitor);
	L4_Wait(&from);
	MEASURE(W_FOREIGN, foreign_call());
	closed = true;
	MEASURE(W_FOREIGN_CLOSED, foreign_call());
	MEASURE(W_FOREIGN_CLOSED_SSE, { vector_use(); foreign_call(); });
	closed = false;
	MEASURE(W_REDIRECTED_UD, trap());
	MEASURE(W_REDIRECTED_IPC, call(monitor, 0));
	MEASURE(W_FOREIGN_SSE, { vector_use(); foreign_call(); });
	uses_vectors = true;
	MEASURE(W_FOREIGN_SSE_BOTH, { vector_use(); foreign_call(); });
	uses_vectors = false;
	calls_third = true;
	MEASURE(W_FOREIGN_SSE_THIRD, { vector_use(); foreign_call(); });
	calls_third = false;
	L4_Set_Pager(monitor);
	for (unsigned i = 0; i < REPEAT; i++) {
		SCOPE_BEGIN(W_REDIRECTED_PF);
		(void)fault_pages[i][0];
		SCOPE_END(W_REDIRECTED_PF);
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

void bench_machine(void)
{
	L4_ThreadId_t redirected;

	announce(figures, sizeof figures / sizeof figures[0]);
	for (unsigned i = 0; i < REPEAT; i++)
		page_touch(fault_pages[i]);
	monitor = thread_here(monitor_main);
	L4_Set_Priority(monitor, PRIORITY_CLIENT);
	third = thread_there(echo_main);
	redirected = thread_apart(redirected_main);
	redirect(redirected, monitor);
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(redirected)))
		fail("exceptions of a redirected space");
	redirect(redirected, L4_anythread);
}
