/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - tests of the root task's reading of ELF programs and of the boot image (user/root).
 */
#include "harness.h"
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pecan/elf.h>
#include <root/memory/tar.h>

#define USER_END 0x7ffffffff000ul

/* A program of three segments; text and data meet inside page 0x402000. */
static struct {
	Elf64_Ehdr h;
	Elf64_Phdr p[4];
	Elf64_Shdr s[3];
	Elf64_Sym sym[4];
	char strings[32];
	uint8_t data[0x4000];
} file;
static struct elf e;

static void segment(unsigned i, l4_word_t vaddr, l4_word_t filesz, l4_word_t memsz, unsigned flags)
{
	file.p[i] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = flags, .p_vaddr = vaddr, .p_filesz = filesz,
				  .p_memsz = memsz, .p_offset = 0x400 + (vaddr - 0x400400) };
	for (l4_word_t k = 0; k < filesz; k++)
		((uint8_t *)&file)[file.p[i].p_offset + k] = (uint8_t)(0x10 * (i + 1) + k % 16);
}

static void good(void)
{
	memset(&file, 0, sizeof(file));
	memcpy(file.h.e_ident, ELFMAG, 4);
	file.h.e_ident[EI_CLASS] = ELFCLASS64;
	file.h.e_ident[EI_DATA] = ELFDATA2LSB;
	file.h.e_ident[EI_VERSION] = EV_CURRENT;
	file.h.e_type = ET_EXEC;
	file.h.e_machine = EM_X86_64;
	file.h.e_phentsize = sizeof(Elf64_Phdr);
	file.h.e_phnum = 4;
	file.h.e_phoff = offsetof(__typeof__(file), p);
	file.h.e_shentsize = sizeof(Elf64_Shdr);
	file.h.e_shnum = 3;
	file.h.e_shoff = offsetof(__typeof__(file), s);
	file.h.e_entry = 0x401010;
	file.p[0].p_type = PT_NOTE;
	segment(2, 0x402800, 0x100, 0x2000, PF_R | PF_W);
	segment(1, 0x400400, 0x2100, 0x2100, PF_R | PF_X);
	segment(3, 0x406000, 0, 0x10, PF_R | PF_W);
	file.s[1] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB, .sh_link = 2, .sh_size = sizeof(file.sym),
				  .sh_offset = offsetof(__typeof__(file), sym) };
	file.s[2] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_size = sizeof(file.strings),
				  .sh_offset = offsetof(__typeof__(file), strings) };
	memcpy(file.strings, "\0start\0main\0section", 20);
	file.sym[1] = (Elf64_Sym){ .st_name = 1, .st_info = STT_FUNC, .st_shndx = 1, .st_value = 0x401010 };
	file.sym[2] = (Elf64_Sym){ .st_name = 7, .st_info = STT_FUNC, .st_shndx = 1, .st_value = 0x401100 };
	file.sym[3] = (Elf64_Sym){ .st_name = 12, .st_info = STT_SECTION, .st_shndx = 1,
				   .st_value = 0x401101 };
}

static const char *parse(void) { return elf_parse(&e, &file, sizeof(file), USER_END); }

TEST(HELF0001, "a good program: segments sorted, pages with the rights of all segments on them")
{
	static const struct elf_run want[] = {
		{ 0x400000, 0x401fff, L4_R | L4_X }, { 0x402000, 0x402fff, L4_RWX },
		{ 0x403000, 0x404fff, L4_R | L4_W }, { 0x406000, 0x406fff, L4_R | L4_W },
	};

	good();
	CHECK(parse() == 0 && e.entry == 0x401010 && e.segments == 3 && e.runs == 4);
	for (unsigned i = 0; i < e.runs; i++)
		CHECK(e.run[i].base == want[i].base && e.run[i].last == want[i].last
		      && e.run[i].rights == want[i].rights);
	CHECK(elf_run_at(&e, 0x402fff) == &e.run[1] && elf_run_at(&e, 0x405000) == 0);
}

TEST(HELF0008, "a segment has the rights of its flags, and no others")
{
	static const unsigned rights[] = { 0, L4_X, L4_W, L4_W | L4_X, L4_R, L4_R | L4_X, L4_R | L4_W, L4_RWX };

	_Static_assert(PF_X == 1 && PF_W == 2 && PF_R == 4, "flags are the index of rights");
	for (unsigned flags = 0; flags < 8; flags++) {
		good();
		file.p[3].p_flags = flags;
		CHECK(parse() == 0 && e.run[3].rights == rights[flags]);
	}
}

TEST(HELF0002, "a page is filled from every segment on it, and zero elsewhere")
{
	static uint8_t page[4096];

	good();
	CHECK(parse() == 0);
	elf_fill(&e, 0x402000, page);
	CHECK(page[0] == 0x20 && page[0x4ff] == 0x2f && page[0x500] == 0 && page[0x7ff] == 0);
	CHECK(page[0x800] == 0x30 && page[0x8ff] == 0x3f && page[0x900] == 0);
	memset(page, 0, sizeof(page));
	elf_fill(&e, 0x404000, page);
	for (unsigned i = 0; i < 4096; i++)
		CHECK(page[i] == 0);
	elf_fill(&e, 0x400000, page);
	CHECK(page[0x3ff] == 0 && page[0x400] == 0x20);
}

TEST(HELF0003, "whatever is wrong with the headers is refused")
{
#define WRONG(change) do { good(); change; CHECK(parse() != 0); } while (0)
	WRONG(file.h.e_ident[0] = 0);
	WRONG(file.h.e_ident[EI_CLASS] = ELFCLASS32);
	WRONG(file.h.e_ident[EI_DATA] = ELFDATA2MSB);
	WRONG(file.h.e_ident[EI_VERSION] = 2);
	WRONG(file.h.e_machine = EM_386);
	WRONG(file.h.e_type = ET_REL);
	WRONG(file.h.e_phentsize = 32);
	WRONG(file.h.e_phnum = 0);
	WRONG(file.h.e_phnum = 0xffff);
	WRONG(file.h.e_phoff = ~0ul - 8);
	WRONG(file.h.e_phoff = sizeof(file));
	WRONG(file.p[0].p_type = PT_INTERP);
	WRONG(file.h.e_entry = 0x404000);
	WRONG(file.h.e_entry = 0);
	WRONG(file.h.e_phnum = 1);
}

/* The reader refuses the file, and says that it is for another machine: this one. */
static bool is_foreign(const char *kind)
{
	const char *wrong = parse();

	return wrong && strncmp(wrong, "it is for another machine: ", 27) == 0 && strcmp(wrong + 27, kind) == 0;
}

TEST(HELF0009, "of a program of another class, byte order or machine the error names all three")
{
	good();
	file.h.e_ident[EI_CLASS] = ELFCLASS32;
	file.h.e_machine = EM_386;
	CHECK(is_foreign("ELF32, little-endian, machine 3"));
	good();
	file.h.e_ident[EI_DATA] = ELFDATA2MSB;
	file.h.e_machine = EM_PPC64 << 8;
	CHECK(is_foreign("ELF64, big-endian, machine 21"));
	good();
	file.h.e_machine = EM_AARCH64;
	CHECK(is_foreign("ELF64, little-endian, machine 183"));
}

TEST(HELF0004, "whatever is wrong with a segment is refused")
{
	WRONG(file.p[1].p_filesz = file.p[1].p_memsz + 1);
	WRONG(file.p[1].p_offset = sizeof(file) - 0x20ff);
	WRONG(file.p[1].p_offset = ~0ul);
	WRONG(file.p[1].p_memsz = file.p[1].p_filesz = ~0ul);
	WRONG(file.p[1].p_vaddr = USER_END - 0x20ff);
	WRONG(file.p[1].p_vaddr = ~0ul - 0x100);
	WRONG(file.p[1].p_vaddr = 0xffff800000000000);
	WRONG(file.p[2].p_vaddr = 0x4024ff);
	WRONG(file.p[3].p_vaddr = 0x400000; file.p[3].p_memsz = 0x10000);
	good();
	file.p[1].p_vaddr = USER_END - 0x2100;
	file.h.e_entry = file.p[1].p_vaddr;
	CHECK(parse() == 0);
}

TEST(HELF0005, "a static PIE is moved as a whole")
{
	good();
	file.h.e_type = ET_DYN;
	CHECK(parse() == 0 && e.bias != 0 && e.entry == 0x401010 + e.bias);
	CHECK(elf_run_at(&e, 0x400000 + e.bias) == &e.run[0]);
}

TEST(HELF0006, "the nearest symbol below an address; sections and imports do not count")
{
	l4_word_t offset;
	const char *name;

	good();
	CHECK(parse() == 0);
	name = elf_symbol(&e, 0x401105, &offset);
	CHECK(name != 0 && strcmp(name, "main") == 0 && offset == 5);
	name = elf_symbol(&e, 0x4010ff, &offset);
	CHECK(name != 0 && strcmp(name, "start") == 0 && offset == 0xef);
	CHECK(elf_symbol(&e, 0x40100f, &offset) == 0);
	file.s[1].sh_size = ~0ul;
	CHECK(elf_symbol(&e, 0x401105, &offset) == 0);
	good();
	file.sym[2].st_name = 5000;
	name = elf_symbol(&e, 0x401105, &offset);
	CHECK(name != 0 && strcmp(name, "start") == 0);
	file.strings[31] = 'x';
	CHECK(elf_symbol(&e, 0x401105, &offset) == 0);
}

TEST(HELF0007, "no cut and no changed byte makes the reader go outside the file (100000 random ones)")
{
	uint8_t *copy;
	l4_word_t offset;

	srand(4);
	for (unsigned i = 0; i < 100000; i++) {
		l4_word_t size = i % 3 ? sizeof(file) : (l4_word_t)rand() % 2048;
		static uint8_t page[4096];

		good();
		copy = malloc(size + 1);
		memcpy(copy, &file, size);
		for (unsigned k = 0; k < 3 && size > 0; k++)
			copy[(l4_word_t)rand() % (size < 700 ? size : 700)] = (uint8_t)rand();
		if (elf_parse(&e, copy, size, USER_END) == 0) {
			for (unsigned k = 0; k < e.runs; k++)
				elf_fill(&e, e.run[k].base, page);
			elf_symbol(&e, 0x401105, &offset);
		}
		free(copy);
	}
}

/* ---- the boot image ---- */

static uint8_t image[16384];
static struct tar tar;
static char name[TAR_NAME_BYTES];

static void sum(uint8_t *h)
{
	unsigned s = 0;

	memset(h + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		s += h[i];
	snprintf((char *)h + 148, 8, "%06o", s);
}

static void member(const char *member_name, const char *data)
{
	uint8_t *h = image + tar.size;

	strcpy((char *)h, member_name);
	snprintf((char *)h + 124, 12, "%011o", (unsigned)strlen(data));
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	sum(h);
	strcpy((char *)h + 512, data);
	tar.size += 512 + (strlen(data) + 511) / 512 * 512;
}

static uint32_t cksum_of(const char *text) { return tar_cksum((const uint8_t *)text, strlen(text)); }

static void good_tar(void)
{
	static char manifest[200];

	memset(image, 0, sizeof(image));
	tar = (struct tar){ image, 0 };
	snprintf(manifest, sizeof(manifest), "%u 5 init\n%u 600 bin/a\n", cksum_of("hello"), cksum_of(""));
	member("MANIFEST", manifest);
	member("init", "hello");
	tar.size += 1024;
}

TEST(HTAR0001, "the POSIX checksum of known texts")
{
	CHECK(tar_cksum((const uint8_t *)"", 0) == 4294967295u);
	CHECK(tar_cksum((const uint8_t *)"hello\n", 6) == 3015617425u);
	CHECK(tar_cksum((const uint8_t *)"123456789", 9) == 930766865u);
}

/* Bit by bit, as POSIX defines it. */
static uint32_t divide(uint32_t crc, uint8_t byte)
{
	crc ^= (uint32_t)byte << 24;
	for (unsigned k = 0; k < 8; k++)
		crc = crc & 0x80000000u ? crc << 1 ^ 0x04c11db7u : crc << 1;
	return crc;
}

static uint32_t slow_cksum(const uint8_t *data, size_t size)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < size; i++)
		crc = divide(crc, data[i]);
	for (; size != 0; size >>= 8)
		crc = divide(crc, (uint8_t)size);
	return ~crc;
}

TEST(HTAR0007, "the checksum of any length at any address is that of the definition")
{
	uint8_t bytes[300];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i * 37 + (i >> 3));
	for (unsigned at = 0; at < 8; at++)
		for (unsigned size = 0; size + at <= sizeof(bytes); size++)
			CHECK(tar_cksum(bytes + at, size) == slow_cksum(bytes + at, size));
}

static void whole_tar(void)
{
	char manifest[100];

	memset(image, 0, sizeof(image));
	tar = (struct tar){ image, 0 };
	snprintf(manifest, sizeof(manifest), "%u 5 init\n%u 9 bin/a\n", cksum_of("hello"),
		 cksum_of("123456789"));
	member("MANIFEST", manifest);
	member("init", "hello");
	member("bin/a", "123456789");
	tar.size += 1024;
}

TEST(HTAR0002, "a whole image is accepted and its members are found")
{
	struct tar_member m;

	whole_tar();
	CHECK(tar_check(&tar, name) == 0);
	CHECK(tar_find(&tar, "bin/a", &m) && m.size == 9 && memcmp(m.data, "123456789", 9) == 0);
	CHECK(!tar_find(&tar, "bin/b", &m));
}

TEST(HTAR0008, "the lines of MANIFEST may be in another order than the members")
{
	char manifest[100];

	memset(image, 0, sizeof(image));
	tar = (struct tar){ image, 0 };
	snprintf(manifest, sizeof(manifest), "%u 2 c\n%u 1 a\n%u 3 b\n", cksum_of("cc"), cksum_of("a"),
		 cksum_of("bbb"));
	member("MANIFEST", manifest);
	member("a", "a");
	member("b", "bbb");
	member("c", "cc");
	tar.size += 1024;
	CHECK(tar_check(&tar, name) == 0);
}

TEST(HTAR0006, "the index has all members by their names, and finds each, and no other name")
{
	static struct tar_entry entries[64];
	struct tar_index x = { 64, entries };
	char text[20];

	memset(image, 0, sizeof(image));
	tar = (struct tar){ image, 0 };
	for (unsigned i = 0; i < 15; i++) {
		snprintf(text, sizeof(text), "bin/%c%u", 'a' + (int)(i * 7 % 15), i);
		member(text, text);
	}
	CHECK(tar_count(&tar) == 15);
	tar_index(&x, &tar);
	CHECK(x.count == 15);
	for (unsigned i = 0; i < 15; i++) {
		snprintf(text, sizeof(text), "bin/%c%u", 'a' + (int)(i * 7 % 15), i);
		CHECK(tar_entry(&x, text) != 0 && strcmp(tar_entry(&x, text)->name, text) == 0);
		CHECK(memcmp(tar_entry(&x, text)->data, text, strlen(text)) == 0);
		CHECK(i == 0 || strcmp(x.entry[i - 1].name, x.entry[i].name) < 0);
		text[strlen(text) - 1] = 'x';
		CHECK(tar_entry(&x, text) == 0);
	}
	CHECK(tar_from(&x, "") == 0 && tar_from(&x, "bin/b") == 1 && tar_from(&x, "c") == 15);
	CHECK(tar_entry(&x, "bin/") == 0);
	x.count = 0;
	CHECK(tar_entry(&x, "bin/a0") == 0);
}

TEST(HTAR0003, "a missing, changed or unlisted member is named")
{
	good_tar();
	CHECK(tar_check(&tar, name) != 0 && strcmp(name, "bin/a") == 0);
	whole_tar();
	image[2560 + 1] ^= 1;
	CHECK(tar_check(&tar, name) != 0 && strcmp(name, "bin/a") == 0);
	whole_tar();
	tar.size -= 1024;
	member("bin/b", "x");
	tar.size += 1024;
	CHECK(tar_check(&tar, name) != 0);
	whole_tar();
	memcpy(image, "MANIFESX", 8);
	sum(image);
	CHECK(tar_check(&tar, name) != 0);
}

TEST(HTAR0004, "an image cut anywhere is refused")
{
	whole_tar();
	for (l4_word_t size = tar.size - 512; size-- > 0; ) {
		uint8_t *copy = malloc(size + 1);
		struct tar cut = { copy, size };

		memcpy(copy, image, size);
		CHECK(tar_check(&cut, name) != 0 || size >= tar.size - 1024 + 512);
		free(copy);
	}
}

TEST(HTAR0005, "a changed byte in a header, in MANIFEST or in data is found")
{
	l4_word_t manifest_end;

	whole_tar();
	manifest_end = 512 + strlen((char *)image + 512);
	for (unsigned i = 0; i < tar.size - 1024; i++) {
		bool padding = (i >= manifest_end && i < 1024) || (i >= 1536 + 5 && i < 2048)
			       || i >= 2560 + 9;
		bool unused = i % 1024 == 155;	/* the last byte of the checksum field */

		if (padding || unused)
			continue;
		image[i] ^= 0x41;
		CHECK(tar_check(&tar, name) != 0);
		image[i] ^= 0x41;
	}
	CHECK(tar_check(&tar, name) == 0);
}
