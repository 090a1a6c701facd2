/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_net.h - what the tests of the network server have in common.
 */
#ifndef TESTS_DRIVERS_NET_T_NET_H
#define TESTS_DRIVERS_NET_T_NET_H

#include <pecan/sockets.h>

enum { SECOND_US = 1000000 };

/* Starts the server and what its card needs, and waits until it has an address. */
void net_begin(void);

static inline struct socket_name name(uint32_t address, uint16_t port)
{
	return (struct socket_name){ SOCKET_IPV4(address), port };
}

#endif
