/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_boot.c - the first state of the system, the KIP, and boot input that is refused with its name.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <x2/elf.h>
#include <boot/boot.h>
#include <core/arch.h>
#include <kdb/kdb.h>
#include "world.h"

static struct boot_info boot;

static void set_up(void)
{
	memset(&kernel, 0, sizeof(kernel));
	memset(&mem, 0, sizeof(mem));
	host_reset();
	host_tlb_reset();
	world_boot_info(&boot);
}

/* Boot; true if the kernel stopped, saying `text` on the console. */
static bool stops_with(const char *text)
{
	jmp_buf stop;

	host_stop_to = &stop;
	if (setjmp(stop) == 0) {
		kernel_main(&boot);
		host_stop_to = 0;
		return false;
	}
	host_stop_to = 0;
	return strstr(host.console, text) != 0;
}

static struct elf_header *elf(unsigned module) { return (void *)(host_memory + boot.modules[module].base); }
static struct elf_phdr *segment(unsigned module) { return (void *)(elf(module) + 1); }

TEST(HBOO0001, "sigma0 and the root server start at their entries with priority 255 and SP 0")
{
	struct thread *first, *s, *r;

	set_up();
	first = kernel_main(&boot);
	s = kernel.sigma0;
	r = kernel.root;
	CHECK(first == s || first == r);
	CHECK_EQ(s->id.raw, l4_tid_global(kernel.user_base, 1).raw);
	CHECK_EQ(r->id.raw, l4_tid_global(kernel.user_base + 2, 1).raw);
	CHECK_EQ(thread_regs(s)->ip, elf(0)->entry);
	CHECK_EQ(thread_regs(r)->ip, elf(1)->entry);
	CHECK_EQ(thread_regs(r)->sp, 0);
	CHECK_EQ(s->prio, 255);
	CHECK_EQ(r->prio, 255);
	CHECK(s->space != r->space && s->space->privileged && r->space->privileged);
	CHECK_EQ(s->scheduler.raw, r->id.raw);
	CHECK_EQ(r->scheduler.raw, r->id.raw);
	CHECK_EQ(*thread_tcr(r, L4_TCR_PAGER), s->id.raw);
	CHECK_EQ(*thread_tcr(s, L4_TCR_PAGER), 0);
	CHECK_EQ(*thread_tcr(r, L4_TCR_GLOBAL_ID), r->id.raw);
	CHECK_EQ(r->rest->utcb_location, L4_INITIAL_UTCB);
	CHECK_EQ(arch_ptab_get(r->space, L4_INITIAL_KIP).frame, mem.kip_frame);
	CHECK_EQ(r->space->map[RESOURCE_MEMORY].pages, 0);
}

#define BIG (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

TEST(HBOO0002, "the KIP has the values of the specification")
{
	const struct l4_kip *k;

	set_up();
	kernel_main(&boot);
	k = kernel.kip;
	CHECK_EQ(k->magic, BIG ? 0x4c34e64b : 0x4be6344c);
	CHECK_EQ(k->api_version, 0x84050000);
	CHECK_EQ(k->api_flags, (sizeof(l4_word_t) == 8 ? 4 : 0) + BIG);
	CHECK_EQ(k->utcb_info & 0x3ff, 1);
	CHECK_EQ(k->utcb_info >> 10 & 0x3f, L4_UTCB_ALIGN_LOG2);
	CHECK_EQ(k->utcb_info >> 16 & 0x3f, L4_UTCB_AREA_LOG2_MIN);
	CHECK_EQ(k->kip_area_info & 0x3f, 12);
	CHECK_EQ(k->thread_info & 0xff, L4_THREAD_BITS);
	CHECK_EQ(k->thread_info >> 8 & 0xfff, HOST_IRQS);
	CHECK_EQ(k->thread_info >> 20 & 0xfff, HOST_IRQS + 32);
	CHECK_EQ(k->processor_info & 0xffff, 0);
	CHECK_EQ(k->page_info & L4_RWX, L4_RWX);
	CHECK(k->page_info & 1 << 12);
	CHECK(k->ipc && k->lipc && k->unmap && k->exchange_registers && k->system_clock && k->thread_switch);
	CHECK(k->schedule && k->space_control && k->thread_control && k->processor_control && k->memory_control);
	CHECK_EQ(k->root.ip, elf(1)->entry);
	CHECK_EQ(k->sigma0.low, segment(0)->paddr);
	CHECK(k->sigma0.high >= segment(0)->paddr + segment(0)->memsz - 1);
	CHECK_EQ(k->sigma1.high, 0);
}

/* The type that the KIP gives to an address: the last descriptor wins (api 1.3). */
static unsigned type_of(l4_word_t address, bool is_virtual)
{
	unsigned half = L4_WORD_BITS / 2, type = 0;
	l4_word_t n = kernel.kip->memory_info & (((l4_word_t)1 << half) - 1);
	const struct l4_memdesc *d = (const void *)((const char *)kernel.kip + (kernel.kip->memory_info >> half));

	for (l4_word_t i = 0; i < n; i++)
		if (l4_memdesc_virtual(&d[i]) == is_virtual && l4_memdesc_low(&d[i]) <= address
		    && address <= l4_memdesc_high(&d[i]))
			type = l4_memdesc_type(&d[i]);
	return type;
}

TEST(HBOO0003, "the memory descriptors show RAM, the kernel's memory, the servers and the user area")
{
	set_up();
	boot.nreserved = 1;
	boot.reserved[0] = (struct boot_memory){ 0x380000, 0x10000, 2 };
	kernel_main(&boot);
	CHECK_EQ(type_of(ram(12), false), L4_MEM_CONVENTIONAL);
	CHECK_EQ(type_of((l4_word_t)arch_frame_pa((void *)mem.kmem.base), false), L4_MEM_RESERVED);
	CHECK_EQ(type_of((l4_word_t)arch_frame_pa((void *)(mem.kmem.end - 1)), false), L4_MEM_RESERVED);
	CHECK_EQ(type_of(0x385000, false), L4_MEM_RESERVED);
	CHECK_EQ(type_of((l4_word_t)segment(0)->paddr, false), L4_MEM_BOOTLOADER);
	CHECK_EQ(type_of((l4_word_t)segment(1)->paddr, false), L4_MEM_BOOTLOADER);
	CHECK_EQ(type_of(0x1000, true), L4_MEM_CONVENTIONAL);
	CHECK_EQ(type_of(L4_USER_END - 1, true), L4_MEM_CONVENTIONAL);
	CHECK(type_of(L4_USER_END + 4096, true) != L4_MEM_CONVENTIONAL);
}

TEST(HBOO0031, "memory that the kernel uses until programs run is no server's place, and conventional later")
{
	set_up();
	boot.nreserved = 1;
	boot.reserved[0] = (struct boot_memory){ segment(1)->paddr, 0x1000, BOOT_UNTIL_STARTED };
	CHECK(stops_with("root task"));
	set_up();
	boot.nreserved = 1;
	boot.reserved[0] = (struct boot_memory){ 0x380000, 0x10000, BOOT_UNTIL_STARTED };
	kernel_main(&boot);
	CHECK_EQ(type_of(0x385000, false), L4_MEM_CONVENTIONAL);
	CHECK(!reserved_memory(0x385000, 0x1000));
}

TEST(HBOO0032, "the kernel takes no memory for good that it needs while booting")
{
	uint64_t end;

	set_up();
	end = boot.memory[0].base + boot.memory[0].size;
	boot.nreserved = 1;
	boot.reserved[0] = (struct boot_memory){ end - 0x1000, 0x1000, BOOT_UNTIL_STARTED };
	kernel_main(&boot);
	CHECK(arch_frame_pa((void *)(mem.kmem.end - 1)) < end - 0x1000);
}

TEST(HBOO0004, "feature strings name the extensions")
{
	const char *p;
	bool kmemlimit = false, pagerexregs = false;

	set_up();
	kernel_main(&boot);
	p = (const char *)kernel.kip + kernel.kip->kern_desc_ptr + 4 * sizeof(l4_word_t);
	CHECK(*p);
	for (p += strlen(p) + 1; *p; p += strlen(p) + 1) {
		kmemlimit |= strcmp(p, "kmemlimit") == 0;
		pagerexregs |= strcmp(p, "pagerexregs") == 0;
	}
	CHECK(kmemlimit && pagerexregs);
}

TEST(HBOO0005, "modules behind the root server are listed in the boot information")
{
	const struct l4_bootinfo *info;
	const struct l4_bootrec *rec;
	bool found = false;

	set_up();
	boot.nmodules = 3;
	boot.modules[2] = (struct boot_module){ 0x330000, 0x1234, "boot.tar hello" };
	memset(host_memory + 0x330000, 'x', 0x1234);
	kernel_main(&boot);
	CHECK(kernel.kip->boot_info);
	info = (const void *)(host_memory + kernel.kip->boot_info);
	CHECK_EQ(info->magic, L4_BOOTINFO_MAGIC);
	CHECK_EQ(info->version, 1);
	rec = (const void *)((const char *)info + info->first);
	for (l4_word_t i = 0; i < info->count; i++) {
		const struct l4_bootrec_module *m = (const void *)rec;

		if (rec->type == L4_BOOTREC_MODULE && m->size == 0x1234) {
			found = true;
			CHECK(strcmp((const char *)m + m->cmdline, "boot.tar hello") == 0);
			CHECK_EQ(host_memory[m->start], 'x');
			CHECK_EQ(type_of(m->start, false), L4_MEM_BOOTLOADER);
		}
		rec = (const void *)((const char *)rec + rec->next);
	}
	CHECK(found);
}

TEST(HBOO0006, "missing modules are named")
{
	set_up();
	boot.nmodules = 0;
	CHECK(stops_with("sigma0"));
	set_up();
	boot.nmodules = 1;
	CHECK(stops_with("root task"));
}

TEST(HBOO0007, "a module that is no ELF file, or no executable, or too short is named")
{
	set_up();
	elf(0)->ident[1] = 'x';
	CHECK(stops_with("module 0 (sigma0, \"sigma0\") is no ELF file"));
	set_up();
	elf(1)->type = ELF_TYPE_DYNAMIC;
	CHECK(stops_with("root task"));
	set_up();
	boot.modules[1].size = 10;
	CHECK(stops_with("root task"));
	set_up();
	boot.modules[0].size = 0;
	CHECK(stops_with("sigma0"));
}

TEST(HBOO0036, "of an ELF file of another class, byte order or machine the console names all three")
{
	unsigned bits = L4_WORD_BITS;
	bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	const char *order = big ? "big" : "little", *other = big ? "little" : "big";
	char text[80];

	set_up();
	elf(1)->ident[ELF_IDENT_CLASS] = 3 - ELF_CLASS;
	snprintf(text, sizeof(text), "is for another machine: ELF%u, %s-endian, machine 4660\n", 96 - bits,
		 order);
	CHECK(stops_with(text));
	set_up();
	elf(1)->ident[ELF_IDENT_DATA] = 3 - ELF_DATA;
	elf(1)->machine = 0x0f00;
	snprintf(text, sizeof(text), "is for another machine: ELF%u, %s-endian, machine 15\n", bits, other);
	CHECK(stops_with(text));
	set_up();
	elf(0)->machine = 62;
	snprintf(text, sizeof(text), "is for another machine: ELF%u, %s-endian, machine 62\n", bits, order);
	CHECK(stops_with(text));
}

TEST(HBOO0008, "damaged program headers and segments are refused")
{
	set_up();
	elf(1)->phoff = 0x10000;
	CHECK(stops_with("damaged"));
	set_up();
	elf(1)->phnum = 0xffff;
	CHECK(stops_with("damaged"));
	set_up();
	elf(1)->phoff = ~(l4_word_t)0 - 7;
	CHECK(stops_with("root task"));
	set_up();
	segment(1)->offset = ~(l4_word_t)0 - 15;
	CHECK(stops_with("damaged"));
	set_up();
	segment(1)->filesz = 0x100000;
	CHECK(stops_with("damaged"));
	set_up();
	segment(1)->memsz = 16;
	CHECK(stops_with("damaged"));
	set_up();
	elf(1)->phnum = 0;
	CHECK(stops_with("root task"));
}

TEST(HBOO0033, "modules outside of memory, servers that start outside of their segments are refused")
{
	set_up();
	boot.modules[1].base = HOST_MEMORY;
	CHECK(stops_with("module 1 (\"root\") is not on pages of memory"));
	set_up();
	boot.modules[1].base += 8;
	CHECK(stops_with("module 1 (\"root\") is not on pages of memory"));
	set_up();
	elf(1)->entry += segment(1)->memsz;
	CHECK(stops_with("starts outside"));
	set_up();
	elf(0)->entry = 0;
	CHECK(stops_with("starts outside"));
	set_up();
	elf(0)->phnum = 2;				/* between two segments */
	segment(0)[1] = segment(0)[0];
	segment(0)[1].paddr = segment(0)[1].vaddr += 0x4000;
	elf(0)->entry = segment(0)->paddr + segment(0)->memsz;
	CHECK(stops_with("starts outside"));
}

TEST(HBOO0034, "a segment that takes no memory is not loaded, whatever it has in the file")
{
	set_up();
	elf(1)->phnum = 2;
	segment(1)[1] = *segment(1);
	segment(1)[1].paddr = HOST_MEMORY;
	segment(1)[1].memsz = 0;
	kernel_main(&boot);
	CHECK_EQ(host_memory[0x200000], 0x90);
}

TEST(HBOO0009, "servers linked for places that do not exist, overlap, or are the kernel's are refused")
{
	set_up();
	segment(1)->paddr = segment(1)->vaddr = 0x40000000;
	CHECK(stops_with("root task"));
	set_up();
	segment(1)->paddr = segment(1)->vaddr = ~(l4_word_t)0 - 4095;
	CHECK(stops_with("root task"));
	set_up();
	segment(1)->memsz = ~(l4_word_t)0 - 4095;
	CHECK(stops_with("root task"));
	set_up();
	segment(1)->paddr = segment(1)->vaddr = elf(1)->entry = segment(0)->paddr;
	CHECK(stops_with("same addresses"));
	set_up();
	boot.nreserved = 1;
	boot.reserved[0] = (struct boot_memory){ segment(1)->paddr, 0x1000, 2 };
	CHECK(stops_with("root task"));
}

TEST(HBOO0010, "too little memory and bad values of kmem= are named")
{
	set_up();
	boot.memory[0].size = 4 << 20;
	CHECK(stops_with("memory"));
	set_up();
	strcpy(boot.cmdline, "kmem=banana");
	CHECK(stops_with("kmem="));
	set_up();
	strcpy(boot.cmdline, "kmem=64K");
	CHECK(stops_with("kmem="));
	set_up();
	strcpy(boot.cmdline, "kmem=900M");
	CHECK(stops_with("kmem="));
	set_up();
	boot.nmemory = 0;
	CHECK(stops_with("memory"));
}

TEST(HBOO0011, "modules that lie where the servers belong are moved away and loaded all the same")
{
	struct thread *r;

	set_up();
	memmove(host_memory + 0x200000, host_memory + boot.modules[0].base, boot.modules[0].size);
	boot.modules[0].base = 0x200000;	/* sigma0's file where the root server goes */
	kernel_main(&boot);
	r = kernel.root;
	CHECK_EQ(host_memory[0x100000], 0x90);
	CHECK_EQ(host_memory[0x200000], 0x90);
	CHECK_EQ(host_memory[0x201000], 0);
	CHECK(r);
}

TEST(HBOO0012, "segments are loaded and the rest of their memory is zero")
{
	set_up();
	memset(host_memory + 0x100000, 0x55, 0x2000);
	kernel_main(&boot);
	CHECK_EQ(host_memory[0x100000], 0x90);
	CHECK_EQ(host_memory[0x100fff], 0x90);
	for (unsigned i = 0; i < 0x1000; i++)
		CHECK_EQ(host_memory[0x101000 + i], 0);
}

TEST(HBOO0013, "options are read as words of the command line, sizes with their letters")
{
	CHECK_EQ(boot_parse_size("4096"), 4096);
	CHECK_EQ(boot_parse_size("16K"), 16 << 10);
	CHECK_EQ(boot_parse_size("16M other"), 16 << 20);
	CHECK_EQ(boot_parse_size("2G"), 2ull << 30);
	CHECK_EQ(boot_parse_size(""), 0);
	CHECK_EQ(boot_parse_size("M"), 0);
	CHECK_EQ(boot_parse_size("12Q"), 0);
	CHECK_EQ(boot_parse_size("-1"), 0);
	CHECK_EQ(boot_parse_size("99999999999999999999999"), 0);
	CHECK(boot_option("kdb=on noapic", "noapic"));
	CHECK(!boot_option("kdb=on noapic2", "noapic"));
	CHECK(!boot_option("xkdb=on", "kdb"));
	CHECK(boot_option_is("a kdb=on b", "kdb", "on", false));
	CHECK(!boot_option_is("a kdb=only b", "kdb", "on", false));
	CHECK(boot_option_is("a b", "kdb", "on", true));
}

static bool is_nosmep(const char *word, size_t length)
{
	return length == 6 && strncmp(word, "nosmep", 6) == 0;
}

TEST(HBOO0014, "unknown options are reported by name; a file name in front is none")
{
	set_up();
	boot_options_check("build/pecan nosmep kdb=on kmem=16M", is_nosmep);
	CHECK_EQ(host.console_len, 0);
	boot_options_check("build/pecan nosmepp", is_nosmep);
	CHECK(strstr(host.console, "\"nosmepp\""));
	boot_options_check("kdbg=on  kmemory", is_nosmep);
	CHECK(strstr(host.console, "\"kdbg=on\""));
	CHECK(strstr(host.console, "\"kmemory\""));
}

TEST(HBOO0015, "kdb= takes off, on, key and debug only")
{
	set_up();
	strcpy(boot.cmdline, "kdb=key");
	kernel_main(&boot);
	CHECK_EQ(kernel.kdb, KDB_KEY);
	set_up();
	strcpy(boot.cmdline, "kdb=debug");
	kernel_main(&boot);
	CHECK_EQ(kernel.kdb, KDB_DEBUG);
	set_up();
	strcpy(boot.cmdline, "kdb=off");
	kernel_main(&boot);
	CHECK(!kernel.kdb);
	set_up();
	strcpy(boot.cmdline, "kdb=maybe");
	CHECK(stops_with("kdb="));
}

TEST(HBOO0024, "a server whose segment is not linked one to one is refused")
{
	set_up();
	segment(0)->vaddr += 0x1000;
	CHECK(stops_with("sigma0"));
}

TEST(HBOO0025, "the size of the kernel's pool follows the memory when kmem= is not given")
{
	set_up();
	strcpy(boot.cmdline, "kdb=on");
	kernel_main(&boot);
	CHECK(mem.kmem.frames >= 512);
	CHECK(kernel.kdb);
}

TEST(HBOO0026, "memory that is not RAM is described as what it is")
{
	set_up();
	boot.nmemory = 2;
	boot.memory[1] = (struct boot_memory){ HOST_MEMORY, 0x10000, 3 };
	kernel_main(&boot);
	CHECK_EQ(type_of(HOST_MEMORY + 0x1000, false), L4_MEM_ARCH);
}

TEST(HBOO0027, "more memory regions than can be described are refused by name")
{
	set_up();
	boot.nmemory = BOOT_MEMORY_MAX;
	for (unsigned i = 1; i < BOOT_MEMORY_MAX; i++)
		boot.memory[i] = (struct boot_memory){ 0x40000000 + i * 0x10000, 0x8000, 2 };
	CHECK(stops_with("memory regions"));
}

TEST(HBOO0028, "a module in the servers' way that cannot be moved anywhere is named")
{
	set_up();
	boot.memory[0] = (struct boot_memory){ 0, 0x400000, 1 };
	boot.nmodules = 3;
	boot.modules[2] = (struct boot_module){ 0x100000, 0x200000, "big" };
	CHECK(stops_with("module 2"));
}

TEST(HBOO0029, "a screen is described to the root server in the Multiboot information")
{
	set_up();
	boot.fb = (struct multiboot_framebuffer){ .base = 0xb8000, .pitch = 160, .width = 80, .height = 25,
						  .bpp = 16, .type = 2 };
	kernel_main(&boot);
	CHECK(kernel.kip->boot_info);
}

TEST(HBOO0030, "as many modules as there may be, with the longest command lines, are all described")
{
	set_up();
	boot.nmodules = BOOT_MODULES_MAX;
	for (unsigned i = 2; i < BOOT_MODULES_MAX; i++) {
		boot.modules[i] = (struct boot_module){ 0x320000 + i * 0x1000, 0x1000, "" };
		memset(boot.modules[i].cmdline, 'm', BOOT_CMDLINE_MAX - 1);
	}
	kernel_main(&boot);
	CHECK(((const struct l4_bootinfo *)(void *)(host_memory + kernel.kip->boot_info))->count
	      >= BOOT_MODULES_MAX - 1);
}
