/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - feeds QEMU's watchdog ib700, which raises an NMI when it is not fed (tools/run).
 *
 * Under QEMU's TCG a program can enter virtual-8086 mode with interrupts off, which stops the machine; the
 * NMI enters the kernel, which ends that mode (docs/caveats.md). Without that watchdog the port is no
 * device's. Other machines have another device there, perhaps, and not that fault.
 */
#include <l4/port.h>
#include <l4/ipc.h>
#include <pecan/cpu.h>
#include <pecan/device.h>
#include <pecan/system.h>

enum {
	PORT = 0x443,			/* writing n starts it: 30 - 2 * n seconds */
	FOR_30_S = 0,
	PAUSE_US = 20000000,
};

int main(void)
{
	enum root_error e;

	if (!cpu_is_tcg())
		return 0;
	e = pecan_ports(PORT, 0);
	if (e != ROOT_OK) {
		pecan_logf("no port: %s", pecan_error_text(e));
		return 1;
	}
	for (;;) {
		L4_PortOut8(PORT, FOR_30_S);
		L4_Sleep(L4_TimePeriod(PAUSE_US));
	}
}
