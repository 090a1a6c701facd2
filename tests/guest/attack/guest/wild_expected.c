/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_expected.c - what a message with strings must come to, worked out in a shadow of the memory: errors,
 * their offset, page faults, bytes.
 */
#include "wild_strings.h"

enum { SPANS = DESCRIPTORS * PARTS };

uint8_t shadow[SPACES][PAGES][PAGE] __attribute__((aligned(PAGE))), kip_before[PAGE];
static bool hole_open[SPACES];

static void move(void *to, const void *from, word n)
{
	volatile uint8_t *d = to;
	const volatile uint8_t *s = from;

	for (word i = 0; i < n; i++)
		if ((word)to <= (word)from)
			d[i] = s[i];
		else
			d[n - 1 - i] = s[n - 1 - i];
}

/* The byte in the shadow of that space, if a thread of it may read or write it. */
static uint8_t *look(unsigned space, word at, bool write)
{
	word page;

	if (at - WINDOW < (word)WINDOW_PAGES * PAGE)
		page = (at - WINDOW) / PAGE;
	else if (at - TOP_AT < PAGE)
		page = TOP;
	else if (at - SPACE_UTCB < 2 * PAGE)
		page = OWN + (at - SPACE_UTCB) / PAGE;
	else
		return at - SPACE_KIP < PAGE && !write ? kip_before + at % PAGE : 0;
	if ((page == HOLE && !hole_open[space]) || (page == READ_ONLY && write))
		return 0;
	return shadow[space][page] + at % PAGE;
}

static void expect_fault(struct plan *p, word at, bool write)
{
	CHECK(p->want.faults < FAULTS);
	p->want.fault[p->want.faults++] = fault_of(p, at, write ? L4_Writable : L4_Readable,
						   write ? p->to : p->sender);
}

/* It is not there: is it after the pager's answer? The pager tries the kernel's areas as well. */
static bool is_served(struct plan *p, unsigned space, word at, bool write)
{
	if (p->zero)
		return false;
	expect_fault(p, at, write);
	if (p->serving && in_kernels_area(at))
		expect_fault(p, at, write);
	if (!p->serving || !in_hole(at))
		return false;
	hole_open[space] = true;
	return true;
}

static enum result reach(struct plan *p, word at, bool write, uint8_t **byte)
{
	unsigned space = write && !p->near ? THERE : HERE;

	if (at >= USER_END)
		return OVERFLOW;
	if (!look(space, at, write) && !is_served(p, space, at, write))
		return LATE;
	*byte = look(space, at, write);
	return WHOLE;
}

/* n bytes in one page of each side. */
static enum result move_piece(struct plan *p, word src, word dst, word n)
{
	uint8_t *from, *to;
	enum result r = reach(p, src, false, &from);

	if (r == WHOLE)
		r = reach(p, dst, true, &to);
	if (r == WHOLE)
		move(to, from, n);
	return r;
}

struct spans { unsigned n; struct { word at, left; } s[SPANS]; };

static struct spans spans_of(const struct string *s)
{
	struct spans all = { .n = 0 };

	for (unsigned i = 0; i < s->descriptors; i++)
		for (word k = 0; k < s->d[i].parts; k++, all.n++) {
			all.s[all.n].at = s->d[i].at[k];
			all.s[all.n].left = s->d[i].length;
		}
	return all;
}

static word smaller(word a, word b) { return a < b ? a : b; }

static enum result move_forward(struct plan *p, struct spans *src, struct spans *dst, word *offset)
{
	for (unsigned i = 0, k = 0; ; ) {
		enum result r;
		word a, b, n;

		while (i < src->n && src->s[i].left == 0)
			i++;
		if (i == src->n)
			return WHOLE;
		while (k < dst->n && dst->s[k].left == 0)
			k++;
		if (k == dst->n)
			return OVERFLOW;
		a = src->s[i].at;
		b = dst->s[k].at;
		n = smaller(smaller(src->s[i].left, dst->s[k].left), smaller(PAGE - a % PAGE, PAGE - b % PAGE));
		r = move_piece(p, a, b, n);
		if (r != WHOLE)
			return r;
		src->s[i].at += n;
		src->s[i].left -= n;
		dst->s[k].at += n;
		dst->s[k].left -= n;
		*offset += n;
	}
}

/* To a place within itself: from its end, and what came does not count before it is all there. */
static enum result move_up(struct plan *p, const struct spans *src, const struct spans *dst, word *offset)
{
	word fits = smaller(src->s[0].left, dst->s[0].left);

	for (word left = fits, n; left > 0; left -= n) {
		word a = src->s[0].at + left, b = dst->s[0].at + left;
		enum result r;

		n = smaller(left, smaller((a - 1) % PAGE, (b - 1) % PAGE) + 1);
		r = move_piece(p, a - n, b - n, n);
		if (r != WHOLE)
			return r;
	}
	if (fits < src->s[0].left)
		return OVERFLOW;
	*offset += fits;
	return WHOLE;
}

static bool goes_up(const struct plan *p, const struct spans *src, const struct spans *dst)
{
	word up = dst->s[0].at - src->s[0].at;

	return p->near && dst->s[0].at > src->s[0].at && up < src->s[0].left && dst->s[0].left > 0;
}

static enum result expect_string(struct plan *p, unsigned i, word *offset)
{
	struct spans src = spans_of(&p->string[i]), dst = spans_of(&p->buffer[i]);

	if (!p->accepts || i >= p->buffers || (p->cut && i + 1 == p->strings))
		return OVERFLOW;
	return goes_up(p, &src, &dst) ? move_up(p, &src, &dst, offset) : move_forward(p, &src, &dst, offset);
}

enum result wild_expect(struct plan *p)
{
	enum result r = WHOLE;
	word offset = 0;

	hole_open[HERE] = hole_open[THERE] = false;
	for (unsigned i = 0; i < p->strings && r == WHOLE; i++)
		r = expect_string(p, i, &offset);
	if (r == WHOLE)
		return r;
	p->want.send = r == OVERFLOW ? SEND_OVERFLOW : p->receivers ? XFER_PARTNER_SEND : XFER_MINE_SEND;
	p->want.receive = r == OVERFLOW ? RECEIVE_OVERFLOW
			: p->receivers ? XFER_MINE_RECEIVE : XFER_PARTNER_RECEIVE;
	p->want.send |= offset << OFFSET;
	p->want.receive |= offset << OFFSET;
	return r;
}
