/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.c - see line.h. The serial controller is a part of the I/O controller.
 */
#include "macio.h"
#include "uart.h"

enum {
	ESCC = 0x13000, ESCC_B_CONTROL = 0, ESCC_B_DATA = 0x10,
	RESET_TX_INTERRUPT = 0x28,		/* to register 0 */
	INTERRUPTS = 1, TX_INTERRUPT = 0x02,	/* register 1 */
	TRANSMITTER = 5, TX_ON = 0x68,		/* register 5: 8 bits */
	MASTER = 9, MASTER_ON = 0x08,		/* register 9 */
	ESCC_AT = 0x71002000,			/* where its page is in the space of the tests */
};

void uart_get(void)
{
	static bool there;

	if (!there)
		macio_page(ESCC, ESCC_AT);
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
