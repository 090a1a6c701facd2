/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - microseconds since boot from the time-stamp counter, and the one-shot timer.
 *
 * Both counters are measured once against the board's clock. After that a conversion is a
 * multiplication by a fixed-point number: arch_time_now does not divide.
 */
#include <core/arch.h>
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/time.h>
#include <lib/print.h>
#include <lib/section.h>

enum {
	MEASURE_COUNT	= 24000,		/* of 16 bits: 20 ms of an 8254, 7 ms of an ACPI timer */
	MEASUREMENTS	= 100,
	SAMPLES		= 16,
	US_PER_S	= 1000000,
	TSC_HZ_LEAST	= US_PER_S << 4,	/* so that the scale has 32 bits (cpu_us) */
	BUS_SHIFT	= 20,			/* timer ticks = us * bus_scale >> 20 */
	LAPIC_DIVIDER	= 16,			/* lapic.c */
};

struct time_clock time_clock;

static struct {
	uint64_t bus_us_max;		/* longest delay that fits the 32-bit counter */
	uint32_t bus_scale;
	uint32_t cpu_khz, bus_khz;
} clock;

uint64_t arch_time_now(void)
{
	return arch_clock();
}

void arch_timer_in(uint64_t us)
{
	if (!feature_used(FEATURE_APIC)) {
		plat_timer_set(us);
		return;
	}
	if (us > clock.bus_us_max)
		us = clock.bus_us_max;		/* core sets it again */
	lapic_timer_set((uint32_t)(us * clock.bus_scale >> BUS_SHIFT) + 1);
}

void time_poll(uint64_t us)
{
	if (clock.bus_us_max > us)
		clock.bus_us_max = us;
	arch_timer_in(us);
}

struct sample { uint64_t tsc; uint32_t bus; uint16_t count; };

/*
 * Reads all three counters at one moment. An emulator or a management interrupt may delay a read: of several
 * samples the one that took the shortest time is returned.
 */
static BOOT_CODE struct sample sample(void)
{
	struct sample s = { 0 };
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t before = cpu_tsc(), took;
		uint16_t count = plat_clock_count();
		uint32_t bus = feature_used(FEATURE_APIC) ? lapic_timer_left() : 0;

		took = cpu_tsc() - before;
		if (took >= best)
			continue;
		best = took;
		s = (struct sample){ before + took / 2, bus, count };
	}
	return s;
}

/* Measures the ticks of the three counters during MEASURE_COUNT ticks of the board's; false if that stops. */
static BOOT_CODE bool measure(struct sample *ticks, struct clock_run *run)
{
	struct sample a, b;

	if (feature_used(FEATURE_APIC))
		lapic_timer_set(UINT32_MAX);
	a = sample();
	if (!plat_clock_wait(a.count, MEASURE_COUNT, run))
		return false;
	b = sample();
	*ticks = (struct sample){ b.tsc - a.tsc, a.bus - b.bus, (uint16_t)(a.count - b.count) };
	if (feature_used(FEATURE_APIC))
		lapic_timer_set(0);
	ticks->count += !ticks->count;		/* wrapped around to the very start */
	return true;
}

/*
 * Measures until a result agrees with what passed without pauses, in which the board's count of 16 bits may
 * have wrapped around. hz: the frequency of the board's clock. Returns false if that clock or the time-stamp
 * counter does not run.
 */
static BOOT_CODE bool measure_well(uint32_t hz, uint64_t *tsc_hz, uint64_t *bus_hz)
{
	for (unsigned i = 0; i < MEASUREMENTS; i++) {
		struct clock_run run = { 0 };
		struct sample ticks;
		uint64_t run_hz;

		if (!measure(&ticks, &run))
			return false;
		*tsc_hz = ticks.tsc * hz / ticks.count;
		*bus_hz = (uint64_t)ticks.bus * hz / ticks.count;
		run_hz = run.count ? run.tsc * hz / run.count : 0;
		if (run_hz / 8 * 7 < *tsc_hz && *tsc_hz < run_hz / 8 * 9)
			return true;
	}
	printk("clock: none of %u measurements was good: times may be wrong\n", MEASUREMENTS);
	return *tsc_hz > 0;
}

BOOT_CODE const char *time_init(struct boot_info *boot)
{
	uint64_t tsc_hz, bus_hz;
	uint32_t hz;

	if (!feature_used(FEATURE_APIC) && !plat_timer_init(boot))
		return "no timer: neither a local APIC nor an 8254";
	hz = plat_clock_init(boot);
	if (hz == 0 || !measure_well(hz, &tsc_hz, &bus_hz))
		return "no clock: no 8254 and no ACPI timer runs, or the time-stamp counter does not";
	if (tsc_hz <= TSC_HZ_LEAST)
		return "no clock: the time-stamp counter runs at 16 MHz or less";
	clock.cpu_khz = (uint32_t)(tsc_hz / 1000);
	clock.bus_khz = (uint32_t)(bus_hz * LAPIC_DIVIDER / 1000);
	time_clock.scale = ((uint64_t)US_PER_S << TIME_SHIFT) / tsc_hz;
	clock.bus_scale = (uint32_t)((bus_hz << BUS_SHIFT) / US_PER_S);
	clock.bus_us_max = bus_hz ? (uint64_t)UINT32_MAX / 2 * US_PER_S / bus_hz : 0;
	time_clock.start = cpu_tsc();
	printk("clock: TSC %u kHz", clock.cpu_khz);
	if (clock.bus_khz)
		printk(", APIC timer %u kHz\n", clock.bus_khz);
	else
		printk(", 8254 timer %u kHz\n", hz / 1000);
	return 0;
}

BOOT_CODE uint32_t time_cpu_khz(void) { return clock.cpu_khz; }
