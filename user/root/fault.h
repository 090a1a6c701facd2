/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.h - page faults, I/O faults and exceptions of programs.
 */
#ifndef ROOT_FAULT_H
#define ROOT_FAULT_H

#include <l4/message.h>
#include <x2/msg.h>
#include "order.h"

struct job;
struct root_caller;
struct task;

/* Serve a kernel message of the caller's thread. Returns true if *answer is the map item of the answer. */
bool fault_message(const struct root_caller *c, l4_tag_t tag, const l4_word_t *word, L4_MapItem_t *answer);

/* A step of the job of t: map the page for which a thread waits (ITEM_PAGE). */
enum step page_step(struct task *t, struct job *j, struct order *o);

#endif
