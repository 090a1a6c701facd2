/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macio.h - the chip with the devices of a Power Mac that are not on the PCI bus. Root maps
 * it for these addresses, wherever the firmware has put it. Its registers have one byte each.
 */
#ifndef PECAN_MACIO_H
#define PECAN_MACIO_H

#include <stdbool.h>
#include <stdint.h>

#define MACIO_BASE	0xf3000000ul
enum { MACIO_BYTES = 0x80000 };

/* Registers of the bridge (Grackle, MPC106) for the configuration of PCI devices: which one, and its data. */
#define MACIO_PCI_ADDRESS	0xfec00000ul
#define MACIO_PCI_DATA		0xfee00000ul

/* Returns true if the first register of a PCI device is that of such a chip: Heathrow or Paddington. */
static inline bool macio_is(uint32_t id) { return id == 0x0010106b || id == 0x0017106b; }

/* Serial line A of the ESCC: control and data. */
#define MACIO_ESCC	(MACIO_BASE + 0x13000)
#define MACIO_ESCC_IRQ	15
enum { ESCC_CONTROL = 0x20, ESCC_DATA = 0x30, ESCC_BYTES = 0x40 };
enum { ESCC_RECEIVED = 1, ESCC_SENT = 4 };	/* read register 0: a byte is there; there is room for one */

/* The VIA of CUDA, the microcontroller that has clock and power switch. */
#define MACIO_CUDA	(MACIO_BASE + 0x16000)
enum { CUDA_BYTES = 0x2000 };

#endif
