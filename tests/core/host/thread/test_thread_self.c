/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_thread_self.c - ThreadControl of the caller itself, and deletion by a number whose version is another.
 */
#include "world.h"

#define NIL L4_NILTHREAD

#define REFUSED(error, ...) \
	do { \
		CHECK(!thread_control(__VA_ARGS__)); \
		CHECK_EQ(error_of(root), error); \
	} while (0)

TEST(HTHR0036, "a thread that moves itself runs on there, without privilege, and its senders find it")
{
	struct thread *a, *d, *sender;
	l4_word_t at;

	world_boot();
	a = new_space();
	sender = new_space();
	d = new_thread(root);
	at = ram(12);
	give(a, at, 0x8000, 12, L4_RWX);
	CHECK(!send_to(sender, d));
	CHECK(thread_control(d, d->id, a->id, NIL, NIL, KEEP));
	CHECK(d->space == a->space);
	CHECK(world_current() == d);
	CHECK(touch(d, 0x8000, L4_R));
	CHECK_EQ(*thread_tcr(d, L4_TCR_GLOBAL_ID), d->id.raw);
	CHECK(!thread_control(d, new_tid(), d->id, d->id, NIL, KEEP));
	CHECK_EQ(error_of(d), L4_ERR_NO_PRIVILEGE);
	CHECK(receive_from(d, L4_ANYTHREAD));
	CHECK_EQ(from_of(d).raw, sender->id.raw);
	CHECK(!blocked(sender));
}

TEST(HTHR0037, "a space whose last thread moves itself away ends; if its UTCB does not fit: 6")
{
	struct thread *a, *d;
	struct space *old;

	world_boot();
	a = new_space();
	d = new_thread(a);
	old = root->space;
	REFUSED(L4_ERR_UTCB_AREA, root, root->id, a->id, NIL, NIL, KEEP);
	CHECK(delete_thread(a->id));
	CHECK(thread_control(root, root->id, d->id, NIL, NIL, KEEP));
	CHECK(root->space == d->space);
	CHECK_EQ(old->state, SPACE_DYING);	/* its account waits for those opened under it */
	CHECK_EQ(old->map[RESOURCE_MEMORY].pages, 0);
	CHECK(exregs(d, root->id, 0, 0, 0));
}

TEST(HTHR0038, "a deletion goes by the number, whatever the version; a longer number is refused with 2")
{
	l4_tid_t too_big = l4_tid_global((l4_word_t)1 << L4_THREAD_BITS | kernel.user_base, 1);
	struct thread *a;
	l4_tid_t inactive;

	world_boot();
	a = new_space();
	inactive = new_inactive(a)->id;
	CHECK(delete_thread(l4_tid_global(l4_tid_number(inactive), l4_tid_version(inactive) + 1)));
	CHECK(!thread_find(inactive));
	CHECK(delete_thread(l4_tid_global(l4_tid_number(a->id), l4_tid_version(a->id) + 1)));
	CHECK_EQ(mem.nspaces, 2);
	REFUSED(L4_ERR_THREAD, root, too_big, NIL, NIL, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, L4_ANYTHREAD, NIL, NIL, NIL, KEEP);
}
