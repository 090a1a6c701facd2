/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.c - defines the kernel's state. See kernel.h.
 */
#include <core/kernel.h>

struct kernel kernel;
