/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the file `init` of the boot image: the rights of each program, and what is started.
 *
 *   # comment
 *   program NAME [spawn] [kill] [inspect] [power] [log] [names] [framebuffer] [terminal]
 *                [irq=N,N-N..] [io=HEX-HEX,..] [phys=HEX-HEX,..] [mem=SIZE] [kmem=SIZE] [prio=N] [maxprio=N]
 *   start NAME [ARGUMENTS]
 *
 * SIZE is bytes, or has K or M behind it. A program that no line names has no rights and the defaults.
 */
#ifndef ROOT_CONFIG_H
#define ROOT_CONFIG_H

#include <proto/root.h>

enum {
	RIGHT_SPAWN = 1, RIGHT_KILL = 2, RIGHT_INSPECT = 4, RIGHT_POWER = 8, RIGHT_LOG = 16,
	RIGHT_NAMES = 32,		/* is the name service */
	RIGHT_FRAMEBUFFER = 64,
	RIGHT_TERMINAL = 128,		/* may control the terminal; the console asks for it */
	CONFIG_PROGRAMS = 48, CONFIG_STARTS = 16, CONFIG_RANGES = 8, CONFIG_ARGS_BYTES = 256,
	DEFAULT_PRIORITY = 100,
	DEFAULT_KMEM_KIB = 128,
};

#define DEFAULT_MEMORY	((l4_word_t)4 << 20)

struct range { l4_word_t first, last; };
struct ranges { unsigned count; struct range at[CONFIG_RANGES]; };

struct program {
	char name[ROOT_NAME_BYTES];
	unsigned rights, priority, max_priority, kmem_kib;
	l4_word_t memory;			/* bytes */
	struct ranges irqs, ports, physical;
};

struct start { char name[ROOT_NAME_BYTES], args[CONFIG_ARGS_BYTES]; };

struct config {
	unsigned programs, starts;
	struct program program[CONFIG_PROGRAMS];
	struct start start[CONFIG_STARTS];
};

/* 0, or what is wrong; *line: where (from 1). */
const char *config_parse(struct config *c, const char *text, l4_word_t size, unsigned *line);

/* The program's line, or one with the defaults. */
const struct program *config_program(const struct config *c, const char *name);

/* Does [first, last] lie in one of the ranges? */
bool ranges_hold(const struct ranges *r, l4_word_t first, l4_word_t last);

#endif
