/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.h - sockets of the network server, and their connections.
 */
#ifndef POSIX_SOCKET_H
#define POSIX_SOCKET_H

#include "call.h"

px_call px_socket, px_bind, px_listen, px_accept, px_accept4, px_connect;
px_call px_shutdown, px_getsockname, px_getpeername;

extern const struct px_kind px_socket_kind;

#endif
