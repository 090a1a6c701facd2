/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frequency.c - the processor descriptor (api 1.1): the time stamp counter shows its internal frequency.
 */
#include "../../frequency.h"

TEST(GKIP0015, "there is one processor; its internal frequency, in kHz, is that of the time stamp counter")
{
	L4_ProcDesc_t *p = L4_ProcDesc(kip, 0);
	word khz = measured_khz();

	CHECK_EQ(L4_NumProcessors(kip), 1);
	CHECK(p != 0);
	guest_note("measured", khz);
	CHECK(L4_ProcDescInternalFreq(p) > khz - khz / 10 && L4_ProcDescInternalFreq(p) < khz + khz / 10);
	CHECK(L4_ProcDesc(kip, 1) == 0);
}
