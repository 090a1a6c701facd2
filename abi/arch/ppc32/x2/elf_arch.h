/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf_arch.h - the programs of PowerPC with words of 32 bits (<x2/elf.h>): ELF32, big-endian.
 */
#ifndef X2_ELF_ARCH_H
#define X2_ELF_ARCH_H

#include <x2/elf32.h>

enum { ELF_DATA = 2 /* big-endian */, ELF_MACHINE = 20 };

#endif
