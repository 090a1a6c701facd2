/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kdb_off.c - a kernel without debugger and trace (KDB=no).
 */
#include <kdb/kdb.h>

const bool kdb_present = false;
const char *const kdb_options[] = { "off", 0 };

void kdb_start(void) { }

void kdb_run(struct thread *self, const char *why)
{
	(void)self;
	(void)why;
}

struct thread *kdb_breakpoint(struct thread *self) { return self; }

l4_word_t kdb_inspect(struct thread *self, const struct l4_inspect_args *a)
{
	(void)self;
	(void)a;
	return 0;
}
