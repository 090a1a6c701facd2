/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.c - see uart.h: the ring.
 */
#include "uart.h"

static struct {
	bool present;
	char ring[UART_RING];
	size_t head, count;		/* oldest byte, number of bytes */
} uart;

void uart_is_present(void) { uart.present = true; }
bool uart_is_empty(void) { return uart.count == 0; }

size_t uart_room(void)
{
	return uart.present ? UART_RING - uart.count : UART_RING;
}

void uart_write(const char *text, size_t len)
{
	bool begin = uart.present && uart.count == 0 && len > 0;

	if (!uart.present)
		return;
	for (size_t i = 0; i < len; i++)
		uart.ring[(uart.head + uart.count++) % UART_RING] = text[i];
	if (begin)
		uart_begin();
}

bool uart_take(char *byte)
{
	if (uart.count == 0)
		return false;
	*byte = uart.ring[uart.head];
	uart.head = (uart.head + 1) % UART_RING;
	uart.count--;
	return true;
}
