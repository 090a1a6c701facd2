/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper - a server that has a secret in its memory, made at its start, and a client of it.
 *
 * keeper serve    the server: its answer to a number is the count of answers and a code of the number by the
 *                 secret (SipHash-2-4)
 * keeper NUMBER   prints the answer
 * keeper busy     computes for 5 s, at the priority of a Linux
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <l4/ipc.h>
#include <l4/message.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/random.h>
#include <pecan/server.h>
#include <pecan/thread.h>

enum { ANSWERED = 1, REFUSED = 2,	/* labels of answers */
       WAIT_US = 5000000, BUSY_US = 5000000, LINUX_PRIORITY = 101 };

struct state { uint64_t v0, v1, v2, v3; };

static uint64_t turned(uint64_t x, unsigned bits) { return x << bits | x >> (64 - bits); }

static void rounds(struct state *s, unsigned n)
{
	while (n-- > 0) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = turned(s->v1, 13) ^ s->v0;
		s->v3 = turned(s->v3, 16) ^ s->v2;
		s->v0 = turned(s->v0, 32) + s->v3;
		s->v2 += s->v1;
		s->v3 = turned(s->v3, 21) ^ s->v0;
		s->v1 = turned(s->v1, 17) ^ s->v2;
		s->v2 = turned(s->v2, 32);
	}
}

static void take(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	rounds(s, 2);
	s->v0 ^= word;
}

static uint64_t code_of(const uint64_t secret[2], uint64_t number)
{
	struct state s = {
		secret[0] ^ 0x736f6d6570736575, secret[1] ^ 0x646f72616e646f6d,
		secret[0] ^ 0x6c7967656e657261, secret[1] ^ 0x7465646279746573,
	};

	take(&s, number);
	take(&s, (uint64_t)sizeof(number) << 56);
	s.v2 ^= 0xff;
	rounds(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

static int serve(void)
{
	uint64_t secret[2];
	L4_Word_t number, count = 0, answer[2];
	L4_ThreadId_t client;
	L4_MsgTag_t tag;

	if (pecan_random(secret, sizeof(secret)) < sizeof(secret)
	    || pecan_register("keeper", L4_nilthread) != NAMES_OK)
		return 1;
	tag = L4_Wait(&client);
	for (;;) {
		if (L4_IpcSucceeded(tag) && pecan_may_use(client) && tag.X.u == 1) {
			L4_StoreMR(1, &number);
			answer[0] = ++count;
			answer[1] = code_of(secret, number);
			L4_LoadMRs(1, 2, answer);
			L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2, .X.label = ANSWERED });
		} else {
			L4_Set_MsgTag((L4_MsgTag_t){ .X.label = REFUSED });
		}
		tag = L4_ReplyWait(client, &client);
	}
}

static int ask(L4_Word_t number)
{
	L4_ThreadId_t keeper;
	L4_Word_t answer[2];
	L4_MsgTag_t tag;

	if (pecan_lookup("keeper", false, &keeper) != NAMES_OK) {
		printf("keeper: there is none\n");
		return 1;
	}
	L4_LoadMR(1, number);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 1 });
	tag = L4_Call_Timeouts(keeper, L4_TimePeriod(WAIT_US), L4_TimePeriod(WAIT_US));
	if (L4_IpcFailed(tag) || tag.X.label != ANSWERED) {
		printf("keeper: no answer\n");
		return 1;
	}
	L4_StoreMRs(1, 2, answer);
	printf("keeper: answer %lu: %016lx\n", answer[0], answer[1]);
	return 0;
}

static int busy(void)
{
	L4_Word_t end = L4_SystemClock().raw + BUSY_US;

	if (pecan_thread_priority(L4_nilthread, LINUX_PRIORITY) != ROOT_OK)
		return 1;
	while (L4_SystemClock().raw < end)
		;
	printf("keeper: was busy\n");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "serve") == 0)
		return serve();
	if (argc == 2 && strcmp(argv[1], "busy") == 0)
		return busy();
	return argc == 2 ? ask(strtoul(argv[1], 0, 10)) : 1;
}
