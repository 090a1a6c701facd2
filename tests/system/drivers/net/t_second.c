/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_second.c - the network server with a driver of its second card only, link1.
 */
#include <pecan/dma.h>
#include <pecan/sockets.h>
#include "../machine.h"
#include "peer.h"
#include "t_net.h"

enum { NET_TASK = SECOND_DRIVER, PIECE = 256 * 1024 };

int net_main(int argc, char **argv);

static struct vdev dev;

static int server(void)
{
	return net_main(1, (char *[]){ "net", NULL });
}

static int second_main(void)
{
	return virtio_net_main(2, (char *[]){ "virtio-net", "link1", NULL });
}

static void begin_driver(void)
{
	peer_add(&dev);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, second_main);
	machine_wait(SECOND_US);
}

static struct sockets_interface_out interface(unsigned card)
{
	struct sockets_interface_out out = { 0 };

	CHECK(socket_interface(card, &out) == SOCKETS_OK);
	return out;
}

TEST(second_alone, "a second card alone is the default one, and has an address; the first one has no driver")
{
	struct sockets_interface_out none;

	begin_driver();
	machine_start(NET_TASK, server);
	machine_wait(30 * SECOND_US);
	CHECK(interface(0).link == 0 && !interface(0).is_default);
	CHECK(interface(1).link == 2 && interface(1).is_default && interface(1).address == PEER_OWN);
	CHECK(socket_interface(2, &none) == SOCKETS_E_ADDRESS);
}

TEST(second_refused, "a second card for whose packets there is no memory is not used, and the server stays")
{
	struct pecan_dma d, last = { 0 };

	begin_driver();
	while (pecan_dma_new(PIECE, L4_nilthread, &d) == ROOT_OK)
		last = d;
	machine_start(NET_TASK, server);
	machine_wait(SECOND_US);
	CHECK(machine_logged("the card of link1 is not used: there is no memory for its packets"));
	CHECK(pecan_dma_free(&last) == ROOT_OK);
	machine_wait(30 * SECOND_US);
	CHECK(interface(1).link == 0 && interface(0).link == 0);
}
