/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.h - answers to requests that have waited: sent by main.c, which has the protocol.
 */
#ifndef NET_MAIN_H
#define NET_MAIN_H

#include <pecan/sockets.h>

#include "client.h"

void main_answer_wait(L4_ThreadId_t thread, L4_Word_t wakes, const struct sockets_entry *entry, unsigned n);
/* Answers a request for what is to be received, of a socket that may be ready. */
void main_answer_receive(struct client *c, L4_ThreadId_t thread, L4_Word_t handle, struct wait_part part);
void main_answer_bell(const struct client *c, L4_ThreadId_t thread, uint32_t taken);
void main_answer_resolve(L4_ThreadId_t thread, enum sockets_status s, struct socket_address a);

#endif
