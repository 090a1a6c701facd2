/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_load.h - physical memory while booting: regions in use, and addresses of sigma0 and the root server.
 */
#ifndef BOOT_LOAD_H
#define BOOT_LOAD_H

#include <boot/boot.h>

enum { BOOT_RANGES = 96, BOOT_SEGMENTS = 16 };

struct boot_range { uint64_t base, size; };

struct boot_server { uint64_t entry, low, high; };	/* high exclusive */

struct boot_layout {
	const struct boot_info *bi;
	unsigned nused;
	struct boot_range used[BOOT_RANGES];
	uint64_t module[BOOT_MODULES_MAX];	/* present address of each module */
	struct boot_server sigma0, root;
};

/* Print an error of the modules or options, and stop the machine. The text says how to correct it. */
_Noreturn void boot_refuse(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

/* Record the regions in use, load sigma0 and the root server; modules that are in the way are moved. */
void boot_load(struct boot_layout *l, const struct boot_info *bi);

/* Returns the highest free RAM of that size and alignment below limit, and marks it as in use; or 0. */
uint64_t boot_take(struct boot_layout *l, uint64_t size, unsigned log2, uint64_t limit);

/* Fill the KIP's server regions and memory descriptors, and make the boot info for the root server. */
void boot_describe(struct boot_layout *l);

#endif
