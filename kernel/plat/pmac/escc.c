/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * escc.c - channel A of the serial controller (Z85C30), polled: the kernel's output, and the debugger's
 * input.
 *
 * A user-level driver may use the channel at the same time. The kernel therefore only writes the data
 * register when it is empty, reads it only for the debugger, and does not change the configuration after
 * boot. Register 0 is that of the control address, unless another one was selected before the last access to
 * it.
 */
#include <arch/board.h>
#include <arch/mmio.h>
#include <lib/bits.h>
#include <lib/section.h>
#include "pmac.h"

enum { CONTROL = 0x13020, DATA = 0x13030 };
enum { RR0_DATA = 0x01, RR0_EMPTY = 0x04, RR0_BREAK = 0x80 };
enum { WR1_RECEIVED = 0x10, WR9_INTERRUPTS = 0x08 };

static uint8_t line_status(void) { return mmio_read8(macio + CONTROL); }
static bool line_is_empty(void) { return line_status() & RR0_EMPTY; }
static void line_write(char c) { mmio_write8(macio + DATA, (uint8_t)c); }

#include <plat/line.h>

static void set(uint8_t number, uint8_t value)
{
	mmio_write8(macio + CONTROL, number);
	mmio_write8(macio + CONTROL, value);
}

/* 57600 bit/s, 8 bits, no parity, 1 stop bit, no interrupts: pairs of a register and its value. */
static void set_up(void)
{
	static const uint8_t setup[][2] = {
		{ 9, 0x80 }, { 1, 0 }, { 15, 0 }, { 4, 0x44 }, { 10, 0 }, { 11, 0x50 }, { 12, 0 }, { 13, 0 },
		{ 14, 1 }, { 3, 0xc1 }, { 5, 0xea },
	};

	mmio_read8(macio + CONTROL);		/* the next access is to register 0 */
	for (unsigned i = 0; i < ARRAY_LEN(setup); i++)
		set(setup[i][0], setup[i][1]);
}

BOOT_CODE void plat_console_init(void) { set_up(); }

bool plat_console_ready(void) { return line_is_empty(); }
void plat_putc(char c) { line_putc(c); }
int plat_getc(void) { return line_status() & RR0_DATA ? mmio_read8(macio + DATA) : -1; }

/*
 * QEMU's controller reports no end of a break, but forgets it when it is reset. That takes interrupts from a
 * driver, so it gets back those by which a driver of a terminal works: for each character that was received.
 */
bool plat_console_break(void)
{
	if (!(line_status() & RR0_BREAK))
		return false;
	plat_getc();				/* the zero that stands for it */
	set_up();
	set(1, WR1_RECEIVED);
	set(9, WR9_INTERRUPTS);
	return true;
}
