/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - the clock (time base) and the one-shot timer (decrementer). The time base has the value 0 at the
 * clock's 0, so us = time base * clock_scale >> 32 (local.h, also in assembly).
 */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <arch/cpu.h>

extern uint32_t time_scale;	/* = clock_scale */

/* arch_time_now, inline: two multiplications by a fixed-point number. */
static inline uint64_t arch_clock(void)
{
	uint64_t tb = cpu_tb();

	return (tb >> 32) * time_scale + ((uint64_t)(uint32_t)tb * time_scale >> 32);
}

/* Exclude the time since the time base had the value `since` from the clock: sets the time base back. */
void time_exclude(uint64_t since);

/* From now on the timer is set for at most `us`. */
void time_poll(uint64_t us);

struct board_info;
void time_init(const struct board_info *board);

/* Returns the frequency of the CPU in kHz. */
uint32_t time_cpu_khz(void);

#endif
