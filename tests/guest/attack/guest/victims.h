/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * victims.h - threads that do checked work beside adversaries that do not send them messages.
 */
#ifndef VICTIMS_H
#define VICTIMS_H

#include "attack.h"

/* The client has that priority, its server the next one. */
void victims_start(word prio);
L4_ThreadId_t victims_server(void);
word victims_calls(void), victims_wrong(void);

#endif
