/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iret.c - IRET of user code with any flags and selectors.
 *
 * Processors and Bochs ignore VM in long mode, or fault. QEMU's TCG obeys it in IRETD: the thread is in
 * virtual-8086 mode then, with any selectors, IOPL and IF, and the frame of its next interrupt or exception
 * is not one of user mode. All cases here hold on both kinds of machine.
 */
#include "rtc.h"
#include "uart.h"
#include "bad_values.h"
#include "exception_message.h"
#include "random.h"

enum {
	F_TF = 0x100, F_IF = 0x200, F_IOPL = 0x3000, F_NT = 0x4000, F_VM = 0x20000, F_FIXED = 2,
	F_REFUSED = F_IOPL | F_VM,
	EXCEPTION_FLAGS = 18,				/* place in the message */
	IP = 0x4000, FAR_CS = 0x1000, FAR = FAR_CS * 16 + IP, NEAR = IP, LOW_PRIO = 90, WAIT_US = 3000,
	USER_CS = 0x2b, USER_SS = 0x23, USER_GS = 0x33, UD2 = 0x0b0f,
};

#define EXCEPTION_TAG 0xffffffffffb00014
#define SMAP_FAULTS "QEMU 7.2 with SMAP faults when a user's IRET reads its stack"

struct iret { L4_ThreadId_t owner; bool quad; uint32_t frame[16]; };

/* Ready: the owner may change the priority, and resumes it. */
static void iret_thread(void *arg)
{
	struct iret *i = arg;

	L4_Set_ExceptionHandler(i->owner);
	L4_Set_MsgTag(tag_make(1, 0, 0));
	L4_Send(i->owner);
	L4_Receive(i->owner);
	if (i->quad)
		iret_quad(i->frame);
	iret_long(i->frame);
}

static void set_frame(struct iret *i, bool quad, const uint32_t *words)
{
	i->owner = L4_Myself();
	i->quad = quad;
	for (unsigned k = 0; k < 16; k++)
		i->frame[k] = quad ? k % 2 ? 0 : k < 10 ? words[k / 2] : 0 : k < 9 ? words[k] : 0;
}

static L4_ThreadId_t iret_start(struct space *s, struct iret *i, word prio)
{
	L4_ThreadId_t t = space_start_pager(s, iret_thread, i, L4_Myself());

	CHECK_EQ(pager_serve(t).raw, tag_make(1, 0, 0).raw);
	CHECK(L4_Set_Priority(t, prio));
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	return t;
}

/* The message of t within WAIT_US, other than faults on the image. */
static L4_MsgTag_t outcome(L4_ThreadId_t t)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(WAIT_US));
	word last = 0;

	while (L4_IpcSucceeded(tag) && image_fault(tag, mr(1))) {
		if (mr(1) == last)
			guest_skip(SMAP_FAULTS);
		last = mr(1);
		image_map(last);
		tag = L4_Call_Timeouts(t, L4_ZeroTime, L4_TimePeriod(WAIT_US));
	}
	return tag;
}

static void iret_end(struct space *s, L4_ThreadId_t t)
{
	thread_delete(t);
	space_forget_last(s);
}

/* It faulted, or raised an exception, in user mode. */
static void check_trapped(L4_MsgTag_t tag)
{
	CHECK(L4_IpcSucceeded(tag));
	CHECK(tag_protocol(tag) == N_PAGEFAULT || tag.raw == EXCEPTION_TAG);
	if (tag.raw == EXCEPTION_TAG)
		CHECK_EQ(mr(EXCEPTION_FLAGS) & (F_REFUSED | F_IF), F_IF);
}

static uint32_t random_state;

static uint32_t next_random(void) { return random_next32(&random_state); }

static uint32_t random_selector(void)
{
	static const uint32_t known[] = { 0, 3, 0x08, 0x10, 0x1b, 0x20, USER_SS, 0x28, USER_CS, USER_GS, 0x38,
					  FAR_CS };
	uint32_t r = next_random();

	return r & 1 ? known[(r >> 1) % (sizeof known / sizeof *known)] : r >> 16;
}

static void random_frame(struct iret *i, uint32_t flags)
{
	uint32_t words[9] = { next_random() & 0xffff, random_selector(), flags | F_FIXED };

	words[3] = next_random();
	for (unsigned k = 4; k < 9; k++)
		words[k] = random_selector();
	set_frame(i, next_random() % 4 == 0, words);
}

/* Nothing is mapped where the frames lead, so the thread traps at its first instruction at the latest. */
TEST(GWLD0035, "an IRET with each flag, alone and with VM, and random selectors traps as a user's")
{
	static struct iret i;
	struct space s;

	random_state = 0x2545f491;
	space_make(&s);
	for (unsigned bit = 0; bit < 22 * 8; bit++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		random_frame(&i, 1u << bit % 22 | (bit & 1 ? F_VM : 0));
		t = iret_start(&s, &i, 150);
		check_trapped(outcome(t));
		iret_end(&s, t);
		world_release(mark);
	}
	check_alive();
}

TEST(GWLD0036, "an IRET with random flags and selectors traps as a user's")
{
	static struct iret i;
	struct space s;

	random_state = 0x6c078965;
	space_make(&s);
	for (unsigned round = 0; round < 300; round++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		random_frame(&i, next_random() & 0x3fffff);
		t = iret_start(&s, &i, 150);
		check_trapped(outcome(t));
		iret_end(&s, t);
		world_release(mark);
	}
	check_alive();
}

struct code { uint8_t byte[4]; };

/*
 * A page full of code at IP of FAR_CS in 8086 mode, and one at IP of small selectors. In the latter, at IP of
 * a flat segment, is UD2: a thread that continues there in 64-bit mode raises #UD.
 */
static void map_code(struct space *s, struct code code)
{
	static const word at[] = { NEAR, FAR };

	for (unsigned i = 0; i < 2; i++) {
		volatile uint8_t *page = (volatile uint8_t *)pool(i);
		struct received r;

		for (unsigned k = 0; k < PAGE; k++)
			page[k] = code.byte[k % 4];
		map_into(s, fpage(pool(i), 12, L4_FullyAccessible), 0, L4_FpageLog2(at[i], 12), &r);
		CHECK_EQ(r.error, 0);
	}
	*(volatile uint16_t *)pool(0) = UD2;
}

static const struct code jump_to_itself = { { 0xeb, 0xfe, 0xeb, 0xfe } };

TEST(GWLD0037, "a thread that computes after an IRET with VM is preempted, and then runs as a user")
{
	static const uint32_t cs[] = { FAR_CS, FAR_CS + 1, FAR_CS + 2, FAR_CS + 3, 0, 0x08, 0x10, USER_SS, 0x28,
				       USER_CS, USER_GS };
	static struct iret i;
	struct space s;

	space_make(&s);
	map_code(&s, jump_to_itself);
	for (unsigned k = 0; k < sizeof cs / sizeof *cs * 2; k++) {
		const uint32_t words[9] = { IP, cs[k / 2], F_VM | F_IF | F_FIXED, 0x8000, USER_SS, USER_SS,
					    USER_SS, USER_SS, k % 2 ? USER_GS : 0x1234 };
		struct mark mark = world_mark();
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		set_frame(&i, false, words);
		t = iret_start(&s, &i, LOW_PRIO);
		tag = outcome(t);
		if (L4_IpcFailed(tag))		/* the end of this wait was the interrupt */
			tag = outcome(t);
		check_trapped(tag);
		iret_end(&s, t);
		world_release(mark);
	}
	check_alive();
}

TEST(GWLD0038, "a driver that interrupts a thread after an IRET with VM has its UTCB pointer")
{
	static const uint32_t words[9] = { IP, USER_CS, F_VM | F_IF | F_FIXED, 0x8000, USER_SS, USER_SS,
					   USER_SS, USER_SS, USER_GS };
	static struct iret i;
	L4_ThreadId_t rtc = L4_GlobalId(RTC_LINE, 1);
	word pointer = gs_read();
	bool stuck = false;
	struct space s;

	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(CMOS, 2))));
	if (thread_control(rtc, rtc, L4_nilthread, L4_Myself(), -1ul) != 0)
		guest_skip("the kernel keeps the clock's line");
	space_make(&s);
	map_code(&s, jump_to_itself);
	set_frame(&i, false, words);
	for (unsigned k = 0; k < 10; k++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t = iret_start(&s, &i, LOW_PRIO);

		cmos_set(RTC_B, cmos(RTC_B) | RTC_PERIODIC);
		cmos(RTC_C);
		CHECK(L4_IpcSucceeded(L4_Receive_Timeout(rtc, L4_TimePeriod(100000))));
		CHECK_EQ(gs_read(), pointer);
		CHECK_EQ(gs_selector(), USER_GS);
		cmos_set(RTC_B, cmos(RTC_B) & ~(word)RTC_PERIODIC);
		cmos(RTC_C);
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send_Timeout(rtc, L4_TimePeriod(1000))));
		stuck |= image_fault(L4_Receive_Timeout(t, L4_ZeroTime), mr(1));
		iret_end(&s, t);
		world_release(mark);
	}
	CHECK_EQ(thread_control(rtc, rtc, L4_nilthread, rtc, -1ul), 0);
	if (stuck)
		guest_skip(SMAP_FAULTS);
}

TEST(GWLD0039, "after an IRET with VM, IOPL 3 and IF 0 instructions that enter the kernel trap as a user's")
{
	static const struct code code[] = {
		{ { 0xcc, 0xcc, 0xcc, 0xcc } },			/* INT3 */
		{ { 0xcd, 0x80, 0xcd, 0x80 } }, { { 0xcd, 0x03, 0xcd, 0x0e } },
		{ { 0xce, 0xcc, 0xcc, 0xcc } },			/* INTO */
		{ { 0x0f, 0x05, 0x0f, 0x05 } },			/* SYSCALL */
		{ { 0x0f, 0x34, 0x0f, 0x34 } },			/* SYSENTER */
		{ { 0x0f, 0x0b, 0x0f, 0x0b } },			/* UD2 */
		{ { 0xf0, 0x90, 0xf0, 0x90 } },			/* LOCK NOP: KernelInterface in 64-bit mode */
		{ { 0xf4, 0xf4, 0xf4, 0xf4 } },			/* HLT */
		{ { 0xec, 0xec, 0xec, 0xec } },			/* IN AL, DX */
		{ { 0xfa, 0xcc, 0xcc, 0xcc } }, { { 0xfb, 0xcc, 0xcc, 0xcc } },	/* CLI, STI */
		{ { 0x0f, 0x20, 0xc0, 0xcc } },			/* MOV EAX, CR0 */
		{ { 0x0f, 0x77, 0xcc, 0xcc } },			/* EMMS: the FPU */
	};
	static struct iret i;
	struct space s;

	space_make(&s);
	for (unsigned k = 0; k < sizeof code / sizeof *code * 4; k++) {
		const uint32_t words[9] = { IP, FAR_CS + k % 4, F_VM | F_IOPL | F_FIXED, 0x8000, USER_SS,
					    USER_SS, USER_SS, USER_SS, USER_GS };
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		map_code(&s, code[k / 4]);
		set_frame(&i, false, words);
		t = iret_start(&s, &i, 150);
		check_trapped(outcome(t));
		iret_end(&s, t);
		world_release(mark);
	}
	check_alive();
}

/*
 * The thread loops until the end of our timeout interrupts it; then it reads FS in 64-bit mode. The product
 * of DS, ES and FS is the usual one, by which the kernel sees at a switch whether they are.
 */
TEST(GWLD0042, "a thread that continues in 64-bit mode after an IRET with VM has the usual FS")
{
	static const uint8_t read_fs[] = { 0x8c, 0xe0, 0x0f, 0x0b };	/* MOV EAX, FS; UD2 */
	static const struct code loop = { { 0xeb, 0xfe, 0xeb, 0xfe } };
	static const uint32_t gs[] = { USER_GS, 0x1234, 0 };
	static struct iret i;
	struct space s;

	space_make(&s);
	map_code(&s, loop);
	for (unsigned k = 0; k < sizeof read_fs; k++)
		((volatile uint8_t *)pool(0))[k] = read_fs[k];
	for (unsigned k = 0; k < sizeof gs / sizeof *gs; k++) {
		const uint32_t words[9] = { IP, FAR_CS, F_VM | F_IF | F_FIXED, 0x8000, USER_SS, USER_SS, 0x4c9, 1,
					    gs[k] };
		struct mark mark = world_mark();
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		set_frame(&i, false, words);
		t = iret_start(&s, &i, 150);
		tag = outcome(t);
		if (!L4_IpcSucceeded(tag))
			tag = L4_Receive_Timeout(t, L4_TimePeriod(WAIT_US));
		check_trapped(tag);
		if (mr(M_NUMBER) != EXCEPTION_PROTECTION) {	/* which is the IRET's, without that mode */
			CHECK_EQ(mr(M_IP), IP + 2);
			CHECK_EQ(mr(M_RAX) & 0xffff, USER_SS);
		}
		iret_end(&s, t);
		world_release(mark);
	}
	check_alive();
}
