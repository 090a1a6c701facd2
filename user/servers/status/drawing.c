/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drawing.c - an SVG drawing of which space has memory from which: a box for each space, in a column by its
 * distance from sigma0; a line from a space to each that has pages of it; a broken line between two spaces
 * that share pages.
 */
#include "model.h"

enum {
	COLUMNS = 6, BOX_WIDTH = 168, BOX_HEIGHT = 36, COLUMN_WIDTH = 290, ROW_HEIGHT = 48, MARGIN = 12,
	ARC_ROOM = 150, LINE_MAX = 9,
};

struct place { unsigned column, row; };
struct plan { struct place of[MODEL_SPACES]; unsigned rows[COLUMNS], columns, height; };

static unsigned long kib(unsigned long pages)
{
	return pages * (MODEL_PAGE / 1024);
}

static unsigned index_of(const struct model *m, unsigned long space)
{
	unsigned i = 0;

	while (i < m->spaces && m->space[i].number != space)
		i++;
	return i;
}

/* The space that has given another one the most pages: the other one's index, or m->spaces. */
static unsigned giver(const struct model *m, unsigned long to)
{
	unsigned long most = 0;
	unsigned found = m->spaces;

	for (unsigned i = 0; i < m->gifts; i++) {
		const struct model_gift *g = &m->gift[i];

		if (g->to == to && g->from != to && g->pages > most && index_of(m, g->from) < m->spaces) {
			most = g->pages;
			found = index_of(m, g->from);
		}
	}
	return found;
}

/* A circle of spaces that give each other pages ends at the last column. */
static unsigned column_of(const struct model *m, unsigned i)
{
	unsigned column = 0;

	for (i = giver(m, m->space[i].number); i < m->spaces && column < COLUMNS - 1; column++)
		i = giver(m, m->space[i].number);
	return column;
}

static void arrange(struct plan *p, const struct model *m)
{
	*p = (struct plan){ .columns = 1, .height = 1 };
	for (unsigned i = 0; i < m->spaces; i++) {
		unsigned c = column_of(m, i);

		p->of[i] = (struct place){ c, p->rows[c]++ };
		if (c + 1 > p->columns)
			p->columns = c + 1;
		if (p->rows[c] > p->height)
			p->height = p->rows[c];
	}
}

static unsigned left(const struct plan *p, unsigned i)
{
	return MARGIN + p->of[i].column * COLUMN_WIDTH;
}

/* The middle of a box; the boxes of a column are in the middle of the drawing's height. */
static unsigned middle(const struct plan *p, unsigned i)
{
	unsigned above = (p->height - p->rows[p->of[i].column]) * ROW_HEIGHT / 2;

	return MARGIN + above + p->of[i].row * ROW_HEIGHT + BOX_HEIGHT / 2;
}

static unsigned width_of(unsigned long pages)
{
	unsigned width = 1;

	while (pages > 1 && width < LINE_MAX) {
		pages /= 4;
		width++;
	}
	return width;
}

static void write_gift(struct text *t, const struct model *m, const struct plan *p,
		       const struct model_gift *g)
{
	unsigned from = index_of(m, g->from), to = index_of(m, g->to), x, y, u, v;

	if (from == m->spaces || to == m->spaces)
		return;
	x = left(p, from) + BOX_WIDTH;
	y = middle(p, from);
	u = left(p, to);
	v = middle(p, to);
	text_add(t, "<path class=\"gift\" d=\"M%u %uC%u %u %u %u %u %u\" stroke-width=\"%u\"><title>", x, y,
		 x + 50, y, u > 60 ? u - 60 : 0, v, u, v, width_of(g->pages));
	text_add_escaped(t, m->space[from].name);
	text_add(t, " to ");
	text_add_escaped(t, m->space[to].name);
	text_add(t, ": %lu pages in %lu extents</title></path>\n", g->pages, g->extents);
}

static void write_size(struct text *t, const struct model *m, const struct plan *p,
		       const struct model_gift *g)
{
	unsigned to = index_of(m, g->to);

	if (index_of(m, g->from) < m->spaces && to < m->spaces)
		text_add(t, "<text class=\"size\" x=\"%u\" y=\"%u\">%lu KiB</text>\n", left(p, to) - 8,
			 middle(p, to) - 4, kib(g->pages));
}

static void write_shared(struct text *t, const struct model *m, const struct plan *p,
			 const struct model_shared *s)
{
	unsigned a = index_of(m, s->a), b = index_of(m, s->b), x, y, u, v, out;

	if (a == m->spaces || b == m->spaces)
		return;
	x = left(p, a) + BOX_WIDTH;
	y = middle(p, a);
	u = left(p, b) + BOX_WIDTH;
	v = middle(p, b);
	out = 24 + (y > v ? y - v : v - y) / 3;
	out = (x > u ? x : u) + (out < ARC_ROOM ? out : ARC_ROOM);
	text_add(t, "<path class=\"shared\" d=\"M%u %uC%u %u %u %u %u %u\" stroke-width=\"%u\"><title>", x, y,
		 out, y, out, v, u, v, width_of(s->pages));
	text_add_escaped(t, m->space[a].name);
	text_add(t, " and ");
	text_add_escaped(t, m->space[b].name);
	text_add(t, " share at least %lu KiB</title></path>\n", kib(s->pages));
}

static void write_box(struct text *t, const struct model *m, const struct plan *p, unsigned i)
{
	const struct model_space *s = &m->space[i];
	unsigned x = left(p, i), y = middle(p, i) - BOX_HEIGHT / 2;

	text_add(t, "<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", x, y, BOX_WIDTH,
		 BOX_HEIGHT);
	text_add(t, "<text class=\"name\" x=\"%u\" y=\"%u\">", x + 10, y + 16);
	text_add_escaped(t, s->name);
	text_add(t, "</text><text class=\"has\" x=\"%u\" y=\"%u\">space %lu, has %lu KiB</text>\n", x + 10,
		 y + 30, s->number, kib(s->pages));
}

void drawing_write(struct text *t, const struct model *m)
{
	struct plan p;
	unsigned width, height;

	arrange(&p, m);
	width = 2 * MARGIN + (p.columns - 1) * COLUMN_WIDTH + BOX_WIDTH + ARC_ROOM;
	height = 2 * MARGIN + p.height * ROW_HEIGHT;
	text_add(t, "<svg id=\"memory-drawing\" viewBox=\"0 0 %u %u\" width=\"%u\" height=\"%u\" role=\"img\">\n"
		 "<title>Which space has memory from which</title>\n", width, height, width, height);
	for (unsigned i = 0; i < m->gifts; i++)
		write_gift(t, m, &p, &m->gift[i]);
	for (unsigned i = 0; i < m->gifts; i++)
		write_size(t, m, &p, &m->gift[i]);
	for (unsigned i = 0; i < m->shares; i++)
		write_shared(t, m, &p, &m->shared[i]);
	for (unsigned i = 0; i < m->spaces; i++)
		write_box(t, m, &p, i);
	text_add(t, "</svg>\n");
}
