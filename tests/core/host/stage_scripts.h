/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stage_scripts.h - scripts that several hostile tests play (stage.h): what mole, rival and a2 do to the
 * region of SIZE bytes that a has at VA, b from a, and c from b, while a long operation works on it.
 */
#ifndef STAGE_SCRIPTS_H
#define STAGE_SCRIPTS_H

#include "stage.h"

stage_act rest;

/* Scripts of mole: b's part of the region is mapped on to c, which waits, or to b itself, or granted. */
stage_act map_on, map_to_self, grant_on;
stage_act flush_own, read_status;

/* Scripts of rival; rename: with another version, which a_id or b_id has then. */
stage_act delete_a_and_a2, rename_a, rename_b;

/* By rival through a2: it flushes the region, or halts a and aborts what a does. */
stage_act second_flush, halt_a;

/* a2, of a's space, acts at the highest priority, and then sleeps. By rival. */
void by_a2(stage_act *act);

/* For that: a2 unmaps the whole region; afterwards no space has it. */
stage_act flush_as_a2;

/* Every page of these frames has the attribute, in each space, and none is in a cache. */
void have_attribute(l4_word_t frames, l4_word_t size, l4_word_t attribute);

#endif
