/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports.h - I/O ports, for what does the same with memory and with ports. Each machine has a header of this
 * name.
 */
#ifndef ATTACK_PORTS_H
#define ATTACK_PORTS_H

#include "machine.h"

static inline L4_Fpage_t ports_fpage(word port, word count) { return L4_IoFpage(port, count); }
static inline word ports_read(word port) { return port_in8(port); }

#endif
