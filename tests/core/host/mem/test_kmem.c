/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_kmem.c - frames, blocks, and their accounts.
 */
#include <setjmp.h>
#include <core/config.h>
#include <core/kernel.h>
#include <lib/bits.h>
#include <lib/str.h>
#include "harness.h"
#include "../../../../kernel/arch/host/host.h"

enum { FRAMES = 128, BLOCK = 128, BLOCKS = 31 };

static _Alignas(KMEM_FRAME) char pool[FRAMES * KMEM_FRAME];

/* A pool with one account that may use half of it. */
static void fresh(struct account *a)
{
	host_fail_never();
	memset(pool, 0xa5, sizeof(pool));
	kmem_init(pool, sizeof(pool));
	account_open(a, &mem.kmem.pool);
	CHECK(account_set_limit(a, sizeof(pool) / 2));
}

static void check_accounts(struct account *a, struct account *b)
{
	kmem_check();
	account_check(a);
	account_check(b);
}

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

TEST(HKMEM0001, "frames are zeroed, distinct, inside the pool, and charged in full")
{
	struct account a;
	char *f, *g;

	fresh(&a);
	f = kmem_frame(&a);
	g = kmem_frame(&a);
	CHECK(f && g && f != g);
	CHECK(is_zero(f, KMEM_FRAME) && is_zero(g, KMEM_FRAME));
	CHECK(kmem_owns((uintptr_t)f));
	CHECK(!kmem_owns((uintptr_t)pool + sizeof(pool)));
	CHECK_EQ(a.used, 2 * KMEM_FRAME);
	memset(f, 1, KMEM_FRAME);
	kmem_frame_free(&a, f);
	f = kmem_frame(&a);
	CHECK(is_zero(f, KMEM_FRAME));
	kmem_frame_free(&a, f);
	kmem_frame_free(&a, g);
	CHECK_EQ(a.used, 0);
	CHECK_EQ(mem.kmem.frames_free, FRAMES);
	check_accounts(&a, &a);
}

TEST(HKMEM0002, "an account gets no frame beyond its limit, whatever is free")
{
	struct account a;
	void *last = 0;

	fresh(&a);
	for (unsigned i = 0; i < FRAMES / 2; i++) {
		last = kmem_frame(&a);
		CHECK(last);
	}
	CHECK(!kmem_frame(&a));
	CHECK_EQ(mem.kmem.frames_free, FRAMES / 2);
	kmem_frame_free(&a, last);
	CHECK(kmem_frame(&a));
	check_accounts(&a, &a);
}

TEST(HKMEM0003, "what is carved out for one account cannot be used by its parent or a sibling")
{
	struct account a, b, c;

	fresh(&a);
	account_open(&b, &a);
	account_open(&c, &a);
	CHECK(account_set_limit(&b, 40 * KMEM_FRAME));
	CHECK(!account_set_limit(&c, 25 * KMEM_FRAME));
	CHECK_EQ(c.granted, 0);
	CHECK(account_set_limit(&c, 20 * KMEM_FRAME));
	CHECK(account_charge(&a, 4 * KMEM_FRAME));
	CHECK(!account_charge(&a, 1));
	CHECK(account_charge(&b, 40 * KMEM_FRAME));
	CHECK(!account_charge(&b, 1));
	CHECK(account_charge(&c, 20 * KMEM_FRAME));
	check_accounts(&b, &c);
	account_check(&a);
}

TEST(HKMEM0004, "a limit cannot be set below what is used, and giving back makes room")
{
	struct account a, b;

	fresh(&a);
	account_open(&b, &a);
	CHECK(account_set_limit(&b, 64 * KMEM_FRAME));
	CHECK(account_charge(&b, 10 * KMEM_FRAME));
	CHECK(!account_set_limit(&b, 9 * KMEM_FRAME));
	CHECK(!account_charge(&a, 1));
	CHECK(account_set_limit(&b, 10 * KMEM_FRAME));
	CHECK(account_charge(&a, 54 * KMEM_FRAME));
	account_release(&b, 10 * KMEM_FRAME);
	account_close(&b);
	CHECK_EQ(a.given, 0);
	CHECK(account_charge(&a, 10 * KMEM_FRAME));
	account_check(&a);
}

TEST(HKMEM0005, "an open account grows by pieces to a quarter of its parent, and returns them")
{
	struct account a, b;

	fresh(&a);
	account_open(&b, &a);
	CHECK_EQ(b.limit, a.limit / 4);
	CHECK(account_charge(&b, 1));
	CHECK_EQ(a.given, CFG_ACCOUNT_STEP);
	CHECK(account_charge(&b, b.limit - 1));
	CHECK(!account_charge(&b, 1));
	account_release(&b, b.used - 1);
	CHECK_EQ(a.given, CFG_ACCOUNT_STEP);
	account_release(&b, b.used);
	CHECK_EQ(a.given, 0);
	account_close(&b);
	account_check(&a);
}

TEST(HKMEM0006, "an open account takes the last bytes exactly when no whole piece is left")
{
	struct account a, b;

	fresh(&a);
	account_open(&b, &a);
	CHECK(account_charge(&a, a.limit - KMEM_FRAME));
	CHECK(account_charge(&b, KMEM_FRAME));
	CHECK(!account_charge(&b, 1));
	CHECK_EQ(a.given, KMEM_FRAME);
	check_accounts(&a, &b);
}

TEST(HKMEM0007, "growth goes through a chain of open accounts, or changes nothing")
{
	struct account a, b, c;

	fresh(&a);
	account_open(&b, &a);
	account_open(&c, &b);
	CHECK(account_charge(&c, KMEM_FRAME));
	check_accounts(&b, &c);
	CHECK(account_charge(&a, a.limit - a.given));
	CHECK(!account_charge(&c, KMEM_FRAME));
	CHECK_EQ(b.granted, KMEM_FRAME);
	CHECK_EQ(c.granted, KMEM_FRAME);
	check_accounts(&b, &c);
	account_check(&a);
	account_release(&c, c.used);
	account_close(&c);
	account_close(&b);
	CHECK_EQ(a.given, 0);
}

TEST(HKMEM0008, "blocks of a space's own cache cost whole frames, which go back with the last block")
{
	struct account a;
	struct slab s;
	void *block[BLOCKS + 1];

	fresh(&a);
	slab_init(&s, &a, BLOCK);
	for (unsigned i = 0; i <= BLOCKS; i++) {
		block[i] = slab_alloc(&s, 0);
		CHECK(block[i] && is_zero(block[i], BLOCK));
		CHECK(is_aligned((uintptr_t)block[i], 7));
		memset(block[i], 0x5a, BLOCK);
	}
	CHECK_EQ(a.used, 2 * KMEM_FRAME);
	slab_free(&s, 0, block[BLOCKS]);
	CHECK_EQ(a.used, KMEM_FRAME);
	slab_free(&s, 0, block[3]);
	CHECK(slab_alloc(&s, 0) == block[3]);
	CHECK(is_zero(block[3], BLOCK));
	for (unsigned i = 0; i < BLOCKS; i++)
		slab_free(&s, 0, block[i]);
	CHECK_EQ(a.used, 0);
	CHECK_EQ(mem.kmem.frames_free, FRAMES);
	check_accounts(&a, &a);
}

TEST(HKMEM0009, "blocks of a shared cache are charged one by one as a share of their frame")
{
	struct account a, b;
	struct slab s;
	void *x, *y;

	fresh(&a);
	account_open(&b, &mem.kmem.pool);
	slab_init(&s, 0, 1000);
	x = slab_alloc(&s, &a);
	y = slab_alloc(&s, &b);
	CHECK(x && y);
	CHECK_EQ(a.used, KMEM_FRAME / 4);
	CHECK_EQ(b.used, KMEM_FRAME / 4);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 1);
	slab_free(&s, &a, x);
	slab_free(&s, &b, y);
	CHECK_EQ(a.used + b.used, 0);
	check_accounts(&a, &b);
}

TEST(HKMEM0010, "an exhausted account gets no block, and nothing is charged for the refusal")
{
	struct account a;
	struct slab own, shared;
	uint64_t used;

	fresh(&a);
	slab_init(&own, &a, BLOCK);
	slab_init(&shared, 0, BLOCK);
	CHECK(account_charge(&a, a.limit - KMEM_FRAME / 2));
	used = a.used;
	CHECK(!slab_alloc(&own, 0));
	CHECK_EQ(a.used, used);
	while (slab_alloc(&shared, &a))
		used += (KMEM_FRAME + BLOCKS - 1) / BLOCKS;
	CHECK_EQ(a.used, used);
	CHECK(a.limit - used < KMEM_FRAME / 31 + 1);
	check_accounts(&a, &a);
}

/* A word by which a test detects that a frame was cleared; not the one of its link. */
static char *mark_of(void *frame) { return (char *)frame + KMEM_FRAME / 2; }

TEST(HKMEM0011, "a frame given back as clear is handed out first, and not cleared again")
{
	struct account a;
	char *f, *g;

	fresh(&a);
	f = kmem_frame(&a);
	g = kmem_frame(&a);
	kmem_clear_frame_free(&a, f);
	kmem_frame_free(&a, g);
	CHECK_EQ(a.used, 0);
	CHECK_EQ(mem.kmem.frames_free, FRAMES);
	check_accounts(&a, &a);
	*mark_of(f) = *mark_of(g) = 1;
	CHECK(kmem_frame(&a) == f);
	CHECK_EQ(*mark_of(f), 1);
	*mark_of(f) = 0;
	CHECK(is_zero(f, KMEM_FRAME));
	CHECK(kmem_frame(&a) == g);
	CHECK(is_zero(g, KMEM_FRAME));
}

TEST(HKMEM0012, "a block cache takes clear frames only when there is no other, and leaves none clear")
{
	struct account a;
	struct slab s;
	void *f, *block;

	fresh(&a);
	CHECK(account_set_limit(&a, sizeof(pool)));
	slab_init(&s, &a, KMEM_FRAME / 2);
	f = kmem_frame(&a);
	kmem_clear_frame_free(&a, f);
	block = slab_alloc(&s, 0);
	CHECK(block && align_down((uintptr_t)block, KMEM_FRAME_LOG2) != (uintptr_t)f);
	for (unsigned i = 1; i < FRAMES; i++)
		block = slab_alloc(&s, 0);
	CHECK_EQ(align_down((uintptr_t)block, KMEM_FRAME_LOG2), (uintptr_t)f);
	CHECK(is_zero(block, KMEM_FRAME / 2));
	CHECK(!slab_alloc(&s, 0));
	memset(block, 1, KMEM_FRAME / 2);
	slab_free(&s, 0, block);
	CHECK(kmem_frame(&a) == f);
	CHECK(is_zero(f, KMEM_FRAME));
	check_accounts(&a, &a);
}

TEST(HKMEM0013, "freeing clear frames gives no claim on them, and the limits are unchanged")
{
	struct account a, b;
	void *frame[FRAMES / 2];

	fresh(&a);
	account_open(&b, &mem.kmem.pool);
	CHECK(account_set_limit(&b, sizeof(pool) / 2));
	for (unsigned i = 0; i < FRAMES / 2; i++)
		frame[i] = kmem_frame(&a);
	for (unsigned i = 0; i < FRAMES / 2; i++)
		kmem_clear_frame_free(&a, frame[i]);
	for (unsigned i = 0; i < FRAMES / 2; i++) {
		char *f = kmem_frame(&b);

		CHECK(f && is_zero(f, KMEM_FRAME));
		memset(f, 0x77, KMEM_FRAME);
	}
	CHECK(!kmem_frame(&b));
	for (unsigned i = 0; i < FRAMES / 2; i++)
		CHECK(is_zero(kmem_frame(&a), KMEM_FRAME));
	CHECK(!kmem_frame(&a));
	CHECK_EQ(mem.kmem.frames_free, 0);
	check_accounts(&a, &b);
}

TEST(HKMEM0014, "a frame that was called clear and is not is a broken invariant")
{
	struct account a;
	jmp_buf stopped;
	char *f;

	fresh(&a);
	f = kmem_frame(&a);
	kmem_clear_frame_free(&a, f);
	kmem_check();
	f[KMEM_FRAME - 1] = 1;
	host_stop_to = &stopped;
	if (setjmp(stopped) == 0) {
		kmem_check();
		CHECK(false);
	}
}

TEST(HKMEM0015, "a cache that zeroes only the beginning of a block zeroes all of that, and pays the same")
{
	enum { WHOLE = 1984, CLEAR = 1152 };
	struct account a;
	struct slab s;
	char *block;

	fresh(&a);
	slab_init(&s, 0, WHOLE);
	s.clear = CLEAR;
	block = slab_alloc(&s, &a);
	CHECK(block && is_zero(block, CLEAR));
	CHECK_EQ(a.used, KMEM_FRAME / 2);
	memset(block, 0x3c, WHOLE);
	slab_free(&s, &a, block);
	block = slab_alloc(&s, &a);
	CHECK(is_zero(block, CLEAR));
	CHECK_EQ(block[CLEAR], 0x3c);
	slab_free(&s, &a, block);
	CHECK_EQ(a.used, 0);
	check_accounts(&a, &a);
}

TEST(HKMEM0016, "an account takes a piece from its parent when it is short, and none when it is not")
{
	struct account a, b;

	fresh(&a);
	CHECK(account_set_limit(&a, 8 * CFG_ACCOUNT_STEP));
	account_open(&b, &a);
	CHECK(account_charge(&b, CFG_ACCOUNT_STEP + 1));
	CHECK_EQ(a.given, 2 * CFG_ACCOUNT_STEP);
	account_release(&b, 1);
	CHECK_EQ(a.given, CFG_ACCOUNT_STEP);
	CHECK(account_charge(&b, 1));
	CHECK_EQ(a.given, 2 * CFG_ACCOUNT_STEP);
	CHECK(!account_charge(&b, CFG_ACCOUNT_STEP));
	CHECK_EQ(b.granted, 2 * CFG_ACCOUNT_STEP);
	check_accounts(&a, &b);
	account_release(&b, 1);
	CHECK_EQ(a.given, CFG_ACCOUNT_STEP);
	CHECK(account_charge(&a, 7 * CFG_ACCOUNT_STEP - 1));
	CHECK(!account_charge(&b, 2));
	CHECK(account_charge(&b, 1));		/* exactly what is left */
	CHECK_EQ(a.given + a.used, a.limit);
	check_accounts(&a, &b);
}

TEST(HKMEM0017, "of a shared cache the only frame with free blocks stays, any other goes with its last block")
{
	enum { PER_FRAME = 4 };
	struct account a;
	struct slab s;
	void *block[2 * PER_FRAME + 1];

	fresh(&a);
	slab_init(&s, 0, 1000);
	for (unsigned i = 0; i < ARRAY_LEN(block); i++)
		block[i] = slab_alloc(&s, &a);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 3);
	slab_free(&s, &a, block[2 * PER_FRAME]);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 3);
	slab_free(&s, &a, block[0]);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 2);
	block[0] = slab_alloc(&s, &a);
	block[2 * PER_FRAME] = slab_alloc(&s, &a);
	for (unsigned i = 0; i < 2 * PER_FRAME; i++)
		slab_free(&s, &a, block[i]);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 1);
	slab_free(&s, &a, block[2 * PER_FRAME]);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 1);
	CHECK_EQ(a.used, 0);
	slab_free(&s, 0, slab_alloc(&s, 0));
	CHECK_EQ(a.used, 0);
	check_accounts(&a, &a);
}

static void *other_of(const struct slab *s, void *block)
{
	return *(void **)(void *)((char *)block + s->other_at);
}

TEST(HKMEM0018, "a block has its other one from its first use until its frame goes, and is zero at the first")
{
	enum { PER_FRAME = 4, AT = 64 };
	void *block[2 * PER_FRAME], *other;
	struct slab s, others;
	struct account a;

	fresh(&a);
	slab_init(&s, 0, 1000);
	slab_init(&others, 0, 2000);
	s.other = &others;
	s.other_at = AT;
	s.clear = 16;
	for (unsigned i = 0; i < ARRAY_LEN(block); i++) {
		block[i] = slab_alloc(&s, &a);
		CHECK(is_zero(block[i], AT) && is_zero((char *)block[i] + AT + 8, 1000 - AT - 8));
		memset((char *)block[i] + 16, 0x3c, AT - 16);
		for (unsigned j = 0; j < i; j++)
			CHECK(other_of(&s, block[i]) != other_of(&s, block[j]));
	}
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 2 - 4);
	other = other_of(&s, block[0]);
	slab_free(&s, &a, block[0]);
	CHECK(slab_alloc(&s, &a) == block[0]);
	CHECK(other_of(&s, block[0]) == other && is_zero(block[0], 16) && ((char *)block[0])[16] == 0x3c);
	for (unsigned i = 0; i < ARRAY_LEN(block); i++)
		slab_free(&s, &a, block[i]);
	CHECK_EQ(mem.kmem.frames_free, FRAMES - 1 - 3);	/* of each an empty one, and two */
	CHECK_EQ(a.used, 0);
	check_accounts(&a, &a);
}

TEST(HKMEM0019, "a block whose other one cannot be had is not used, and may be later")
{
	struct slab s, others;
	struct account a;
	void *block;

	for (unsigned asked = 0; asked < 4; asked++) {		/* block, frame, other, its frame */
		fresh(&a);
		slab_init(&s, 0, 1000);
		slab_init(&others, 0, 2000);
		s.other = &others;
		s.other_at = 64;
		host_fail_at(asked, false);
		CHECK(!slab_alloc(&s, &a));
		CHECK_EQ(a.used, 0);
		host_fail_never();
		block = slab_alloc(&s, &a);
		CHECK(block && other_of(&s, block));
		slab_free(&s, &a, block);
		CHECK_EQ(a.used, 0);
		check_accounts(&a, &a);
	}
}
