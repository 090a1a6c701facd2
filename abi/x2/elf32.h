/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf32.h - what the class ELF32 has in an order of its own: see elf.h.
 */
#ifndef X2_ELF32_H
#define X2_ELF32_H

#include <x2/word.h>

enum { ELF_CLASS = 1 };

struct elf_phdr { uint32_t type; l4_word_t offset, vaddr, paddr, filesz, memsz; uint32_t flags, align; };
struct elf_sym { uint32_t name; l4_word_t value, size; uint8_t info, other; uint16_t shndx; };

_Static_assert(sizeof(struct elf_phdr) == 32 && sizeof(struct elf_sym) == 16, "System V ABI, 4, 5");

#endif
