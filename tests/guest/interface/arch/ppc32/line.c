/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.c - see line.h. The serial controller is a part of the I/O controller, a device of the first PCI bus,
 * which is found by the address and data registers of the bridge (Grackle). Both have PCI's byte order.
 */
#include "uart.h"

enum {
	PCI_DEVICES = 32, PCI_ENABLE_SHIFT = 31, PCI_DEVICE_SHIFT = 11, PCI_ID = 0, PCI_BAR0 = 0x10,
	APPLE = 0x106b, HEATHROW = 0x0010, PADDINGTON = 0x0017,
	ESCC = 0x13000, ESCC_B_CONTROL = 0, ESCC_B_DATA = 0x10,
	RESET_TX_INTERRUPT = 0x28,		/* to register 0 */
	INTERRUPTS = 1, TX_INTERRUPT = 0x02,	/* register 1 */
	TRANSMITTER = 5, TX_ON = 0x68,		/* register 5: 8 bits */
	MASTER = 9, MASTER_ON = 0x08,		/* register 9 */
	/* where the pages are in the space of the tests */
	ADDRESS_AT = 0x71000000, DATA_AT = 0x71001000, ESCC_AT = 0x71002000,
};

#define PCI_ADDRESS	0xfec00000ul
#define PCI_DATA	0xfee00000ul

static void page_at(word physical, word at)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(L4_nilthread, L4_FpageLog2(physical, 12),
							 L4_FpageLog2(at, 12))));
}

static uint32_t config(word device, word at)
{
	*(volatile uint32_t *)ADDRESS_AT = __builtin_bswap32((uint32_t)(1ul << PCI_ENABLE_SHIFT
									| device << PCI_DEVICE_SHIFT | at));
	__asm__ __volatile__("eieio" : : : "memory");
	return __builtin_bswap32(*(volatile uint32_t *)DATA_AT);
}

static word controller(void)
{
	for (word d = 0; d < PCI_DEVICES; d++) {
		uint32_t id = config(d, PCI_ID);

		if (id == (HEATHROW << 16 | APPLE) || id == (PADDINGTON << 16 | APPLE))
			return config(d, PCI_BAR0) & ~0xful;
	}
	return 0;
}

void uart_get(void)
{
	static bool there;
	word at;

	if (there)
		return;
	page_at(PCI_ADDRESS, ADDRESS_AT);
	page_at(PCI_DATA, DATA_AT);
	at = controller();
	CHECK(at != 0);
	page_at(at + ESCC, ESCC_AT);
	there = true;
}

static void put(word at, word value)
{
	*(volatile uint8_t *)(ESCC_AT + at) = (uint8_t)value;
	__asm__ __volatile__("eieio" : : : "memory");
}

static void set(word number, word value)
{
	put(ESCC_B_CONTROL, number);
	put(ESCC_B_CONTROL, value);
}

void uart_quiet(void)
{
	set(INTERRUPTS, 0);
	put(ESCC_B_CONTROL, RESET_TX_INTERRUPT);
}

/* The transmitter is empty again after a character. */
void uart_raise(void)
{
	uart_quiet();
	set(MASTER, MASTER_ON);
	set(TRANSMITTER, TX_ON);
	set(INTERRUPTS, TX_INTERRUPT);
	put(ESCC_B_DATA, 0);
}
