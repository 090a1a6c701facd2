/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware.c - calls of Open Firmware (IEEE 1275-1994, 6.3): it copies the properties that the kernel needs.
 * It works with its own translations, vectors and memory, so it is called before the kernel has its own.
 */
#include <lib/section.h>
#include <lib/str.h>
#include "pmac.h"

enum { ARGUMENTS = 6, NOTHING = -1 };

/* The array of a call: arguments, then the result. */
struct call { const char *service; uint32_t arguments, results, cell[ARGUMENTS + 1]; };

static int (*client)(struct call *);

/* Returns the first result, or NOTHING if the firmware refuses the call. */
static int call(const char *service, unsigned n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	struct call array = { service, n, 1, { a, b, c, d } };

	return client(&array) == 0 ? (int)array.cell[n] : NOTHING;
}

static uint32_t cell_of(const void *p) { return (uint32_t)(uintptr_t)p; }

static void read_property(struct property *p, const char *path, const char *name, const char *both)
{
	int node = call("finddevice", 1, cell_of(path), 0, 0, 0), bytes;

	p->name = both;
	if (node == NOTHING)
		return;
	bytes = call("getprop", 4, (uint32_t)node, cell_of(name), cell_of(p->cell), sizeof(p->cell));
	p->bytes = bytes > 0 ? (uint32_t)bytes : 0;
}

#define READ(p, path, name) read_property(p, path, name, path " " name)

void firmware_read(uint32_t entry, struct properties *p)
{
	client = (int (*)(struct call *))(uintptr_t)entry;
	READ(&p->memory, "/memory", "reg");
	READ(&p->arguments, "/chosen", "bootargs");
	READ(&p->time_base, "/cpus/@0", "timebase-frequency");
	READ(&p->cpu_clock, "/cpus/@0", "clock-frequency");
	READ(&p->macio, "/pci/mac-io", "assigned-addresses");
}

static void say(const char *text)
{
	struct property out = { 0 };

	READ(&out, "/chosen", "stdout");
	if (out.bytes == sizeof(out.cell[0]))
		call("write", 3, out.cell[0], cell_of(text), (uint32_t)strlen(text), 0);
}

void firmware_refuse(const char *name, const char *wrong)
{
	say("\r\nPecan cannot start: ");
	say(name);
	say(" ");
	say(wrong);
	say("\r\n");
	for (;;)
		call("exit", 0, 0, 0, 0, 0);
}
