/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.c - see keyboard.h. The controller translates to scan code set 1, which every PC's
 * firmware leaves on: a byte per key, bit 7 set at release, 0xe0 before the keys of the grey block.
 */
#include <l4/port.h>
#include <proto/console.h>

#include "keyboard.h"

enum {
	STATUS_FULL = 1, STATUS_MOUSE = 0x20,
	NO_CONTROLLER = 0xff,
	BYTES_BOUND = 64,
	RELEASE = 0x80, PREFIX = 0xe0,
	SCAN_CTRL = 0x1d, SCAN_SHIFT_LEFT = 0x2a, SCAN_SHIFT_RIGHT = 0x36, SCAN_CAPS = 0x3a,
	SCAN_SYSRQ = 0x54,		/* Print Screen with Alt */
};

static struct { bool prefix, shift, ctrl, caps; } held;

static const char plain[] =
	"\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

static void send(void (*received)(unsigned char), const char *text)
{
	while (*text)
		received((unsigned char)*text++);
}

static void grey_key(unsigned code, void (*received)(unsigned char))
{
	switch (code) {
	case 0x47: send(received, "\033[H"); break;
	case 0x48: send(received, "\033[A"); break;
	case 0x4b: send(received, "\033[D"); break;
	case 0x4d: send(received, "\033[C"); break;
	case 0x4f: send(received, "\033[F"); break;
	case 0x50: send(received, "\033[B"); break;
	case 0x53: send(received, "\033[3~"); break;
	case 0x1c: send(received, "\r"); break;
	case 0x35: send(received, "/"); break;
	case 0x37: received(CONSOLE_ATTENTION_KEY); break;	/* Print Screen */
	}
}

static void main_key(unsigned code, void (*received)(unsigned char))
{
	unsigned char c;

	if (code >= sizeof plain - 1) {
		if (code == SCAN_SYSRQ)
			received(CONSOLE_ATTENTION_KEY);
		else if (code >= 0x47 && code <= 0x53)
			grey_key(code, received);	/* keypad, as without Num Lock */
		return;
	}
	c = (unsigned char)(held.shift ? shifted[code] : plain[code]);
	if (held.caps && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
		c ^= 0x20;
	if (held.ctrl && c >= 0x40 && c < 0x7f)
		c &= 0x1f;
	if (c)
		received(c);
}

static void scan(unsigned byte, void (*received)(unsigned char))
{
	bool down = !(byte & RELEASE), prefix = held.prefix;
	unsigned code = byte & ~(unsigned)RELEASE;

	held.prefix = byte == PREFIX;
	if (held.prefix)
		return;
	if (code == SCAN_CTRL)
		held.ctrl = down;
	else if (!prefix && (code == SCAN_SHIFT_LEFT || code == SCAN_SHIFT_RIGHT))
		held.shift = down;
	else if (!prefix && code == SCAN_CAPS)
		held.caps ^= down;
	else if (down && prefix)
		grey_key(code, received);
	else if (down)
		main_key(code, received);
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
	held.prefix = held.shift = held.ctrl = held.caps = false;
	return true;
}
