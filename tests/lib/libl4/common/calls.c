/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - the bindings of each machine against the table of its registers (calls.h): argument n of a call
 * must be in its register, and result n must be what the gateway left in the register of that result.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/misc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/short.h>
#include <l4/space.h>
#include <l4/thread.h>
#include "calls.h"
#include "harness.h"
#include "world.h"

/* MR0 to the last, before a call; a word beyond the registers that the kernel writes; argument n. */
enum { FIRST = 0x1000, BEYOND = 0x2000, WORDS = 64 };
#define ARG(n)	(((L4_Word_t)0xca11 << (8 * sizeof(L4_Word_t) - 16)) + (n))

static L4_Word_t result[CALL_ARGUMENTS];

static void start(void)
{
	world_start();
	if (MACHINE_NEEDS_INIT)
		world_run(__L4_Init);
	for (int i = 0; i < WORDS; i++)
		*world_word(i) = FIRST + (L4_Word_t)i;
}

static void check_argument(unsigned call, unsigned n, L4_Word_t want)
{
	unsigned at = call_registers[call].in[n];

	if (world_seen(at) != want)
		test_fail(__FILE__, __LINE__, "argument %u: register %u has 0x%lx, not 0x%lx", n, at,
			  world_seen(at), want);
}

static void check_result(unsigned call, unsigned n)
{
	unsigned at = call_registers[call].out[n];

	if (result[n] != POISON(at))
		test_fail(__FILE__, __LINE__, "result %u is 0x%lx, not register %u", n, result[n], at);
}

/* One call by f, with so many arguments and results. */
static void check_call(unsigned call, void (*f)(void), unsigned arguments, unsigned results)
{
	world_run(f);
	CHECK_EQ(world.calls, 1);
	for (unsigned n = 0; n < arguments; n++)
		check_argument(call, n, ARG(n));
	for (unsigned n = 0; n < results; n++)
		check_result(call, n);
}

/* ---- Calls with message registers ---- */

static void keep_utcb(unsigned call, struct regs *out)
{
	if (call_registers[call].kept & BIT(message_registers.utcb))
		*world_register(out, message_registers.utcb) = world_seen(message_registers.utcb);
}

/* Besides the registers, what comes with a message: words in the UTCB. */
static void answer_message(const struct regs *in, struct regs *out)
{
	(void)in;
	keep_utcb(CALL_IPC, out);
	*world_word(message_registers.received) = BEYOND;
}

static void answer_unmap(const struct regs *in, struct regs *out)
{
	(void)in;
	keep_utcb(CALL_UNMAP, out);
	*world_word(message_registers.received) = BEYOND;
}

/* The same of Ipc. */
static void answer_ipc(const struct regs *in, struct regs *out)
{
	answer_message(in, out);
	for (int i = 0; i < message_registers.by_stub; i++)
		*world_word(i) = POISON(message_registers.at[i]);
}

static void check_sent(void)
{
	CHECK_EQ(world_seen(message_registers.utcb), (L4_Word_t)world_word(0));
	for (unsigned i = 0; i < message_registers.sent; i++)
		CHECK_EQ(world_seen(message_registers.at[i]), FIRST + i);
}

/* So many registers were stored; `beyond`: the word that the kernel writes. */
static void check_stored(unsigned stored, unsigned beyond)
{
	for (unsigned i = 0; i < stored; i++)
		CHECK_EQ(*world_word((int)i), POISON(message_registers.at[i]));
	for (unsigned i = stored; i < WORDS; i++)
		CHECK_EQ(*world_word((int)i), i == beyond ? BEYOND : FIRST + i);
}

static L4_ThreadId_t id;

static void ipc(void)
{
	result[0] = L4_Ipc(world_id(ARG(0)), world_id(ARG(1)), ARG(2), &id).raw;
	result[1] = id.raw;
}

static void lipc(void)
{
	result[0] = L4_Lipc(world_id(ARG(0)), world_id(ARG(1)), ARG(2), &id).raw;
	result[1] = id.raw;
}

static void check_ipc(void (*f)(void))
{
	start();
	world.answer = answer_ipc;
	check_call(CALL_IPC, f, 3, 2);
	check_sent();
	check_stored(message_registers.received, message_registers.received);
}

TEST_ROW(LCALL0001, "Ipc passes ids, timeouts and message registers, and takes sender and message back",
	 check_ipc(ipc))
TEST_ROW(LCALL0003, "Lipc is bound like Ipc", check_ipc(lipc))

static void send(void) { result[0] = L4_Ipc(world_id(ARG(0)), L4_nilthread, ARG(2), 0).raw; }

TEST(LCALL0002, "Ipc without a receive phase does not touch from, which may be NULL")
{
	start();
	world.answer = answer_ipc;
	world_run(send);
	check_argument(CALL_IPC, 1, 0);
	check_result(CALL_IPC, 0);
	check_sent();
	check_stored(message_registers.returned, message_registers.received);
}

static void wait(void) { L4_Ipc(world_id(ARG(0)), L4_anythread, ARG(2), &id); }
static void wait_here(void) { L4_Lipc(world_id(ARG(0)), L4_anylocalthread, ARG(2), &id); }

TEST(LCALL0012, "the ids of any thread have all bits set, and all but the lowest six")
{
	start();
	world.answer = answer_ipc;
	world_run(wait);
	check_argument(CALL_IPC, 1, ~0ul);
	world_run(wait_here);
	check_argument(CALL_IPC, 1, ~0x3ful);
}

static void unmap(void) { L4_Unmap(ARG(0)); }

TEST(LCALL0004, "Unmap passes control, and message registers both ways")
{
	start();
	world.answer = answer_unmap;
	check_call(CALL_UNMAP, unmap, 1, 0);
	check_sent();
	check_stored(message_registers.returned, message_registers.received);
}

static void memory_control(void)
{
	static const L4_Word_t attributes[4] = { ARG(1), ARG(2), ARG(3), ARG(4) };

	result[0] = L4_MemoryControl(ARG(0), attributes);
}

TEST(LCALL0011, "MemoryControl passes control, four attributes and message registers, which stay in the UTCB")
{
	start();
	check_call(CALL_MEMORY_CONTROL, memory_control, 5, 1);
	check_sent();
	check_stored(0, WORDS);
}

enum { SHORT_SENT = 4, SHORT_TAKEN = 3 };

static L4_Word_t words[7];

static void short_ipc(void)
{
	L4_MsgTag_t tag = { .raw = SHORT_SENT };

	id = world_id(ARG(0));
	result[0] = L4_ShortIpc(&id, world_id(ARG(1)), ARG(2), tag, words, SHORT_TAKEN).raw;
	result[1] = id.raw;
}

/* Words that are sent in registers do not go to the UTCB, the others do; likewise of those that come back. */
TEST(LCALL0016, "a short Ipc sends and takes its words in the registers of messages, the others in the UTCB")
{
	const struct message_registers *m = &message_registers;

	start();
	world.answer = answer_message;
	for (unsigned i = 0; i < 7; i++)
		words[i] = ARG(0x70 + i);
	check_call(CALL_IPC, short_ipc, 3, 2);
	CHECK_EQ(world_seen(m->utcb), (L4_Word_t)world_word(0));
	CHECK_EQ(world_seen(m->at[0]), SHORT_SENT);
	for (unsigned i = 1; i <= SHORT_SENT; i++)
		CHECK_EQ(i < m->sent ? world_seen(m->at[i]) : *world_word((int)i),
			 i == m->received && i >= m->sent ? BEYOND : ARG(0x70 + i - 1));
	for (unsigned i = 1; i <= 7; i++)
		CHECK_EQ(words[i - 1], i > SHORT_TAKEN ? ARG(0x70 + i - 1) :
			 i < m->received ? POISON(m->at[i]) : BEYOND);
	for (unsigned i = 8; i < m->received; i++)
		CHECK_EQ(*world_word((int)i), POISON(m->at[i]));
	CHECK_EQ(*world_word(SHORT_SENT + 1), FIRST + SHORT_SENT + 1);
}

/* ---- Calls without ---- */

static void exchange_registers(void)
{
	L4_Word_t *r = result;
	L4_ThreadId_t pager;

	r[0] = L4_ExchangeRegisters(world_id(ARG(0)), ARG(1), ARG(2), ARG(3), ARG(4), ARG(5), world_id(ARG(6)),
				    &r[1], &r[2], &r[3], &r[4], &r[5], &pager).raw;
	r[6] = pager.raw;
}

static void thread_control(void)
{
	result[0] = L4_ThreadControl(world_id(ARG(0)), world_id(ARG(1)), world_id(ARG(2)), world_id(ARG(3)),
				     (void *)ARG(4));
}

static void space_control(void)
{
	result[0] = L4_SpaceControl(world_id(ARG(0)), ARG(1), world_page_of(ARG(2)), world_page_of(ARG(3)),
				    world_id(ARG(4)), &result[1]);
}

static void schedule(void)
{
	result[0] = L4_Schedule(world_id(ARG(0)), ARG(1), ARG(2), ARG(3), ARG(4), &result[1]);
}

static void processor_control(void) { result[0] = L4_ProcessorControl(ARG(0), ARG(1), ARG(2), ARG(3)); }
static void thread_switch(void) { L4_ThreadSwitch(world_id(ARG(0))); }

static void check_plain(unsigned call, void (*f)(void), unsigned arguments, unsigned results)
{
	start();
	check_call(call, f, arguments, results);
}

TEST_ROW(LCALL0005, "ExchangeRegisters has seven arguments and seven results",
	 check_plain(CALL_EXCHANGE_REGISTERS, exchange_registers, 7, 7))
TEST_ROW(LCALL0006, "ThreadControl passes dest, space, scheduler, pager and the UTCB's address",
	 check_plain(CALL_THREAD_CONTROL, thread_control, 5, 1))
TEST_ROW(LCALL0007, "SpaceControl passes space, control, areas and redirector; the old control comes back",
	 check_plain(CALL_SPACE_CONTROL, space_control, 5, 2))
TEST_ROW(LCALL0008, "Schedule passes dest, time, processor, priority and preemption; the old time comes back",
	 check_plain(CALL_SCHEDULE, schedule, 5, 2))
TEST_ROW(LCALL0010, "ProcessorControl has four arguments and a result",
	 check_plain(CALL_PROCESSOR_CONTROL, processor_control, 4, 1))
TEST_ROW(LCALL0017, "ThreadSwitch passes dest", check_plain(CALL_THREAD_SWITCH, thread_switch, 1, 0))

static void yield(void) { L4_Yield(); }

TEST(LCALL0013, "Yield is a ThreadSwitch to no thread")
{
	start();
	world_run(yield);
	CHECK_EQ(world.calls, 1);
	check_argument(CALL_THREAD_SWITCH, 0, 0);
}

static L4_Clock_t time;

static void system_clock(void) { time = L4_SystemClock(); }

TEST(LCALL0009, "SystemClock has a register for 64 bits, or one for each half")
{
	const unsigned char *out = call_registers[CALL_SYSTEM_CLOCK].out;
	uint64_t high = sizeof(L4_Word_t) == 8 ? POISON(out[0]) >> 32 : POISON(out[1]);

	check_plain(CALL_SYSTEM_CLOCK, system_clock, 0, 0);
	CHECK_EQ(time.raw, high << 32 | (uint32_t)POISON(out[0]));
}

static void inspect(void) { result[0] = L4_Inspect(ARG(0), ARG(1), ARG(2)); }

TEST(LCALL0015, "Inspect has three arguments and a result")
{
	start();
	world_run(__L4_Init);
	check_call(CALL_INSPECT, inspect, 3, 1);
}

static void kernel_interface(void)
{
	result[3] = (L4_Word_t)L4_KernelInterface(&result[0], &result[1], &result[2]);
	result[4] = L4_ApiVersion();
	result[5] = L4_ApiFlags();
	result[6] = L4_KernelId();
}

TEST(LCALL0014, "KernelInterface gives address, version, flags and id")
{
	start();
	world_run(kernel_interface);
	CHECK_EQ(result[3], (L4_Word_t)&world_page);
	CHECK_EQ(result[0], WORLD_API_VERSION);
	CHECK_EQ(result[1], MACHINE_API_FLAGS);
	CHECK_EQ(result[2], WORLD_KERNEL_ID);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(result[4 + i], result[i]);
	CHECK_EQ(world.calls, 0);
}
