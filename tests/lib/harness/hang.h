/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hang.h - the only limit of host programs: of wall-clock time, and so long that only a hang reaches it,
 * however busy the machine is. tools/guest.py has the same for guests.
 */
#ifndef HANG_H
#define HANG_H

enum { HANG_SECONDS = 1200 };

#endif
