/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ns16550.h - the 16550, the chip of serial lines on x86: registers, as offsets from its first port, their
 * bits, and what its drivers do first. The caller has its ports.
 */
#ifndef PECAN_NS16550_H
#define PECAN_NS16550_H

#include <l4/port.h>
#include <stdbool.h>

/* DATA and IER are the divisor while LCR_DIVISOR is set; FCR is written, IIR read. */
enum uart_reg {
	UART_DATA = 0, UART_IER = 1, UART_IIR = 2, UART_FCR = 2, UART_LCR = 3, UART_MCR = 4, UART_LSR = 5,
	UART_SCRATCH = 7, UART_PORTS = 8,
};

enum {
	UART_IER_RECEIVED = 1, UART_IER_SENT = 2,
	UART_IIR_FIFO = 0xc0,		/* the FIFO is on, and works */
	UART_FCR_ENABLE = 1, UART_FCR_CLEAR = 6, UART_FCR_AT_8 = 0x80,	/* interrupt at so many bytes */
	UART_LCR_8N1 = 3, UART_LCR_DIVISOR = 0x80,
	UART_MCR_DTR = 1, UART_MCR_RTS = 2, UART_MCR_OUT2 = 8,	/* OUT2 connects the interrupt line on a PC */
	UART_LSR_RECEIVED = 1, UART_LSR_OVERRUN = 2, UART_LSR_DAMAGED = 0x1c,	/* parity, framing, break */
	UART_LSR_SENT = 0x20,		/* the FIFO is empty */

	UART_115200 = 1,		/* divisor */
	UART_FIFO = 16,			/* bytes */
};

/* Returns true if there is a chip at these ports. */
static inline bool ns16550_answers(L4_Word16_t port)
{
	L4_PortOut8((L4_Word16_t)(port + UART_SCRATCH), 0x5a);
	if (L4_PortIn8((L4_Word16_t)(port + UART_SCRATCH)) != 0x5a)
		return false;
	L4_PortOut8((L4_Word16_t)(port + UART_SCRATCH), 0xa5);
	return L4_PortIn8((L4_Word16_t)(port + UART_SCRATCH)) == 0xa5;
}

/* Set 115,200 baud, 8N1. A divisor that is right is not written again: a byte may be on its way. */
static inline void ns16550_set_rate(L4_Word16_t port)
{
	const L4_Word16_t lcr = (L4_Word16_t)(port + UART_LCR), low = (L4_Word16_t)(port + UART_DATA);
	const L4_Word16_t high = (L4_Word16_t)(port + UART_IER);

	L4_PortOut8(lcr, UART_LCR_8N1 | UART_LCR_DIVISOR);
	if (L4_PortIn8(low) != UART_115200 || L4_PortIn8(high) != 0) {
		L4_PortOut8(low, UART_115200);
		L4_PortOut8(high, 0);
	}
	L4_PortOut8(lcr, UART_LCR_8N1);
}

#endif
