/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.h - the sockets of socketpair: streams within the program, by two pipes. An end reads one and writes
 * the other; one that is shut down is NULL.
 */
#ifndef POSIX_PAIR_H
#define POSIX_PAIR_H

#include <stdbool.h>
#include <sys/socket.h>
#include "call.h"

struct px_file;

px_call px_socketpair;

/* As sendmsg and recvmsg, of an end. */
long px_pair_send(struct px_file *f, const struct msghdr *m, int flags);
long px_pair_receive(struct px_file *f, struct msghdr *m, int flags);

long px_pair_shutdown(struct px_file *f, bool reads, bool writes);
void px_pair_drop(struct px_file *f);	/* closes both pipes of the end */

/* Get an option of SOL_SOCKET. Returns 0 or an error. */
long px_pair_option(long name, int *value);

/* Its name, or its peer's, which is none. */
long px_pair_name(struct sockaddr *to, socklen_t *bytes);

#endif
