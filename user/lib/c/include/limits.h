/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limits.h - the compiler's header of this name. gcc's includes that of a hosted C library as well, unless
 * this macro, which such a header defines, says that it has been read already.
 */
#ifndef _LIBC_LIMITS_H_
#define _LIBC_LIMITS_H_ 1
#endif
#include_next <limits.h>
