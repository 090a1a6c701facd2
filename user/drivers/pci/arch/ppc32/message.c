/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - see message.h: there is no place for messages. The kernel has no feature `msi`.
 */
#include "../../message.h"

uint32_t message_address(void) { return 0; }

uint32_t message_data(L4_Word_t irq)
{
	(void)irq;
	return 0;
}
