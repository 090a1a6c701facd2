/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world_text.c - the state of the world that user code can observe, one fact a line, so that two
 * moments are compared by comparing texts and a difference can be shown.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <core/arch.h>
#include <core/timeout.h>
#include <mem/mapdb.h>
#include <lib/bits.h>
#include <x2/inspect.h>
#include "world.h"

struct text { char *buf; size_t len, size; };

static void __attribute__((format(printf, 2, 3))) add(struct text *x, const char *format, ...)
{
	va_list args;
	int n;

	if (x->size - x->len < 512) {
		x->size = x->size * 2 + 4096;
		x->buf = realloc(x->buf, x->size);
		CHECK(x->buf);
	}
	va_start(args, format);
	n = vsnprintf(x->buf + x->len, x->size - x->len, format, args);
	va_end(args);
	CHECK(n >= 0 && (size_t)n < x->size - x->len);
	x->len += (size_t)n;
}

static void add_pages(struct text *x, struct mapspace *m, l4_word_t base, unsigned log2)
{
	uint64_t at = base, end = base + pow2(log2);

	while (at < end) {
		struct leaf leaf = leaf_get(m, (l4_word_t)at);

		if (leaf.present)
			add(x, "    page %llx log2 %d frame %llx rights %d status %d\n", (unsigned long long)at,
			    leaf.log2, (unsigned long long)leaf.frame, leaf.rights, leaf.touched | leaf.kept);
		at = align_down(at, leaf.log2) + pow2(leaf.log2);
	}
}

static void add_mappings(struct text *x, struct mapspace *m)
{
	struct l4_inspect_mapping r;
	l4_word_t at = 0, next;

	for (; mapdb_inspect(m, at, &r, &next); at = next) {
		add(x, "  world %d extent %lx log2 %lu pages %lu parent %lu at %lx children %lu\n", m->resource,
		    r.base, r.log2, r.pages, r.parent_space, r.parent_base, r.children);
		if (r.parent_space)
			add_pages(x, m, r.base, (unsigned)r.log2);
		if (!next)
			break;
	}
}

static void add_space(struct text *x, struct space *s)
{
	add(x, "space %lu state %d privileged %d threads %zu kip %lx utcb %lx redirector %lx limit %llu\n",
	    s->number, s->state, s->privileged, s->nthreads, s->kip_area.raw, s->utcb_area.raw,
	    s->redirector.raw, (unsigned long long)s->account.limit);
	for (int w = 0; w < RESOURCES; w++)
		add_mappings(x, &s->map[w]);
}

/* A sum over the UTCB without its ErrorCode. */
static unsigned long utcb_sum(const struct thread *t)
{
	unsigned long sum = 0;

	if (!t->utcb)
		return 0;
	for (int i = -L4_UTCB_MR0; i < L4_UTCB_MR0; i++)
		if (i != L4_TCR_ERROR_CODE)
			sum = sum * 31 + t->utcb[i];
	return sum;
}

static void add_thread(struct text *x, struct thread *t)
{
	const struct arch_regs *r = thread_regs(t);

	add(x, "thread %lx space %lu life %d send %d recv %d halted %d work %d prio %d ", t->id.raw,
	    t->space ? t->space->number : 0, t->life, t->send, t->recv, t->halted, t->work, t->prio);
	add(x, "utcb %lx sum %lx ip %lx sp %lx flags %lx scheduler %lx partner %lx from %lx ",
	    t->rest->utcb_location, utcb_sum(t), r->ip, r->sp, r->flags, t->scheduler.raw,
	    t->partner ? t->partner->id.raw : 0, thread_waits(t) ? t->recv_from.raw : 0);
	add(x, "deadline %llu slice %llu irq %d\n",
	    t->timed ? (unsigned long long)t->until : 0,
	    (unsigned long long)t->slice, t->irq_state);
}

char *world_text(void)
{
	struct text x = { 0 };

	add(&x, "threads %zu spaces %zu walks %u\n", kernel.nthreads, mem.nspaces, world_walks());
	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n))
		add_space(&x, container_of(n, struct space, link));
	for (l4_word_t n = 0; n < (l4_word_t)1 << L4_THREAD_BITS; n++) {
		struct thread *t = thread_numbered(n);

		if (t)
			add_thread(&x, t);
	}
	return x.buf;
}

void world_check_same(const char *before, const char *file, int line)
{
	char *now = world_text();
	const char *b = before, *n = now;

	while (*b && strcspn(b, "\n") == strcspn(n, "\n") && strncmp(b, n, strcspn(b, "\n")) == 0) {
		b += strcspn(b, "\n") + 1;
		n += strcspn(n, "\n") + 1;
	}
	if (*b || *n)
		test_fail(file, line, "the world changed: was \"%.*s\", is \"%.*s\"", (int)strcspn(b, "\n"), b,
			  (int)strcspn(n, "\n"), n);
	free(now);
}
