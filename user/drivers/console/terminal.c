/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.c - see terminal.h. Finds the devices through root: those of the machine (devices.h), the
 * framebuffer of the boot loader or else a screen of text.
 */
#include <pecan/device.h>
#include <pecan/memory.h>
#include <proto/console.h>

#include "devices.h"
#include "display.h"
#include "line.h"
#include "terminal.h"
#include "uart.h"

enum {
	ECHO_RESERVE = 1024,		/* room in the ring that clients leave to the echo */
	BATCH = 1024,			/* more room than that before clients' text is taken again */
	PIECE = 1024,			/* characters taken for one message */
	NEWLINE_COST = 128, TEXT_COST = 64,	/* for how many a newline counts, and a text */
	FB_RGB = 1, FB_TEXT = 2,
};

static struct screen screen;
static L4_Word_t parts;
static bool line_start = true;
static int budget = PIECE;		/* what may be taken yet for this message */

static bool open_framebuffer(const struct pecan_framebuffer *f, struct display *d)
{
	struct framebuffer fb = {
		.pitch = (unsigned)f->pitch, .width = (unsigned)f->width, .height = (unsigned)f->height,
		.bytes = (unsigned)(f->bpp + 7) / 8,
		.red_pos = f->red.position, .red_size = f->red.size,
		.green_pos = f->green.position, .green_size = f->green.size,
		.blue_pos = f->blue.position, .blue_size = f->blue.size,
	};

	if (pecan_phys(f->address, f->pitch * f->height, &fb.memory) != ROOT_OK)
		return false;
	*d = framebuffer_display(&fb);
	return d->columns != 0;
}

static L4_Word_t open_display(struct display *d)
{
	struct pecan_framebuffer f = { 0 };

	if (pecan_framebuffer(&f) == ROOT_OK && f.address) {
		if (f.type == FB_RGB && open_framebuffer(&f, d))
			return CONSOLE_FRAMEBUFFER;
		if (f.type == FB_TEXT && devices_text(f.address, (unsigned)f.width, (unsigned)f.height, d))
			return CONSOLE_VGA;
		return 0;
	}
	return devices_text(0, 0, 0, d) ? CONSOLE_VGA : 0;
}

bool terminal_init(void)
{
	struct display display = { 0 };

	parts = open_display(&display);
	screen_init(&screen, &display);
	parts |= devices_open();
	return (parts & (CONSOLE_SERIAL | CONSOLE_VGA | CONSOLE_FRAMEBUFFER)) != 0;
}

L4_Word_t terminal_parts(void) { return parts; }
bool terminal_at_line_start(void) { return line_start; }

void terminal_size(unsigned *columns, unsigned *rows)
{
	*columns = screen.display.columns;
	*rows = screen.display.rows;
}

/* Keep line_start: after a newline or return, and after the sequence that moves the cursor home. */
static void note(unsigned char c)
{
	static enum { TEXT, ESCAPE, CSI } state;

	if (state == CSI) {
		line_start |= c == 'H';
		state = c >= 0x40 ? TEXT : CSI;
	} else if (state == ESCAPE) {
		state = c == '[' ? CSI : TEXT;
	} else if (c == 27) {
		state = ESCAPE;
	} else if (c == '\n' || c == '\r') {
		line_start = true;
	} else if (c >= 0x20) {
		line_start = false;
	}
}

static void send(const char *text, size_t len)
{
	uart_write(text, len);
	for (size_t i = 0; i < len; i++) {
		screen_put(&screen, (unsigned char)text[i]);
		note((unsigned char)text[i]);
	}
}

void terminal_echo(const char *text, size_t len)
{
	if (uart_room() >= len)
		send(text, len);
}

bool terminal_echo_ready(void) { return uart_room() >= LINE_DRAW_BYTES; }
bool terminal_ready(void) { return budget > 0 && uart_room() >= ECHO_RESERVE + BATCH; }

size_t terminal_write(const char *text, size_t len)
{
	size_t i;

	budget -= TEXT_COST;
	for (i = 0; i < len && budget > 0 && uart_room() > ECHO_RESERVE; i++) {
		bool newline = text[i] == '\n';

		send(newline ? "\r\n" : &text[i], newline ? 2 : 1);
		budget -= newline ? NEWLINE_COST : 1;
	}
	return i;
}

bool terminal_interrupt(L4_ThreadId_t from, void (*typed)(unsigned char))
{
	return devices_interrupt(parts, from, typed);
}

void terminal_flush(void) { screen_flush(&screen); }
bool terminal_is_behind(void) { return screen.left != 0; }
void terminal_renew(void) { budget = PIECE; }
