/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.h - options of sockets.
 */
#ifndef POSIX_OPTION_H
#define POSIX_OPTION_H

#include "call.h"

struct px_file;

px_call px_setsockopt, px_getsockopt;

/* The end of getsockopt for an option that is a number. Returns 0. */
long px_option_number(int value, const struct px_args *p);

/* Operations of a socket of the network server. FIONBIO takes an int, FIONREAD sets it. */
long px_socket_get(const struct px_file *f, const struct px_args *p);
long px_socket_set(const struct px_file *f, const struct px_args *p);
long px_socket_ioctl(struct px_file *f, long request, void *to);

#endif
