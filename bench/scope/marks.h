/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marks.h - marks in guest code that the counting plugin recognises.
 *
 *	SCOPE_BEGIN(id);
 *	for (i = 0; i < n; i++) { operation; SCOPE_OP(id); }
 *	SCOPE_END(id);
 *
 * A mark is one instruction that does nothing; the machine's is in arch. The kinds are SCOPE_MARK_BEGIN, _OP
 * and _END; the window's id is a constant 0..65535. The plugin does not count marks; QEMU's instruction
 * counter does.
 */
#ifndef SCOPE_MARKS_H
#define SCOPE_MARKS_H

#include "mark.h"

#ifndef __ASSEMBLER__
#define SCOPE_BEGIN(id)	SCOPE_MARK(SCOPE_MARK_BEGIN, id)
#define SCOPE_OP(id)	SCOPE_MARK(SCOPE_MARK_OP, id)
#define SCOPE_END(id)	SCOPE_MARK(SCOPE_MARK_END, id)
#endif

#endif
