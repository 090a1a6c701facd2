/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.c - one worker: so many random operations, and what is to be seen after each.
 */
#include "twin.h"

enum {
	TCR_SENDER = -6, TCR_INTENDED = -7, TCR_XFER = -8, TCR_ERROR = -9, TCR_FLAGS = -10, TCR_HANDLER = -11,
	FLAG_BITS = 0xcd5,		/* CF PF AF ZF SF DF OF */
	TAG_PROPAGATE = 1 << 12,
	SYSCALL_BYTES = 2,
};

/* Timeouts that end at once, or long after the script: raw, 16 bits. */
static word draw_timeout(word *seed, unsigned zero_of_16)
{
	word n = draw_below(seed, 16);

	if (n < zero_of_16)
		return L4_ZeroTime.raw;
	if (n == 15)
		return L4_TimePeriod(3600ul * 1000000).raw;
	return n == 14 ? L4_TimePeriod(100 * 1000000).raw : L4_Never.raw;
}

static word draw_id(struct worker *self, word *seed)
{
	static const word odd[] = { 0, ~0ul, ~0x3ful, 1, 0x40, ~(~0ul >> 1) | 1, 0xbf000240, 0x30100200,
				    USER_END + 0x200, KERNEL_IMAGE + 0x100000,
				    0xffffful << __L4_VERSION_BITS | 1 };
	struct worker *other = &worker[draw_below(seed, WORKERS)];

	switch (draw_below(seed, 24)) {
	case 0:
		return odd[draw_below(seed, sizeof(odd) / sizeof(odd[0]))];
	case 1:
		return other->stale;
	case 2:
		return draw_below(seed, 2) ? self->id.raw : self->local;
	case 3:
		return self->last;
	case 4: case 5: case 6: case 7: case 8:
		return other->local;
	default:
		return other->id.raw;
	}
}

static word draw_tag(word *seed)
{
	word kind = draw_below(seed, quiet ? 28 : 32), tag = draw(seed) << 16;

	if (kind < 20)
		return tag | draw_below(seed, 9);
	if (kind < 27)
		return tag | draw_below(seed, 64);
	if (kind < 29)
		return tag | draw_below(seed, 8) | TAG_PROPAGATE;
	if (kind == 29)
		return tag | draw_below(seed, 9) | 64 << draw_below(seed, 10);	/* one bit of t and the flags */
	return tag | draw_below(seed, 0x10000);
}

/* A server's id, as this thread may name it, or, seldom, as only others may. */
static word draw_server(struct worker *self, word *seed)
{
	struct worker *other = &worker[self->called = (unsigned)draw_below(seed, SERVERS)];

	return draw_below(seed, 12) < (other->space == self->space ? 8 : 1) ? other->local : other->id.raw;
}

/* The local id of that worker, of whatever space; or what was given. */
static word local_name(word id)
{
	for (unsigned n = 0; n < WORKERS; n++)
		if (worker[n].id.raw == id)
			return worker[n].local;
	return id;
}

/* The usual calls of servers and clients: reply and wait for any thread, and call a server. */
static void draw_usual(struct worker *self, word *seed, struct regs *r)
{
	if (self < worker + SERVERS) {
		r->rsi = draw_below(seed, 16) ? self->last : local_name(self->last);
		r->rdx = draw_below(seed, 4) ? ~0ul : ~0x3ful;
		r->r8 = L4_ZeroTime.raw << 16;
	} else {
		r->rsi = r->rdx = draw_below(seed, 12) ? draw_server(self, seed) : worker[self->called].stale;
		r->r8 = 0;
	}
	if (draw_below(seed, 4) == 0)
		r->r8 = draw_timeout(seed, 2) << 16 | draw_timeout(seed, 1);
}

/*
 * In a quiet script: calls and answers, or each half alone, in an order that continues without end; but
 * sometimes with others than the server, or with one message more.
 */
static void draw_quiet(struct worker *self, word *seed, struct regs *r)
{
	bool server = self == worker, waits = self->owes && draw_below(seed, 6);
	bool more = self->owes ? !waits : draw_below(seed, 24) == 0;
	struct worker *to = &worker[more ? SERVERS + draw_below(seed, QUIET_CLIENTS) : 0];
	word id = draw_below(seed, 16) ? to->id.raw : to->local;

	r->rsi = waits ? 0 : server && !more ? self->last : id;
	r->rdx = server || (waits && draw_below(seed, 3) == 0) ? ~0ul : waits ? worker[0].id.raw : r->rsi;
	r->r8 = draw_below(seed, 32) ? 0 : draw_timeout(seed, 2) << 16 | draw_timeout(seed, 1);
	self->owes = !waits && r->rsi && draw_below(seed, 16) < quiet;
	if (self->owes)
		r->rdx = 0;
	else if (draw_below(seed, 16) == 0)
		r->rdx = server ? self->last : ~0ul;
}

static void draw_unusual(struct worker *self, word *seed, struct regs *r)
{
	word kind = draw_below(seed, 12), other = draw_id(self, seed), third = draw_id(self, seed);

	if (kind < 2) {
		r->rsi = r->rdx = other;
	} else if (kind < 4) {
		r->rsi = self->last;
		r->rdx = kind == 2 ? ~0ul : other;
	} else if (kind < 6) {
		r->rsi = 0;
		r->rdx = kind == 4 ? ~0ul : other;
	} else if (kind < 8) {
		r->rsi = other;
		r->rdx = 0;
	} else {
		r->rsi = other;
		r->rdx = third;
	}
	r->r8 = draw_timeout(seed, 8) << 16 | draw_timeout(seed, 4);
}

/* To a client, in the name of the server whose answer it may be waiting for. */
static void draw_speech(struct worker *self, word *seed, struct regs *r)
{
	struct worker *server = &worker[draw_below(seed, SERVERS)];

	r->rsi = worker[SERVERS + draw_below(seed, WORKERS - SERVERS)].id.raw;
	r->rdx = draw_below(seed, 2) ? 0 : ~0ul;
	r->r8 = 0;
	r->r9 = draw(seed) << 16 | TAG_PROPAGATE | draw_below(seed, 9);
	((word *)self->local)[TCR_SENDER] = server->id.raw;
}

static void draw_regs(word *seed, struct regs *r)
{
	word *p = &r->rax, seldom = quiet ? 96 : 24;

	for (unsigned i = 0; i < REGS; i++)
		p[i] = draw(seed) << L4_BITS_PER_WORD / 2 ^ draw(seed);
	r->flags = 0x202 | (r->flags & FLAG_BITS);
	r->r9 = draw_tag(seed);
	r->gs = draw_below(seed, seldom) == 0 ? draw_below(seed, 2) ? 0x10000 : 0x10023 : 0;
	r->xmm_in = draw_below(seed, seldom) == 0 ? draw(seed) | 1 : 0;
	r->xmm_out = draw_below(seed, seldom) == 0;
}

static word hash_of(const word *from, unsigned n)
{
	word hash = n;

	for (unsigned i = 0; i < n; i++)
		hash = mix(hash, from[i]);
	return hash;
}

/*
 * RDX, RBP and R8 are undefined after Ipc, so both paths may leave any value there, but none that only
 * another thread ever had there.
 */
static struct { word rdx, rbp, r8; } own[WORKERS][SERVER_OPERATIONS];

enum undefined { RDX = 1, RBP = 2, R8 = 4, SMALL = 64 };	/* small: counts */

/* Which of r's three were in a call of this worker so far. */
static unsigned had(unsigned who, const struct regs *r)
{
	unsigned found = (r->rdx < SMALL ? RDX : 0) | (r->rbp < SMALL ? RBP : 0) | (r->r8 < SMALL ? R8 : 0);

	for (unsigned i = 0; i < worker[who].operation; i++) {
		found |= own[who][i].rdx == r->rdx ? RDX : 0;
		found |= own[who][i].rbp == r->rbp ? RBP : 0;
		found |= own[who][i].r8 == r->r8 ? R8 : 0;
	}
	return found;
}

static void keep_undefined(unsigned me, const struct regs *r)
{
	unsigned i = worker[me].operation - 1;

	own[me][i].rdx = r->rdx;
	own[me][i].rbp = r->rbp;
	own[me][i].r8 = r->r8;
}

/* A thread may also find what its own registers were when it was interrupted last: any number. */
static bool is_kernel_address(word w) { return w >= KERNEL_MEMORY; }

static void check_undefined(unsigned me, struct regs *r)
{
	unsigned others = 0, mine = had(me, r);

	for (unsigned n = 0; n < WORKERS; n++)
		others |= n == me ? 0 : had(n, r);
	others |= (is_kernel_address(r->rdx) ? RDX : 0) | (is_kernel_address(r->rbp) ? RBP : 0);
	if (others & ~mine)
		record(me, worker[me].operation, "foreign", (const word []){ r->rdx, r->rbp, r->r8 }, 3);
	r->rdx = r->rbp = r->r8 = 0;
}

static void note(unsigned me, const char *what, struct regs *r)
{
	struct worker *self = &worker[me];
	const word *mr = (const word *)self->local;
	word control[] = { mr[TCR_SENDER], mr[TCR_INTENDED], mr[TCR_XFER], mr[TCR_FLAGS], r->cell, r->xmm_out };
	word tag = r->r9, from = r->rsi;

	r->r9 = r->rsi = 0;
	if (r->rcx == (word)__L4_Ipc + SYSCALL_BYTES)
		r->rcx = 0;		/* the stub that the kernel names may be another one without the fast path */
	record(me, self->operation, what, (const word []){
		tag, from, mr[TCR_ERROR], hash_of(&r->rax, REGS), hash_of(mr, 8), hash_of(mr + 8, 56),
		hash_of(control, sizeof(control) / sizeof(control[0])) }, 7);
}

static void random_ipc(unsigned me)
{
	struct worker *self = &worker[me];
	word *mr = (word *)self->local;
	struct regs r;

	draw_regs(&self->seed, &r);
	mr[TCR_SENDER] = worker[draw_below(&self->seed, WORKERS)].id.raw;
	switch (draw_below(&self->seed, quiet ? 60 : 12)) {
	case 0: case 1:
		draw_unusual(self, &self->seed, &r);
		break;
	case 2:
		draw_speech(self, &self->seed, &r);
		break;
	default:
		if (quiet)
			draw_quiet(self, &self->seed, &r);
		else
			draw_usual(self, &self->seed, &r);
	}
	if (draw_below(&self->seed, 16))
		r.rdi = self->local;
	for (unsigned i = 0; i < 64; i++)
		mr[i] = mix(self->seed, i);
	mr[TCR_ERROR] = 0x77;
	mr[TCR_INTENDED] = 0x78;
	keep_undefined(me, &r);
	raw_call(&r, (word)__L4_Ipc);
	check_undefined(me, &r);
	self->last = r.r9 & 0x8000 ? 0 : r.rsi;
	note(me, "ipc", &r);
}

static void random_trap(unsigned me)
{
	struct worker *self = &worker[me];
	struct regs r;

	draw_regs(&self->seed, &r);
	if (redirected[self->space])
		return;				/* its redirector would answer it */
	raw_call(&r, (word)raw_trap);
	note(me, "trap", &r);
}

static void random_switch(unsigned me)
{
	struct worker *self = &worker[me];
	struct regs r;

	draw_regs(&self->seed, &r);
	r.rdi = draw_id(self, &self->seed);
	keep_undefined(me, &r);
	raw_call(&r, (word)__L4_ThreadSwitch);
	r = (struct regs){ .cell = r.cell };
	note(me, "switch", &r);
}

/* S and R, halt and resume, of a thread that is likely one of this space. */
static void random_exregs(unsigned me)
{
	static const word controls[] = { 2, 4, 6, 0x100, 0x101, 7, 0, 0x106 };
	struct worker *self = &worker[me], *other = &worker[draw_below(&self->seed, WORKERS)];
	word c = controls[draw_below(&self->seed, 8)], control, sp, ip, flags, handle;
	L4_ThreadId_t pager, t;

	if (other == self)
		return;
	t = L4_ExchangeRegisters((L4_ThreadId_t){ .raw = other->id.raw }, c, 0, 0, 0, 0, L4_nilthread, &control,
				 &sp, &ip, &flags, &handle, &pager);
	record(me, self->operation, "exregs", (const word []){
		t.raw, t.raw ? control : ((word *)self->local)[TCR_ERROR] }, 2);
}

static unsigned operations(unsigned me)
{
	if (quiet && me != 0 && (me < SERVERS || me >= SERVERS + QUIET_CLIENTS))
		return 0;
	return me < SERVERS || quiet ? SERVER_OPERATIONS : OPERATIONS;
}

void worker_run(word me)
{
	struct worker *self = &worker[me];
	word *mr = (word *)self->local;

	mr[TCR_HANDLER] = director.raw;
	mr[TCR_XFER] = 0;
	while (self->operation < operations((unsigned)me)) {
		word kind = draw_below(&self->seed, 32);

		self->operation++;
		if (kind == 0)
			random_switch((unsigned)me);
		else if (kind == 1)
			random_exregs((unsigned)me);
		else if (kind < 5)
			random_event((unsigned)me);
		else if (kind == 5)
			random_trap((unsigned)me);
		else
			random_ipc((unsigned)me);
	}
	for (;;)
		L4_Sleep(L4_Never);
}

void helper_run(word unused)
{
	word thread, c, control = 0, sp, ip, flags, handle;
	L4_ThreadId_t pager;
	L4_MsgTag_t tag = L4_Receive(director);

	(void)unused;
	for (;;) {
		L4_StoreMR(1, &thread);
		L4_StoreMR(2, &c);
		if (L4_IpcSucceeded(tag))
			L4_ExchangeRegisters((L4_ThreadId_t){ .raw = thread }, c, 0, 0, 0, 0, L4_nilthread,
					     &control, &sp, &ip, &flags, &handle, &pager);
		L4_LoadMR(1, control);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
		tag = L4_Call(director);
	}
}
