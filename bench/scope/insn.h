/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * insn.h - one guest instruction, and what kind it is.
 */
#ifndef SCOPE_INSN_H
#define SCOPE_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classes.h"

#define CLASS_ENUM(name) C_##name,
enum insn_class { CLASSES(CLASS_ENUM) CLASS_COUNT };
extern const char *const class_name[CLASS_COUNT];

/*
 * What matters beside the class, on every machine: F_ENTERS can lead to the kernel by itself, F_LEAVES to
 * user code, F_OPENS lets interrupts in, F_SPACE loads other page tables.
 */
enum insn_flag {
	F_LOCK = 1, F_XCHG_MEM = 2, F_REP = 4, F_ENTERS = 8, F_LEAVES = 16, F_OPENS = 32, F_SPACE = 64,
};

/* MARK_SPACE: the space with that id runs from now on (some machines). */
enum insn_mark { MARK_NONE, MARK_BEGIN, MARK_END, MARK_OP, MARK_SPACE };

enum { INSN_MAX = 15 };

struct insn {
	uint64_t va, pa;		/* virtual; physical, or host address where that is unknown */
	uint8_t len, cls, flags, mark;
	bool kernel, real;		/* real: of the kernel, and executed at its physical address */
	uint8_t bytes[INSN_MAX];
	uint16_t id;			/* of a mark */
	struct insn *next;
};

/* Fill in cls and flags from len and bytes, mark and id of a mark. */
void insn_classify(struct insn *q);

#endif
