/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.c - the PC's real-time clock: interrupt 8, ports 0x70 and 0x71.
 *
 * A driver is an ordinary program. The system description gives it its interrupt and its ports; root hands
 * them out on request. The interrupt is a thread: it sends an empty message to the driver when it occurs, and
 * stays masked until the driver sends an empty message back.
 */
#include <l4/ipc.h>
#include <l4/port.h>
#include <pecan/device.h>
#include <pecan/print.h>

enum {
	PORT = 0x70, PORTS_LOG2 = 1, IRQ = 8,
	SECONDS = 0x00, MINUTES = 0x02, HOURS = 0x04, CONTROL = 0x0b, CAUSE = 0x0c,
	EACH_SECOND = 0x10,		/* bit of CONTROL: interrupt after each update of the time */
	SHOWN = 3,
};

static unsigned get(unsigned reg)
{
	L4_PortOut8(PORT, (L4_Word8_t)reg);
	return L4_PortIn8(PORT + 1);
}

static void set(unsigned reg, unsigned value)
{
	L4_PortOut8(PORT, (L4_Word8_t)reg);
	L4_PortOut8(PORT + 1, (L4_Word8_t)value);
}

int main(void)
{
	enum root_error e = pecan_ports(PORT, PORTS_LOG2);

	if (e == ROOT_OK)
		e = pecan_irq_attach(IRQ, L4_nilthread);	/* nilthread: messages to this thread */
	if (e != ROOT_OK) {
		printf("driver: %s\n", pecan_error_text(e));
		return 1;
	}
	set(CONTROL, get(CONTROL) | EACH_SECOND);
	(void)get(CAUSE);			/* the chip interrupts again when this has been read */
	for (unsigned n = 1; n <= SHOWN; n++) {
		L4_MsgTag_t tag = L4_Receive(pecan_irq_id(IRQ));

		if (L4_IpcFailed(tag))
			return 1;
		(void)get(CAUSE);
		printf("driver: interrupt %u, the clock shows %02x:%02x:%02x\n", n, get(HOURS), get(MINUTES),
		       get(SECONDS));
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(pecan_irq_id(IRQ));	/* unmask */
	}
	return 0;
}
