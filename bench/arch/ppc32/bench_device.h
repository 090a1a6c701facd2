/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_device.h - the device of the benchmark: channel B of the serial controller, which nothing is
 * connected to, by its registers in memory. A byte that is sent raises "transmitter empty" at once. See
 * bench/arch/x86/bench_device.h.
 */
#ifndef BENCH_DEVICE_H
#define BENCH_DEVICE_H

#include <stdbool.h>
#include <l4/sigma0.h>

#include "../../guest/bench.h"

/* Also its physical address: mac-io + 0x13000; OpenBIOS puts mac-io there if there is no network card. */
#define DEVICE_AT	0x81093000UL

enum {
	DEVICE_LINE	= 16,
	DEVICE_PLACE	= (int)DEVICE_AT,
	CONTROL_B	= 0,
	DATA_B		= 0x10,
	SELECT_1	= 1,		/* the next write is to register 1, or 5 */
	SELECT_5	= 5,
	TX_INTERRUPT	= 0x02,
	TX_ENABLE	= 0x68,
	RESET_TX	= 0x28,		/* command: the interrupt is no longer pending */
	TX_EMPTY	= 0x04,		/* of register 0 */
	DEVICE_PAGE_LOG2 = 12,
};

/* Stores to guarded memory stay in their order. */
static inline void device_store(unsigned at, L4_Word8_t value)
{
	((volatile L4_Word8_t *)DEVICE_AT)[at] = value;
}

static inline bool device_has(L4_Word_t address)
{
	return address >> DEVICE_PAGE_LOG2 == DEVICE_AT >> DEVICE_PAGE_LOG2;
}

static inline L4_Fpage_t device_fpage(void)
{
	return L4_FpageAddRights(L4_FpageLog2(DEVICE_AT, DEVICE_PAGE_LOG2), L4_FullyAccessible);
}

static inline L4_Fpage_t device_ports(L4_Word_t first, unsigned log2)
{
	(void)first;
	(void)log2;
	return L4_Nilpage;
}

/* The program's own space gets the page from sigma0. */
static inline void device_init(void)
{
	L4_Sigma0_GetPage(L4_nilthread, device_fpage());
	if (!(((volatile L4_Word8_t *)DEVICE_AT)[CONTROL_B] & TX_EMPTY))
		fail("the serial controller is elsewhere");
	device_store(CONTROL_B, SELECT_5);
	device_store(CONTROL_B, TX_ENABLE);
	device_store(CONTROL_B, SELECT_1);
	device_store(CONTROL_B, TX_INTERRUPT);
	device_store(CONTROL_B, RESET_TX);
}

static inline void device_read(void) { (void)((volatile L4_Word8_t *)DEVICE_AT)[CONTROL_B]; }
static inline void device_write(void) { device_store(CONTROL_B, 0); }
static inline void device_raise(void) { device_store(DATA_B, 0); }
static inline void device_quiet(void) { device_store(CONTROL_B, RESET_TX); }
static inline void device_served(void) { device_quiet(); }
static inline void device_end_emulator(int status) { (void)status; }

#endif
