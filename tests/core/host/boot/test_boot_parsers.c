/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_boot_parsers.c - what a boot loader and the firmware give to the kernel, changed at random: the
 * information of both Multiboot versions, modules, command lines, memory maps, ACPI's tables. The files of
 * the board that read it run on the host as they are, then kernel_main. Memory that the host does not have
 * reads as ones.
 */
#include <setjmp.h>
#include <string.h>
#include <strings.h>
#include <arch/x86/include/arch/board.h>
#include <arch/x86/include/arch/kmap.h>
#include <arch/x86_64/include/arch/layout.h>
#include <boot/boot.h>
#include <core/arch.h>
#include <lib/bits.h>
#include <plat/pc/pc.h>
#include "../../../lib/parsers/campaign.h"
#include "attack.h"
#include "world.h"

enum {
	MAGIC1 = 0x2badb002, MAGIC2 = 0x36d76289,
	INFO = 0x9000, MODULES = 0x9100, MAP = 0x9200, TEXTS = 0x9400, TEXT_BYTES = 64,	/* of the boot loader */
	EBDA_SEGMENT = 0x40e, RSDP = 0xf0000, TABLES = 0x800000, TABLE_BYTES = 0x200,
	RSDT = TABLES, XSDT = RSDT + TABLE_BYTES, FADT = XSDT + TABLE_BYTES, MADT = FADT + TABLE_BYTES,
	IMAGE = 0x180000, IMAGE_BYTES = 0x8000,		/* the kernel's, as kmap_init reserves it */
	BOOT_TAR = 0x330000, BOOT_TAR_BYTES = 0x1800,
	MEMORY = 0x880000,				/* what is above is used only if the map is changed */
	SCREEN_DIRECT = 1, SCREEN_TEXT,			/* GRUB describes colours of the first only */
	PARTS = 64, NOWHERE_BYTES = 1 << 20, LINES = 60,
};

static unsigned char nowhere[NOWHERE_BYTES];
static struct boot_info boot;
static unsigned ioapics;
static jmp_buf stop;

void *kmap_add(uint64_t base, uint64_t size, bool uncached)
{
	(void)uncached;
	if (base + size < base || base + size > KMAP_DIRECT_BYTES)
		return 0;
	CHECK(size <= NOWHERE_BYTES);
	return base + size <= HOST_MEMORY ? host_memory + base : nowhere;
}

/* ---- an image ---- */

struct image {
	unsigned char memory[MEMORY];
	struct part part[PARTS];
	unsigned parts;
};

/* The bytes of each field as digits, in the order of the values. Returns the address after them. */
static uint32_t put(struct image *m, uint32_t at, const char *fields, const uint64_t *values, size_t n)
{
	CHECK_EQ(strlen(fields), n);
	CHECK(m->parts < PARTS);
	m->part[m->parts++] = (struct part){ host_memory + at, fields };
	for (unsigned i = 0; fields[i]; i++)
		for (int b = 0; b < fields[i] - '0'; b++)
			m->memory[at++] = (unsigned char)(values[i] >> 8 * b);
	return at;
}

#define FIELDS(m, at, fields, ...) \
	put(m, at, fields, (const uint64_t[]){ __VA_ARGS__ }, ARRAY_LEN(((uint64_t[]){ __VA_ARGS__ })))

static const char *const texts[] = {
	"pecan kmem=2M fastpath=on", "sigma0 one", "root two three", "boot.tar", "kdb=off",
};
enum { NTEXTS = ARRAY_LEN(texts) };

static const uint64_t map[][3] = {
	{ 0, 0x9fc00, 1 }, { 0x9fc00, 0x400, 2 }, { 0xf0000, 0x10000, 2 }, { 0x100000, TABLES - 0x100000, 1 },
	{ TABLES, MEMORY - TABLES, 3 },
};

/* {start, end} */
static void module_places(uint64_t at[3][2])
{
	for (unsigned i = 0; i < 2; i++) {
		at[i][0] = boot.modules[i].base;
		at[i][1] = boot.modules[i].base + boot.modules[i].size;
	}
	at[2][0] = BOOT_TAR;
	at[2][1] = BOOT_TAR + BOOT_TAR_BYTES;
}

static uint32_t text_at(unsigned i) { return TEXTS + i * TEXT_BYTES; }

static void make_info1(struct image *m)
{
	uint64_t at[3][2];
	uint32_t end = MAP;

	module_places(at);
	for (unsigned i = 0; i < ARRAY_LEN(map); i++)
		end = FIELDS(m, end, "4884", 20, map[i][0], map[i][1], map[i][2]);
	for (unsigned i = 0; i < 3; i++)
		FIELDS(m, MODULES + 16 * i, "4444", at[i][0], at[i][1], text_at(i + 1), 0);
	FIELDS(m, INFO, "4444444" "4444" "44" "444444444" "844411111111",
	       0x104d, 639, 0x5c00, 0, text_at(0), 3, MODULES, 0, 0, 0, 0, end - MAP, MAP,
	       0, 0, 0, 0, 0, 0, 0, 0, 0, 0xb8000, 160, 80, 25, 16, 2, 0, 0, 0, 0, 0, 0);
	for (unsigned i = 0; i < NTEXTS; i++) {
		strcpy((char *)m->memory + text_at(i), texts[i]);
		m->part[m->parts++] = (struct part){ host_memory + text_at(i), "88888888" };
	}
}

static uint32_t put_text(struct image *m, uint32_t at, const char *text)
{
	strcpy((char *)m->memory + at, text);
	return at + (uint32_t)strlen(text) + 1;
}

/* A tag's text or body has been put behind it: its size is known now. Returns the next tag's address. */
static uint32_t end_tag(struct image *m, uint32_t tag, uint32_t end)
{
	m->memory[tag + 4] = (unsigned char)(end - tag);
	return align_up(end, 3);
}

static void make_info2(struct image *m)
{
	uint32_t at, tag;
	uint64_t place[3][2];

	module_places(place);
	tag = INFO + 8;
	at = FIELDS(m, tag, "44", 1, 0);
	tag = end_tag(m, tag, put_text(m, at, texts[0]));
	for (unsigned i = 0; i < 3; i++) {
		at = FIELDS(m, tag, "4444", 3, 0, place[i][0], place[i][1]);
		tag = end_tag(m, tag, put_text(m, at, texts[i + 1]));
	}
	at = FIELDS(m, tag, "4444", 6, 0, 24, 0);
	for (unsigned i = 0; i < ARRAY_LEN(map); i++)
		at = FIELDS(m, at, "8844", map[i][0], map[i][1], map[i][2], 0);
	tag = end_tag(m, tag, at);
	tag = end_tag(m, tag, FIELDS(m, tag, "448444112", 8, 0, 0xb8000, 160, 80, 25, 16, SCREEN_TEXT, 0));
	at = FIELDS(m, tag, "44", 14, 0);
	bcopy(m->memory + RSDP, m->memory + at, 20);
	tag = end_tag(m, tag, at + 20);
	at = FIELDS(m, tag, "44", 15, 0);
	bcopy(m->memory + RSDP, m->memory + at, 36);
	tag = end_tag(m, tag, at + 36);
	at = end_tag(m, tag, FIELDS(m, tag, "44", 0, 0));
	FIELDS(m, INFO, "44", at - INFO, 0);
}

/* Makes the bytes' sum 0, by the byte at `sum`. */
static void sign(unsigned char *table, size_t bytes, unsigned sum)
{
	unsigned char total = 0;

	for (size_t i = 0; i < bytes; i++)
		total = (unsigned char)(total + table[i]);
	table[sum] = (unsigned char)(table[sum] - total);
}

static void sign_table(unsigned char *memory, uint32_t at)
{
	uint32_t length;

	bcopy(memory + at + 4, &length, sizeof(length));
	if (length <= MEMORY - at)
		sign(memory + at, length, 9);
}

static void sign_all(unsigned char *memory)
{
	sign(memory + RSDP, 20, 8);
	for (uint32_t at = TABLES; at <= MADT; at += TABLE_BYTES)
		sign_table(memory, at);
}

#define HEADER(name) name[0] | name[1] << 8 | name[2] << 16 | (uint64_t)name[3] << 24, 0, 1, 0, 0, 0, 0, 0, 0
#define HEADER_FIELDS "441188244"		/* signature, length, revision, sum, and 26 bytes of names */

static void set_length(struct image *m, uint32_t table, uint32_t end)
{
	const uint32_t length = end - table;

	bcopy(&length, m->memory + table + 4, sizeof(length));
}

static void make_tables(struct image *m)
{
	uint32_t at;

	FIELDS(m, EBDA_SEGMENT, "2", 0x9fc0);
	FIELDS(m, RSDP, "81421448", 0x2052545020445352, 0, 0, 0, 2, RSDT, 36, XSDT);
	at = FIELDS(m, RSDT, HEADER_FIELDS "44", HEADER("RSDT"), FADT, MADT);
	set_length(m, RSDT, at);
	at = FIELDS(m, XSDT, HEADER_FIELDS "88", HEADER("XSDT"), FADT, MADT);
	set_length(m, XSDT, at);
	at = FIELDS(m, FADT, HEADER_FIELDS "888884", HEADER("FACP"), 0, 0, 0, 0, 0, 0x608);
	set_length(m, FADT, at);
	at = FIELDS(m, MADT, HEADER_FIELDS "44", HEADER("APIC"), 0xfee00000, 1);
	for (unsigned i = 0; i < 2; i++)
		at = FIELDS(m, at, "11114", 0, 8, i, i, 1);
	at = FIELDS(m, at, "111144", 1, 12, 0, 0, 0xfec00000, 0);
	for (unsigned i = 0; i < 4; i++)
		at = FIELDS(m, at, "111142", 2, 10, 0, i, i ? i : 2, i << 2 | i);
	set_length(m, MADT, at);
	sign_all(m->memory);
}

static void make_elves(struct image *m)
{
	static const char header[] = "88" "2248884222222", segment[] = "44888888";

	world_boot_info(&boot);
	bcopy(host_memory, m->memory, MEMORY);
	for (unsigned i = 0; i < 2; i++) {
		m->part[m->parts++] = (struct part){ host_memory + boot.modules[i].base, header };
		m->part[m->parts++] = (struct part){ host_memory + boot.modules[i].base + 64, segment };
	}
}

/* By the version of Multiboot. */
static struct image images[2];

static void make_image(struct image *m, void (*make_info)(struct image *m))
{
	make_elves(m);
	memset(m->memory + IMAGE, 0x5a, IMAGE_BYTES);
	memset(m->memory + BOOT_TAR, 't', BOOT_TAR_BYTES);
	make_tables(m);
	make_info(m);
}

/* ---- a round ---- */

static void require(bool good, const char *what)
{
	if (!good)
		campaign_fail("%s; the console shows:\n%s", what, host.console);
}

static void check_boot_info(void)
{
	require(boot.nmemory <= BOOT_MEMORY_MAX && boot.nmodules <= BOOT_MODULES_MAX, "too many entries");
	require(memchr(boot.cmdline, 0, BOOT_CMDLINE_MAX), "a command line has no end");
	for (unsigned i = 0; i < boot.nmemory; i++)
		require(boot.memory[i].base + boot.memory[i].size >= boot.memory[i].base
			&& boot.memory[i].base + boot.memory[i].size <= KMAP_DIRECT_BYTES,
			"a memory range wraps around, or is above all memory");
	for (unsigned i = 0; i < boot.nmodules; i++)
		require(memchr(boot.modules[i].cmdline, 0, BOOT_CMDLINE_MAX), "a module's text has no end");
}

static bool no_switch(const char *word, size_t length)
{
	(void)word;
	(void)length;
	return false;
}

/* As start() of x86_64. Returns false if the boot was refused. */
static bool start(uint32_t magic)
{
	struct acpi_interrupts interrupts = { 0 };
	const char *problem = plat_handover(magic, INFO, &boot);

	require(!problem || *problem, "an empty text");
	if (problem)
		return false;
	check_boot_info();
	plat_screen_init(&boot);
	plat_check_memory(&boot);
	boot_options_check(boot.cmdline, no_switch);
	boot.reserved[boot.nreserved++] = (struct boot_memory){ 0, 0x1000, BOOT_RESERVED };
	boot.reserved[boot.nreserved++] = (struct boot_memory){ IMAGE, IMAGE_BYTES, BOOT_RESERVED };
	acpi_interrupts(&boot, &interrupts);
	require(interrupts.nioapics <= IOAPICS_MAX, "too many I/O APICs");
	ioapics = interrupts.nioapics;
	acpi_pm_timer(&boot);
	boot.irq_lines = HOST_IRQS;
	kernel_main(&boot);
	return true;
}

static void check_kernel(void)
{
	uint64_t pool = arch_frame_pa((void *)mem.kmem.base), bytes = mem.kmem.end - mem.kmem.base;

	require(boot_is_ram(&boot, pool, bytes), "the pool is not in memory");
	require(pool >= IMAGE + IMAGE_BYTES || pool + bytes <= IMAGE, "the pool lies over the kernel");
	for (unsigned i = 0; i < boot.nmodules; i++)
		require(boot_is_ram(&boot, boot.modules[i].base, boot.modules[i].size), "a module is not in memory");
	require(kernel.sigma0 && kernel.root && kernel.kip->boot_info, "there are no servers");
}

static unsigned lines(void)
{
	unsigned n = 0;

	for (const char *c = host.console; *c; c++)
		n += *c == '\n';
	return n;
}

static void change(const struct image *m)
{
	campaign_field(m->part, m->parts, host_memory);
	for (unsigned n = campaign_below(4); n > 0; n--)
		if (campaign_below(4) == 0) {
			const struct part *p = &m->part[campaign_below(m->parts)];

			campaign_bytes(p->at, 64);
		} else {
			campaign_any_field(m->part, m->parts, host_memory);
		}
	if (campaign_below(4))
		sign_all(host_memory);
}

/* Memory and machine as the boot loader leaves them. */
static void prepare(unsigned version)
{
	for (unsigned i = 0; i < boot.nmemory; i++)
		if (boot.memory[i].base + boot.memory[i].size > MEMORY)
			bzero(host_memory + MEMORY, HOST_MEMORY - MEMORY);
	bcopy(images[version].memory, host_memory, MEMORY);
	memset(&kernel, 0, sizeof(kernel));
	memset(&mem, 0, sizeof(mem));
	memset(&boot, 0, sizeof(boot));
	host_reset();
	host_tlb_reset();
}

static void boot_once(unsigned version)
{
	host_stop_to = &stop;
	if (setjmp(stop) == 0) {
		if (start(version == 0 ? MAGIC1 : MAGIC2))
			check_kernel();
	} else {
		require(strstr(host.console, "boot: stopped."), "it stops without a reason");
	}
	host_stop_to = 0;
	require(!strstr(host.console, "panic"), "it panics");
	require(lines() <= LINES, "too many lines");
	for (unsigned i = 0; i < IMAGE_BYTES; i++)
		require(host_memory[IMAGE + i] == 0x5a, "the kernel's image has changed");
}

static void play(void)
{
	unsigned version = campaign_round() % 2;

	prepare(version);
	change(&images[version]);
	boot_once(version);
}

TEST(HBOO0037, "a description of the screen without colours is whole for text, and damaged for a picture")
{
	struct multiboot_framebuffer none = { 0 };

	make_image(&images[1], make_info2);
	for (unsigned type = SCREEN_DIRECT; type <= SCREEN_TEXT; type++) {
		uint32_t tag = INFO + 8;

		prepare(1);
		while (host_memory[tag] != 8)
			tag = align_up(tag + host_memory[tag + 4], 3);
		host_memory[tag + 29] = (unsigned char)type;
		boot_once(1);
		CHECK_EQ(!strstr(host.console, "information is damaged"), type == SCREEN_TEXT);
		CHECK_EQ(memcmp(&boot.fb, &none, sizeof(none)) != 0, type == SCREEN_TEXT);
		CHECK(kernel.root && boot.rsdp);
	}
}

TEST(HATK0007, "the kernel boots, or says why not, whatever boot loader and firmware give it")
{
	unsigned long rounds = attack_rounds(2000);

	memset(nowhere, 0xff, sizeof(nowhere));
	make_image(&images[0], make_info1);
	make_image(&images[1], make_info2);
	for (unsigned version = 0; version < 2; version++) {
		prepare(version);
		boot_once(version);
		CHECK(kernel.root && !strstr(host.console, "boot:"));
		CHECK(boot.nmodules == 3 && boot.nmemory == ARRAY_LEN(map) && ioapics == 1);
	}
	attack_figure("boot-parsers", rounds, campaign(rounds, play));
}
