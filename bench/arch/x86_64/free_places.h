/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * free_places.h - addresses of the user area where these programs have nothing else. Each machine has a
 * header of this name:
 *
 *   NO_PLACE                   an address that no space can have
 *   FREE_PLACE_1, _2, _3       far from all other pages, and from each other
 *   FREE_FAR                   behind these, so far that it has page tables of its own
 *   FREE_AREA, FREE_AREA_LOG2  behind that: 2^FREE_AREA_LOG2 bytes, aligned
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

#endif
