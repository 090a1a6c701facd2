/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_device.h - the device of the benchmark: the serial port, by I/O ports. With its transmitter empty,
 * allowing the "transmitter empty" interrupt raises its line at once. Each family of machines has a header of
 * this name; what uses the device gets it by a fault, or by an item of DEVICE_ITEM.
 */
#ifndef BENCH_DEVICE_H
#define BENCH_DEVICE_H

#include <stdbool.h>
#include <l4/arch.h>
#include <l4/port.h>

enum {
	DEVICE_LINE	= 4,
	COM1_ENABLE	= 0x3f9,
	COM1_IDENT	= 0x3fa,
	COM1_SCRATCH	= 0x3ff,	/* means nothing to it */
	ENABLE_EMPTY	= 2,
	QEMU_EXIT_PORT	= 0xf4,
};

/* Returns true if the page at address is the device's: a load or store there would change it. */
static inline bool device_has(L4_Word_t address)
{
	(void)address;
	return false;
}

static inline void device_init(void) { }
static inline void device_read(void) { L4_PortIn8(COM1_IDENT); }
static inline void device_write(void) { L4_PortOut8(COM1_SCRATCH, 0); }

static inline void device_raise(void) { L4_PortOut8(COM1_ENABLE, ENABLE_EMPTY); }

static inline void device_quiet(void)
{
	L4_PortOut8(COM1_ENABLE, 0);
	L4_PortIn8(COM1_IDENT);
}

/* By the handler, before it lets the line interrupt again: this one has an edge only. */
static inline void device_served(void) { }

/* What an item has to send for device_write, and the item's place. */
static inline L4_Fpage_t device_fpage(void)
{
	return L4_FpageAddRights(L4_IoFpage(COM1_SCRATCH, 1), L4_FullyAccessible);
}

enum { DEVICE_PLACE = 0 };

/* 2^log2 I/O ports; where there are none, nilpage. */
static inline L4_Fpage_t device_ports(L4_Word_t first, unsigned log2)
{
	return L4_FpageAddRights(L4_IoFpageLog2(first, (int)log2), L4_FullyAccessible);
}

/* Ends the emulator, if the machine can. */
static inline void device_end_emulator(int status) { L4_PortOut8(QEMU_EXIT_PORT, (L4_Word8_t)status); }

#endif
