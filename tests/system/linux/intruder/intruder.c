/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intruder.c - a process of Linux that makes system calls of Pecan: it sends an unknown message to each
 * thread that its Linux may have besides the server. Prints how many were received: not 0, as the helper
 * waits for any.
 *
 * false: it sends each of them a page fault of its own making, in vain: the server gets that, and ends it.
 *
 * fight: two threads that write random words into each other's UTCB, all of it, while both call Linux, until
 * both have done so often enough, or one is lost.
 *
 * wrong: a thread that waits for Linux is started without it, and sends the server messages of a wrong
 * length, until the process is killed. Such a message fails for the receiver, too.
 *
 * keep grant, keep fault: see keep.c. move ROUNDS: see move.c.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/thread.h>
#include "intruder.h"

enum {
	FAULT = -2, READ = 4,		/* protocol and access of a page fault's message */
	UNKNOWN = 0x1234 << 16,
	NUMBERS = 8, VERSIONS = 4096,	/* tried: thread numbers after the server's, versions of each */
	EIGHT_DIGITS = 10000000, LINE = 80,
};

static unsigned received;

static void send(L4_ThreadId_t to, L4_Word_t tag)
{
	L4_LoadMR(1, 8);		/* an address at which nothing is mapped */
	L4_LoadMR(2, 0x12345);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag | 2 });
	received += L4_IpcSucceeded(L4_Send_Timeout(to, L4_ZeroTime));
}

void print(unsigned n, const char *text)
{
	char line[LINE] = "intruder: ";
	char *at = line + sizeof "intruder: " - 1;

	for (unsigned unit = EIGHT_DIGITS; unit > 0; unit /= 10)
		*at++ = (char)('0' + n / unit % 10);
	while (*text && at < line + LINE)
		*at++ = *text++;
	linux_call(LINUX_WRITE, 1, line, at - line);
}

/* ---- two threads and their UTCBs ---- */

enum {
	STACK_WORDS = 512, ROUNDS = 20000, BOTH = 2,
	TCRS = 16, WORDS = 64,		/* of a UTCB, in front of its MR0 and from there */
};

static L4_Word_t stack[STACK_WORDS] __attribute__((aligned(16)));
static volatile unsigned done;

/* Write a random word into a random place of the UTCB of each slot of the process that has one. */
static void spoil(L4_Word_t *random, L4_Word_t first, L4_Word_t size)
{
	for (unsigned slot = 0; slot < BOTH; slot++) {
		volatile L4_Word_t *utcb = (volatile L4_Word_t *)(first + slot * size);

		*random = *random * 6364136223846793005 + 1442695040888963407;
		utcb[(L4_SignedWord_t)(*random >> 33) % (TCRS + WORDS) - TCRS] = *random;
	}
}

static void fight(void)
{
	L4_Word_t random = L4_MyLocalId().raw, size = L4_UtcbSize(L4_GetKernelInterface());
	L4_Word_t first = random & ~(BOTH * size - 1);

	first += random & (size - 1);
	for (unsigned i = 0; i < ROUNDS; i++) {
		spoil(&random, first, size);
		linux_call(LINUX_GETPPID, 0, 0, 0);
	}
	if (__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST) == BOTH)
		linux_call(LINUX_EXIT_GROUP, 0, 0, 0);
	linux_call(LINUX_EXIT, 0, 0, 0);
}

static void fight_both(void)
{
	linux_thread(THREAD, stack + STACK_WORDS, fight);
	fight();
}

/* ---- a thread that runs without Linux ---- */

enum { WRONG_LENGTH = 63 | 2 << 6 };	/* more than 63 words */

static volatile L4_Word_t waiting;

static void wait_for_linux(void)
{
	waiting = L4_MyLocalId().raw;
	for (;;)
		linux_call(LINUX_PAUSE, 0, 0, 0);
}

static void send_wrong(void)
{
	for (;;) {
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = WRONG_LENGTH });
		L4_Send(L4_ExceptionHandler());
	}
}

L4_ThreadId_t start_beside(void *stack_end, void (*f)(void))
{
	L4_ThreadId_t second;

	linux_thread(THREAD, stack_end, wait_for_linux);
	while (!waiting)
		linux_call(LINUX_SCHED_YIELD, 0, 0, 0);
	second.raw = waiting;
	L4_Start_SpIp(second, (L4_Word_t)stack_end - sizeof(L4_Word_t), (L4_Word_t)f);
	return second;
}

static void start_sender(void)
{
	start_beside(stack + STACK_WORDS, send_wrong);
	for (;;)
		linux_call(LINUX_PAUSE, 0, 0, 0);
}

/* ---- */

static void send_to_all(L4_Word_t tag)
{
	L4_Word_t server = L4_ThreadNo(L4_ExceptionHandler());

	for (L4_Word_t n = server + 1; n <= server + NUMBERS; n++)
		for (L4_Word_t version = 1; version < VERSIONS; version++)
			send(L4_GlobalId(n, version), tag);
}

void intruder(long count, char **arguments)
{
	__L4_Init();
	if (count > 2 && arguments[1][0] == 'k')
		linux_call(LINUX_EXIT, keep(keep_by, arguments[2]) > 0, 0, 0);
	if (count > 2 && arguments[1][0] == 'm')
		linux_call(LINUX_EXIT, keep(move, arguments[2]) > 0, 0, 0);
	if (count > 1 && arguments[1][0] == 'w')
		start_sender();
	if (count > 1 && arguments[1][1] == 'i')
		fight_both();
	send_to_all(count > 1 ? (L4_Word_t)FAULT << 20 | READ << 16 : UNKNOWN);
	print(received, " messages were received\n");
	linux_call(LINUX_EXIT, received == 0, 0, 0);
}
