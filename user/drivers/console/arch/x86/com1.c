/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * com1.c - see com1.h.
 */
#include <l4/port.h>
#include <pecan/ns16550.h>
#include <stdint.h>

#include "../../uart.h"
#include "com1.h"

enum {
	MCR = UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2,
	RECEIVE_BOUND = 256,		/* bytes taken in one interrupt, against a babbling line */
};

static uint8_t enabled;			/* interrupts, as last written to IER */

static uint8_t get(unsigned reg) { return L4_PortIn8(COM1_PORT + reg); }
static void set(unsigned reg, unsigned value) { L4_PortOut8(COM1_PORT + reg, (uint8_t)value); }

static void enable(unsigned interrupts)
{
	enabled = (uint8_t)interrupts;
	set(UART_IER, interrupts);
}

bool com1_init(void)
{
	if (!ns16550_answers(COM1_PORT))
		return false;
	uart_is_present();
	set(UART_IER, 0);
	ns16550_set_rate(COM1_PORT);
	set(UART_FCR, UART_FCR_ENABLE | UART_FCR_CLEAR);
	set(UART_MCR, MCR);
	enable(UART_IER_RECEIVED);
	return true;
}

void uart_begin(void) { enable(UART_IER_RECEIVED | UART_IER_SENT); }

static void send_some(void)
{
	char byte;

	for (unsigned i = 0; i < UART_FIFO && uart_take(&byte); i++)
		set(UART_DATA, (unsigned char)byte);
	if (uart_is_empty())
		enable(UART_IER_RECEIVED);
}

void com1_interrupt(void (*received)(unsigned char))
{
	(void)get(UART_IIR);
	for (unsigned i = 0; i < RECEIVE_BOUND && (get(UART_LSR) & UART_LSR_RECEIVED); i++)
		received(get(UART_DATA));
	if (!uart_is_empty() && (get(UART_LSR) & UART_LSR_SENT))
		send_some();
}

void com1_rearm(void)
{
	set(UART_IER, 0);
	set(UART_IER, enabled);
}
