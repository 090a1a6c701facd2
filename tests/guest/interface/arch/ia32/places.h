/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - see arch/x86_64/places.h.
 */
#ifndef GUEST_PLACES_H
#define GUEST_PLACES_H

#define USER_END	0xc0000000ul
#define NO_ADDRESS	0xfffff000ul
#define NO_MEMORY	0xfffff000ul
#define KERNEL_MEMORY	0xc8000000ul
#define KERNEL_IMAGE	0xfc000000ul
#define FREE_PLACE	0x12400000ul
#define FAR_APART	0x200000ul
#define FAR_PLACES	1000
#define SIGMA0_IMAGE	0xf00000ul
#define SHARED_MEMORY	0xb8000ul
#define KIP_MAGIC	0x4be6344c
#define COUNTS_PLACE	0x6b8b4000ul

/* Below SMALL_MB, the size of small spaces, like the program's image. */
enum { SMALL_MB = 32 };
#define SPACE_KIP	0x1e00000ul
#define SPACE_UTCB	0x1f00000ul
#define WINDOW		0x1800000ul
bool small_space(L4_ThreadId_t t);

#define CONTROL_BITS	TOP_BIT

/* What a fault for reading, and one for executing, has in its label. */
#define ACCESS_READ	5
#define ACCESS_EXECUTE	5

#define LOCAL_DEST_ERROR L4_ErrInvalidThread
#define KIB_TOO_LITTLE	28
#define PAGE_SIZES	0x201000ul
#define HAS_PORTS	1
#define PAGE_RIGHTS	6
#define GATEWAY_PAGE	((word)kip)

#endif
