/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets.h - sockets of TCP, UDP and ICMP echo over IPv4 (user/proto/sockets.idl, docs/user/network.md).
 *
 * No function waits for the network but socket_wait, socket_resolve and those whose comment says so. All
 * threads of a program may use all functions at the same time, also with one socket. If the server ends, the
 * sockets of before stay as they are and each call returns SOCKETS_E_RESET; socket_open waits for the next
 * server, some 10 s.
 *
 * Addresses and ports are numbers, as in the protocol.
 */
#ifndef PECAN_SOCKETS_H
#define PECAN_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/sockets.h>

/* connection: of the program with the server, when the socket was opened; 0: it is not open. */
struct socket { L4_Word_t handle; unsigned connection; enum sockets_kind kind; };
struct socket_name { uint32_t address; uint16_t port; };

enum { SOCKET_PIECE = 16384 };		/* bytes that one call sends or receives at the most */

/* SOCKETS_LOST: there is no network server. */
enum sockets_status socket_open(enum sockets_kind kind, struct socket *s);
enum sockets_status socket_close(struct socket *s, bool abort);
enum sockets_status socket_bind(const struct socket *s, struct socket_name at);
enum sockets_status socket_listen(const struct socket *s, unsigned backlog);
enum sockets_status socket_accept(const struct socket *s, struct socket *from, struct socket_name *peer);
enum sockets_status socket_connect(const struct socket *s, struct socket_name to);
enum sockets_status socket_shutdown(const struct socket *s, unsigned directions);
enum sockets_status socket_set(const struct socket *s, enum sockets_option o, L4_Word_t value);
enum sockets_status socket_get(const struct socket *s, enum sockets_option o, L4_Word_t *value);

struct sockets_names_out;
struct sockets_interface_out;
enum sockets_status socket_names(const struct socket *s, struct sockets_names_out *out);

/*
 * Return the number of bytes, or the negative of a status. to NULL: the peer. A datagram of more than
 * SOCKET_PIECE bytes is -SOCKETS_E_LARGE.
 */
long socket_send(const struct socket *s, const void *from, size_t bytes, const struct socket_name *to);

/* 0 of TCP: the end. flags: enum sockets_flag. d (may be NULL): the sender, and the datagram's bytes. */
struct socket_datagram { struct socket_name from; size_t whole; };
long socket_receive(const struct socket *s, void *to, size_t bytes, unsigned flags,
		    struct socket_datagram *d);

/* An entry of SOCKETS_WAIT. events: which are waited for; ready: which there are (enum sockets_event). */
struct sockets_entry { uint32_t handle; uint16_t events, ready; };

struct socket_wait { struct socket socket; unsigned events, ready; };

/*
 * Wait until one of n sockets, at most SOCKETS_WAIT_MOST, is ready, or milliseconds are over
 * (SOCKETS_FOREVER: no timeout), or there were more than *wakes calls of socket_wake since the program began;
 * *wakes becomes their number; NULL: they are not looked at. Returns how many are ready. Another thread
 * of the program may end the wait's IPC (L4_ExchangeRegisters): then, too, it returns 0. All sockets are
 * ready if the server has ended.
 */
unsigned socket_wait(struct socket_wait *w, unsigned n, unsigned milliseconds, L4_Word_t *wakes);
void socket_wake(void);

/* The same for one socket: the events that it is ready for. */
unsigned socket_until(const struct socket *s, unsigned events, unsigned milliseconds);

/* Wait for the answer. */
enum sockets_status socket_resolve(const char *host, uint32_t *address);
enum sockets_status socket_interface(struct sockets_interface_out *out);

/* One sentence, no newline. */
const char *socket_error_text(enum sockets_status s);

#endif
