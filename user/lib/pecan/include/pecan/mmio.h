/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - registers of devices in mapped memory (pecan_phys), for drivers. Each function is one access of
 * its width, to which `at` is aligned. The host tests of drivers replace these functions.
 */
#ifndef PECAN_MMIO_H
#define PECAN_MMIO_H

#include <stdint.h>

static inline uint8_t mmio_read8(const volatile void *at) { return *(const volatile uint8_t *)at; }
static inline uint16_t mmio_read16(const volatile void *at) { return *(const volatile uint16_t *)at; }
static inline uint32_t mmio_read32(const volatile void *at) { return *(const volatile uint32_t *)at; }

static inline void mmio_write8(volatile void *at, uint8_t value) { *(volatile uint8_t *)at = value; }
static inline void mmio_write16(volatile void *at, uint16_t value) { *(volatile uint16_t *)at = value; }
static inline void mmio_write32(volatile void *at, uint32_t value) { *(volatile uint32_t *)at = value; }

#endif
