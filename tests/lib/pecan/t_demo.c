/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_demo.c - tests of how demonstration programs start others, look at the kernel's records, and end.
 */
#include <pecan/demo.h>
#include <l4/thread.h>
#include "lib.h"

enum { WINDOW = 0x100000, GONE = 0x99 };

TEST(demo_well, "a demo that ends well ends the tasks that it has started, and has status 0")
{
	L4_Word_t task = 0;

	root.whole = true;
	CHECK(L4_ThreadNo(demo_spawn("demo", "prog", &task, "%d %s", 5, "x")) == CHILD_THREAD);
	CHECK(task == FIRST_CHILD && strcmp(root.args, "5 x") == 0);
	demo_spawn("demo", "prog", NULL, "%s", "");
	demo_check("demo", true, "this holds");
	expect(0, "  this holds\ndemo: ok\n");
	no_child_lives = true;
	demo_ok("demo");
}

TEST(demo_badly, "a demo that fails says why, and has status 1")
{
	expect(1, "demo: FAILED: 7 is wrong\n");
	demo_fail("demo", "%d is %s", 7, "wrong");
}

TEST(demo_unchecked, "a demo fails if what it checks does not hold")
{
	expect(1, "demo: FAILED: this does not hold: it is so\n");
	demo_check("demo", false, "it is so");
}

TEST(demo_no_program, "a demo fails if it cannot start a program, and ends those that it could start")
{
	root.whole = true;
	demo_spawn("demo", "prog", NULL, "%s", "");
	root.spawn = ROOT_E_NAME;
	expect(1, "demo: FAILED: cannot start none x: there is no such program or file in the boot image\n");
	no_child_lives = true;
	demo_spawn("demo", "none", NULL, "%s", "x");
}

TEST(demo_numbers, "numbers: decimal, hexadecimal; what is none, or too large, is the other value")
{
	CHECK(demo_number("12", 7, 100) == 12 && demo_number("0x1f", 7, 100) == 31
	      && !demo_number("0", 7, 9));
	CHECK(demo_number(NULL, 7, 100) == 7 && demo_number("", 7, 100) == 7
	      && demo_number("0x", 7, 100) == 7);
	CHECK(demo_number("101", 7, 100) == 7 && demo_number("1a", 7, 100) == 7
	      && demo_number("-1", 7, 100) == 7);
	CHECK(demo_number("0xg", 7, 100) == 7 && demo_number("18446744073709551615", 7, ~0ul) == ~0ul);
	CHECK(demo_number("18446744073709551616", 7, ~0ul) == 7 && demo_number("100", 7, 100) == 100);
	CHECK(demo_thread("0x1234").raw == 0x1234 && L4_IsNilThread(demo_thread("x")));
}

TEST(demo_records, "a demo sees which pages of a thread's space come from which space")
{
	L4_ThreadId_t me = kernel_thread(MAIN_THREAD);
	struct demo_window w = demo_window("demo", me, WINDOW, 0x4000);

	CHECK(demo_space_of("demo", me) == 5 && w.pages == 2 && w.parent == 2);
	w = demo_window("demo", me, WINDOW, 0x5000);
	CHECK(w.pages == 3 && w.parent == 0);
	CHECK(demo_is_page_fault((L4_MsgTag_t){ .raw = 0xffffffffffe60000 }));
	CHECK(!demo_is_page_fault((L4_MsgTag_t){ .raw = 0xffffffffffd60000 }));
}

TEST(demo_no_record, "a demo fails if the kernel does not show a thread")
{
	expect(1, "demo: FAILED: the kernel's inspection does not show thread 153.1: it is gone\n");
	demo_space_of("demo", kernel_thread(GONE));
}

TEST(demo_no_right, "a demo fails if the kernel's records are refused")
{
	answer(ROOT_INSPECT, 1, ROOT_E_RIGHT);
	spoil.skip = 1;
	expect(1, "demo: FAILED: the kernel's inspection was refused: the program has no right to that; rights"
		  " are in the system description\n");
	demo_window("demo", kernel_thread(MAIN_THREAD), WINDOW, 0x4000);
}

TEST(demo_touched, "a word is read with another pager, and the usual one is back then")
{
	L4_ThreadId_t usual = L4_Pager();
	volatile L4_Word_t word = 0x77;

	CHECK(demo_touch(kernel_thread(GONE), &word) == 0x77 && L4_IsThreadEqual(L4_Pager(), usual));
}
