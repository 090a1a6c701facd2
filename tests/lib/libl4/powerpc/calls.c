/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - the bindings of powerpc, register by register (ppc32 5).
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/misc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/short.h>
#include <l4/space.h>
#include <l4/thread.h>
#include "harness.h"
#include "world.h"

static L4_Word_t result, word[6];
static L4_ThreadId_t id;

static void set_mrs(void)
{
	for (int i = 0; i < 64; i++)
		*world_word(i) = 0x1000 + (L4_Word_t)i;
}

/* The register of each of the first ten message registers. */
static const unsigned mr_register[10] = { 14, 3, 4, 5, 6, 7, 8, 9, 10, 0 };

static void answer_message(const struct regs *in, struct regs *out)
{
	(void)in;
	for (unsigned i = 0; i < 10; i++)
		out->r[mr_register[i]] = i == 0 ? 12 : 0x100 + i;
	out->r[15] = 0x5002;
	out->r[16] = 0x5001;
	*world_word(10) = 0x10a;
}

static void answer_numbers(const struct regs *in, struct regs *out)
{
	(void)in;
	for (unsigned i = 3; i < 10; i++)
		out->r[i] = 0xa0 + i;
}

/* A binding leaves the registers that a function must keep, whatever the call does to them. */
static void run(void (*f)(void))
{
	CHECK(world_kept(f));
}

static void start(void (*answer)(const struct regs *, struct regs *))
{
	world_start();
	run(__L4_Init);
	world.answer = answer;
	world.calls = 0;
}

/* MR0 to MR9 were passed, of which the UTCB has them. */
static void check_passed(void)
{
	for (unsigned i = 0; i < 10; i++)
		CHECK_EQ(world.seen.r[mr_register[i]], 0x1000 + i);
}

static void check_stored(void)
{
	CHECK_EQ(*world_word(0), 12);
	for (int i = 1; i < 11; i++)
		CHECK_EQ(*world_word(i), 0x100 + i);
	CHECK_EQ(*world_word(11), 0x100b);
}

static void ipc(void) { result = L4_Ipc(world_id(0x31001), L4_anythread, 0x04000000, &id).raw; }

TEST(LPPC0001, "Ipc passes r15, r16, r17 and MR0 to MR9 in registers, and stores these after it")
{
	start(answer_message);
	set_mrs();
	run(ipc);
	CHECK_EQ(world.seen.r[15], 0x31001);
	CHECK_EQ(world.seen.r[16], ~0ul);
	CHECK_EQ(world.seen.r[17], 0x04000000);
	CHECK_EQ(world.seen.r[2], (L4_Word_t)world_word(0));
	check_passed();
	CHECK_EQ(result, 12);
	CHECK_EQ(id.raw, 0x5001);
	check_stored();
}

static void send(void) { result = L4_Ipc(world_id(0x41), L4_nilthread, 0, 0).raw; }

TEST(LPPC0002, "Ipc without a receive phase stores the message registers too; from may be NULL")
{
	start(answer_message);
	set_mrs();
	run(send);
	CHECK_EQ(world.seen.r[16], 0);
	CHECK_EQ(result, 12);
	check_stored();
}

static void lipc(void) { result = L4_Lipc(world_id(0x1240), L4_anylocalthread, 5, &id).raw; }

TEST(LPPC0003, "Lipc is bound like Ipc")
{
	start(answer_message);
	set_mrs();
	run(lipc);
	CHECK_EQ(world.seen.r[15], 0x1240);
	CHECK_EQ(world.seen.r[16], ~0x3ful);
	CHECK_EQ(world.seen.r[17], 5);
	check_passed();
	check_stored();
}

static void unmap(void) { L4_Unmap(0x47); }

TEST(LPPC0004, "Unmap passes control in r15, and the message registers as Ipc, both ways")
{
	start(answer_message);
	set_mrs();
	run(unmap);
	CHECK_EQ(world.seen.r[15], 0x47);
	check_passed();
	check_stored();
}

static void exchange(void)
{
	L4_ThreadId_t pager;

	id = L4_ExchangeRegisters(world_id(1), 2, 3, 4, 5, 6, world_id(7), &word[0], &word[1], &word[2], &word[3],
				  &word[4], &pager);
	word[5] = pager.raw;
}

TEST(LPPC0005, "ExchangeRegisters: r3 to r9 in and out; the handle is r8, the pager r9")
{
	start(answer_numbers);
	run(exchange);
	for (unsigned i = 3; i < 10; i++)
		CHECK_EQ(world.seen.r[i], i - 2);
	CHECK_EQ(id.raw, 0xa3);
	for (unsigned i = 0; i < 6; i++)
		CHECK_EQ(word[i], 0xa4 + i);
}

static void thread_control(void)
{
	result = L4_ThreadControl(world_id(1), world_id(2), world_id(3), world_id(4), (void *)0x5000);
}

static void space_control(void)
{
	result = L4_SpaceControl(world_id(1), 2, world_page_of(3), world_page_of(4), world_id(5), &word[0]);
}

static void schedule(void) { result = L4_Schedule(world_id(1), 2, 3, 4, 5, &word[0]); }

TEST(LPPC0006, "ThreadControl, SpaceControl and Schedule: r3 to r7; results in r3, of the last two in r4 too")
{
	static void (*const call[3])(void) = { thread_control, space_control, schedule };

	start(answer_numbers);
	for (unsigned n = 0; n < 3; n++) {
		word[0] = 0;
		run(call[n]);
		for (unsigned i = 3; i < 8; i++)
			CHECK_EQ(world.seen.r[i], n == 0 && i == 7 ? 0x5000 : i - 2);
		CHECK_EQ(result, 0xa3);
		CHECK_EQ(word[0], n == 0 ? 0 : 0xa4);
	}
}

static L4_Clock_t time;
static void clock_read(void) { time = L4_SystemClock(); }
static void thread_switch(void) { L4_ThreadSwitch(world_id(0x88)); }
static void processor_control(void) { result = L4_ProcessorControl(1, 2, 3, 4); }

TEST(LPPC0007, "SystemClock has its high word in r3, ThreadSwitch takes r3, ProcessorControl r3 to r6")
{
	start(answer_numbers);
	run(clock_read);
	CHECK_EQ(time.raw, 0xa3000000a4ull);
	CHECK_EQ(time.X.high, 0xa3);
	CHECK_EQ(time.X.low, 0xa4);
	run(thread_switch);
	CHECK_EQ(world.seen.r[3], 0x88);
	run(processor_control);
	for (unsigned i = 3; i < 7; i++)
		CHECK_EQ(world.seen.r[i], i - 2);
	CHECK_EQ(result, 0xa3);
}

static void memory_control(void)
{
	static const L4_Word_t attributes[4] = { 0xa0, 0xa1, 0xa2, 0xa3 };

	result = L4_MemoryControl(9, attributes);
}

TEST(LPPC0008, "MemoryControl: r15, attributes in r16 to r19, MR0 to MR9, which stay in the UTCB; result r3")
{
	start(answer_numbers);
	set_mrs();
	run(memory_control);
	CHECK_EQ(world.seen.r[15], 9);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(world.seen.r[16 + i], 0xa0 + i);
	check_passed();
	CHECK_EQ(result, 0xa3);
	for (int i = 0; i < 10; i++)
		CHECK_EQ(*world_word(i), 0x1000 + i);
}

static void kernel_interface(void)
{
	word[3] = (L4_Word_t)L4_KernelInterface(&word[0], &word[1], &word[2]);
}

TEST(LPPC0009, "KernelInterface is tlbia, and gives address, version, flags and id")
{
	start(0);
	run(kernel_interface);
	CHECK_EQ(word[3], (L4_Word_t)&world_page);
	CHECK_EQ(word[0], 0x84050000);
	CHECK_EQ(word[1], 1);
	CHECK_EQ(word[2], 0x04020000);
}

static void inspect(void) { result = L4_Inspect(1, 2, 3); }

TEST(LPPC0010, "Inspect: r3 to r5, next in r3; 0 before __L4_Init")
{
	world_start();
	world.answer = answer_numbers;
	run(inspect);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(result, 0);
	start(answer_numbers);
	run(inspect);
	for (unsigned i = 3; i < 6; i++)
		CHECK_EQ(world.seen.r[i], i - 2);
	CHECK_EQ(result, 0xa3);
}

static void set_tls(void) { result = L4_SetTls((void *)0x1230); }

TEST(LPPC0011, "SetTls writes the word of the UTCB at byte -8, without a call")
{
	start(0);
	set_mrs();
	run(set_tls);
	CHECK_EQ(result, 1);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(*world_word(-2), 0x1230);
	CHECK_EQ(*world_word(-1), 0);
	CHECK_EQ(*world_word(-3), 0);
}

static L4_Word_t words[7];

static void short_ipc(void)
{
	L4_MsgTag_t tag = { .raw = 4 };

	id = world_id(0x31001);
	result = L4_ShortIpc(&id, L4_anythread, 5, tag, words, 3).raw;
}

TEST(LPPC0012, "a short message: words go from variables to r3.. and come back from there, beyond 7 to the"
	      " UTCB")
{
	start(answer_message);
	set_mrs();
	for (unsigned i = 0; i < 7; i++)
		words[i] = 0x70 + i;
	run(short_ipc);
	CHECK_EQ(world.seen.r[14], 4);
	CHECK_EQ(world.seen.r[15], 0x31001);
	CHECK_EQ(world.seen.r[17], 5);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(world.seen.r[3 + i], 0x70 + i);
	CHECK_EQ(result, 12);
	CHECK_EQ(id.raw, 0x5001);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(words[i], 0x101 + i);
	CHECK_EQ(words[3], 0x73);
	CHECK_EQ(*world_word(8), 0x108);
	CHECK_EQ(*world_word(9), 0x109);
	CHECK_EQ(*world_word(1), 0x1001);
}

static void print_char(void) { L4_KDB_PrintChar('q'); }
static void read_char(void) { result = (L4_Word_t)L4_KDB_ReadChar_Blocked(); }
static void enter(void) { L4_KDB_Enter("why"); }

TEST(LPPC0013, "the debugger's services: a trap with the service in r0; a text behind a branch, after its"
	      " mark")
{
	start(0);
	world.answer_r3 = 'k';
	run(print_char);
	CHECK_EQ(world.r0, 0x5aff);
	CHECK_EQ(world.r3, 'q');
	run(read_char);
	CHECK_EQ(world.r0, 0x5b00);
	CHECK_EQ(result, 'k');
	run(enter);
	CHECK_EQ(world.r0, 0x5afe);
	CHECK_EQ(world.behind[0] >> 26, 18);
	CHECK_EQ(world.behind[1], 0x4b442320);		/* "KD# " */
	CHECK_EQ(world.behind[2], 0x77687900);		/* "why" */
	CHECK_EQ(world.traps, 3);
}
