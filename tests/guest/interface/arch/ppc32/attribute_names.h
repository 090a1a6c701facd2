/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute_names.h - see attributes.h.
 *
 *   CACHED_MEMORY, CACHED_SHOWN  an attribute of cached memory, and what the inspection call shows for it
 *   SOME_ATTRIBUTE               one that not each CPU has
 */
#ifndef GUEST_ATTRIBUTE_NAMES_H
#define GUEST_ATTRIBUTE_NAMES_H

enum { ATTRIBUTES = 4 };

#define CACHED_MEMORY	L4_CoherentMemory
#define CACHED_SHOWN	L4_CoherentMemory
#define SOME_ATTRIBUTE	L4_GuardedMemory

#endif
