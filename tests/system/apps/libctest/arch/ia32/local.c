/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.c - variables that each thread has for itself: ia32 has none (tools/check-tls).
 */
#include "../../libctest.h"

void test_local(void)
{
	leave_out("thread-local variables have their first values");
	leave_out("each thread has its own thread-local variables");
	leave_out("and the first thread's are as before");
}
