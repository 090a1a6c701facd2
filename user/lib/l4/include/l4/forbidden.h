/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forbidden.h - instructions that user code must not execute, for programs that show or test that.
 */
#ifndef L4_FORBIDDEN_H
#define L4_FORBIDDEN_H

#include <l4/types.h>
#include __L4_INC_ARCH(forbidden.h)

#endif
