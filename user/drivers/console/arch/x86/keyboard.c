/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.c - see keyboard.h. The controller translates to scan code set 1, which every PC's
 * firmware leaves on: a byte per key, bit 7 set at release, 0xe0 before the keys of the grey block.
 */
#include <l4/port.h>
#include <proto/console.h>

#include "../../keys.h"
#include "keyboard.h"

enum {
	STATUS_FULL = 1, STATUS_MOUSE = 0x20,
	NO_CONTROLLER = 0xff,
	BYTES_BOUND = 64,
	RELEASE = 0x80, PREFIX = 0xe0,
};

static bool prefix;			/* the last byte was one */

static void scan(unsigned byte, void (*received)(unsigned char))
{
	unsigned key = byte & ~(unsigned)RELEASE;

	if (byte & RELEASE)
		key |= CONSOLE_KEY_RELEASED;
	if (prefix)
		key |= CONSOLE_KEY_GREY;
	prefix = byte == PREFIX;
	if (!prefix)
		keys_take(key, received);
}

void keyboard_interrupt(void (*received)(unsigned char))
{
	for (unsigned i = 0; i < BYTES_BOUND; i++) {
		uint8_t status = L4_PortIn8(KEYBOARD_STATUS), byte;

		if (!(status & STATUS_FULL))
			return;
		byte = L4_PortIn8(KEYBOARD_DATA);
		if (!(status & STATUS_MOUSE))
			scan(byte, received);
	}
}

static void forget(unsigned char c) { (void)c; }

bool keyboard_init(void)
{
	if (L4_PortIn8(KEYBOARD_STATUS) == NO_CONTROLLER)
		return false;
	keyboard_interrupt(forget);
	prefix = false;
	keys_forget();
	return true;
}
