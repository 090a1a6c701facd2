/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.h - the devices of a PC that have fixed ports: clock, serial line, keyboard, the registers of the
 * screen. A test sets what they answer, also what no such device does.
 */
#ifndef TESTS_DRIVERS_DEVICES_H
#define TESTS_DRIVERS_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Registers by their numbers; while it is updated, those of the time read as 0xff. */
enum { CLOCK_A = 10, CLOCK_B, CLOCK_C, CLOCK_IRQ = 8 };
extern struct clock_chip {
	uint8_t reg[128];
	unsigned updating;		/* for so many reads of register A; ~0u: for ever */
	unsigned changes;		/* after so many reads of registers the time is `next`; 0: never */
	uint8_t next[10];
} clock_chip;

/* What a clock does sixteen times a second. */
void clock_ticks(void);
void clock_set(const uint8_t time[10], uint8_t mode);	/* registers 0 to 9, and B */

enum { SERIAL_IRQ = 4, SERIAL_TEXT = 65536 };
extern struct serial {
	bool present, stuck;		/* stuck: it sends nothing */
	unsigned babbles;		/* so many bytes are received that no terminal has sent */
	char sent[SERIAL_TEXT];
	unsigned bytes;			/* sent */
	uint8_t reg[8];
} serial;

void serial_type(const char *text);

/* Returns true if the device was sent this text. Then all text up to its end is dropped. */
bool serial_sent(const char *part);

enum { KEYBOARD_LINE = 1 };
extern struct keyboard {
	bool present, babbles, mouse;	/* mouse: what is typed is the mouse's */
	uint8_t queue[256];
	unsigned first, count;
} keyboard;

void keyboard_types(const uint8_t *codes, unsigned n);

extern struct crtc { uint8_t index, reg[256]; } crtc;

extern struct watchdog_timer { unsigned fed; uint8_t value; } watchdog_timer;

#endif
