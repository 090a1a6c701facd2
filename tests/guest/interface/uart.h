/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.h - a device that interrupts: a serial port whose transmitter is empty. Which one is the machine's:
 * line.h of arch/NAME, with LINE and these functions:
 *
 *   uart_get    makes its registers accessible
 *   uart_quiet  takes the interrupt away
 *   uart_raise  raises the line once: it was low before, or is then
 *   uart_taken  what a driver does when the interrupt has come, so that it does not come again: nothing where
 *               the line is edge triggered
 */
#ifndef UART_H
#define UART_H

#include "machine.h"
#include "line.h"

static inline L4_ThreadId_t irq(void) { return L4_GlobalId(LINE, 1); }

static inline word attach(L4_ThreadId_t handler)
{
	return thread_control(irq(), irq(), L4_nilthread, handler, -1ul);
}

static inline word detach(void) { return attach(irq()); }

/* Detaches the line if an earlier test left it attached. */
static inline void begin(void)
{
	uart_get();
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
	L4_MsgTag_t tag = L4_Receive_Timeout(irq(), us ? L4_TimePeriod(us) : L4_ZeroTime);

	if (L4_IpcSucceeded(tag))
		uart_taken();
	return tag;
}

static inline word acknowledge(void)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send_Timeout(irq(), L4_TimePeriod(1000));
	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

#endif
