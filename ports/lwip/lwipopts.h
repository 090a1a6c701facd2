/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwipopts.h - lwIP as the network server uses it: one thread, the raw interface, IPv4. What is not here is
 * as lwip/opt.h has it.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <stdint.h>

#define NO_SYS			1
#define SYS_LIGHTWEIGHT_PROT	0
#define LWIP_NETCONN		0
#define LWIP_SOCKET		0
#define LWIP_RAW		1
#define LWIP_DHCP		1
#define DHCP_DOES_ARP_CHECK	0
#define LWIP_DNS		1
#define DNS_TABLE_SIZE		8
#define LWIP_NETIF_HOSTNAME	1
#define LWIP_NETIF_LOOPBACK	1
#define LWIP_HAVE_LOOPIF	1
#define LWIP_LOOPBACK_MAX_PBUFS	64
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define ARP_QUEUEING		0
#define ARP_TABLE_SIZE		32
#define ETHARP_TRUST_IP_MAC	0

/* Memory: the heap has what is sent; what is received is in the buffers of the card. */
#define MEM_ALIGNMENT		8
#define MEM_SIZE		(1024 * 1024)
#define MEMP_NUM_PBUF		256
#define PBUF_POOL_SIZE		16
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1	/* of a pool that is not used */
/* All sockets of the server can be of one kind: a client takes none of the others' by its choice of kinds. */
#define NET_SOCKETS		160
#define MEMP_NUM_TCP_PCB	(NET_SOCKETS + 96)	/* and connections that are ending or come */
#define MEMP_NUM_TCP_PCB_LISTEN	NET_SOCKETS
#define MEMP_NUM_TCP_SEG	(NET_SOCKETS * TCP_SND_QUEUELEN + MEMP_NUM_TCP_PCB) /* their most, and ends */
#define MEMP_NUM_UDP_PCB	(NET_SOCKETS + 1 + DNS_TABLE_SIZE)	/* and of DHCP and DNS */
#define MEMP_NUM_RAW_PCB	NET_SOCKETS
#define IP_REASS_MAX_PBUFS	46	/* one datagram of 64 KiB */
#define MEMP_NUM_REASSDATA	8

#define TCP_MSS			1460
#define TCP_WND			(22 * TCP_MSS)
#define TCP_SND_BUF		(22 * TCP_MSS)
#define TCP_SND_QUEUELEN	96
/* Room that a small segment gets for bytes of a later call. A client pays for it (stream.c: PER_PBUF). */
#define TCP_OVERSIZE		128
#define TCP_LISTEN_BACKLOG	1
#define LWIP_TCP_KEEPALIVE	1
#define SO_REUSE		1

#define LWIP_STATS		1
#define LWIP_STATS_DISPLAY	0
#define MEM_STATS		1
#define MEMP_STATS		0

/* Packets that came out of order are kept in the card's buffers too: fewer if few are free. */
uint16_t net_out_of_order(uint32_t peer);
#define TCP_OOSEQ_MAX_PBUFS	1
#define TCP_OOSEQ_PBUFS_LIMIT(pcb)	net_out_of_order(ip_2_ip4(&(pcb)->remote_ip)->addr)

uint16_t net_checksum(const void *data, int bytes);
#define LWIP_CHKSUM		net_checksum

uint32_t net_random(void);
#define LWIP_RAND()		net_random()
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port)	net_random()

#endif
