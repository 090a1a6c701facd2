/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - see uart.h: the first serial port. Enabling its "transmitter empty" interrupt raises line 4
 * whenever nothing is being sent.
 */
#ifndef GUEST_LINE_H
#define GUEST_LINE_H

enum {
	LINE = 4,
	UART = 0x3f8, UART_IER = UART + 1, UART_IIR = UART + 2, UART_MCR = UART + 4,
	IER_THRE = 2, MCR_OUT2 = 8, MCR_READY = 3,
};

static inline void uart_get(void)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(UART, 8))));
}

static inline void uart_quiet(void)
{
	port_out8(UART_IER, 0);
	(void)port_in8(UART_IIR);
}

static inline void uart_raise(void)
{
	uart_quiet();
	port_out8(UART_MCR, MCR_OUT2 | MCR_READY);
	port_out8(UART_IER, IER_THRE);
}

static inline void uart_taken(void) { }

#endif
