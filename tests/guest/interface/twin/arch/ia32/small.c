/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.c - which of the twin's spaces are small ones (ia32 5).
 */
#include "../../twin.h"

enum { AREA_MB = 128 };
#define APPLY (1ul << 31)		/* of SpaceControl's control; of its result: the change was made */

/* Three of five, in another order in each script: so messages are between small and large spaces too. */
bool small_space(L4_ThreadId_t t)
{
	static unsigned asked;
	word old = 0;

	if (asked++ % 5 > 2)
		return false;
	for (word mb = 0; mb < AREA_MB && !(old & APPLY); mb += SMALL_MB)
		L4_SpaceControl(t, APPLY | L4_SmallSpace(mb, SMALL_MB), L4_Nilpage, L4_Nilpage, L4_nilthread, &old);
	return old & APPLY;
}
