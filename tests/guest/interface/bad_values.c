/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bad_values.c - see bad_values.h.
 */
#include "bad_values.h"

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
