/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * odd_link.h - odd_link.S: a system call by this link, with 0 in its registers, and `odd` added to LR.
 * Returns 1 when the call has returned.
 */
#ifndef GUEST_ODD_LINK_H
#define GUEST_ODD_LINK_H

#include "guest.h"

word odd_link_call(word link, word odd);

#endif
