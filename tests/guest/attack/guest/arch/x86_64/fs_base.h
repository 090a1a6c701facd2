/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fs_base.h - an FS base of each thread: it stands in the word that FS begins at. Each machine has a
 * header of this name.
 */
#ifndef ATTACK_FS_BASE_H
#define ATTACK_FS_BASE_H

#include <l4/pecan.h>
#include "machine.h"

static inline void fs_base_take(word *at)
{
	*at = (word)at;
	CHECK(L4_SetTls(at));
}

static inline bool fs_base_is(const word *at) { return fs_read() == (word)at; }

#endif
