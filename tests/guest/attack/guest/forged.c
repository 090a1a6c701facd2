/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forged.c - adversaries that send in others' names, and listen to what is not for them.
 *
 * `client` calls `server`, each in a space of its own, with words that begin with SECRET; `closed` waits for
 * an interrupt, its pager, sigma0 and threads that send it nothing. Four adversaries in two spaces send
 * messages with a destination, a virtual sender and a FromSpecifier of every class, and wait for each of
 * them. The warden, which is the test, makes each of their spaces the other's redirector, or one of them, or
 * none, and gives the adversary `heir` one version after the other: the client sends secrets to its former
 * ids.
 *
 * Each message tells in MR1 which thread sent it, so that the receiver can judge what the kernel says. The
 * server's priority is above all others, the warden's is next: no redirector and no version changes between
 * the sending of a message and the server's judgement.
 */
#include "attack.h"
#include "route.h"

enum {
	SECRET_SHIFT = L4_BITS_PER_WORD - 16, SECRET = 0x5ec7, OPEN = 0x0be4,
	VILLAINS = 4, PRIO_WARDEN = 170, PRIO_SERVER = 180,
};
enum { TICK_US = 200, CLOSED_US = 300, WAIT_US = 50, IDS = 64 };

static struct stage {
	struct space client_space, server_space, closed_space, villain_space[2];
	L4_ThreadId_t warden, client, server, closed, villain[VILLAINS];
	L4_ThreadId_t ids[IDS];			/* what adversaries try */
	unsigned nids;
	volatile word redirector[2];		/* of the adversaries' spaces */
	volatile word heir_now, heir_before;
	volatile word calls, asked, tries, wrong, heard, served, lent, forwarded;
	volatile bool over;
} stage;

static L4_ThreadId_t later(L4_ThreadId_t t, word versions)
{
	return L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + versions);
}

static L4_ThreadId_t id_of(word raw) { return (L4_ThreadId_t){ .raw = raw }; }

static word marked(word n) { return (word)SECRET << SECRET_SHIFT | n; }
static bool is_secret(word w) { return w >> SECRET_SHIFT == SECRET; }

static L4_MsgTag_t tag_of_three(word flags) { return (L4_MsgTag_t){ .raw = tag_make(1, 3, 0).raw | flags }; }

static void load(word flags, word second)
{
	L4_LoadMR(1, L4_Myself().raw);
	L4_LoadMR(2, second);
	L4_LoadMR(3, second);
	L4_Set_MsgTag(tag_of_three(flags));
}

/* The adversaries' space in which the thread is that has this id now; -1: none. */
static int space_of(word id)
{
	for (int i = 0; i < VILLAINS; i++)
		if (stage.villain[i].raw == id)
			return i / 2;
	return id == stage.heir_now ? 1 : -1;
}

/* Has all pages that it needs, and waits for the warden's message. */
static void get_ready(void)
{
	image_read();
	L4_Receive(stage.warden);
}

/* ---- victims ---- */

/* In turn: to its id, what it may know; and a secret, to the one that it had before. */
static void write_to_heir(word n)
{
	bool open = n % 2;

	load(0, open ? (word)OPEN << SECRET_SHIFT : marked(n));
	L4_Send_Timeout(id_of(open ? stage.heir_now : stage.heir_before), L4_ZeroTime);
}

static void be_client(void *unused)
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	(void)unused;
	get_ready();
	for (word n = 0; n < stage.asked || stage.served < stage.asked; n++) {
		load(0, marked(n));
		tag = L4_Ipc(stage.server, stage.server, L4_Timeouts(L4_Never, L4_Never), &from);
		stage.wrong += L4_IpcFailed(tag) || from.raw != stage.server.raw || tag.raw & PROPAGATED
			    || mr(1) != stage.server.raw || mr(2) != marked(n + 1);
		stage.calls++;
		write_to_heir(n);
		L4_ThreadSwitch(L4_nilthread);
	}
	stage.over = true;
}

/* Of a thread of space `own` in the name of one of `lender`: another space's only by its redirector. */
static bool is_lent_wrongly(L4_MsgTag_t tag, int own, int lender)
{
	stage.lent += own != lender;
	if (own == lender)
		return tag.raw & REDIRECTED;
	return stage.redirector[lender] != mr(1) || !(tag.raw & REDIRECTED)
	    || L4_IntendedReceiver().raw != L4_MyLocalId().raw;
}

/* What is wrong of a message that came by an open wait. */
static bool is_forged(L4_MsgTag_t tag, L4_ThreadId_t from, word expected)
{
	word sender = tag.raw & PROPAGATED ? L4_ActualSender().raw : from.raw;
	int own = space_of(sender), lender = space_of(from.raw);

	if (from.raw == stage.client.raw)
		return tag.raw & PROPAGATED || mr(1) != from.raw || mr(2) != expected;
	if (own < 0 || lender < 0 || sender != mr(1) || stage.redirector[own] != L4_anythread.raw)
		return true;
	return is_lent_wrongly(tag, own, lender);
}

static void be_server(void *unused)
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;
	word next = 0;

	(void)unused;
	image_read();
	for (;;) {
		tag = L4_Ipc(from, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), &from);
		if (L4_IpcFailed(tag)) {
			from = L4_nilthread;
			continue;
		}
		stage.wrong += is_forged(tag, from, marked(next));
		if (from.raw == stage.client.raw)
			load(0, marked(++next));
		else {
			stage.served++;
			load(0, 0);
		}
	}
}

/* Any message that comes is wrong. */
static void be_closed(void *unused)
{
	L4_ThreadId_t from, whom[] = {
		L4_GlobalId(4, 1), L4_GlobalId(9, 1), L4_Pager(), __L4_Sigma0(), stage.client, stage.server,
		later(stage.client, 2),
	};
	L4_MsgTag_t tag;

	(void)unused;
	get_ready();
	for (unsigned i = 0;; i++) {
		tag = L4_Ipc(L4_nilthread, whom[i % (sizeof(whom) / sizeof(*whom))],
			     L4_Timeouts(L4_ZeroTime, L4_TimePeriod(CLOSED_US)), &from);
		stage.wrong += L4_IpcSucceeded(tag);
	}
}

/* ---- adversaries ---- */

/* To the thread for which it was meant, in the name of its sender. */
static void forward(L4_ThreadId_t from, L4_ThreadId_t intended)
{
	L4_Set_VirtualSender(from);
	load(PROPAGATED, (word)OPEN << SECRET_SHIFT);
	L4_Send_Timeout(intended, L4_ZeroTime);
	stage.forwarded++;
}

static void note(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	stage.heard += is_secret(mr(2)) || is_secret(mr(3));
	if (tag.raw & REDIRECTED)
		forward(from, L4_IntendedReceiver());
}

static L4_ThreadId_t any_id(void) { return stage.ids[random_below(stage.nids)]; }

/* Half of the messages are for the server. */
static void attack_once(void)
{
	L4_ThreadId_t to = random_below(2) ? stage.server : any_id(), from = any_id(), who = L4_nilthread;
	L4_MsgTag_t tag;

	if (to.raw == supervisor.raw)		/* it serves these tests */
		to = stage.server;
	L4_Set_VirtualSender(any_id());
	load(random_below(2) ? PROPAGATED : 0, (word)OPEN << SECRET_SHIFT | random_below(100));
	tag = L4_Ipc(to, from, L4_Timeouts(L4_ZeroTime, L4_TimePeriod(random_below(WAIT_US) + 1)), &who);
	stage.tries++;
	if (L4_IpcSucceeded(tag) && !L4_IsNilThread(from))
		note(tag, who);
}

static void be_villain(void *unused)
{
	(void)unused;
	get_ready();
	while (!stage.over) {
		attack_once();
		L4_ThreadSwitch(L4_nilthread);
	}
}

static void be_heir(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	(void)unused;
	image_read();
	for (;;) {
		tag = L4_Wait(&from);
		if (L4_IpcSucceeded(tag))
			note(tag, from);
	}
}

/* ---- the warden, with all rights ---- */

static void set_redirector(int space, L4_ThreadId_t redirector)
{
	L4_ThreadId_t anchor = stage.villain_space[space].anchor;
	word old;

	stage.wrong += L4_SpaceControl(anchor, 0, L4_Nilpage, L4_Nilpage, redirector, &old) != 1;
	stage.redirector[space] = redirector.raw;
}

static void rename_heir(void)
{
	L4_ThreadId_t old = id_of(stage.heir_now), new = later(old, 2);

	stage.wrong += thread_control(new, old, L4_nilthread, L4_nilthread, -1ul) != 0;
	stage.heir_before = old.raw;
	stage.heir_now = new.raw;
	disown(old);
	adopt(new);
}

/* ---- the whole ---- */

static void add(L4_ThreadId_t t) { stage.ids[stage.nids++] = t; }

static void add_versions(L4_ThreadId_t t)
{
	add(t);
	add(t);				/* as often as all other versions */
	add(later(t, 1));
	add(later(t, (word)-2));
}

static void list_ids(void)
{
	L4_ThreadId_t named[] = {
		L4_nilthread, L4_anythread, L4_anylocalthread, __L4_Sigma0(), L4_Myself(), supervisor,
		id_of(SPACE_UTCB + 0x200), id_of(SPACE_UTCB + 0x600), id_of(TOP_BIT), id_of(0x40),
	};

	add_versions(stage.client);
	add_versions(stage.server);
	add_versions(stage.closed);
	add_versions(id_of(stage.heir_now));
	for (unsigned i = 0; i < VILLAINS; i++)
		add(stage.villain[i]);
	for (unsigned i = 0; i < sizeof(named) / sizeof(*named); i++)
		add(named[i]);
	for (unsigned i = 0; i < VILLAINS; i++)
		add(L4_anythread);
	for (word line = 0; line < 12; line += 3)
		add(L4_GlobalId(line, 1));
}

static void start_all(void)
{
	L4_ThreadId_t heir;

	for (unsigned i = 0; i < 2; i++)
		space_make(&stage.villain_space[i]);
	space_make(&stage.client_space);
	space_make(&stage.server_space);
	space_make(&stage.closed_space);
	heir = space_start(&stage.villain_space[1], be_heir, 0);
	stage.heir_now = heir.raw;
	stage.server = space_start(&stage.server_space, be_server, 0);
	stage.client = space_start(&stage.client_space, be_client, 0);
	stage.closed = space_start(&stage.closed_space, be_closed, 0);
	for (unsigned i = 0; i < VILLAINS; i++)
		stage.villain[i] = space_start(&stage.villain_space[i / 2], be_villain, 0);
	list_ids();
}

static void go(L4_ThreadId_t t)
{
	L4_Set_MsgTag(tag_make(0, 0, 0));
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
}

TEST(AFRG0001, "messages in others' names, and waits for others' messages, of every class of id")
{
	stage = (struct stage){ .asked = rounds_asked(), .warden = L4_Myself() };
	start_all();
	stage.redirector[0] = stage.redirector[1] = L4_anythread.raw;
	L4_Set_Priority(L4_Myself(), PRIO_WARDEN);
	L4_Set_Priority(stage.server, PRIO_SERVER);
	go(stage.client);
	go(stage.closed);
	for (unsigned i = 0; i < VILLAINS; i++)
		go(stage.villain[i]);
	for (word n = 0; !stage.over; n++) {
		sleep_us(TICK_US);
		set_redirector(0, n & 1 ? stage.villain[2] : L4_anythread);
		set_redirector(1, n & 2 ? stage.villain[0] : L4_anythread);
		rename_heir();
	}
	guest_note("tries", stage.tries);
	guest_note("lent", stage.lent);
	guest_note("forwarded", stage.forwarded);
	CHECK(stage.lent > stage.served / 1000 && stage.forwarded > 0);
	guest_figure("forged-senders", stage.served, stage.wrong);
	guest_figure("listening-in", stage.calls, stage.heard);
	CHECK_EQ(stage.wrong + stage.heard, 0);
}
