/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_queue.c - the ready queues: their lists, and the thread in front of them (cpu.front). The checker (S1,
 * S2) looks at both after each step.
 */
#include "world.h"

static struct thread *a, *b, *c;

/* The three wait, with these priorities; root, above them, runs. */
static void set_up(unsigned prio_a, unsigned prio_b, unsigned prio_c)
{
	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
	CHECK(!receive_from(a, root->id));
	CHECK(!receive_from(b, root->id));
	CHECK(!receive_from(c, root->id));
	set_prio(root, 200);
	set_prio(a, prio_a);
	set_prio(b, prio_b);
	set_prio(c, prio_c);
}

static void wake(struct thread *t)
{
	PUT(root, 1);
	CHECK(send_to(root, t));
	CHECK(world_current() == root);
}

/* Root blocks: then these run, one after the other; 0: none. */
static void check_order(struct thread *first, struct thread *second, struct thread *third)
{
	struct thread *order[] = { first, second, third };

	CHECK(!receive_from(root, root->id));
	for (unsigned i = 0; i < ARRAY_LEN(order) && order[i]; i++) {
		CHECK(world_current() == order[i]);
		CHECK(!receive_from(order[i], order[i]->id));
	}
	CHECK_EQ(world_current()->kind, THREAD_IDLE);
}

TEST(HSCH0053, "a thread that becomes ready above all queued ones is in front of the lists until it runs")
{
	set_up(100, 100, 110);
	wake(a);
	CHECK(cpu_self()->front == a);
	wake(b);
	CHECK(!cpu_self()->front);
	wake(c);
	CHECK(cpu_self()->front == c);
	CHECK(!receive_from(root, root->id));
	CHECK(world_current() == c && !cpu_self()->front);
	CHECK_EQ(cpu_self()->highest, 100);
}

TEST(HSCH0054, "a second one is queued by its priority, behind the one in front if they are equals")
{
	for (unsigned prio = 99; prio <= 101; prio++) {
		set_up(100, prio, 50);
		wake(a);
		wake(b);
		check_order(prio > 100 ? b : a, prio > 100 ? a : b, 0);
	}
}

/* b and a are in the lists, c is in front. */
static void set_up_front(void)
{
	set_up(100, 90, 110);
	wake(b);
	wake(a);
	wake(c);
	CHECK(cpu_self()->front == c);
}

TEST(HSCH0055, "another priority of the thread in front queues it anew, behind its equals")
{
	static const unsigned prio[] = { 120, 110, 100, 95, 90, 80 };

	for (unsigned i = 0; i < ARRAY_LEN(prio); i++) {
		set_up_front();
		set_prio(c, prio[i]);
		CHECK_EQ(cpu_self()->highest, prio[i] > 100 ? prio[i] : 100);
		check_order(i < 2 ? c : a, i < 2 ? a : i < 4 ? c : b, i < 4 ? b : c);
	}
}

TEST(HSCH0056, "so does another priority of one that is in a list")
{
	static const unsigned prio[] = { 120, 110, 80 };

	for (unsigned i = 0; i < ARRAY_LEN(prio); i++) {
		set_up_front();
		set_prio(a, prio[i]);
		CHECK_EQ(cpu_self()->highest, prio[i] > 110 ? prio[i] : 110);
		check_order(i == 0 ? a : c, i == 0 ? c : i == 1 ? a : b, i == 2 ? a : b);
	}
}

TEST(HSCH0057, "the others run if the thread in front is deleted, and it if one of the others is")
{
	set_up_front();
	CHECK(thread_control(root, c->id, L4_NILTHREAD, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	CHECK(!cpu_self()->front);
	CHECK_EQ(cpu_self()->highest, 100);
	check_order(a, b, 0);
	set_up_front();
	CHECK(thread_control(root, a->id, L4_NILTHREAD, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	CHECK(cpu_self()->front == c);
	check_order(c, b, 0);
}
