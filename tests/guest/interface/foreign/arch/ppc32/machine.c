/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - what such programs use of this machine: the null call, calls by registers alone, system calls
 * of others, threads that have halted, and counters (ppc32 5, 8, 9, 12).
 */
#include "../../foreign.h"

enum { UTCB_AREA = 0xbf000000, ARCH_SYSCALL3 = 0x11c, TIMES = 200, DONE = 0x77, CALL_WORDS = 12 };

/* start.S */
word null_calls(word link, word times);
word calls_by_registers(word to, word times, word link);
void system_call(word *r), trap_here(void);
extern const char system_call_at[];

void null_call(void)
{
	CHECK(kip[ARCH_SYSCALL3 / sizeof(word)] != 0);
	CHECK(null_calls(kip[ARCH_SYSCALL3 / sizeof(word)], TIMES) == 0);
}

void pingpong_registers(void)
{
	CHECK(calls_by_registers(across.raw, TIMES, __L4_Ipc) == 0);
	CHECK(calls_by_registers(across.raw, TIMES, __L4_Lipc) == 0);
}

/* ---- a system call of another system: the root server answers it ---- */

static word others[10];

static void call_other(void)
{
	utcb()[TCR_HANDLER] = root.raw;
	for (word i = 0; i < 10; i++)
		others[i] = 100 + i;
	system_call(others);
	report();
	stop_here();
}

void foreign_call(void)
{
	L4_ThreadId_t t = global_id(user_base + 18, 1);
	L4_MsgTag_t tag;
	word *u = utcb();

	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 3 * UTCB_SIZE) == 1);
	CHECK(!failed(start(t, 3, call_other)));
	tag = serve(t);
	CHECK(tag.raw == (0xffb00000 | CALL_WORDS));
	for (word i = 1; i <= 8; i++)
		CHECK(u[i] == 100 + i);
	CHECK(u[9] == 100);
	CHECK(u[10] == (word)system_call_at + 4);
	u[1] = 4711;				/* what the other system's call returns, in r3 */
	u[0] = make_tag(0, CALL_WORDS, 0);
	CHECK(!failed(send(t, ZERO_TIME)));
	CHECK(serve(t).raw >> 16 == DONE);
	CHECK(others[0] == 100 && others[1] == 4711 && others[2] == 102 && others[8] == 108);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

/* ---- a thread without a handler ---- */

static void trap_alone(void)
{
	trap_here();
	report();
	stop_here();
}

void halted_at_trap(void)
{
	L4_ThreadId_t t = global_id(user_base + 19, 1);
	struct exchange x = { .control = 0x200 };

	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 3 * UTCB_SIZE) == 1);
	CHECK(!failed(start(t, 3, trap_alone)));
	CHECK(failed(receive(t, period(20000))));
	CHECK(L4_ExchangeRegisters(t, &x).raw != 0);
	CHECK((x.control & 1) != 0);
	CHECK(x.ip == (word)trap_here);
	x = (struct exchange){ .control = 0x100 | 0x10, .ip = x.ip + 4 };
	CHECK(L4_ExchangeRegisters(t, &x).raw != 0);
	CHECK(serve(t).raw >> 16 == DONE);
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

/* ---- counters, and registers that a binding keeps ---- */

/* User's names of the first two performance counters; they need not count under an emulator. */
void counters_readable(void)
{
	word cycles, instructions, time, again;

	__asm__ __volatile__("mfspr %0, 937" : "=r"(cycles));
	__asm__ __volatile__("mfspr %0, 938" : "=r"(instructions));
	__asm__ __volatile__("mftb %0" : "=r"(time));
	receive(root, period(1000));
	__asm__ __volatile__("mftb %0" : "=r"(again));
	CHECK(again != time);
}

void kept_by_memory_control(void)
{
	register word r11 __asm__("r11") = __L4_MemoryControl;
	register word r12 __asm__("r12") = 12, r15 __asm__("r15") = 0, r16 __asm__("r16") = 0;
	register word r17 __asm__("r17") = 17, r18 __asm__("r18") = 18, r19 __asm__("r19") = 19;
	register word r3 __asm__("r3");

	utcb()[0] = 0;
	__asm__ __volatile__(WORDS_IN CALLED
		: "=&r"(r3), "+r"(r11), "+r"(r12), "+r"(r15), "+r"(r16), "+r"(r17), "+r"(r18), "+r"(r19)
		: : "r0", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r14", "r20", "r21", "r22", "r23", "r24", "r25",
		    "r26", "r27", "r28", "r29", LOST_SPECIAL);
	CHECK(r11 == __L4_MemoryControl && r12 == 12 && r15 == 0 && r16 == 0);
	CHECK(r17 == 17 && r18 == 18 && r19 == 19);
}
