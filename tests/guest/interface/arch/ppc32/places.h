/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - see arch/x86_64/places.h.
 */
#ifndef GUEST_PLACES_H
#define GUEST_PLACES_H

#define USER_END	0xc0000000ul
#define NO_ADDRESS	0xd0000000ul
#define NO_MEMORY	0xfffff000ul
#define KERNEL_MEMORY	0xc0000000ul
#define KERNEL_IMAGE	0xc1000000ul
#define FREE_PLACE	0x12400000ul
#define FAR_APART	0x400000ul
#define FAR_PLACES	500
#define SIGMA0_IMAGE	0x500000ul
#define SHARED_MEMORY	0x80000000ul	/* of PCI */
#define KIP_MAGIC	0x4c34e64b
#define COUNTS_PLACE	0x6b8b4000ul

#define SPACE_KIP	0x30000000ul
#define SPACE_UTCB	0x30100000ul
#define WINDOW		0x40000000ul
#define CONTROL_BITS	0
static inline bool small_space(L4_ThreadId_t t) { return (void)t, false; }

/* A page that can be read can be executed. */
#define LOCAL_DEST_ERROR 0
#define KIB_TOO_LITTLE	16
#define PAGE_SIZES	0x1000ul
#define HAS_PORTS	0
#define PAGE_RIGHTS	6

/* The page with the code that makes system calls: a link is an address. */
#define GATEWAY_PAGE	(*(word *)((word)kip + 0xe0) & -(word)PAGE)

#define ACCESS_READ	4
#define ACCESS_EXECUTE	1

#endif
