/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_memory_control.c - MemoryControl (api 7.4): the checks, before anything is changed. Attributes are
 * then set like an Unmap, fpage by fpage (sys_unmap.c).
 *
 * An fpage without a region (sys_unmap_region) is skipped, whatever attribute it selects. An I/O fpage has no
 * attributes: error 5.
 */
#include <core/arch.h>
#include <mem/space.h>
#include <lib/bits.h>
#include <sys/sys.h>

static enum l4_error check(struct thread *self, const struct l4_memory_control_args *a)
{
	unsigned absent = 0, log2;
	l4_word_t base;

	if (!self->space->privileged)
		return L4_ERR_NO_PRIVILEGE;
	if (a->control & ~(l4_word_t)L4_MEMORY_K)
		return L4_ERR_PARAM;
	for (unsigned i = 0; i < ARRAY_LEN(a->attribute); i++)
		if (arch_attribute(a->attribute[i]) == ARCH_NO_ATTRIBUTE)
			absent |= 1u << i;
	for (unsigned i = 0; i <= a->control; i++) {
		l4_fpage_t f = { *thread_mr(self, i) };

		if ((l4_fpage_is_io(f) || absent >> (f.raw & L4_MEMORY_SELECT) & 1)
		    && sys_unmap_region(f, &base, &log2))
			return L4_ERR_PARAM;
	}
	return L4_OK;
}

struct thread *sys_memory_control(struct thread *self)
{
	struct l4_memory_control_args a = arch_args_memory_control(thread_regs(self));
	enum l4_error e;

	e = check(self, &a);
	if (e == L4_OK) {
		for (unsigned i = 0; i < 4; i++)
			self->rest->unmap.attr[i] = arch_attribute(a.attribute[i]);
		return sys_unmap_begin(self, true, a.control);
	}
	sys_set_error(self, e);
	arch_result_memory_control(thread_regs(self), false);
	return self;
}
