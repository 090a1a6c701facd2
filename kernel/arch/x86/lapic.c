/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lapic.c - the local APIC of this CPU (SDM 3A chapter 10): end of interrupt, one-shot timer.
 *
 * It is used through its page of registers. Firmware may have left it in x2APIC mode, which has no such
 * page; to return to xAPIC mode it must be disabled first (SDM 3A 10.12.5).
 */
#include <arch/apic.h>
#include <arch/cpu.h>
#include <arch/kmap.h>
#include <lib/section.h>

enum {
	LAPIC_ID = 0x20, LAPIC_TPR = 0x80, LAPIC_SPURIOUS = 0xf0,
	LAPIC_LVT_TIMER = 0x320, LAPIC_LVT_LINT0 = 0x350, LAPIC_LVT_LINT1 = 0x360,
	LAPIC_LVT_ERROR = 0x370, LAPIC_INITIAL = 0x380, LAPIC_CURRENT = 0x390, LAPIC_DIVIDE = 0x3e0,
	LAPIC_BYTES = 4096,
};

enum {
	LVT_MASKED = 1 << 16, LVT_NMI = 4 << 8, LVT_EXTINT = 7 << 8,
	SPURIOUS_ENABLE = 1 << 8, DIVIDE_BY_16 = 3,
	BASE_ENABLE = 1 << 11, BASE_X2APIC = 1 << 10,
};

#define BASE_ADDRESS	((uint64_t)0x000ffffffffff000)

volatile uint32_t *lapic_registers;

static void reg_write(unsigned at, uint32_t v) { lapic_registers[at / 4] = v; }
static BOOT_CODE uint32_t reg_read(unsigned at) { return lapic_registers[at / 4]; }

BOOT_CODE uint64_t lapic_base(void) { return cpu_read_msr(MSR_APIC_BASE) & BASE_ADDRESS; }

static BOOT_CODE void enable_xapic(void)
{
	uint64_t base = cpu_read_msr(MSR_APIC_BASE);

	if (base & BASE_X2APIC)
		cpu_write_msr(MSR_APIC_BASE, base & ~(uint64_t)(BASE_ENABLE | BASE_X2APIC));
	cpu_write_msr(MSR_APIC_BASE, (base & ~(uint64_t)BASE_X2APIC) | BASE_ENABLE);
}

BOOT_CODE void lapic_init(bool legacy)
{
	enable_xapic();
	lapic_registers = kmap_add(lapic_base(), LAPIC_BYTES, true);
	reg_write(LAPIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
	reg_write(LAPIC_TPR, 0);
	reg_write(LAPIC_LVT_LINT0, legacy ? LVT_EXTINT : LVT_MASKED);
	reg_write(LAPIC_LVT_LINT1, LVT_NMI);
	reg_write(LAPIC_LVT_ERROR, LVT_MASKED);
	reg_write(LAPIC_DIVIDE, DIVIDE_BY_16);
	reg_write(LAPIC_LVT_TIMER, VECTOR_TIMER);	/* one-shot */
	reg_write(LAPIC_INITIAL, 0);
}

BOOT_CODE unsigned lapic_id(void) { return reg_read(LAPIC_ID) >> 24; }
void lapic_timer_set(uint32_t ticks) { reg_write(LAPIC_INITIAL, ticks); }
BOOT_CODE uint32_t lapic_timer_left(void) { return reg_read(LAPIC_CURRENT); }
