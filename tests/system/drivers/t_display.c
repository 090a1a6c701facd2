/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_display.c - the screens of the console, as a boot loader describes them.
 */
#include <stdlib.h>
#include <string.h>
#include <pecan/console.h>
#include "devices.h"
#include "machine.h"

enum { GREY = 0xaa };			/* each of red, green and blue of plain text */

static void start(void)
{
	machine_start(DRIVER_TASK, console_main);
	machine_wait(2000000);
}

static bool put(const char *text) { return console_write(text, strlen(text)); }

static uint8_t *add_framebuffer(unsigned width, unsigned height, unsigned bpp, unsigned pitch)
{
	uint8_t *memory = calloc(height ? height : 1, pitch);

	machine.framebuffer = (struct root_framebuffer_out){
		.physical = 0xe0000000, .pitch = pitch, .width = width, .height = height, .bpp = bpp, .type = 1,
		.red = 16 | 8 << 8, .green = 8 | 8 << 8, .blue = 8 << 8,
	};
	machine_memory(0xe0000000, (uint64_t)pitch * height, memory);
	serial.present = true;
	return memory;
}

static bool draws(const uint8_t *memory, size_t bytes)
{
	unsigned lit = 0;

	if (!put("\n\n####\n\n\n\n\n\n\n\n####"))
		return false;
	machine_wait(10000000);
	for (size_t i = 0; i < bytes; i++)
		lit += memory[i] != 0;
	return lit > 0;
}

static L4_Word_t display_parts(void)
{
	struct console_info info;

	return console_info(&info) ? info.parts & (CONSOLE_FRAMEBUFFER | CONSOLE_VGA) : ~0ul;
}

TEST(display_framebuffer, "text is drawn in pixels of 32, 24 and 16 bits, and no byte beside them is written")
{
	uint8_t *memory = add_framebuffer(100, 50, 24, 100 * 3 + 7);

	start();
	CHECK(display_parts() == CONSOLE_FRAMEBUFFER && draws(memory, 50 * 307));
	for (unsigned i = 0; i < 50 * 307; i++)
		CHECK(memory[i] == 0 || memory[i] == GREY);
	for (unsigned y = 0; y < 50; y++)
		for (unsigned x = 12 * 8 * 3; x < 307; x++)	/* behind the last column */
			CHECK(memory[y * 307 + x] == 0);
}

TEST(display_framebuffer_32, "the same with 32 bits")
{
	uint8_t *memory = add_framebuffer(640, 480, 32, 640 * 4);

	start();
	CHECK(display_parts() == CONSOLE_FRAMEBUFFER && draws(memory, 640 * 480 * 4));
}

TEST(display_framebuffer_16, "the same with 16 bits: 5, 6 and 5")
{
	uint8_t *memory = add_framebuffer(320, 200, 16, 640);

	machine.framebuffer.red = 11 | 5 << 8;
	machine.framebuffer.green = 5 | 6 << 8;
	machine.framebuffer.blue = 5 << 8;
	start();
	CHECK(display_parts() == CONSOLE_FRAMEBUFFER && draws(memory, 640 * 200));
}

TEST(display_framebuffer_colours, "colours that lie beyond a pixel are no framebuffer")
{
	add_framebuffer(320, 200, 32, 320 * 4);
	machine.framebuffer.red = 200 | 8 << 8;
	start();
	CHECK(display_parts() == 0 && put("text") && serial_sent("text"));
}

TEST(display_framebuffer_pitch, "lines that are shorter than their pixels are no framebuffer")
{
	add_framebuffer(320, 200, 32, 320 * 4 - 1);
	start();
	CHECK(display_parts() == 0 && put("text\n"));
}

TEST(display_framebuffer_low, "a framebuffer lower than one row of text, or narrower than a column, is none")
{
	add_framebuffer(320, 15, 32, 320 * 4);
	start();
	CHECK(display_parts() == 0 && put("a\nb\n"));
	machine_wait(1000000);
	CHECK(serial_sent("a\r\nb"));
}

TEST(display_framebuffer_depth, "pixels of 8 bits, or of 40, are no framebuffer")
{
	add_framebuffer(320, 200, 40, 320 * 5);
	start();
	CHECK(display_parts() == 0);
}

TEST(display_text_huge, "a text screen whose size overflows 32 bits is none")
{
	machine_memory(0xa0000, 0x20000, calloc(1, 0x20000));
	machine.framebuffer = (struct root_framebuffer_out){
		.physical = 0xa0000, .width = 0x8000, .height = 0x10001, .type = 2,
	};
	serial.present = true;
	start();
	CHECK(display_parts() == 0 && put("text\n"));
}

TEST(display_text_large, "a text screen larger than the console uses is used in part")
{
	enum { WIDE = 300, HIGH = 100 };
	uint16_t *cells = calloc(WIDE * HIGH, 2);

	machine_memory(0xa0000, WIDE * HIGH * 2, cells);
	machine.framebuffer = (struct root_framebuffer_out){
		.physical = 0xa0000, .width = WIDE, .height = HIGH, .type = 2,
	};
	start();
	CHECK(display_parts() == CONSOLE_VGA && put("a\nb"));
	machine_wait(1000000);
	CHECK((cells[0] & 0xff) == 'a' && (cells[WIDE] & 0xff) == 'b');
}
