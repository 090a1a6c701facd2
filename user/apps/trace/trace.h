/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.h - what the files of this program share.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include <l4/types.h>
#include <stdbool.h>
#include <x2/inspect.h>

/* Give the kernel a command about its trace; false, and a message, if it refuses. */
bool kernel_trace(enum l4_trace_command command);

/* Call `seen` with each event that the kernel has kept, in order. */
void kernel_events(void (*seen)(const struct l4_trace_event *));

/* Print the trace in Chrome's trace event format (JSON). traced: a thread of the program `name`; or 0. */
void json_print(L4_Word_t traced, const char *name);

#endif
