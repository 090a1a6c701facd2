/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intruder.c - a process of Linux that makes system calls of Pecan: it sends a false page fault and an
 * unknown message to each thread that its Linux may have besides the server. Prints how many were received:
 * not 0, as the helper waits for any. The server would take a false fault for one of this process, and send
 * SIGSEGV.
 *
 * With an argument: two threads that write random words into each other's UTCB, all of it, while both
 * call Linux, until both have done so often enough, or one is lost.
 *
 * With two arguments: a thread that waits for Linux is started without it, and sends the server messages of a
 * wrong length, until the process is killed. Such a message fails for the receiver, too.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/thread.h>
#include "intruder.h"

enum {
	FAULT = -2, READ = 4,		/* label and access of a page fault's message */
	NUMBERS = 8, VERSIONS = 4096,	/* tried: thread numbers after the server's, versions of each */
	EIGHT_DIGITS = 10000000,
};

static unsigned received;

static void send(L4_ThreadId_t to, L4_Word_t tag)
{
	L4_LoadMR(1, 8);		/* an address at which nothing is mapped */
	L4_LoadMR(2, 0x12345);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag | 2 });
	received += L4_IpcSucceeded(L4_Send_Timeout(to, L4_ZeroTime));
}

static void print(unsigned n)
{
	char text[] = "intruder: 00000000 messages were received\n";
	char *digit = text + sizeof "intruder: " - 1;

	for (unsigned unit = EIGHT_DIGITS; unit > 0; unit /= 10)
		*digit++ = (char)('0' + n / unit % 10);
	linux_call(LINUX_WRITE, 1, text, sizeof text - 1);
}

/* ---- two threads and their UTCBs ---- */

enum {
	THREAD = 0x50f00,		/* CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM */
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

static volatile L4_Word_t sender;

static void wait_for_linux(void)
{
	sender = L4_MyLocalId().raw;
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

static void start_sender(void)
{
	linux_thread(THREAD, stack + STACK_WORDS, wait_for_linux);
	while (!sender)
		linux_call(LINUX_SCHED_YIELD, 0, 0, 0);
	L4_Start_SpIp((L4_ThreadId_t){ .raw = sender }, (L4_Word_t)(stack + STACK_WORDS - 1),
		      (L4_Word_t)send_wrong);
	for (;;)
		linux_call(LINUX_PAUSE, 0, 0, 0);
}

void intruder(long arguments)
{
	L4_Word_t server;

	__L4_Init();
	if (arguments > 2)
		start_sender();
	if (arguments > 1)
		fight_both();
	server = L4_ThreadNo(L4_ExceptionHandler());
	for (L4_Word_t n = server + 1; n <= server + NUMBERS; n++)
		for (L4_Word_t version = 1; version < VERSIONS; version++) {
			send(L4_GlobalId(n, version), (L4_Word_t)FAULT << 20 | READ << 16);
			send(L4_GlobalId(n, version), 0x1234 << 16);
		}
	print(received);
	linux_call(LINUX_EXIT, received == 0, 0, 0);
}
