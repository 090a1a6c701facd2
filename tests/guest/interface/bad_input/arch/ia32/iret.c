/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iret.c - IRET of user code with any flags and selectors: see arch/x86_64/iret.c.
 *
 * Processors and Bochs ignore VM and IOPL at an IRET of user code. QEMU's TCG obeys VM: the thread is in
 * virtual-8086 mode then, with any selectors, IOPL and IF. With IOPL 3 there the interrupt of system calls
 * enters the kernel too.
 */
#include "bad_values.h"
#include "exception_message.h"
#include "random.h"

enum {
	F_IF = 0x200, F_IOPL = 0x3000, F_NT = 0x4000, F_VM = 0x20000, F_FIXED = 2, F_REFUSED = F_IOPL | F_VM,
	IP = 0x4000, FAR_CS = 0x1000, FAR = FAR_CS * 16 + IP, NEAR = IP, WAIT_US = 3000,
	KERNEL_CS = 0x08, USER_CS = 0x1b, USER_SS = 0x23, USER_GS = 0x2b, UD2 = 0x0b0f, EXCEPTION_TASK = 10,
};

#define EXCEPTION_TAG (0xffb00000 | M_WORDS)

struct iret { L4_ThreadId_t owner; uint32_t frame[9]; };

static void iret_thread(void *arg)
{
	struct iret *i = arg;

	L4_Set_ExceptionHandler(i->owner);
	iret_long(i->frame);
}

/* The first message of a thread that executes this IRET in s, other than faults on the image. */
static L4_MsgTag_t outcome(struct space *s, struct iret *i, L4_ThreadId_t *t)
{
	L4_MsgTag_t tag;
	word last = 0;

	i->owner = L4_Myself();
	*t = space_start_pager(s, iret_thread, i, L4_Myself());
	tag = L4_Receive_Timeout(*t, L4_TimePeriod(WAIT_US));
	while (L4_IpcSucceeded(tag) && image_fault(tag, mr(1))) {
		if (mr(1) == last)
			guest_skip("QEMU 7.2 with SMAP faults when a user's IRET reads its stack");
		last = mr(1);
		image_map(last);
		tag = L4_Call_Timeouts(*t, L4_ZeroTime, L4_TimePeriod(WAIT_US));
	}
	return tag;
}

/* It faulted, or raised an exception, in user mode. */
static void check_trapped(L4_MsgTag_t tag)
{
	CHECK(L4_IpcSucceeded(tag));
	CHECK(tag_protocol(tag) == N_PAGEFAULT || tag.raw == EXCEPTION_TAG);
	if (tag.raw == EXCEPTION_TAG)
		CHECK_EQ(mr(M_FLAGS) & (F_REFUSED | F_IF), F_IF);
}

/*
 * Pages full of code at IP of FAR_CS and of small selectors in 8086 mode. At IP of a flat segment is UD2: a
 * thread that continues there as a user's raises #UD.
 */
static void map_code(struct space *s, const uint8_t *code)
{
	static const word at[] = { NEAR, FAR };

	for (unsigned i = 0; i < 2; i++) {
		volatile uint8_t *page = (volatile uint8_t *)pool(i);
		struct received r;

		for (unsigned k = 0; k < PAGE; k++)
			page[k] = code[k % 4];
		map_into(s, fpage(pool(i), 12, L4_FullyAccessible), 0, L4_FpageLog2(at[i], 12), &r);
		CHECK_EQ(r.error, 0);
	}
	*(volatile uint16_t *)pool(0) = UD2;
}

TEST(GWLD0039, "after an IRET with VM, IOPL 3 and IF 0 instructions that enter the kernel trap as a user's")
{
	static const uint8_t code[][4] = {
		{ 0xcc, 0xcc, 0xcc, 0xcc },			/* INT3 */
		{ 0xcd, 0xfe, 0xcd, 0xfe },			/* the interrupt of system calls */
		{ 0xcd, 0x80, 0xcd, 0x80 }, { 0xcd, 0x03, 0xcd, 0x0e },
		{ 0xce, 0xcc, 0xcc, 0xcc },			/* INTO */
		{ 0x0f, 0x34, 0x0f, 0x34 },			/* SYSENTER */
		{ 0x0f, 0x0b, 0x0f, 0x0b },			/* UD2 */
		{ 0xf4, 0xf4, 0xf4, 0xf4 },			/* HLT */
		{ 0xec, 0xec, 0xec, 0xec },			/* IN AL, DX */
		{ 0xfa, 0xcc, 0xcc, 0xcc }, { 0xfb, 0xcc, 0xcc, 0xcc },	/* CLI, STI */
		{ 0x0f, 0x20, 0xc0, 0xcc },			/* MOV EAX, CR0 */
		{ 0x0f, 0x77, 0xcc, 0xcc },			/* EMMS: the FPU */
	};
	static const uint32_t cs[] = { FAR_CS, FAR_CS + 3, KERNEL_CS, USER_CS };
	static struct iret i;
	struct space s;

	space_make(&s);
	for (unsigned k = 0; k < sizeof code / sizeof *code * 4; k++) {
		struct mark mark = world_mark();
		L4_MsgTag_t tag;
		L4_ThreadId_t t;

		i = (struct iret){ .frame = { IP, cs[k % 4], F_VM | F_IOPL | F_FIXED, 0x8000, USER_SS, USER_SS,
					      USER_SS, USER_SS, USER_GS } };
		map_code(&s, code[k / 4]);
		tag = outcome(&s, &i, &t);
		check_trapped(tag);
		if (tag.raw == EXCEPTION_TAG) {		/* it continues as a user's thread, too */
			L4_Set_MsgTag(tag_make(0, M_WORDS, 0));
			L4_LoadMR(M_IP, IP);
			tag = L4_Call_Timeouts(t, L4_ZeroTime, L4_TimePeriod(WAIT_US));
			check_trapped(tag);
		}
		thread_delete(t);
		space_forget_last(&s);
		world_release(mark);
	}
	check_alive();
}

static uint32_t random_state;

static uint32_t next_random(void) { return random_next32(&random_state); }

static uint32_t random_selector(void)
{
	static const uint32_t known[] = { 0, 3, KERNEL_CS, 0x10, 0x18, USER_CS, 0x20, USER_SS, USER_GS, 0x30,
					  0x38, FAR_CS };
	uint32_t r = next_random();

	return r & 1 ? known[(r >> 1) % (sizeof known / sizeof *known)] : r >> 16;
}

/* Nothing is mapped where the frames lead, so the thread traps at its first instruction at the latest. */
TEST(GWLD0036, "an IRET with random flags and selectors traps as a user's")
{
	static struct iret i;
	struct space s;

	random_state = 0x6c078965;
	space_make(&s);
	for (unsigned round = 0; round < 300; round++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		i = (struct iret){ .frame = { next_random() & 0xffff, random_selector(),
					      (next_random() & 0x3fffff) | F_FIXED, next_random() } };
		for (unsigned k = 4; k < 9; k++)
			i.frame[k] = random_selector();
		check_trapped(outcome(&s, &i, &t));
		thread_delete(t);
		space_forget_last(&s);
		world_release(mark);
	}
	check_alive();
}

static void nested_return(void *arg)
{
	struct iret *i = arg;

	L4_Set_ExceptionHandler(i->owner);
	flags_write(F_NT | F_FIXED);
	iret_long(i->frame);
}

/* The thread is started in this space, so there are no faults on the image. */
TEST(GWLD0041, "an IRET with NT set, which returns to the task before, is exception 10: there is none")
{
	static struct iret i;
	L4_MsgTag_t tag;
	L4_ThreadId_t t;

	i.owner = L4_Myself();
	t = thread_start(nested_return, &i);
	tag = L4_Receive_Timeout(t, L4_TimePeriod(WAIT_US));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, EXCEPTION_TAG);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_TASK);
	thread_delete(t);
	check_alive();
}
