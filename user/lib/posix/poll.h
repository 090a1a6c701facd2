/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll.h - waiting for several descriptors.
 */
#ifndef POSIX_POLL_H
#define POSIX_POLL_H

#include <poll.h>
#include "call.h"

/* What poll says of a file that can be read; that can be written. */
enum { PX_IN = POLLIN | POLLRDNORM, PX_OUT = POLLOUT | POLLWRNORM };

px_call px_poll, px_ppoll, px_select, px_pselect;

#endif
