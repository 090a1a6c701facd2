/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.c - see devices.h: those of a PC. Their interrupt lines are edge-triggered.
 */
#include <l4/ipc.h>
#include <pecan/device.h>
#include <pecan/memory.h>
#include <proto/console.h>

#include "../../devices.h"
#include "com1.h"
#include "keyboard.h"
#include "vga.h"

enum {
	VGA_TEXT = 0xb8000, VGA_COLUMNS = 80, VGA_ROWS = 25,
	CRTC_PORT = 0x3d4, CRTC_PORTS_LOG2 = 1,
};

/* The interrupt is attached first: an edge before that would be lost. */
static bool open_uart(void)
{
	return pecan_ports(COM1_PORT, COM1_PORTS_LOG2) == ROOT_OK
	    && pecan_irq_attach(COM1_IRQ, L4_nilthread) == ROOT_OK && com1_init();
}

static bool open_keyboard(void)
{
	return pecan_ports(KEYBOARD_DATA, 0) == ROOT_OK && pecan_ports(KEYBOARD_STATUS, 0) == ROOT_OK
	    && pecan_irq_attach(KEYBOARD_IRQ, L4_nilthread) == ROOT_OK && keyboard_init();
}

L4_Word_t devices_open(void)
{
	L4_Word_t parts = 0;

	if (open_uart())
		parts |= CONSOLE_SERIAL;
	if (open_keyboard())
		parts |= CONSOLE_KEYBOARD;
	return parts;
}

bool devices_text(L4_Word_t address, unsigned columns, unsigned rows, struct display *d)
{
	void *memory;

	if (address == 0) {
		address = VGA_TEXT;
		columns = VGA_COLUMNS;
		rows = VGA_ROWS;
	}
	if (pecan_ports(CRTC_PORT, CRTC_PORTS_LOG2) != ROOT_OK
	    || pecan_phys(address, 2ul * columns * rows, &memory) != ROOT_OK)
		return false;
	*d = vga_display(memory, columns, rows);
	return true;
}

static void acknowledge(L4_ThreadId_t irq)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(irq, L4_ZeroTime);
}

bool devices_interrupt(L4_Word_t parts, L4_ThreadId_t from, void (*typed)(unsigned char))
{
	if ((parts & CONSOLE_SERIAL) && L4_IsThreadEqual(from, pecan_irq_id(COM1_IRQ))) {
		com1_interrupt(typed);
		acknowledge(from);
		com1_rearm();
		return true;
	}
	if ((parts & CONSOLE_KEYBOARD) && L4_IsThreadEqual(from, pecan_irq_id(KEYBOARD_IRQ))) {
		keyboard_interrupt(typed);
		acknowledge(from);
		keyboard_interrupt(typed);
		return true;
	}
	return false;
}
