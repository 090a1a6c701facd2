/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers.c - a tenant without rights sends requests of all kinds to all servers: correct ones, those that
 * break the protocol, those of another protocol, and messages with items of all kinds. It counts what it gets
 * and should not, wrong answers, and answers that do not come.
 *
 * Other threads hold all places that the task can have: they wait for what is answered later.
 */
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <pecan/dma.h>
#include <pecan/memory.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/console_messages.h>
#include <proto/disk_messages.h>
#include <proto/files_messages.h>
#include <proto/link_messages.h>
#include <proto/names_messages.h>
#include <proto/pci_messages.h>
#include <proto/random_messages.h>
#include <proto/root_messages.h>
#include <proto/rtc_messages.h>
#include <proto/shell_messages.h>
#include <proto/sockets_messages.h>
#include <proto/stream_messages.h>
#include <proto/tenant_messages.h>
#include <string.h>

#include "requests.h"

enum {
	SERVERS = 32, WAITERS = 32, PAGE = 4096, KEPT = 4 * PAGE, WINDOW_LOG2 = 40, UNHEARD = 16, SELDOM = 1024,
	LATE_US = 20000000, PAUSE_US = 1000, REDIRECTED_US = 2000000, TRIES = 20,
};

struct server {
	const char *program;
	L4_ThreadId_t thread;
	const struct stub_protocol *protocol;
	bool used, serves;
};

enum kind { CORRECT, BROKEN, ITEMS, ANYTHING, KINDS };

static const struct { const char *program; const struct stub_protocol *protocol; } protocols[] = {
	{ "root", &root_protocol }, { "names", &names_protocol }, { "console", &console_protocol },
	{ "pci", &pci_protocol }, { "virtio-blk", &disk_protocol }, { "virtio-net", &link_protocol },
	{ "virtio-rng", &random_protocol }, { "virtio-console", &link_protocol }, { "files", &files_protocol },
	{ "net", &sockets_protocol }, { "rtc", &rtc_protocol }, { "shell", &stream_protocol },
	{ "shell", &shell_protocol }, { "", &tenant_protocol },
};

enum { PROTOCOLS = sizeof protocols / sizeof protocols[0] };

static struct server servers[SERVERS];
static L4_ThreadId_t threads[SERVERS];
static unsigned server_count;
static struct requests_caller me;
static char kept[KEPT] __attribute__((aligned(PAGE))), given[PAGE] __attribute__((aligned(PAGE)));

static L4_Word_t below(struct breaker *b, L4_Word_t n) { return breaker_random(b) % n; }

/* ---- the servers ---- */

static const struct stub_protocol *protocol_of(const char *program)
{
	for (unsigned i = 0; i < PROTOCOLS; i++)
		if (strcmp(protocols[i].program, program) == 0)
			return protocols[i].protocol;
	return 0;
}

/* No protocol: it gets messages of any. */
static bool is_sigma0(const struct server *s) { return strcmp(s->program, "sigma0") == 0; }

static void add_server(char *text)
{
	struct server *s = &servers[server_count];
	char *id = strchr(text, '=');

	if (!id || server_count == SERVERS)
		return;
	*id = 0;
	s->used = text[0] == '+';
	s->serves = text[0] != '-';
	s->program = text + (text[0] == '+' || text[0] == '-');
	s->thread = threads[server_count++] = thread_of(id + 1);
	s->protocol = protocol_of(s->program);
	if (!s->protocol && !is_sigma0(s))
		s->serves = false;
}

/* ---- messages ---- */

static void load(struct breaker *b, L4_Word_t flags)
{
	L4_LoadMRs(1, BREAKER_WORDS, b->word);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = stub_tag(b->label, b->untyped, b->typed).raw | flags });
}

/* Map, grant, strings, and what is none of them; of memory that is there and that is not. */
static void put_items(struct breaker *b)
{
	L4_Fpage_t page = L4_FpageAddRights(L4_FpageLog2((L4_Word_t)given, 12), L4_FullyAccessible);
	unsigned pairs = 1 + (unsigned)below(b, 3);

	if (b->untyped > BREAKER_WORDS - 2 * pairs)
		b->untyped = 0;
	for (b->typed = 0; b->typed < 2 * pairs; b->typed += 2) {
		L4_Word_t *item = &b->word[b->untyped + b->typed];

		item[1] = page.raw;
		switch (below(b, 6)) {
		case 0: item[0] = L4_MapItem(page, breaker_random(b)).raw[0]; break;
		case 1: item[0] = L4_GrantItem(page, breaker_random(b)).raw[0]; break;
		case 2: item[0] = (1 + below(b, PAGE)) << 10; item[1] = (L4_Word_t)given; break;
		case 3: item[0] = breaker_random(b) << 10; item[1] = breaker_random(b); break;
		case 4: item[0] = (1 + below(b, PAGE)) << 10 | 1 << 9 | below(b, 8) << 4; break;
		default: item[0] = breaker_random(b); item[1] = breaker_random(b); break;
		}
	}
}

/* What a server does not expect: another protocol, labels of the kernel's messages, any words. */
static void make_anything(struct breaker *b)
{
	breaker_correct(b, protocols[below(b, PROTOCOLS)].protocol);
	if (below(b, 3) == 0)
		b->label = -below(b, 20) << 4 & ~0ul >> 16;
	else if (below(b, 2))
		b->label = breaker_random(b) >> (16 + below(b, 47));
	if (below(b, 2))
		b->untyped = (unsigned)below(b, BREAKER_WORDS + 1);
}

/* A page of sigma0's: from a place, of any place, ports, or a fault. */
static void make_sigma0(struct breaker *b)
{
	static const long labels[] = { -6, -2, -8, -1001, -1002, -1, 0 };

	b->label = (L4_Word_t)labels[below(b, 7)] << 4 & ~0ul >> 16;
	b->untyped = (unsigned)below(b, 4);
	b->typed = 0;
	b->word[0] = below(b, 2) ? breaker_random(b) : ~0ul << 10 | below(b, 64) << 4 | 7;
	b->word[1] = below(b, 2) ? 0 : breaker_random(b);
	b->word[2] = breaker_random(b);
}

/*
 * Root answers messages like the kernel's as it answers faults: by the end of the task. It gets all those of
 * a confined task.
 */
static bool is_own_end(const struct server *s, const struct breaker *b)
{
	return (me.confined || s->protocol == &root_protocol) && breaker_is_kernels(b);
}

/* May the answer to a correct request come later, or never? Root answers this task at once, if at all. */
static bool is_late(const struct server *s, const struct breaker *b)
{
	const struct stub_protocol *p = s->protocol;
	unsigned late = p == &root_protocol ? STUB_ONEWAY : STUB_LATER | STUB_ONEWAY;

	for (unsigned i = 0; i < p->count; i++)
		if (p->requests[i].label == b->label)
			return p->requests[i].modes & late;
	return false;
}

static enum kind make(struct breaker *b, const struct server *s)
{
	enum kind kind;

	if (is_sigma0(s) && !me.confined) {
		make_sigma0(b);
		return ANYTHING;
	}
	do {
		kind = (enum kind)below(b, KINDS);
		if (kind == BROKEN) {
			breaker_make(b, s->protocol);
		} else if (kind == ANYTHING) {
			make_anything(b);
		} else {
			breaker_correct(b, s->protocol);
			requests_choose(b, threads, server_count);
		}
		me.other = threads[below(b, server_count)];
	} while (is_own_end(s, b) || (kind != BROKEN && (!requests_tame(b, &me) || is_late(s, b))));
	if (kind == ITEMS)
		put_items(b);
	return b->typed ? ITEMS : kind;
}

/* ---- answers ---- */

static void note(const char *what, const struct breaker *b, L4_MsgTag_t tag)
{
	gained(what, b->label << 16 | L4_Label(tag));
}

/* An item was sent along: only sigma0 answers with one, and that one is empty. */
static void judge_items(const struct server *s, const struct breaker *b, L4_MsgTag_t tag)
{
	L4_Word_t page;

	if (L4_TypedWords(tag) == 0)
		return;
	L4_StoreMR((int)L4_UntypedWords(tag) + 2, &page);
	if (!is_sigma0(s) || L4_TypedWords(tag) != 2 || page != 0)
		note("an item", b, tag);
}

/* By a server that this task may not use. */
static void judge_refusal(const struct server *s, const struct breaker *b, L4_MsgTag_t tag)
{
	const struct stub_protocol *p = s->protocol;
	int label = (int)L4_Label(tag);

	if (me.confined) {
		if ((label != ROOT_NOT_PERMITTED && (s->serves || label != ROOT_NOT_DELIVERED))
		    || L4_UntypedWords(tag))
			note("an answer past the redirector", b, tag);
	} else if (is_sigma0(s) || !s->serves) {
		if (label == 0 && requests_forbidden(b, &me))
			note("an answer of a thread that serves no clients", b, tag);
	} else if ((label != p->malformed && label != p->refused) || L4_UntypedWords(tag)) {
		note("an answer without `uses`", b, tag);
	}
}

static void judge_correct(const struct server *s, struct breaker *b, L4_MsgTag_t tag)
{
	int label = (int)L4_Label(tag);
	L4_Word_t word;

	if (requests_needs(b, &me) ? label != s->protocol->denied : label == 0 && requests_forbidden(b, &me))
		note("what needs a right", b, tag);
	for (int i = 1; label == 0 && i <= 2 && i <= (int)L4_UntypedWords(tag); i++) {
		L4_StoreMR(i, &word);
		requests_learn(b, word);
	}
}

static void judge(const struct server *s, struct breaker *b, enum kind kind, L4_MsgTag_t tag)
{
	int label = (int)L4_Label(tag);

	judge_items(s, b, tag);
	if (!s->used) {
		judge_refusal(s, b, tag);
		return;
	}
	if (label > s->protocol->last || (label != 0 && L4_UntypedWords(tag)))
		note("a status that is none, or words with an error", b, tag);
	if (kind == BROKEN || kind == ITEMS) {
		if (label != s->protocol->malformed)
			note("what is malformed", b, tag);
	} else if (kind == CORRECT) {
		judge_correct(s, b, tag);
	} else if (label == 0 && requests_forbidden(b, &me)) {
		note("what needs a right, by another protocol", b, tag);
	}
}

/* ---- requests ---- */

/* In the name of another, which the kernel does not permit: the answer comes to this thread as well. */
static L4_Word_t any_flags(struct breaker *b)
{
	L4_MsgTag_t tag = { .raw = 0 };

	if (below(b, 16))
		return 0;
	L4_Set_VirtualSender(threads[below(b, server_count)]);
	L4_Set_Propagation(&tag);
	return tag.raw;
}

/* The kernel delivers no items to a server that accepts none. Sigma0 answers only what it knows. */
static bool may_fail(const struct server *s, enum kind kind)
{
	return kind == ITEMS || !s->serves || (is_sigma0(s) && !me.confined);
}

static L4_MsgTag_t call(struct breaker *b, const struct server *s, bool fails, L4_Word_t flags)
{
	L4_Time_t soon = L4_TimePeriod(me.confined ? REDIRECTED_US : PAUSE_US), late = L4_TimePeriod(LATE_US);

	load(b, flags);
	return L4_Call_Timeouts(s->thread, s->serves || me.confined ? late : L4_ZeroTime, fails ? soon : late);
}

/* The redirector waits a second for the server: one that is at the disk, on a busy host, may need longer. */
static bool is_undelivered(const struct server *s, L4_MsgTag_t tag)
{
	return me.confined && s->serves && L4_IpcSucceeded(tag) && L4_Label(tag) == ROOT_NOT_DELIVERED;
}

static void ask(struct breaker *b, const struct server *s)
{
	enum kind kind = make(b, s);
	bool fails = may_fail(s, kind);
	L4_Word_t flags = any_flags(b);
	L4_MsgTag_t tag;

	if (!fails && below(b, UNHEARD) == 0) {
		load(b, flags);
		L4_Send_Timeout(s->thread, L4_TimePeriod(LATE_US));
		return;
	}
	tag = call(b, s, fails && kind != ITEMS, flags);
	for (unsigned i = 1; i < TRIES && is_undelivered(s, tag); i++)
		tag = call(b, s, fails && kind != ITEMS, 0);
	if (L4_IpcSucceeded(tag))
		judge(s, b, kind, tag);
	else if (!fails)
		note("no answer", b, (L4_MsgTag_t){ .raw = L4_ErrorCode() << 16 });
}

/* False: none was sent. One of a confined task to a thread that does not receive it takes a second. */
static bool try_one(struct breaker *b)
{
	struct server s = servers[below(b, server_count)];

	if (me.confined && !s.serves && below(b, SELDOM))
		return false;
	if (!s.protocol)
		s.protocol = protocols[below(b, PROTOCOLS)].protocol;
	ask(b, &s);
	return true;
}

/* ---- all places ---- */

/* Wait for ever for what a server answers later; what is refused is tried again. */
static void keep_waiting(void *seed)
{
	struct breaker b = { 0 };

	breaker_seed(&b, (L4_Word_t)seed);
	for (;; L4_Sleep(L4_TimePeriod(PAUSE_US))) {
		const struct server *s = &servers[below(&b, server_count)];
		L4_MsgTag_t tag;

		if (!s->used || !s->protocol || s->protocol == &root_protocol)
			continue;
		do
			breaker_correct(&b, s->protocol);
		while (!(b.request->modes & STUB_LATER) && below(&b, 64));
		requests_choose(&b, threads, server_count);
		if (!(b.request->modes & STUB_LATER) || !requests_tame(&b, &me))
			continue;
		load(&b, 0);
		tag = L4_Call(s->thread);
		if (L4_IpcFailed(tag) || L4_TypedWords(tag) || (L4_Label(tag) == 0 && requests_forbidden(&b, &me)))
			note("what is answered later", &b, tag);
	}
}

/* ---- the attack ---- */

static unsigned pattern(unsigned i) { return (i * 7 + 3) & 0xff; }

static void prepare(struct breaker *b)
{
	struct pecan_dma block;
	struct pecan_task own;

	L4_Accept(L4_MapGrantItems(L4_FpageLog2(PECAN_WINDOW_BASE, WINDOW_LOG2)));
	if (pecan_task_of(L4_nilthread, &own) == ROOT_OK)
		me.task = own.task;
	for (unsigned i = 0; i < KEPT; i++)
		kept[i] = (char)pattern(i);
	for (unsigned i = 0; i < server_count; i++)
		if (servers[i].used && (servers[i].protocol == &files_protocol
					|| servers[i].protocol == &sockets_protocol)
		    && pecan_dma_new(16 * PAGE, servers[i].thread, &block) == ROOT_OK)
			requests_learn(b, block.block);
}

void attack_servers(L4_Word_t requests, L4_Word_t seed, int count, char **ids)
{
	struct breaker b = { 0 };

	me.confined = count > 0 && strcmp(ids[0], "confined") == 0;
	for (int i = 0; i < count; i++)
		add_server(ids[i]);
	breaker_seed(&b, seed);
	prepare(&b);
	for (L4_Word_t i = 1; i <= WAITERS; i++)
		if (pecan_thread_start(keep_waiting, (void *)(seed + i), 0, 0) != ROOT_OK)
			gained("no thread that waits", i);
	while (requests > 0)
		requests -= try_one(&b);
	for (unsigned i = 0; i < KEPT; i++)
		if (kept[i] != (char)pattern(i))
			gained("a changed byte of its own", i);
}
