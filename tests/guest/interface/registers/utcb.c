/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utcb.c - where a thread's UTCB is, and which of its words the kernel writes (api 2.2, 4.3).
 */
#include "ipc.h"

#define NIL L4_nilthread

static word location_of(L4_ThreadId_t t) { return L4_LocalIdOf(t).raw - MR0_OFFSET; }

TEST_N(GUTC0001, "an inactive thread may be given one UTCB location after the other; the last one counts")
{
	L4_ThreadId_t t = thread_inactive();
	word last = 0;

	for (unsigned i = 0; i < 20; i++) {
		last = utcb_new();
		CHECK_EQ(thread_control(t, supervisor, NIL, NIL, last), 0);
	}
	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, -1ul), 0);
	CHECK_EQ(location_of(t), last);
}

TEST_N(GUTC0002, "the location that an inactive thread gave up is another one's to take")
{
	L4_ThreadId_t a = thread_inactive(), b = thread_inactive();
	word first = utcb_new(), second = utcb_new();

	CHECK_EQ(thread_control(a, supervisor, NIL, NIL, first), 0);
	CHECK_EQ(thread_control(a, supervisor, NIL, NIL, second), 0);
	CHECK_EQ(thread_control(b, supervisor, NIL, supervisor, first), 0);
	CHECK_EQ(thread_control(a, supervisor, NIL, supervisor, -1ul), 0);
	CHECK_EQ(location_of(a), second);
	CHECK_EQ(location_of(b), first);
}

TEST_N(GUTC0003, "a location that is refused leaves the old one, and the thread inactive")
{
	L4_ThreadId_t t = thread_inactive(), other = thread_waiting(supervisor);
	word good = utcb_new();

	CHECK_EQ(thread_control(t, supervisor, NIL, NIL, good), 0);
	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, good + MR0_OFFSET), L4_ErrUtcbArea);
	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, location_of(other)), L4_ErrUtcbArea);
	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, 0), L4_ErrUtcbArea);
	CHECK_EQ(thread_control(t, tid_new(), NIL, supervisor, utcb_new()), L4_ErrInvalidSpace);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, -1ul), 0);
	CHECK_EQ(location_of(t), good);
}

TEST_N(GUTC0004, "each failed call leaves its error in the caller's ErrorCode, and in no other thread's")
{
	L4_ThreadId_t t = thread_waiting(supervisor), nobody = tid_new();
	volatile word *its = (volatile word *)L4_LocalIdOf(t).raw + __L4_TCR_ERROR_CODE;
	word old;

	*its = 0x5eed;
	CHECK_EQ(empty_send_error(nobody, L4_Never), SEND_NOT_EXISTING);
	CHECK_EQ(L4_Schedule(nobody, -1ul, -1ul, -1ul, -1ul, &old), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(thread_control(t, nobody, NIL, NIL, -1ul), L4_ErrInvalidSpace);
	CHECK_EQ(empty_send_error(t, L4_ZeroTime), SEND_TIMEOUT);
	CHECK_EQ(L4_SpaceControl(nobody, 0, L4_Nilpage, L4_Nilpage, NIL, &old), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidSpace);
	CHECK_EQ(wait_now().error, RECEIVE_TIMEOUT);
	CHECK_EQ(*its, 0x5eed);
}

/* The words that only the user writes: CopFlags is a byte of its word. */
static const int user_words[] = {
	__L4_TCR_THREAD_WORD_0, __L4_TCR_THREAD_WORD_1, __L4_TCR_XFER_TIMEOUT, __L4_TCR_WORD_SIZE_MASK,
};

TEST_N(GUTC0005, "the kernel leaves CopFlags, both thread words, XferTimeouts and the word size mask alone")
{
	volatile word *mr0 = (volatile word *)L4_MyLocalId().raw;
	volatile unsigned char *cop = (volatile unsigned char *)&mr0[__L4_TCR_COP_FLAGS] + 1;
	word old = mr0[__L4_TCR_XFER_TIMEOUT];

	*cop = 0xa5;
	for (unsigned i = 0; i < 4; i++)
		mr0[user_words[i]] = 0x04000400 + i;
	for (unsigned i = 0; i < 4; i++) {
		sleep_us(3000);
		CHECK_EQ(wait_now().error, RECEIVE_TIMEOUT);
		L4_ThreadSwitch(NIL);
	}
	CHECK_EQ(*cop, 0xa5);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(mr0[user_words[i]], 0x04000400 + i);
	mr0[__L4_TCR_XFER_TIMEOUT] = old;
}

static void note_processor(void *no)
{
	*(volatile word *)no = L4_ProcessorNo();
}

TEST(GUTC0006, "ProcessorNo is a processor that there is, for threads of every space")
{
	static volatile word no;
	struct space s;

	CHECK(L4_ProcessorNo() < L4_NumProcessors(kip));
	no = -1ul;
	space_make(&s);
	space_start(&s, note_processor, (void *)&no);
	CHECK(no < L4_NumProcessors(kip));
}
