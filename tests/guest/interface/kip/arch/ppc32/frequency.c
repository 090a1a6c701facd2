/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frequency.c - the processor descriptor (api 1.1), and the time base, which counts more slowly than the CPU.
 */
#include "../../frequency.h"

TEST(GKIP0015, "there is one processor; its internal frequency, in kHz, is above that of the time base")
{
	L4_ProcDesc_t *p = L4_ProcDesc(kip, 0);
	word khz = measured_khz();

	CHECK_EQ(L4_NumProcessors(kip), 1);
	CHECK(p != 0);
	guest_note("measured", khz);
	CHECK(khz > TICKS_KHZ - TICKS_KHZ / 100 && khz < TICKS_KHZ + TICKS_KHZ / 100);
	CHECK(L4_ProcDescInternalFreq(p) > khz && L4_ProcDescInternalFreq(p) < 100 * khz);
	CHECK(L4_ProcDesc(kip, 1) == 0);
}
