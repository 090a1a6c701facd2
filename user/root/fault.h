/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.h - page faults, I/O faults and exceptions of programs.
 */
#ifndef ROOT_FAULT_H
#define ROOT_FAULT_H

#include <l4/message.h>
#include <x2/msg.h>

struct job_kind;
struct root_caller;
struct task;

/* Serve a kernel message of the caller's thread. Returns true if *answer is the map item of the answer. */
bool fault_message(const struct root_caller *c, l4_tag_t tag, const l4_word_t *word, L4_MapItem_t *answer);

/* The page for which a thread of a task waits, as work of its job. */
extern const struct job_kind fault_pages;

#endif
