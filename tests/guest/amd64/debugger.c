/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debugger.c - the debugger's console conventions on int3 (amd64 9); they need kdb=on.
 */
#include "guest.h"

TEST(GKDB0001, "a character and a string can be printed, from this space and another")
{
	L4_KDB_PrintString("# kdb: string\n");
	L4_KDB_PrintChar('#');
	L4_KDB_PrintChar('\n');
}

static void print_elsewhere(void *done)
{
	L4_KDB_PrintString("# kdb: another space\n");
	*(volatile word *)done = 1;
}

TEST(GKDB0002, "a string of another space is read in that space")
{
	static volatile word done;
	struct space s;

	done = 0;
	space_make(&s);
	space_start(&s, print_elsewhere, (void *)&done);
	CHECK_EQ(done, 1);
}

TEST(GKDB0003, "reading a character without waiting returns -1 when none was typed")
{
	CHECK_EQ((word)(long)L4_KDB_ReadChar() & 0xff, 0xff);
}

TEST(GKDB0004, "a string address that is the kernel's, or unmapped, prints nothing of the kernel")
{
	L4_KDB_PrintString((char *)0xffffffff80000000);
	L4_KDB_PrintString((char *)0xffff800000000000);
	L4_KDB_PrintString((char *)0x800000000000);
	L4_KDB_PrintString((char *)0x7ffffffff000);
	L4_KDB_PrintString((char *)0xffffffffffffffff);
}

static void print_unmapped(void *done)
{
	*(volatile word *)done = 0;
	L4_KDB_PrintString((char *)(word)WINDOW);
	*(volatile word *)done = 1;
}

TEST(GKDB0005, "a string on a page that is not there yet is a read fault of the thread, then it is printed")
{
	static volatile word done;
	struct space s;
	L4_Fpage_t f = fpage(pool(0), 12, L4_ReadWriteOnly);
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	done = 0;
	space_make(&s);
	*(volatile word *)pool(0) = 0x0a6b6f2023;	/* "# ok\n" */
	t = space_start_pager(&s, print_unmapped, (void *)&done, L4_Myself());
	tag = pager_serve(t);
	CHECK_EQ(tag.raw, 0xffffffffffe40002);
	CHECK_EQ(mr(1), WINDOW);
	load_map(1, f, WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	pager_serve(t);			/* of the image it may still miss a page */
	CHECK_EQ(done, 1);
}
