/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answers.c - servers that serve a victim, and answer the next client with no words, but leave what the
 * victim said in their registers and UTCBs. None of it may reach the client, on any path.
 *
 * The victim sends words, strings and exceptions, all full of one pattern. Two clients, one of them in the
 * space of servers, call in every way, and look into all their registers, UTCB and buffer afterwards. Two
 * servers a space answer in each other's name as well, and hand messages over; the answers of one space go
 * through a redirector. In turn, the servers' priority is above and below that of the others.
 */
#include "attack.h"
#include "exceptions.h"

enum {
	PRIO = 90, PRIO_ABOVE = 95, PRIO_BELOW_ALL = 85, PRIO_REDIRECTOR = 96, WORDS = 64,
	SHORT_US = 50, SECOND_US = 1000000,
	SECRET_SHIFT = L4_BITS_PER_WORD - 24,
	SERVERS = 4,			/* the last two in the space of which messages are redirected */
};

#define SECRET (0x5ec7e7ul << SECRET_SHIFT)

static L4_ThreadId_t servers[SERVERS];
static word sent[WORDS], taken[WORDS];		/* strings: the victim's, the servers' */
static struct client { word received[WORDS]; } clients[2];
static char page[PAGE] __attribute__((aligned(PAGE)));
static volatile word rounds, leaked, served, served_below, handed, heard_for, heard_redirected, heard_by_lipc;
static volatile bool below;

static bool is_secret(word w) { return w >> SECRET_SHIFT == SECRET >> SECRET_SHIFT; }

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

static L4_MsgTag_t load_page(void)
{
	load_map(1, fpage((word)page, 12, RW), WINDOW);
	return tag_make(0, 0, 2);
}

/* Sent in that name, which is the sender's own if it may not send in it. */
static void set_tag(L4_MsgTag_t tag, L4_ThreadId_t name)
{
	if (!L4_IsNilThread(name)) {
		L4_Set_VirtualSender(name);
		L4_Set_Propagation(&tag);
	}
	L4_Set_MsgTag(tag);
}

/*
 * The client's words are in all its message registers. Faults are answered with no words as well; mostly so
 * that the client continues.
 */
static void answer(L4_MsgTag_t tag, word ip, L4_ThreadId_t name)
{
	L4_MsgTag_t none = L4_Niltag;

	load_secrets(WORDS - 1);
	if (random_below(3) && tag_protocol(tag) == N_EXCEPTION) {
		L4_LoadMR(M_IP, ip + (word)trap_ud_next - (word)trap_ud);
		none = tag_make(0, M_IP, 0);
	} else if (random_below(3) && tag_protocol(tag) == N_PAGEFAULT) {
		none = load_page();
	}
	set_tag(none, name);
}

/* To the other server of the space, which answers then; if that waits. */
static bool hand_over(L4_ThreadId_t to, L4_ThreadId_t from)
{
	if (L4_IsLocalId(from) || random_below(4))
		return false;
	load_secrets(WORDS - 1);
	set_tag(tag_make(1, random_below(WORDS), 0), from);
	return L4_IpcSucceeded(L4_Send_Timeout(to, L4_ZeroTime));
}

static L4_MsgTag_t call(L4_ThreadId_t to, L4_ThreadId_t from, L4_Time_t send, L4_Time_t receive,
			L4_ThreadId_t *sender)
{
	word timeouts = L4_Timeouts(send, receive);

	return random_below(2) ? L4_Ipc(to, from, timeouts, sender) : L4_Lipc(to, from, timeouts, sender);
}

static void serve(void *number)
{
	L4_ThreadId_t from, other;
	L4_MsgTag_t tag;

	image_read();
	accept_string(taken);
	tag = L4_Wait(&from);
	other = servers[(word)number ^ 1];
	for (;;) {
		word ip = mr(M_IP);

		if (L4_IpcFailed(tag)) {
			tag = L4_Wait(&from);
			continue;
		}
		served++;
		served_below += below;
		if (hand_over(other, from)) {
			handed++;
			tag = L4_Wait(&from);
			continue;
		}
		answer(tag, ip, random_below(2) ? other : L4_nilthread);
		tag = call(from, L4_anythread, L4_ZeroTime, L4_Never, &from);
	}
}

/*
 * Sends on the answers of the servers in its charge, in their names; its registers hold words that they
 * received.
 */
static void redirect(void *unused)
{
	(void)unused;
	image_read();
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	for (;;) {
		L4_ThreadId_t from, to;
		L4_MsgTag_t tag = L4_Wait(&from);
		word first = mr(M_IP);

		to = L4_IntendedReceiver();
		from = L4_IpcPropagated(tag) ? L4_ActualSender() : from;
		load_secrets(WORDS - 1);
		L4_LoadMR(M_IP, L4_UntypedWords(tag) ? first : SECRET);
		set_tag(L4_TypedWords(tag) ? load_page() : tag_make(0, L4_UntypedWords(tag), 0), from);
		L4_Send_Timeout(to, L4_ZeroTime);
	}
}

static L4_ThreadId_t any_server(void) { return servers[random_below(SERVERS)]; }

/* ---- the victim ---- */

static void tell_words(void)
{
	L4_Time_t limit = random_below(2) ? L4_Never : L4_TimePeriod(SECOND_US);
	L4_ThreadId_t server = any_server(), from;
	word n = random_below(WORDS);

	load_secrets(n);
	L4_Set_MsgTag(tag_make(1, n, 0));
	CHECK(L4_IpcSucceeded(call(server, server, L4_Never, limit, &from)));
}

static void tell_string(void)
{
	L4_StringItem_t s = L4_StringItem(sizeof sent, sent);
	L4_ThreadId_t server = any_server(), from;

	load_secrets(WORDS - 3);
	L4_LoadMR(WORDS - 2, s.raw[0]);
	L4_LoadMR(WORDS - 1, s.raw[1]);
	L4_Set_MsgTag(tag_make(1, WORDS - 3, 2));
	CHECK(L4_IpcSucceeded(call(server, server, L4_Never, L4_Never, &from)));
}

static void tell_registers(void)
{
	struct regs r;

	L4_Set_ExceptionHandler(any_server());
	regs_pattern(&r, SECRET);
	regs_call(&r, (word)trap_ud);
}

static void be_victim(void *unused)
{
	static void (*const ways[])(void) = { tell_words, tell_words, tell_string, tell_registers };

	(void)unused;
	image_read();
	for (word i = 0; i < WORDS; i++)
		sent[i] = SECRET + WORDS + i;
	for (;;) {
		ways[random_below(sizeof ways / sizeof *ways)]();
		L4_Yield();
	}
}

/* ---- the clients ---- */

static void look_at(const struct client *c, const struct regs *r)
{
	leaked += secrets_in(r, sizeof *r) + secrets_in(c->received, sizeof c->received)
		+ secrets_in((void *)(L4_MyLocalId().raw / UTCB_BYTES * UTCB_BYTES), UTCB_BYTES);
}

/* A call, or only a part of one, with u words; by registers. */
static void raw_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, word u)
{
	bool local = random_below(2);

	regs_pattern(r, rounds << 8);
	regs_ipc_by(r, (word)(local ? __L4_Lipc : __L4_Ipc), to, from, timeouts, tag_make(2, u, 0));
	heard_by_lipc += local;
	heard_for += r->REG_TAG >> 12 & 1;
	heard_redirected += r->REG_TAG >> 13 & 1;
}

static void ask(struct client *c, L4_ThreadId_t server, struct regs *r)
{
	static const word timeouts[] = { 0, 0, 0, SHORT_US };
	word t = timeouts[random_below(sizeof timeouts / sizeof *timeouts)];

	if (t)
		t = L4_Timeouts(L4_TimePeriod(t), L4_TimePeriod(t));
	L4_Accept(random_below(2) ? L4_UntypedWordsAcceptor : L4_MapGrantItems(L4_CompleteAddressSpace));
	if (random_below(2))
		accept_string(c->received);
	raw_ipc(r, server, random_below(4) ? server : L4_anythread, t, random_below(WORDS));
}

/* The answer finds a client that does not wait any more, or not yet. */
static void ask_in_two(struct client *c, L4_ThreadId_t server, struct regs *r)
{
	raw_ipc(r, server, L4_nilthread, 0, random_below(WORDS));
	look_at(c, r);
	raw_ipc(r, L4_nilthread, server, L4_Timeouts(L4_Never, L4_TimePeriod(SHORT_US)), 0);
}

static void fault(struct client *c, L4_ThreadId_t server, struct regs *r)
{
	(void)c;
	L4_Set_Pager(server);
	L4_Flush(fpage(WINDOW, 12, L4_FullyAccessible));
	regs_pattern(r, rounds << 8);
	r->REG_A = WINDOW;
	regs_call(r, (word)trap_read);
}

static void trap(struct client *c, L4_ThreadId_t server, struct regs *r)
{
	(void)c;
	L4_Set_ExceptionHandler(server);
	regs_pattern(r, rounds << 8);
	regs_call(r, (word)trap_ud);
}

static void be_client(void *client)
{
	static void (*const ways[])(struct client *, L4_ThreadId_t, struct regs *) = {
		ask, ask, ask, ask_in_two, fault, trap,
	};
	struct regs r;

	image_read();
	for (;;) {
		ways[random_below(sizeof ways / sizeof *ways)](client, any_server(), &r);
		look_at(client, &r);
		rounds++;
		L4_Yield();
	}
}

/* ---- all of it ---- */

/* Servers and redirector have all their pages, and wait, when the redirection begins. */
static void start_servers(void)
{
	static struct space own[2], its;
	L4_ThreadId_t redirector;
	word old;

	space_make(&its);
	for (word i = 0; i < SERVERS; i++) {
		if (i % 2 == 0)
			space_make(&own[i / 2]);
		servers[i] = space_start(&own[i / 2], serve, (void *)i);
	}
	redirector = space_start(&its, redirect, 0);
	CHECK(L4_Set_Priority(redirector, PRIO_REDIRECTOR) != 0);
	CHECK_EQ(L4_SpaceControl(own[1].anchor, 0, L4_Nilpage, L4_Nilpage, redirector, &old), 1);
	space_start_prio(&own[0], be_client, &clients[0], PRIO);
}

static void set_priorities(bool low)
{
	below = low;
	for (unsigned i = 0; i < SERVERS; i++)
		CHECK(L4_Set_Priority(servers[i], low ? PRIO_BELOW_ALL : PRIO_ABOVE) != 0);
}

TEST(AANS0001, "an answer without words brings nothing of what the server received from others, on any path")
{
	static struct space mine, its;
	word asked = rounds_asked();

	rounds = leaked = served = served_below = handed = heard_for = heard_redirected = heard_by_lipc = 0;
	space_make(&mine);
	space_make(&its);
	start_servers();
	space_start_prio(&mine, be_victim, 0, PRIO);
	space_start_prio(&its, be_client, &clients[1], PRIO);
	while (rounds < asked) {
		word before = rounds;

		set_priorities(!below);
		sleep_us(SECOND_US / 100);
		CHECK(rounds > before);
	}
	guest_note("rounds", rounds);
	guest_note("served", served);
	guest_note("below the clients", served_below);
	guest_note("handed over", handed);
	guest_note("by Lipc", heard_by_lipc);
	guest_note("answers in another's name", heard_for);
	guest_note("redirected", heard_redirected);
	CHECK(served > rounds && secrets_in(taken, sizeof taken) == WORDS);
	CHECK(served_below > rounds / 8 && handed > rounds / 16 && heard_by_lipc > rounds / 8
	      && heard_for > rounds / 8 && heard_redirected > rounds / 16);
	guest_figure("words-left", rounds, leaked);
	CHECK_EQ(leaked, 0);
}
