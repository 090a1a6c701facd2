/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/addresses.h - see <pecan/addresses.h>: the same as on ia32.
 */
#include <pecan/ia32/addresses.h>
