/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_space.c - SpaceControl: areas, refusals, kernel-memory limits.
 */
#include <core/arch.h>
#include "world.h"

#define NIL L4_NILTHREAD
#define KIP_AT l4_fpage(L4_INITIAL_KIP, 12, 0)
#define UTCB_AT l4_fpage(L4_INITIAL_UTCB, 16, 0)

static l4_tid_t id;
static struct space *space;

/* A space without areas, whose one thread is inactive. */
static void set_up(void)
{
	world_boot();
	id = new_tid();
	CHECK(thread_control(root, id, id, root->id, NIL, KEEP));
	space = thread_find(id)->space;
}

#define REFUSED(error, ...) \
	do { \
		CHECK(!space_control(root, __VA_ARGS__)); \
		CHECK_EQ(error_of(root), error); \
	} while (0)

TEST(HSPC0001, "areas are set, the KIP is visible and read-only, UTCB pages appear with threads")
{
	struct thread *t;

	set_up();
	CHECK(space_control(root, id, 0, KIP_AT, UTCB_AT));
	CHECK_EQ(thread_regs(root)->out[1], 0);
	CHECK_EQ(arch_ptab_get(space, L4_INITIAL_KIP).frame, mem.kip_frame);
	CHECK(!(arch_ptab_get(space, L4_INITIAL_KIP).rights & L4_W));
	CHECK(!arch_ptab_get(space, L4_INITIAL_UTCB).present);
	CHECK(thread_control(root, id, id, NIL, root->id, L4_INITIAL_UTCB));
	t = thread_find(id);
	CHECK(mapped(t, L4_INITIAL_UTCB, L4_R | L4_W));
	CHECK(!mapped(t, L4_INITIAL_UTCB, L4_X));
	CHECK(!mapped(t, L4_INITIAL_UTCB + 4096, 0));
}

TEST(HSPC0002, "an unprivileged caller is refused with 1")
{
	struct thread *a;

	world_boot();
	a = new_space();
	CHECK(!space_control(a, a->id, 0, L4_NILPAGE, L4_NILPAGE));
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
}

TEST(HSPC0003, "a specifier that names no thread, an interrupt, or a stale id is refused with 3")
{
	set_up();
	REFUSED(L4_ERR_SPACE, new_tid(), 0, KIP_AT, UTCB_AT);
	REFUSED(L4_ERR_SPACE, NIL, 0, KIP_AT, UTCB_AT);
	REFUSED(L4_ERR_SPACE, L4_ANYTHREAD, 0, KIP_AT, UTCB_AT);
	REFUSED(L4_ERR_SPACE, l4_tid_global(3, 1), 0, KIP_AT, UTCB_AT);
	REFUSED(L4_ERR_SPACE, l4_tid_global(l4_tid_number(id), 2), 0, KIP_AT, UTCB_AT);
}

TEST(HSPC0004, "a UTCB area that is too small or not in the user area is refused with 6")
{
	set_up();
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, l4_fpage(L4_INITIAL_UTCB, 11, 0));
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, l4_fpage(L4_USER_END & ~0xffful, 16, 0));
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, l4_fpage(~(l4_word_t)0xffff, 16, 0));
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, L4_COMPLETE);
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, l4_fpage(0, 63, 0));
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, l4_io_fpage(0, 16));
	CHECK_EQ(space->state, SPACE_EMPTY);
}

TEST(HSPC0005, "a KIP area that is too small, not in the user area, or over the UTCBs is refused with 7")
{
	set_up();
	REFUSED(L4_ERR_KIP_AREA, id, 0, l4_fpage(L4_INITIAL_KIP, 11, 0), UTCB_AT);
	REFUSED(L4_ERR_KIP_AREA, id, 0, l4_fpage(~(l4_word_t)0xfff, 12, 0), UTCB_AT);
	REFUSED(L4_ERR_KIP_AREA, id, 0, L4_COMPLETE, UTCB_AT);
	REFUSED(L4_ERR_KIP_AREA, id, 0, l4_fpage(L4_INITIAL_UTCB + 0x3000, 12, 0), UTCB_AT);
	REFUSED(L4_ERR_KIP_AREA, id, 0, l4_fpage(L4_INITIAL_UTCB & ~0xfffffful, 24, 0), UTCB_AT);
	CHECK_EQ(space->state, SPACE_EMPTY);
	CHECK(!arch_ptab_get(space, L4_INITIAL_KIP).present);
}

TEST(HSPC0006, "when both areas are bad the UTCB area is reported")
{
	set_up();
	REFUSED(L4_ERR_UTCB_AREA, id, 0, l4_fpage(0x1000, 11, 0), l4_fpage(0x8000, 11, 0));
}

TEST(HSPC0007, "areas may be set one by one; until both are there no thread can be activated: 6")
{
	set_up();
	CHECK(space_control(root, id, 0, L4_NILPAGE, UTCB_AT));
	CHECK(!thread_control(root, id, id, NIL, root->id, L4_INITIAL_UTCB));
	CHECK_EQ(error_of(root), L4_ERR_UTCB_AREA);
	REFUSED(L4_ERR_KIP_AREA, id, 0, l4_fpage(L4_INITIAL_UTCB, 12, 0), L4_NILPAGE);
	CHECK(space_control(root, id, 0, KIP_AT, L4_NILPAGE));
	CHECK(thread_control(root, id, id, NIL, root->id, L4_INITIAL_UTCB));
}

TEST(HSPC0008, "areas can change until a thread was active; then the same ones pass and others are refused")
{
	set_up();
	CHECK(space_control(root, id, 0, l4_fpage(0x10000, 12, 0), l4_fpage(0x20000, 16, 0)));
	CHECK(space_control(root, id, 0, KIP_AT, UTCB_AT));
	CHECK(!arch_ptab_get(space, 0x10000).present);
	CHECK(arch_ptab_get(space, L4_INITIAL_KIP).present);
	CHECK(thread_control(root, id, id, NIL, root->id, L4_INITIAL_UTCB));
	CHECK(space_control(root, id, 0, KIP_AT, UTCB_AT));
	CHECK(space_control(root, id, 0, L4_NILPAGE, L4_NILPAGE));
	REFUSED(L4_ERR_UTCB_AREA, id, 0, KIP_AT, l4_fpage(0x20000, 16, 0));
	REFUSED(L4_ERR_KIP_AREA, id, 0, l4_fpage(0x10000, 12, 0), UTCB_AT);
	CHECK(!arch_ptab_get(space, 0x10000).present);
}

TEST(HSPC0009, "SpaceControl on the root server's own space succeeds without effect")
{
	world_boot();
	CHECK(space_control(root, root->id, 0, L4_NILPAGE, L4_NILPAGE));
}

TEST(HSPC0010, "a kernel-memory limit is carved out of the creator's account and comes back with the space")
{
	uint64_t given;

	set_up();
	given = root->space->account.given;
	CHECK(space_control(root, id, L4_SPACE_KMEM_LIMIT | 256, KIP_AT, UTCB_AT));
	CHECK(thread_regs(root)->out[1] & L4_SPACE_KMEM_LIMIT);
	CHECK_EQ(space->account.limit, 256 << 10);
	CHECK(root->space->account.given >= 256 << 10);
	CHECK(space_control(root, id, L4_SPACE_KMEM_LIMIT | 512, L4_NILPAGE, L4_NILPAGE));
	CHECK_EQ(thread_regs(root)->out[1], L4_SPACE_KMEM_LIMIT | 256);
	CHECK(delete_thread(id));
	CHECK(root->space->account.given < given);
}

TEST(HSPC0011, "a limit above what the creator has, or below what is used, is refused with 8")
{
	uint64_t limit;

	set_up();
	limit = space->account.limit;
	REFUSED(L4_ERR_NO_MEM, id, L4_SPACE_KMEM_LIMIT | (L4_SPACE_KMEM_LIMIT - 1), KIP_AT, UTCB_AT);
	REFUSED(L4_ERR_NO_MEM, id, L4_SPACE_KMEM_LIMIT | 1, KIP_AT, UTCB_AT);
	CHECK_EQ(space->account.limit, limit);
}

TEST(HSPC0012, "a space at its limit cannot take from others: creation of threads fails with 8")
{
	struct thread *a, *b;
	unsigned made = 0;

	world_boot();
	a = new_space();
	b = new_space();
	CHECK(space_control(root, a->id, L4_SPACE_KMEM_LIMIT | 64, L4_NILPAGE, L4_NILPAGE));
	while (thread_control(root, new_tid(), a->id, root->id, root->id, free_utcb(a->space)))
		CHECK(++made < 200);
	CHECK_EQ(error_of(root), L4_ERR_NO_MEM);
	CHECK(made > 3);
	CHECK(new_thread(b));
}

TEST(HSPC0013, "mappings charge the receiver: at its limit the item stops, is nil, and both see an overflow")
{
	struct thread *a, *b;
	bool failed = false;

	world_boot();
	a = new_space();
	b = new_space();
	give(a, ram(21), 0x400000, 21, L4_RWX);
	CHECK(space_control(root, b->id, L4_SPACE_KMEM_LIMIT | 64, L4_NILPAGE, L4_NILPAGE));
	for (unsigned i = 0; i < 100 && !failed; i++) {
		accept_window(b, L4_COMPLETE);
		CHECK(!receive_from(b, L4_ANYTHREAD));
		put_map(a, l4_fpage(0x400000, 12, L4_R), i * 0x400000 + 0x400000, false);
		CHECK(send_to(a, b));
		CHECK(!blocked(b));
		failed = l4_tag_failed(tag_of(b));
	}
	CHECK(failed);
	CHECK_EQ(error_of(a), SEND_ERROR(OVERFLOW));
	CHECK_EQ(error_of(b), RECEIVE_ERROR(OVERFLOW));
	CHECK_EQ(get_mr(b, 2), 0);
	CHECK(new_thread(a));
}

TEST(HSPC0014, "many spaces come and go without a trace")
{
	struct thread *t[24];
	size_t frames, before;

	world_boot();
	CHECK(delete_thread(new_space()->id));
	frames = before = mem.kmem.frames_free;
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < 24; i++)
			t[i] = new_space();
		for (unsigned i = 0; i < 24; i++)
			CHECK(delete_thread(t[(i * 7) % 24]->id));
		if (round == 0)		/* the page of threads that stays may have one part more in use */
			frames = mem.kmem.frames_free;
		CHECK_EQ(mem.kmem.frames_free, frames);
	}
	CHECK(before - frames <= 1);
}

TEST(HSPC0015, "a redirector is accepted and kept; nil leaves it")
{
	set_up();
	CALL(root, L4_CALL_SPACE_CONTROL, id.raw, 0, KIP_AT.raw, UTCB_AT.raw, root->id.raw);
	CHECK_EQ(thread_regs(root)->out[0], 1);
	CHECK_EQ(space->redirector.raw, root->id.raw);
	CALL(root, L4_CALL_SPACE_CONTROL, id.raw, 0, KIP_AT.raw, UTCB_AT.raw, 0);
	CHECK_EQ(space->redirector.raw, root->id.raw);
	CALL(root, L4_CALL_SPACE_CONTROL, id.raw, 0, KIP_AT.raw, UTCB_AT.raw, L4_ANYTHREAD.raw);
	CHECK_EQ(space->redirector.raw, L4_ANYTHREAD.raw);
}

/* The account of s, and what its creator has left. */
static void check_limit_refused(l4_word_t old_control, l4_word_t control)
{
	struct account before, above;

	if (old_control)
		CHECK(space_control(root, id, old_control, L4_NILPAGE, L4_NILPAGE));
	before = space->account;
	above = root->space->account;
	REFUSED(L4_ERR_NO_MEM, id, control, KIP_AT, UTCB_AT);
	CHECK_EQ(space->account.limit, before.limit);
	CHECK_EQ(space->account.granted, before.granted);
	CHECK_EQ(space->account.used, before.used);
	CHECK_EQ(space->account.carved, before.carved);
	CHECK_EQ(root->space->account.given, above.given);
	CHECK(l4_fpage_is_nil(space->kip_area));
}

TEST(HSPC0016, "a limit without room for the tables of the areas is refused with 8, and the old one stays")
{
	l4_word_t kib;

	set_up();
	kib = (l4_word_t)(space->account.used + 1023) >> 10;
	check_limit_refused(0, L4_SPACE_KMEM_LIMIT | kib);
	check_limit_refused(0, L4_SPACE_KMEM_LIMIT | (kib + 4));
	check_limit_refused(L4_SPACE_KMEM_LIMIT | 512, L4_SPACE_KMEM_LIMIT | (kib + 4));
	check_limit_refused(L4_SPACE_KMEM_LIMIT | kib, L4_SPACE_KMEM_LIMIT | (kib + 4));
	CHECK(space_control(root, id, L4_SPACE_KMEM_LIMIT | 512, KIP_AT, UTCB_AT));
}

TEST(HSPC0017, "a space is paid by its thread's scheduler's space; the last one of them frees both")
{
	struct thread *payer;
	struct account *paid;
	uint64_t given;
	size_t spaces;

	world_boot();
	payer = new_space();
	paid = &payer->space->account;
	CHECK(space_control(root, payer->id, L4_SPACE_KMEM_LIMIT | 512, L4_NILPAGE, L4_NILPAGE));
	given = root->space->account.given;
	spaces = mem.nspaces;
	id = new_tid();
	CHECK(thread_control(root, id, id, payer->id, NIL, KEEP));
	space = thread_find(id)->space;
	CHECK(space->account.parent == paid && paid->given > 0 && paid->given <= 64 << 10);
	REFUSED(L4_ERR_NO_MEM, id, L4_SPACE_KMEM_LIMIT | 513, KIP_AT, UTCB_AT);
	CHECK(space_control(root, id, L4_SPACE_KMEM_LIMIT | 256, KIP_AT, UTCB_AT));
	CHECK_EQ(paid->given, 256 << 10);
	CHECK_EQ(root->space->account.given, given);
	CHECK(delete_thread(payer->id));	/* its account stays */
	CHECK_EQ(mem.nspaces, spaces + 1);
	CHECK(root->space->account.given >= given);
	CHECK(delete_thread(id));
	CHECK_EQ(mem.nspaces, spaces - 1);
	CHECK(root->space->account.given < given);
}

TEST(HSPC0018, "a space whose thread is its own scheduler is paid by its creator")
{
	world_boot();
	id = new_tid();
	CHECK(thread_control(root, id, id, id, NIL, KEEP));
	CHECK(thread_find(id)->space->account.parent == &root->space->account);
	CHECK(delete_thread(id));
}

TEST(HSPC0019, "payers of payers that end first are freed with the last space, each by its account")
{
	l4_tid_t payer, made[4];
	uint64_t given;
	size_t spaces;

	world_boot();
	payer = root->id;
	spaces = mem.nspaces;
	given = root->space->account.given;
	for (unsigned i = 0; i < 4; i++) {
		made[i] = new_tid();
		CHECK(thread_control(root, made[i], made[i], payer, NIL, KEEP));
		CHECK(thread_find(made[i])->space->account.parent == &thread_find(payer)->space->account);
		payer = made[i];
	}
	for (unsigned i = 0; i < 4; i++) {
		CHECK_EQ(mem.nspaces, spaces + 4);
		CHECK(delete_thread(made[i]));
	}
	CHECK_EQ(mem.nspaces, spaces);
	CHECK_EQ(root->space->account.given, given);
}
