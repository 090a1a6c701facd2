/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.c - the first serial port, and QEMU's isa-debug-exit, by I/O ports.
 */
#include "log.h"
#include "machine.h"
#include "supervisor.h"

enum { UART = 0x3f8, UART_STATUS = UART + 5, UART_EMPTY = 0x20, QEMU_EXIT_PORT = 0xf4 };

void serial_put(char c)
{
	while (!(port_in8(UART_STATUS) & UART_EMPTY))
		;
	port_out8(UART, (word)c);
}

void emulator_exit(word status)
{
	if (!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(QEMU_EXIT_PORT, 4))))
		port_out32(QEMU_EXIT_PORT, status);
}
