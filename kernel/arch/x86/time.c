/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - microseconds since boot from the time-stamp counter, and the one-shot timer.
 *
 * Both counters are measured once against the board's clock. From then on a conversion is a
 * multiplication by a fixed-point number: time_now never divides.
 */
#include <core/arch.h>
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/time.h>
#include <lib/print.h>

enum {
	MEASURE_US	= 20000,
	TRIES		= 100 * 1000 * 1000,	/* polls of a clock that may be dead */
	TSC_SHIFT	= 48,			/* us = ticks * tsc_scale >> 48 */
	BUS_SHIFT	= 32,
	LAPIC_DIVIDER	= 16,			/* lapic.c */
};

static struct {
	uint64_t tsc_start;
	uint64_t tsc_scale;
	uint64_t bus_scale;		/* timer ticks = us * bus_scale >> 32 */
	uint64_t bus_us_max;		/* longest delay that fits the 32-bit counter */
	uint32_t cpu_khz, bus_khz;
} clock;

static uint64_t scaled(uint64_t v, uint64_t scale, unsigned shift)
{
	return (uint64_t)((unsigned __int128)v * scale >> shift);
}

uint64_t arch_time_now(void)
{
	return scaled(cpu_tsc() - clock.tsc_start, clock.tsc_scale, TSC_SHIFT);
}

void arch_timer_at(uint64_t at)
{
	uint64_t now, us;

	if (at == L4_FOREVER) {
		if (feature_used(FEATURE_APIC))
			lapic_timer_set(0);
		else
			plat_timer_stop();
		return;
	}
	now = arch_time_now();
	us = at > now ? at - now : 0;
	if (!feature_used(FEATURE_APIC)) {
		plat_timer_set(us);
		return;
	}
	if (us > clock.bus_us_max)
		us = clock.bus_us_max;
	lapic_timer_set((uint32_t)scaled(us, clock.bus_scale, BUS_SHIFT) + 1);
}

/* Ticks of both counters while the board counts MEASURE_US; false if it never gets there. */
static bool measure(uint64_t *tsc, uint64_t *bus)
{
	bool apic = feature_used(FEATURE_APIC);
	uint64_t start;

	if (apic)
		lapic_timer_set(UINT32_MAX);
	plat_wait_begin(MEASURE_US);
	start = cpu_tsc();
	*bus = apic ? lapic_timer_left() : 0;
	for (unsigned i = 0; i < TRIES; i++) {
		if (!plat_wait_over())
			continue;
		*tsc = cpu_tsc() - start;
		if (apic) {
			*bus -= lapic_timer_left();
			lapic_timer_set(0);
		}
		return true;
	}
	return false;
}

bool time_init(void)
{
	uint64_t tsc, bus;

	if (!feature_used(FEATURE_APIC))
		plat_timer_init();
	if (!measure(&tsc, &bus) || tsc < MEASURE_US)
		return false;
	clock.cpu_khz = (uint32_t)(tsc * 1000 / MEASURE_US);
	clock.bus_khz = (uint32_t)(bus * LAPIC_DIVIDER * 1000 / MEASURE_US);
	clock.tsc_scale = ((uint64_t)MEASURE_US << TSC_SHIFT) / tsc;
	clock.bus_scale = (bus << BUS_SHIFT) / MEASURE_US;
	clock.bus_us_max = bus ? (uint64_t)(UINT32_MAX / 2) * MEASURE_US / bus : 0;
	clock.tsc_start = cpu_tsc();
	printk("clock: TSC %u kHz", clock.cpu_khz);
	if (clock.bus_khz)
		printk(", APIC timer %u kHz\n", clock.bus_khz);
	else
		printk(", 8254 timer 1193 kHz\n");
	return true;
}

uint32_t time_cpu_khz(void) { return clock.cpu_khz; }
uint32_t time_bus_khz(void) { return clock.bus_khz; }
