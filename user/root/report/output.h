/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.h - root's own output to serial line and screen. Only one thread uses it: at boot the message loop,
 * from then on a worker.
 */
#ifndef ROOT_OUTPUT_H
#define ROOT_OUTPUT_H

/* Find the serial line and the screen. Call it before the other functions. */
void output_init(void);

/* Write to both. Characters that the serial line does not take in a bounded time are dropped. */
void output_write(const char *text, unsigned bytes);

/* Returns the number of characters that the serial line did not take. The caller reports it. */
unsigned long output_lost(void);

#endif
