/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark.h - a mark as an instruction of PowerPC (marks.h): twi 0, kind, id. With TO = 0 it never traps and
 * changes nothing, and compilers do not make it; the number of the register is the kind. One kind more says
 * that the space with this number runs from now on, for the TLB model: the plugin sees no registers.
 */
#ifndef SCOPE_MARK_H
#define SCOPE_MARK_H

#define SCOPE_MARK_WORD		0x0c000000
#define SCOPE_MARK_BEGIN	1
#define SCOPE_MARK_OP		2
#define SCOPE_MARK_END		3
#define SCOPE_MARK_SPACE	4

#ifndef __ASSEMBLER__
#define SCOPE_MARK(kind, id) \
	__asm__ volatile(".long %c0" :: "i"(SCOPE_MARK_WORD | (kind) << 16 | (id)) : "memory")
#endif

#endif
