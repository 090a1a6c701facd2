/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.c - see power.h: a Power Macintosh turns itself off or starts again when its microcontroller CUDA
 * gets that command over a VIA (6522) in the I/O controller (macio.h). If none is found power() returns.
 */
#include <l4/ipc.h>
#include <pecan/powerpc/cuda.h>
#include <pecan/powerpc/macio.h>
#include <root/device/power.h>
#include <root/memory/pool.h>
#include <root/memory/sigma.h>
#include <root/report/log.h>
#include <root/root.h>
#include "macio.h"

enum {
	DRAIN_US = 100000,			/* for text on its way out of the console driver */
	TRIES = 50,
};

static void drain(void)
{
	L4_Sleep(L4_TimePeriod(DRAIN_US));
}

void power(enum root_power what, l4_word_t status)
{
	const uint8_t packet[] = { CUDA_PACKET, what == ROOT_POWER_REBOOT ? CUDA_RESET : CUDA_POWER_DOWN };
	uint8_t reply[CUDA_REPLY];
	l4_word_t base, via;
	bool found;

	(void)status;				/* the machine has no exit status */
	drain();
	log_flush();
	base = macio_base();
	via = base + (MACIO_CUDA - MACIO_BASE);
	found = base != 0 && sigma_range(via, CUDA_BYTES);
	/* CUDA may be late, or in the middle of an exchange with the clock's driver. */
	for (unsigned i = 0; found && i < TRIES; i++)
		cuda_exchange(direct(via), packet, sizeof packet, reply);
	drain();
	report("this machine took none of root's ways to %s it; use its switch",
	       what == ROOT_POWER_REBOOT ? "restart" : "turn off");
}

bool power_uses(l4_word_t first, l4_word_t last)
{
	(void)first;
	(void)last;
	return false;
}
