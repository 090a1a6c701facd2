/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0_requests.c - messages to sigma0 that are no request, or a request that cannot be served (protocols
 * 7.1; ambiguity F2): a label that is not of its protocol gets no answer, however long the message is; a
 * request for what cannot be given gets nilpage. After each of these sigma0 serves requests.
 */
#include "ipc.h"

enum { AT = 0x70000000, WAIT_US = 3000, LABEL_SIGMA0 = -6, LABEL_FAULT = -2, LABEL_IO = -8 };
enum { FLAG_P = 1 << 12, FLAG_R = 1 << 13, FLAG_X = 1 << 14, FLAG_E = 1 << 15, KEPT_WORD = 0x4b4b };

static const word no_window;

static L4_ThreadId_t sigma0(void) { return L4_GlobalId(user_base, 1); }

/* A tag with protocol number n, nibble 0, u words and t words of items. */
static word phony(long n, word u, word t) { return (word)n << 20 | t << 6 | u; }

/* Send it as MR1.. stand and wait for an answer: 0 or the error. `window`: of one page, or nil. */
static word ask(word tag, word window)
{
	L4_MsgTag_t reply;

	L4_Accept(L4_MapGrantItems(window ? L4_FpageLog2(window, 12) : L4_Nilpage));
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag });
	reply = L4_Call_Timeouts(sigma0(), L4_Never, L4_TimePeriod(WAIT_US));
	L4_Accept(L4_UntypedWordsAcceptor);
	return L4_IpcFailed(reply) ? L4_ErrorCode() : 0;
}

static word ask_words(word tag, word first, word second)
{
	L4_LoadMR(1, first);
	L4_LoadMR(2, second);
	L4_LoadMR(3, 0);
	return ask(tag, AT);
}

/* The answer is one map item of nilpage, base 0. */
static void check_refused(word tag, word first, word second)
{
	guest_note("request", first);
	CHECK_EQ(ask_words(tag, first, second), 0);
	CHECK_EQ(L4_MsgTag().raw, tag_make(0, 0, 2).raw);
	CHECK_EQ(mr(1) & ~0xful, 0);
	CHECK_EQ(mr(2), 0);
}

static void check_serves(void)
{
	L4_Fpage_t f = fpage(pool(0), 12, L4_FullyAccessible);

	CHECK_EQ(ask_words(phony(LABEL_SIGMA0, 2, 0), f.raw, 0), 0);
	CHECK_EQ(L4_Address((L4_Fpage_t){ .raw = mr(2) }), pool(0));
	L4_Flush(fpage(AT, 12, L4_FullyAccessible));
}

static const word lengths[] = { 0, 1, 2, 3, 4, 7, 8, 62, 63 };

enum { LENGTHS = sizeof lengths / sizeof *lengths };

TEST(GSGP0001, "a label that is not of sigma0's protocol gets no answer, with any number of words")
{
	static const long label[] = { 0, 1, 2, 0x1234, 0xff9, 0x7fffffff, -1, -3, -4, -5, -7, -9, -10, -16,
				      -100, -1000, -1003, -5000 };

	for (unsigned i = 0; i < sizeof label / sizeof *label; i++)
		for (unsigned k = 0; k < LENGTHS; k++) {
			guest_note("label", (word)label[i]);
			guest_note("words", lengths[k]);
			L4_LoadMR(1, fpage(pool(0), 12, L4_FullyAccessible).raw);
			L4_LoadMR(2, 0);
			CHECK_EQ(ask(phony(label[i], lengths[k], 0), AT), RECEIVE_TIMEOUT);
		}
	check_serves();
}

TEST(GSGP0002, "flags of the tag and the label's nibble do not count")
{
	static const word flags[] = { FLAG_P, FLAG_R, FLAG_X, FLAG_E, FLAG_P | FLAG_R | FLAG_X | FLAG_E };
	L4_Fpage_t f = fpage(pool(0), 12, L4_FullyAccessible);

	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
		L4_Set_VirtualSender((L4_ThreadId_t){ .raw = KEPT_WORD });
		CHECK_EQ(ask_words(phony(1, 2, 0) | flags[i], f.raw, 0), RECEIVE_TIMEOUT);
		L4_Set_VirtualSender((L4_ThreadId_t){ .raw = KEPT_WORD });
		CHECK_EQ(ask_words(phony(LABEL_SIGMA0, 2, 0) | flags[i] | i << 16, f.raw, 0), 0);
		CHECK_EQ(L4_Address((L4_Fpage_t){ .raw = mr(2) }), pool(0));
		L4_Flush(fpage(AT, 12, L4_FullyAccessible));
	}
}

TEST(GSGP0003, "items in a request are an overflow to its sender, which keeps what it offered")
{
	word page = pool(1);
	const word item[][2] = {
		{ L4_MapItem(fpage(page, 12, L4_FullyAccessible), 0).raw[0],
		  fpage(page, 12, L4_FullyAccessible).raw },
		{ L4_GrantItem(fpage(page, 12, L4_FullyAccessible), 0).raw[0],
		  fpage(page, 12, L4_FullyAccessible).raw },
		{ 64 << 10, page }, { 0xc, 0 }, { 0xe, 0 },
	};

	*(volatile word *)page = 0x1331;
	for (unsigned i = 0; i < sizeof item / sizeof *item; i++)
		for (word u = 0; u < 4; u++) {
			L4_LoadMR(1, fpage(pool(0), 12, L4_FullyAccessible).raw);
			L4_LoadMR(2, 0);
			L4_LoadMR(3, 0);
			L4_LoadMR((int)u + 1, item[i][0]);
			L4_LoadMR((int)u + 2, item[i][1]);
			guest_note("item", i);
			CHECK_EQ(ask(phony(LABEL_SIGMA0, u, 2), AT), SEND_OVERFLOW);
			CHECK_EQ(*(volatile word *)page, 0x1331);
		}
	check_serves();
}

TEST(GSGP0004, "pages of impossible sizes and places are refused, as memory and as faults")
{
	static const word size[] = { 0, 1, 3, 9, 10, 11, 46, 47, 48, 52, 62, 63 };

	for (unsigned i = 0; i < sizeof size / sizeof *size; i++)
		check_refused(phony(LABEL_SIGMA0, 2, 0), (pool(0) & ~0x3fful) | size[i] << 4, 0);
	check_refused(phony(LABEL_SIGMA0, 2, 0), 0, 0);
	if (L4_BITS_PER_WORD == 64) {		/* of 32 bits each may be a device's address */
		check_refused(phony(LABEL_SIGMA0, 2, 0), 12 << 4 | NO_MEMORY, 0);
		check_refused(phony(LABEL_SIGMA0, 2, 0), 12 << 4 | TOP_BIT, 0);
		check_refused(phony(LABEL_SIGMA0, 2, 0), 12 << 4 | KERNEL_MEMORY, 0);
		check_refused(phony(LABEL_FAULT, 2, 0) | 6 << 16, NO_MEMORY, 0);
		check_refused(phony(LABEL_FAULT, 2, 0) | 6 << 16, ~0ul, 0);
	}
	check_refused(phony(LABEL_IO, 2, 0) | 6 << 16, fpage(pool(0), 12, 0).raw, 0);
	check_refused(phony(LABEL_IO, 2, 0) | 6 << 16, 0, 0);
	check_serves();
}

/* Reserved physical memory: the kernel's, and the bytes at its edges. */
TEST(GSGP0005, "the kernel's memory is refused at both of its ends, as memory and as faults")
{
	unsigned regions = 0;

	for (word i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);
		word ends[2] = { L4_MemoryDescLow(d), L4_MemoryDescHigh(d) };

		if (L4_IsMemoryDescVirtual(d) || L4_MemoryDescType(d) != L4_ReservedMemoryType)
			continue;
		regions++;
		for (unsigned k = 0; k < 2; k++) {
			word page = ends[k] & ~0xffful;

			check_refused(phony(LABEL_SIGMA0, 2, 0), page | 12 << 4, 0);
			check_refused(phony(LABEL_SIGMA0, 2, 0), (page & ~0x1ffffful) | 21 << 4, 0);
			check_refused(phony(LABEL_FAULT, 2, 0) | 6 << 16, ends[k], 0);
		}
	}
	CHECK(regions > 0);
	check_serves();
}

TEST(GSGP0006, "a client that takes no pages gets an overflow for an answer, and may ask again")
{
	L4_LoadMR(1, fpage(pool(0), 12, L4_FullyAccessible).raw);
	L4_LoadMR(2, 0);
	CHECK_EQ(ask(phony(LABEL_SIGMA0, 2, 0), no_window), RECEIVE_OVERFLOW);
	check_serves();
}

TEST(GSGP0007, "a client that does not wait for the answer does not hold sigma0 up")
{
	for (unsigned i = 0; i < 20; i++) {
		L4_LoadMR(1, fpage(pool(0), 12, L4_FullyAccessible).raw);
		L4_LoadMR(2, 0);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = phony(LABEL_SIGMA0, 2, 0) });
		CHECK_EQ(send_error(sigma0(), L4_Never), 0);
	}
	check_serves();
	CHECK_EQ(receive_now(sigma0(), L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
}
