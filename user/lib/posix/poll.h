/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll.h - waiting for several descriptors.
 */
#ifndef POSIX_POLL_H
#define POSIX_POLL_H

#include "call.h"

px_call px_poll, px_ppoll, px_select, px_pselect;

#endif
