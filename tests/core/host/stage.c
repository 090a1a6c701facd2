/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stage.c - the stage for hostile calls. See stage.h.
 */
#include "stage.h"

struct cast cast;

static void make_handler(struct thread *t, unsigned line, unsigned prio)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	CHECK(thread_control(root, irq, irq, NIL, t->id, KEEP));
	CHECK(!receive_from(t, irq));
	set_prio(t, prio);
}

static void map(struct thread *from, struct thread *to, l4_word_t at, unsigned log2, l4_word_t dest)
{
	accept_window(to, L4_COMPLETE);
	CHECK(!receive_from(to, from->id));
	put_map(from, l4_fpage(at, log2, L4_RWX), dest, false);
	CHECK(send_to(from, to));
}

void stage_set(void)
{
	world_boot();
	cast.a = new_space();
	cast.b = new_space();
	cast.c = new_space();
	cast.a2 = new_thread(cast.a);
	cast.mole = new_thread(cast.b);
	cast.rival = new_thread(root);
	give(cast.a, ram(21), VA, 21, L4_RWX);
	map(cast.a, cast.b, VA, LOG2, VA);
	for (l4_word_t o = 0; o < SIZE; o += 8 * PAGE)
		map(cast.b, cast.c, VA + o, 12, VA + o);
	map(cast.b, cast.c, VA, 16, 8 * VA);
	make_handler(cast.mole, MOLE_LINE, 200);
	make_handler(cast.rival, RIVAL_LINE, 210);
	world_run(root);
}

void stage_remember(void)
{
	cast.a_id = cast.a->id;
	cast.b_id = cast.b->id;
	cast.c_id = cast.c->id;
}

void stage_set_receivers(void)
{
	stage_set();
	stage_remember();
	accept_window(cast.c, L4_COMPLETE);
	CHECK(!receive_from(cast.c, cast.mole->id));
	accept_window(cast.b, L4_COMPLETE);
	CHECK(!receive_from(cast.b, cast.mole->id));
	world_run(root);
}

void stage_leave_to_a(void)
{
	CHECK(!receive_from(root, root->id));
	world_run(cast.a);
}

static struct script script;
static unsigned play_at;

static void at_preemption_point(void *arg)
{
	struct thread *who = script.by_rival ? cast.rival : cast.mole;
	unsigned line = script.by_rival ? RIVAL_LINE : MOLE_LINE;
	l4_tid_t irq = l4_tid_global(line, 1);

	(void)arg;
	if (world_hook.steps != play_at + 1)
		return;
	world_irq(line);
	CHECK(world_current() == who);
	script.play();
	if (thread_numbered(l4_tid_number(irq))->handler == who && world_current() == who) {
		PUT(who, 0);
		ipc(who, irq, irq, timeouts(TIME_ZERO, TIME_NEVER));
	}
}

static bool somebody_works(void)
{
	for (l4_word_t n = kernel.user_base; n < kernel.user_base + 1200; n++)
		if (thread_numbered(n) && thread_numbered(n)->work != WORK_NONE)
			return true;
	return world_walks() > 0;
}

/* Finish all operations that were begun. */
static void settle_down(void)
{
	for (unsigned i = 0; i < 500 * 32 / CFG_STEP && somebody_works(); i++)
		world_pass(CFG_TIMESLICE_US);
	CHECK(!somebody_works());
}

/* The operation with the script at preemption point number `at`; returns how many it had. */
static unsigned perform(const struct world_copy *start, unsigned at, stage_act *operation)
{
	unsigned points;

	world_restore(start);
	stage_remember();
	play_at = at;
	world_hook = (struct world_hook){ .call = at_preemption_point };
	operation();
	points = world_hook.steps;
	world_hook.call = 0;
	settle_down();
	return points;
}

unsigned stage_at_points(stage_act *operation, struct script with, stage_act *judge, unsigned every)
{
	static unsigned first;
	struct world_copy *start = world_save();
	unsigned points = perform(start, UINT32_MAX, operation), played = 0;

	CHECK(points > 0);
	every *= SPARSE;
	if (every > points)
		every = points;
	script = with;
	for (unsigned at = first++ % every; at < points; at += every, played++) {
		perform(start, at, operation);
		judge();
	}
	world_restore(start);
	world_drop(start);
	return played;
}

void stage_at_every_point(stage_act *operation, stage_act *play, bool by_rival, stage_act *judge)
{
	stage_at_points(operation, (struct script){ play, by_rival }, judge, 1);
}

void stage_with_each(stage_act *operation, const struct script *scripts, size_t n, stage_act *judge)
{
	for (size_t i = 0; i < n; i++)
		stage_at_every_point(operation, scripts[i].play, scripts[i].by_rival, judge);
}

void stage_rival_deletes(l4_tid_t id)
{
	CHECK(thread_control(cast.rival, id, NIL, NIL, NIL, KEEP));
}

void stage_delete_a(void) { stage_rival_deletes(cast.a_id); }
void stage_delete_b(void) { stage_rival_deletes(cast.b_id); }
void stage_delete_b_space(void) { stage_rival_deletes(cast.mole->id); stage_delete_b(); }
void stage_delete_c(void) { stage_rival_deletes(cast.c_id); }
void stage_delete_root(void) { stage_rival_deletes(root->id); }

void stage_move_a2(void)
{
	CHECK(thread_control(cast.rival, cast.a2->id, cast.c_id, NIL, NIL, KEEP));
}

void stage_abort_b(void)
{
	exregs(cast.mole, local_id(cast.b), L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0);
}

void stage_time_out(void)
{
	host.now += 400000;
	host.timer = L4_FOREVER;
	world_settle(preempt_timer(world_current()));
}
