/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rounds.c - the tests that create and delete, again and again: kernel memory must then be what it
 * was, byte for byte. The figures come from the inspection call; a kernel without it is not tested this way.
 *
 * What the kernel allocates once and keeps is allocated before: world_init used each part of the thread table
 * that tests use, each UTCB page of this space, and the room beside the threads that stay; the pool and the
 * image are mapped. There is no warm-up beyond that.
 */
#include "args.h"
#include "log.h"
#include "pecan.h"
#include "supervisor.h"

enum { ROUNDS_IN_EACH_RUN = 3 };

/* Those that are marked, as many times as the command line says. */
static enum verdict run_rounds(const struct guest_test **tests, word n)
{
	static struct kernel_memory before, after;
	word rounds = args_number("rounds", ROUNDS_IN_EACH_RUN);

	kernel_memory_look(&before);
	for (word r = 0; r < rounds; r++)
		for (word i = 0; i < n; i++)
			if (tests[i]->in_rounds && run_one(tests[i]) == FAILED) {
				log_text(tests[i]->id);
				log_line();
				guest_note("failed in round", r);
				return FAILED;
			}
	log_clear();
	kernel_memory_look(&after);
	return kernel_memory_same(&before, &after) ? PASSED : FAILED;
}

TEST(GRND0001, "rounds of all tests that create and delete leave kernel memory as it was, byte for byte")
{
	if (!L4_HasInspect())
		guest_skip("no inspection in this kernel");
	guest_supervise(run_rounds);
}
