/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark.h - a mark as an instruction of x86 (marks.h): one 8-byte no-operation, nopl disp32(%rax,%rax,1), that
 * does nothing in any ring and any width. Its displacement is the kind and the id.
 */
#ifndef SCOPE_MARK_H
#define SCOPE_MARK_H

#define SCOPE_MARK_BEGIN	0x4d42
#define SCOPE_MARK_OP		0x4d4f
#define SCOPE_MARK_END		0x4d45

#ifndef __ASSEMBLER__
#define SCOPE_MARK(kind, id) \
	__asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00\n\t.long %c0" :: "i"((kind) << 16 | (id)) : "memory")
#endif

#endif
