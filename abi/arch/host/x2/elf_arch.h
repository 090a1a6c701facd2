/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf_arch.h - the programs of the host machine (<x2/elf.h>): of its word size and byte order, with a number
 * that no real machine has.
 */
#ifndef X2_ELF_ARCH_H
#define X2_ELF_ARCH_H

#if __SIZEOF_LONG__ == 8
#include <x2/elf64.h>
#else
#include <x2/elf32.h>
#endif

enum { ELF_DATA = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 2 : 1, ELF_MACHINE = 0x1234 };

#endif
