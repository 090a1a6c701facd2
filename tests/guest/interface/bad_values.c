/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bad_values.c - see bad_values.h.
 */
#include "bad_values.h"

const word wild[WILDS] = {
	0, 1, 2, 0x3f, 0x40, 0x3ff, 0x400, 0xfff, 0x1000, 0x1001, 0xffff, 0x10000, 0xbf000000,
	0xbf000200, 0xbf000201, 0xbff00000, 0x100000000, 0x7fffffffe000, 0x7fffffffefff,
	0x7ffffffff000, 0x7fffffffffff, 0x800000000000, 0x800000000040, 0xffff7fffffffffff,
	0xffff800000000000, 0xffffff0000000000, 0xffffffff80000000, 0xffffffffc0000000,
	0xfffffffffffff000, 0xffffffffffffffc0, 0xfffffffffffffffe, 0xffffffffffffffff,
	0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 0x8000000000000000, 0x4000000000000000,
};

bool precious(word id)
{
	return id == L4_MyGlobalId().raw || id == supervisor.raw || id == L4_GlobalId(user_base, 1).raw
	    || L4_IsLocalId((L4_ThreadId_t){ .raw = id });
}

void check_alive(void)
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	r = (struct receiver){ .from = L4_Myself() };
	t = space_start(&s, receive_once, &r);
	msg_load(6, 10, 600);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK(r.got.done);
	CHECK_EQ(r.got.mr[10], 610);
	space_delete(&s);
	sleep_us(500);
}
