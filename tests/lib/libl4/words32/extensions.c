/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extensions.c - Pecan's own calls where the thread pointer is a word of the UTCB.
 */
#include <l4/pecan.h>
#include "harness.h"
#include "world.h"

static L4_Word_t result;

static void inspect(void) { result = L4_Inspect(1, 2, 3); }

TEST(LPEC0006, "Inspect is 0 without a call before __L4_Init")
{
	world_start();
	result = 1;
	world_run(inspect);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(result, 0);
}

static void set_tls(void) { result = L4_SetTls((void *)0x1230); }

TEST(LPEC0007, "SetTls writes the word of the UTCB at byte -8, without a call")
{
	world_start();
	for (int i = 0; i < 64; i++)
		*world_word(i) = 0x1000 + (L4_Word_t)i;
	world_run(__L4_Init);
	world_run(set_tls);
	CHECK_EQ(result, 1);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(*world_word(-2), 0x1230);
	CHECK_EQ(*world_word(-1), 0);
	CHECK_EQ(*world_word(-3), 0);
}
