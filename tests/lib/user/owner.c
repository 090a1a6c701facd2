/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owner.c - tests of the console driver's chain of tasks that have the terminal (drivers/console/owner.c).
 *
 * Tasks 3 and 4 are shells that root started, in this order; 10 is a shell that 3 started, 11 a program of
 * that one, 12 a program of 3; 20 has no parent and no right.
 */
#include "harness.h"
#include <drivers/console/owner.h>

enum { TASKS = 64 };

static struct { bool lives; struct owner_task t; } tasks[TASKS];
static struct owner owner;

static bool find(l4_word_t task, struct owner_task *t)
{
	if (task >= TASKS || !tasks[task].lives)
		return false;
	*t = tasks[task].t;
	return true;
}

static void begin(void)
{
	for (unsigned i = 0; i < TASKS; i++)
		tasks[i].lives = false;
	tasks[3].lives = tasks[4].lives = tasks[10].lives = true;
	tasks[11].lives = tasks[12].lives = tasks[20].lives = true;
	tasks[3].t = (struct owner_task){ 0, 1 };
	tasks[4].t = (struct owner_task){ 0, 2 };
	tasks[10].t = (struct owner_task){ 3, 34 };
	tasks[11].t = (struct owner_task){ 10, 0 };
	tasks[12].t = (struct owner_task){ 3, 0 };
	tasks[20].t = (struct owner_task){ 0, 0 };
	owner = (struct owner){ .find = find };
}

TEST(HOWN0001, "only a task with the right, without a parent, gets a free terminal by using it")
{
	begin();
	CHECK(!owner_claim(&owner, 20) && !owner_claim(&owner, 10) && !owner_claim(&owner, 12));
	CHECK(!owner_claim(&owner, 30));
	CHECK(owner_foreground(&owner) == 0);
	CHECK(owner_claim(&owner, 4) && owner_foreground(&owner) == 4);
}

TEST(HOWN0002, "of two tasks that may control the terminal the first in the order does, whichever asks first")
{
	begin();
	CHECK(owner_claim(&owner, 4));
	CHECK(owner_claim(&owner, 3) && owner_foreground(&owner) == 3);
	CHECK(!owner_claim(&owner, 4) && owner_foreground(&owner) == 3);
}

TEST(HOWN0003, "a task of the chain hands the terminal to its own living child only")
{
	begin();
	owner_claim(&owner, 3);
	CHECK(!owner_give(&owner, 3, 4) && !owner_give(&owner, 3, 11) && !owner_give(&owner, 3, 30));
	CHECK(owner_foreground(&owner) == 3);
	CHECK(owner_give(&owner, 3, 12) && owner_foreground(&owner) == 12);
	CHECK(owner_give(&owner, 3, 10) && owner_foreground(&owner) == 10 && !owner_has(&owner, 12));
	CHECK(owner_give(&owner, 10, 11) && owner_foreground(&owner) == 11);
}

TEST(HOWN0004, "to hand it to the task that has it already leaves what that task handed on")
{
	begin();
	owner_claim(&owner, 3);
	owner_give(&owner, 3, 10);
	owner_give(&owner, 10, 11);
	CHECK(owner_give(&owner, 3, 10) && owner_foreground(&owner) == 11);
}

TEST(HOWN0005, "a task takes the terminal back from all behind it")
{
	begin();
	owner_claim(&owner, 3);
	owner_give(&owner, 3, 10);
	owner_give(&owner, 10, 11);
	CHECK(owner_give(&owner, 3, 0) && owner_foreground(&owner) == 3);
	CHECK(!owner_has(&owner, 10) && !owner_has(&owner, 11));
	owner_give(&owner, 3, 10);
	CHECK(owner_give(&owner, 10, 10) && owner_foreground(&owner) == 10);
}

TEST(HOWN0006, "a task that has ended leaves the chain with all behind it")
{
	begin();
	owner_claim(&owner, 3);
	owner_give(&owner, 3, 10);
	owner_give(&owner, 10, 11);
	CHECK(!owner_prune(&owner));
	tasks[10].lives = false;
	CHECK(owner_prune(&owner) && owner_foreground(&owner) == 3 && !owner_has(&owner, 11));
	tasks[3].lives = false;
	CHECK(owner_prune(&owner) && owner_foreground(&owner) == 0);
}

/* The controlling task 3 ends; its child 10, which has the terminal, is an orphan then. */
static void begin_with_orphan(void)
{
	begin();
	owner_claim(&owner, 3);
	owner_give(&owner, 3, 10);
	tasks[3].lives = false;
	tasks[10].t.parent = 0;
	owner_prune(&owner);
}

TEST(HOWN0007, "when the controlling task has ended, its child, now an orphan, may control the terminal")
{
	begin_with_orphan();
	CHECK(owner_claim(&owner, 10) && owner_foreground(&owner) == 10);
}

TEST(HOWN0009, "a shell that root has started again takes the terminal from one that has lost its parent")
{
	begin_with_orphan();
	owner_claim(&owner, 10);
	owner_give(&owner, 10, 11);
	tasks[21].lives = true;
	tasks[21].t = (struct owner_task){ 0, 1 };
	CHECK(owner_claim(&owner, 21) && owner_foreground(&owner) == 21);
	CHECK(!owner_claim(&owner, 10) && owner_foreground(&owner) == 21);
}

TEST(HOWN0008, "a chain that is full takes no more task, and stays as it is")
{
	begin();
	owner_claim(&owner, 3);
	for (unsigned i = 1; i < OWNERS; i++) {
		l4_word_t from = i == 1 ? 3 : 40 + i - 1;

		tasks[40 + i].lives = true;
		tasks[40 + i].t = (struct owner_task){ from, 24 + from };
		CHECK(owner_give(&owner, from, 40 + i));
	}
	tasks[50].lives = true;
	tasks[50].t = (struct owner_task){ 40 + OWNERS - 1, 74 };
	CHECK(!owner_give(&owner, 40 + OWNERS - 1, 50));
	CHECK(owner_foreground(&owner) == 40 + OWNERS - 1);
}

TEST(HOWN0010, "the attention key gives the terminal to the controlling task, whatever was handed on")
{
	begin();
	owner_claim(&owner, 3);
	owner_give(&owner, 3, 10);
	owner_give(&owner, 10, 11);
	owner_recall(&owner);
	CHECK(owner_foreground(&owner) == 3 && !owner_has(&owner, 10) && !owner_has(&owner, 11));
	CHECK(owner_give(&owner, 3, 10) && owner_foreground(&owner) == 10);
}

TEST(HOWN0011, "after the attention key text of all but the controlling task is marked, until it gives on")
{
	begin();
	owner_recall(&owner);
	CHECK(owner_foreground(&owner) == 0 && !owner_marks(&owner, 20));
	owner_claim(&owner, 3);
	owner_give(&owner, 3, 12);
	CHECK(!owner_marks(&owner, 12) && !owner_marks(&owner, 20));
	owner_recall(&owner);
	CHECK(owner_marks(&owner, 12) && owner_marks(&owner, 20) && !owner_marks(&owner, 3));
	CHECK(owner_give(&owner, 3, 0) && owner_marks(&owner, 12));
	CHECK(owner_give(&owner, 3, 10) && !owner_marks(&owner, 12) && !owner_marks(&owner, 20));
}
