/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - bytes and datagrams of sockets.
 */
#ifndef POSIX_MESSAGE_H
#define POSIX_MESSAGE_H

#include "file.h"

px_call px_sendto, px_recvfrom, px_sendmsg, px_recvmsg;

/* Operations of a socket of the network server. */
long px_socket_send(struct px_file *f, const struct msghdr *m, int flags);
long px_socket_receive(struct px_file *f, struct msghdr *m, int flags);
long px_socket_read(struct px_file *f, const struct iovec *v, long parts);
long px_socket_write(struct px_file *f, const struct iovec *v, long parts);

#endif
