/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_boot_pmac.c - what the firmware of a Power Macintosh gives to the kernel: the boot archive, and
 * properties of its device tree. The files of the board that read them run on the host, in its byte order.
 */
#include <stdlib.h>
#include <string.h>
#include <boot/boot.h>
#include <lib/bits.h>
#include <plat/pmac/pmac.h>
#include "world.h"

enum { PAGE = 4096, BASE = 0x2000000, MODULES = 3, ROUNDS = 20000, USED_MAX = 512 << 20 };
enum { MAGIC = 0x50424152, HEADER = 3, RECORD = 3, OFFSET = 0, SIZE = 1, CMDLINE = 2 };	/* in words */

static struct boot_info boot;

/* ---- the archive ---- */

static struct {
	uint32_t word[HEADER + RECORD * MODULES];
	char text[PAGE], contents[4 * PAGE];
} image;
static uint32_t image_bytes;

static uint32_t *field(unsigned module, unsigned which)
{
	return &image.word[HEADER + RECORD * module + which];
}

static const char *const lines[MODULES] = { "sigma0", "root one two", "boot.tar" };

static void make_image(void)
{
	size_t text = sizeof(image.word);

	memset(&image, 0, sizeof(image));
	image.word[0] = MAGIC;
	image.word[1] = 1;
	image.word[2] = MODULES;
	for (unsigned i = 0; i < MODULES; i++) {
		*field(i, OFFSET) = (i + 1) * PAGE;
		*field(i, SIZE) = PAGE - i;
		*field(i, CMDLINE) = (uint32_t)text;
		strcpy((char *)&image + text, lines[i]);
		text += strlen(lines[i]) + 1;
	}
	image_bytes = (MODULES + 1) * PAGE;
	memset(&boot, 0, sizeof(boot));
}

static const char *read_image(void) { return archive_read(&image, BASE, image_bytes, &boot); }

TEST(HBOO0038, "a boot archive gives its modules, with their sizes and command lines")
{
	make_image();
	CHECK(!read_image());
	CHECK_EQ(boot.nmodules, MODULES);
	for (unsigned i = 0; i < MODULES; i++) {
		CHECK_EQ(boot.modules[i].base, BASE + (i + 1) * PAGE);
		CHECK_EQ(boot.modules[i].size, PAGE - i);
		CHECK(strcmp(boot.modules[i].cmdline, lines[i]) == 0);
	}
}

static void refused_archive(uint32_t *at, uint32_t value, uint32_t bytes, const char *why)
{
	const char *wrong;

	make_image();
	if (at)
		*at = value;
	if (bytes)
		image_bytes = bytes;
	wrong = read_image();
	CHECK(wrong && strstr(wrong, why));
}

TEST(HBOO0039, "a boot archive of another kind or version, or cut off, is refused with the reason")
{
	const uint32_t whole = (MODULES + 1) * PAGE;

	for (uint32_t bytes = 1; bytes < 3 * sizeof(uint32_t); bytes++)
		refused_archive(0, 0, bytes, "is no archive");
	refused_archive(&image.word[0], MAGIC ^ 1, 0, "is no archive");
	refused_archive(&image.word[1], 2, 0, "another version");
	refused_archive(&image.word[2], 33, 0, "more than 32 modules");
	refused_archive(&image.word[2], ~0u, 0, "more than 32 modules");
	refused_archive(0, 0, sizeof(image.word) - 1, "in its records");
	refused_archive(field(0, OFFSET), PAGE + 1, 0, "does not begin at a page");
	refused_archive(field(1, OFFSET), whole + PAGE, 0, "cut off");
	refused_archive(field(1, OFFSET), ~0u << 12, 0, "cut off");
	refused_archive(field(2, SIZE), PAGE + 1, 0, "cut off");
	refused_archive(field(2, SIZE), ~0u, 0, "cut off");
	refused_archive(0, 0, whole - 3, "cut off");
	refused_archive(field(1, CMDLINE), whole, 0, "bad command line");
	refused_archive(field(1, CMDLINE), ~0u, 0, "bad command line");
}

TEST(HBOO0040, "a command line of a boot archive that does not end in 256 bytes, or in it, is refused")
{
	make_image();
	memset(image.text, 'x', sizeof(image.text));
	CHECK(strstr(read_image(), "bad command line"));
	make_image();
	image.contents[image_bytes - PAGE - sizeof(image.word) - 1] = 'x';
	memset((char *)&image + image_bytes - 8, 'x', 8);
	*field(2, CMDLINE) = image_bytes - 8;
	CHECK(strstr(read_image(), "bad command line"));
	((char *)&image)[image_bytes - 1] = 0;
	memset(&boot, 0, sizeof(boot));
	CHECK(!read_image());
}

static uint32_t any(void)
{
	static const uint32_t edge[] = {
		0, 1, 2, 3, 31, 32, 33, PAGE - 1, PAGE, 4 * PAGE, 0x7fffffff, ~0u, ~0u << 12,
	};
	unsigned kind = (unsigned)rand() % 4;

	return kind ? edge[(unsigned)rand() % ARRAY_LEN(edge)] + (kind == 1 ? (uint32_t)rand() % 3 - 1 : 0)
		    : (uint32_t)rand() * 2654435761u;
}

TEST(HBOO0041, "whatever words a boot archive has, its modules are in it, and their texts have ends")
{
	for (unsigned round = 0; round < ROUNDS / SPARSE; round++) {
		make_image();
		for (unsigned n = 1 + (unsigned)rand() % 3; n > 0; n--)
			image.word[(unsigned)rand() % ARRAY_LEN(image.word)] = any();
		if (read_image())
			continue;
		CHECK(boot.nmodules <= MODULES);
		for (unsigned i = 0; i < boot.nmodules; i++) {
			CHECK(boot.modules[i].base >= BASE
			      && boot.modules[i].base + boot.modules[i].size <= (uint64_t)BASE + image_bytes);
			CHECK(memchr(boot.modules[i].cmdline, 0, BOOT_CMDLINE_MAX));
		}
	}
}

/* ---- properties ---- */

#define PROPERTY(...) \
	(struct property){ "name", sizeof((uint32_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }

static const char *read_memory(struct property p, uint64_t *left_out)
{
	memset(&boot, 0, sizeof(boot));
	return properties_memory(&p, &boot, left_out);
}

TEST(HBOO0042, "the firmware's ranges from 0 on are the memory, in any order; what lies behind a hole or"
	       " above 512 MiB is left out, and counted")
{
	uint64_t left_out;

	CHECK(!read_memory(PROPERTY(0, 0x10000000), &left_out));
	CHECK(boot.nmemory == 1 && boot.memory[0].size == 0x10000000 && boot.memory[0].type == 1 && !left_out);
	CHECK(!read_memory(PROPERTY(0x18000000, 0x10000000, 0x40000000, 0x100000, 0, 0x18000000), &left_out));
	CHECK_EQ(boot.nmemory, 2);
	CHECK(boot.memory[0].base == 0x18000000 && boot.memory[0].size == 0x8000000);
	CHECK_EQ(left_out, 0x8000000 + 0x100000);
	CHECK(!read_memory(PROPERTY(0, 0x8000000, 0x10000000, 0x4000000, 0x8000000, 0x2000000), &left_out));
	CHECK_EQ(boot.nmemory, 2);
	CHECK(boot.memory[1].base == 0x8000000 && boot.memory[1].size == 0x2000000);
	CHECK_EQ(left_out, 0x4000000);
}

TEST(HBOO0043, "ranges of memory that overlap, are not pages, wrap around or are none are refused")
{
	struct property longer = PROPERTY(0, 0x10000000);
	uint64_t left_out;

	CHECK(strstr(read_memory(PROPERTY(0, 0x8000000, 0x7fff000, 0x1000), &left_out), "overlap"));
	CHECK(strstr(read_memory(PROPERTY(0x800, 0x8000000), &left_out), "not pages"));
	CHECK(strstr(read_memory(PROPERTY(0, 0x8000001), &left_out), "not pages"));
	CHECK(strstr(read_memory(PROPERTY(0xfffff000, 0x2000), &left_out), "not pages"));
	CHECK(strstr(read_memory(PROPERTY(0, 0x8000000, 0), &left_out), "no list"));
	CHECK(strstr(read_memory(PROPERTY(0x20000000, 0x1000), &left_out), "no list"));
	longer.bytes = 0;
	CHECK(strstr(read_memory(longer, &left_out), "no list"));
	longer.bytes = (PROPERTY_CELLS + 2) * sizeof(uint32_t);
	CHECK(strstr(read_memory(longer, &left_out), "no list"));
}

TEST(HBOO0044, "arguments are copied if they end within 256 bytes; a number is one cell above 1 MHz")
{
	struct property p = { .name = "name", .bytes = 9 };
	uint32_t hz;

	memset(&boot, 0, sizeof(boot));
	CHECK(!properties_arguments(&(struct property){ .name = "name" }, &boot) && !boot.cmdline[0]);
	memcpy(p.cell, "kdb=off x", 10);
	CHECK(strstr(properties_arguments(&p, &boot), "no end"));
	p.bytes = 10;
	CHECK(!properties_arguments(&p, &boot) && strcmp(boot.cmdline, "kdb=off x") == 0);
	p.bytes = sizeof(p.cell) + 1;
	CHECK(strstr(properties_arguments(&p, &boot), "longer"));
	CHECK(!properties_hertz(&PROPERTY(16600000), &hz) && hz == 16600000);
	CHECK(!properties_hertz(&PROPERTY(1000001), &hz) && hz == 1000001);
	CHECK(properties_hertz(&PROPERTY(1000000), &hz) && properties_hertz(&PROPERTY(0, 16600000), &hz));
	p.bytes = 3;
	CHECK(properties_hertz(&p, &hz));
}

static const char *read_macio(struct property p, uint32_t *base) { return properties_macio(&p, base); }

TEST(HBOO0045, "the registers of mac-io are in memory that the kernel reaches, at its first base address")
{
	uint32_t base = 0;

	CHECK(!read_macio(PROPERTY(0x02008010, 0, 0x81080000, 0, 0x80000), &base) && base == 0x81080000);
	CHECK(!read_macio(PROPERTY(0x01008014, 0, 0x400, 0, 0x10, 0x02008010, 0, 0x80000000, 0, 0x18000), &base));
	CHECK_EQ(base, 0x80000000);
	CHECK(strstr(read_macio(PROPERTY(0x01008010, 0, 0x81080000, 0, 0x80000), &base), "no registers"));
	CHECK(strstr(read_macio(PROPERTY(0x02008014, 0, 0x81080000, 0, 0x80000), &base), "no registers"));
	CHECK(strstr(read_macio(PROPERTY(0x02008010, 0, 0x81080000, 0), &base), "no registers"));
	CHECK(strstr(read_macio(PROPERTY(0x02008010, 1, 0x81080000, 0, 0x80000), &base), "range"));
	CHECK(strstr(read_macio(PROPERTY(0x02008010, 0, 0x7ffff000, 0, 0x80000), &base), "range"));
	CHECK(strstr(read_macio(PROPERTY(0x02008010, 0, 0x8fff0000, 0, 0x80000), &base), "range"));
	CHECK(strstr(read_macio(PROPERTY(0x02008010, 0, 0x81080800, 0, 0x80000), &base), "range"));
	CHECK(strstr(read_macio(PROPERTY(0x02008010, 0, 0x81080000, 0, 0x17000), &base), "range"));
}

TEST(HBOO0046, "whatever cells the properties have, memory ranges do not overlap, are below 512 MiB and have"
	       " no hole")
{
	for (unsigned round = 0; round < ROUNDS / SPARSE; round++) {
		struct property p = { .name = "name", .bytes = (uint32_t)rand() % (sizeof(p.cell) + 16) };
		uint64_t left_out, end = 0, bytes = 0;
		uint32_t base, hz;

		for (unsigned i = 0; i < PROPERTY_CELLS; i++)
			p.cell[i] = rand() % 8 ? any() & ~0xfffu : any();
		p.cell[0] = rand() % 8 ? 0 : p.cell[0];
		p.cell[2] = rand() % 4 ? p.cell[1] : p.cell[2];
		properties_macio(&p, &base);
		properties_hertz(&p, &hz);
		memset(&boot, 0, sizeof(boot));
		properties_arguments(&p, &boot);
		CHECK(memchr(boot.cmdline, 0, BOOT_CMDLINE_MAX));
		if (read_memory(p, &left_out))
			continue;
		for (unsigned i = 0; i < boot.nmemory; i++) {
			CHECK(boot.memory[i].base + boot.memory[i].size <= USED_MAX);
			end = boot.memory[i].base + boot.memory[i].size > end
			    ? boot.memory[i].base + boot.memory[i].size : end;
			bytes += boot.memory[i].size;
			for (unsigned k = 0; k < i; k++)
				CHECK(boot.memory[i].base + boot.memory[i].size <= boot.memory[k].base
				      || boot.memory[k].base + boot.memory[k].size <= boot.memory[i].base);
		}
		CHECK_EQ(bytes, end);
	}
}
