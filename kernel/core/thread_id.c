/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_id.c - from an id to a thread and back, and the addresses of its message registers. See thread.h.
 */
#include <core/kernel.h>
#include <core/utcb.h>

struct thread thread_none = { .life = THREAD_DYING };

struct thread *thread_resolve(struct thread *self, l4_tid_t id)
{
	if (l4_tid_is_nil(id))
		return 0;
	if (l4_tid_is_local(id))
		return self->space ? utcb_local(self->space, id) : 0;
	return thread_find(id);
}

l4_tid_t thread_global(struct thread *self, l4_tid_t id)
{
	const struct thread *t;

	if (!l4_tid_is_local(id))
		return id;
	t = thread_resolve(self, id);
	return t ? t->id : id;
}

struct thread *thread_find(l4_tid_t id)
{
	return thread_probe(id);
}

l4_tid_t thread_id_for(const struct thread *t, const struct space *reader)
{
	return t->space && t->space == reader && t->utcb ? t->local : t->id;
}

l4_word_t *thread_mr(struct thread *t, unsigned i)
{
	return (i < REG_MRS || thread_has_kernel_message(t) ? t->mr : t->utcb) + i;
}
