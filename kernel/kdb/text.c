/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - texts that programs print by the console conventions of the machines.
 */
#include <core/arch.h>
#include <core/report.h>
#include <kdb/kdb.h>
#include <lib/print.h>

enum { TEXT_MAX = 4096 };	/* characters printed with interrupts off */

/* Memory that the kernel does not read: of a device, or with an attribute. No page fault changes that. */
static bool is_mapped(struct thread *self, l4_word_t at)
{
	struct leaf leaf = arch_ptab_get(self->space, at);

	return leaf.present && leaf.rights & L4_R;
}

bool kdb_print_text(struct thread *self, l4_word_t at, const char *end, l4_word_t *missing)
{
	unsigned n = 0;
	char c = 1;

	for (; n < TEXT_MAX && c; n++) {
		*missing = at + n;
		if (at + n < at || at + n >= L4_USER_END)
			return true;
		if (!arch_copy_in(self->space, &c, at + n, 1))
			return is_mapped(self, at + n);
	}
	report_flush();
	for (unsigned i = 0; i < n && arch_copy_in(self->space, &c, at + i, 1) && c; i++)
		arch_putc(c);
	printk("%s", end);
	return true;
}
