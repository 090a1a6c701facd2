/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stopped.h - the report of a thread that cannot continue.
 */
#ifndef ROOT_STOPPED_H
#define ROOT_STOPPED_H

#include <root/job/order.h>
#include <x2/word.h>

/* Report why a thread cannot continue. For workers. */
void stopped_report(const l4_word_t word[STOPPED_WORDS]);

#endif
