/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf_arch.h - programs of the made-up machine (<x2/elf.h>): ELF32, little-endian, a number that no
 * machine has.
 */
#ifndef X2_ELF_ARCH_H
#define X2_ELF_ARCH_H

#include <x2/elf32.h>

enum { ELF_DATA = 1 /* little-endian */, ELF_MACHINE = 0xfee3 };

#endif
