/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * voice.h - root's own output to serial line and screen. Only one thread uses it: at boot the message loop,
 * from then on a worker.
 */
#ifndef ROOT_VOICE_H
#define ROOT_VOICE_H

/* Find the serial line and the screen. Call it before the other functions. */
void voice_init(void);

/* Write to both. Characters that the serial line does not take in a bounded time are dropped. */
void voice_write(const char *text, unsigned bytes);

/* Returns the number of characters that the serial line did not take. The caller reports it. */
unsigned long voice_lost(void);

#endif
