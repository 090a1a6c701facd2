/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kdb.c - the debugger's console conventions on int3 (amd64 9); they need kdb=on.
 */
#include "guest.h"

TEST(KDB0001, "a character and a string can be printed, from this space and another")
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

TEST(KDB0002, "a string of another space is read in that space")
{
	static volatile word done;
	struct space s;

	done = 0;
	space_make(&s);
	space_start(&s, print_elsewhere, (void *)&done);
	CHECK_EQ(done, 1);
}

TEST(KDB0003, "reading a character without waiting returns -1 when none was typed")
{
	CHECK_EQ((word)(long)L4_KDB_ReadChar() & 0xff, 0xff);
}

TEST(KDB0004, "a string address that is the kernel's, or nowhere, prints nothing of the kernel")
{
	L4_KDB_PrintString((char *)0xffffffff80000000);
	L4_KDB_PrintString((char *)0x800000000000);
	L4_KDB_PrintString((char *)0x123456789000);
}
