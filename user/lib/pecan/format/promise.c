/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * promise.c - see promise.h.
 */
#include <proto/promise.h>

enum { PAGE_LOG2 = 12, PAGE_KIB = 4, TABLE_PAGES = 512 };

static l4_word_t pieces(l4_word_t n, l4_word_t size) { return (n + size - 1) / size; }

l4_word_t promise_kmem_kib(l4_word_t memory)
{
	l4_word_t pages = memory >> PAGE_LOG2;

	return PROMISE_KMEM_BASE + PAGE_KIB * (pieces(pages, PROMISE_NODES) + pieces(pages, TABLE_PAGES));
}

l4_word_t promise_keep(l4_word_t bytes)
{
	return bytes == 0 ? 0 : (pieces(bytes, 1 << PAGE_LOG2) + 1) << PAGE_LOG2;
}

/* A sum that has no room in a word is more than there is. */
static l4_word_t sum(l4_word_t a, l4_word_t b) { return a + b < a ? ~(l4_word_t)0 : a + b; }

struct promise_sums promise_sums(const struct grants *c)
{
	struct promise_sums s = { 0, 0 };

	for (unsigned i = 0; i < c->starts; i++) {
		const struct grant *p = grants_started(c, i);

		s.memory = sum(s.memory, sum(p->reserve, promise_keep(p->keep)));
		s.kmem_kib = sum(s.kmem_kib, p->kmem_kib);
	}
	return s;
}
