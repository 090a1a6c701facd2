/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - plays the operations that the command line names. See latency.h.
 */
#include "bench_device.h"
#include "latency.h"

enum { W_STEPS = 1, WARM = 3 };

bool small, fresh;

/* After some runs: what only the first ones find would be in no other. */
static void steps(const struct operation *o)
{
	for (unsigned i = 0; i < WARM; i++) {
		o->prepare();
		o->run();
		o->end();
	}
	o->prepare();
	SCOPE_BEGIN(W_STEPS);
	o->run();
	SCOPE_END(W_STEPS);
	o->end();
	put("steps ");
	put(o->name);
	put("\n");
}

int main(void)
{
	bool only_steps = argument("steps");

	small = argument("short");
	fresh = argument("fresh");
	world_init();
	operations_init();
	if (!only_steps)
		timer_init();
	if (argument("wakes"))
		wakes_measure();
	for (const struct operation *o = operations; o->name; o++) {
		if (!argument(o->name))
			continue;
		if (only_steps)
			steps(o);
		else
			timer_measure(o);
	}
	put("latency: done\n");
	device_end_emulator(0);
	for (;;)
		L4_Sleep(L4_Never);
}
