/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - registers of devices in mapped memory (pecan_phys), for drivers: little-endian, as those of PCI
 * devices are. Each function is one access of its width, to which `at` is aligned. The host tests of drivers
 * replace these functions.
 */
#ifndef PECAN_MMIO_H
#define PECAN_MMIO_H

#include <pecan/endian.h>

/*
 * An access is made after those before it, of memory too. x86 needs no instruction for that; ppc32 has SYNC,
 * which orders a read behind a write as well.
 */
static inline void mmio_order(void) { __atomic_thread_fence(__ATOMIC_ACQ_REL); }

static inline uint8_t mmio_read8(const volatile void *at)
{
	uint8_t value = *(const volatile uint8_t *)at;

	mmio_order();
	return value;
}

static inline uint16_t mmio_read16(const volatile void *at)
{
	uint16_t value = le16(*(const volatile uint16_t *)at);

	mmio_order();
	return value;
}

static inline uint32_t mmio_read32(const volatile void *at)
{
	uint32_t value = le32(*(const volatile uint32_t *)at);

	mmio_order();
	return value;
}

static inline void mmio_write8(volatile void *at, uint8_t value)
{
	mmio_order();
	*(volatile uint8_t *)at = value;
	mmio_order();
}

static inline void mmio_write16(volatile void *at, uint16_t value)
{
	mmio_order();
	*(volatile uint16_t *)at = le16(value);
	mmio_order();
}

static inline void mmio_write32(volatile void *at, uint32_t value)
{
	mmio_order();
	*(volatile uint32_t *)at = le32(value);
	mmio_order();
}

#endif
