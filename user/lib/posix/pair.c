/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.c - see pair.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include "file.h"
#include "io.h"
#include "pair.h"
#include "pipe.h"

enum { SEND_FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE,
       RECEIVE_FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_PEEK | MSG_WAITALL };

/* ---- opening and closing ---- */

static void close_pipes(struct px_pipe *first, struct px_pipe *second)
{
	px_lock(&px_files_lock);
	for (unsigned reader = 0; reader < 2; reader++) {
		if (first)
			px_pipe_close(first, reader);
		if (second)
			px_pipe_close(second, reader);
	}
	px_unlock(&px_files_lock);
}

/* Two pipes, or none. */
static long new_pipes(struct px_pipe **first, struct px_pipe **second)
{
	px_lock(&px_files_lock);
	*first = px_pipe_new();
	*second = *first ? px_pipe_new() : NULL;
	px_unlock(&px_files_lock);
	if (*second)
		return 0;
	close_pipes(*first, NULL);
	return -ENFILE;
}

/* Of an end that gets no descriptor its pipes are closed by px_file_put, unless there was no file. */
static long open_ends(int fd[2], long flags)
{
	struct px_file one = { .kind = PX_PAIR, .flags = flags & SOCK_NONBLOCK ? O_NONBLOCK : 0 }, two = one;
	long e = new_pipes(&one.pipe, &one.out), first, second;

	if (e < 0)
		return e;
	two.pipe = one.out;
	two.out = one.pipe;
	first = px_file_new(&one, flags & SOCK_CLOEXEC);
	if (first == -ENFILE)
		px_pair_drop(&one);
	second = px_file_new(&two, flags & SOCK_CLOEXEC);
	if (second == -ENFILE)
		px_pair_drop(&two);
	if (first < 0 || second < 0) {
		px_close(&(struct px_args){ { first } });
		px_close(&(struct px_args){ { second } });
		return first < 0 ? first : second;
	}
	fd[0] = (int)first;
	fd[1] = (int)second;
	return 0;
}

long px_socketpair(const struct px_args *p)
{
	long type = p->a[1] & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (p->a[0] != AF_UNIX)
		return p->a[0] == AF_INET || p->a[0] == AF_INET6 ? -EOPNOTSUPP : -EAFNOSUPPORT;
	if (type != SOCK_STREAM)
		return -ESOCKTNOSUPPORT;
	return p->a[2] && p->a[2] != AF_UNIX ? -EPROTONOSUPPORT : open_ends((int *)p->a[3], p->a[1]);
}

void px_pair_drop(struct px_file *f)
{
	px_pair_shutdown(f, true, true);
}

long px_pair_shutdown(struct px_file *f, bool reads, bool writes)
{
	px_lock(&px_files_lock);
	if (reads && f->pipe) {
		px_pipe_close(f->pipe, true);
		f->pipe = NULL;
	}
	if (writes && f->out) {
		px_pipe_close(f->out, false);
		f->out = NULL;
	}
	px_unlock(&px_files_lock);
	px_changed();
	return 0;
}

/* ---- bytes ---- */

long px_pair_send(struct px_file *f, const struct msghdr *m, int flags)
{
	struct px_how how = px_how(f);
	long sum = 0;

	if ((flags & ~SEND_FLAGS) || m->msg_controllen)
		return -EOPNOTSUPP;
	how.waits = how.waits && !(flags & MSG_DONTWAIT);
	how.quiet = flags & MSG_NOSIGNAL;
	for (int i = 0; i < m->msg_iovlen; i++) {
		const struct iovec *v = &m->msg_iov[i];
		long n = px_write_text(f, v->iov_base, v->iov_len, how);

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < v->iov_len)
			break;
	}
	return sum;
}

/* A part, or all of it. */
static long receive_part(struct px_file *f, const struct iovec *v, struct px_how how, bool all)
{
	size_t done = 0;
	long n;

	do {
		n = px_read_text(f, (char *)v->iov_base + done, v->iov_len - done, how);
		done += n > 0 ? (size_t)n : 0;
	} while (all && n > 0 && done < v->iov_len);
	return done ? (long)done : n;
}

/* Waits for the first bytes; for all of them with MSG_WAITALL. */
long px_pair_receive(struct px_file *f, struct msghdr *m, int flags)
{
	struct px_how how = px_how(f);
	bool all = (flags & MSG_WAITALL) && !(flags & MSG_PEEK);
	long sum = 0;

	if (flags & ~RECEIVE_FLAGS)
		return -EOPNOTSUPP;
	how.waits = how.waits && !(flags & MSG_DONTWAIT);
	how.peeks = flags & MSG_PEEK;
	m->msg_flags = 0;
	m->msg_controllen = 0;
	m->msg_namelen = 0;
	for (int i = 0; i < m->msg_iovlen; i++) {
		const struct iovec *v = &m->msg_iov[i];
		long n = v->iov_len ? receive_part(f, v, how, all) : 0;

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < v->iov_len || how.peeks)
			break;
		how.waits = how.waits && (all || sum == 0);
	}
	return sum;
}

/* ---- what it is ---- */

long px_pair_option(long name, int *value)
{
	switch (name) {
	case SO_TYPE: *value = SOCK_STREAM; return 0;
	case SO_DOMAIN: *value = AF_UNIX; return 0;
	case SO_ERROR:
	case SO_PROTOCOL:
	case SO_ACCEPTCONN: *value = 0; return 0;
	default: return -ENOPROTOOPT;
	}
}

long px_pair_name(struct sockaddr *to, socklen_t *bytes)
{
	const sa_family_t family = AF_UNIX;

	memcpy(to, &family, *bytes < sizeof family ? *bytes : sizeof family);
	*bytes = sizeof family;
	return 0;
}
