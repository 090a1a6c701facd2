/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.c - one worker: so many random operations, and what is to be seen after each.
 */
#include "twin.h"

enum {
	TCR_SENDER = -6, TCR_INTENDED = -7, TCR_XFER = -8, TCR_ERROR = -9, TCR_FLAGS = -10, TCR_HANDLER = -11,
	TAG_PROPAGATE = 1 << 12,
};

/* Timeouts that end at once, or long after the script: raw, 16 bits. */
static word draw_timeout(uint64_t *seed, unsigned zero_of_16)
{
	word n = draw_below(seed, 16);

	if (n < zero_of_16)
		return L4_ZeroTime.raw;
	if (n == 15)
		return L4_TimePeriod(3600ul * 1000000).raw;
	return n == 14 ? L4_TimePeriod(100 * 1000000).raw : L4_Never.raw;
}

static word draw_id(struct worker *self, uint64_t *seed)
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

static word draw_tag(uint64_t *seed)
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
static word draw_server(struct worker *self, uint64_t *seed)
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
static void draw_usual(struct worker *self, uint64_t *seed, struct regs *r)
{
	if (self < worker + SERVERS) {
		r->REG_TO = draw_below(seed, 16) ? self->last : local_name(self->last);
		r->REG_FROM = draw_below(seed, 4) ? ~0ul : ~0x3ful;
		r->REG_TIMEOUTS = L4_ZeroTime.raw << 16;
	} else {
		r->REG_TO = r->REG_FROM = draw_below(seed, 12) ? draw_server(self, seed) : worker[self->called].stale;
		r->REG_TIMEOUTS = 0;
	}
	if (draw_below(seed, 4) == 0)
		r->REG_TIMEOUTS = draw_timeout(seed, 2) << 16 | draw_timeout(seed, 1);
}

/*
 * In a quiet script: calls and answers, or each half alone, in an order that continues without end; but
 * sometimes with others than the server, or with one message more.
 */
static void draw_quiet(struct worker *self, uint64_t *seed, struct regs *r)
{
	bool server = self == worker, waits = self->owes && draw_below(seed, 6);
	bool more = self->owes ? !waits : draw_below(seed, 24) == 0;
	struct worker *to = &worker[more ? SERVERS + draw_below(seed, QUIET_CLIENTS) : 0];
	word id = draw_below(seed, 16) ? to->id.raw : to->local;

	r->REG_TO = waits ? 0 : server && !more ? self->last : id;
	r->REG_FROM = server || (waits && draw_below(seed, 3) == 0) ? ~0ul : waits ? worker[0].id.raw : r->REG_TO;
	r->REG_TIMEOUTS = draw_below(seed, 32) ? 0 : draw_timeout(seed, 2) << 16 | draw_timeout(seed, 1);
	self->owes = !waits && r->REG_TO && draw_below(seed, 16) < quiet;
	if (self->owes)
		r->REG_FROM = 0;
	else if (draw_below(seed, 16) == 0)
		r->REG_FROM = server ? self->last : ~0ul;
}

static void draw_unusual(struct worker *self, uint64_t *seed, struct regs *r)
{
	word kind = draw_below(seed, 12), other = draw_id(self, seed), third = draw_id(self, seed);

	if (kind < 2) {
		r->REG_TO = r->REG_FROM = other;
	} else if (kind < 4) {
		r->REG_TO = self->last;
		r->REG_FROM = kind == 2 ? ~0ul : other;
	} else if (kind < 6) {
		r->REG_TO = 0;
		r->REG_FROM = kind == 4 ? ~0ul : other;
	} else if (kind < 8) {
		r->REG_TO = other;
		r->REG_FROM = 0;
	} else {
		r->REG_TO = other;
		r->REG_FROM = third;
	}
	r->REG_TIMEOUTS = draw_timeout(seed, 8) << 16 | draw_timeout(seed, 4);
}

/* To a client, in the name of the server whose answer it may be waiting for. */
static void draw_speech(struct worker *self, uint64_t *seed, struct regs *r)
{
	struct worker *server = &worker[draw_below(seed, SERVERS)];

	r->REG_TO = worker[SERVERS + draw_below(seed, WORKERS - SERVERS)].id.raw;
	r->REG_FROM = draw_below(seed, 2) ? 0 : ~0ul;
	r->REG_TIMEOUTS = 0;
	r->REG_TAG = draw(seed) << 16 | TAG_PROPAGATE | draw_below(seed, 9);
	((word *)self->local)[TCR_SENDER] = server->id.raw;
}

static void draw_regs(uint64_t *seed, struct regs *r)
{
	word *p = (word *)r, seldom = quiet ? 96 : 24;

	for (unsigned i = 0; i < REGS; i++)
		p[i] = draw(seed) << L4_BITS_PER_WORD / 2 ^ draw(seed);
	r->flags = draw_flags(r->flags);
	r->REG_TAG = draw_tag(seed);
	r->gs = draw_below(seed, seldom) == 0 ? draw_below(seed, 2) ? 0x10000 : 0x10023 : 0;
	r->xmm_in = draw_below(seed, seldom) == 0 ? draw(seed) | 1 : 0;
	r->xmm_out = draw_below(seed, seldom) == 0;
}

static word hash_of(const word *from, unsigned n)
{
	uint64_t hash = n;

	for (unsigned i = 0; i < n; i++)
		hash = mix(hash, from[i]);
	return (word)hash;
}

/*
 * A few registers are undefined after Ipc (twin_arch.h), so both paths may leave any value there, but none
 * that only another thread ever had there.
 */
static word own[WORKERS][SERVER_OPERATIONS][UNDEFINED];

enum { SMALL = 64 };			/* below: counts */

/* The registers, as bits, of which the value was in a call of this worker so far, or is on its stack. */
static unsigned had(unsigned who, struct regs *r)
{
	unsigned found = 0;

	for (unsigned k = 0; k < UNDEFINED; k++) {
		word value = *undefined(r, k);
		bool known = value < SMALL || value - (word)stack[who] < STACK_BYTES;

		for (unsigned i = 0; i < worker[who].operation; i++)
			known |= own[who][i][k] == value;
		found |= (unsigned)known << k;
	}
	return found;
}

static void keep_undefined(unsigned me, struct regs *r)
{
	for (unsigned k = 0; k < UNDEFINED; k++)
		own[me][worker[me].operation - 1][k] = *undefined(r, k);
}

static void check_undefined(unsigned me, struct regs *r)
{
	unsigned others = 0, mine = had(me, r);
	word found[UNDEFINED];

	for (unsigned n = 0; n < WORKERS; n++)
		others |= n == me ? 0 : had(n, r);
	for (unsigned k = 0; k < UNDEFINED; k++) {
		found[k] = *undefined(r, k);
		others |= (unsigned)is_kernels(k, found[k]) << k;
	}
	if (others & ~mine)
		record(me, worker[me].operation, "foreign", found, UNDEFINED);
	for (unsigned k = 0; k < UNDEFINED; k++)
		*undefined(r, k) = 0;
	clear_unequal(r);
}

static void note(unsigned me, const char *what, struct regs *r)
{
	struct worker *self = &worker[me];
	const word *mr = (const word *)self->local;
	word control[] = { mr[TCR_SENDER], mr[TCR_INTENDED], mr[TCR_XFER], mr[TCR_FLAGS], r->cell, r->xmm_out };
	word tag = r->REG_TAG, from = r->REG_SENDER;

	r->REG_TAG = r->REG_SENDER = 0;
	record(me, self->operation, what, (const word []){
		tag, from, mr[TCR_ERROR], hash_of((const word *)r, REGS), hash_of(mr, 8), hash_of(mr + 8, 56),
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
		r.REG_UTCB = self->local;
	for (unsigned i = 0; i < 64; i++)
		mr[i] = (word)mix(self->seed, i);
	mr[TCR_ERROR] = 0x77;
	mr[TCR_INTENDED] = 0x78;
	keep_undefined(me, &r);
	raw_call(&r, ENTRY(Ipc, self->space));
	check_undefined(me, &r);
	self->last = r.REG_TAG & 0x8000 ? 0 : r.REG_SENDER;
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
	r.REG_SWITCH = draw_id(self, &self->seed);
	keep_undefined(me, &r);
	raw_call(&r, ENTRY(ThreadSwitch, self->space));
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
