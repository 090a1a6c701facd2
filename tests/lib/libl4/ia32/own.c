/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * own.c - what ia32 has of its own: links that the first call finds, the debugger's services, small spaces.
 */
#include <l4/kip.h>
#include <l4/misc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/thread.h>
#include "harness.h"
#include "world.h"

static L4_Word_t result;

static void exchange(void)
{
	L4_Word_t word[5];
	L4_ThreadId_t pager;

	L4_ExchangeRegisters(world_id(1), 2, 3, 4, 5, 6, world_id(7), &word[0], &word[1], &word[2], &word[3],
			     &word[4], &pager);
}

static void schedule(void) { L4_Schedule(world_id(1), 2, 3, 4, 5, &result); }

/* Without L4_Init: the first call of all has its arguments in every register. */
TEST(LIAC0013, "the first call of all finds the links, with its arguments as they were; later ones call")
{
	world_start();
	CHECK_EQ(world.calls, 0);
	world_run(exchange);
	CHECK_EQ(world.calls, 1);
	CHECK_EQ(world.seen.edi, 5);
	CHECK_EQ(world.seen.ebp, 7);
	world_page.kip.exchange_registers = world_page.kip.schedule = 0;
	world_run(exchange);
	world_run(schedule);
	CHECK_EQ(world.calls, 3);
}

static void inspect(void) { result = L4_Inspect(1, 2, 3); }

TEST(LIAC0014, "__L4_Init has its old name too")
{
	world_start();
	world_run(__L4_init_syscalls);
	world_run(inspect);
	CHECK_EQ(world.calls, 1);
	CHECK_EQ(result, POISON(EAX));
}

static void kdb_enter(void) { L4_KDB_Enter("a text"); }
static void kdb_char(void) { L4_KDB_PrintChar('x'); }
static void kdb_read(void) { result = (L4_Word_t)L4_KDB_ReadChar(); }
static void kdb_toggle(void) { L4_KDB_ToggleBreakin(); }

TEST(LIAC0017, "the debugger's conventions: int3, then a comparison, or a jump over a move of an address")
{
	world_start();
	world_run(kdb_enter);
	CHECK_EQ(world.trap.count, 1);
	CHECK_EQ(world.trap.code[0], 0xeb);
	CHECK_EQ(world.trap.code[1], 5);
	CHECK_EQ(world.trap.code[2], 0xb8);
	world_run(kdb_char);
	CHECK_EQ(world.trap.al, 'x');
	CHECK_EQ(world.trap.code[0], 0x3c);
	CHECK_EQ(world.trap.code[1], 0);
	world.trap.answer_al = 'y';
	world_run(kdb_read);
	CHECK_EQ(world.trap.code[1], 8);
	CHECK_EQ(result, 'y');
	world_run(kdb_toggle);
	CHECK_EQ(world.trap.code[1], 3);
}

TEST(LIAC0018, "small-space specifiers have the lowest bit at the size and the location above it")
{
	CHECK_EQ(L4_SmallSpace(0, 4), 1);
	CHECK_EQ(L4_SmallSpace(4, 4), 3);
	CHECK_EQ(L4_SmallSpace(0, 16), 4);
	CHECK_EQ(L4_SmallSpace(16, 16), 12);
	CHECK_EQ(L4_SmallSpace(64, 64), 0x30);
	CHECK_EQ(L4_LargeSpace, 0);
}
