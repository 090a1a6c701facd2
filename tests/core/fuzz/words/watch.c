/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.c - see watch.h.
 */
#define _GNU_SOURCE		/* registers of a context */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ucontext.h>
#include <core/check.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/sched.h>
#include <mem/space.h>
#include "../fuzz.h"
#include "watch.h"

enum { TRAP_FLAG = 1 << 8, FAULT_WRITES = 2, OPEN = 4, READS = 1 << 14, WIDEST = 16, STACK = 1 << 16 };

struct watch watch;

/* A piece that was read, for an operation of thread `by`. */
static struct read {
	uint8_t *at;
	unsigned bytes;
	uint8_t was[WIDEST], is[WIDEST];
	bool stored[WIDEST];		/* the kernel has written the byte since */
	l4_tid_t by;
	bool live;			/* has its effect at each entry anew */
} reads[READS];
static unsigned nreads;

static unsigned depth;			/* of entries: core calls some of its own */
static l4_tid_t self;			/* the thread that runs */

/* What the instruction that is repeated touches. */
static struct { uint8_t *page[OPEN], *at; unsigned n, bytes; } single;

/* ---- instructions ---- */

struct form { unsigned bytes; bool stores; };	/* stores: and does not read it */

static const uint8_t *skip_prefixes(const uint8_t *ip, bool *wide, bool *short_word, bool *repeated)
{
	*wide = *short_word = *repeated = false;
	for (;; ip++) {
		*short_word |= *ip == 0x66;
		*repeated |= *ip == 0xf3;
		if (*ip != 0x66 && *ip != 0xf2 && *ip != 0xf3)
			break;
	}
	if ((*ip & 0xf0) == 0x40)
		*wide = *ip++ & 8;
	return ip;
}

/* 0f XX: what compilers make of moves. 0 bytes: another. */
static struct form long_form(uint8_t op, unsigned word, bool repeated)
{
	switch (op) {
	case 0x10: case 0x11: return (struct form){ repeated ? 4 : WIDEST, op & 1 };
	case 0x28: case 0x29: return (struct form){ WIDEST, op & 1 };
	case 0x6f: case 0x7f: return (struct form){ WIDEST, op == 0x7f };
	case 0x7e: case 0xd6: return (struct form){ 8, !repeated || op == 0xd6 };
	case 0x16: case 0x12: return (struct form){ 8, false };
	case 0x13: case 0x17: return (struct form){ 8, true };
	case 0xb6: case 0xbe: return (struct form){ 1, false };
	case 0xb7: case 0xbf: return (struct form){ 2, false };
	default: break;
	}
	if ((op & 0xf0) == 0x40 || op == 0xba || op == 0xa3)
		return (struct form){ word, false };
	return (struct form){ 0, false };
}

static struct form form_at(const uint8_t *ip)
{
	bool wide, short_word, repeated;
	uint8_t op;
	unsigned word;

	ip = skip_prefixes(ip, &wide, &short_word, &repeated);
	op = *ip;
	word = wide ? 8 : short_word ? 2 : 4;
	if (op == 0x0f)
		return long_form(ip[1], word, repeated);
	if (op < 0x40 && (op & 7) < 4)			/* arithmetic */
		return (struct form){ op & 1 ? word : 1, false };
	switch (op & 0xfe) {
	case 0x88: case 0xc6: case 0xa4: case 0xaa:
		return (struct form){ op & 1 ? word : 1, true };
	case 0x8a: case 0x80: case 0x84: case 0x86: case 0xf6:
		return (struct form){ op & 1 ? word : 1, false };
	case 0x82: case 0x62:				/* 83, 63 */
		return (struct form){ op == 0x63 ? 4 : word, false };
	default:
		return (struct form){ 0, false };
	}
}

/* ---- pages ---- */

static uint8_t *page_of(const void *p)
{
	return (uint8_t *)((uintptr_t)p & ~(uintptr_t)(KMEM_FRAME - 1));
}

/* Calls with each thread that has a UTCB until that returns true; returns whether it did. */
static bool any_utcb(bool (*with)(const struct thread *t, const void *arg), const void *arg)
{
	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n)) {
		struct space *s = container_of(n, struct space, link);

		for (struct list *l = s->threads.next; l != &s->threads; l = l->next) {
			const struct thread *t = container_of(l, struct thread, space_link);

			if (t->utcb && with(t, arg))
				return true;
		}
	}
	return false;
}

/* The pages that are out of reach: during an entry, and after it until they are needed. */
static uint8_t *hidden[64];
static unsigned nhidden;

static void reach(uint8_t *page, int protection)
{
	if (mprotect(page, KMEM_FRAME, protection))
		abort();
}

static bool hide(const struct thread *t, const void *unused)
{
	uint8_t *page = page_of(t->utcb);

	(void)unused;
	for (unsigned i = 0; i < nhidden; i++)
		if (hidden[i] == page)
			return false;
	CHECK(nhidden < sizeof(hidden) / sizeof(hidden[0]));
	hidden[nhidden++] = page;
	reach(page, PROT_NONE);
	return false;
}

static bool is_hidden(const uint8_t *page)
{
	for (unsigned i = 0; i < nhidden; i++)
		if (hidden[i] == page)
			return true;
	return false;
}

static void show(uint8_t *page)
{
	for (unsigned i = 0; i < nhidden; i++)
		if (hidden[i] == page) {
			hidden[i] = hidden[--nhidden];
			reach(page, PROT_READ | PROT_WRITE);
		}
}

static bool has_byte(const struct thread *t, const void *arg)
{
	const uint8_t *at = arg, *block = (const uint8_t *)t->utcb - L4_UTCB_MR0_OFFSET;

	return at >= block && at < block + L4_UTCB_BYTES;
}

static int word_at(const uint8_t *at)
{
	return (int)((uintptr_t)at % L4_UTCB_BYTES / sizeof(l4_word_t)) - L4_UTCB_MR0;
}

/* TCRs but those that are part of a message: each entry uses their values, whichever thread wrote them. */
static bool is_live(int word)
{
	return word < 0 && word > L4_TCR_BR0 && word != L4_TCR_SENDER;
}

/* ---- what was read ---- */

/* What is read now keeps its value. */
static bool steady;

static uint64_t noise(void)
{
	watch.noise = watch.noise * 6364136223846793005u + 1442695040888963407u;
	return watch.noise ^ watch.noise >> 29;
}

static bool is_read(const uint8_t *at)
{
	for (unsigned i = 0; i < nreads; i++)
		if (reads[i].at == at)
			return true;
	return false;
}

/* The instruction at ip has read these bytes, which are of a UTCB. */
static void rewrite(uint8_t *at, unsigned bytes, const void *ip)
{
	struct read *r = &reads[nreads];

	watch.reads++;
	if (steady || word_at(at) == L4_TCR_FLAGS)
		return;
	if (is_read(at) && !watch.strings)
		watch.at = ip;
	if (nreads == READS)
		abort();
	nreads++;
	*r = (struct read){ .at = at, .bytes = bytes, .by = self, .live = is_live(word_at(at)) };
	for (unsigned i = 0; i < bytes; i++) {
		r->was[i] = at[i];
		r->is[i] = at[i] = (uint8_t)noise();
	}
}

static bool is_under_way(const struct read *r)
{
	const struct thread *t = thread_find(r->by);

	return !r->live && t
	    && (t->work != WORK_NONE || t->send == SEND_COPYING || t->recv == RECV_COPYING || t->suspended);
}

/* Not if the play has written the word. */
static void put_back(struct read *r)
{
	bool same = r->at;

	show(page_of(r->at));
	for (unsigned b = 0; same && b < r->bytes; b++)
		same = r->stored[b] || r->at[b] == r->is[b];
	for (unsigned b = 0; same && b < r->bytes; b++)
		if (!r->stored[b])
			r->at[b] = r->was[b];
	r->at = 0;
}

/* The kernel writes these bytes. */
static void note_store(const uint8_t *at, unsigned bytes)
{
	for (unsigned i = 0; i < nreads; i++)
		for (unsigned b = 0; b < reads[i].bytes; b++)
			if (reads[i].at && (uintptr_t)(reads[i].at + b) - (uintptr_t)at < bytes)
				reads[i].stored[b] = true;
}

/* The last read first: a piece that was read twice has its first value then. */
static void give_back(bool all)
{
	unsigned kept = 0;

	for (unsigned i = nreads; i-- > 0;)
		if (all || !is_under_way(&reads[i]))
			put_back(&reads[i]);
	for (unsigned i = 0; i < nreads; i++)
		if (reads[i].at)
			reads[kept++] = reads[i];
	nreads = kept;
}

/*
 * t ran user code until now, which reads its own words: those that an operation of another thread, which is
 * under way, has read in t's UTCB were of an operation of t that this one or an interrupt has ended.
 */
static void give_back_of(const struct thread *t)
{
	for (unsigned i = nreads; i-- > 0;)
		if (reads[i].at && t->utcb && has_byte(t, reads[i].at))
			put_back(&reads[i]);
}

void watch_end(void)
{
	give_back(true);
	while (nhidden > 0)
		show(hidden[0]);
}

/* ---- signals ---- */

/* Blocked in the fast path, whose RSP is a user's: so these handlers have a stack of their own. */
int __real_sigprocmask(int how, const sigset_t *set, sigset_t *old);

int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t less = *set;

	sigdelset(&less, SIGSEGV);
	sigdelset(&less, SIGTRAP);
	return __real_sigprocmask(how, &less, old);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	ucontext_t *c = context;
	uint8_t *at = info->si_addr, *page = page_of(at);
	const uint8_t *ip = (const uint8_t *)c->uc_mcontext.gregs[REG_RIP];
	bool writes = c->uc_mcontext.gregs[REG_ERR] & FAULT_WRITES;
	struct form f;

	if (!is_hidden(page) || single.n == OPEN) {
		signal(number, SIG_DFL);
		return;
	}
	if (depth == 0) {
		show(page);
		return;
	}
	f = form_at(ip);
	if (f.bytes == 0) {
		fprintf(stderr, "watch: an unknown instruction at %p: %02x %02x %02x %02x\n", (const void *)ip,
			ip[0], ip[1], ip[2], ip[3]);
		abort();
	}
	if (writes && f.stores) {
		note_store(at, f.bytes);
	} else {
		single.at = at;
		single.bytes = f.bytes;
	}
	single.page[single.n++] = page;
	reach(page, PROT_READ | PROT_WRITE);
	c->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
}

static void on_step(int number, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	(void)number;
	(void)info;
	c->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
	if (single.at && any_utcb(has_byte, single.at))
		rewrite(single.at, single.bytes, (const void *)c->uc_mcontext.gregs[REG_RIP]);
	while (single.n > 0)
		reach(single.page[--single.n], PROT_NONE);
	single.at = 0;
}

void watch_prepare(void)
{
	static uint8_t stack[STACK];
	stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction fault = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction step = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigfillset(&fault.sa_mask);
	sigfillset(&step.sa_mask);
	CHECK(!sigaltstack(&other, 0) && !sigaction(SIGSEGV, &fault, 0) && !sigaction(SIGTRAP, &step, 0));
}

/* ---- entries ---- */

static void begin(void)
{
	if (!watch.on || depth++ > 0)
		return;
	self = world_current()->id;
	if (world_current()->work == WORK_NONE)
		give_back_of(world_current());
	any_utcb(hide, 0);
}

static void end(void)
{
	if (watch.on && --depth == 0)
		give_back(false);
}

/* An entry of the kernel, whose parameters stand in the first parentheses and their names in the second. */
#define ENTRY(name, parameters, names) \
	struct thread *__real_##name parameters; \
	struct thread *__wrap_##name parameters \
	{ \
		struct thread *next; \
		begin(); \
		next = __real_##name names; \
		end(); \
		return next; \
	}

ENTRY(host_fast, (struct thread *t, unsigned nr), (t, nr))
ENTRY(kernel_syscall, (struct thread *t, unsigned nr), (t, nr))
ENTRY(ipc_start, (struct thread *t, l4_tid_t to, l4_tid_t from, l4_word_t timeouts), (t, to, from, timeouts))
ENTRY(kernel_continue, (struct thread *t), (t))
ENTRY(sched_yield, (struct thread *t), (t))
ENTRY(preempt_timer, (struct thread *t), (t))
ENTRY(irq_arrived, (struct thread *t, unsigned line), (t, line))
ENTRY(fault_page, (struct thread *t, l4_word_t at, unsigned access), (t, at, access))
ENTRY(fault_io, (struct thread *t, l4_word_t port, unsigned log2), (t, port, log2))
ENTRY(fault_exception, (struct thread *t, l4_word_t number, l4_word_t error), (t, number, error))

/* ---- what is read more than once ---- */

enum msg_result __real_strcopy_step(struct thread *from, struct thread *to, unsigned end, unsigned *budget);

/*
 * Descriptors of strings are read in each step (strcopy.c), their first word before that to see what it is. A
 * string that has begun never gets longer.
 */
enum msg_result __wrap_strcopy_step(struct thread *from, struct thread *to, unsigned end, unsigned *budget)
{
	enum msg_result r;
	l4_word_t left;

	steady = watch.on && !watch.strings;
	for (unsigned i = nreads; i-- > 0 && steady;)
		if (reads[i].at == (uint8_t *)&from->utcb[from->item])
			put_back(&reads[i]);
	if (steady)
		any_utcb(hide, 0);
	left = from->rest->str.left;
	r = __real_strcopy_step(from, to, end, budget);
	steady = false;
	CHECK(left == 0 || from->rest->str.left <= left);
	watch.descriptors = true;
	return r;
}

struct thread *__real_sys_memory_control(struct thread *t);

/* A privileged call: it looks at all fpages before it changes anything, and at each again before it does. */
struct thread *__wrap_sys_memory_control(struct thread *t)
{
	struct thread *next;

	steady = true;
	next = __real_sys_memory_control(t);
	steady = false;
	return next;
}

void __real_arch_ipc_received(struct thread *t, l4_tid_t from);

/* Registers that the message has not, which the host loads here and not once at the exit (enter.c). */
void __wrap_arch_ipc_received(struct thread *t, l4_tid_t from)
{
	steady = true;
	__real_arch_ipc_received(t, from);
	steady = false;
}

/* ---- */

void __real_kernel_check(struct thread *t);

/* The fuzzer looks at everything after each entry: not here, where so much else is done in a round. */
void __wrap_kernel_check(struct thread *t)
{
	if (watch.checks)
		__real_kernel_check(t);
}
