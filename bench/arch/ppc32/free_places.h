/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * free_places.h - see bench/arch/x86_64/free_places.h.
 */
#ifndef BENCH_FREE_PLACES_H
#define BENCH_FREE_PLACES_H

#define NO_PLACE	0xfffff004UL	/* the gateway has no instruction there */
#define FREE_PLACE_1	0x20000000UL
#define FREE_PLACE_2	0x30000000UL
#define FREE_PLACE_3	0x40000000UL
#define FREE_FAR	0x60000000UL
#define FREE_AREA	0x80000000UL
#define FREE_AREA_LOG2	29
#define FREE_SIZE(log2)	(FREE_AREA + (1UL << (log2)))
#define FREE_MEMORY	0x08000000UL
#define FREE_MEMORY_LOG2 26

#endif
