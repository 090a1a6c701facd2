/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * station.c - see station.h.
 */
#include "station.h"
#include "machine.h"

struct link station;
bool station_woken;
unsigned station_wants;

bool station_attach(const char *name)
{
	bool fresh;

	if (link_init(&station, name, STATION_BUFFERS * STATION_BUFFER) != ROOT_OK)
		return false;
	station.wants = station_wants;
	return link_connect(&station, &fresh) && fresh;
}

struct link_entry station_entry(unsigned n, unsigned bytes)
{
	uint32_t offset = (uint32_t)(sizeof(struct link_rings) + n * STATION_BUFFER);

	return (struct link_entry){ offset, (uint16_t)bytes, (uint16_t)n };
}

char *station_buffer(unsigned n) { return (char *)station.block.at + station_entry(n, 0).offset; }

void station_bell(void)
{
	L4_ThreadId_t driver = station.driver;

	link_ring_bell(driver);
	machine_wait(1000);
}

void station_give(unsigned n, unsigned bytes)
{
	link_ask(&station.receive, &station.rings->receive, station_entry(n, bytes));
	station_bell();
}

void station_send(unsigned n, unsigned bytes)
{
	link_ask(&station.send, &station.rings->send, station_entry(n, bytes));
	station_bell();
}

static int taken(struct ring_end *end, const struct link_ring *r)
{
	struct link_entry e;

	return ring_take(end, r, &e) ? e.bytes : -1;
}

int station_received(void) { return taken(&station.receive, &station.rings->received); }
int station_sent(void) { return taken(&station.send, &station.rings->sent); }

static void wait_for_bell(void *name)
{
	L4_ThreadId_t from;

	if (station_attach(name)) {
		link_ask(&station.receive, &station.rings->receive, station_entry(0, 0));
		ring_sleep(&station.rings->client_sleeps);
		link_ring_bell(station.driver);
		station_woken = L4_IpcSucceeded(L4_Wait(&from)) && L4_IsThreadEqual(from, station.driver);
	}
}

void station_sleep(const char *name)
{
	machine_thread(CLIENT_TASK, 1, wait_for_bell, (void *)name);
	machine_wait(1000);
}
