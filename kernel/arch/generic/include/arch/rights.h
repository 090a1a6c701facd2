/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rights.h - rights that a page cannot have without others.
 *
 * arch_rights	the rights that a page gets by an item with these; 0 for 0. Here: the same
 */
#ifndef ARCH_RIGHTS_H
#define ARCH_RIGHTS_H

static inline unsigned arch_rights(unsigned rights) { return rights; }

#endif
