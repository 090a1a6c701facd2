/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - microseconds since boot from the time base, and the one-shot timer, the decrementer, which counts
 * at the same rate. A conversion is a multiplication by a fixed-point number.
 */
#include <core/arch.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/time.h>
#include <lib/print.h>
#include <lib/section.h>
#include "local.h"

enum {
	US_PER_S = 1000000,
	TICKS_SHIFT = 20,			/* ticks = us * tick_scale >> 20 */
	TICKS_MAX = INT32_MAX,			/* the decrementer interrupts when it becomes negative */
};

uint32_t time_scale;

static struct { uint32_t tick_scale, us_max, khz; } clock;	/* us_max: the longest delay */

uint64_t arch_time_now(void) { return arch_clock(); }

void arch_timer_in(uint64_t us)
{
	if (us > clock.us_max)
		us = clock.us_max;
	cpu_set_dec((l4_word_t)(us * clock.tick_scale >> TICKS_SHIFT) + 1);
}

void time_poll(uint64_t us)
{
	if (clock.us_max > us)
		clock.us_max = (uint32_t)us;
	arch_timer_in(us);
}

void time_exclude(uint64_t since) { cpu_set_tb(since); }

/* hz is above 1 MHz, so time_scale has 32 bits. */
BOOT_CODE void time_init(const struct board_info *board)
{
	uint32_t hz = board->tb_hz;

	time_scale = cpu_local()->clock_scale = (uint32_t)(((uint64_t)US_PER_S << 32) / hz);
	clock.tick_scale = (uint32_t)(((uint64_t)hz << TICKS_SHIFT) / US_PER_S);
	clock.us_max = (uint32_t)((uint64_t)(TICKS_MAX - 1) * US_PER_S / hz);
	clock.khz = board->cpu_hz / 1000;
	cpu_set_tb(0);
	printk("clock: time base %u kHz, CPU %u kHz\n", hz / 1000, clock.khz);
}

BOOT_CODE uint32_t time_cpu_khz(void) { return clock.khz; }
