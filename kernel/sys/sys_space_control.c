/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_space_control.c - SpaceControl (api 6.4): the areas of a space, its redirector, and Pecan's
 * kernel-memory limit. Checks in the manual's order: privilege, space, UTCB area, KIP area.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <sys/sys.h>

/*
 * Change the kernel-memory limit, in KiB, of s; the memory comes from the account under which that of s was
 * opened. *old: the former limit in the format of the extension.
 */
static enum l4_error set_limit(struct space *s, l4_word_t control, l4_word_t *old)
{
	uint64_t limit = (uint64_t)(control & (L4_SPACE_KMEM_LIMIT - 1)) << 10;

	*old = L4_SPACE_KMEM_LIMIT | (l4_word_t)(s->account.limit >> 10);
	return account_set_limit(&s->account, limit) ? L4_OK : L4_ERR_NO_MEM;
}

static enum l4_error control(struct thread *self, const struct l4_space_control_args *a, l4_word_t *old)
{
	struct thread *t = l4_tid_is_local(a->space) ? 0 : thread_find(a->space);
	struct account before;
	enum l4_error e;

	if (!self->space->privileged)
		return L4_ERR_NO_PRIVILEGE;
	if (!t || !t->space)
		return L4_ERR_SPACE;
	e = space_check_areas(t->space, a->kip_area, a->utcb_area);
	if (e != L4_OK)
		return e;
	before = t->space->account;
	if (a->control & L4_SPACE_KMEM_LIMIT) {
		e = set_limit(t->space, a->control, old);
		if (e != L4_OK)
			return e;
	}
	e = space_configure(t->space, a->kip_area, a->utcb_area);
	if (e != L4_OK && a->control & L4_SPACE_KMEM_LIMIT)
		account_put_back(&t->space->account, &before);	/* the new limit was too small for the areas */
	*old |= e == L4_OK ? arch_space_control(t->space, a->control) : 0;
	if (e == L4_OK && !l4_tid_is_nil(a->redirector)) {
		t->space->redirector = thread_global(self, a->redirector);
		tlb_set_enter(t->space, t->space->tlb.enter);
	}
	return e;
}

struct thread *sys_space_control(struct thread *self)
{
	struct l4_space_control_args a = arch_args_space_control(thread_regs(self));
	l4_word_t old = 0;
	enum l4_error e = control(self, &a, &old);

	sys_set_error(self, e);
	arch_result_space_control(thread_regs(self), e == L4_OK, e == L4_OK ? old : 0);
	return l4_tid_is_nil(a.redirector) ? 0 : self;
}
