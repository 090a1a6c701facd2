/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg.c - moving one message: words at once, typed items in bounded steps. See msg.h.
 *
 * A user thread's first message registers are in its saved registers, and neither sender's nor receiver's
 * UTCB is touched for them; the others are words of its UTCB. The kernel's own messages lie in rest->kmr.
 * Untyped words arrive in the receiver's registers and, from REG_MRS on, in its UTCB; the words of typed
 * items in its UTCB only. All registers behind the untyped words are loaded from there when the receiver
 * returns (ipc_return_message), also those that the message does not set: the receiver keeps its own. If a
 * message fails in the middle, the words of the items that had begun stay in the UTCB.
 */
#include <arch/words.h>
#include <core/arch.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/strcopy.h>
#include <mem/range.h>
#include <mem/step.h>
#include <lib/bits.h>
#include <lib/section.h>

enum { ITEM_WORDS = 2 };

/*
 * What the receiver accepts typed items into, in the form of BR0 (api 5.4; protocols 1.5 and 3 for the
 * kernel's waits). No strings into rest->kmr: it has fewer MRs than a message.
 */
static l4_word_t acceptor(struct thread *to)
{
	switch (to->origin) {
	case IPC_CALL:
		return *thread_tcr(to, L4_TCR_BR0);
	case IPC_PAGE_FAULT:
	case IPC_EXCEPTION:
	case IPC_XFER_FAULT:
		return L4_COMPLETE.raw;
	default:
		return L4_NILPAGE.raw;
	}
}

/* MRi, i < REG_MRS. */
static INLINE void copy_register(l4_word_t *to, const l4_word_t *from, unsigned i)
{
	if (i >= REG_MRS)
		__builtin_unreachable();	/* so that the switch has no case for it */
	to[i] = from[i];
}

/* MR1..n, n < REG_MRS: a jump into a row of moves, as a loop costs twice as much. */
static inline void copy_first(l4_word_t *to, const l4_word_t *from, unsigned n)
{
	_Static_assert(REG_MRS <= 10, "a case for each register but the tag");
	switch (n) {
	case 9: copy_register(to, from, 9);	/* fall through */
	case 8: copy_register(to, from, 8);	/* fall through */
	case 7: copy_register(to, from, 7);	/* fall through */
	case 6: copy_register(to, from, 6);	/* fall through */
	case 5: copy_register(to, from, 5);	/* fall through */
	case 4: copy_register(to, from, 4);	/* fall through */
	case 3: copy_register(to, from, 3);	/* fall through */
	case 2: copy_register(to, from, 2);	/* fall through */
	case 1: copy_register(to, from, 1);	/* fall through */
	case 0: break;
	default: __builtin_unreachable();
	}
}

/* The others. */
static inline void copy_last(l4_word_t *to, const l4_word_t *from, unsigned n)
{
	switch (n) {
	case 0: if (REG_MRS > 1) to[1] = from[1];	/* fall through */
	case 1: if (REG_MRS > 2) to[2] = from[2];	/* fall through */
	case 2: if (REG_MRS > 3) to[3] = from[3];	/* fall through */
	case 3: if (REG_MRS > 4) to[4] = from[4];	/* fall through */
	case 4: if (REG_MRS > 5) to[5] = from[5];	/* fall through */
	case 5: if (REG_MRS > 6) to[6] = from[6];	/* fall through */
	case 6: if (REG_MRS > 7) to[7] = from[7];	/* fall through */
	case 7: if (REG_MRS > 8) to[8] = from[8];	/* fall through */
	case 8: if (REG_MRS > 9) to[9] = from[9];	/* fall through */
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
	const l4_word_t *first = (thread_has_kernel_message(from) ? from->mr : from->utcb) + REG_MRS;

	arch_words_copy(to->utcb + REG_MRS, first, n + 1 - REG_MRS);
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

void msg_words(const struct thread *from, struct thread *to, l4_tag_t tag, l4_word_t flags)
{
	copy_words(from, to, tag.raw, flags, l4_tag_untyped(tag));
}

static enum msg_result step_mapping(struct thread *from, struct thread *to, unsigned *budget)
{
	enum map_result r = mapdb_step(&from->rest->map_op, budget);

	if (r == MAP_MORE)
		return MSG_MORE;
	from->mapping = false;
	if (r != MAP_NO_MEM)		/* the end of a message is about a step of its own */
		return *budget > 0 || step_point(budget) ? MSG_DONE : MSG_MORE;
	if (!thread_has_kernel_message(to))
		to->utcb[from->item - 1] = L4_NILPAGE.raw;
	return MSG_NO_MEM;
}

/* The map or grant item at from->item, which `first` is of, or its first step. */
static inline enum msg_result begin_mapping(struct thread *from, struct thread *to, unsigned end,
					    l4_word_t first, unsigned *budget)
{
	unsigned i = from->item;
	struct map_item item = { .base = l4_item_base(first), .grant = l4_item_kind(first) == L4_ITEM_GRANT,
				 .window = l4_acceptor_window(from->rest->str.acceptor),
				 .no_revoke = first & L4_ITEM_NO_REVOKE };
	bool all;

	if (i >= end || l4_fpage_is_nil(item.window))
		return MSG_OVERFLOW;
	item.send.raw = *thread_user_mr(from, i + 1);
	if (!thread_has_kernel_message(to)) {
		to->utcb[i] = first;
		to->utcb[i + 1] = item.send.raw;
	}
	all = range_item(from->space, to->space, &item, budget);
	from->item += ITEM_WORDS;		/* not before: range_item may not return */
	if (all)
		return MSG_DONE;
	*budget = 0;				/* to find that may have taken a step */
	from->mapping = mapdb_begin(&from->rest->map_op, from->space, to->space, &item);
	return from->mapping ? step_mapping(from, to, budget) : MSG_DONE;
}

/* The active string, or the item at from->item, which is behind it then; or one step of it. */
static inline enum msg_result step_item(struct thread *from, struct thread *to, unsigned end,
					unsigned *budget)
{
	l4_word_t first = strcopy_active(from) ? 0 : *thread_user_mr(from, from->item);

	switch (strcopy_active(from) ? L4_ITEM_STRING : l4_item_kind(first)) {
	case L4_ITEM_STRING:
		return strcopy_step(from, to, end, budget);
	case L4_ITEM_MAP:
	case L4_ITEM_GRANT:
		if (__builtin_expect(kernel.trace_map != 0, false))
			kernel.trace_map(from, to);
		return begin_mapping(from, to, end, first, budget);
	default:
		return MSG_OVERFLOW;
	}
}

/* What is left of the active string, then the items from from->item on. */
static enum msg_result run_items(struct thread *from, struct thread *to, unsigned budget)
{
	unsigned end = l4_tag_untyped(from->tag) + l4_tag_typed(from->tag);

	while (strcopy_active(from) || from->item <= end) {
		enum msg_result r;

		if (budget == 0 && !step_point(&budget))
			return MSG_MORE;
		r = step_item(from, to, end, &budget);
		if (r != MSG_DONE)
			return r;
	}
	return MSG_DONE;
}

static enum msg_result start_items(struct thread *from, struct thread *to)
{
	from->item = (uint8_t)(l4_tag_untyped(from->tag) + 1);
	from->mapping = false;
	strcopy_reset(from);
	from->rest->str.acceptor = acceptor(to);
	return run_items(from, to, CFG_WORK);
}

enum msg_result msg_start(struct thread *from, struct thread *to)
{
	if (!thread_has_kernel_message(to))	/* else they are read where they are (fault_replied) */
		copy_words(from, to, from->tag.raw, from->route.flags, l4_tag_untyped(from->tag));
	return l4_tag_typed(from->tag) ? start_items(from, to) : MSG_DONE;
}

enum msg_result msg_step(struct thread *from, struct thread *to)
{
	unsigned budget = CFG_WORK;
	enum msg_result r = from->mapping ? step_mapping(from, to, &budget) : MSG_DONE;

	return r == MSG_DONE ? run_items(from, to, budget) : r;
}

void msg_abort(struct thread *from)
{
	if (from->mapping)
		mapdb_abort(&from->rest->map_op);
	from->mapping = false;
}
