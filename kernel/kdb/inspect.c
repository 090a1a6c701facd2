/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inspect.c - what Inspect returns of kdb: registers of a thread, and the trace.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <lib/str.h>
#include <x2/inspect.h>

static l4_word_t registers(struct thread *self, l4_word_t number)
{
	struct thread *t = number >> L4_THREAD_BITS ? 0 : thread_numbered(number);
	l4_word_t words[L4_EXC_WORDS + 1];
	struct arch_user u;

	if (!t || t->kind != THREAD_USER)
		return 0;
	arch_exception_get(t, 0, 0, words, words);
	u = arch_user_get(t);		/* the saved context of a thread in Ipc has others */
	words[L4_EXC_IP] = u.ip;
	words[L4_EXC_SP] = u.sp;
	words[L4_EXC_FLAGS] = u.flags;
	memcpy(&self->utcb[1], &words[1], sizeof(struct l4_inspect_registers));
	return number + 1;
}

l4_word_t kdb_inspect(struct thread *self, const struct l4_inspect_args *a)
{
	return a->what == L4_INSPECT_TRACE ? trace_inspect(self, a->object, a->start)
					   : registers(self, a->start);
}
