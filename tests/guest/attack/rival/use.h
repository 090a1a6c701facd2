/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * use.h - acts of an adversary by the libraries of the servers.
 */
#ifndef RIVAL_USE_H
#define RIVAL_USE_H

#include "rival.h"

void act_files(struct breaker *b);
void act_print(struct breaker *b);
void act_names(struct breaker *b);

#endif
