/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.c - the tables of the model, and what follows from them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* The next free record of a table, or NULL. */
#define NEXT(m, table, count, most) \
	((m)->count < (most) ? &(m)->table[(m)->count++] : ((m)->left_out++, NULL))

void model_clear(struct model *m)
{
	memset(m, 0, sizeof *m);
}

struct model_space *model_add_space(struct model *m)
{
	return NEXT(m, space, spaces, MODEL_SPACES);
}

struct model_thread *model_add_thread(struct model *m)
{
	return NEXT(m, thread, threads, MODEL_THREADS);
}

struct model_irq *model_add_irq(struct model *m)
{
	return NEXT(m, irq, irqs, MODEL_IRQS);
}

/* Of an extent without a source, the gift is from space 0: sigma0 has it from the kernel. */
void model_add_extent(struct model *m, const struct model_extent *e)
{
	struct model_extent *extent = NEXT(m, extent, extents, MODEL_EXTENTS);
	struct model_gift *g = m->gift;

	if (extent)
		*extent = *e;
	while (g < m->gift + m->gifts && (g->from != e->from || g->to != e->space))
		g++;
	if (g == m->gift + m->gifts) {
		g = NEXT(m, gift, gifts, MODEL_GIFTS);
		if (!g)
			return;
		*g = (struct model_gift){ .from = e->from, .to = e->space };
	}
	g->pages += e->pages;
	g->extents++;
}

void model_add_message(struct model *m, unsigned long from, unsigned long to)
{
	struct model_flow *f = m->flow;

	m->messages++;
	while (f < m->flow + m->flows && (f->from != from || f->to != to))
		f++;
	if (f == m->flow + m->flows) {
		f = NEXT(m, flow, flows, MODEL_FLOWS);
		if (!f)
			return;
		*f = (struct model_flow){ .from = from, .to = to };
	}
	f->messages++;
}

/* ---- what two spaces share ---- */

static int by_place(const void *a, const void *b)
{
	const struct model_extent *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void add_shared(struct model *m, unsigned long a, unsigned long b, unsigned long pages)
{
	struct model_shared *s = m->shared;
	unsigned long low = a < b ? a : b, high = a < b ? b : a;

	while (s < m->shared + m->shares && (s->a != low || s->b != high))
		s++;
	if (s == m->shared + m->shares) {
		s = NEXT(m, shared, shares, MODEL_SHARED);
		if (!s)
			return;
		*s = (struct model_shared){ .a = low, .b = high };
	}
	s->pages += pages;
}

/*
 * The pages that both of two extents have at least: it is not known which pages of an extent are missing, but
 * how many. f begins in e.
 */
static unsigned long common(const struct model_extent *e, const struct model_extent *f)
{
	unsigned long end = e->at + e->bytes < f->at + f->bytes ? e->at + e->bytes : f->at + f->bytes;
	unsigned long missing = e->bytes / MODEL_PAGE - e->pages + f->bytes / MODEL_PAGE - f->pages;
	unsigned long both = (end - f->at) / MODEL_PAGE;

	return both > missing ? both - missing : 0;
}

/* In the order of their places, all that overlap with an extent follow it. */
void model_find_shared(struct model *m)
{
	qsort(m->extent, m->extents, sizeof *m->extent, by_place);
	for (unsigned i = 0; i < m->extents; i++) {
		const struct model_extent *e = &m->extent[i], *f = e + 1;

		for (; f < m->extent + m->extents && f->from == e->from && f->at < e->at + e->bytes; f++)
			if (f->space != e->space && (e->writable || f->writable))
				add_shared(m, e->space, f->space, common(e, f));
	}
}

/* ---- names ---- */

const struct model_space *model_space(const struct model *m, unsigned long number)
{
	for (unsigned i = 0; i < m->spaces; i++)
		if (m->space[i].number == number)
			return &m->space[i];
	return NULL;
}

const struct model_thread *model_thread(const struct model *m, unsigned long number)
{
	for (unsigned i = 0; i < m->threads; i++)
		if (m->thread[i].number == number)
			return &m->thread[i];
	return NULL;
}

const char *model_name(const struct model *m, unsigned long number)
{
	const struct model_space *s = model_space(m, number);

	return s ? s->name : number == 0 ? "the kernel" : "?";
}

/* ---- text ---- */

void text_add(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	if (t->full)
		return;
	va_start(args, format);
	n = vsnprintf(t->at + t->used, t->size - t->used, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= t->size - t->used)
		t->full = true;
	else
		t->used += (size_t)n;
}

void text_add_escaped(struct text *t, const char *from)
{
	for (; *from; from++) {
		unsigned char c = (unsigned char)*from;

		if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c < ' ' || c > '~')
			text_add(t, "&#%u;", c < ' ' ? '?' : c);
		else
			text_add(t, "%c", c);
	}
}
