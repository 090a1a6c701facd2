/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.c - see keys.h. The codes are those of scan code set 1.
 */
#include <proto/console.h>
#include <stdbool.h>

#include "keys.h"

enum {
	SCAN_CTRL = 0x1d, SCAN_SHIFT_LEFT = 0x2a, SCAN_SHIFT_RIGHT = 0x36, SCAN_CAPS = 0x3a,
	SCAN_SYSRQ = 0x54,		/* Print Screen with Alt */
};

static struct { bool shift, ctrl, caps; } held;

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

void keys_take(unsigned key, void (*received)(unsigned char))
{
	bool down = !(key & CONSOLE_KEY_RELEASED), grey = key & CONSOLE_KEY_GREY;
	unsigned code = key & CONSOLE_KEY_CODE;

	if (code == SCAN_CTRL)
		held.ctrl = down;
	else if (!grey && (code == SCAN_SHIFT_LEFT || code == SCAN_SHIFT_RIGHT))
		held.shift = down;
	else if (!grey && code == SCAN_CAPS)
		held.caps ^= down;
	else if (down && grey)
		grey_key(code, received);
	else if (down)
		main_key(code, received);
}

void keys_forget(void) { held.shift = held.ctrl = held.caps = false; }
