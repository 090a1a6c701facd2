/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mptable.h - which interrupt line a PCI device has, by the table of the MultiProcessor Specification 1.4
 * (4.1 to 4.3), which is no AML. A machine without it has no such lines, nor one with several I/O APICs: the
 * table does not say in which order the kernel numbers their lines.
 */
#ifndef PCI_MPTABLE_H
#define PCI_MPTABLE_H

#include <stddef.h>
#include <stdint.h>

enum { MPTABLE_HEADER = 44, MPTABLE_LINES = 128 };

/* pin: 0 is INTA#. line: of the I/O APIC. */
struct mptable_line { uint8_t bus, device, pin, line; };

/*
 * The address of the table, from the pointer that stands somewhere at a multiple of 16 bytes in this memory;
 * 0: there is no pointer, or no table.
 */
uint32_t mptable_find(const unsigned char *memory, size_t bytes);

/* The bytes of the table with this header; 0: it is none. */
size_t mptable_bytes(const unsigned char *header);

/*
 * The lines of PCI devices in a table with so many bytes, up to MPTABLE_LINES; returns how many. There are
 * none in a table that is not whole.
 */
unsigned mptable_read(const unsigned char *table, size_t bytes, struct mptable_line *lines);

#endif
