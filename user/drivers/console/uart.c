/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.c - see uart.h. Registers as in the 16550 data sheet: offsets from UART_PORT.
 */
#include <l4/port.h>

#include "uart.h"

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

static struct {
	bool present;
	char ring[UART_RING];
	size_t head, count;		/* oldest byte, number of bytes */
	uint8_t enabled;		/* interrupts, as last written to IER */
} uart;

static uint8_t get(unsigned reg) { return L4_PortIn8(UART_PORT + reg); }
static void set(unsigned reg, unsigned value) { L4_PortOut8(UART_PORT + reg, (uint8_t)value); }

static void enable(unsigned interrupts)
{
	uart.enabled = (uint8_t)interrupts;
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

bool uart_init(void)
{
	uart.present = answers();
	if (!uart.present)
		return false;
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

size_t uart_room(void)
{
	return uart.present ? UART_RING - uart.count : UART_RING;
}

bool uart_idle(void) { return uart.count == 0; }

void uart_write(const char *text, size_t len)
{
	if (!uart.present)
		return;
	if (len && uart.count == 0)
		enable(IER_RECEIVED | IER_SENT);
	for (size_t i = 0; i < len; i++)
		uart.ring[(uart.head + uart.count++) % UART_RING] = text[i];
}

static void send_some(void)
{
	for (unsigned i = 0; i < FIFO && uart.count; i++) {
		set(REG_DATA, (unsigned char)uart.ring[uart.head]);
		uart.head = (uart.head + 1) % UART_RING;
		uart.count--;
	}
	if (uart.count == 0)
		enable(IER_RECEIVED);
}

void uart_interrupt(void (*received)(unsigned char))
{
	(void)get(REG_IIR);
	for (unsigned i = 0; i < RECEIVE_BOUND && (get(REG_LSR) & LSR_RECEIVED); i++)
		received(get(REG_DATA));
	if (uart.count && (get(REG_LSR) & LSR_SENT))
		send_some();
}

void uart_rearm(void)
{
	set(REG_IER, 0);
	set(REG_IER, uart.enabled);
}
