/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.h - random numbers: by the CPU, or, if it has none, by the driver of a device
 * (user/proto/random.idl).
 */
#ifndef PECAN_RANDOM_H
#define PECAN_RANDOM_H

#include <stddef.h>

/* Fills the bytes. Returns the number of random bytes: less than `bytes` only if there is no source. */
size_t pecan_random(void *to, size_t bytes);

#endif
