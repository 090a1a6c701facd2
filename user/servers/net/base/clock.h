/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - the time of lwIP and of the server, sys_now (<lwip/sys.h>): that of the last call of clock_read,
 * in milliseconds.
 */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

void clock_read(void);

#endif
