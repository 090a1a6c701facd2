/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limits.c - whether this CPU enforces the limits of segments. That of GS, of four bytes, shows it: the word
 * behind it is mapped, so an emulator without limits reads it.
 */
#include "machine.h"

static volatile bool passed;

static void read_behind(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	gs_read_behind();
	passed = true;
}

bool limits_enforced(void)
{
	static L4_ThreadId_t handler;
	L4_ThreadId_t t;

	handler = L4_Myself();
	passed = false;
	t = thread_start(read_behind, &handler);
	L4_Receive_Timeout(t, L4_TimePeriod(1000));
	thread_delete(t);
	return !passed;
}
