/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/code.h - see <pecan/code.h>: the same as on ia32.
 */
#include <pecan/ia32/code.h>
