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

/* Set up the chip. Returns false if there is none: then bytes to send are dropped, and none are received. */
bool uart_init(void);

/* Returns the number of bytes that fit into the ring now. Without a chip it is never 0. */
size_t uart_room(void);

/* Queue len bytes; len <= uart_room(). */
void uart_write(const char *text, size_t len);

/* Serve the chip after an interrupt: pass received bytes to `received`, send bytes of the ring. */
void uart_interrupt(void (*received)(unsigned char));

/*
 * Call it when the interrupt has been acknowledged. The line is edge-triggered, and an edge while it was
 * masked may be lost: disabling and enabling the chip's interrupt makes a new edge if a cause is still
 * pending.
 */
void uart_rearm(void);

/* Returns true if the ring is empty. */
bool uart_idle(void);

#endif
