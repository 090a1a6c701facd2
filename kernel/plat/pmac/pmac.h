/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmac.h - functions that are called across the files of this folder.
 */
#ifndef PLAT_PMAC_H
#define PLAT_PMAC_H

#include <x2/word.h>

struct boot_info;

/* ---- firmware.c: the client interface of Open Firmware (IEEE 1275), until it is left ---- */

enum { PROPERTY_CELLS = 64 };

/* A property of the device tree. bytes: its length, which may be more than `cell` has; 0: there is none. */
struct property {
	const char *name;		/* with its path, for messages */
	uint32_t bytes;
	uint32_t cell[PROPERTY_CELLS];
};

struct properties { struct property memory, arguments, time_base, cpu_clock, macio; };

/* client: the address of the client interface. */
void firmware_read(uint32_t client, struct properties *p);

/* Before there is a console: the firmware prints what is wrong with a property, and stops. */
_Noreturn void firmware_refuse(const char *name, const char *wrong);

/* ---- properties.c: what the properties say. Each returns 0, or what is wrong with the property ---- */

/* The ranges that are entered are the memory from 0 on, without a hole, that the direct map has. */
const char *properties_memory(const struct property *p, struct boot_info *boot, uint64_t *left_out);
const char *properties_arguments(const struct property *p, struct boot_info *boot);
const char *properties_hertz(const struct property *p, uint32_t *hz);
const char *properties_macio(const struct property *p, uint32_t *base);

/*
 * archive.c: enter the modules of the boot archive of `size` bytes at physical address base into boot; its
 * bytes are at `bytes`. Returns 0, or what is wrong with it.
 */
const char *archive_read(const void *bytes, uint32_t base, uint32_t size, struct boot_info *boot);

/* ---- registers of mac-io, a chip with all devices of the board (handover.c) ---- */

/* Kernel address of its registers; 0 before the firmware is left. */
extern volatile uint8_t *macio;

#endif
