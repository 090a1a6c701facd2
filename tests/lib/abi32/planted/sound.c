/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sound.c - right for words of 32 bits: it compiles, so that the other files here fail for their fault alone.
 */
#include <proto/rtc_client.h>
#include <pecan/addresses.h>
#include <x2/arch.h>

L4_Word64_t sound(L4_Word_t word);

L4_Word64_t sound(L4_Word_t word)
{
	return (L4_Word64_t)word << 32 | PECAN_MAP_BASE;
}
