/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attributes.h - the memory attributes of this machine: ATTRIBUTES, CACHED_MEMORY and CACHED_SHOWN,
 * SOME_ATTRIBUTE are of its attribute_names.h.
 */
#ifndef GUEST_ATTRIBUTES_H
#define GUEST_ATTRIBUTES_H

#include "attribute_names.h"
#include "machine.h"

/* Writes the attributes that this CPU has to `name`, of ATTRIBUTES words. Returns how many it has. */
unsigned attributes(word *name);

/* Values that are no attribute, to the first 0. */
extern const word no_attribute[];

/* Returns true if this CPU has SOME_ATTRIBUTE. */
bool has_some_attribute(void);

#endif
