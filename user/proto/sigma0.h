/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0.h - the requests that sigma0 serves besides those of X.2 (docs/user/sigma0.md).
 *
 * The X.2 part (protocols 7.1) needs no names of its own: page requests have label
 * L4_PROTO_SIGMA0 << 4, page faults and I/O faults are the kernel's messages.
 *
 * SIGMA0_CLOSE    u = 0, from a thread of the root server's space. From now on sigma0 serves that
 *                 space only; requests and faults of others are answered with nilpage. It cannot be
 *                 undone. Reply: label 0, u = 1, MR1 = 0. From another sender: ignored.
 */
#ifndef PROTO_SIGMA0_H
#define PROTO_SIGMA0_H

#include <x2/msg.h>

enum {
	SIGMA0_N_CONTROL = -1001,	/* Pistachio's private control (protocols 7.1), answered, no effect */
	SIGMA0_N_CLOSE	 = -1002,	/* Pecan's: close to all spaces but the root server's */
};

/* The label of SIGMA0_CLOSE in a message tag (bits 16 to 63). */
#define SIGMA0_CLOSE	l4_tag_label(l4_tag_kernel(SIGMA0_N_CLOSE, 0, 0))

#endif
