/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exregs.c - see exregs.h.
 */
#include "exregs.h"

struct exregs exchange(L4_ThreadId_t t, word control, struct exregs in)
{
	struct exregs out = { 0 };
	L4_ThreadId_t pager;

	out.result = L4_ExchangeRegisters(t, control, in.sp, in.ip, in.flags, in.handle,
					  (L4_ThreadId_t){ .raw = in.pager }, &out.control, &out.sp,
					  &out.ip, &out.flags, &out.handle, &pager).raw;
	out.pager = pager.raw;
	return out;
}

struct exregs exchange_control(L4_ThreadId_t t, word control)
{
	return exchange(t, control, (struct exregs){ 0 });
}
