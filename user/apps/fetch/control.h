/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - which bytes of others are control characters. A terminal would obey them, and a line of HTTP
 * has none but tabs. Bytes above 0x7f are none, whether char has a sign or not.
 */
#ifndef FETCH_CONTROL_H
#define FETCH_CONTROL_H

#include <stdbool.h>

static inline bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

#endif
