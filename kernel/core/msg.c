/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg.c - moving one message: words at once, typed items in bounded steps. See msg.h.
 *
 * A user thread's first message registers are in its saved registers, and neither sender's nor receiver's
 * UTCB is touched for them; the others are words of its UTCB. The kernel's own messages lie in rest->kmr.
 * Words that are not sent are not touched at the receiver: it keeps its own, which are in its UTCB, since
 * what is in its registers may be of an earlier entry.
 */
#include <arch/words.h>
#include <core/arch.h>
#include <core/msg.h>
#include <core/strcopy.h>
#include <mem/mem.h>
#include <mem/mapping.h>
#include <mem/step.h>
#include <lib/bits.h>

enum { ITEM_WORDS = 2 };

/* Words of a reply to the kernel stay where they are (fault_replied). */
static void put(struct thread *to, unsigned mr, l4_word_t w)
{
	if (!thread_says_kernel(to))
		*thread_mr(to, mr) = w;
}

/* What the receiver accepts typed items into (api 5.4; protocols 1.5 and 3 for the kernel's waits). */
static l4_fpage_t window(struct thread *to)
{
	switch (to->origin) {
	case IPC_CALL:
		return l4_acceptor_window(*thread_tcr(to, L4_TCR_BR0));
	case IPC_PAGE_FAULT:
	case IPC_EXCEPTION:
	case IPC_XFER_FAULT:
		return L4_COMPLETE;
	default:
		return L4_NILPAGE;
	}
}

/* MR1..n, n < REG_MRS: a jump into a row of moves, as a loop costs twice as much. */
static inline void copy_first(l4_word_t *to, const l4_word_t *from, unsigned n)
{
	_Static_assert(REG_MRS == 8, "a case for each register but the tag");
	switch (n) {
	case 7: to[7] = from[7];	/* fall through */
	case 6: to[6] = from[6];	/* fall through */
	case 5: to[5] = from[5];	/* fall through */
	case 4: to[4] = from[4];	/* fall through */
	case 3: to[3] = from[3];	/* fall through */
	case 2: to[2] = from[2];	/* fall through */
	case 1: to[1] = from[1];	/* fall through */
	case 0: break;
	default: __builtin_unreachable();
	}
}

/* The others. */
static inline void copy_last(l4_word_t *to, const l4_word_t *from, unsigned n)
{
	switch (n) {
	case 0: to[1] = from[1];	/* fall through */
	case 1: to[2] = from[2];	/* fall through */
	case 2: to[3] = from[3];	/* fall through */
	case 3: to[4] = from[4];	/* fall through */
	case 4: to[5] = from[5];	/* fall through */
	case 5: to[6] = from[6];	/* fall through */
	case 6: to[7] = from[7];	/* fall through */
	default: break;
	}
}

void msg_own_registers(struct thread *t, unsigned n)
{
	copy_last(thread_regs(t)->mr, t->utcb, n);
}

/* Words behind the registers, up to MRn. */
static inline void copy_rest(const struct thread *from, struct thread *to, unsigned n)
{
	const l4_word_t *first = (thread_says_kernel(from) ? from->mr : from->utcb) + REG_MRS;

	arch_words_copy(to->utcb + REG_MRS, first, n + 1 - REG_MRS);
}

static __attribute__((noinline)) enum msg_result start_typed(struct thread *from, struct thread *to)
{
	from->item = (uint8_t)(l4_tag_untyped(from->tag) + 1);
	from->mapping = false;
	if (!from->suspended)
		strcopy_reset(from);
	return msg_step(from, to);
}

/* MR0 to MRn; the first is the tag with these flags. */
static inline void copy_words(const struct thread *from, struct thread *to, l4_word_t tag, l4_word_t flags,
			      unsigned n)
{
	to->mr[0] = (tag & ~(l4_word_t)L4_TAG_FLAGS) | flags;
	if (n < REG_MRS) {
		copy_first(to->mr, from->mr, n);
	} else {
		copy_first(to->mr, from->mr, REG_MRS - 1);
		copy_rest(from, to, n);
	}
}

void msg_words(const struct thread *from, struct thread *to, l4_tag_t tag)
{
	copy_words(from, to, tag.raw, 0, l4_tag_untyped(tag));
}

/*
 * MR0 to MRn, and the receiver's own registers behind them. Words of a reply to the kernel stay where they
 * are (fault_replied).
 */
static inline void put_words(const struct thread *from, struct thread *to, unsigned n)
{
	if (thread_says_kernel(to))
		return;
	copy_words(from, to, from->tag.raw, from->route.flags, n);
	copy_last(to->mr, to->utcb, n);
}

/* Copies a string of two words, if that goes at once. *address: of it, then of the receiver's buffer. */
static inline bool string_at_once(const struct thread *from, struct thread *to, l4_word_t w,
				  l4_word_t *address)
{
	l4_word_t buffer, place;

	if (thread_says_kernel(to) || !l4_acceptor_strings(*thread_tcr(to, L4_TCR_BR0)))
		return false;
	buffer = *thread_tcr(to, L4_TCR_BR0 - 1);
	place = *thread_tcr(to, L4_TCR_BR0 - 2);
	if (!strcopy_whole(from->space, w, *address, to->space, buffer, place))
		return false;
	*address = place;
	return true;
}

static inline bool map_at_once(const struct thread *from, struct thread *to, l4_word_t first,
			       l4_word_t second)
{
	struct map_item item = { .send = { second }, .base = l4_item_base(first), .window = window(to) };

	return !l4_fpage_is_nil(item.window) && run_item(from->space, to->space, &item);
}

/*
 * Moves a message of words and one item, all of it in registers, if the item can be done at once.
 * False: the item may have been done, in part or whole, and to do it again changes nothing.
 */
static inline bool message_at_once(const struct thread *from, struct thread *to)
{
	unsigned i = l4_tag_untyped(from->tag) + 1;
	l4_word_t first, second;
	enum l4_item kind;

	if (l4_tag_typed(from->tag) != ITEM_WORDS || i + 1 >= REG_MRS)
		return false;
	first = from->mr[i];
	second = from->mr[i + 1];
	kind = l4_item_kind(first);
	if (kind == L4_ITEM_MAP ? !map_at_once(from, to, first, second)
	    : kind != L4_ITEM_STRING || !string_at_once(from, to, first, &second))
		return false;
	put_words(from, to, i + 1);
	if (!thread_says_kernel(to))
		to->mr[i + 1] = second;
	return true;
}

enum msg_result msg_start(struct thread *from, struct thread *to)
{
	if (l4_tag_typed(from->tag) && message_at_once(from, to))
		return MSG_DONE;
	put_words(from, to, l4_tag_untyped(from->tag));
	return l4_tag_typed(from->tag) ? start_typed(from, to) : MSG_DONE;
}

/* Start the map or grant item at from->item. MSG_MORE if map_op must be stepped. */
static enum msg_result begin_mapping(struct thread *from, struct thread *to, bool grant, unsigned end)
{
	l4_word_t first = *thread_mr(from, from->item);
	struct map_item item = { .base = l4_item_base(first), .grant = grant, .window = window(to) };

	if (from->item + 1u > end || l4_fpage_is_nil(item.window))
		return MSG_OVERFLOW;
	item.send = (l4_fpage_t){ *thread_mr(from, from->item + 1u) };
	put(to, from->item, first);
	put(to, from->item + 1u, item.send.raw);
	if (run_item(from->space, to->space, &item))
		return MSG_DONE;
	from->mapping = mapdb_begin(&from->rest->map_op, from->space, to->space, &item);
	return from->mapping ? MSG_MORE : MSG_DONE;
}

/* Start the item at from->item, and charge it if it is done. MSG_MORE if it must be stepped. */
static enum msg_result begin_item(struct thread *from, struct thread *to, unsigned end, unsigned *budget)
{
	enum l4_item kind = l4_item_kind(*thread_mr(from, from->item));
	size_t nodes = mem.nmappings;
	enum msg_result r;

	switch (kind) {
	case L4_ITEM_MAP:
	case L4_ITEM_GRANT:
		r = begin_mapping(from, to, kind == L4_ITEM_GRANT, end);
		charge(budget, mem.nmappings == nodes ? COST_LOOK : COST_NODE);
		return r;
	case L4_ITEM_STRING:
		r = strcopy_begin(from, to, end);
		from->rest->str.active = r == MSG_MORE;
		charge(budget, r == MSG_MORE ? 0 : COST_LOOK);
		return r;
	default:
		return MSG_OVERFLOW;
	}
}

static enum msg_result step_mapping(struct thread *from, struct thread *to, unsigned *budget)
{
	switch (mapdb_step(&from->rest->map_op, budget)) {
	case MAP_MORE:
		return MSG_MORE;
	case MAP_NO_MEM:
		put(to, from->item + 1u, L4_NILPAGE.raw);
		from->mapping = false;
		return MSG_NO_MEM;
	default:
		from->mapping = false;
		return MSG_DONE;
	}
}

/* One step of the item at from->item; when it is done, from->item is behind it. */
static enum msg_result step_item(struct thread *from, struct thread *to, unsigned end, unsigned *budget)
{
	enum msg_result r = MSG_MORE;

	if (!from->mapping && !from->rest->str.active)
		r = begin_item(from, to, end, budget);
	if (r == MSG_MORE && from->rest->str.active) {
		r = strcopy_step(from, to, budget);
		from->rest->str.active = r == MSG_MORE || r == MSG_FAULT;
		return r;
	}
	if (r == MSG_MORE)
		r = step_mapping(from, to, budget);
	if (r == MSG_DONE)
		from->item += 2;
	return r;
}

enum msg_result msg_step(struct thread *from, struct thread *to)
{
	unsigned end = l4_tag_untyped(from->tag) + l4_tag_typed(from->tag), budget;

	budget = from->send == SEND_COPYING ? CFG_WORK : CFG_FIRST;
	do {
		enum msg_result r = step_item(from, to, end, &budget);

		if (r != MSG_DONE)
			return r;
		if (from->item > end)
			return MSG_DONE;
	} while (budget > 0 || step_point(&budget));
	return MSG_MORE;
}

void msg_abort(struct thread *from)
{
	if (from->mapping)
		mapdb_abort(&from->rest->map_op);
	from->mapping = false;
	from->rest->str.active = false;
}
