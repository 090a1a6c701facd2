/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_entry.c - where a thread of pecan_thread_start begins: as by a call, so that at entry SP is 8 below
 * a multiple of 16, where the return address would be.
 */
#include <l4/types.h>

void pecan_thread_entry(void);
void pecan_thread_main(void *start) __attribute__((noreturn));

void pecan_thread_entry(void)
{
	pecan_thread_main((char *)__builtin_frame_address(0) + 2 * sizeof(L4_Word_t));
}
