/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - the name service: the threads registered under names.
 */
#ifndef PECAN_NAMES_H
#define PECAN_NAMES_H

#include <pecan/root.h>
#include <proto/names.h>

struct pecan_name { L4_ThreadId_t thread; L4_Word_t task; char name[NAMES_NAME_BYTES]; };

/*
 * NAMES_E_LOST: there is no name service. A call waits while the service is being started again, and one
 * during which it ends is repeated with the next.
 */

/* Get the service's thread. Returns false if there is none, and none is being restarted. */
bool pecan_names(L4_ThreadId_t *service);

/* Register a thread of the own task (nilthread: the caller) under a name. */
enum names_error pecan_register(const char *name, L4_ThreadId_t thread);

/* Register the caller, until another task registers itself under the name by pecan_register. */
enum names_error pecan_stand_in(const char *name);
enum names_error pecan_unregister(const char *name);

/* Get the thread of a name. wait: return when the name has been registered. */
enum names_error pecan_lookup(const char *name, bool wait, L4_ThreadId_t *thread);

/* Listing as in <pecan/task.h>. */
bool pecan_next_name(L4_Word_t *position, struct pecan_name *n);

const char *pecan_names_error_text(enum names_error e);

#endif
