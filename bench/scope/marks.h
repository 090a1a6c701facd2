/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.h - marks in guest code that the counting plugin recognises.
 *
 *	SCOPE_BEGIN(id);
 *	for (i = 0; i < n; i++) { operation; SCOPE_OP(id); }
 *	SCOPE_END(id);
 *
 * A mark is one 8-byte no-operation, nopl disp32(%rax,%rax,1): it does nothing in any ring and any
 * width; its displacement is the kind ("MB", "MO", "ME") and the window's id, a constant 0..65535.
 * The plugin does not count marks; QEMU's instruction counter (the guest's RDTSC) does.
 */
#ifndef SCOPE_MARKS_H
#define SCOPE_MARKS_H

#define SCOPE_MARK_BEGIN	0x4d42
#define SCOPE_MARK_OP		0x4d4f
#define SCOPE_MARK_END		0x4d45

#ifndef __ASSEMBLER__
#define SCOPE_MARK(kind, id) \
	__asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00\n\t.long %c0" :: "i"((kind) << 16 | (id)) : "memory")
#define SCOPE_BEGIN(id)	SCOPE_MARK(SCOPE_MARK_BEGIN, id)
#define SCOPE_OP(id)	SCOPE_MARK(SCOPE_MARK_OP, id)
#define SCOPE_END(id)	SCOPE_MARK(SCOPE_MARK_END, id)
#endif

#endif
