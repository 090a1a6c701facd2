/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.h - a 16550 at COM1, driven by its interrupt in both directions.
 *
 * Bytes to send wait in a ring; the transmitter-empty interrupt moves up to a FIFO's worth at a
 * time, and is enabled only while the ring holds something. Nothing is polled after uart_init.
 */
#ifndef CONSOLE_UART_H
#define CONSOLE_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UART_PORT = 0x3f8, UART_PORTS_LOG2 = 3, UART_IRQ = 4, UART_RING = 8192 };

/* Set up the chip. False if there is none: then nothing is sent and nothing arrives. */
bool uart_init(void);

/* Bytes that fit into the ring now. Without a chip there is always room. */
size_t uart_room(void);

/* Queue len bytes; len <= uart_room(). */
void uart_write(const char *text, size_t len);

/* Serve the chip after an interrupt: received bytes go to `received`, waiting ones are sent. */
void uart_interrupt(void (*received)(unsigned char));

/*
 * To be called when the interrupt has been acknowledged. The line is edge triggered, and an edge
 * that came while it was masked may be lost: letting it fall and rise again makes a new edge if
 * the chip still has a cause pending.
 */
void uart_rearm(void);

/* True when nothing waits to be sent any more. */
bool uart_idle(void);

#endif
