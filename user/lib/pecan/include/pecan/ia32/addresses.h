/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/addresses.h - see <pecan/addresses.h>. Programs are linked at 512 KiB, the loader below them at 64
 * KiB, and root at 16 MiB; initial servers have their UTCBs and KIP at 0xBF000000.
 */
#ifndef PECAN_IA32_ADDRESSES_H
#define PECAN_IA32_ADDRESSES_H

#define PECAN_MAP_BASE		0x20000000ul
#define PECAN_HEAP_BASE		0x40000000ul
#define PECAN_MAP_END		0x60000000ul
#define PECAN_WINDOW_BASE	0x60000000ul
#define PECAN_WINDOW_END	0x70000000ul
#define PECAN_FREE_BASE		0x90000000ul
#define PECAN_SYSTEM_STEP	0x1000000ul
#define PECAN_SMALL_LOG2	26
#define PECAN_SMALL_AREA	0x8000000ul	/* in which small spaces are */

/*
 * The first GiB of physical memory, of which the kernel uses less, is at 1 GiB. Devices have addresses in the
 * last GiB, but none that would be at root's own image below 0x10000000.
 */
#define PECAN_DIRECT_BASE	0x40000000ul
#define PECAN_DIRECT_LOG2	30
#define PECAN_DIRECT_DEVICES	0xd0000000ul
#define PECAN_DIRECT_WINDOW(p)	((p) >= PECAN_DIRECT_DEVICES ? 0 : PECAN_DIRECT_BASE)
#define PECAN_DIRECT_SEES(f, l)	((l) >> PECAN_DIRECT_LOG2 == 0 || (f) >= PECAN_DIRECT_DEVICES)

#define PECAN_KERNEL_IMAGE	0xfc000000ul
#define PECAN_KERNEL_MEMORY	0xc8000000ul
#define PECAN_NO_ADDRESS	0xfffff000ul

/* The return address is there. */
#define PECAN_CALLED_SP(top)	((top) - sizeof(L4_Word_t))

#endif
