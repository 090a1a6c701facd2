/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.c - the serial channel that nothing is connected to (as arch/ppc32/line.c of the guest tests), in the
 * I/O controller, whose address is as the firmware left it. QEMU is ended from outside.
 */
#include <l4/sigma0.h>
#include "../../twin.h"

enum {
	AT = 0x71000000, PCI_BAR0_OF_CONTROLLER = 0x80000010 | 0x10 << 11, ESCC = 0x13000,
	CONTROL = 0, DATA = 0x10, RESET_TX_INTERRUPT = 0x28,
	INTERRUPTS = 1, TX_INTERRUPT = 2, TRANSMITTER = 5, TX_ON = 0x68, MASTER = 9, MASTER_ON = 8,
};

static void page_at(word physical, word at)
{
	L4_Sigma0_GetPage_RcvWindow(L4_nilthread, L4_FpageLog2(physical, 12), L4_FpageLog2(at, 12));
}

static void put(word at, word value)
{
	*(volatile uint8_t *)(AT + at) = (uint8_t)value;
	__L4_DeviceOrder();
}

static void set(word number, word value)
{
	put(CONTROL, number);
	put(CONTROL, value);
}

void line_take(void)
{
	page_at(0xfec00000, AT + PAGE);
	page_at(0xfee00000, AT + 2 * PAGE);
	*(volatile uint32_t *)(AT + PAGE) = __builtin_bswap32(PCI_BAR0_OF_CONTROLLER);
	__L4_DeviceOrder();
	page_at((__builtin_bswap32(*(volatile uint32_t *)(AT + 2 * PAGE)) & ~0xfu) + ESCC, AT);
	set(INTERRUPTS, 0);
	put(CONTROL, RESET_TX_INTERRUPT);
	set(MASTER, MASTER_ON);
	set(TRANSMITTER, TX_ON);
}

/* The transmitter is empty behind a character, until line_quiet: the kernel looks at the line's level. */
void line_raise(void)
{
	set(INTERRUPTS, TX_INTERRUPT);
	put(DATA, 0);
}

/* In the space of the driver, which has the page by a fault. */
void line_quiet(void)
{
	set(INTERRUPTS, 0);
	put(CONTROL, RESET_TX_INTERRUPT);
}

bool line_has(word address) { return address >> 16 == AT >> 16; }

void emulator_end(void) { }
