/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * station.h - the client of a driver of the protocol `link`: a block with some buffers.
 */
#ifndef TESTS_DRIVERS_STATION_H
#define TESTS_DRIVERS_STATION_H

#include <stdbool.h>
#include <pecan/link.h>

enum { STATION_BUFFERS = 8, STATION_BUFFER = 2048 };

extern struct link station;

bool station_attach(const char *name);
extern unsigned station_wants;		/* LINK_SUMS and others, for it */

/* Buffer n, and its entry. */
struct link_entry station_entry(unsigned n, unsigned bytes);
char *station_buffer(unsigned n);

/* An empty buffer; a packet. Then the driver has done what there is to do. */
void station_give(unsigned n, unsigned bytes);
void station_send(unsigned n, unsigned bytes);
void station_bell(void);

/* The client has got back an entry; its bytes, or -1. */
int station_received(void);
int station_sent(void);

/* Another thread attaches itself, gives buffer 0 and sleeps, until the driver wakes it. */
void station_sleep(const char *name);
extern bool station_woken;

#endif
