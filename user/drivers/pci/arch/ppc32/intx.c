/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intx.c - see intx.h: the firmware has written the line of the board's interrupt controller into the
 * register that PCI has for it.
 */
#include "../../config.h"
#include "../../device.h"
#include "../../intx.h"

enum { LINES = 64, PIN_NONE = 0 };

void intx_init(void) { }

bool intx_line(const struct device *d, unsigned *line)
{
	uint16_t interrupt = config_read16(d->place, REG_INTERRUPT);

	*line = interrupt & 0xff;
	return interrupt >> 8 != PIN_NONE && *line < LINES;
}
