/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.h - options of sockets.
 */
#ifndef POSIX_OPTION_H
#define POSIX_OPTION_H

#include "call.h"

struct px_file;

px_call px_setsockopt, px_getsockopt;

/* FIONBIO takes *value, FIONREAD sets it. Returns 0 or an error. */
long px_socket_ioctl(struct px_file *f, long request, int *value);

#endif
