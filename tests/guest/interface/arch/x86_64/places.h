/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - addresses of this machine that guest tests name. Each machine has a header of this name:
 *
 *   USER_END       the first address behind the user area
 *   NO_ADDRESS     the first address behind it that is neither the user's nor the kernel's
 *   NO_MEMORY      no physical memory is at this address or above
 *   KERNEL_MEMORY  where the kernel's memory begins in each space
 *   KERNEL_IMAGE   where the kernel's image begins
 *   FREE_PLACE     4 MiB of the user area that no test maps or uses
 *   FAR_APART      pages so far from each other need page tables each
 *   FAR_PLACES     how many of them can be behind WINDOW
 *   KIP_MAGIC      the first word of the KIP
 *   SIGMA0_IMAGE   a page of sigma0's
 *   SHARED_MEMORY  physical memory that is described as shared: the screen's
 *   COUNTS_PLACE   a page of the user area at an address that is in no register by chance
 *
 * and those of every other space that the tests make:
 *
 *   SPACE_KIP, SPACE_UTCB  its areas
 *   WINDOW         free for pages that tests map, up to SPACE_KIP at least; aligned to 8 MiB
 *   CONTROL_BITS   bits of SpaceControl's control that this machine uses
 *   small_space    makes the space of that thread a small one, as far as the kernel has room and the option
 *                  small=N says. Returns true if it is one
 */
#ifndef GUEST_PLACES_H
#define GUEST_PLACES_H

#define USER_END	0x7ffffffff000ul
#define NO_ADDRESS	0x800000000000ul	/* not canonical */
#define NO_MEMORY	0x10000000000000ul
#define KERNEL_MEMORY	0xffff800000000000ul
#define KERNEL_IMAGE	0xffffffff80000000ul
#define FREE_PLACE	0x123400000ul
#define FAR_APART	0x40000000ul
#define FAR_PLACES	4000
#define SIGMA0_IMAGE	0xf00000ul
#define SHARED_MEMORY	0xb8000ul
#define KIP_MAGIC	0x4be6344c
#define COUNTS_PLACE	0x6b8b45672000ul

#define SPACE_KIP	0x30000000ul
#define SPACE_UTCB	0x30100000ul
#define WINDOW		0x40000000ul
#define CONTROL_BITS	0
static inline bool small_space(L4_ThreadId_t t) { return (void)t, false; }

/*
 * What ThreadControl answers if its destination is a local id; KiB of kernel memory that are too few for a
 * space with areas far apart and a thread; sizes of pages, if there are I/O ports, and the rights that a page
 * can have independently of each other.
 */
#define LOCAL_DEST_ERROR L4_ErrInvalidThread
#define KIB_TOO_LITTLE	28
#define PAGE_SIZES	0x201000ul
#define HAS_PORTS	1
#define PAGE_RIGHTS	7

/* The page with the code that makes system calls. */
#define GATEWAY_PAGE	(*(word *)((word)kip + 0x1c0) & -(word)PAGE)

/* What a fault for reading, and one for executing, has in its label. */
#define ACCESS_READ	4
#define ACCESS_EXECUTE	1

#endif
