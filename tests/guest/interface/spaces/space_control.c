/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_control.c - SpaceControl (api 6.4).
 */
#include "pecan.h"
#include "route.h"

enum { KMEM_LIMIT_BIT = 30 };		/* an extension's */

static L4_ThreadId_t bare_space(void)
{
	L4_ThreadId_t t = tid_new();

	CHECK_EQ(thread_control(t, t, supervisor, L4_nilthread, -1ul), 0);
	adopt(t);
	return t;
}

static word configure(L4_ThreadId_t t, L4_Fpage_t kip_area, L4_Fpage_t utcb_area)
{
	word old;

	return L4_SpaceControl(t, 0, kip_area, utcb_area, L4_anythread, &old) ? 0 : L4_ErrorCode();
}

static L4_Fpage_t good_kip(void) { return L4_FpageLog2(SPACE_KIP, 12); }
static L4_Fpage_t good_utcb(void) { return L4_FpageLog2(SPACE_UTCB, 16); }

TEST_N(GSPC0001, "a new space gets its areas, and the old control is 0")
{
	word old = 77;

	CHECK_EQ(L4_SpaceControl(bare_space(), 0, good_kip(), good_utcb(), L4_anythread, &old), 1);
	CHECK_EQ(old, 0);
}

TEST_N(GSPC0002, "a space specifier that is nil, unknown, stale or local is refused: error 3")
{
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(configure(L4_nilthread, good_kip(), good_utcb()), L4_ErrInvalidSpace);
	CHECK_EQ(configure(tid_new(), good_kip(), good_utcb()), L4_ErrInvalidSpace);
	CHECK_EQ(configure(L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2), good_kip(), good_utcb()),
		 L4_ErrInvalidSpace);
	CHECK_EQ(configure(L4_anythread, good_kip(), good_utcb()), L4_ErrInvalidSpace);
	CHECK_EQ(configure(L4_anylocalthread, good_kip(), good_utcb()), L4_ErrInvalidSpace);
}

TEST_N(GSPC0003, "a UTCB area below the minimum size is refused: error 6")
{
	CHECK_EQ(configure(bare_space(), good_kip(), L4_FpageLog2(SPACE_UTCB, 11)), L4_ErrUtcbArea);
	CHECK_EQ(configure(bare_space(), good_kip(), L4_FpageLog2(SPACE_UTCB, 10)), L4_ErrUtcbArea);
}

TEST_N(GSPC0004, "a UTCB area outside the user area is refused: error 6")
{
	static const word bases[] = {
		NO_ADDRESS, KERNEL_MEMORY, KERNEL_IMAGE, ~0xffful, USER_END, ~(~0ul >> 4),
	};

	for (unsigned i = 0; i < sizeof bases / sizeof *bases; i++)
		CHECK_EQ(configure(bare_space(), good_kip(), L4_FpageLog2(bases[i], 12)),
			 L4_ErrUtcbArea);
	CHECK_EQ(configure(bare_space(), good_kip(), L4_FpageLog2(0, 48)), L4_ErrUtcbArea);
	CHECK_EQ(configure(bare_space(), good_kip(), L4_FpageLog2(0, 63)), L4_ErrUtcbArea);
	CHECK_EQ(configure(bare_space(), good_kip(), L4_CompleteAddressSpace), L4_ErrUtcbArea);
}

TEST_N(GSPC0005, "a KIP area below the minimum size is refused: error 7")
{
	CHECK_EQ(configure(bare_space(), L4_FpageLog2(SPACE_KIP, 11), good_utcb()), L4_ErrKipArea);
}

TEST_N(GSPC0006, "a KIP area outside the user area is refused: error 7")
{
	static const word bases[] = { NO_ADDRESS, KERNEL_MEMORY, KERNEL_IMAGE, ~0xffful, USER_END };

	for (unsigned i = 0; i < sizeof bases / sizeof *bases; i++)
		CHECK_EQ(configure(bare_space(), L4_FpageLog2(bases[i], 12), good_utcb()),
			 L4_ErrKipArea);
	CHECK_EQ(configure(bare_space(), L4_FpageLog2(0, 63), good_utcb()), L4_ErrKipArea);
	CHECK_EQ(configure(bare_space(), L4_CompleteAddressSpace, good_utcb()), L4_ErrKipArea);
}

TEST_N(GSPC0007, "areas that overlap are refused: error 7")
{
	CHECK_EQ(configure(bare_space(), L4_FpageLog2(SPACE_UTCB, 12), good_utcb()), L4_ErrKipArea);
	CHECK_EQ(configure(bare_space(), L4_FpageLog2(SPACE_UTCB, 20), good_utcb()), L4_ErrKipArea);
}

TEST_N(GSPC0008, "when both areas are wrong the UTCB area is reported: error 6")
{
	CHECK_EQ(configure(bare_space(), L4_FpageLog2(NO_ADDRESS, 12),
			   L4_FpageLog2(NO_ADDRESS, 12)), L4_ErrUtcbArea);
}

TEST_N(GSPC0009, "after a refused call the space can still be configured")
{
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(configure(t, good_kip(), L4_FpageLog2(NO_ADDRESS, 12)), L4_ErrUtcbArea);
	CHECK_EQ(configure(t, L4_FpageLog2(NO_ADDRESS, 12), good_utcb()), L4_ErrKipArea);
	CHECK_EQ(configure(t, good_kip(), good_utcb()), 0);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, SPACE_UTCB), 0);
}

TEST_N(GSPC0018, "areas may be set one by one, and again, until a thread is active")
{
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(configure(t, L4_FpageLog2(0x50000000, 12), L4_Nilpage), 0);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, SPACE_UTCB), L4_ErrUtcbArea);
	CHECK_EQ(configure(t, L4_Nilpage, L4_FpageLog2(0x60000000, 16)), 0);
	CHECK_EQ(configure(t, good_kip(), good_utcb()), 0);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, SPACE_UTCB), 0);
}

TEST_N(GSPC0019, "bits of control that mean nothing are ignored, and the old control is 0")
{
	for (unsigned bit = 0; bit < L4_BITS_PER_WORD; bit++) {
		L4_ThreadId_t t = bare_space();
		word old = 77;

		if (bit == KMEM_LIMIT_BIT || CONTROL_BITS >> bit & 1)
			continue;
		CHECK_EQ(L4_SpaceControl(t, 1ul << bit, good_kip(), good_utcb(), L4_anythread, &old), 1);
		CHECK_EQ(old, 0);
	}
}

TEST_N(GSPC0010, "a configured space accepts the same areas, and nilpage, again")
{
	struct space s;

	space_make(&s);
	space_waiting(&s, supervisor);
	CHECK_EQ(configure(s.anchor, good_kip(), good_utcb()), 0);
	CHECK_EQ(configure(s.anchor, L4_Nilpage, L4_Nilpage), 0);
}

TEST_N(GSPC0011, "other areas are refused while a thread is active")
{
	struct space s;

	space_make(&s);
	space_waiting(&s, supervisor);
	CHECK_EQ(configure(s.anchor, good_kip(), L4_FpageLog2(0x50000000, 16)), L4_ErrUtcbArea);
	CHECK_EQ(configure(s.anchor, L4_FpageLog2(0x50000000, 12), good_utcb()), L4_ErrKipArea);
}

TEST_N(GSPC0012, "the root server's own space accepts its areas again")
{
	CHECK_EQ(configure(supervisor, L4_Nilpage, L4_Nilpage), 0);
	CHECK_EQ(configure(supervisor, L4_FpageLog2(L4_INITIAL_KIP, 12),
			   L4_FpageLog2(L4_INITIAL_UTCB, L4_INITIAL_UTCB_LOG2)), 0);
}

TEST_N(GSPC0013, "a redirector is set by its id, left by nilthread, taken off by anythread: messages show it")
{
	const L4_ThreadId_t set[3] = { L4_Myself(), L4_nilthread, L4_anythread };
	static struct voice v[3];
	static struct ear e;
	struct space from, dest;
	L4_ThreadId_t to, t;

	space_make(&from);
	space_make(&dest);
	e = (struct ear){ .from = L4_anythread };
	to = space_start(&dest, listen, &e);
	for (unsigned i = 0; i < 3; i++) {
		watch(from.anchor, set[i]);
		v[i] = (struct voice){ .to = to, .first = 40 + i };
		t = space_start(&from, speak, &v[i]);
		if (i < 2)
			CHECK_HEARD(hear(L4_anythread), REDIRECTED, 40 + i, t);
		CHECK(v[i].heard.got.done);
		CHECK_EQ(e.heard.got.done, i == 2);
	}
	CHECK_HEARD(e.heard, 0, 42, t);
}

TEST_N(GSPC0014, "a thread in a space without areas cannot be activated: error 6")
{
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, SPACE_UTCB), L4_ErrUtcbArea);
	CHECK_EQ(configure(t, good_kip(), good_utcb()), 0);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, SPACE_UTCB), 0);
}

TEST_N(GSPC0015, "nothing but the KIP and used UTCB pages is there in a new space")
{
	struct space s;

	space_make(&s);
	CHECK(!probe_read(&s, SPACE_UTCB).faulted);
	CHECK(!probe_read(&s, SPACE_KIP).faulted);
	CHECK(probe_read(&s, SPACE_KIP + PAGE).faulted);
	CHECK(probe_read(&s, SPACE_UTCB + 15 * PAGE).faulted);
	CHECK(probe_read(&s, SPACE_UTCB - PAGE).faulted);
	CHECK(probe_read(&s, 0).faulted);
	CHECK(probe_read(&s, WINDOW).faulted);
}

TEST_N(GSPC0016, "an area at the very end of the user area can be used")
{
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(configure(t, L4_FpageLog2(USER_END - PAGE, 12), L4_FpageLog2(USER_END - 3 * PAGE, 12)), 0);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, USER_END - 3 * PAGE + 0xc00), 0);
}

TEST_N(GSPC0017, "a UTCB area need not be aligned in its fpage: low bits are ignored")
{
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(configure(t, good_kip(), L4_FpageLog2(SPACE_UTCB + 0x3000, 16)), 0);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, SPACE_UTCB), 0);
}

/* ---- little kernel memory ---- */

/* Areas in parts of the user area that need page tables of their own; limits. */
enum { FAR_KIP = 0x90000000ul, FAR_UTCB = 0x60000000ul };
enum { KIB_STEP = 4, KIB_ENOUGH = 64 };

static word configure_limited(L4_ThreadId_t t, word kib, L4_Fpage_t kip_area, L4_Fpage_t utcb_area)
{
	word old;

	if (L4_SpaceControl(t, L4_KmemLimit(kib), kip_area, utcb_area, L4_nilthread, &old))
		return 0;
	return L4_ErrorCode();
}

/* Raises the limit of t's space until t is active there, but not above most. Returns the last error. */
static word activate_far(L4_ThreadId_t t, word most)
{
	L4_Fpage_t kip_area = L4_FpageLog2(FAR_KIP, 12), utcb_area = L4_FpageLog2(FAR_UTCB, 16);
	word e = L4_ErrNoMem;

	for (word kib = KIB_STEP; e == L4_ErrNoMem && kib <= most; kib += KIB_STEP) {
		e = configure_limited(t, kib, kip_area, utcb_area);
		if (e == 0)
			e = thread_control(t, t, supervisor, supervisor, FAR_UTCB);
	}
	return e;
}

static void activate_far_with(word most, word error)
{
	struct mark mark = world_mark();
	L4_ThreadId_t t = bare_space();

	CHECK_EQ(activate_far(t, most), error);
	thread_delete(t);
	world_release(mark);
}

TEST_N(GSPC0020, "a space with areas far apart and a thread, and 4 KiB more kernel memory after each error 8:"
	       " wherever that ends, the memory comes back")
{
	struct l4_inspect_system before, after;

	need_inspect();
	if (!L4_HasKmemLimit())
		guest_skip("no kernel-memory limits in this kernel");
	activate_far_with(KIB_ENOUGH, 0);
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &before, sizeof before / sizeof(word));
	for (word most = KIB_STEP; most <= KIB_TOO_LITTLE; most += KIB_STEP)
		activate_far_with(most, L4_ErrNoMem);
	activate_far_with(KIB_ENOUGH, 0);
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &after, sizeof after / sizeof(word));
	CHECK_EQ(after.kmem_used, before.kmem_used);
}
