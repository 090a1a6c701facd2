/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.h - the boot information that the board gives to kernel_main.
 *
 * All addresses are physical, and in the direct map (arch_frame_ptr). Modules and command lines must stay
 * readable until sigma0 runs. Module images do not overlap reserved memory; boot_load.c moves those that
 * overlap the servers' segments.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <mem/config.h>
#include <mem/reserved.h>
#include <x2/kip.h>
#include <x2/multiboot.h>

enum { BOOT_MEMORY_MAX = 64, BOOT_MODULES_MAX = 32, BOOT_CMDLINE_MAX = 256,
       BOOT_RESERVED_MAX = 16 };

struct boot_memory { uint64_t base, size; uint32_t type; };	/* BIOS types: 1 = RAM */

/* Types of reserved memory: permanently, and until the first program runs. */
enum { BOOT_RESERVED = 2, BOOT_UNTIL_STARTED = 3 };

struct boot_module { uint64_t base, size; char cmdline[BOOT_CMDLINE_MAX]; };

struct boot_info {
	char cmdline[BOOT_CMDLINE_MAX];
	unsigned nmemory;
	struct boot_memory memory[BOOT_MEMORY_MAX];
	unsigned nmodules;		/* 0: sigma0, 1: root server, 2..: for the root server */
	struct boot_module modules[BOOT_MODULES_MAX];
	unsigned nreserved;		/* kernel image, boot page tables, APICs */
	struct boot_memory reserved[BOOT_RESERVED_MAX];
	unsigned nports;		/* port ranges of devices that the kernel uses: not mapped to user code */
	struct port_range ports[CFG_RESERVED_PORTS];
	struct boot_memory window;	/* of devices, where the memory map may say otherwise; size 0: none */
	struct multiboot_framebuffer fb;
	uint64_t rsdp;			/* ACPI root pointer, 0 if unknown */
	unsigned irq_lines;
};

/* Returns true if [base, base + size) is RAM, according to the boot loader. */
bool boot_is_ram(const struct boot_info *bi, uint64_t base, uint64_t size);

/* Returns the value of option name, which ends at a space or NUL: empty for a bare `name`; 0 if absent. */
const char *boot_option(const char *cmdline, const char *name);

/* Returns true if the value of option name is `value`; returns `otherwise` if the option is absent. */
bool boot_option_is(const char *cmdline, const char *name, const char *value, bool otherwise);

/*
 * Print a warning for each word that is neither an option of core nor accepted by known (the machine's
 * options). The first word may be the kernel's file name, as Multiboot 1 passes it.
 */
void boot_options_check(const char *cmdline, bool (*known)(const char *word, size_t length));

/* Returns the bytes of a size such as 16M, 4096K, 1G or 65536; 0 if malformed. */
uint64_t boot_parse_size(const char *text);

#endif
