/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code.h - instructions that a program has written to memory:
 *
 *   pecan_code_written(from, bytes)	they are what is executed there from now on, by whatever address
 */
#ifndef PECAN_CODE_H
#define PECAN_CODE_H

#include <pecan/addresses.h>
#include PECAN_INC_ARCH(code.h)

#endif
