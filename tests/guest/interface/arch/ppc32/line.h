/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - see uart.h: the second channel of the serial controller (ESCC), which nothing is connected to. Its
 * line is a level: it is high until the interrupt is reset.
 */
#ifndef GUEST_LINE_H
#define GUEST_LINE_H

enum { LINE = 0x10 };			/* Heathrow's, of channel B */

void uart_get(void), uart_quiet(void), uart_raise(void);

static inline void uart_taken(void) { uart_quiet(); }

#endif
