/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bus.h - devices that the PCI server gives to drivers.
 */
#ifndef ROOT_BUS_H
#define ROOT_BUS_H

#include <proto/root.h>
#include <x2/word.h>

struct task;

/* Returns true if [first, last] was given to t. */
bool bus_gave(const struct task *t, enum root_resource kind, l4_word_t first, l4_word_t last);

/* Give [first, last] to the task of this number. ROOT_E_TASK: it has ended; ROOT_E_LIMIT: too many ranges. */
enum root_error bus_give(l4_word_t task, enum root_resource kind, l4_word_t first, l4_word_t last);

/* Returns true if any device was given to t. */
bool bus_drives(const struct task *t);

/* Call it when t is ending. Its record stays until root_device_clear. */
void bus_task_gone(const struct task *t);

#endif
