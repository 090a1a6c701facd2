/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interface.h - the addresses of the card, netif_default: those that the description of the system gives, and
 * all that there are.
 */
#ifndef NET_INTERFACE_H
#define NET_INTERFACE_H

#include <pecan/sockets.h>

/*
 * Begin to get addresses. Arguments: address=A.B.C.D/BITS, in place of DHCP, or address=A:B::C, beside those
 * of routers; router=ADDRESS and dns=ADDRESS of either. Returns what is wrong, or NULL.
 */
const char *interface_configure(int argc, char **argv);

/* The answer to SOCKETS_PART. */
enum sockets_part_kind interface_part(L4_Word_t index, struct socket_address *a);

#endif
