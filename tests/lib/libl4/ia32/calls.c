/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - the bindings of ia32, register by register.
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

/* A partner's message: MR0 to MR2 in registers, the others in the UTCB; the stub stores MR0 there too. */
static void answer_message(const struct regs *in, struct regs *out)
{
	out->eax = 0x5001;
	out->esi = 7;
	out->ebx = 0x101;
	out->ebp = 0x102;
	out->edi = in->edi;
	*world_word(0) = out->esi;
	*world_word(3) = 0x103;
}

static void answer_numbers(const struct regs *in, struct regs *out)
{
	(void)in;
	out->eax = 0xa1;
	out->ebx = 0xb1;
	out->ecx = 0xc1;
	out->edx = 0xd1;
	out->esi = 0x51;
	out->edi = 0xd2;
	out->ebp = 0xbb;
}

/* A binding leaves the registers that a function must keep, whatever the call does to them. */
static void run(void (*f)(void))
{
	CHECK(world_kept(f));
}

static void ipc(void) { result = L4_Ipc(world_id(0x31001), L4_anythread, 0x04000000, &id).raw; }

TEST(LIAC0001, "Ipc passes ids, timeouts, MR0 and the UTCB in their registers, and takes MR1 and MR2 back")
{
	world_start();
	set_mrs();
	world.answer = answer_message;
	run(ipc);
	CHECK_EQ(world.seen.eax, 0x31001);
	CHECK_EQ(world.seen.ecx, 0x04000000);
	CHECK_EQ(world.seen.edx, ~0ul);
	CHECK_EQ(world.seen.esi, 0x1000);
	CHECK_EQ(world.seen.edi, (L4_Word_t)world_word(0));
	CHECK_EQ(world.seen.flags & 0x400, 0);
	CHECK_EQ(result, 7);
	CHECK_EQ(id.raw, 0x5001);
	CHECK_EQ(*world_word(0), 7);
	CHECK_EQ(*world_word(1), 0x101);
	CHECK_EQ(*world_word(2), 0x102);
	CHECK_EQ(*world_word(3), 0x103);
	CHECK_EQ(*world_word(4), 0x1004);
}

static void send(void) { result = L4_Ipc(world_id(0x41), L4_nilthread, 0, 0).raw; }

TEST(LIAC0002, "Ipc without a receive phase leaves MR1 and MR2 in the UTCB, and from, which may be NULL")
{
	world_start();
	set_mrs();
	world.answer = answer_message;
	run(send);
	CHECK_EQ(world.seen.edx, 0);
	CHECK_EQ(result, 7);
	CHECK_EQ(*world_word(0), 7);
	CHECK_EQ(*world_word(1), 0x1001);
	CHECK_EQ(*world_word(2), 0x1002);
}

static void lipc(void) { result = L4_Lipc(world_id(0x1240), L4_anylocalthread, 5, &id).raw; }

TEST(LIAC0003, "Lipc is bound like Ipc")
{
	world_start();
	set_mrs();
	world.answer = answer_message;
	run(lipc);
	CHECK_EQ(world.seen.eax, 0x1240);
	CHECK_EQ(world.seen.ecx, 5);
	CHECK_EQ(world.seen.edx, ~0x3ful);
	CHECK_EQ(world.seen.esi, 0x1000);
	CHECK_EQ(*world_word(2), 0x102);
}

static void unmap(void) { L4_Unmap(0x47); }

TEST(LIAC0004, "Unmap passes control in EAX, MR0 in ESI both ways and the UTCB in EDI")
{
	world_start();
	set_mrs();
	world.answer = answer_message;
	run(unmap);
	CHECK_EQ(world.seen.eax, 0x47);
	CHECK_EQ(world.seen.esi, 0x1000);
	CHECK_EQ(world.seen.edi, (L4_Word_t)world_word(0));
	CHECK_EQ(*world_word(0), 7);
	CHECK_EQ(*world_word(1), 0x1001);
}

static void exchange(void)
{
	L4_ThreadId_t pager;

	id = L4_ExchangeRegisters(world_id(1), 2, 3, 4, 5, 6, world_id(7), &word[0], &word[1], &word[2], &word[3],
				  &word[4], &pager);
	word[5] = pager.raw;
}

TEST(LIAC0005, "ExchangeRegisters: EAX ECX EDX ESI EDI EBX EBP in and out")
{
	world_start();
	world.answer = answer_numbers;
	run(exchange);
	CHECK_EQ(world.seen.eax, 1);
	CHECK_EQ(world.seen.ecx, 2);
	CHECK_EQ(world.seen.edx, 3);
	CHECK_EQ(world.seen.esi, 4);
	CHECK_EQ(world.seen.edi, 5);
	CHECK_EQ(world.seen.ebx, 6);
	CHECK_EQ(world.seen.ebp, 7);
	CHECK_EQ(id.raw, 0xa1);
	CHECK_EQ(word[0], 0xc1);
	CHECK_EQ(word[1], 0xd1);
	CHECK_EQ(word[2], 0x51);
	CHECK_EQ(word[3], 0xd2);
	CHECK_EQ(word[4], 0xb1);
	CHECK_EQ(word[5], 0xbb);
}

static void thread_control(void)
{
	result = L4_ThreadControl(world_id(1), world_id(2), world_id(3), world_id(4), (void *)0x5000);
}

TEST(LIAC0006, "ThreadControl: dest, pager, scheduler, space and UTCB in EAX ECX EDX ESI EDI, result EAX")
{
	world_start();
	world.answer = answer_numbers;
	run(thread_control);
	CHECK_EQ(world.seen.eax, 1);
	CHECK_EQ(world.seen.esi, 2);
	CHECK_EQ(world.seen.edx, 3);
	CHECK_EQ(world.seen.ecx, 4);
	CHECK_EQ(world.seen.edi, 0x5000);
	CHECK_EQ(result, 0xa1);
}

static void space_control(void)
{
	result = L4_SpaceControl(world_id(1), 2, world_page_of(3), world_page_of(4), world_id(5), &word[0]);
}

TEST(LIAC0007, "SpaceControl: EAX ECX EDX ESI EDI, result EAX and the old control ECX")
{
	world_start();
	world.answer = answer_numbers;
	run(space_control);
	CHECK_EQ(world.seen.eax, 1);
	CHECK_EQ(world.seen.ecx, 2);
	CHECK_EQ(world.seen.edx, 3);
	CHECK_EQ(world.seen.esi, 4);
	CHECK_EQ(world.seen.edi, 5);
	CHECK_EQ(result, 0xa1);
	CHECK_EQ(word[0], 0xc1);
}

static void schedule(void) { result = L4_Schedule(world_id(1), 2, 3, 4, 5, &word[0]); }

TEST(LIAC0008, "Schedule: dest EAX, priority ECX, time EDX and back, processor ESI, preemption EDI")
{
	world_start();
	world.answer = answer_numbers;
	run(schedule);
	CHECK_EQ(world.seen.eax, 1);
	CHECK_EQ(world.seen.edx, 2);
	CHECK_EQ(world.seen.esi, 3);
	CHECK_EQ(world.seen.ecx, 4);
	CHECK_EQ(world.seen.edi, 5);
	CHECK_EQ(result, 0xa1);
	CHECK_EQ(word[0], 0xd1);
}

static L4_Clock_t time;
static void clock_read(void) { time = L4_SystemClock(); }
static void thread_switch(void) { L4_ThreadSwitch(world_id(0x88)); }

TEST(LIAC0009, "SystemClock answers in EDX and EAX; ThreadSwitch takes EAX")
{
	world_start();
	world.answer = answer_numbers;
	run(clock_read);
	CHECK_EQ(time.raw, 0xd1000000a1ull);
	run(thread_switch);
	CHECK_EQ(world.seen.eax, 0x88);
	CHECK_EQ(world.calls, 2);
}

static void processor_control(void) { result = L4_ProcessorControl(1, 2, 3, 4); }

TEST(LIAC0010, "ProcessorControl: EAX ECX EDX ESI, result EAX")
{
	world_start();
	world.answer = answer_numbers;
	run(processor_control);
	CHECK_EQ(world.seen.eax, 1);
	CHECK_EQ(world.seen.ecx, 2);
	CHECK_EQ(world.seen.edx, 3);
	CHECK_EQ(world.seen.esi, 4);
	CHECK_EQ(result, 0xa1);
}

static void memory_control(void)
{
	static const L4_Word_t attributes[4] = { 0xa0, 0xa1, 0xa2, 0xa3 };

	result = L4_MemoryControl(9, attributes);
}

TEST(LIAC0011, "MemoryControl: EAX, attributes in ECX EDX EBX EBP, MR0 in ESI, the UTCB in EDI, result EAX")
{
	world_start();
	set_mrs();
	world.answer = answer_numbers;
	run(memory_control);
	CHECK_EQ(world.seen.eax, 9);
	CHECK_EQ(world.seen.ecx, 0xa0);
	CHECK_EQ(world.seen.edx, 0xa1);
	CHECK_EQ(world.seen.ebx, 0xa2);
	CHECK_EQ(world.seen.ebp, 0xa3);
	CHECK_EQ(world.seen.esi, 0x1000);
	CHECK_EQ(world.seen.edi, (L4_Word_t)world_word(0));
	CHECK_EQ(result, 0xa1);
	CHECK_EQ(*world_word(0), 0x1000);
}

static void kernel_interface(void)
{
	word[3] = (L4_Word_t)L4_KernelInterface(&word[0], &word[1], &word[2]);
}

TEST(LIAC0012, "KernelInterface gives address, version, flags and id")
{
	world_start();
	run(kernel_interface);
	CHECK_EQ(word[3], (L4_Word_t)&world_page);
	CHECK_EQ(word[0], 0x84050000);
	CHECK_EQ(word[1], 0);
	CHECK_EQ(word[2], 0x04020000);
}

/* Without L4_Init: the first call of all has its arguments in every register. */
TEST(LIAC0013, "the first call of all finds the links, with its arguments as they were; later ones call")
{
	world_start();
	CHECK_EQ(world.calls, 0);
	run(exchange);
	CHECK_EQ(world.calls, 1);
	CHECK_EQ(world.seen.edi, 5);
	CHECK_EQ(world.seen.ebp, 7);
	world_page.kip.exchange_registers = world_page.kip.schedule = 0;
	run(exchange);
	run(schedule);
	CHECK_EQ(world.calls, 3);
}

static void inspect(void) { result = L4_Inspect(1, 2, 3); }

TEST(LIAC0014, "Inspect: EAX ECX EDX, next in EAX; 0 before __L4_Init")
{
	world_start();
	world.answer = answer_numbers;
	run(inspect);
	CHECK_EQ(world.calls, 0);
	CHECK_EQ(result, 0);
	run(__L4_init_syscalls);
	run(inspect);
	CHECK_EQ(world.seen.eax, 1);
	CHECK_EQ(world.seen.ecx, 2);
	CHECK_EQ(world.seen.edx, 3);
	CHECK_EQ(result, 0xa1);
}

static void set_tls(void) { result = L4_SetTls((void *)0x1230); }

TEST(LIAC0015, "SetTls writes the word of the UTCB at byte -8, without a call")
{
	world_start();
	set_mrs();
	run(__L4_Init);
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

TEST(LIAC0016, "a short message: words go to the UTCB, and come back from EBX, EBP and the UTCB")
{
	world_start();
	set_mrs();
	for (L4_Word_t i = 0; i < 7; i++)
		words[i] = 0x70 + i;
	world.answer = answer_message;
	run(short_ipc);
	CHECK_EQ(world.seen.eax, 0x31001);
	CHECK_EQ(world.seen.esi, 4);
	CHECK_EQ(*world_word(1), 0x70);
	CHECK_EQ(*world_word(4), 0x73);
	CHECK_EQ(*world_word(5), 0x1005);
	CHECK_EQ(result, 7);
	CHECK_EQ(id.raw, 0x5001);
	CHECK_EQ(words[0], 0x101);
	CHECK_EQ(words[1], 0x102);
	CHECK_EQ(words[2], 0x103);
	CHECK_EQ(words[3], 0x73);
}

static void kdb_enter(void) { L4_KDB_Enter("a text"); }
static void kdb_char(void) { L4_KDB_PrintChar('x'); }
static void kdb_read(void) { result = (L4_Word_t)L4_KDB_ReadChar(); }
static void kdb_toggle(void) { L4_KDB_ToggleBreakin(); }

TEST(LIAC0017, "the debugger's conventions: int3, then a comparison, or a jump over a move of an address")
{
	world_start();
	run(kdb_enter);
	CHECK_EQ(world.breaks, 1);
	CHECK_EQ(world.code[0], 0xeb);
	CHECK_EQ(world.code[1], 5);
	CHECK_EQ(world.code[2], 0xb8);
	run(kdb_char);
	CHECK_EQ(world.al, 'x');
	CHECK_EQ(world.code[0], 0x3c);
	CHECK_EQ(world.code[1], 0);
	world.answer_al = 'y';
	run(kdb_read);
	CHECK_EQ(world.code[1], 8);
	CHECK_EQ(result, 'y');
	run(kdb_toggle);
	CHECK_EQ(world.code[1], 3);
}

TEST(LIAC0018, "small-space specifiers have the lowest bit at the size and the location above it")
{
	CHECK_EQ(L4_SmallSpace(0, 4), 1);
	CHECK_EQ(L4_SmallSpace(4, 4), 3);
	CHECK_EQ(L4_SmallSpace(0, 16), 4);
	CHECK_EQ(L4_SmallSpace(16, 16), 12);
	CHECK_EQ(L4_SmallSpace(64, 64), 0x30);
	CHECK_EQ(L4_LargeSpace, 0);
}
