/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - registers of devices, at kernel addresses that are not cached. eieio keeps the order of accesses.
 */
#ifndef ARCH_MMIO_H
#define ARCH_MMIO_H

#include <arch/cpu.h>

static inline uint8_t mmio_read8(const volatile uint8_t *at)
{
	uint8_t v = *at;

	cpu_eieio();
	return v;
}

static inline void mmio_write8(volatile uint8_t *at, uint8_t v)
{
	*at = v;
	cpu_eieio();
}

/* Little-endian registers, as those of devices on PCI are. */
static inline uint32_t mmio_read32(const volatile uint8_t *at)
{
	uint32_t v;

	__asm__ volatile("lwbrx %0, 0, %1; eieio" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline void mmio_write32(volatile uint8_t *at, uint32_t v)
{
	__asm__ volatile("stwbrx %0, 0, %1; eieio" : : "r"(v), "r"(at) : "memory");
}

#endif
