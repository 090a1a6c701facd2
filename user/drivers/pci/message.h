/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - where devices write their messages: arch/<a>/message.c.
 */
#ifndef PCI_MESSAGE_H
#define PCI_MESSAGE_H

#include <stdint.h>

uint32_t message_address(void);

#endif
