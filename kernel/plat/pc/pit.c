/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pit.c - the 8254 timer: channel 2 is the reference clock, channel 0 the one-shot timer for CPUs without a
 * local APIC. On newer boards it may be switched off.
 */
#include <arch/board.h>
#include <arch/port.h>
#include <lib/section.h>
#include "pc.h"

enum { CHANNEL0 = 0x40, CHANNEL2 = 0x42, CONTROL = 0x43, GATE = 0x61 };
enum { GATE2_ON = 1, SPEAKER_ON = 2 };
enum { MODE0_CHANNEL0 = 0x30, MODE0_CHANNEL2 = 0xb0, LATCH_CHANNEL2 = 0x80 };	/* low, then high byte */

/* PIT_HZ: ticks = us * TICKS_SCALE >> 16, without a division. */
enum { TICKS_SCALE = 78196, TICKS_SHIFT = 16, LONGEST_US = 50000 };

/* A running timer has changed after so many reads: one read takes longer than a tick. */
enum { TICK_POLLS = 10000 };

static void load(uint16_t channel, uint32_t ticks)
{
	port_out8(channel, (uint8_t)ticks);
	port_out8(channel, (uint8_t)(ticks >> 8));
}

static uint32_t ticks_of(uint64_t us) { return (uint32_t)(us * TICKS_SCALE >> TICKS_SHIFT); }

BOOT_CODE bool pit_start(void)
{
	uint16_t first;

	port_out8(GATE, (uint8_t)((port_in8(GATE) & ~SPEAKER_ON) | GATE2_ON));
	port_out8(CONTROL, MODE0_CHANNEL2);
	load(CHANNEL2, UINT16_MAX);
	first = pit_count();
	for (unsigned i = 0; i < TICK_POLLS; i++)
		if (pit_count() != first)
			return true;
	return false;
}

BOOT_CODE uint16_t pit_count(void)
{
	uint8_t low;

	port_out8(CONTROL, LATCH_CHANNEL2);
	low = port_in8(CHANNEL2);
	return (uint16_t)(low | port_in8(CHANNEL2) << 8);
}

BOOT_CODE bool plat_timer_init(struct boot_info *boot)
{
	pc_reserve_ports(boot, CHANNEL0, CONTROL - CHANNEL0 + 1);
	port_out8(CONTROL, MODE0_CHANNEL0);	/* without a count: the output stays low */
	pic_unmask(PIC_TIMER);
	return pit_start();
}

void plat_timer_set(uint64_t us)
{
	port_out8(CONTROL, MODE0_CHANNEL0);
	load(CHANNEL0, ticks_of(us < LONGEST_US ? us : LONGEST_US) + 1);
}
