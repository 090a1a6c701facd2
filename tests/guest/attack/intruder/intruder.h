/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intruder.h - what the attacks of this program share.
 *
 * It runs beside the real servers, without rights. Each attack counts what it gained; a gain is also a line
 * of the log. The number is the program's exit status, as it may have no output.
 */
#ifndef INTRUDER_H
#define INTRUDER_H

#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/types.h>

#include "../../messages/breaker.h"

enum { GAINS_MOST = 99 };

/* Something that must not be gained was gained. Any thread may call it. */
void gained(const char *what, L4_Word_t detail);
unsigned gains(void);

/* Two words to another thread; those of a thread. Returns false if it has ended instead. */
void report(L4_ThreadId_t to, L4_Word_t first, L4_Word_t second);
bool reported(L4_ThreadId_t by, L4_Word_t words[2]);

L4_ThreadId_t thread_of(const char *text);	/* NUMBER.VERSION */

/* Tries of all kinds to take the terminal; ids: threads of the shell and of the console. */
void attack_terminal(L4_Word_t tries, L4_Word_t seed, int count, char **ids);

/*
 * Requests of all kinds to all servers, but `confined` ones to those that may be used only: ids are
 * [+|-]PROGRAM=NUMBER.VERSION; +: the task may use that server; -: a thread that serves no clients.
 */
void attack_servers(L4_Word_t requests, L4_Word_t seed, int count, char **ids);

/* Takes the places of one task at each server: no more are given, and no fewer. Does not return. */
void attack_places(void);

/*
 * Takes all places that there are at each server, or only blocks, again and again. Does not return.
 * Beside such a crowd: takes what is reserved for the program's section, and counts what it does not get;
 * or only an answer of each driver: a client of files, net and the disk has more blocks than are reserved.
 */
void attack_crowd(bool only_blocks);
void attack_named(bool only_answers);

/* Rounds in which a task takes the memory that another one has filled; and what these tasks do. */
void attack_pages(L4_Word_t rounds);
void pages_task(bool fills, L4_ThreadId_t parent);

/* Rounds in which a task uses what its section reserves, after histories of others; what these tasks do. */
void attack_promised(L4_Word_t rounds, L4_Word_t seed);
void promised_task(L4_Word_t pattern, L4_ThreadId_t parent);
void promised_other(L4_Word_t seed, L4_ThreadId_t parent);

/* Rounds in which a ring at the file server or the network server lies; what the task beside does. */
void attack_rings(L4_Word_t rounds, L4_Word_t seed);
void rings_victim(L4_ThreadId_t parent);

/*
 * Rounds with a hostile thread in a child space each; so many spaces made and ended; tasks that end with so
 * many of them. What these tasks do: the second counts messages of others than `parent`.
 */
void attack_by_children(L4_Word_t rounds, L4_Word_t seed);
void attack_kept_pages(L4_Word_t rounds);	/* with a child that keeps a page that is taken */
void attack_space_cycles(L4_Word_t rounds);
void attack_space_deaths(L4_Word_t rounds, L4_Word_t spaces);
void spaces_task(L4_Word_t spaces, L4_ThreadId_t parent);
void spaces_victim(L4_ThreadId_t parent);

#endif
