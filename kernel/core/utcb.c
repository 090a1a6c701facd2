/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utcb.c - owners of UTCBs. See utcb.h.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/utcb.h>
#include <lib/bits.h>
#include <lib/panic.h>

enum l4_error utcb_alloc(struct space *s, struct thread *t, l4_word_t location)
{
	struct utcb_page *page = space_utcbs(s, location);
	l4_word_t offset = location & (KMEM_FRAME - 1);

	if (page)
		arch_words_clear((char *)page->frame + offset, L4_UTCB_WORDS);
	else
		page = space_make_utcbs(s, location);	/* it is clear */
	if (!page)
		return L4_ERR_NO_MEM;
	*space_utcb_owner(page, location) = t;
	t->rest->utcb_location = location;
	t->local.raw = location + L4_UTCB_MR0_OFFSET;
	t->utcb = (l4_word_t *)(void *)((char *)page->frame + offset + L4_UTCB_MR0_OFFSET);
	return L4_OK;
}

void utcb_free(struct space *s, struct thread *t)
{
	l4_word_t location = t->local.raw - L4_UTCB_MR0_OFFSET;

	*space_utcb_owner(space_utcbs(s, location), location) = 0;
}

struct thread *utcb_local(const struct space *s, l4_tid_t local)
{
	l4_word_t location = local.raw - L4_UTCB_MR0_OFFSET;
	struct utcb_page *page = space_utcbs(s, location);
	struct thread *t;

	if (!page || !is_aligned(location, L4_UTCB_ALIGN_LOG2))
		return 0;
	t = thread_reach(*space_utcb_owner(page, location));
	return t && t->life == THREAD_ACTIVE ? t : 0;	/* a DYING thread has a UTCB, but its id is invalid */
}

/* P1, P2 */
void utcb_check(const struct space *s)
{
	size_t n = 0;

	for (struct list *l = s->threads.next; l != &s->threads; l = l->next, n++) {
		const struct thread *t = container_of(l, struct thread, space_link);

		ASSERT(t->space == s);
		if (t->utcb)
			ASSERT(*space_utcb_owner(space_utcbs(s, t->rest->utcb_location), t->rest->utcb_location) == t);
	}
	ASSERT(n == s->nthreads);
}
