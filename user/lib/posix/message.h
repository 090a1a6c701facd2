/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - bytes and datagrams of sockets.
 */
#ifndef POSIX_MESSAGE_H
#define POSIX_MESSAGE_H

#include "call.h"

struct iovec;
struct px_file;

px_call px_sendto, px_recvfrom, px_sendmsg, px_recvmsg;

/* Read and write the parts. Return the number of bytes, or an error. */
long px_socket_read(struct px_file *f, const struct iovec *v, long parts);
long px_socket_write(struct px_file *f, const struct iovec *v, long parts);

#endif
