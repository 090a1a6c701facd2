/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * half_open.h - connections that a peer has begun and not completed, and those that have ended (TIME_WAIT)
 * and whose names are used again. lwIP calls what half_open.c has (lwipopts.h).
 *
 * A SYN is answered with a cookie (numbers.h). Of connections that are not completed HALF_OPEN are kept, so
 * that the answer is sent again if it is lost; the oldest one makes room for the next. If the peer answers
 * one that is not kept any more, the cookie says that it was begun, and with which options.
 */
#ifndef NET_HALF_OPEN_H
#define NET_HALF_OPEN_H

#include "numbers.h"

enum { HALF_OPEN = 48 };

/* The end of a connection with these names that has ended here; NULL: there is none. */
struct tcp_pcb *half_open_old(const struct ends *e);

#endif
