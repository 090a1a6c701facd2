/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan.c - see pecan.h.
 */
#include "pecan.h"

void need_inspect(void)
{
	if (!L4_HasInspect())
		guest_skip("no inspection in this kernel");
}

bool find_space(L4_ThreadId_t first, struct l4_inspect_space *out)
{
	word start = 0;

	while ((start = L4_InspectRecord(L4_INSPECT_SPACE, 0, start, out, sizeof *out / sizeof(word))))
		if (out->thread == first.raw)
			return true;
	return false;
}

void kernel_memory_look(struct kernel_memory *m)
{
	word start = 0;

	*m = (struct kernel_memory){ 0 };
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &m->system, sizeof m->system / sizeof(word));
	m->system.uptime = m->system.idle_time = 0;
	while (m->spaces < INSPECTED_SPACES
	       && (start = L4_InspectRecord(L4_INSPECT_SPACE, 0, start, &m->space[m->spaces],
					    sizeof m->space[0] / sizeof(word))))
		m->spaces++;
}

bool kernel_memory_same(const struct kernel_memory *a, const struct kernel_memory *b)
{
	const word *x = (const word *)a, *y = (const word *)b;
	bool equal = true;

	for (word i = 0; i < sizeof *a / sizeof(word); i++)
		if (x[i] != y[i]) {
			equal = false;
			guest_note("figure", i);
			guest_note("  before", x[i]);
			guest_note("  after", y[i]);
		}
	return equal;
}
