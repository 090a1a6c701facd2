/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - child spaces, for bench/child_space, which runs it in a system of its own: a space with a thread
 * is made and ended. In windows of bench/scope: both together, the first request, the second.
 */
#include <l4/pecan.h>
#include <pecan/addresses.h>
#include <pecan/space.h>
#include <pecan/system.h>

#include "../scope/marks.h"

enum { TIMES = 20, KMEM = 128 << 10, BOTH = 1, MADE, ENDED };

#define UTCBS	PECAN_WINDOW_BASE
#define KIP	(UTCBS + 0x10000)

int main(void)
{
	static const struct pecan_space_wanted wanted = { KMEM, 1, KIP, UTCBS, 0 };
	struct pecan_space space;
	enum root_error made = ROOT_OK, ended = ROOT_OK;

	for (unsigned i = 0; i < 2 * TIMES && made == ROOT_OK && ended == ROOT_OK; i++) {
		if (i < TIMES) {
			SCOPE_BEGIN(BOTH);
			made = pecan_space_new(&wanted, &space);
			ended = pecan_space_end(space.number);
			SCOPE_END(BOTH);
			continue;
		}
		SCOPE_BEGIN(MADE);
		made = pecan_space_new(&wanted, &space);
		SCOPE_END(MADE);
		SCOPE_BEGIN(ENDED);
		ended = pecan_space_end(space.number);
		SCOPE_END(ENDED);
	}
	pecan_logf("children: %u, %u", made, ended);
	pecan_power(ROOT_POWER_OFF, 0);
	return 1;
}
