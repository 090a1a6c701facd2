/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apic.h - interrupt vectors, and the local APIC (Intel SDM 3A chapter 10).
 */
#ifndef ARCH_APIC_H
#define ARCH_APIC_H

#include <x2/word.h>

enum {
	VECTOR_PIC	= 0x20,		/* 16 lines of the two 8259 */
	VECTOR_TIMER	= 0x22,		/* local APIC: below all others; for the 8259 it is the cascade */
	VECTOR_GSI	= 0x30,		/* lines of the I/O APICs */
	VECTOR_GSI_END	= 0xf0,
	VECTOR_SPURIOUS	= 0xff,		/* local APIC */
};

/* Enable the local APIC at its address; legacy: LINT0 delivers the interrupts of the 8259. */
void lapic_init(bool legacy);

/* Returns the physical address of its registers. */
uint64_t lapic_base(void);

unsigned lapic_id(void);

/* The registers, and the end of an interrupt. */
extern volatile uint32_t *lapic_registers;
enum { LAPIC_EOI = 0xb0 };
static inline void lapic_eoi(void) { lapic_registers[LAPIC_EOI / 4] = 0; }

/* The one-shot timer in its own ticks; 0 stops it. */
void lapic_timer_set(uint32_t ticks);
uint32_t lapic_timer_left(void);

#endif
