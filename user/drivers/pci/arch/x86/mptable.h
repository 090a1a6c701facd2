/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mptable.h - the interrupt line of a PCI device, by the table of the MultiProcessor Specification 1.4 (4.1
 * to 4.3), which needs no AML interpreter. Lines are not available on a machine without the table, or with
 * several I/O APICs: the table does not say in which order the kernel numbers their lines.
 */
#ifndef PCI_MPTABLE_H
#define PCI_MPTABLE_H

#include <stddef.h>
#include <stdint.h>

enum { MPTABLE_HEADER = 44, MPTABLE_LINES = 128 };

/* pin: 0 is INTA#. line: input of the I/O APIC. */
struct mptable_line { uint8_t bus, device, pin, line; };

/*
 * Returns the address of the table, by the pointer that is at some multiple of 16 bytes in this memory; 0 if
 * there is no pointer, or no table.
 */
uint32_t mptable_find(const unsigned char *memory, size_t bytes);

/* Returns the size of the table with this header, in bytes; 0 if it is no such table. */
size_t mptable_bytes(const unsigned char *header);

/*
 * Gets the lines of PCI devices in a table of so many bytes, MPTABLE_LINES at most. Returns their number; 0
 * if the table is damaged.
 */
unsigned mptable_read(const unsigned char *table, size_t bytes, struct mptable_line *lines);

#endif
