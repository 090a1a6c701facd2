/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * promise.c - see promise.h.
 */
#include <stdio.h>
#include "promise.h"

enum { PAGE_LOG2 = 12, PAGE_KIB = 4, TABLE_PAGES = 512 };

static l4_word_t pieces(l4_word_t n, l4_word_t size) { return (n + size - 1) / size; }

l4_word_t promise_kmem_kib(l4_word_t memory)
{
	l4_word_t pages = memory >> PAGE_LOG2;

	return PROMISE_KMEM_BASE + PAGE_KIB * (pieces(pages, PROMISE_NODES) + pieces(pages, TABLE_PAGES));
}

/* Returns 0, or what is wrong in the section. */
static const char *complete(struct program *p, bool started)
{
	static char text[160];
	l4_word_t least = promise_kmem_kib(p->memory);

	if (p->reserve == RESERVE_DEFAULT)
		p->reserve = started || p->memory < PROMISE_OTHERS ? p->memory : PROMISE_OTHERS;
	p->kmem_reserve_kib = p->kmem_kib;
	if (p->kmem_kib == 0) {
		p->kmem_kib = least;
		p->kmem_reserve_kib = started ? least : PROMISE_KMEM_BASE;
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

const char *promise_complete(struct config *c, const char **at)
{
	const char *wrong = complete(&c->others, false);

	*at = c->others.sizes_at;
	for (struct program *p = c->program; p < c->program + c->programs && !wrong; p++) {
		wrong = complete(p, config_starts(c, p));
		*at = p->sizes_at;
	}
	return wrong;
}

l4_word_t promise_keep(l4_word_t bytes)
{
	return bytes == 0 ? 0 : (pieces(bytes, 1 << PAGE_LOG2) + 1) << PAGE_LOG2;
}

struct promise_sums promise_sums(const struct config *c)
{
	struct promise_sums s = { 0, 0 };

	for (unsigned i = 0; i < c->starts; i++) {
		const struct program *p = c->start[i].program;

		s.memory += p->reserve + promise_keep(p->keep);
		s.kmem_kib += p->kmem_kib;
	}
	return s;
}
