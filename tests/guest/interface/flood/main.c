/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flood - a root server for tests/system/machine: numbered lines through the kernel's console while nothing
 * is read from the serial line. A byte on the emulator's debug port says that the kernel has taken or
 * dropped all of them. Then, after the key `m`, it prints one line more as soon as the serial line takes
 * characters again; after any other key it sleeps, so that the kernel idles.
 */
#include <l4/port.h>
#include <l4/ipc.h>
#include <l4/kdebug.h>
#include <l4/schedule.h>

enum { LINES = 182, DEBUG_PORT = 0xe9, UART_STATUS = 0x3fd, STATUS_EMPTY = 0x20 };

static void say(const char *s)
{
	while (*s)
		L4_KDB_PrintChar(*s++);
}

static void say_line(unsigned n)
{
	char text[] = "line 000 of the flood\n";

	for (unsigned i = 0; i < 3; i++, n /= 10)
		text[7 - i] = (char)('0' + n % 10);
	say(text);
}

static int wait_key(void)
{
	int key;

	while ((key = L4_KDB_ReadChar()) == -1)
		;
	return key & 0xff;
}

void _exit(int status) __attribute__((noreturn));

void _exit(int status)
{
	(void)status;
	for (;;)
		L4_Sleep(L4_Never);
}

int main(void)
{
	say("flood\n");
	wait_key();
	for (unsigned n = 0; n < LINES; n++)
		say_line(n);
	L4_PortOut8(DEBUG_PORT, 'F');
	if (wait_key() != 'm')
		return 0;
	while (!(L4_PortIn8(UART_STATUS) & STATUS_EMPTY))
		;
	say("after\n");
	return 0;
}
