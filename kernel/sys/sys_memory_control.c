/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_memory_control.c - MemoryControl (api 7.4). Only attribute 0, default memory, exists yet
 * (docs/caveats.md); any other that an fpage selects is an invalid parameter.
 */
#include <core/arch.h>
#include <core/space.h>
#include <sys/sys.h>

static enum l4_error check(const struct thread *self, const struct l4_memory_control_args *a)
{
	if (!self->space->privileged)
		return L4_ERR_NO_PRIVILEGE;
	for (unsigned i = 0; i <= (a->control & 0x3f); i++) {
		l4_word_t fpage = self->utcb[i];

		if (fpage != 0 && a->attribute[fpage & 3] != 0)
			return L4_ERR_PARAM;
	}
	return L4_OK;
}

struct thread *sys_memory_control(struct thread *self)
{
	struct l4_memory_control_args a = arch_args_memory_control(&self->regs);
	enum l4_error e;

	arch_mrs_save(self);
	e = check(self, &a);
	sys_set_error(self, e);
	arch_mrs_load(self);
	arch_result_memory_control(&self->regs, e == L4_OK);
	return self;
}
