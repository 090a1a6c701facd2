/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.c - interesting values: the right ones, those at the edges, and arbitrary words.
 */
#include <core/arch.h>
#include "fuzz.h"

static const uint8_t *record, *end;
static unsigned at;			/* in the record */
static l4_word_t last_address;

void fuzz_source(const uint8_t *data, size_t size)
{
	last_address = FUZZ_VA;
	record = data;
	end = data + size;
}

/* Each action has a record of its own, so that a change of one leaves the meaning of the others. */
bool fuzz_next_record(unsigned bytes)
{
	record += bytes;
	at = 0;
	return record + FUZZ_RECORD <= end;
}

/* A record that is used up begins anew. */
unsigned fuzz_byte(void)
{
	return record + FUZZ_RECORD <= end ? record[at++ % FUZZ_RECORD] : 0;
}

l4_word_t fuzz_raw(void)
{
	l4_word_t w = 0;

	for (unsigned i = 0; i < sizeof(w); i++)
		w = w << 8 | fuzz_byte();
	return w;
}

l4_word_t fuzz_address(void)
{
	static const l4_word_t edge[] = {
		0, 0x1000, L4_USER_END - 1, L4_USER_END, L4_USER_END + 1, ~(l4_word_t)0, ~(l4_word_t)0xfff,
		L4_INITIAL_KIP, L4_INITIAL_UTCB, L4_INITIAL_UTCB + L4_UTCB_MR0_OFFSET, 0x3fffffff, 0x40000000,
		(l4_word_t)1 << (L4_WORD_BITS - 1), 0x200000, HOST_MEMORY, HOST_MEMORY - 0x1000,
	};
	l4_word_t last = last_address;
	unsigned b = fuzz_byte();

	if (b < 16)
		last = edge[b];
	else if (b == 16)
		last = fuzz_raw();
	else if (b < 32)
		last += (l4_word_t)(b - 24) * 300;	/* for strings that overlap */
	else if (b < 112)
		last = FUZZ_VA + ((l4_word_t)(b & 31) << 12) + fuzz_byte();
	else
		last = FUZZ_VA + ((l4_word_t)(b < 240 ? b & 63 : b) << 12);
	return last_address = last;
}

l4_word_t fuzz_word(void)
{
	unsigned b = fuzz_byte();

	switch (b >> 5) {
	case 0: return KEEP;
	case 1: return (l4_word_t)1 << (b & 31);
	case 2: return KEEP << (b & 31);
	case 3: return fuzz_raw();
	case 4: return fuzz_address();
	case 5: return (l4_word_t)(b & 31) << 8 | fuzz_byte();
	default: return b & 63;
	}
}

l4_word_t fuzz_time(void)
{
	static const uint16_t some[] = { 0, 0x0400, 1, 100, 0x7fff, 0x8000, 0xffff, 0x8c01, 0xfc00, 0x03ff };
	unsigned b = fuzz_byte();

	if (b < 10)
		return some[b];
	if (b < 16)
		return fuzz_byte() << 8 | fuzz_byte();
	return b < 100 ? TIME_NEVER : b < 160 ? TIME_ZERO : l4_period((b - 150) * 50).raw;
}

/* ---- ids ---- */

static l4_tid_t id_of(unsigned i, unsigned version)
{
	struct thread *t = fuzz_member(i);

	return t && !version ? t->id : l4_tid_global(fuzz_number[i], version ? version : 1);
}

/* A likely partner of self: the first of its senders, or a thread that waits for it. */
static l4_tid_t near(struct thread *self, unsigned which)
{
	for (unsigned i = 0; i < FUZZ_MEMBERS + FUZZ_EXTRAS; i++) {
		struct thread *t = fuzz_member((i + which) % (FUZZ_MEMBERS + FUZZ_EXTRAS));

		if (t && t != self && (which & 1 ? thread_queued(t) && t->partner == self
						: thread_waits(t)))
			return t->id;
	}
	return self->id;
}

static l4_tid_t odd_id(struct thread *self, unsigned which)
{
	switch (which) {
	case 0: return L4_ANYLOCALTHREAD;
	case 1: return l4_tid_global(HOST_IRQ_KERNEL, 1);
	case 2: return l4_tid_global(kernel.irq_lines, 1);
	case 3: return l4_tid_global(((l4_word_t)1 << L4_THREAD_BITS) - 1, 1);
	case 4: return l4_tid_global((l4_word_t)1 << L4_THREAD_BITS, 1);
	case 5: return local_id(self);
	case 6: return (l4_tid_t){ L4_INITIAL_UTCB };
	case 7: return (l4_tid_t){ fuzz_raw() };
	case 8: return l4_tid_global(FUZZ_LINE, 2);
	case 9: return l4_tid_global(l4_tid_number(self->id), l4_tid_version(self->id) + 1);
	case 10: return l4_tid_global(1, 0);
	default: return (l4_tid_t){ thread_regs(self)->out[0] };
	}
}

l4_tid_t fuzz_partner(struct thread *self)
{
	unsigned b = fuzz_byte();

	return b < 180 ? near(self, b) : fuzz_id(self);
}

l4_tid_t fuzz_id(struct thread *self)
{
	unsigned b = fuzz_byte();
	struct thread *t;

	if (b & 1 && !l4_tid_is_nil(fuzz_victim))
		return fuzz_victim;
	if (b < 72)
		return id_of(b % (FUZZ_MEMBERS + FUZZ_EXTRAS), 0);
	if (b < 96)
		return id_of(b % (FUZZ_MEMBERS + FUZZ_EXTRAS), 1 + (b & 3));
	if (b < 112)
		return L4_NILTHREAD;
	if (b < 128)
		return L4_ANYTHREAD;
	if (b < 140)
		return l4_tid_global(FUZZ_LINE + b % FUZZ_LINES, 1);
	if (b < 164) {
		t = fuzz_member(b % (FUZZ_MEMBERS + FUZZ_EXTRAS));
		return t ? local_id(t) : L4_NILTHREAD;
	}
	return b < 212 ? near(self, b - 164) : b < 230 ? self->id : odd_id(self, (b - 230) / 2);
}

/* ---- pages and strings ---- */

l4_fpage_t fuzz_fpage(void)
{
	static const unsigned log2[] = { 12, 13, 14, 16, 19, 20, 21, 22, 30, 31, 10, 11, 9, 32, 40, 63 };
	unsigned b = fuzz_byte();

	switch (b >> 4) {
	case 0: return L4_NILPAGE;
	case 1: return (l4_fpage_t){ L4_COMPLETE.raw | (b & L4_RWX) };
	case 2: return l4_io_fpage(0, b & 15 ? b & 7 : fuzz_byte() & 1 ? 17 : 11);
	case 3: return l4_io_fpage(fuzz_byte() * 8, b & 7);
	case 4: return (l4_fpage_t){ fuzz_raw() };
	case 5: return l4_fpage(fuzz_address(), log2[b & 15], L4_RWX);
	case 6: return l4_fpage(fuzz_address(), log2[b & 15], b & L4_RWX);
	case 7: return l4_fpage(FUZZ_VA, b & 8 ? 21 : 20, b & L4_RWX);
	default: return l4_fpage(FUZZ_VA + ((l4_word_t)(fuzz_byte() & 63) << 12), 12 + (b & 7),
				 b < 192 ? L4_RWX : b >> 3 & L4_RWX);
	}
}

/* A descriptor, and how many addresses are to follow it. */
l4_word_t fuzz_string(unsigned *addresses)
{
	static const l4_word_t length[] = { 0, 600, 1, 4096, 20000, 9000, 33000, KEEP >> 10 };
	unsigned b = fuzz_byte();

	*addresses = 1 + (b & 3);
	if (b < 0xe0 && (b >> 2 & 7) == 7)	/* seldom one that takes a thousand steps where memory is large */
		b ^= 4;
	return length[b >> 2 & 7] << 10 | (l4_word_t)(b >= 0xf0 ? 31 : *addresses - 1) << 4
	     | (b & 0x40 && b < 0xf0 ? 1 << 9 : 0) | (b >> 5 & 1);
}
