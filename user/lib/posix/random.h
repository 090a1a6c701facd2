/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.h - random bytes.
 */
#ifndef POSIX_RANDOM_H
#define POSIX_RANDOM_H

#include "call.h"

px_call px_getrandom;

#endif
