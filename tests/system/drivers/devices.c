/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.c - see devices.h.
 */
#include <stdio.h>
#include <string.h>
#include <l4/amd64/port.h>
#include "devices.h"
#include "machine.h"
#include "pci.h"

enum { TIME = 10, UPDATE = 0x80, PERIODIC = 0x40, RAISED = 0x80,
       THR = 0, IER = 1, IIR = 2, LCR = 3, LSR = 5, SCRATCH = 7, DIVISOR = 0x80,
       RECEIVED = 1, SENT = 2, LSR_EMPTY = 0x20, DRAIN_US = 1000 };

struct clock_chip clock_chip;
struct serial serial;
struct keyboard keyboard;
struct crtc crtc;
struct watchdog_timer watchdog_timer;

/* ---- the clock ---- */

static unsigned clock_index;

static void clock_count(void)
{
	if (clock_chip.changes && --clock_chip.changes == 0)
		memcpy(clock_chip.reg, clock_chip.next, TIME);
}

static uint8_t clock_read(void)
{
	uint8_t value = clock_chip.reg[clock_index];
	bool updating = clock_chip.updating > 0;

	clock_count();
	if (clock_index == CLOCK_A) {
		clock_chip.updating -= updating && clock_chip.updating != ~0u;
		return (uint8_t)((value & ~UPDATE) | (updating ? UPDATE : 0));
	}
	if (clock_index == CLOCK_C)
		clock_chip.reg[CLOCK_C] = 0;
	return updating && clock_index < TIME ? 0xff : value;
}

static void clock_write(uint8_t value)
{
	if (clock_index != CLOCK_C)
		clock_chip.reg[clock_index] = value;
}

void clock_ticks(void)
{
	bool before = clock_chip.reg[CLOCK_C] & RAISED;

	clock_chip.reg[CLOCK_C] |= PERIODIC;
	if (!(clock_chip.reg[CLOCK_B] & PERIODIC))
		return;
	clock_chip.reg[CLOCK_C] |= RAISED;
	if (!before)				/* the line rises */
		machine_interrupt(CLOCK_IRQ);
}

void clock_set(const uint8_t time[TIME], uint8_t mode)
{
	memcpy(clock_chip.reg, time, TIME);
	clock_chip.reg[CLOCK_B] = mode;
}

/* ---- the serial line ---- */

static char typed[4096];
static unsigned typed_first, typed_count;
static bool empty_pending, raised, drains;

static bool has_received(void) { return typed_count > 0 || serial.babbles > 0; }

/* The line of the interrupt: an edge is one. */
static void serial_line(void)
{
	bool before = raised;

	raised = ((serial.reg[IER] & RECEIVED) && has_received()) || ((serial.reg[IER] & SENT) && empty_pending);
	if (raised && !before)
		machine_interrupt(SERIAL_IRQ);
}

static void drained(void *unused)
{
	(void)unused;
	drains = false;
	empty_pending = !serial.stuck;
	serial_line();
}

static void transmit(uint8_t byte)
{
	if (serial.bytes == SERIAL_TEXT - 1)
		kernel_stop("too much is sent");
	serial.sent[serial.bytes++] = (char)byte;
	empty_pending = false;
	if (!drains)
		kernel_at(kernel_now() + DRAIN_US, drained, NULL);
	drains = true;
}

static uint8_t take_typed(void)
{
	uint8_t byte = 0xff;

	if (typed_count > 0) {
		byte = (uint8_t)typed[typed_first];
		typed_first = (typed_first + 1) % sizeof typed;
		typed_count--;
	} else if (serial.babbles > 0) {
		serial.babbles--;
	}
	return byte;
}

static uint8_t serial_read(unsigned reg)
{
	uint8_t value = serial.reg[reg];

	if (!serial.present)
		return 0xff;
	if (reg == THR && !(serial.reg[LCR] & DIVISOR)) {
		value = take_typed();
	}
	if (reg == IIR)
		empty_pending = false;
	if (reg == LSR)
		value = (uint8_t)(has_received() | (serial.stuck || drains ? 0 : LSR_EMPTY));
	serial_line();
	return value;
}

static void serial_write(unsigned reg, uint8_t value)
{
	if (!serial.present)
		return;
	if (reg == THR && !(serial.reg[LCR] & DIVISOR))
		transmit(value);
	else if (reg == IER && !(serial.reg[LCR] & DIVISOR))
		empty_pending |= (value & SENT) && !(serial.reg[IER] & SENT) && !drains && !serial.stuck;
	if (reg != LSR && reg != THR)
		serial.reg[reg] = value;
	serial_line();
}

void serial_type(const char *text)
{
	for (; *text; text++)
		typed[(typed_first + typed_count++) % sizeof typed] = *text;
	serial_line();
}

bool serial_sent(const char *part)
{
	char *at;

	serial.sent[serial.bytes] = 0;
	at = strstr(serial.sent, part);
	if (!at) {
		printf("    nothing sent has \"%s\":\n%s\n", part, serial.sent);
		return false;
	}
	serial.bytes -= (unsigned)(at - serial.sent + strlen(part));
	memmove(serial.sent, at + strlen(part), serial.bytes);
	return true;
}

/* ---- the keyboard ---- */

static uint8_t keyboard_read(bool data)
{
	bool full = keyboard.babbles || keyboard.count > 0;
	uint8_t code = keyboard.queue[keyboard.first];

	if (!keyboard.present)
		return 0xff;
	if (!data)
		return (uint8_t)(full | (keyboard.mouse ? 0x20 : 0));
	if (keyboard.count > 0) {
		keyboard.first = (keyboard.first + 1) % sizeof keyboard.queue;
		keyboard.count--;
	}
	return code;
}

void keyboard_types(const uint8_t *codes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		keyboard.queue[(keyboard.first + keyboard.count++) % sizeof keyboard.queue] = codes[i];
	machine_interrupt(KEYBOARD_LINE);
}

/* ---- ports ---- */

L4_Word8_t L4_PortIn8(L4_Word16_t port)
{
	machine_check_port(port);
	switch (port) {
	case 0x60: return keyboard_read(true);
	case 0x64: return keyboard_read(false);
	case 0x71: return clock_read();
	}
	if (port >= 0x3f8 && port <= 0x3ff)
		return serial_read(port - 0x3f8);
	return pci_region_in(port);
}

void L4_PortOut8(L4_Word16_t port, L4_Word8_t value)
{
	machine_check_port(port);
	switch (port) {
	case 0x70: clock_index = value & 0x7f; break;
	case 0x71: clock_write(value); break;
	case 0x3d4: crtc.index = value; break;
	case 0x3d5: crtc.reg[crtc.index] = value; break;
	case 0x443:
		watchdog_timer.fed++;
		watchdog_timer.value = value;
		break;
	default:
		if (port >= 0x3f8 && port <= 0x3ff)
			serial_write(port - 0x3f8, value);
		else
			pci_region_out(port, value);
	}
}

L4_Word32_t L4_PortIn32(L4_Word16_t port)
{
	machine_check_port(port);
	return pci_port_read(port);
}

void L4_PortOut32(L4_Word16_t port, L4_Word32_t value)
{
	machine_check_port(port);
	pci_port_write(port, value, sizeof value);
}

void L4_PortOut16(L4_Word16_t port, L4_Word16_t value)
{
	machine_check_port(port);
	pci_port_write(port, value, sizeof value);
}
