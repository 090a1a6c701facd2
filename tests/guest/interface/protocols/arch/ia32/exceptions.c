/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.c - the registers in exception messages of ia32 (protocols 5.1), and exceptions that only it
 * has.
 */
#include "exceptions.h"

TEST(GEXC0001, "the message holds every register in its place, the exception number and the error code")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(mr(reg_places[i]), ((word *)&t.before)[i]);
	CHECK_EQ(mr(M_ESP), t.after.sp - sizeof(word));
	CHECK_EQ(mr(M_EFLAGS) & 0x202, 0x202);
}

TEST(GEXC0003, "the words of a reply become the thread's registers")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	for (unsigned i = 0; i < REGS; i++)
		L4_LoadMR(reg_places[i], 0x4400 + i);
	skip(thread, trap_ud_next);
	CHECK(t.done);
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((word *)&t.after)[i], 0x4400 + i);
}

TEST(GEXC0004, "a short reply changes only the registers it holds")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	for (unsigned i = 0; i < REGS; i++)
		L4_LoadMR(reg_places[i], 0x5500 + i);
	L4_LoadMR(M_IP, (word)trap_ud_next);
	reply_words(thread, M_ESI);
	CHECK(t.done);
	CHECK_EQ(t.after.edi, 0x5505);
	CHECK_EQ(t.after.esi, 0x5504);
	CHECK_EQ(t.after.ebp, t.before.ebp);
	CHECK_EQ(t.after.ebx, t.before.ebx);
	CHECK_EQ(t.after.edx, t.before.edx);
	CHECK_EQ(t.after.ecx, t.before.ecx);
	CHECK_EQ(t.after.eax, t.before.eax);
}

static void load_selectors(void *done)
{
	load_ds_null();
	*(volatile word *)done = 1;
	load_fs_null();
	if (!under_qemu())		/* it reads address 0 by a null GS */
		load_gs_null();
	*(volatile word *)done = 1 + (gs_read() == L4_MyLocalId().raw);
}

TEST(GEXC0012, "null selectors: the kernel restores those of users at the first access, the thread continues")
{
	static volatile word done;

	done = 0;
	thread_start(load_selectors, (void *)&done);
	CHECK_EQ(done, 2);
}

/* An exception 256 at the instruction behind the one that made it, with all registers as they were. */
static void check_foreign(void (*trap)(void), void (*next)(void))
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap);

	expect(thread, EXCEPTION_FOREIGN, 0, next);
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(mr(reg_places[i]), ((word *)&t.before)[i]);
	skip(thread, next);
	CHECK(t.done);
}

TEST(GEXC0038, "the interrupt of system calls outside of the kernel interface page is exception 256")
{
	check_foreign(trap_syscall, trap_syscall_next);
}

TEST(GEXC0053, "BOUND out of its bounds is exception 5 of the thread")
{
	trap_and_skip(EXCEPTION_BOUND, 0, trap_bound, trap_bound_next);
}

/* The CPU looks at the gate's privilege, as for INT 4. L4Ka::Pistachio has the same gate. */
TEST(GEXC0054, "INTO with OF set is exception 13, as INT 4 is; without OF it does nothing")
{
	enum { F_OF = 0x800, F_USER = 0x202, GATE_4 = 4 * 8 + 2 };
	static struct trap t;
	L4_ThreadId_t thread;

	t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_into, .flags = F_USER | F_OF };
	thread = thread_start(run_trap, &t);
	expect(thread, EXCEPTION_PROTECTION, GATE_4, trap_into);
	CHECK(!t.done);
	skip(thread, trap_into_next);
	CHECK(t.done);
	t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_into, .flags = F_USER };
	thread_start(run_trap, &t);
	CHECK(t.done);
}
