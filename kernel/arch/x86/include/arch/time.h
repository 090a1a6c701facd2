/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - the clock (time-stamp counter) and the one-shot timer (local APIC, or the board's).
 */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <arch/cpu.h>

/* The clock: us = ticks of the time-stamp counter since start * scale >> TIME_SHIFT. */
enum { TIME_SHIFT = 43 };
struct time_clock { uint64_t start, scale; };
extern struct time_clock time_clock;

/* arch_time_now, in place: a multiplication by a fixed-point number. */
static inline uint64_t arch_clock(void)
{
	return cpu_scale(cpu_tsc() - time_clock.start, &time_clock.scale, TIME_SHIFT);
}

/*
 * The clock stood still since the time-stamp counter had that value. A timer that was set before then fires
 * early, and core sets it again.
 */
static inline void time_leave_out(uint64_t since) { time_clock.start += cpu_tsc() - since; }

struct boot_info;

/* Measure the counters against the board's clock. 0, or what is missing. */
const char *time_init(struct boot_info *boot);

/* Frequency of the time-stamp counter. */
uint32_t time_cpu_khz(void);

#endif
