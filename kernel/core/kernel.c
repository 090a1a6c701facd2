/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.c - the one instance of the kernel's state. See kernel.h.
 */
#include <core/kernel.h>

struct kernel kernel;
