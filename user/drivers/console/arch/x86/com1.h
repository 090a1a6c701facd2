/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * com1.h - a 16550 at COM1, the chip of the serial line (uart.h).
 */
#ifndef CONSOLE_COM1_H
#define CONSOLE_COM1_H

#include <stdbool.h>

enum { COM1_PORT = 0x3f8, COM1_PORTS_LOG2 = 3, COM1_IRQ = 4 };

/* Set up the chip. Returns false if there is none: then bytes to send are dropped. */
bool com1_init(void);

/* Serve the chip after an interrupt: pass received bytes to `received`, send bytes of the ring. */
void com1_interrupt(void (*received)(unsigned char));

/*
 * Call it when the interrupt has been acknowledged. The line is edge-triggered, and an edge while it was
 * masked may be lost: disabling and enabling the chip's interrupt makes a new edge if a cause is still
 * pending.
 */
void com1_rearm(void);

#endif
