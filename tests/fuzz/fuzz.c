/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.c - the way in of libFuzzer.
 *
 * Four fifths of a play would be checks of mappings, which hardly ever change; so here (not when plays
 * are played again) a space's mappings are checked when their number has changed, every few entries,
 * and at the end of the play. The linker puts __wrap_mapdb_check in the place of mapdb_check.
 */
#include <core/check.h>
#include "fuzz.h"

enum { SOME_SPACES = 64, CHECK_EACH = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __real_mapdb_check(struct mapspace *m);
void __wrap_mapdb_check(struct mapspace *m);

static struct { size_t pages, nodes; } seen[SOME_SPACES][WORLDS];
static unsigned calls;
static bool at_end;

void __wrap_mapdb_check(struct mapspace *m)
{
	size_t *pages = &seen[m->space->number % SOME_SPACES][m->world].pages;
	size_t *nodes = &seen[m->space->number % SOME_SPACES][m->world].nodes;

	if (!at_end && *pages == m->pages && *nodes == m->nodes && ++calls % CHECK_EACH != 0)
		return;
	*pages = m->pages;
	*nodes = m->nodes;
	__real_mapdb_check(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	calls = 0;
	fuzz_run(data, size);
	at_end = true;
	kernel_check(world_current());
	at_end = false;
	return 0;
}
