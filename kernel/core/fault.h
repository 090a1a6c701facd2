/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.h - page faults, I/O faults and exceptions turned into messages (protocols 3, 5, 6).
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <core/thread.h>

/* access: exactly one of L4_R, L4_W, L4_X. */
struct thread *fault_page(struct thread *self, l4_word_t address, unsigned access);
struct thread *fault_io(struct thread *self, l4_word_t port, unsigned log2);
struct thread *fault_exception(struct thread *self, l4_word_t number, l4_word_t error);

/* The reply to a kernel-generated message has come, or its IPC failed with ErrorCode e (raw). */
void fault_replied(struct thread *t);
void fault_failed(struct thread *t, l4_word_t e);

/* t cannot go on: halt it and say so on the kernel's console. */
void fault_stop(struct thread *t, const char *why);

#endif
