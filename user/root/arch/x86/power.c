/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.c - see power.h: a PC, by the ways that need no ACPI interpreter:
 * the ports of the chip sets that emulators have, and for a restart those that every PC has. If none
 * works power() returns.
 */
#include <l4/ipc.h>
#include <l4/port.h>
#include <root/device/power.h>
#include <root/memory/sigma.h>
#include <root/report/log.h>
#include <root/root.h>

enum {
	ACPI_PM_CONTROL = 0x604,	/* PIIX4 and ICH9 as QEMU's firmware sets them up */
	ACPI_PM_CONTROL_BOCHS = 0xb004,
	ACPI_SLEEP_5 = 0x2000,		/* SLP_EN, sleep type 0 */
	DEBUG_EXIT = 0xf4,		/* QEMU's isa-debug-exit: ends with status << 1 | 1 */
	RESET_CONTROL = 0xcf9, RESET_HARD = 0x02, RESET_NOW = 0x06,
	KEYBOARD_COMMAND = 0x64, KEYBOARD_RESET = 0xfe,
	DRAIN_US = 100000,		/* for text on its way out of the console driver */
};

static void out16(l4_word_t port, l4_word_t value)
{
	if (sigma_ports(port, port + 1))
		L4_PortOut16((L4_Word16_t)port, (L4_Word16_t)value);
}

static void out8(l4_word_t port, l4_word_t value)
{
	if (sigma_ports(port, port))
		L4_PortOut8((L4_Word16_t)port, (L4_Word8_t)value);
}

static void drain(void)
{
	L4_Sleep(L4_TimePeriod(DRAIN_US));
}

void power(enum root_power what, l4_word_t status)
{
	drain();
	log_flush();
	if (what == ROOT_POWER_REBOOT) {
		out8(RESET_CONTROL, RESET_HARD);
		out8(RESET_CONTROL, RESET_NOW);
		drain();
		out8(KEYBOARD_COMMAND, KEYBOARD_RESET);
	} else {
		if (status != 0)
			out8(DEBUG_EXIT, status);
		out16(ACPI_PM_CONTROL, ACPI_SLEEP_5);
		out16(ACPI_PM_CONTROL_BOCHS, ACPI_SLEEP_5);
		drain();
		out8(DEBUG_EXIT, status);
	}
	drain();
	report("this machine took none of root's ways to %s it; use its switch",
	       what == ROOT_POWER_REBOOT ? "restart" : "turn off");
}

bool power_uses(l4_word_t first, l4_word_t last)
{
	return first <= ACPI_PM_CONTROL_BOCHS + 1 && last >= ACPI_PM_CONTROL_BOCHS;
}
