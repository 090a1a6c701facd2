/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.h - the sockets of socketpair: streams within the program, by two pipes.
 */
#ifndef POSIX_PAIR_H
#define POSIX_PAIR_H

#include "call.h"

px_call px_socketpair;

#endif
