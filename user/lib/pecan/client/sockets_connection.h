/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets_connection.h - the connection of sockets.c to the network server, for socket_ring.c.
 */
#ifndef PECAN_SOCKETS_CONNECTION_H
#define PECAN_SOCKETS_CONNECTION_H

#include <pecan/sockets.h>

/* Connect, if there is no connection. Returns its server and its number, as struct socket has it. */
enum sockets_status sockets_connection(L4_ThreadId_t *server, unsigned *number);

/* Returns true if it is the present one, whose server has not ended as far as is known. */
bool sockets_connection_is(unsigned number);

/* The server of the connection of that number did not answer. */
void sockets_connection_lost(unsigned number);

/* Returns true if another thread of the program has ended the IPC that has just failed. */
bool sockets_connection_was_canceled(void);

#endif
