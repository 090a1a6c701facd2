/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * numbers.h - the first sequence numbers of connections, and the ports that clients are given: none can be
 * guessed by a host that does not see them.
 */
#ifndef NET_NUMBERS_H
#define NET_NUMBERS_H

#include <lwip/tcp.h>
#include <pecan/sockets.h>

/* For a connection to there: the next one each time, from where the peer's name says (RFC 6056, 3.3.3). */
uint16_t numbers_port(struct socket_name to);
uint16_t numbers_random_port(void);

/* Both ends of a connection, as this machine has them. */
struct ends { struct socket_name here, peer; };

/* Of a connection that is begun here. */
uint32_t numbers_first(const struct ends *e);

/*
 * A cookie: the number with which a SYN of the number `syn` is answered. Some of its bits are options of the
 * SYN (NUMBERS_OPTIONS), 24 cannot be guessed. numbers_cookie_says: returns the options if the number was
 * made for these ends and that SYN within the last NUMBERS_COOKIE_MS, or up to twice as long; else a
 * negative number.
 */
enum { NUMBERS_OPTIONS = 7, NUMBERS_COOKIE_MS = 32000 };
uint32_t numbers_cookie(const struct ends *e, uint32_t syn, unsigned options);
int numbers_cookie_says(const struct ends *e, uint32_t syn, uint32_t number);

#endif
