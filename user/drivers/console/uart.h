/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.h - the serial line, driven by its interrupt in both directions.
 *
 * Bytes to send wait in a ring (uart.c); the chip of the machine (arch/<a>) moves some at a time, and
 * interrupts for more only while the ring holds something. Nothing is polled after the chip was set up.
 */
#ifndef CONSOLE_UART_H
#define CONSOLE_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UART_RING = 8192 };

/* Returns the number of bytes that fit into the ring now. Without a chip it is never 0. */
size_t uart_room(void);

/* Queue len bytes; len <= uart_room(). Without a chip they are dropped. */
void uart_write(const char *text, size_t len);

/* ---- between the ring and the chip ---- */

/* Call it when the chip has been set up. */
void uart_is_present(void);

/* Get the next byte to send. Returns false if the ring is empty. */
bool uart_take(char *byte);
bool uart_is_empty(void);

/* The chip's: the ring was empty, and has bytes now. */
void uart_begin(void);

#endif
