/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.c - see screen.h.
 */
#include <string.h>

#include "screen.h"

enum { COLOUR_NORMAL = 0x07, COLOUR_BRIGHT = 0x08, TAB = 8 };

static struct cell blank(const struct screen *s)
{
	return (struct cell){ ' ', (uint8_t)((s->colour & 0xf0) | (COLOUR_NORMAL & 0x0f)) };
}

static void erase(struct screen *s, unsigned y, unsigned from, unsigned to)
{
	for (unsigned x = from; x < to; x++)
		s->cells[y][x] = blank(s);
}

static void erase_rows(struct screen *s, unsigned from, unsigned to)
{
	for (unsigned y = from; y < to; y++)
		erase(s, y, 0, s->display.columns);
}

static void newline(struct screen *s)
{
	if (s->y + 1 < s->display.rows) {
		s->y++;
		return;
	}
	memmove(s->cells[0], s->cells[1], (s->display.rows - 1) * sizeof s->cells[0]);
	erase(s, s->display.rows - 1, 0, s->display.columns);
}

static void show(struct screen *s, unsigned char c)
{
	uint8_t colour = s->bright ? s->colour | COLOUR_BRIGHT : s->colour;

	if (s->reverse)
		colour = (uint8_t)(colour << 4 | colour >> 4) & 0x7f;
	if (s->x == s->display.columns) {
		s->x = 0;
		newline(s);
	}
	s->cells[s->y][s->x++] = (struct cell){ c, colour };
}

/* ANSI numbers colours red 1, blue 4; VGA blue 1, red 4. */
static uint8_t vga_colour(unsigned ansi)
{
	return (uint8_t)((ansi & 1) << 2 | (ansi & 2) | (ansi & 4) >> 2);
}

static void set_colour(struct screen *s, unsigned p)
{
	if (p == 0) {
		s->colour = COLOUR_NORMAL;
		s->bright = s->reverse = false;
	} else if (p == 1) {
		s->bright = true;
	} else if (p == 7) {
		s->reverse = true;
	} else if (p >= 30 && p <= 37) {
		s->colour = (s->colour & 0xf0) | vga_colour(p - 30);
	} else if (p == 39) {
		s->colour = (s->colour & 0xf0) | COLOUR_NORMAL;
	} else if (p >= 40 && p <= 47) {
		s->colour = (uint8_t)(vga_colour(p - 40) << 4) | (s->colour & 0x0f);
	} else if (p == 49) {
		s->colour &= 0x0f;
	}
}

static unsigned at_least(unsigned value, unsigned least) { return value < least ? least : value; }
static unsigned at_most(unsigned value, unsigned most) { return value > most ? most : value; }

static void erase_line(struct screen *s, unsigned how)
{
	unsigned columns = s->display.columns;

	erase(s, s->y, how ? 0 : at_most(s->x, columns), how == 1 ? at_most(s->x + 1, columns) : columns);
}

static void erase_screen(struct screen *s, unsigned how)
{
	erase_line(s, how);
	if (how != 0)
		erase_rows(s, 0, s->y);
	if (how != 1)
		erase_rows(s, s->y + 1, s->display.rows);
}

static void csi_end(struct screen *s, unsigned char c)
{
	unsigned columns = s->display.columns, rows = s->display.rows;
	unsigned n = at_least(s->parameter[0], 1), m = at_least(s->parameter[1], 1);

	switch (c) {
	case 'A': s->y -= at_most(n, s->y); break;
	case 'B': s->y = at_most(s->y + n, rows - 1); break;
	case 'C': s->x = at_most(s->x + n, columns - 1); break;
	case 'D': s->x -= at_most(n, s->x); break;
	case 'G': s->x = at_most(n, columns) - 1; break;
	case 'H':
	case 'f':
		s->y = at_most(n, rows) - 1;
		s->x = at_most(m, columns) - 1;
		break;
	case 'J': erase_screen(s, s->parameter[0]); break;
	case 'K': erase_line(s, s->parameter[0]); break;
	case 'm':
		for (unsigned i = 0; i <= s->parameters; i++)
			set_colour(s, s->parameter[i]);
		break;
	}
	s->csi = false;
}

static void csi_byte(struct screen *s, unsigned char c)
{
	unsigned *p = &s->parameter[s->parameters];

	if (c >= '0' && c <= '9')
		*p = (*p * 10 + (c - '0')) % 10000;
	else if (c == ';' && s->parameters + 1 < SCREEN_PARAMETERS)
		s->parameters++;
	else if (c >= 0x40)
		csi_end(s, c);
}

static void control(struct screen *s, unsigned char c)
{
	switch (c) {
	case '\b': s->x -= s->x ? 1 : 0; break;
	case '\t':
		do
			show(s, ' ');
		while (s->x % TAB && s->x < s->display.columns);
		break;
	case '\n': newline(s); break;
	case '\r': s->x = 0; break;
	case 27: s->escape = true; break;
	}
}

void screen_put(struct screen *s, unsigned char c)
{
	if (s->display.columns == 0)
		return;
	s->left = s->display.columns * s->display.rows;
	if (s->csi) {
		csi_byte(s, c);
	} else if (s->escape) {
		s->escape = false;
		s->csi = c == '[';
		s->parameters = 0;
		memset(s->parameter, 0, sizeof s->parameter);
	} else if (c < 0x20) {
		control(s, c);
	} else if (c < 0x7f) {
		show(s, c);
	} else if (c >= 0xc0) {
		show(s, '?');	/* first byte of a UTF-8 character; the others are not shown */
	}
}

/* Draw the next cell if it has changed. */
static bool flush_cell(struct screen *s)
{
	struct cell new = s->cells[s->at_y][s->at_x], *old = &s->shown[s->at_y][s->at_x];
	bool changed = new.ch != old->ch || new.colour != old->colour;

	if (changed) {
		s->display.draw(s->at_x, s->at_y, new);
		*old = new;
	}
	if (++s->at_x == s->display.columns) {
		s->at_x = 0;
		s->at_y = (s->at_y + 1) % s->display.rows;
	}
	s->left--;
	return changed;
}

bool screen_flush(struct screen *s)
{
	unsigned drawn = 0;

	for (unsigned n = 0; n < SCREEN_COMPARED && drawn < SCREEN_DRAWN && s->left; n++)
		drawn += flush_cell(s);
	if (s->display.columns)
		s->display.cursor(at_most(s->x, s->display.columns - 1), s->y);
	return s->left != 0;
}

void screen_init(struct screen *s, const struct display *display)
{
	s->display = *display;
	s->display.columns = at_most(display->columns, SCREEN_COLUMNS_MAX);
	s->display.rows = at_most(display->rows, SCREEN_ROWS_MAX);
	s->x = s->y = s->at_x = s->at_y = 0;
	s->left = s->display.columns * s->display.rows;
	s->colour = COLOUR_NORMAL;
	s->bright = s->reverse = s->escape = s->csi = false;
	erase_rows(s, 0, s->display.rows);
	memset(s->shown, 0, sizeof s->shown);
}
