/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.h - I/O ports (generic/include/arch/io.h): permissions by the bitmap of the TSS (io.c).
 */
#ifndef ARCH_IO_H
#define ARCH_IO_H

enum leaf_room arch_io_reserve(struct space *s);
void arch_io_set(struct space *s, l4_word_t port, bool allowed);
bool arch_io_get(const struct space *s, l4_word_t port);
uint64_t arch_io_word(const struct space *s, l4_word_t port);

#endif
