/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * escc.h - channel A of an ESCC 85C30 in macio, the chip of the serial line (uart.h).
 */
#ifndef CONSOLE_ESCC_H
#define CONSOLE_ESCC_H

#include <stdbool.h>

/* Set up the chip whose registers are mapped here. Returns false if there is none. */
bool escc_init(void *registers);

/*
 * Serve the chip after an interrupt: pass received bytes to `received`, send bytes of the ring. Call it again
 * when the interrupt has been acknowledged: the line is edge-triggered, an edge while it was masked may be
 * lost.
 */
void escc_interrupt(void (*received)(unsigned char));

#endif
