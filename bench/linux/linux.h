/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux.h - what the parts of the first program of Linux have in common.
 */
#ifndef LINUX_LINUX_H
#define LINUX_LINUX_H

#include <stdbool.h>

/* Ends the program if result is negative; text: what failed. */
void must(int result, const char *text);

/* Give the network card this address. */
void net_begin(unsigned address);

/* Give a parameter of the network in /proc this value. */
void net_allow(const char *name, const char *value);

/* peer.c: be the other end of the network; dhcp: give the counted machine its address. */
void work_peer(bool dhcp);

#endif
