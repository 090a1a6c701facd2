/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_registers.c - message registers that CPU registers carry, where UTCB and registers differ: a
 * message's words come out of the sender's registers, the others out of the receiver's own UTCB, and
 * neither UTCB is written.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <lib/bits.h>
#include "world.h"

enum { MINE = 0x1000, OLD = 0x2000, SENT = 0x3000, VA = 0x100000 };
enum { WORDS = REG_MRS > 8 ? REG_MRS : 8 };	/* that are looked at, some of them in memory only */

#define NIL L4_NILTHREAD

static struct thread *a, *b;

/* As no binding does: registers 1.. that differ from the words of the UTCB. */
static void differ(struct thread *t)
{
	for (unsigned i = 0; i < WORDS; i++)
		t->utcb[i] = MINE + i;
	for (unsigned i = 0; i < REG_MRS; i++)
		thread_regs(t)->mr[i] = OLD + i;
}

static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	differ(a);
	differ(b);
}

/* Ipc with the registers as they are. */
static void raw_ipc(struct thread *t, l4_tid_t to, l4_tid_t from, l4_word_t times)
{
	const l4_word_t in[] = { to.raw, from.raw, times };

	world_run(t);
	for (unsigned i = 0; i < ARRAY_LEN(in); i++)
		thread_regs(t)->in[i] = in[i];
	world_settle(world_call(t, L4_CALL_IPC));
}

/* All registers, and the words of the message behind them. */
static void put_registers(struct thread *t, unsigned words)
{
	thread_regs(t)->mr[0] = l4_tag(7, words, 0).raw;
	for (unsigned i = 1; i < REG_MRS || i <= words; i++)
		put_mr(t, i, SENT + i);
}

/* The first `words` of t's registers are the message, the others of its UTCB. */
static void check_message(struct thread *t, unsigned words)
{
	for (unsigned i = 1; i < REG_MRS; i++)
		CHECK_EQ(thread_regs(t)->mr[i], (i <= words ? SENT : MINE) + i);
}

static void check_utcb(const struct thread *t)
{
	for (unsigned i = 0; i < REG_MRS; i++)
		CHECK_EQ(t->utcb[i], MINE + i);
}

static void check_untouched(const struct thread *t)
{
	for (unsigned i = 1; i < REG_MRS; i++)
		CHECK_EQ(thread_regs(t)->mr[i], SENT + i);
	check_utcb(t);
}

TEST(HMRS0001, "to a waiting receiver words go from register to register; its others are those of its UTCB")
{
	for (unsigned words = 0; words < REG_MRS; words++) {
		set_up();
		raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
		put_registers(a, words);
		raw_ipc(a, b->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
		CHECK_EQ(tag_of(b).raw, l4_tag(7, words, 0).raw);
		check_message(b, words);
		check_utcb(b);
		check_untouched(a);		/* after a send alone, its registers too */
		CHECK_EQ(tag_of(a).raw, l4_tag(7, words, 0).raw);
	}
}

TEST(HMRS0002, "the same for a sender that was queued, whatever its UTCB contains by then")
{
	for (unsigned words = 0; words < REG_MRS; words++) {
		set_up();
		put_registers(a, words);
		raw_ipc(a, b->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
		CHECK(blocked(a));
		raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
		CHECK_EQ(tag_of(b).raw, l4_tag(7, words, 0).raw);
		check_message(b, words);
		check_utcb(b);
		check_untouched(a);
	}
}

TEST(HMRS0003, "a receive that fails leaves in registers what the UTCB holds, and the error's tag")
{
	set_up();
	put_registers(a, 7);
	raw_ipc(a, NIL, b->id, timeouts(TIME_NEVER, time_us(100)));
	world_pass(200);
	CHECK_FAILED(a, RECEIVE_ERROR(TIMEOUT));
	check_message(a, 0);
	check_utcb(a);
	put_registers(b, 7);
	raw_ipc(b, NIL, a->id, timeouts(TIME_NEVER, TIME_NEVER));
	delete_thread(a->id);
	CHECK_FAILED(b, RECEIVE_ERROR(NOT_EXISTING));
	check_message(b, 0);
	check_utcb(b);
}

TEST(HMRS0004, "so does a send that fails, at once, late, or because its partner does not exist")
{
	l4_tid_t nobody;

	set_up();
	nobody = new_tid();
	put_registers(a, 7);
	raw_ipc(a, b->id, NIL, timeouts(TIME_ZERO, TIME_NEVER));
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	check_message(a, 0);
	put_registers(a, 7);
	raw_ipc(a, b->id, NIL, timeouts(time_us(100), TIME_NEVER));
	world_pass(200);
	CHECK_FAILED(a, SEND_ERROR(TIMEOUT));
	check_message(a, 0);
	put_registers(a, 7);
	raw_ipc(a, nobody, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	check_message(a, 0);
	check_utcb(a);
}

TEST(HMRS0005, "words that came before an overflow stay, with the others of the receiver's UTCB behind them")
{
	set_up();
	raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	put_registers(a, 3);
	put_mr(a, 0, l4_tag(7, 3, 2).raw);
	put_mr(a, 4, 0xe);			/* no item */
	raw_ipc(a, b->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_FAILED(b, RECEIVE_ERROR(OVERFLOW));
	check_message(b, 3);
	CHECK_FAILED(a, SEND_ERROR(OVERFLOW));
	check_message(a, 0);
}

TEST(HMRS0006, "a message of typed items too: the items, then what the receiver's UTCB holds")
{
	set_up();
	give(a, ram(12), VA, 12, L4_RWX);
	differ(a);
	differ(b);
	accept_window(b, L4_COMPLETE);
	raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	put_registers(a, 3);
	put_mr(a, 0, l4_tag(7, 3, 2).raw);
	put_mr(a, 4, l4_map_item(VA));
	put_mr(a, 5, l4_fpage(VA, 12, L4_R).raw);
	raw_ipc(a, b->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_SENT(b);
	CHECK(mapped(b, VA, L4_R));
	CHECK_EQ(get_mr(b, 3), SENT + 3);
	CHECK_EQ(get_mr(b, 4), l4_map_item(VA));
	CHECK_EQ(get_mr(b, 5), l4_fpage(VA, 12, L4_R).raw);
	CHECK_EQ(get_mr(b, 6), MINE + 6);
	CHECK_EQ(get_mr(b, 7), MINE + 7);
	for (unsigned i = 0; i < REG_MRS; i++)		/* the items arrive by way of the UTCB, and only they */
		CHECK_EQ(b->utcb[i], i == 4 || i == 5 ? get_mr(b, i) : MINE + i);
}

TEST(HMRS0009, "after an abort in a string the words of the item are there, else what the UTCB holds")
{
	set_up();
	give(a, ram(12), VA, 12, L4_RWX);
	differ(a);
	differ(b);
	*thread_tcr(b, L4_TCR_PAGER) = root->id.raw;
	*thread_tcr(b, L4_TCR_BR0) = 1;
	*thread_tcr(b, L4_TCR_BR0 - 1) = (l4_word_t)100 << 10;
	*thread_tcr(b, L4_TCR_BR0 - 2) = VA + 0x100000;
	raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	put_registers(a, 3);
	put_mr(a, 0, l4_tag(7, 1, 2).raw);
	put_mr(a, 2, (l4_word_t)100 << 10);
	put_mr(a, 3, VA);
	raw_ipc(a, b->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK(b->suspended);
	ipc_cancel(b, L4_IPC_CANCELLED);
	CHECK_FAILED(b, RECEIVE_ERROR(ABORTED));
	CHECK_EQ(get_mr(b, 1), (REG_MRS > 1 ? MINE : SENT) + 1);	/* a word in no register has arrived */
	CHECK_EQ(get_mr(b, 2), (l4_word_t)100 << 10);
	CHECK_EQ(get_mr(b, 3), VA + 0x100000);
	for (unsigned i = 4; i < WORDS; i++)
		CHECK_EQ(get_mr(b, i), MINE + i);
}

TEST(HMRS0007, "of a kernel message too the pager gets two words, and the others of its own UTCB")
{
	set_up();
	*thread_tcr(a, L4_TCR_PAGER) = b->id.raw;
	raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	put_registers(a, 7);
	CHECK(!touch(a, VA, L4_R));
	CHECK_EQ(tag_of(b).raw, l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_R, 2).raw);
	CHECK_EQ(get_mr(b, 1), VA);
	for (unsigned i = 3; i < WORDS; i++)
		CHECK_EQ(get_mr(b, i), MINE + i);
	check_utcb(b);
	put_registers(b, 0);
	raw_ipc(b, a->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK(!blocked(a));
	check_untouched(a);			/* it does not notice */
}

TEST(HMRS0008, "words behind the registers go from UTCB to UTCB")
{
	set_up();
	raw_ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	put_registers(a, REG_MRS + 1);
	for (unsigned i = REG_MRS; i < REG_MRS + 4; i++) {
		a->utcb[i] = SENT + i;
		b->utcb[i] = MINE + i;
	}
	raw_ipc(a, b->id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	check_message(b, REG_MRS);
	check_utcb(b);
	for (unsigned i = REG_MRS; i < REG_MRS + 4; i++)
		CHECK_EQ(b->utcb[i], (i <= REG_MRS + 1 ? SENT : MINE) + i);
}
