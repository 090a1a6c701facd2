/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm.h - see arch/x86/storm.h: the first timer of CUDA's VIA (6522), with a clock of 783,360 Hz. A read of
 * the lower half of its counter clears the interrupt.
 */
#ifndef ATTACK_STORM_H
#define ATTACK_STORM_H

#include "macio.h"
#include "map.h"

enum { STORM_LINE = 0x12, STORM_RATE = 8192 };

enum {
	VIA = 0x16000, VIA_AT = 0x71010000, VIA_LOG2 = 13, VIA_HZ = 783360,
	T1_LOW = 0x800, T1_HIGH = 0xa00, T1_LATCH_LOW = 0xc00, T1_LATCH_HIGH = 0xe00,
	VIA_MODE = 0x1600, MODE_T1_REPEATS = 0x40,
	VIA_ENABLE = 0x1c00, ENABLE = 0x80, T1 = 0x40,
	T1_RELOAD = 2,				/* so many clocks more than the latch */
};

static inline volatile uint8_t *via(word at) { return (volatile uint8_t *)VIA_AT + at; }

static inline void storm_get(void)
{
	static bool there;

	for (word at = 0; !there && at < 1 << VIA_LOG2; at += PAGE)
		macio_page(VIA + at, VIA_AT + at);
	there = true;
}

static inline void storm_give(struct space *s)
{
	struct received r;

	map_into(s, fpage(VIA_AT, VIA_LOG2, RW), VIA_AT, L4_CompleteAddressSpace, &r);
	CHECK_EQ(r.error, 0);
}

static inline void storm_clear(void) { (void)*via(T1_LOW); }

static inline void storm_set(bool on)
{
	word latch = VIA_HZ / STORM_RATE - T1_RELOAD;

	*via(VIA_ENABLE) = T1;
	storm_clear();
	if (!on)
		return;
	*via(VIA_MODE) = MODE_T1_REPEATS;
	*via(T1_LATCH_LOW) = (uint8_t)latch;
	*via(T1_LATCH_HIGH) = (uint8_t)(latch >> 8);
	*via(T1_HIGH) = (uint8_t)(latch >> 8);
	*via(VIA_ENABLE) = ENABLE | T1;
}

#endif
