/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tenant.h - the roles of this program: victim.c serves user/proto/tenant.idl, attack.c and exhaust.c try
 * attacks that must fail, grab.c tries to take the terminal, hold.c to keep it.
 */
#ifndef TENANT_H
#define TENANT_H

#include <stdbool.h>

#include <l4/types.h>
#include <pecan/addresses.h>

/* The arguments of an attack: the victim, and the thread in whose name to send. */
struct target { L4_ThreadId_t victim, supervisor; };

/* Where the victim keeps its secret; no other task has a page there. */
#define SECRET_ADDRESS	PECAN_FREE_BASE

/* Exit status of an attack. One that is stopped by its fault has none. */
enum { CONTAINED, SUCCEEDED };

struct attack { const char *name; int (*try)(const struct target *t); };

extern const struct attack attacks[];		/* end with a NULL name */
extern const struct attack exhausting_attacks[];

void victim(void) __attribute__((noreturn));

/* A hostile program in the background tries to get the terminal: tests/system/screen/terminal.txt. */
void grab(void) __attribute__((noreturn));

/* A hostile program in the foreground does not give it back: tests/system/screen/attention.txt. */
void hold(bool flood) __attribute__((noreturn));
void spin(void) __attribute__((noreturn));

#endif
