/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_string_stage.c - hostile calls at every preemption point of a string transfer that faults on
 * both sides and whose pager answers in steps. Afterwards both sides have consistent results, and
 * all threads can be deleted.
 */
#include <core/arch.h>
#include "stage.h"

enum { HOLE = 0x2000000, BUFFER = 0x3000000, POOL = 8 * VA, LATE = 300000 };

static struct thread *snd, *rcv, *server;
static l4_tid_t snd_id, rcv_id, server_id;
static bool server_is_local;

static l4_word_t string(l4_word_t bytes, unsigned extra) { return bytes << 10 | extra << 4; }

/* snd: a page that is there, and one that is not; rcv: nothing there. server serves both. */
static void prepare(void)
{
	stage_set();
	snd = cast.a2;
	rcv = new_thread(cast.b);
	server = server_is_local ? new_thread(cast.b) : cast.c;
	if (server_is_local)
		give(server, ram(21) + (1 << 21), POOL, 16, L4_RWX);
	snd_id = snd->id;
	rcv_id = rcv->id;
	server_id = server->id;
	CHECK(!receive_from(server, L4_ANYTHREAD));
	*thread_tcr(snd, L4_TCR_PAGER) = server_id.raw;
	*thread_tcr(rcv, L4_TCR_PAGER) = server_id.raw;
	*thread_tcr(rcv, L4_TCR_BR0) = 1;
	*thread_tcr(rcv, L4_TCR_BR0 - 1) = string(PAGE, 1);
	for (unsigned i = 0; i < 2; i++)
		*thread_tcr(rcv, L4_TCR_BR0 - 2 - (int)i) = BUFFER + i * 16 * PAGE + i;
	*thread_tcr(rcv, L4_TCR_XFER_TIMEOUTS) = timeouts(TIME_NEVER, time_us(LATE));
}

/* The server, if it is ready, answers its message by two items of 64 KiB each, and waits again. */
static void serve(void)
{
	struct thread *t = thread_find(server_id);
	l4_tid_t from = NIL;
	l4_word_t at;

	if (!t || blocked(t) || !world_try_run(t))
		return;
	if ((intptr_t)tag_of(t).raw >> 20 == L4_PROTO_PAGEFAULT) {
		from = from_of(t);
		at = get_mr(t, 1) & ~(l4_word_t)0xffff;
		put_mr(t, 0, l4_tag(0, 0, 4).raw);
		for (unsigned i = 0; i < 2; i++) {
			put_mr(t, 1 + 2 * i, l4_map_item(at));
			put_mr(t, 2 + 2 * i, l4_fpage(POOL, 16, L4_RWX).raw);
		}
	}
	ipc(t, from, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER));
}

static void transfer(void)
{
	CHECK(!receive_from(rcv, L4_ANYTHREAD));
	put_mr(snd, 0, l4_tag(0, REG_MRS - 1, 3).raw);
	put_mr(snd, REG_MRS, string(PAGE, 1));	/* in memory, where others can write it */
	put_mr(snd, REG_MRS + 1, VA);
	put_mr(snd, REG_MRS + 2, HOLE + PAGE / 2);
	send_to(snd, rcv);
	for (unsigned i = 0; i < 8; i++) {
		serve();
		world_pass(2 * CFG_TIMESLICE_US);
	}
	world_pass(LATE);
}

/* Both sides, if they exist, are done, with the same result. */
static void judge(void)
{
	struct thread *s = thread_find(snd_id), *r = thread_find(rcv_id);
	bool both = s && r && s->space && !s->halted && !r->halted;

	host_fail_never();
	if (both && !blocked(s) && !blocked(r) && l4_tag_failed(tag_of(s)) && l4_tag_failed(tag_of(r))
	    && (error_of(s) & 0xf) >= SEND_ERROR(OVERFLOW))
		CHECK_EQ(error_of(s) >> 4, error_of(r) >> 4);
	if (both)
		CHECK(s->send != SEND_COPYING && r->recv != RECV_COPYING);
	delete_thread(snd_id);
	delete_thread(rcv_id);
	delete_thread(server_id);
	delete_thread(cast.a_id);
	delete_thread(cast.c_id);
	CHECK(!thread_find(snd_id) && !thread_find(rcv_id));
}

/* ---- scripts ---- */

static void rename_to(l4_tid_t id, l4_word_t version)
{
	thread_control(cast.rival, l4_tid_global(l4_tid_number(id), version), id, NIL, NIL, KEEP);
}

static void move_to(l4_tid_t id, const struct thread *t)
{
	thread_control(cast.rival, id, t->id, NIL, NIL, KEEP);
}

static void delete_sender(void) { stage_rival_deletes(snd_id); }
static void delete_receiver(void) { stage_rival_deletes(rcv_id); }
static void delete_server(void) { stage_rival_deletes(server_id); }
static void rename_sender(void) { rename_to(snd_id, 9); }
static void rename_receiver(void) { rename_to(rcv_id, 9); }
static void rename_server(void) { rename_to(server_id, 9); }
static void move_sender(void) { move_to(snd_id, cast.c); }
static void move_receiver(void) { move_to(rcv_id, cast.c); }
static void raise_sender(void) { schedule(cast.rival, snd_id, KEEP, 150); }
static void raise_receiver(void) { schedule(cast.rival, rcv_id, KEEP, 150); }
static void raise_server(void) { schedule(cast.rival, server_id, KEEP, 150); }
static void lower_receiver(void) { schedule(cast.rival, rcv_id, KEEP, 50); }
static void late(void) { world_pass(LATE + 1); }
static void no_memory(void) { host_fail_at(0, true); }
static void cancel_receiver(void) { exregs(cast.mole, rcv_id, L4_EXREGS_RECEIVE | L4_EXREGS_SEND, 0, 0); }
static void halt_receiver(void) { exregs(cast.mole, rcv_id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0); }

static void delete_all(void)
{
	delete_server();
	delete_receiver();
	delete_sender();
}

static void wild_descriptors(void)
{
	for (unsigned i = 1; i < L4_MRS; i++)
		snd->utcb[i] = ~(l4_word_t)0 - i * 0x3f0;
	for (int i = 0; i < L4_BRS; i++)
		*thread_tcr(rcv, L4_TCR_BR0 - i) = ~(l4_word_t)0 - (l4_word_t)i * 0x3f0;
}

static void zero_descriptors(void)
{
	for (unsigned i = 0; i < L4_MRS; i++)
		snd->utcb[i] = 0;
	for (int i = 0; i < L4_BRS; i++)
		*thread_tcr(rcv, L4_TCR_BR0 - i) = 0;
}

static void pagers_of_each_other(void)
{
	*thread_tcr(snd, L4_TCR_PAGER) = rcv_id.raw;
	*thread_tcr(rcv, L4_TCR_PAGER) = snd_id.raw;
}

static void no_pagers(void)
{
	*thread_tcr(snd, L4_TCR_PAGER) = *thread_tcr(rcv, L4_TCR_PAGER) = 0;
}

static void unmap_all(void)
{
	unmap_fpage(cast.mole, l4_fpage(BUFFER, 20, L4_RWX), true);
}

/* Without a hostile call it all arrives. */
static void baseline(void)
{
	struct world_copy *start = world_save();

	transfer();
	CHECK_SENT(snd);
	CHECK_SENT(rcv);
	CHECK(!blocked(snd) && !blocked(rcv));
	world_restore(start);
	world_drop(start);
}

static void play_all(bool by_rival, stage_act *const *acts, unsigned n)
{
	for (unsigned local = 0; local < 2; local++) {
		server_is_local = local;
		prepare();
		baseline();
		for (unsigned i = 0; i < n; i++)
			stage_at_every_point(transfer, acts[i], by_rival, judge);
	}
}

TEST(HSTG0001, "nothing that a privileged thread does in a string transfer with faults upsets it")
{
	static stage_act *const acts[] = {
		delete_sender, delete_receiver, delete_server, delete_all, rename_sender, rename_receiver,
		rename_server, move_sender, move_receiver, raise_sender, raise_receiver, raise_server,
		lower_receiver, late, no_memory,
	};

	play_all(true, acts, sizeof(acts) / sizeof(*acts));
}

TEST(HSTG0002, "nor what the threads of the spaces themselves do")
{
	static stage_act *const acts[] = {
		cancel_receiver, halt_receiver, wild_descriptors, zero_descriptors, pagers_of_each_other,
		no_pagers, unmap_all,
	};

	play_all(false, acts, sizeof(acts) / sizeof(*acts));
}
