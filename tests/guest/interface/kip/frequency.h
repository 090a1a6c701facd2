/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frequency.h - the frequency of the counter that cpu_ticks reads, by the kernel's clock.
 */
#ifndef FREQUENCY_H
#define FREQUENCY_H

#include "machine.h"

/* In kHz: how many times the counter moves on in a millisecond of the clock, over 20 of them. */
static inline word measured_khz(void)
{
	word start = now(), us;
	uint64_t begin;

	while (now() == start)
		continue;
	start = now();
	begin = cpu_ticks();
	while ((us = now() - start) < 20000)
		continue;
	return (word)((cpu_ticks() - begin) * 1000 / us);
}

#endif
