/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * com1.c - see com1.h. Registers as in the 16550 data sheet: offsets from COM1_PORT.
 */
#include <l4/port.h>
#include <stdint.h>

#include "../../uart.h"
#include "com1.h"

enum {
	REG_DATA = 0, REG_IER = 1, REG_IIR = 2, REG_FCR = 2, REG_LCR = 3, REG_MCR = 4, REG_LSR = 5,
	REG_SCRATCH = 7,

	IER_RECEIVED = 1, IER_SENT = 2,
	IIR_NONE = 1,
	FCR_ENABLE = 1, FCR_CLEAR = 6,
	LCR_8N1 = 3, LCR_DIVISOR = 0x80,
	MCR_DTR_RTS_OUT2 = 0x0b,	/* OUT2 connects the interrupt line on a PC */
	LSR_RECEIVED = 1, LSR_SENT = 0x20,

	DIVISOR_115200 = 1,
	FIFO = 16,
	RECEIVE_BOUND = 256,		/* bytes taken in one interrupt, against a babbling line */
};

static uint8_t enabled;			/* interrupts, as last written to IER */

static uint8_t get(unsigned reg) { return L4_PortIn8(COM1_PORT + reg); }
static void set(unsigned reg, unsigned value) { L4_PortOut8(COM1_PORT + reg, (uint8_t)value); }

static void enable(unsigned interrupts)
{
	enabled = (uint8_t)interrupts;
	set(REG_IER, interrupts);
}

static bool answers(void)
{
	set(REG_SCRATCH, 0x5a);
	if (get(REG_SCRATCH) != 0x5a)
		return false;
	set(REG_SCRATCH, 0xa5);
	return get(REG_SCRATCH) == 0xa5;
}

bool com1_init(void)
{
	if (!answers())
		return false;
	uart_is_present();
	set(REG_IER, 0);
	set(REG_LCR, LCR_DIVISOR);
	set(REG_DATA, DIVISOR_115200);
	set(REG_IER, 0);
	set(REG_LCR, LCR_8N1);
	set(REG_FCR, FCR_ENABLE | FCR_CLEAR);
	set(REG_MCR, MCR_DTR_RTS_OUT2);
	enable(IER_RECEIVED);
	return true;
}

void uart_begin(void) { enable(IER_RECEIVED | IER_SENT); }

static void send_some(void)
{
	char byte;

	for (unsigned i = 0; i < FIFO && uart_take(&byte); i++)
		set(REG_DATA, (unsigned char)byte);
	if (uart_is_empty())
		enable(IER_RECEIVED);
}

void com1_interrupt(void (*received)(unsigned char))
{
	(void)get(REG_IIR);
	for (unsigned i = 0; i < RECEIVE_BOUND && (get(REG_LSR) & LSR_RECEIVED); i++)
		received(get(REG_DATA));
	if (!uart_is_empty() && (get(REG_LSR) & LSR_SENT))
		send_some();
}

void com1_rearm(void)
{
	set(REG_IER, 0);
	set(REG_IER, enabled);
}
