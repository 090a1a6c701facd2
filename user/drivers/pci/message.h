/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - what devices write as messages, and where: arch/<a>/message.c.
 */
#ifndef PCI_MESSAGE_H
#define PCI_MESSAGE_H

#include <l4/types.h>
#include <stdint.h>

uint32_t message_address(void);

/* By which the kernel knows the interrupt id. */
uint32_t message_data(L4_Word_t irq);

#endif
