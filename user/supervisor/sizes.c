/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sizes.c - see sizes.h.
 */
#include <proto/promise.h>
#include <stdio.h>
#include "sizes.h"

/* Returns 0, or what is wrong in the section. */
static const char *complete(struct grant *p)
{
	static char text[160];
	l4_word_t least = promise_kmem_kib(p->memory);

	if (p->reserve == RESERVE_DEFAULT)
		p->reserve = p->started || p->memory < PROMISE_OTHERS ? p->memory : PROMISE_OTHERS;
	p->kmem_reserve_kib = p->kmem_kib;
	if (p->kmem_kib == 0) {
		p->kmem_kib = least;
		p->kmem_reserve_kib = p->started ? least : PROMISE_KMEM_BASE;
	}
	if (p->reserve < PROMISE_LEAST)
		return "a task needs 8K of `memory` and `reserve` at least, for its record and arguments";
	if (p->reserve > p->memory)
		return "`reserve` is more than `memory`";
	if (p->kmem_kib >= least)
		return 0;
	snprintf(text, sizeof(text), "`kernel-memory` is too little for %lu KiB of `memory`: it needs %luK, "
		 "which it gets without the statement", p->memory >> 10, least);
	return text;
}

const char *sizes_complete(struct config *c, const char **at)
{
	struct grants *g = &c->grants;
	const char *wrong = complete(&g->others);

	*at = config_marks(c, &g->others)->sizes;
	for (struct grant *p = g->program; p < g->program + g->programs && !wrong; p++) {
		wrong = complete(p);
		*at = config_marks(c, p)->sizes;
	}
	return wrong;
}
