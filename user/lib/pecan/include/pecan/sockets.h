/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets.h - sockets of TCP, UDP and ICMP echo over IPv4 (user/proto/sockets.idl, docs/user/network.md).
 *
 * No function waits for the network but socket_wait, socket_resolve and those whose comment says so. All
 * threads of a program may use all functions at the same time, also with one socket. If the server ends, each
 * call with a socket of it returns SOCKETS_E_RESET; socket_open waits for the next server, some 10 s.
 *
 * Addresses and ports are numbers, as in the protocol.
 */
#ifndef PECAN_SOCKETS_H
#define PECAN_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/sockets.h>

/* connection: number of the connection to the server by which it was opened; 0: it is not open. */
struct socket { L4_Word_t handle; unsigned connection; enum sockets_kind kind; };
struct socket_name { uint32_t address; uint16_t port; };

enum { SOCKET_PIECE = 16384 };		/* maximum of bytes that one call sends or receives */

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
 * Send bytes. Returns their number, or the negative of a status. to NULL: the peer. A datagram of more than
 * SOCKET_PIECE bytes is -SOCKETS_E_LARGE.
 */
long socket_send(const struct socket *s, const void *from, size_t bytes, const struct socket_name *to);

/*
 * Receive bytes, as socket_send; 0 at the end of TCP. flags: enum sockets_flag. d (may be NULL): sender,
 * size.
 */
struct socket_datagram { struct socket_name from; size_t whole; };
long socket_receive(const struct socket *s, void *to, size_t bytes, unsigned flags,
		    struct socket_datagram *d);

/* An entry of SOCKETS_WAIT. events: those to wait for; ready: those that are present (enum sockets_event). */
struct sockets_entry { uint32_t handle; uint16_t events, ready; };

struct socket_wait { struct socket socket; unsigned events, ready; };

/*
 * Wait until one of n sockets, at most SOCKETS_WAIT_MOST, is ready, or milliseconds are over
 * (SOCKETS_FOREVER: no timeout), or socket_wake was called more than *wakes times since the program began;
 * *wakes becomes that number (NULL: ignored). Returns the number of ready sockets; 0 also if another thread
 * of the program ends the wait's IPC (L4_ExchangeRegisters). All sockets are ready if the server has ended.
 */
unsigned socket_wait(struct socket_wait *w, unsigned n, unsigned milliseconds, L4_Word_t *wakes);
void socket_wake(void);

/* The same for one socket. Returns its ready events. */
unsigned socket_until(const struct socket *s, unsigned events, unsigned milliseconds);

/* Wait for the answer of the server. */
enum sockets_status socket_resolve(const char *host, uint32_t *address);
enum sockets_status socket_interface(struct sockets_interface_out *out);

/* One sentence, no newline. */
const char *socket_error_text(enum sockets_status s);

#endif
