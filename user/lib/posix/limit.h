/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.h - the limits of what the program can use.
 */
#ifndef POSIX_LIMIT_H
#define POSIX_LIMIT_H

#include "call.h"

px_call px_prlimit;

#endif
