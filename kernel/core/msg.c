/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg.c - moving one message: words at once, typed items in bounded steps. See msg.h.
 *
 * A user thread's first message registers are in its saved registers, and neither sender's nor receiver's
 * UTCB is touched for them; the others are words of its UTCB. The kernel's own messages lie in thread.kmr.
 * Words that are not sent are not touched at the receiver: it keeps its own, which are in its UTCB, since
 * what is in its registers may be of an earlier entry.
 */
#include <core/arch.h>
#include <core/msg.h>
#include <core/strcopy.h>
#include <lib/bits.h>

enum { ITEMS_PER_STEP = 4 };

/* Message registers that the receiver has room for. */
static unsigned room(const struct thread *t)
{
	return t->mr == t->kmr ? ARRAY_LEN(t->kmr) : L4_MRS;
}

static void put(struct thread *to, unsigned mr, l4_word_t w)
{
	if (mr < room(to))
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

static void copy(l4_word_t *to, const l4_word_t *from, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++)
		to[i] = from[i];
}

void msg_own_registers(struct thread *t, unsigned first)
{
	for (unsigned i = first; i < REG_MRS; i++)
		t->mr[i] = t->utcb[i];
}

enum msg_result msg_start(struct thread *from, struct thread *to)
{
	unsigned u = l4_tag_untyped(from->tag), n = u < room(to) ? u : room(to) - 1;

	to->mr[0] = (from->tag.raw & ~(l4_word_t)L4_TAG_FLAGS) | from->route.flags;
	copy(to->mr, from->mr, 1, n < REG_MRS ? n : REG_MRS - 1);
	if (to->mr != to->kmr)
		msg_own_registers(to, n + 1);
	if (n >= REG_MRS)
		copy(thread_mr(to, REG_MRS) - REG_MRS, thread_mr(from, REG_MRS) - REG_MRS, REG_MRS, n);
	from->item = (uint8_t)(u + 1);
	from->mapping = false;
	if (!from->outer.suspended)
		strcopy_reset(from);
	return l4_tag_typed(from->tag) ? MSG_MORE : MSG_DONE;
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
	from->mapping = mapdb_begin(&from->map_op, from->space, to->space, &item);
	return from->mapping ? MSG_MORE : MSG_DONE;
}

/* Start the item at from->item. MSG_MORE if it must be stepped. */
static enum msg_result begin_item(struct thread *from, struct thread *to, unsigned end)
{
	enum l4_item kind = l4_item_kind(*thread_mr(from, from->item));

	switch (kind) {
	case L4_ITEM_MAP:
	case L4_ITEM_GRANT:
		return begin_mapping(from, to, kind == L4_ITEM_GRANT, end);
	case L4_ITEM_STRING:
		from->str.active = true;
		return strcopy_begin(from, to, end);
	default:
		return MSG_OVERFLOW;
	}
}

static enum msg_result step_mapping(struct thread *from, struct thread *to, unsigned *budget)
{
	switch (mapdb_step(&from->map_op, budget)) {
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

	if (!from->mapping && !from->str.active)
		r = begin_item(from, to, end);
	if (r == MSG_MORE && from->str.active) {
		r = strcopy_step(from, to);
		from->str.active = r == MSG_MORE || r == MSG_FAULT;
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
	unsigned end = l4_tag_untyped(from->tag) + l4_tag_typed(from->tag), budget = CFG_WORK;

	for (unsigned i = 0; i < ITEMS_PER_STEP && budget > 0; i++) {
		enum msg_result r = step_item(from, to, end, &budget);

		if (r != MSG_DONE)
			return r;
		if (from->item > end)
			return MSG_DONE;
	}
	return MSG_MORE;
}

void msg_abort(struct thread *from)
{
	if (from->mapping)
		mapdb_abort(&from->map_op);
	from->mapping = false;
	from->str.active = false;
}
