/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - in place of lib/pecan's: the registers of the devices of pci.h.
 */
#ifndef PECAN_MMIO_H
#define PECAN_MMIO_H

#include <stdint.h>

uint8_t mmio_read8(const volatile void *at);
uint16_t mmio_read16(const volatile void *at);
uint32_t mmio_read32(const volatile void *at);
void mmio_write8(volatile void *at, uint8_t value);
void mmio_write16(volatile void *at, uint16_t value);
void mmio_write32(volatile void *at, uint32_t value);

#endif
