/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.h - the declarations of this program.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include <l4/types.h>
#include <stdbool.h>
#include <x2/inspect.h>

/* Send the kernel a command about its trace. Returns false, and prints a message, if it refuses. */
bool kernel_trace(enum l4_trace_command command);

/* Call `seen` with each event in the kernel's buffer, oldest first. */
void kernel_events(void (*seen)(const struct l4_trace_event *));

/* Print the trace in Chrome's trace event format (JSON). traced: a thread of the program `name`; or 0. */
void json_print(L4_Word_t traced, const char *name);

#endif
