/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_load.h - physical memory while booting: the regions in use, and the load addresses of the two servers.
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
	uint64_t module[BOOT_MODULES_MAX];	/* where each module is now */
	struct boot_server sigma0, root;
};

/* Print what is wrong with the modules or options, and what to do; then stop. Does not return. */
_Noreturn void boot_refuse(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

/* Record the regions in use, load sigma0 and the root server where they are linked, move other modules
 * away. */
void boot_load(struct boot_layout *l, const struct boot_info *bi);

/* Returns the highest free RAM of that size and alignment below limit, now marked as in use; 0 if there is
 * none. */
uint64_t boot_take(struct boot_layout *l, uint64_t size, unsigned log2, uint64_t limit);

/* Fill the KIP's server regions and memory descriptors, and make the boot info for the root server. */
void boot_describe(struct boot_layout *l);

#endif
