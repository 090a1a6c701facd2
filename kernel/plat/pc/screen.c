/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.c - boot messages on the VGA text screen, if the boot loader has set up one.
 *
 * The kernel uses the screen until user programs run; then a driver does. The last KEPT characters that the
 * kernel prints after that are stored, and shown when the kernel stops.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/words.h>
#include <lib/bits.h>
#include <lib/section.h>
#include "pc.h"

enum { FB_TEXT = 2, ATTRIBUTE = 0x0700, STOP_ATTRIBUTE = 0x4f00, KEPT = 1024 };
enum { WINDOW = 0xa0000, WINDOW_END = 0xc0000 };	/* in which VGA has its memory */

static struct {
	uint16_t *cells;		/* 0: no text screen */
	unsigned width, height, column;
	uint16_t attribute;
	bool owned;
	char kept[KEPT];
	unsigned nkept;
} screen;

static void new_line(void)
{
	unsigned last = screen.width * (screen.height - 1);

	arch_words_copy(screen.cells, screen.cells + screen.width,
			(last * sizeof(*screen.cells) + sizeof(l4_word_t) - 1) / sizeof(l4_word_t));
	for (unsigned i = 0; i < screen.width; i++)
		screen.cells[last + i] = screen.attribute | ' ';
	screen.column = 0;
}

static void show(char c)
{
	if (c == '\r') {
		screen.column = 0;
		return;
	}
	if (c == '\n' || screen.column == screen.width)
		new_line();
	if (c != '\n')
		screen.cells[screen.width * (screen.height - 1) + screen.column++] =
			screen.attribute | (uint8_t)c;
}

void screen_putc(char c)
{
	if (!screen.cells)
		return;
	if (screen.owned)
		show(c);
	else
		screen.kept[screen.nkept++ % KEPT] = c;
}

/* Cells elsewhere are no text screen of a PC. Lines of whole words: new_line copies words. */
static BOOT_CODE bool is_in_window(const struct multiboot_framebuffer *fb)
{
	return fb->base >= WINDOW && fb->base < WINDOW_END && is_aligned(fb->base, 3)
	    && fb->width > 0 && is_aligned(fb->width, 2) && fb->height > 0
	    && (uint64_t)fb->width * fb->height <= (WINDOW_END - fb->base) / sizeof(*screen.cells);
}

BOOT_CODE void plat_screen_init(const struct boot_info *boot)
{
	if (boot->fb.type != FB_TEXT || !is_in_window(&boot->fb))
		return;
	screen.cells = arch_frame_ptr(boot->fb.base);
	screen.width = boot->fb.width;
	screen.height = boot->fb.height;
	screen.attribute = ATTRIBUTE;
	screen.owned = true;
	new_line();
}

BOOT_CODE void plat_screen_release(void) { screen.owned = false; }

void plat_screen_reclaim(void)
{
	unsigned from = screen.nkept > KEPT ? screen.nkept - KEPT : 0;

	if (!screen.cells || screen.owned)
		return;
	screen.owned = true;
	screen.attribute = STOP_ATTRIBUTE;
	new_line();
	while (from != screen.nkept)
		show(screen.kept[from++ % KEPT]);
}
