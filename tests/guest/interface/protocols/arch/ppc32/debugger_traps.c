/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debugger_traps.c - the instruction `trap` as the debugger's services (ppc32 10). The printed characters are
 * part of lines that the reader of the tests does not count.
 */
#include "args.h"
#include "exceptions.h"

enum { ENTER = 0x5afe, PRINT = 0x5aff, READ = 0x5b00, INSTRUCTION = 4 };
#define BRIDGE 0xfee00000ul		/* its data register */

struct service {
	L4_ThreadId_t handler;
	word target, code, character;
	struct regs before, after;
	volatile word done;
};

static void run_service(void *arg)
{
	struct service *s = arg;

	L4_Set_ExceptionHandler(s->handler);
	regs_pattern(&s->before, 0x0badcafe);
	s->before.r0 = s->code;
	s->before.r3 = s->character;
	s->after = s->before;
	regs_call(&s->after, s->target);
	s->done = 1;
}

/* The trap with this service and character, by a worker whose handler is the test. */
static L4_ThreadId_t start_service(struct service *s, void (*target)(void), word code, word character)
{
	*s = (struct service){ L4_Myself(), (word)target, code, character, { 0 }, { 0 }, 0 };
	return thread_start(run_service, s);
}

TEST(GKDB0101, "0x5AFF prints a character and continues behind the trap, with all registers as they were")
{
	static struct service t;

	start_service(&t, kdb_print, PRINT, '\n');
	CHECK(t.done);
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((word *)&t.after)[i], ((word *)&t.before)[i]);
}

TEST(GKDB0102, "a trap with another code in r0 is exception 0x700 at the trap")
{
	static const word codes[] = { 1, 0x5afd, 0x5b01, 0x15aff, 0x5aff0000 };
	static struct service t;

	for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread = start_service(&t, kdb_print, codes[i], 'x');

		guest_note("code", codes[i]);
		expect(thread, EXCEPTION_PROGRAM, CODE_TRAP, kdb_print);
		skip(thread, (void (*)(void))((word)kdb_print + INSTRUCTION));
		CHECK(t.done);
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GKDB0103, "another trap instruction is exception 0x700 with each of the codes")
{
	static struct service t;

	for (word code = ENTER; code <= READ; code++) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread = start_service(&t, trap_equal, code, 'x');

		expect(thread, EXCEPTION_PROGRAM, CODE_TRAP, trap_equal);
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GEXC0088, "without the debugger 0x5AFE continues, behind the text if there is one, and 0x5B00 is an"
	      " exception")
{
	static struct service t;
	L4_ThreadId_t thread;

	if (!args_serial())
		guest_skip("needs kdb=off");
	start_service(&t, kdb_enter, ENTER, 'x');
	CHECK(t.done);
	thread = start_service(&t, kdb_print, READ, 'x');
	expect(thread, EXCEPTION_PROGRAM, CODE_TRAP, kdb_print);
}

/*
 * At the end of a page: blr; trap; a branch to the blr; a text that has no end in this page. Returns the
 * address of the trap.
 */
static word make_text_before(word page)
{
	static const word code[] = { 0x4e800020, 0x7fe00008, 0x4bfffff8, 0x61626364 };
	word at = page - sizeof code;

	for (unsigned i = 0; i < sizeof code / sizeof *code; i++)
		((word *)at)[i] = code[i];
	__L4_CodeWritten((void *)at, sizeof code);
	return at + INSTRUCTION;
}

TEST(GKDB0104, "a text that reaches into a page of a device, or into one that is not cached, is no page"
	       " fault: the thread continues")
{
	enum { AT = 0x73000000, DEVICE_AT = AT + PAGE };
	static struct service t;
	word place;

	CHECK(!L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(AT, 12))));
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(L4_nilthread, L4_FpageLog2(BRIDGE, 12),
							 L4_FpageLog2(DEVICE_AT, 12))));
	place = make_text_before(DEVICE_AT);
	start_service(&t, (void (*)(void))place, ENTER, 'x');
	CHECK(t.done);
	place = make_text_before(pool(1));
	CHECK_EQ(L4_Set_PageAttribute(L4_FpageLog2(pool(1), 12), L4_UncacheableMemory), 1);
	start_service(&t, (void (*)(void))place, ENTER, 'x');
	CHECK(t.done);
	CHECK_EQ(L4_Set_PageAttribute(L4_FpageLog2(pool(1), 12), L4_DefaultMemory), 1);
}
