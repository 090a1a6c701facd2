/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.c - see devices.h: the serial line of a Power Mac. There is no keyboard, and no screen of text.
 */
#include <l4/ipc.h>
#include <pecan/device.h>
#include <pecan/memory.h>
#include <pecan/powerpc/macio.h>
#include <proto/console.h>

#include "../../devices.h"
#include "escc.h"

/* The interrupt is attached first: an edge before that would be lost. */
L4_Word_t devices_open(void)
{
	void *registers;

	if (pecan_irq_attach(MACIO_ESCC_IRQ, L4_nilthread) != ROOT_OK
	    || pecan_phys(MACIO_ESCC, ESCC_BYTES, &registers) != ROOT_OK || !escc_init(registers))
		return 0;
	return CONSOLE_SERIAL;
}

bool devices_text(L4_Word_t address, unsigned columns, unsigned rows, struct display *d)
{
	(void)address, (void)columns, (void)rows, (void)d;
	return false;
}

bool devices_interrupt(L4_Word_t parts, L4_ThreadId_t from, void (*typed)(unsigned char))
{
	if (!(parts & CONSOLE_SERIAL) || L4_IsThreadNotEqual(from, pecan_irq_id(MACIO_ESCC_IRQ)))
		return false;
	escc_interrupt(typed);
	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(from, L4_ZeroTime);
	escc_interrupt(typed);
	return true;
}
