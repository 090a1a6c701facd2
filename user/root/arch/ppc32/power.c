/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.c - see power.h: a Power Macintosh turns itself off or starts again when its microcontroller CUDA
 * gets that command over the shift register of a VIA (6522) in the I/O controller (macio.h). If none is found
 * power() returns.
 */
#include <l4/ipc.h>
#include "../../log.h"
#include "../../pool.h"
#include "../../power.h"
#include "../../root.h"
#include "../../sigma.h"
#include "macio.h"

enum {
	VIA = 0x16000, VIA_BYTES = 0x2000,	/* in the controller; registers are 0x200 apart */
	VIA_B = 0, VIA_B_DIRECTION = 0x400, VIA_SHIFT = 0x1400, VIA_CONTROL = 0x1600,
	B_BYTE_ACK = 0x10, B_TRANSFER = 0x20,	/* both are active at 0 */
	SHIFT_OUT = 0x10,
	CUDA_PACKET = 1, CUDA_OFF = 0x0a, CUDA_RESET = 0x11,
	DRAIN_US = 100000,		/* for text on its way out of the console driver */
};

static void drain(void)
{
	L4_Sleep(L4_TimePeriod(DRAIN_US));
}

static void write(volatile uint8_t *via, unsigned at, unsigned value)
{
	via[at] = (uint8_t)value;
	__L4_DeviceOrder();
}

/* Two bytes: the first with the transfer line, the second after the other line has changed. */
static void send(volatile uint8_t *via, unsigned command)
{
	write(via, VIA_B_DIRECTION, B_BYTE_ACK | B_TRANSFER);
	write(via, VIA_CONTROL, SHIFT_OUT);
	write(via, VIA_SHIFT, CUDA_PACKET);
	write(via, VIA_B, B_BYTE_ACK);
	write(via, VIA_SHIFT, command);
	write(via, VIA_B, 0);
	write(via, VIA_B, B_BYTE_ACK | B_TRANSFER);
}

void power(enum root_power what, l4_word_t status)
{
	l4_word_t base;

	(void)status;				/* the machine has no exit status */
	drain();
	log_flush();
	base = macio_base();
	if (base != 0 && sigma_range(base + VIA, VIA_BYTES))
		send(direct(base + VIA), what == ROOT_POWER_REBOOT ? CUDA_RESET : CUDA_OFF);
	drain();
	report("this machine took none of root's ways to %s it; use its switch",
	       what == ROOT_POWER_REBOOT ? "restart" : "turn off");
}
