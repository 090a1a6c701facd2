/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - see report.h. A report has a bit for each of eight modifiers, and up to six other keys.
 */
#include <proto/console.h>
#include <stdbool.h>
#include <string.h>

#include "report.h"

enum { KEYS_AT = 2, USAGE_ERROR = 3, DELAY_US = 500000, PERIOD_US = 40000, G = CONSOLE_KEY_GREY };

/* Of the modifiers, from bit 0 on. */
static const uint8_t modifier[] = { 0x1d, 0x2a, 0x38, G | 0x5b, G | 0x1d, 0x36, G | 0x38, G | 0x5c };

/* Of the usages of page 7 from 4 (the letter A) on; 0: a key that the console has not. */
enum { FIRST_USAGE = 4 };
static const uint8_t key[] = {
	0x1e, 0x30, 0x2e, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26, 0x32,	/* A to M */
	0x31, 0x18, 0x19, 0x10, 0x13, 0x1f, 0x14, 0x16, 0x2f, 0x11, 0x2d, 0x15, 0x2c,	/* N to Z */
	0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,			/* 1 to 9, 0 */
	0x1c, 0x01, 0x0e, 0x0f, 0x39, 0x0c, 0x0d, 0x1a, 0x1b, 0x2b, 0x2b,		/* Enter to Non-US # */
	0x27, 0x28, 0x29, 0x33, 0x34, 0x35, 0x3a,					/* ; to Caps Lock */
	0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x41, 0x42, 0x43, 0x44, 0x57, 0x58,		/* F1 to F12 */
	G | 0x37, 0x46, 0, G | 0x52, G | 0x47, G | 0x49, G | 0x53, G | 0x4f, G | 0x51,	/* Print to Page Down */
	G | 0x4d, G | 0x4b, G | 0x50, G | 0x48,						/* right, left, down, up */
	0x45, G | 0x35, 0x37, 0x4a, 0x4e, G | 0x1c,					/* Num Lock to Enter */
	0x4f, 0x50, 0x51, 0x4b, 0x4c, 0x4d, 0x47, 0x48, 0x49, 0x52, 0x53,		/* keypad: 1 to 9, 0, . */
	0x56, G | 0x5d,									/* Non-US \, menu */
};

static unsigned key_of(uint8_t usage)
{
	unsigned i = usage - (unsigned)FIRST_USAGE;

	return i < sizeof(key) ? key[i] : 0;
}

static bool has(const uint8_t report[REPORT_BYTES], uint8_t usage)
{
	return memchr(report + KEYS_AT, usage, REPORT_BYTES - KEYS_AT) != NULL;
}

static void take_modifiers(uint8_t before, uint8_t after, report_press *press)
{
	for (unsigned i = 0; i < sizeof(modifier); i++)
		if ((before ^ after) >> i & 1)
			press(modifier[i] | (after >> i & 1 ? 0 : (unsigned)CONSOLE_KEY_RELEASED));
}

void report_take(struct report *r, const uint8_t report[REPORT_BYTES], uint64_t now, report_press *press)
{
	if (report[KEYS_AT] != 0 && report[KEYS_AT] <= USAGE_ERROR)	/* more keys than it can tell apart */
		return;
	take_modifiers(r->last[0], report[0], press);
	for (unsigned i = KEYS_AT; i < REPORT_BYTES; i++) {
		unsigned up = key_of(r->last[i]);

		if (up == 0 || has(report, r->last[i]))
			continue;
		press(up | CONSOLE_KEY_RELEASED);
		r->repeats = r->repeats == up ? 0 : r->repeats;
	}
	for (unsigned i = KEYS_AT; i < REPORT_BYTES; i++) {
		unsigned down = key_of(report[i]);

		if (down == 0 || has(r->last, report[i]))
			continue;
		press(down);
		r->repeats = down;
		r->due = now + DELAY_US;
	}
	memcpy(r->last, report, REPORT_BYTES);
}

uint64_t report_repeat(struct report *r, uint64_t now, report_press *press)
{
	if (r->repeats == 0)
		return REPORT_NEVER;
	if (now >= r->due) {
		press(r->repeats);
		r->due = now + PERIOD_US;
	}
	return r->due;
}

void report_release(struct report *r, report_press *press)
{
	static const uint8_t none[REPORT_BYTES];

	report_take(r, none, 0, press);
}

void report_release_modifiers(report_press *press) { take_modifiers(0xff, 0, press); }
