/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * free_places.h - addresses of the user area where these programs have nothing else. Each machine has a
 * header of this name:
 *
 *   NO_PLACE                   where each execution is an exception
 *   FREE_PLACE_1, _2, _3       far from all other pages, and from each other
 *   FREE_FAR                   behind these, so far that it has page tables of its own
 *   FREE_AREA, FREE_AREA_LOG2  behind that: 2^FREE_AREA_LOG2 bytes, aligned
 *   FREE_SIZE(log2)            in it: 2^log2 bytes, aligned, of each log2 up to FREE_MEMORY_LOG2
 *   FREE_MEMORY, .._LOG2       physical memory of a machine of 1 GiB with 256 MiB for the kernel
 */
#ifndef BENCH_FREE_PLACES_H
#define BENCH_FREE_PLACES_H

#define NO_PLACE	0x800000000000UL	/* not canonical */
#define FREE_PLACE_1	0x200000000UL
#define FREE_PLACE_2	0x300000000UL
#define FREE_PLACE_3	0x400000000UL
#define FREE_FAR	0x4000000000UL
#define FREE_AREA	0x8000000000UL
#define FREE_AREA_LOG2	39
#define FREE_SIZE(log2)	(FREE_AREA + ((log2) << 30))
#define FREE_MEMORY	0x10000000UL
#define FREE_MEMORY_LOG2 28

#endif
