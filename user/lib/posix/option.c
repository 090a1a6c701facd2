/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.c - options of sockets.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <pecan/sockets.h>
#include "address.h"
#include "file.h"
#include "option.h"

enum { US_PER_S = 1000000 };

/* Those that the server has, as numbers. */
static const struct { int level, name; enum sockets_option option; bool fixed; } options[] = {
	{ SOL_SOCKET, SO_REUSEADDR, SOCKETS_REUSE, false },
	{ SOL_SOCKET, SO_BROADCAST, SOCKETS_BROADCAST, false },
	{ SOL_SOCKET, SO_KEEPALIVE, SOCKETS_KEEPALIVE, false },
	{ SOL_SOCKET, SO_ACCEPTCONN, SOCKETS_LISTENS, true },
	{ SOL_SOCKET, SO_RCVBUF, SOCKETS_RECEIVE_ROOM, true },
	{ SOL_SOCKET, SO_SNDBUF, SOCKETS_SEND_ROOM, true },
	{ IPPROTO_TCP, TCP_NODELAY, SOCKETS_NODELAY, false },
	{ IPPROTO_TCP, TCP_KEEPIDLE, SOCKETS_KEEP_IDLE, false },
	{ IPPROTO_TCP, TCP_KEEPINTVL, SOCKETS_KEEP_INTERVAL, false },
	{ IPPROTO_TCP, TCP_KEEPCNT, SOCKETS_KEEP_COUNT, false },
	{ IPPROTO_IP, IP_TTL, SOCKETS_TTL, false },
	{ IPPROTO_IP, IP_TOS, SOCKETS_TOS, false },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, SOCKETS_TTL, false },
	{ IPPROTO_IPV6, IPV6_TCLASS, SOCKETS_TOS, false },
	{ IPPROTO_IP, IP_MULTICAST_TTL, SOCKETS_GROUP_TTL, false },
	{ IPPROTO_IP, IP_MULTICAST_LOOP, SOCKETS_GROUP_LOOP, false },
	{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, SOCKETS_GROUP_TTL, false },
	{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, SOCKETS_GROUP_LOOP, false },
};
enum { OPTIONS = sizeof options / sizeof *options };

/* The error that waits at the socket, which has none then: an error number, or 0. */
static int take_error(const struct px_connection *s)
{
	L4_Word_t value = SOCKETS_OK;
	enum sockets_status e = socket_get(&s->server, SOCKETS_PENDING, &value);

	return (int)-px_socket_errno(e == SOCKETS_OK ? (enum sockets_status)value : e);
}

/* The option by which a socket of IPv6 does without IPv4. */
static bool is_only6(const struct px_connection *s, const struct px_args *p)
{
	return s->domain == AF_INET6 && p->a[1] == IPPROTO_IPV6 && p->a[2] == IPV6_V6ONLY;
}

/* ---- setting ---- */

static long set_timeout(uint64_t *to, const struct timeval *t, socklen_t bytes)
{
	if (bytes < sizeof *t)
		return -EINVAL;
	if (t->tv_sec < 0 || t->tv_usec < 0 || t->tv_usec >= US_PER_S)
		return -EDOM;
	*to = (uint64_t)t->tv_sec * US_PER_S + (uint64_t)t->tv_usec;
	return 0;
}

static long set_linger(struct px_connection *s, const struct linger *l, socklen_t bytes)
{
	if (bytes < sizeof *l)
		return -EINVAL;
	s->aborts = l->l_onoff && l->l_linger == 0;
	return 0;
}

/*
 * What IP_ADD_MEMBERSHIP and the like take. The number of a card is that of its scope (socket.h), or 0; a
 * group is joined at all cards. An address of one is ignored.
 */
static long group4_in(const void *from, socklen_t bytes, struct socket_address *group)
{
	struct ip_mreqn in = { 0 };

	if (bytes < sizeof(struct ip_mreq))
		return -EINVAL;
	memcpy(&in, from, bytes < sizeof in ? bytes : sizeof in);
	*group = (struct socket_address)SOCKET_IPV4(ntohl(in.imr_multiaddr.s_addr));
	return in.imr_ifindex < 0 || in.imr_ifindex > SOCKETS_CARDS ? -ENODEV : 0;
}

static long group6_in(const void *from, socklen_t bytes, struct socket_address *group)
{
	struct ipv6_mreq in;

	if (bytes < sizeof in)
		return -EINVAL;
	memcpy(&in, from, sizeof in);
	*group = px_socket_address6(&in.ipv6mr_multiaddr);
	return in.ipv6mr_interface > SOCKETS_CARDS ? -ENODEV : 0;
}

static bool is_group(const struct px_args *p)
{
	long name = p->a[2];

	if (p->a[1] == IPPROTO_IP)
		return name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP;
	return p->a[1] == IPPROTO_IPV6 && (name == IPV6_JOIN_GROUP || name == IPV6_LEAVE_GROUP);
}

static long set_group(const struct px_connection *s, const struct px_args *p)
{
	const void *from = (const void *)p->a[3];
	bool is4 = p->a[1] == IPPROTO_IP, joins = p->a[2] == (is4 ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP);
	struct socket_address group;
	long e = (is4 ? group4_in : group6_in)(from, (socklen_t)p->a[4], &group);

	return e < 0 ? e : px_socket_errno(socket_group(&s->server, group, joins));
}

/* An int; options of IP can be one byte, as they are on other systems. */
static long number_in(const struct px_args *p, int *number)
{
	socklen_t bytes = (socklen_t)p->a[4];

	if (bytes >= sizeof *number)
		memcpy(number, (const void *)p->a[3], sizeof *number);
	else if (p->a[1] == IPPROTO_IP && bytes > 0)
		*number = *(const unsigned char *)p->a[3];
	else
		return -EINVAL;
	return 0;
}

/* Sizes of buffers are the server's, and there is one card for groups: setting those has no effect. */
static bool is_ignored(const struct px_args *p)
{
	return (p->a[1] == SOL_SOCKET && (p->a[2] == SO_RCVBUF || p->a[2] == SO_SNDBUF))
	       || (p->a[1] == IPPROTO_IP && p->a[2] == IP_MULTICAST_IF)
	       || (p->a[1] == IPPROTO_IPV6 && p->a[2] == IPV6_MULTICAST_IF);
}

static long set_number(const struct px_connection *s, const struct px_args *p, int number)
{
	if (is_ignored(p))
		return 0;
	if (is_only6(s, p))
		return px_socket_errno(socket_set(&s->server, SOCKETS_FAMILY, number ? SOCKETS_IPV6 : SOCKETS_BOTH));
	for (unsigned i = 0; i < OPTIONS; i++)
		if (p->a[1] == options[i].level && p->a[2] == options[i].name && !options[i].fixed) {
			bool is_usual = options[i].option == SOCKETS_GROUP_TTL && number == -1;

			return px_socket_errno(socket_set(&s->server, options[i].option,
							  is_usual ? 1 : (L4_Word_t)number));
		}
	return -ENOPROTOOPT;
}

long px_socket_set(const struct px_file *f, const struct px_args *p)
{
	struct px_connection *s = f->own;
	socklen_t bytes = (socklen_t)p->a[4];
	int number;
	long e;

	if (p->a[1] == SOL_SOCKET && p->a[2] == SO_RCVTIMEO)
		return set_timeout(&s->receive_us, (const struct timeval *)p->a[3], bytes);
	if (p->a[1] == SOL_SOCKET && p->a[2] == SO_SNDTIMEO)
		return set_timeout(&s->send_us, (const struct timeval *)p->a[3], bytes);
	if (p->a[1] == SOL_SOCKET && p->a[2] == SO_LINGER)
		return set_linger(s, (const struct linger *)p->a[3], bytes);
	if (is_group(p))
		return set_group(s, p);
	e = number_in(p, &number);
	return e < 0 ? e : set_number(s, p, number);
}

long px_setsockopt(const struct px_args *p)
{
	return PX_ENDPOINT(p->a[0], f, set, p);
}

/* ---- getting ---- */

static long put(const void *value, socklen_t size, const struct px_args *p)
{
	socklen_t *bytes = (socklen_t *)p->a[4];

	if (*bytes > size)
		*bytes = size;
	memcpy((void *)p->a[3], value, *bytes);
	return 0;
}

/* Of an option of IP one byte, if there is no room for an int. */
long px_option_number(int value, const struct px_args *p)
{
	unsigned char byte = (unsigned char)value;

	if (p->a[1] == IPPROTO_IP && *(socklen_t *)p->a[4] < sizeof value && value == byte)
		return put(&byte, sizeof byte, p);
	return put(&value, sizeof value, p);
}

static long put_timeout(uint64_t us, const struct px_args *p)
{
	struct timeval t = { (time_t)(us / US_PER_S), (suseconds_t)(us % US_PER_S) };

	return put(&t, sizeof t, p);
}

static long get_from_server(const struct px_connection *s, const struct px_args *p, int *value)
{
	L4_Word_t word = 0;
	long e = -ENOPROTOOPT;

	if (is_only6(s, p)) {
		e = px_socket_errno(socket_get(&s->server, SOCKETS_FAMILY, &word));
		word = word == SOCKETS_IPV6;
	}
	for (unsigned i = 0; i < OPTIONS; i++)
		if (p->a[1] == options[i].level && p->a[2] == options[i].name)
			e = px_socket_errno(socket_get(&s->server, options[i].option, &word));
	*value = (int)word;
	return e;
}

long px_socket_get(const struct px_file *f, const struct px_args *p)
{
	const struct px_connection *s = f->own;
	long name = p->a[1] == SOL_SOCKET ? p->a[2] : -1, e = 0;
	struct linger linger = { s->aborts, 0 };
	int value = 0;

	switch (name) {
	case SO_RCVTIMEO: return put_timeout(s->receive_us, p);
	case SO_SNDTIMEO: return put_timeout(s->send_us, p);
	case SO_LINGER: return put(&linger, sizeof linger, p);
	case SO_ERROR: value = take_error(s); break;
	case SO_TYPE: value = s->type; break;
	case SO_PROTOCOL: value = s->protocol; break;
	case SO_DOMAIN: value = s->domain; break;
	default: e = get_from_server(s, p, &value); break;
	}
	return e < 0 ? e : px_option_number(value, p);
}

long px_getsockopt(const struct px_args *p)
{
	return PX_ENDPOINT(p->a[0], f, get, p);
}

long px_socket_ioctl(struct px_file *f, long request, void *to)
{
	const struct px_connection *s = f->own;
	int *value = to;
	L4_Word_t bytes = 0;
	long e;

	if (request == (int)FIONBIO) {
		f->flags = (f->flags & ~O_NONBLOCK) | (*value ? O_NONBLOCK : 0);
		return 0;
	}
	if (request != (int)FIONREAD)
		return -ENOTTY;
	e = px_socket_errno(socket_get(&s->server, SOCKETS_AVAILABLE, &bytes));
	*value = (int)bytes;
	return e;
}
