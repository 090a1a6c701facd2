/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rounds.c - the tests that create and delete, again and again: kernel memory must then be what it
 * was, byte for byte. The figures come from the inspection call; a kernel without it is not tested this way.
 *
 * What the kernel allocates once and keeps is allocated before: world_init used each part of the thread table
 * that tests use, each UTCB page of this space, and the room beside the threads that stay; the pool and the
 * image are mapped. There is no warm-up beyond that.
 */
#include <l4/pecan.h>
#include "args.h"
#include "log.h"
#include "supervisor.h"

enum { ROUNDS_IN_EACH_RUN = 3, SPACES = 8 };

struct memory {
	struct l4_inspect_system system;
	struct l4_inspect_space space[SPACES];
	word spaces;
};

static void look(struct memory *m)
{
	word start = 0;

	*m = (struct memory){ 0 };
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &m->system, sizeof m->system / sizeof(word));
	m->system.uptime = m->system.idle_time = 0;
	while (m->spaces < SPACES
	       && (start = L4_InspectRecord(L4_INSPECT_SPACE, 0, start, &m->space[m->spaces],
					    sizeof m->space[0] / sizeof(word))))
		m->spaces++;
}

static bool same(const struct memory *a, const struct memory *b)
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

/* Those that are marked, as many times as the command line says. */
static enum verdict run_rounds(const struct guest_test **tests, word n)
{
	static struct memory before, after;
	word rounds = args_number("rounds", ROUNDS_IN_EACH_RUN);

	look(&before);
	for (word r = 0; r < rounds; r++)
		for (word i = 0; i < n; i++)
			if (tests[i]->in_rounds && run_one(tests[i]) == FAILED) {
				log_text(tests[i]->id);
				log_line();
				guest_note("failed in round", r);
				return FAILED;
			}
	log_clear();
	look(&after);
	return same(&before, &after) ? PASSED : FAILED;
}

TEST(GRND0001, "rounds of all tests that create and delete leave kernel memory as it was, byte for byte")
{
	if (!L4_HasInspect())
		guest_skip("no inspection in this kernel");
	guest_supervise(run_rounds);
}
