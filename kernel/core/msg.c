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
#include <lib/section.h>

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

/* MR1..n, those of them that are registers: a jump into a row of moves, as a loop costs twice as much. */
static inline void copy_first(l4_word_t *to, const l4_word_t *from, unsigned n)
{
	_Static_assert(REG_MRS == 8, "a case for each register but the tag");
	switch (n) {
	default: to[7] = from[7];	/* fall through */
	case 6: to[6] = from[6];	/* fall through */
	case 5: to[5] = from[5];	/* fall through */
	case 4: to[4] = from[4];	/* fall through */
	case 3: to[3] = from[3];	/* fall through */
	case 2: to[2] = from[2];	/* fall through */
	case 1: to[1] = from[1];	/* fall through */
	case 0: break;
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
	copy_last(t->mr, t->utcb, n);
}

/* Words behind the registers, up to MRn. */
static inline void copy_rest(const struct thread *from, struct thread *to, unsigned n)
{
	const l4_word_t *first = (thread_says_kernel(from) ? from->mr : from->utcb) + REG_MRS;

	arch_words_copy(to->utcb + REG_MRS, first, n + 1 - REG_MRS);
}

void msg_words(const struct thread *from, struct thread *to, l4_tag_t tag)
{
	unsigned n = l4_tag_untyped(tag);

	to->mr[0] = tag.raw & ~(l4_word_t)L4_TAG_FLAGS;
	copy_first(to->mr, from->mr, n);
	if (n >= REG_MRS)
		copy_rest(from, to, n);
}

/* MR0 to MRn. Words of a reply to the kernel stay where they are (fault_replied). */
static inline void put_words(const struct thread *from, struct thread *to, unsigned n)
{
	if (thread_says_kernel(to))
		return;
	to->mr[0] = (from->tag.raw & ~(l4_word_t)L4_TAG_FLAGS) | from->route.flags;
	copy_first(to->mr, from->mr, n);
	copy_last(to->mr, to->utcb, n);
	if (n >= REG_MRS)
		copy_rest(from, to, n);
}

static enum msg_result step_mapping(struct thread *from, struct thread *to, unsigned *budget)
{
	enum map_result r = mapdb_step(&from->rest->map_op, budget);

	if (r == MAP_MORE)
		return MSG_MORE;
	from->mapping = false;
	if (r != MAP_NO_MEM)
		return MSG_DONE;
	put(to, from->item - 1u, L4_NILPAGE.raw);
	return MSG_NO_MEM;
}

/* The map or grant item at from->item, or its first step. */
static enum msg_result begin_mapping(struct thread *from, struct thread *to, unsigned end, unsigned *budget)
{
	unsigned i = from->item;
	l4_word_t first = *thread_mr(from, i);
	struct map_item item = { .base = l4_item_base(first), .grant = l4_item_kind(first) == L4_ITEM_GRANT,
				 .window = window(to) };
	size_t nodes = mem.nmappings;

	if (i + 1 > end || l4_fpage_is_nil(item.window))
		return MSG_OVERFLOW;
	item.send = (l4_fpage_t){ *thread_mr(from, i + 1) };
	put(to, i, first);
	put(to, i + 1, item.send.raw);
	from->item = (uint8_t)(i + ITEM_WORDS);
	from->mapping = !run_item(from->space, to->space, &item)
		     && mapdb_begin(&from->rest->map_op, from->space, to->space, &item);
	charge(budget, mem.nmappings == nodes ? COST_LOOK : COST_NODE);
	return from->mapping ? step_mapping(from, to, budget) : MSG_DONE;
}

/* One step of the item in front of from->item, or, if that is done, of the one there. */
static inline enum msg_result step_item(struct thread *from, struct thread *to, unsigned end, unsigned *budget)
{
	enum l4_item kind = L4_ITEM_STRING;

	if (from->mapping)
		return step_mapping(from, to, budget);
	if (!strcopy_active(from))
		kind = l4_item_kind(*thread_mr(from, from->item));
	if (kind == L4_ITEM_STRING)
		return strcopy_step(from, to, end, budget);
	return kind == L4_ITEM_BAD ? MSG_OVERFLOW : begin_mapping(from, to, end, budget);
}

/* Items from from->item on, or from the middle of the one in front of it. */
static INLINE enum msg_result run_items(struct thread *from, struct thread *to, unsigned budget)
{
	unsigned end = l4_tag_untyped(from->tag) + l4_tag_typed(from->tag);

	do {
		enum msg_result r = step_item(from, to, end, &budget);

		if (r != MSG_DONE)
			return r;
		if (from->item > end)
			return MSG_DONE;
	} while (budget > 0 || step_point(&budget));
	return MSG_MORE;
}

static enum msg_result start_items(struct thread *from, struct thread *to)
{
	from->item = (uint8_t)(l4_tag_untyped(from->tag) + 1);
	from->mapping = false;
	strcopy_reset(from);
	return run_items(from, to, CFG_FIRST);
}

enum msg_result msg_start(struct thread *from, struct thread *to)
{
	put_words(from, to, l4_tag_untyped(from->tag));
	return l4_tag_typed(from->tag) ? start_items(from, to) : MSG_DONE;
}

enum msg_result msg_step(struct thread *from, struct thread *to)
{
	return run_items(from, to, CFG_WORK);
}

void msg_abort(struct thread *from)
{
	if (from->mapping)
		mapdb_abort(&from->rest->map_op);
	from->mapping = false;
}
