/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gs_cell.c - the word at gs:0, which both x86 machines have for the UTCB (amd64 2, ia32 1).
 */
#include "machine.h"

static void write_gs(void *unused)
{
	(void)unused;
	gs_write(1);
}

TEST(GPGF0022, "writing gs:0 faults: the cell that holds the UTCB pointer is read-only")
{
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	t = thread_start_pager(write_gs, 0, L4_Myself());
	tag = L4_Receive_Timeout(t, L4_TimePeriod(100000));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(tag_nibble(tag), L4_Writable);
}
