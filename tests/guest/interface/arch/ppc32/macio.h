/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macio.h - the I/O controller, a device of the first PCI bus.
 */
#ifndef GUEST_MACIO_H
#define GUEST_MACIO_H

#include "guest.h"

/* Returns the physical address of its registers. */
word macio_base(void);

/* Map the page of its registers at that offset, from sigma0, to an address of this space; once. */
void macio_page(word offset, word at);

#endif
