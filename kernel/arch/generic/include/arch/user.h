/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.h - access of the kernel to user memory. This one looks up each page by arch_ptab_get (user.c).
 *
 * arch_user_ptr	returns the kernel address of the byte at `at` of s, valid to the end of its small page,
 *			and sets the status bits that the CPU would set for the access. Returns 0 if no page with
 *			that right is mapped, or if the page has a memory attribute or is out of the kernel's
 *			reach (arch_frame_reachable)
 * arch_user_near	<arch/near.h>: the same inline; may return 0 for any other page too
 * arch_copy_in		copies n bytes from the user memory of s. Returns false if user code could not read one of
 *			them, or if the kernel cannot reach it, or if it has a memory attribute
 */
#ifndef ARCH_USER_H
#define ARCH_USER_H

#include <stdbool.h>
#include <arch/near.h>

struct space;

void *arch_user_ptr(struct space *s, l4_word_t at, bool write);
bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n);

#endif
