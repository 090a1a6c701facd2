/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/addresses.h - see <pecan/addresses.h>. Programs are linked at 4 MiB, root at 6 MiB, the loader at
 * 0x70000000; initial servers have their UTCBs and KIP at 0xBF000000.
 */
#ifndef PECAN_POWERPC_ADDRESSES_H
#define PECAN_POWERPC_ADDRESSES_H

#define PECAN_MAP_BASE		0x20000000ul
#define PECAN_HEAP_BASE		0x40000000ul
#define PECAN_MAP_END		0x60000000ul
#define PECAN_WINDOW_BASE	0x60000000ul
#define PECAN_WINDOW_END	0x70000000ul
#define PECAN_FREE_BASE		0x90000000ul
#define PECAN_SYSTEM_STEP	0x1000000ul
#define PECAN_SMALL_LOG2	0

/*
 * The 512 MiB of physical memory that the kernel uses at most are at 512 MiB. Device memory is from 2 GiB on,
 * of which root sees what is below its own UTCB area, and in the last 256 MiB, which are above its image.
 */
#define PECAN_DIRECT_BASE	0x20000000ul
#define PECAN_DIRECT_LOG2	29
#define PECAN_DIRECT_WINDOW(p)	((PECAN_DIRECT_BASE + (p)) >> PECAN_DIRECT_LOG2 << PECAN_DIRECT_LOG2)
#define PECAN_DIRECT_SEES(f, l)	((l) >> PECAN_DIRECT_LOG2 == 0 || (f) >= 0xf0000000ul \
				 || ((f) >= 0x80000000ul && (l) < 0x9f000000ul))

#define PECAN_KERNEL_IMAGE	0xc1000000ul
#define PECAN_KERNEL_MEMORY	0xc0000000ul
#define PECAN_NO_ADDRESS	0xffffe000ul

/* A function stores its return address in the frame of its caller. */
#define PECAN_CALLED_SP(top)	((top) - 16)

#endif
