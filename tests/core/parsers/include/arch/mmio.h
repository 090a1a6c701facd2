/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - registers of devices, of a model (test_heathrow.c).
 */
#ifndef ARCH_MMIO_H
#define ARCH_MMIO_H

#include <stdint.h>

uint32_t mmio_read32(const volatile uint8_t *at);
void mmio_write32(volatile uint8_t *at, uint32_t v);

#endif
