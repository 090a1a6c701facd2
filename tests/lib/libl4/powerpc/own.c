/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * own.c - what powerpc has of its own: halves of the clock, the debugger's services.
 */
#include <l4/misc.h>
#include <l4/schedule.h>
#include "harness.h"
#include "world.h"

static L4_Word_t result;

TEST(LPPC0007, "the high word of a clock is the first one")
{
	L4_Clock_t time = { .raw = 0xa3000000a4ull };

	CHECK_EQ(time.X.high, 0xa3);
	CHECK_EQ(time.X.low, 0xa4);
}

static void print_char(void) { L4_KDB_PrintChar('q'); }
static void read_char(void) { result = (L4_Word_t)L4_KDB_ReadChar_Blocked(); }
static void enter(void) { L4_KDB_Enter("why"); }

TEST(LPPC0013, "the debugger's services: a trap with the service in r0; a text behind a branch, after its"
	      " mark")
{
	world_start();
	world.trap.answer_r3 = 'k';
	world_run(print_char);
	CHECK_EQ(world.trap.r0, 0x5aff);
	CHECK_EQ(world.trap.r3, 'q');
	world_run(read_char);
	CHECK_EQ(world.trap.r0, 0x5b00);
	CHECK_EQ(result, 'k');
	world_run(enter);
	CHECK_EQ(world.trap.r0, 0x5afe);
	CHECK_EQ(world.trap.behind[0] >> 26, 18);
	CHECK_EQ(world.trap.behind[1], 0x4b442320);		/* "KD# " */
	CHECK_EQ(world.trap.behind[2], 0x77687900);		/* "why" */
	CHECK_EQ(world.trap.count, 3);
}
