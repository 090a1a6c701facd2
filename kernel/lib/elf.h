/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.h - the parts of the ELF64 format that loading an executable needs (System V ABI, chapters 4, 5).
 */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include <stdint.h>

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

enum {
	ELF_MAGIC	= 0x464c457f,	/* the first four bytes, little endian */
	ELF_CLASS_64	= 2,		/* ident[4] */
	ELF_DATA_LITTLE	= 1,		/* ident[5] */
	ELF_EXECUTABLE	= 2,		/* type */
	ELF_X86_64	= 62,		/* machine */
	ELF_LOAD	= 1,		/* segment type */
};

#endif
