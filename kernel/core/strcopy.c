/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strcopy.c - string items. See strcopy.h.
 *
 * Sender and receiver describe their memory in the same form: a list of descriptors, chained by the c bit;
 * the substrings of a descriptor have one length. Two cursors, in the sender's TCB, treat the two lists
 * as byte streams. Each piece that is copied lies in one page on both sides and is accessed through the
 * direct map, so the copy needs no user translation and the CPU cannot fault.
 *
 * Descriptors are in UTCBs and may change during the transfer: every word is bounded, and read again in
 * each step, so that a change affects only the spaces of the transfer. The length of the string and the
 * places of the next item and buffer are kept from when it began: the whole string is copied, or the
 * transfer ends with an overflow.
 *
 *   descriptor   word 0: C (0), hint, 0 (3), j (8..4), c (9), length of each substring (10..)
 *                words 1..j+1: addresses
 */
#include <arch/words.h>
#include <core/arch.h>
#include <core/strcopy.h>
#include <mem/mapping.h>
#include <mem/step.h>
#include <lib/bits.h>
#include <lib/section.h>
#include <lib/str.h>

enum {
	STRING_MORE		= 1 << 0,	/* C: another buffer follows */
	STRING_CONTINUES	= 1 << 9,	/* c: the string continues in the next descriptor */
};

/* Costs (step.h): of a piece, besides its bytes; of descriptors. */
enum { COST_PIECE = 1, WORDS_PER_COST = 16 };

enum { LAST_BR = L4_BRS - 1 };

enum { SLOW_BYTES = 1024 };		/* of a piece that takes more than an instruction for each word */

static unsigned parts_of(l4_word_t w) { return (w >> 4 & 31) + 1; }
static l4_word_t length_of(l4_word_t w) { return w >> 10; }
static bool is_simple(l4_word_t w) { return !(w & (31 << 4 | STRING_CONTINUES)); }
static l4_word_t smaller(l4_word_t a, l4_word_t b) { return a < b ? a : b; }

/* ---- the two lists ---- */

/* MR i of a user's message; BR i. */
static INLINE l4_word_t *mr(const struct thread *t, unsigned i) { return thread_user_mr(t, i); }
static INLINE l4_word_t br(const struct thread *t, unsigned i) { return t->utcb[L4_TCR_BR0 - (intptr_t)i]; }

enum owner { SENDER, RECEIVER };

static INLINE l4_word_t word_of(const struct thread *t, enum owner whose, unsigned i)
{
	return whose == SENDER ? *mr(t, i) : br(t, i);
}

struct span { l4_word_t at, left; };

/*
 * The rest of the substring at c, or the next one that is not empty. False if there is none up to word `last`
 * of the list.
 */
static INLINE bool next_span(const struct thread *t, enum owner whose, unsigned last, struct strcursor *c,
			     struct span *s)
{
	while (c->item < last) {
		l4_word_t w = word_of(t, whose, c->item);
		unsigned parts = parts_of(w);

		if (c->item + parts > last)
			return false;
		if (c->part < parts && c->done < length_of(w)) {
			s->at = word_of(t, whose, c->item + 1u + c->part) + c->done;
			s->left = length_of(w) - c->done;
			return true;
		}
		c->done = 0;
		if (length_of(w) && ++c->part < parts)
			continue;
		if (!(w & STRING_CONTINUES))
			return false;
		c->part = 0;
		c->item = (uint8_t)(c->item + 1 + parts);
	}
	return false;
}

/* ---- begin ---- */

void strcopy_reset(struct thread *from)
{
	from->rest->str.left = 0;
	from->rest->str.next_buffer = 1;
	from->rest->str.bytes = 0;
	from->rest->str.faulted = false;
	from->rest->str.deadline = L4_FOREVER;
}

/*
 * The descriptors of a compound string at from->item arrive with their lengths, the first of them with the
 * address of the receiver's buffer, without those of the sender (ambiguity B5). Returns the MR after them, or
 * 0 if they do not end within the message. *bytes: of the string.
 */
static COLD_CODE unsigned deliver_compound(const struct thread *from, const struct thread *to, unsigned end,
					   l4_word_t buffer, l4_word_t *bytes)
{
	unsigned i = from->item, next;
	l4_word_t w;

	*bytes = 0;
	do {
		w = i < end ? *mr(from, i) : 0;
		next = i + 1 + parts_of(w);
		if (next > end + 1)
			return 0;
		to->utcb[i] = w;
		for (unsigned k = i + 1; k < next; k++, buffer = 0)
			to->utcb[k] = buffer;
		*bytes += parts_of(w) * length_of(w);
		i = next;
	} while (w & STRING_CONTINUES);
	return next;
}

/* Returns the BR behind the compound buffer at BR b if another buffer is there, else 0. */
static COLD_CODE unsigned buffer_behind(const struct thread *t, unsigned b)
{
	bool more = false;
	l4_word_t w;

	do {
		w = br(t, b);
		more |= w & STRING_MORE;
		b += 1 + parts_of(w);
	} while (w & STRING_CONTINUES && b < LAST_BR);
	return more && !(w & STRING_CONTINUES) ? b : 0;
}

/*
 * A simple string within a space, to a place behind its own beginning, is copied from its end backward: as
 * much as there is room for.
 */
static COLD_CODE void plan_backward(struct strcopy *s, l4_word_t room)
{
	s->backward = true;
	s->cut = s->left > room;
	s->src.done = s->left = smaller(s->left, room);
}

/*
 * Begin the string at from->item, of which nothing reaches behind MR `end`; from->item is behind it then.
 * *src, *dst: the string and its buffer, if they are simple.
 */
static INLINE enum msg_result begin(struct thread *from, struct thread *to, unsigned end, struct span *src,
				    struct span *dst, unsigned *budget)
{
	struct strcopy *s = &from->rest->str;
	unsigned i = from->item, b = s->next_buffer, next = i + 2, next_buffer;
	l4_word_t w, buffer, place;

	if (b == 0 || !l4_acceptor_strings(s->acceptor) || i >= end)
		return MSG_OVERFLOW;
	s->src = (struct strcursor){ .item = (uint8_t)i };
	s->dst = (struct strcursor){ .item = (uint8_t)b };
	s->backward = false;
	w = *mr(from, i);
	buffer = br(to, b);
	place = br(to, b + 1);
	if (is_simple(buffer)) {
		*dst = (struct span){ place, length_of(buffer) };
		next_buffer = buffer & STRING_MORE ? b + 2 : 0;
	} else {
		next_buffer = buffer_behind(to, b);
	}
	s->next_buffer = next_buffer < LAST_BR ? (uint8_t)next_buffer : 0;
	if (is_simple(w)) {
		*src = (struct span){ *mr(from, i + 1), length_of(w) };
		to->utcb[i] = w;
		to->utcb[i + 1] = place;
		s->left = src->left;
		if (from->space == to->space && place > src->at && place - src->at < src->left && dst->left > 0)
			plan_backward(s, dst->left);
	} else {
		next = deliver_compound(from, to, end, place, &s->left);
		if (next == 0)
			return MSG_OVERFLOW;
		charge(budget, (next - i) / WORDS_PER_COST);
	}
	from->item = (uint8_t)next;
	return s->left > 0 ? MSG_MORE : MSG_DONE;
}

/* ---- copying ---- */

/* n bytes, by words wherever they begin; `to` is not within them. The last two words may overlap. */
static INLINE void copy_words(uint8_t *to, const uint8_t *from, l4_word_t n)
{
	l4_word_t last;

	if (n < sizeof(last)) {
		for (; n > 0; n--)
			*to++ = *from++;
		return;
	}
	__builtin_memcpy(&last, from + n - sizeof(last), sizeof(last));
	arch_words_copy(to, from, n / sizeof(last));
	__builtin_memcpy(to + n - sizeof(last), &last, sizeof(last));
}

/* Is `to` within the n bytes, behind their first, so that the last of them must be copied first? */
static INLINE bool overlay(const uint8_t *to, const uint8_t *from, l4_word_t n)
{
	return (uintptr_t)to - (uintptr_t)from - 1 < n - 1;
}

struct piece { l4_word_t src, dst, bytes; };

/*
 * Copies n bytes, which lie in one page of each side. False: nothing has been done, as a page is not at hand
 * or the two sides overlap. Calls nothing, so that no registers are saved.
 */
static NOINLINE bool
copy_page(const struct space *from, l4_word_t src, const struct space *to, l4_word_t dst, l4_word_t n)
{
	const uint8_t *source = arch_user_near(&from->arch, src, false);
	uint8_t *target = arch_user_near(&to->arch, dst, true);

	if (!source || !target || overlay(target, source, n))
		return false;
	copy_words(target, source, n);
	return true;
}

struct place { uint8_t *at; bool cached; };

/*
 * Translates user address `at` of s to *p, and sets the page's Accessed and Dirty bits as the CPU would.
 * Returns MSG_MORE; MSG_FAULT, with the fault in *str; or MSG_OVERFLOW for memory outside the direct map, of
 * a device, or outside the user area.
 */
static enum msg_result reach(struct strcopy *str, struct space *s, l4_word_t at, bool write, struct place *p)
{
	struct mapspace *m = &s->map[RESOURCE_MEMORY];
	unsigned access = write ? L4_W : L4_R;
	struct leaf leaf;

	*p = (struct place){ arch_user_ptr(s, at, write), true };
	if (p->at)
		return MSG_MORE;
	if (at >= L4_USER_END)
		return MSG_OVERFLOW;
	leaf = leaf_get(m, at);
	if (!leaf.present || !(leaf.rights & access)) {
		str->fault = at;
		str->fault_access = (uint8_t)access;
		str->fault_at_receiver = write;
		return MSG_FAULT;
	}
	if (!arch_frame_reachable(leaf.frame + (at - align_down(at, leaf.log2))))
		return MSG_OVERFLOW;
	*p = (struct place){ arch_frame_ptr(leaf.frame + (at - align_down(at, leaf.log2))), leaf.attr == 0 };
	if ((leaf.touched & (L4_R | access)) != (L4_R | access)) {
		leaf.touched |= (uint8_t)(L4_R | access);
		leaf_set(m, (l4_word_t)align_down(at, leaf.log2), leaf);
	}
	return MSG_MORE;
}

/*
 * The direct map is cached. If the user's mapping has another memory attribute, no line of the place may be
 * in the caches before the copy or after it.
 */
static void flush_uncached(const struct place *source, const struct place *target, l4_word_t n)
{
	if (!source->cached)
		arch_cache_flush(arch_frame_pa(source->at), n);
	if (!target->cached)
		arch_cache_flush(arch_frame_pa(target->at), n);
}

/* copy_page of any page. Less than p, and *budget is used up, if it takes longer. */
static COLD_CODE NOINLINE enum msg_result
copy_specially(struct thread *from, struct thread *to, struct piece *p, unsigned *budget)
{
	struct place source, target;
	bool moved;
	enum msg_result r = reach(&from->rest->str, from->space, p->src, false, &source);

	if (r == MSG_MORE)
		r = reach(&from->rest->str, to->space, p->dst, true, &target);
	if (r != MSG_MORE)
		return r;
	if (!source.cached || !target.cached)
		p->bytes = smaller(p->bytes, SLOW_BYTES);
	moved = overlay(target.at, source.at, p->bytes);
	if (moved || !source.cached || !target.cached)
		*budget = 0;
	flush_uncached(&source, &target, p->bytes);
	if (moved)
		memmove(target.at, source.at, p->bytes);
	else
		copy_words(target.at, source.at, p->bytes);
	flush_uncached(&source, &target, p->bytes);
	return MSG_MORE;
}

static INLINE void advance(struct strcursor *c, struct span *s, l4_word_t n)
{
	c->done += n;
	s->at += n;
	s->left -= n;
}

static l4_word_t offset_of(l4_word_t at) { return at & (KMEM_FRAME - 1); }

/* How much of the left bytes comes next: of the substrings and pages of both sides. */
static INLINE l4_word_t piece_ahead(const struct span *src, const struct span *dst, l4_word_t left)
{
	l4_word_t a = offset_of(src->at), b = offset_of(dst->at), page = KMEM_FRAME - (a > b ? a : b);

	return smaller(smaller(smaller(src->left, dst->left), left), page);
}

static INLINE enum msg_result copy_forward(struct thread *from, struct thread *to, unsigned end,
					   struct span src, struct span dst, unsigned *budget)
{
	struct strcopy *s = &from->rest->str;

	do {
		l4_word_t n;

		if ((src.left == 0 && !next_span(from, SENDER, end, &s->src, &src))
		    || (dst.left == 0 && !next_span(to, RECEIVER, LAST_BR, &s->dst, &dst)))
			return MSG_OVERFLOW;
		n = piece_ahead(&src, &dst, s->left);
		if (!copy_page(from->space, src.at, to->space, dst.at, n)) {
			struct piece p = { src.at, dst.at, n };
			enum msg_result r = copy_specially(from, to, &p, budget);

			if (r != MSG_MORE)
				return r;
			n = p.bytes;
		}
		charge(budget, COST_PIECE + (unsigned)n / ARCH_COPY_BYTES);
		s->bytes += n;
		s->left -= n;
		if (s->left == 0)
			return MSG_DONE;
		advance(&s->src, &src, n);
		advance(&s->dst, &dst, n);
	} while (*budget > 0 || step_point(budget));
	return MSG_MORE;
}

/* One simple string to one simple buffer, from the end. */
static COLD_CODE NOINLINE enum msg_result
copy_backward(struct thread *from, struct thread *to, unsigned *budget)
{
	struct strcopy *s = &from->rest->str;
	l4_word_t src = *mr(from, s->src.item + 1u) + s->left, dst = br(to, s->dst.item + 1u) + s->left;
	l4_word_t n = smaller(smaller(s->left, SLOW_BYTES), smaller(offset_of(src - 1), offset_of(dst - 1)) + 1);
	struct piece p = { src - n, dst - n, n };
	enum msg_result r = copy_specially(from, to, &p, budget);

	*budget = 0;
	if (r != MSG_MORE)
		return r;
	s->left -= n;
	if (s->left > 0)
		return MSG_MORE;
	if (s->cut)
		return MSG_OVERFLOW;		/* s->bytes without it: its first bytes were copied last */
	s->bytes += s->src.done;
	return MSG_DONE;
}

enum msg_result strcopy_step(struct thread *from, struct thread *to, unsigned end, unsigned *budget)
{
	struct strcopy *s = &from->rest->str;
	struct span src = { 0 }, dst = { 0 };

	if (s->left == 0) {
		enum msg_result r = begin(from, to, end, &src, &dst, budget);

		if (r != MSG_MORE) {
			charge(budget, COST_LOOK);
			return r;
		}
	}
	return s->backward ? copy_backward(from, to, budget) : copy_forward(from, to, end, src, dst, budget);
}
