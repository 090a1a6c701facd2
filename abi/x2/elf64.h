/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf64.h - what the class ELF64 has in an order of its own: see elf.h.
 */
#ifndef X2_ELF64_H
#define X2_ELF64_H

#include <x2/word.h>

enum { ELF_CLASS = 2 };

struct elf_phdr { uint32_t type, flags; l4_word_t offset, vaddr, paddr, filesz, memsz, align; };
struct elf_sym { uint32_t name; uint8_t info, other; uint16_t shndx; l4_word_t value, size; };

_Static_assert(sizeof(struct elf_phdr) == 56 && sizeof(struct elf_sym) == 24, "System V ABI, 4, 5");

#endif
