/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.c - what hostile threads execute: hostile_main, which runs in their spaces; and the generator of
 * their calls and of their code, which runs in the test. See hostile.h.
 */
#include <l4/pecan.h>
#include "bad_values.h"
#include "exregs.h"
#include "hostile.h"
#include "random.h"

enum {
	REG_WORDS = 15, SLOTS = 16, BR0 = 48, PAGER = 52, HANDLER = 53, VIRTUAL_SENDER = 58,
	XFER = 56, MR0 = 64, COPY = 4, F_USER = 0x202, INTS = 256, LOOP = 3000, MEMORY_WINDOW_LOG2 = 20,
};

#define WINDOW_FAR 0x7f0000000000ul

/* ---- in the hostile space ---- */

void hostile_main(void)
{
	struct area *a = (struct area *)((word)__builtin_frame_address(0) & -(word)sizeof(struct area));
	word mine = ((word)a - pool(HOSTILE_PAGE)) >> AREA_LOG2;
	volatile struct hostile_count *count = (struct hostile_count *)COUNTS_PLACE + mine % HOSTILES;

	L4_Set_ExceptionHandler(a->handler);
	for (;;) {
		word n = random_next(&a->state) >> 8;
		const struct record *r = &a->record[n % RECORDS], *other = &a->record[n / 32 % RECORDS];
		volatile word *utcb = (word *)(gs_read() & -(word)UTCB_BYTES);

		a->regs = r->regs;
		if (n / 1024 % COPY == 0)
			((word *)&a->regs)[n / 4096 % REG_WORDS] = ((const word *)&other->regs)[n >> 20 & 7];
		if (r->where < UTCB_WORDS)
			utcb[r->where] = r->word;
		count->calls += r->regs.sp & 1;
		regs_call(&a->regs, r->target);
	}
}

/* ---- values ---- */

L4_ThreadId_t hostile_known[HOSTILE_KNOWN];
static uint64_t state;

static void weigh(void);

void hostile_seed(word seed)
{
	state = seed * 2 + 1;
	weigh();
}

word hostile_below(word limit) { return (random_next(&state) >> 11) % limit; }

static word below(word limit) { return hostile_below(limit); }

/* Mostly one of the last quarter, which are those of hostile threads. */
static word any_id(void)
{
	if (below(2))
		return hostile_known[HOSTILE_KNOWN - 1 - below(HOSTILE_KNOWN / 4)].raw;
	return hostile_known[below(HOSTILE_KNOWN)].raw;
}

static word in_areas(void) { return pool(HOSTILE_PAGE) + below(1ul << HOSTILE_LOG2); }

word hostile_address(void)
{
	switch (below(8)) {
	case 0:
		return WINDOW + below(1ul << MEMORY_WINDOW_LOG2);
	case 1:
		return SPACE_UTCB + below(1ul << SPACE_UTCB_LOG2);
	case 2:
		return WINDOW_FAR - (below(64) << 30);
	case 3:
		return wild[below(WILDS)] + below(64) - 32;
	case 4:
		return (word)hostile_main + below(PAGE);
	default:
		return in_areas();
	}
}

static word any_fpage(void)
{
	word log2 = 12 + below(7), base = hostile_address();

	if (below(64) == 0)
		return below(2) ? L4_CompleteAddressSpace.raw | below(8) : L4_IoFpage(below(65536), 64).raw | 6;
	return (base >> log2 << log2) | log2 << 4 | (below(4) ? 7 : below(8));
}

/* Zero, or short; never is rare. */
static word any_time(void)
{
	switch (below(128)) {
	case 0:
		return 0;
	case 1:
		return below(65536);
	case 2: case 3: case 4: case 5: case 6: case 7: case 8: case 9:
		return period(1 + below(100));
	default:
		return L4_ZeroTime.raw;
	}
}

static word any_word(void)
{
	switch (below(8)) {
	case 0: case 1:
		return any_id();
	case 2:
		return any_fpage();
	case 3: case 4:
		return hostile_address();
	case 5:
		return below(64);
	case 6:
		return random_next(&state) >> below(64);
	default:
		return wild[below(WILDS)];
	}
}

/* ---- messages ---- */

static word *in_register(struct regs *r, word i)
{
	word *at[] = { &r->r9, &r->rax, &r->rbx, &r->r10, &r->r12, &r->r13, &r->r14, &r->r15 };

	return at[i];
}

static word any_item(void)
{
	if (below(3) == 0)
		return below(PAGE) << 10 | below(4) << 4 | below(2);		/* a string */
	return (hostile_address() & ~0x3fful) | 8 | (below(4) == 0) << 1 | (below(8) == 0);
}

static word any_tag(void)
{
	static const int kinds[] = { N_INTERRUPT, N_PAGEFAULT, N_PREEMPTION, N_EXCEPTION, N_SIGMA0, N_IO_FAULT };
	word u = below(8) ? below(6) : below(64), t = below(2) ? 0 : 2 * below(3), label = random_next(&state);

	if (below(4) == 0)
		label = (word)kinds[below(sizeof kinds / sizeof *kinds)] << 4 | below(8);
	return label << 16 | (below(4) ? 0 : below(16) << 12) | t << 6 | u;
}

static void set_message(struct regs *r)
{
	word u = 0;

	r->rdi = below(8) ? SPACE_UTCB + UTCB_BYTES * below(HOSTILES) + UTCB_BYTES / 2 : r->rdi;
	r->r9 = any_tag();
	u = r->r9 & 63;
	for (word i = u + 1; i + 1 < 8; i += 2) {
		*in_register(r, i) = any_item();
		*in_register(r, i + 1) = below(4) ? any_fpage() : in_areas();
	}
}

/* ---- records ---- */

static void make_any(struct record *c) { (void)c; }

static void make_ipc(struct record *c)
{
	set_message(&c->regs);
	c->regs.rsi = below(4) ? any_id() : 0;
	c->regs.rdx = below(3) ? L4_anythread.raw : below(2) ? any_id() : 0;
	c->regs.r8 = any_time() << 16 | any_time();
}

static void make_unmap(struct record *c)
{
	c->regs.rdx = below(8) | (below(2) ? 0x40 : 0);
	for (word i = 0; i < 8; i++)
		*in_register(&c->regs, i) = any_fpage();
}

static void make_exchange(struct record *c)
{
	struct regs *r = &c->regs;

	r->rax = any_id();
	r->rsi = below(8) ? below(1024) & ~(word)(X_H | X_PAGER) : random_next(&state);
	r->rdx = below(4) ? pool(HOSTILE_PAGE) + ((1 + below(HOSTILES)) << AREA_LOG2) - 8 : hostile_address();
	r->r8 = below(4) ? (word)hostile_main : hostile_address();
	r->r9 = below(4) ? F_USER : random_next(&state);
	r->rdi = any_id();
}

static void make_thread(struct record *c)
{
	c->regs.rdi = any_id();
	c->regs.rsi = any_id();
	c->regs.r8 = any_id();
	if (below(2))
		c->regs.r9 = below(2) ? -1ul : SPACE_UTCB + UTCB_BYTES * below(64);
}

static void make_loop(struct record *c) { c->regs.rdi = 1 + below(LOOP); }
static void make_selector(struct record *c)
{
	c->regs.rdi = below(2) ? below(8) * 8 + below(8) : below(65536);
}

static void make_memory(struct record *c) { c->regs.rdi = c->regs.rax = in_areas() & -16ul; }

static void make_far(struct record *c)
{
	make_memory(c);
	if (below(2))
		return;
	c->regs.rdi = below(65536);
	c->regs.rsi = below(2) ? 0x2b : below(65536);
}

static void make_int(struct record *c) { c->target += 2 * below(INTS); }
static void make_debug(struct record *c) { c->target += 4 * below(8); }

static void make_code(struct record *c)
{
	c->target = pool(HOSTILE_PAGE) + (below(HOSTILES) << AREA_LOG2) + PAGE + below(PAGE);
	c->regs.rsi = c->regs.rdi = c->regs.rbx = in_areas();
	c->regs.rcx = below(64);
}

static void make_wild(struct record *c) { c->target = any_word(); }

static const struct kind {
	word weight;
	__L4_Link_t *link;		/* of a system call; 0: another place */
	word at;
	void (*make)(struct record *c);
} kinds[] = {
	{ 120, &__L4_Ipc, 0, make_ipc }, { 32, &__L4_Lipc, 0, make_ipc }, { 32, &__L4_Unmap, 0, make_unmap },
	{ 32, &__L4_ExchangeRegisters, 0, make_exchange }, { 20, &__L4_ThreadSwitch, 0, make_thread },
	{ 8, &__L4_Schedule, 0, make_thread }, { 8, &__L4_ThreadControl, 0, make_thread },
	{ 8, &__L4_SpaceControl, 0, make_thread }, { 4, &__L4_ProcessorControl, 0, make_any },
	{ 8, &__L4_MemoryControl, 0, make_unmap }, { 8, &__L4_SystemClock, 0, make_any },
	{ 4, &__L4_Inspect, 0, make_any }, { 8, &__L4_SetTls, 0, make_memory },
	{ 2, 0, (word)lock_nop, make_any }, { 6, 0, (word)count_down, make_loop },
	{ 3, 0, (word)int_all, make_int }, { 2, 0, (word)segments_load, make_selector },
	{ 2, 0, (word)gs_load, make_selector }, { 1, 0, (word)load_gs_null, make_any },
	{ 1, 0, (word)trap_sysenter, make_any }, { 2, 0, (word)trap_syscall, make_ipc },
	{ 1, 0, (word)trap_swapgs, make_any }, { 1, 0, (word)trap_iret, make_any },
	{ 1, 0, (word)trap_ud, make_any }, { 1, 0, (word)debug_registers, make_debug },
	{ 1, 0, (word)trap_mov_ss, make_any }, { 1, 0, (word)trap_ac, make_any },
	{ 1, 0, (word)iret_quad, make_memory }, { 1, 0, (word)iret_long, make_memory },
	{ 1, 0, (word)far_jump, make_memory }, { 1, 0, (word)far_call, make_memory },
	{ 1, 0, (word)far_return, make_far }, { 3, 0, (word)fpu_load, make_memory },
	{ 2, 0, (word)fpu_store, make_memory }, { 1, 0, (word)fpu_pend, make_any },
	{ 1, 0, (word)fpu_wait, make_any }, { 1, 0, (word)trap_x87, make_any },
	{ 1, 0, (word)trap_xm, make_any }, { 1, 0, (word)xsave_all, make_memory },
	{ 1, 0, (word)trap_xrstor, make_memory }, { 1, 0, (word)trap_xsetbv, make_any },
	{ 1, 0, (word)trap_evex, make_any }, { 8, 0, 0, make_code }, { 1, 0, 0, make_wild },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static uint8_t weighted[512];		/* indices of kinds, each as often as its weight says */
static word weights;

static void weigh(void)
{
	weights = 0;
	for (unsigned i = 0; i < KINDS; i++)
		for (word n = 0; n < kinds[i].weight; n++)
			weighted[weights++] = (uint8_t)i;
}

static const struct kind *any_kind(void) { return &kinds[weighted[below(weights)]]; }

/* Half of these words are buffer registers, pagers, handlers, senders; the others are anything. */
static void set_utcb(struct record *c)
{
	switch (below(16)) {
	case 0: case 1:
		c->where = BR0;
		c->word = (below(2) ? any_fpage() & ~15ul : L4_CompleteAddressSpace.raw) | below(2);
		break;
	case 2:
		c->where = BR0 - 1 - below(4);
		c->word = below(2) ? in_areas() : below(PAGE) << 10 | below(2);
		break;
	case 3:
		c->where = below(2) ? VIRTUAL_SENDER : below(2) ? PAGER : HANDLER;
		c->word = any_id();
		break;
	case 4:
		c->where = XFER;
		c->word = any_time() << 16 | any_time();
		break;
	case 5: case 6:
		c->where = below(UTCB_WORDS);
		c->word = any_word();
		break;
	case 7: case 8:
		c->where = MR0 + 8 + below(56);
		c->word = below(2) ? any_item() : any_word();
		break;
	default:
		c->where = UTCB_WORDS;
	}
}

static void make_record(struct record *c)
{
	const struct kind *k = any_kind();
	word *w = (word *)&c->regs;

	for (unsigned i = 0; i < REG_WORDS; i++)
		w[i] = any_word();
	c->regs.flags = below(16) ? F_USER : random_next(&state);
	c->regs.sp = k->link != 0;		/* is counted */
	c->target = k->link ? (word)*k->link : k->at;
	k->make(c);
	set_utcb(c);
}

void hostile_records(struct area *a, unsigned n)
{
	a->state = random_next(&state);
	for (word at = below(RECORDS); n > 0; n--)
		make_record(&a->record[at++ % RECORDS]);
}

/* ---- code ---- */

enum tail { NO_TAIL, A_BYTE, A_LONG, A_WORD, A_CALL, REGISTERS, MEMORY, NOISE };

static const struct fragment { uint8_t length, tail; const char *bytes; } fragments[] = {
	{ 0, NOISE, "" }, { 0, NOISE, "" }, { 2, A_CALL, "\x48\xb9" }, { 2, A_CALL, "\x48\xb9" },
	{ 2, A_WORD, "\x48\xbe" }, { 2, A_WORD, "\x48\xbf" }, { 2, A_WORD, "\x48\xba" },
	{ 2, A_WORD, "\x48\xb8" }, { 2, A_WORD, "\x49\xb8" }, { 2, A_WORD, "\x49\xb9" },
	{ 2, A_WORD, "\x48\xbc" }, { 2, A_WORD, "\x48\xbd" }, { 1, A_LONG, "\xb8" }, { 1, A_LONG, "\xb9" },
	{ 1, A_LONG, "\xba" }, { 1, A_BYTE, "\xcd" }, { 1, NO_TAIL, "\xcc" }, { 1, NO_TAIL, "\xf1" },
	{ 2, NO_TAIL, "\x0f\x05" }, { 2, NO_TAIL, "\x0f\x34" }, { 2, NO_TAIL, "\xf0\x90" },
	{ 3, NO_TAIL, "\x48\x0f\x07" }, { 2, NO_TAIL, "\x0f\x35" }, { 1, REGISTERS, "\x8e" },
	{ 1, MEMORY, "\x8e" }, { 1, REGISTERS, "\x8c" }, { 2, MEMORY, "\x0f\xb2" }, { 2, MEMORY, "\x0f\xb4" },
	{ 2, MEMORY, "\x0f\xb5" }, { 2, NO_TAIL, "\x0f\xa1" }, { 2, NO_TAIL, "\x0f\xa9" },
	{ 1, NO_TAIL, "\xcb" }, { 2, NO_TAIL, "\x48\xcb" }, { 1, NO_TAIL, "\xcf" }, { 2, NO_TAIL, "\x48\xcf" },
	{ 1, MEMORY, "\xff" }, { 1, REGISTERS, "\xff" }, { 1, NO_TAIL, "\xc3" }, { 1, A_BYTE, "\xeb" },
	{ 1, A_BYTE, "\x75" }, { 1, NO_TAIL, "\x9c" }, { 1, NO_TAIL, "\x9d" }, { 1, NO_TAIL, "\x50" },
	{ 1, NO_TAIL, "\x5c" }, { 1, A_LONG, "\x68" }, { 4, A_BYTE, "\xc8\x10\x00\x00" },
	{ 1, NO_TAIL, "\xc9" }, { 1, NO_TAIL, "\xf4" }, { 1, NO_TAIL, "\xfa" }, { 1, NO_TAIL, "\xfb" },
	{ 1, NO_TAIL, "\xfd" }, { 1, NO_TAIL, "\xec" }, { 1, NO_TAIL, "\xef" }, { 1, NO_TAIL, "\x6c" },
	{ 2, NO_TAIL, "\x0f\x30" }, { 2, NO_TAIL, "\x0f\x32" }, { 2, NO_TAIL, "\x0f\x33" },
	{ 2, NO_TAIL, "\x0f\x31" }, { 2, NO_TAIL, "\x0f\xa2" }, { 3, NO_TAIL, "\x0f\x01\xd0" },
	{ 3, NO_TAIL, "\x0f\x01\xd1" }, { 3, NO_TAIL, "\x0f\x01\xf8" }, { 3, NO_TAIL, "\x0f\x01\xc8" },
	{ 2, MEMORY, "\x0f\x01" }, { 2, REGISTERS, "\x0f\x01" }, { 2, REGISTERS, "\x0f\x00" },
	{ 2, REGISTERS, "\x0f\x20" }, { 2, REGISTERS, "\x0f\x22" }, { 2, REGISTERS, "\x0f\x21" },
	{ 2, REGISTERS, "\x0f\x23" }, { 2, NO_TAIL, "\x0f\x06" }, { 2, NO_TAIL, "\x0f\x09" },
	{ 2, NO_TAIL, "\x0f\x0b" }, { 2, REGISTERS, "\x0f\x02" }, { 2, REGISTERS, "\x0f\x03" },
	{ 1, MEMORY, "\x89" }, { 1, MEMORY, "\x8b" }, { 2, MEMORY, "\x48\x01" }, { 2, MEMORY, "\xf0\x01" },
	{ 2, NO_TAIL, "\xf3\xa4" }, { 2, NO_TAIL, "\xf3\xab" }, { 3, MEMORY, "\x64\x48\x8b" },
	{ 3, MEMORY, "\x65\x48\x89" }, { 3, MEMORY, "\x65\x48\x8b" }, { 1, MEMORY, "\xd8" },
	{ 1, MEMORY, "\xd9" }, { 1, REGISTERS, "\xd9" }, { 1, REGISTERS, "\xde" }, { 1, MEMORY, "\xdd" },
	{ 1, REGISTERS, "\xdb" }, { 2, NO_TAIL, "\xdb\xe3" }, { 1, NO_TAIL, "\x9b" }, { 2, MEMORY, "\x0f\xae" },
	{ 2, REGISTERS, "\x0f\xae" }, { 3, MEMORY, "\x48\x0f\xae" }, { 2, REGISTERS, "\x0f\x5e" },
	{ 2, MEMORY, "\x0f\x10" }, { 2, MEMORY, "\x0f\x11" }, { 2, REGISTERS, "\x0f\xef" },
	{ 3, REGISTERS, "\xf2\x0f\x5e" }, { 2, NO_TAIL, "\x0f\x77" }, { 3, REGISTERS, "\xc5\xfc\x58" },
	{ 3, NO_TAIL, "\xc5\xfc\x77" }, { 3, MEMORY, "\xc5\xfc\x10" }, { 4, REGISTERS, "\x62\xf1\x7c\x48" },
	{ 2, REGISTERS, "\x48\xf7" }, { 1, MEMORY, "\xf6" }, { 3, REGISTERS, "\xf3\x0f\xae" },
};

static uint8_t *put_word(uint8_t *at, word w, unsigned bytes)
{
	while (bytes-- > 0) {
		*at++ = (uint8_t)w;
		w >>= 8;
	}
	return at;
}

/* A link of a system call that is there. */
static word any_link(void)
{
	const struct kind *k;

	do
		k = any_kind();
	while (!k->link);
	return (word)*k->link;
}

static uint8_t *put_fragment(uint8_t *at)
{
	const struct fragment *f = &fragments[below(sizeof fragments / sizeof *fragments)];

	for (unsigned i = 0; i < f->length; i++)
		*at++ = (uint8_t)f->bytes[i];
	switch (f->tail) {
	case A_BYTE:
		return put_word(at, below(256), 1);
	case A_LONG:
		return put_word(at, any_word(), 4);
	case A_WORD:
		return put_word(at, any_word(), 8);
	case A_CALL:
		return put_word(put_word(at, any_link(), 8), 0xd1ff, 2);	/* call *%rcx */
	case REGISTERS:
		return put_word(at, 0xc0 | below(64), 1);
	case MEMORY:
		return put_word(at, below(8) << 3 | (below(4) ? 6 + below(2) : 3), 1);
	case NOISE:
		return put_word(at, random_next(&state), 1 + (unsigned)below(8));
	default:
		return at;
	}
}

void hostile_code(struct area *a)
{
	enum { LONGEST = 20 };

	for (uint8_t *at = a->code; at < a->code + PAGE - LONGEST; )
		at = put_fragment(at);
}
