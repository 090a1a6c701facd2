/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - the console conventions of a kernel debugger at `trap` (ppc32 10), for programs that use them:
 * the root server, with kdb=on or kdb=debug all. "Enter the debugger" prints its text; then kdb=debug enters
 * it, otherwise the thread continues. Keys are read only with these options. To print a character: trap.c.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <arch/time.h>
#include <kdb/kdb.h>
#include "local.h"

/* In r0; the texts of KDB_ENTER are behind a branch, which is behind the trap. */
enum { KDB_ENTER = 0x5afe, KDB_GETC = 0x5b00 };
enum { INSTRUCTION_BYTES = 4, OPCODE_SHIFT = 26, OPCODE_BRANCH = 18 };

static struct thread *done(struct thread *self)
{
	thread_regs(self)->ip += INSTRUCTION_BYTES;
	return self;
}

/* No character yet: yield, then execute the trap again. */
static struct thread *read_key(struct thread *self)
{
	int c = arch_getc();

	if (c < 0)
		return sched_yield(self);
	thread_regs(self)->r3 = (l4_word_t)c;
	return done(self);
}

/* Returns true if the instruction at `at` is a branch. */
static bool is_branch(struct thread *self, l4_word_t at)
{
	uint32_t code;

	return arch_copy_in(self->space, &code, at, sizeof(code)) && code >> OPCODE_SHIFT == OPCODE_BRANCH;
}

/* Print the text, which names the reason, and with kdb=debug enter the debugger. */
static struct thread *enter(struct thread *self)
{
	l4_word_t behind = thread_regs(self)->ip + INSTRUCTION_BYTES, missing;
	uint64_t began = cpu_tb();

	if (is_branch(self, behind) && !kdb_print_text(self, behind + INSTRUCTION_BYTES, "\n", &missing))
		return fault_page(self, missing, L4_R);
	done(self);
	if (kernel.kdb == KDB_DEBUG) {
		kdb_run(self, "trap");
		time_exclude(began);
	}
	return self;
}

struct thread *kdb_breakpoint(struct thread *self)
{
	report_flush();
	switch (thread_regs(self)->r0) {
	case KDB_ENTER:
		return enter(self);
	case KDB_GETC:
		if (kernel.kdb & KDB_CONSOLE)
			return read_key(self);
		break;
	}
	return fault_exception(self, VECTOR_PROGRAM, thread_regs(self)->cause);
}
