/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_bridge_clients.h - a card of virtio-net, the bridge and two clients of it, for its tests.
 */
#ifndef TESTS_BRIDGE_CLIENTS_H
#define TESTS_BRIDGE_CLIENTS_H

#include <pecan/link.h>
#include <proto/link_client.h>
#include "machine.h"
#include "vdev.h"

enum { BRIDGE_TASK = SECOND_DRIVER, CLIENTS = 2, FRAME = 60, GIVEN = 8, SECTION = 3,
       MAC_BYTES = 6, MAC_FROM = 6, TYPE = 12, PAYLOAD = 14, IP_FROM = 26, MARK = FRAME - 1,
       BUFFERS = 64, BUFFER = 2048, LINK_UP = 1, RECEIVE = 0, SEND = 1 };

#define CARD_MAC	0x525400123456ul
#define OUTSIDE		0x525500000002ul
#define BROADCAST	0xfffffffffffful
#define GIVEN_MAC	0x021122334455ul

/*
 * br_begin: with all that follows. The clients have numbers; br_send sends a frame of IP whose last byte
 * tells it from others, br_got and br_out return that of the next one that a client or the card has got,
 * or -1.
 */
extern struct vdev br_card;
extern struct link br_link[CLIENTS];
extern const unsigned br_tasks[CLIENTS];

int br_named_card(void);
int br_plain_bridge(void);
int br_of_addresses(void);
void br_start_card(void);
struct link_entry br_entry(unsigned n, unsigned bytes);
char *br_buffer(unsigned who, unsigned n);
bool br_attach(unsigned who);
bool br_begin(void);
void br_bell(unsigned who);
/* The client has so many empty buffers more, from number GIVEN on. */
void br_give(unsigned who, unsigned count);
void br_put_mac(char *at, uint64_t mac);
void br_put_ip(char *at, uint32_t ip);
void br_fill(char *frame, uint64_t to, uint64_t from, char byte);
/* A frame of IP whose last byte tells it from others. */
void br_send(unsigned who, uint64_t to, uint64_t from, char byte);
/* The byte of the next frame that the client has got; -1: none. */
int br_got(unsigned who);
/* The byte of the next frame that goes out by the card; -1: none. */
int br_out(void);
/* A frame comes to the card. */
bool br_comes(uint64_t to, char byte);
struct link_info_out br_info(unsigned who);

#endif
