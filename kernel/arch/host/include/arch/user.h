/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.h - a byte of user memory as the kernel sees it (mem/arch.h): not in place.
 */
#ifndef ARCH_USER_H
#define ARCH_USER_H

#include <mem/space.h>

void *arch_user_ptr(struct space *s, l4_word_t at, bool write);

#endif
