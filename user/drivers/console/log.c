/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - see log.h.
 */
#include "log.h"

unsigned log_whole(const char *text, unsigned used, unsigned n)
{
	unsigned whole = used;

	if (n < ROOT_TEXT_BYTES || used > LOG_BYTES - 1 - ROOT_TEXT_BYTES)
		return used;
	while (whole > 0 && text[whole - 1] != '\n')
		whole--;
	return whole;
}
