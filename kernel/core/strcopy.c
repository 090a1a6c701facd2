/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strcopy.c - string items. See strcopy.h.
 *
 * Sender and receiver describe their memory in the same form: a list of descriptors, chained by the c bit;
 * the substrings of a descriptor have one length. Two cursors, in the sender's TCB, treat the two lists
 * as byte streams. Each piece that is copied lies in one page on both sides and is accessed through the
 * direct map, so the copy needs no user translation and the CPU cannot fault.
 *
 * Descriptors are in UTCBs and may change during the transfer: every word is read again and bounded, so
 * that a change affects only the spaces of the transfer. The length and next item that the receiver got
 * when the string began are kept: the whole string is copied, or the transfer ends with an overflow.
 *
 *   descriptor   word 0: C (0), hint, 0 (3), j (8..4), c (9), length of each substring (10..)
 *                words 1..j+1: addresses
 */
#include <core/arch.h>
#include <core/strcopy.h>
#include <mem/mapping.h>
#include <mem/step.h>
#include <lib/bits.h>
#include <lib/str.h>

/* At most so many bytes between two preemption points; units of work for each piece (mapping.h). */
enum { STEP_BYTES = 4096, COST_PIECE = 2 };

static l4_word_t to_page_end(l4_word_t at) { return KMEM_FRAME - (at & (KMEM_FRAME - 1)); }

/* ---- the two lists ---- */

/* Returns word i of the sender's message, or of the receiver's buffer registers; 0 after the last one. */
static l4_word_t word_of(struct thread *t, const struct strcursor *c, unsigned i)
{
	if (i > c->last)
		return 0;
	return c->buffers ? *thread_tcr(t, L4_TCR_BR0 - (int)i) : *thread_mr(t, i);
}

struct span { l4_word_t at, left; };

/* Advances c over finished substrings; *s is the rest of the present one. False at the end of the list. */
static bool current_span(struct thread *t, struct strcursor *c, struct span *s)
{
	for (;;) {
		l4_word_t w = word_of(t, c, c->item);

		if (c->item + string_parts(w) > c->last)
			return false;
		if (c->done < string_length(w)) {
			s->at = word_of(t, c, c->item + 1u + c->part) + c->done;
			s->left = string_length(w) - c->done;
			return true;
		}
		c->done = 0;
		if (++c->part < string_parts(w))
			continue;
		if (!(w & STRING_CONTINUES))
			return false;
		c->part = 0;
		c->item = (uint8_t)(c->item + 1 + string_parts(w));
	}
}

/* A whole string, as described by its descriptors. */
struct shape {
	unsigned end;			/* index of the word after its descriptors */
	bool more;			/* one of its descriptors has C */
	l4_word_t bytes;
};

/* Reads the descriptors of the string at word i. If c is set at the end of the list, end is L4_MRS + 1. */
static struct shape measure(struct thread *t, const struct strcursor *c, unsigned i)
{
	struct shape e = { .end = i };
	l4_word_t w;

	do {
		w = word_of(t, c, e.end);
		e.more |= w & STRING_MORE;
		e.bytes += string_parts(w) * string_length(w);
		e.end += 1 + string_parts(w);
	} while (w & STRING_CONTINUES && e.end <= c->last);
	if (w & STRING_CONTINUES)
		e.end = L4_MRS + 1;
	return e;
}

/* ---- the descriptors in the received message ---- */

/* Lengths are transferred, the sender's addresses are not: the first is the buffer's (ambiguity B5). */
static void deliver_descriptors(struct thread *from, struct thread *to, unsigned i, unsigned next,
				l4_word_t buffer)
{
	for (; i < next; ) {
		l4_word_t w = *thread_mr(from, i);
		unsigned words = 1 + string_parts(w);

		*thread_mr(to, i) = w;
		for (unsigned k = 1; k < words && i + k < L4_MRS; k++)
			*thread_mr(to, i + k) = k == 1 ? buffer : 0;
		buffer = 0;
		i += words;
	}
}

/* ---- begin ---- */

void strcopy_reset(struct thread *from)
{
	from->rest->str.active = false;
	from->rest->str.next_buffer = 1;
	from->rest->str.bytes = 0;
	from->rest->str.deadline = L4_FOREVER;
}

/* A simple string to an overlapping, higher place in the same space is copied backward, from its end. */
static bool wants_backward(struct thread *from, struct thread *to)
{
	l4_word_t w = *thread_mr(from, from->item), src = *thread_mr(from, from->item + 1u);
	l4_word_t b = word_of(to, &from->rest->str.dst, from->rest->str.dst.item);
	l4_word_t dst = word_of(to, &from->rest->str.dst, from->rest->str.dst.item + 1u);

	return from->space == to->space && string_is_simple(w) && string_is_simple(b) && dst > src
	    && dst - src < string_length(w);
}

static void cut_to_buffer(struct strcopy *s, l4_word_t room)
{
	s->cut = s->left > room;
	s->whole = s->left = s->cut ? room : s->left;
}

/* Copies a simple string in one step, with the effect of the general steps. False: nothing is changed. */
static bool copy_whole(struct thread *from, struct thread *to, unsigned end)
{
	struct strcopy *s = &from->rest->str;
	unsigned i = from->item, b = s->next_buffer;
	l4_word_t w = *thread_mr(from, i), buffer, dst;

	if (i + 1 > end || b + 1 >= L4_BRS)
		return false;
	buffer = *thread_tcr(to, L4_TCR_BR0 - (int)b);
	dst = *thread_tcr(to, L4_TCR_BR0 - (int)b - 1);
	if (!strcopy_whole(from->space, w, *thread_mr(from, i + 1), to->space, buffer, dst))
		return false;
	strcopy_put_item(to, i, w, dst);
	s->bytes += string_length(w);
	s->next_buffer = buffer & STRING_MORE && b + 2 < L4_BRS ? (uint8_t)(b + 2) : 0;
	return true;
}

enum msg_result strcopy_begin(struct thread *from, struct thread *to, unsigned end)
{
	struct strcopy *s = &from->rest->str;
	struct shape string;
	bool taken;

	taken = to->origin == IPC_CALL && s->next_buffer && l4_acceptor_strings(*thread_tcr(to, L4_TCR_BR0));
	if (taken && copy_whole(from, to, end))
		return MSG_DONE;
	s->src = (struct strcursor){ .item = from->item, .last = (uint8_t)end };
	s->dst = (struct strcursor){ .item = s->next_buffer, .last = L4_BRS - 1, .buffers = true };
	string = measure(from, &s->src, from->item);
	if (string.end > end + 1 || to->origin != IPC_CALL)	/* rest->kmr has fewer MRs than a message */
		return MSG_OVERFLOW;
	deliver_descriptors(from, to, from->item, string.end,
			    taken ? word_of(to, &s->dst, s->next_buffer + 1u) : 0);
	if (!taken)
		return MSG_OVERFLOW;
	s->first_item = from->item;
	s->next_item = (uint8_t)string.end;
	s->backward = wants_backward(from, to);
	s->left = string.bytes;
	if (s->backward)
		cut_to_buffer(s, string_length(word_of(to, &s->dst, s->dst.item)));
	return MSG_MORE;
}

/* ---- copying ---- */

struct place { uint64_t pa; bool cached; };

/*
 * Translates user address `at` of s to *p, and sets the page's Accessed and Dirty bits as the CPU would.
 * Returns MSG_MORE; MSG_FAULT, with the fault in from->rest->str; or MSG_OVERFLOW for memory outside the
 * direct map, of a device.
 */
static enum msg_result reach(struct thread *from, struct space *s, l4_word_t at, bool write,
			     struct place *p)
{
	struct mapspace *m = &s->map[WORLD_MEMORY];
	struct leaf leaf = leaf_get(m, at);
	unsigned access = write ? L4_W : L4_R, mark = write ? L4_R | L4_W : L4_R;

	if (!leaf.present || !(leaf.rights & access)) {
		from->rest->str.fault = at;
		from->rest->str.fault_access = (uint8_t)access;
		from->rest->str.fault_at_receiver = write;
		return MSG_FAULT;
	}
	p->pa = leaf.frame + (at - align_down(at, leaf.log2));
	p->cached = leaf.attr == 0;
	if (!arch_frame_reachable(p->pa))
		return MSG_OVERFLOW;
	if ((leaf.touched & mark) != mark) {
		leaf.touched |= (uint8_t)mark;
		leaf_set(m, (l4_word_t)align_down(at, leaf.log2), leaf);
	}
	return MSG_MORE;
}

/*
 * The direct map is cached. If the user's mapping has another memory attribute, no line of the place may be
 * in the caches before the copy or after it.
 */
static void flush_uncached(const struct place *p, l4_word_t n)
{
	if (!p->cached)
		arch_cache_flush(p->pa, n);
}

/* Copies n bytes, at most *budget, and subtracts them; an uncached piece uses up all of *budget. */
static enum msg_result copy_piece(struct thread *from, struct thread *to, l4_word_t src, l4_word_t dst,
				  l4_word_t n, l4_word_t *budget)
{
	struct place source, target;
	enum msg_result r;

	if (!space_in_user(src, n) || !space_in_user(dst, n))
		return MSG_OVERFLOW;
	r = reach(from, from->space, src, false, &source);
	if (r == MSG_MORE)
		r = reach(from, to->space, dst, true, &target);
	if (r != MSG_MORE)
		return r;
	flush_uncached(&source, n);
	flush_uncached(&target, n);
	strcopy_bytes(arch_frame_ptr(target.pa), arch_frame_ptr(source.pa), n);
	flush_uncached(&source, n);
	flush_uncached(&target, n);
	*budget = source.cached && target.cached ? *budget - n : 0;
	return MSG_MORE;
}

static l4_word_t smaller(l4_word_t a, l4_word_t b) { return a < b ? a : b; }

/* The string is complete: select the next buffer, if there is one, and the next item. */
static enum msg_result finish_string(struct thread *from, struct thread *to)
{
	struct strcopy *s = &from->rest->str;
	struct shape buffer = measure(to, &s->dst, s->next_buffer);

	s->next_buffer = buffer.more && buffer.end < L4_BRS ? (uint8_t)buffer.end : 0;
	from->item = s->next_item;
	return MSG_DONE;
}

static enum msg_result forward_piece(struct thread *from, struct thread *to, l4_word_t *budget)
{
	struct strcopy *s = &from->rest->str;
	struct span src, dst;
	enum msg_result r;
	l4_word_t n;

	if (s->left == 0)
		return finish_string(from, to);
	if (!current_span(from, &s->src, &src) || !current_span(to, &s->dst, &dst))
		return MSG_OVERFLOW;
	n = smaller(smaller(smaller(src.left, dst.left), s->left), *budget);
	n = smaller(n, smaller(to_page_end(src.at), to_page_end(dst.at)));
	r = copy_piece(from, to, src.at, dst.at, n, budget);
	if (r != MSG_MORE)
		return r;
	s->src.done += n;
	s->dst.done += n;
	s->bytes += n;
	s->left -= n;
	return s->left ? MSG_MORE : finish_string(from, to);
}

/* As forward_piece, from the end: the bytes [0, left) of the string remain. */
static enum msg_result backward_piece(struct thread *from, struct thread *to, l4_word_t *budget)
{
	struct strcopy *s = &from->rest->str;
	l4_word_t src = *thread_mr(from, s->first_item + 1u) + s->left;
	l4_word_t dst = word_of(to, &s->dst, s->dst.item + 1u) + s->left;
	enum msg_result r;
	l4_word_t n;

	if (s->left == 0 && s->cut)
		return MSG_OVERFLOW;		/* s->bytes without it: its first bytes were copied last */
	if (s->left == 0) {
		s->bytes += s->whole;
		return finish_string(from, to);
	}
	n = smaller(s->left, *budget);
	n = smaller(n, smaller(((src - 1) & (KMEM_FRAME - 1)) + 1, ((dst - 1) & (KMEM_FRAME - 1)) + 1));
	r = copy_piece(from, to, src - n, dst - n, n, budget);
	if (r != MSG_MORE)
		return r;
	s->left -= n;
	return MSG_MORE;
}

enum msg_result strcopy_step(struct thread *from, struct thread *to, unsigned *budget)
{
	l4_word_t bytes = STEP_BYTES;

	do {
		enum msg_result r = from->rest->str.backward ? backward_piece(from, to, &bytes)
						       : forward_piece(from, to, &bytes);

		if (r != MSG_MORE)
			return r;
		charge(budget, bytes > 0 ? COST_PIECE : CFG_WORK);
		if (*budget == 0)
			bytes = STEP_BYTES;
	} while (*budget > 0 || step_point(budget));
	return MSG_MORE;
}
