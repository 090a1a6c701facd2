/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - the clients of the server: their blocks, and their threads that wait.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <pecan/dma.h>
#include <pecan/socket_ring.h>
#include <servers/net/socket/sock.h>

/*
 * OF_SECTION: places reserved for each section of the system description. The blocks of clients and rings are
 * areas of the server, which has 56.
 */
enum {
	CLIENTS = 24, CLIENTS_OF_SECTION = 1, WAITS = 64, WAITS_OF_ONE = 16, WAITS_OF_SECTION = 2,
	HOSTS = 8, HOSTS_OF_ONE = 2, HOSTS_OF_SECTION = 1, RINGS = 12, RINGS_OF_SECTION = 1,
};

struct client {
	L4_Word_t task;			/* 0: free */
	struct pecan_dma block;
	struct ring *ring;		/* NULL: it has none */
	struct owner owner;
	L4_Word_t wakes;
};

/*
 * What is done when a client has ended, or attaches again, before its sockets are closed; behind the last one
 * is NULL. Call it before the first client attaches.
 */
typedef void client_gone(struct client *c);
void client_when_gone(client_gone *const what[]);

/* Returns NULL if the task is not attached. */
struct client *client_of(L4_Word_t task);
enum sockets_status client_attach(struct holder who, L4_Word_t block);
void client_drop_ended(void);

/* Returns the address of a part of the client's block, or NULL if it is not within the block. */
void *client_part(const struct client *c, size_t offset, size_t bytes);

/* ---- ring.c ---- */

/* Replace the client's ring by that of the block, which is its own; 0: none. */
enum sockets_status ring_attach(struct client *c, L4_Word_t block);
client_gone ring_forget_client;

/*
 * Do what the client has asked for by its ring: take its requests, as many as are done at a time, and answer
 * those to receive for which something is there; ring_look answers these only. Return true if a bell with
 * `taken` is over.
 */
bool ring_serve(struct client *c, uint32_t taken);
bool ring_look(struct client *c, uint32_t taken);

/* SOCKETS_BELL's answer, when it is over. *idle: it is so by the time or a wake alone. */
enum sockets_status ring_status(const struct client *c, uint32_t taken, L4_Word_t *idle);

/* ---- wait.c ---- */

/* Of the client's block, for what is received; of no bytes: the wait is for events. */
struct wait_part { size_t offset, bytes; bool peek; };

/* Of SOCKETS_BELL, in place of events. */
struct wait_bell { bool rings; uint32_t taken; };

struct wait_list {
	L4_Word_t wakes, milliseconds;
	const struct sockets_entry *entry;
	unsigned entries;
	struct wait_part part;
	struct wait_bell bell;
};

/*
 * Fills in the ready events. Returns true if the wait is over; else it is queued, and *s is SOCKETS_LATER,
 * or the error for which it is not.
 */
bool wait_begin(struct client *c, L4_ThreadId_t thread, const struct wait_list *w, enum sockets_status *s,
		struct sockets_entry *ready);

/* Returns true if an event has happened since the last call for which a wait may wait. */
bool wait_is_due(void);

/* Answer the waits that are over. */
void wait_answer(void);

/* Returns the milliseconds until the first timeout, at most `most`. */
uint32_t wait_next(uint32_t most);

/* Remove the waits of the thread; of all threads of the client. */
void wait_forget_thread(L4_ThreadId_t thread);
client_gone wait_forget_client;

/* ---- host.c ---- */

/* SOCKETS_LATER: the answer is sent when DNS has answered. */
struct host_query { const char *name; enum sockets_family family; };
enum sockets_status host_resolve(const struct client *c, L4_ThreadId_t thread, struct host_query q,
				 struct socket_address *address);
client_gone host_forget_client;
bool host_any_waits(void);			/* for an answer of DNS */

#endif
