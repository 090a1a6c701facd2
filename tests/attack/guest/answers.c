/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answers.c - a server that serves a victim, and answers the next client with no words, but leaves what the
 * victim said in its registers and UTCB. None of it may reach the client, on any path.
 *
 * The victim sends words, strings and exceptions, all full of one pattern. The client calls in every way, and
 * looks into all its registers, its UTCB and its buffer afterwards.
 */
#include "attack.h"
#include "exceptions.h"

enum {
	PRIO = 90, PRIO_SERVER = 95, WORDS = 64, UTCB = 1024, SHORT_US = 50,
	SECOND_US = 1000000,
	UD2 = 2,			/* bytes */
};

#define SECRET 0x5ec7e70000000000ul

static L4_ThreadId_t server;
static word sent[WORDS], taken[WORDS], received[WORDS];	/* strings: the victim's, server's, client's */
static char page[PAGE] __attribute__((aligned(PAGE)));
static volatile word rounds, leaked, served;

static bool is_secret(word w) { return w >> 40 == SECRET >> 40; }

static word secrets_in(const void *at, word bytes)
{
	const volatile word *w = at;
	word n = 0;

	for (word i = 0; i < bytes / sizeof(word); i++)
		n += is_secret(w[i]);
	return n;
}

static void load_secrets(word n)
{
	for (word i = 1; i <= n; i++)
		L4_LoadMR((int)i, SECRET + i);
}

/* ---- the server ---- */

static void accept_string(word *buffer)
{
	L4_MsgBuffer_t b;

	L4_MsgBufferClear(&b);
	L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(sizeof sent, buffer));
	L4_AcceptStrings(L4_StringItemsAcceptor, &b);
}

/*
 * What it heard is in all its message registers. Faults are answered with no words as well; the second time
 * so that the client continues.
 */
static void answer(L4_MsgTag_t tag, bool again)
{
	L4_MapItem_t item = L4_MapItem(fpage((word)page, 12, RW), WINDOW);
	word ip = mr(M_RIP);

	load_secrets(WORDS - 1);
	L4_Set_MsgTag(L4_Niltag);
	if (!again)
		return;
	if (tag_protocol(tag) == N_EXCEPTION) {
		L4_LoadMR(M_RIP, ip + UD2);
		L4_Set_MsgTag(tag_make(0, M_RIP, 0));
	} else if (tag_protocol(tag) == N_PAGEFAULT) {
		L4_LoadMR(1, item.raw[0]);
		L4_LoadMR(2, item.raw[1]);
		L4_Set_MsgTag(tag_make(0, 0, 2));
	}
}

static void serve(void *unused)
{
	L4_ThreadId_t from, last = L4_nilthread;
	L4_MsgTag_t tag;

	(void)unused;
	image_read();
	accept_string(taken);
	tag = L4_Wait(&from);
	for (;;) {
		while (L4_IpcFailed(tag))
			tag = L4_Wait(&from);
		served++;
		answer(tag, from.raw == last.raw);
		last = from;
		tag = L4_ReplyWait(from, &from);
	}
}

/* ---- the victim ---- */

static void tell_words(void)
{
	word n = random_below(WORDS);
	L4_MsgTag_t tag;

	load_secrets(n);
	L4_Set_MsgTag(tag_make(1, n, 0));
	tag = random_below(2) ? L4_Call(server) : L4_Call_Timeouts(server, L4_Never, L4_TimePeriod(SECOND_US));
	CHECK(L4_IpcSucceeded(tag));
}

static void tell_string(void)
{
	L4_StringItem_t s = L4_StringItem(sizeof sent, sent);
	L4_MsgTag_t tag;

	load_secrets(WORDS - 3);
	L4_LoadMR(WORDS - 2, s.raw[0]);
	L4_LoadMR(WORDS - 1, s.raw[1]);
	L4_Set_MsgTag(tag_make(1, WORDS - 3, 2));
	tag = L4_Call(server);
	CHECK(L4_IpcSucceeded(tag));
}

static void tell_registers(void)
{
	struct regs r;

	regs_pattern(&r, SECRET);
	regs_call(&r, (word)trap_ud);
}

static void be_victim(void *unused)
{
	static void (*const ways[])(void) = { tell_words, tell_words, tell_string, tell_registers };

	(void)unused;
	image_read();
	L4_Set_ExceptionHandler(server);
	for (word i = 0; i < WORDS; i++)
		sent[i] = SECRET + WORDS + i;
	for (;;) {
		ways[random_below(sizeof ways / sizeof *ways)]();
		L4_Yield();
	}
}

/* ---- the client ---- */

static void look_at(const struct regs *r)
{
	leaked += secrets_in(r, sizeof *r) + secrets_in(received, sizeof received)
		+ secrets_in((void *)(L4_MyLocalId().raw / UTCB * UTCB), UTCB);
}

/* A call, or only a part of one, with u words; by registers. */
static void raw_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, word u)
{
	regs_pattern(r, rounds << 8);
	regs_ipc(r, to, from, timeouts, tag_make(2, u, 0));
}

static void ask(struct regs *r)
{
	static const word timeouts[] = { 0, 0, 0, SHORT_US };
	word t = timeouts[random_below(sizeof timeouts / sizeof *timeouts)];

	if (t)
		t = L4_Timeouts(L4_TimePeriod(t), L4_TimePeriod(t));
	L4_Accept(random_below(2) ? L4_UntypedWordsAcceptor : L4_MapGrantItems(L4_CompleteAddressSpace));
	if (random_below(2))
		accept_string(received);
	raw_ipc(r, server, random_below(4) ? server : L4_anythread, t, random_below(WORDS));
}

/* The answer finds a client that does not wait any more, or not yet. */
static void ask_in_two(struct regs *r)
{
	raw_ipc(r, server, L4_nilthread, 0, random_below(WORDS));
	look_at(r);
	raw_ipc(r, L4_nilthread, server, L4_Timeouts(L4_Never, L4_TimePeriod(SHORT_US)), 0);
}

static void fault(struct regs *r)
{
	L4_Flush(fpage(WINDOW, 12, L4_FullyAccessible));
	regs_pattern(r, rounds << 8);
	r->rax = WINDOW;
	regs_call(r, (word)trap_read);
}

static void trap(struct regs *r)
{
	regs_pattern(r, rounds << 8);
	regs_call(r, (word)trap_ud);
}

static void be_client(void *unused)
{
	static void (*const ways[])(struct regs *) = { ask, ask, ask, ask_in_two, fault, trap };
	struct regs r;

	(void)unused;
	image_read();
	L4_Set_ExceptionHandler(server);
	L4_Set_Pager(server);
	for (;;) {
		ways[random_below(sizeof ways / sizeof *ways)](&r);
		look_at(&r);
		rounds++;
		L4_Yield();
	}
}

TEST(AANS0001, "an answer without words brings nothing of what the server heard from others, on any path")
{
	static struct space own, mine, its;
	word asked = rounds_asked();

	space_make(&own);
	space_make(&mine);
	space_make(&its);
	rounds = leaked = served = 0;
	server = space_start_prio(&own, serve, 0, PRIO_SERVER);
	space_start_prio(&mine, be_victim, 0, PRIO);
	space_start_prio(&its, be_client, 0, PRIO);
	while (rounds < asked) {
		word before = rounds;

		sleep_us(SECOND_US / 100);
		CHECK(rounds > before);
	}
	CHECK(served > rounds && secrets_in(taken, sizeof taken) == WORDS);
	guest_figure("words-left", rounds, leaked);
	CHECK_EQ(leaked, 0);
}
