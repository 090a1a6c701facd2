/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.h - ELF files (System V ABI, chapters 4, 5): the parts that loading a program needs, and which files
 * are programs for this machine. <x2/elf_arch.h> of the machine says which class (elf32.h or elf64.h), byte
 * order and machine its programs have. The fields of such a file have this machine's words and byte order;
 * those of another one are not read, but for its machine.
 */
#ifndef X2_ELF_H
#define X2_ELF_H

#include <x2/elf_arch.h>

enum {
	ELF_IDENT_CLASS = 4, ELF_IDENT_DATA = 5, ELF_IDENT_VERSION = 6,
	ELF_LITTLE_ENDIAN = 1, ELF_BIG_ENDIAN = 2,	/* ident[ELF_IDENT_DATA] */
	ELF_VERSION = 1,
	ELF_TYPE_EXECUTABLE = 2, ELF_TYPE_DYNAMIC = 3,
	ELF_LOAD = 1, ELF_INTERPRETER = 3,		/* types of program headers */
};

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	l4_word_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_shdr {
	uint32_t name, type;
	l4_word_t flags, addr, offset, size;
	uint32_t link, info;
	l4_word_t addralign, entsize;
};

static inline bool elf_has_magic(const struct elf_header *h)
{
	return h->ident[0] == 0x7f && h->ident[1] == 'E' && h->ident[2] == 'L' && h->ident[3] == 'F';
}

/* Returns true if this ELF file is for this machine. */
static inline bool elf_is_native(const struct elf_header *h)
{
	return h->ident[ELF_IDENT_CLASS] == ELF_CLASS && h->ident[ELF_IDENT_DATA] == ELF_DATA
	    && h->machine == ELF_MACHINE;
}

/* What an ELF file is that is not, as a format and its arguments: the field machine is in its byte order. */
#define ELF_FOREIGN	"for another machine: ELF%u, %s-endian, machine %u"

static inline unsigned elf_bits(const struct elf_header *h) { return 32u * h->ident[ELF_IDENT_CLASS]; }

static inline const char *elf_order(const struct elf_header *h)
{
	return h->ident[ELF_IDENT_DATA] == ELF_BIG_ENDIAN ? "big" : "little";
}

static inline unsigned elf_machine(const struct elf_header *h)
{
	const uint8_t *byte = (const uint8_t *)&h->machine;
	unsigned low = h->ident[ELF_IDENT_DATA] == ELF_BIG_ENDIAN;

	return byte[low] | (unsigned)byte[1 - low] << 8;
}

_Static_assert(sizeof(struct elf_header) == 40 + 3 * sizeof(l4_word_t), "System V ABI, 4");
_Static_assert(sizeof(struct elf_shdr) == 16 + 6 * sizeof(l4_word_t), "System V ABI, 4");

#endif
