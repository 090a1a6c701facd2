/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - the clock (time-stamp counter) and the one-shot timer (local APIC, or the board's).
 */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <arch/cpu.h>

/* The clock: us = (TSC - start) * scale >> TIME_SHIFT (cpu_word.h). On ia32, scale has 32 bits. */
struct time_clock { uint64_t start, scale; };
extern struct time_clock time_clock;

/* arch_time_now, inline: a multiplication by a fixed-point number. */
static inline uint64_t arch_clock(void)
{
	return cpu_us(cpu_tsc() - time_clock.start, &time_clock.scale);
}

/*
 * Exclude the time since the TSC had the value `since` from the clock. A timer that was set before then
 * fires early, and core sets it again.
 */
static inline void time_exclude(uint64_t since) { time_clock.start += cpu_tsc() - since; }

/* From now on the timer of a local APIC is set for at most `us`; any other has such a limit already. */
void time_poll(uint64_t us);

struct boot_info;

/* Measure the counters against the board's clock. Returns 0, or an error text. */
const char *time_init(struct boot_info *boot);

/* Returns the frequency of the TSC in kHz. */
uint32_t time_cpu_khz(void);

#endif
