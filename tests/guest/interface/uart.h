/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.h - a device that interrupts: the first serial port. Enabling its "transmitter empty" interrupt raises
 * line 4 whenever nothing is being sent.
 */
#ifndef UART_H
#define UART_H

#include "machine.h"

enum {
	LINE = 4,
	UART = 0x3f8, UART_IER = UART + 1, UART_IIR = UART + 2, UART_MCR = UART + 4,
	IER_THRE = 2, MCR_OUT2 = 8, MCR_READY = 3,
};

static inline L4_ThreadId_t irq(void) { return L4_GlobalId(LINE, 1); }

static inline word attach(L4_ThreadId_t handler)
{
	return thread_control(irq(), irq(), L4_nilthread, handler, -1ul);
}

static inline word detach(void) { return attach(irq()); }

static inline void uart_quiet(void)
{
	port_out8(UART_IER, 0);
	(void)port_in8(UART_IIR);
}

/* Raise the line once: a rising edge, since it was low before. */
static inline void uart_raise(void)
{
	uart_quiet();
	port_out8(UART_MCR, MCR_OUT2 | MCR_READY);
	port_out8(UART_IER, IER_THRE);
}

/* Gets the ports from sigma0; detaches the line if an earlier test left it attached. */
static inline void begin(void)
{
	L4_Fpage_t f = L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(UART, 8));

	CHECK(!L4_IsNilFpage(f));
	uart_quiet();
	detach();
}

static inline void end(void)
{
	uart_quiet();
	detach();
}

static inline L4_MsgTag_t receive(word us)
{
	return L4_Receive_Timeout(irq(), us ? L4_TimePeriod(us) : L4_ZeroTime);
}

static inline word acknowledge(void)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send_Timeout(irq(), L4_TimePeriod(1000));
	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

#endif
