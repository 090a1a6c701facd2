/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socktest.h - the declarations of socktest.
 */
#ifndef SOCKTEST_H
#define SOCKTEST_H

#include <netinet/in.h>
#include <stdbool.h>

/* Counts a check; prints `what` if it does not hold. */
void check(bool holds, const char *what);

/* 127.0.0.1 */
struct sockaddr_in local(unsigned short port);
bool same(const struct sockaddr_in *a, const struct sockaddr_in *b);
struct sockaddr_in name_of(int fd);

int open_listener(void);		/* of TCP, at a free port; ends the program without one */
int open_datagram(void);		/* the same of UDP */

/* A connection over the loopback. */
struct pair { int a, b; };
struct pair open_pair(void);
void close_pair(struct pair p);

void pause_ms(unsigned ms);

/* killed.c: rounds at the beginning of periods, with a server of the host. Returns a status. */
int killed(const char *host, unsigned port, unsigned periods, unsigned period_ms);

void test_streams(void);
void test_connections(void);
void test_datagrams(void);
void test_waits(void);
void test_names(void);
void test_groups(void);
void test_rings(void);

/* A ring of requests that are under way when the server ends; what comes of it. */
void hold_ring(void);
void check_held_ring(void);

#endif
