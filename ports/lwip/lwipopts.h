/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwipopts.h - lwIP as the network server uses it: one thread, the raw interface, IPv4 and IPv6. What is not
 * here is as lwip/opt.h has it. The files that comments name are of user/servers/net.
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
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define NET_CARDS		4
#define DNS_MAX_SERVERS		(2 * NET_CARDS)
#define LWIP_NETIF_LOOPBACK	1
#define LWIP_HAVE_LOOPIF	1
#define LWIP_LOOPBACK_MAX_PBUFS	64
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define ARP_TABLE_SIZE		32
/* Packets that wait for a neighbor's address, of IPv4 or IPv6: each neighbor has room for so many. */
#define NET_WAITING		8
#define ARP_QUEUEING		1
#define ARP_QUEUE_LEN		NET_WAITING
#define MEMP_NUM_ARP_QUEUE	(ARP_TABLE_SIZE * NET_WAITING + 1)	/* one comes before one goes */
#define ETHARP_TRUST_IP_MAC	0

/*
 * Memory: the heap has what is sent; what is received is in the buffers of the card, and copied to the heap
 * if much of it waits. A page of the heap has memory from its first use on.
 */
void *net_heap(void);
#define NET_HEAP_BYTES		(MEM_SIZE + 4096)	/* with what lwIP has before and after it */
#define LWIP_RAM_HEAP_POINTER	net_heap()
#define MEM_ALIGNMENT		8
#define MEM_SIZE		(7 * 1024 * 1024)
#define MEMP_NUM_PBUF		256
#define PBUF_POOL_SIZE		16
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1	/* of a pool that is not used */
/* All sockets of the server can be of one kind: a client takes none of the others' by its choice of kinds. */
#define NET_SOCKETS		160
#define MEMP_NUM_TCP_PCB	(NET_SOCKETS + 96)	/* and connections that are ending or come */
#define MEMP_NUM_TCP_PCB_LISTEN	NET_SOCKETS
/* A pbuf to be sent counts as MEM_SIZE / TCP_SEGMENTS bytes at least, so there are never more. */
#define TCP_SEGMENTS		(NET_SOCKETS * 96)
#define MEMP_NUM_TCP_SEG	(TCP_SEGMENTS + MEMP_NUM_TCP_PCB)
#define MEMP_NUM_UDP_PCB	(NET_SOCKETS + 1 + DNS_TABLE_SIZE)	/* and of DHCP and DNS */
#define MEMP_NUM_RAW_PCB	NET_SOCKETS
#define IP_REASS_MAX_PBUFS	46	/* one datagram of 64 KiB */
#define MEMP_NUM_REASSDATA	8	/* of IPv4; as many of IPv6, with as many packets */
#define LWIP_IGMP		1
/* Of all sockets in multicast groups (socket/group.c). */
#define NET_GROUPS		64
#define MEMP_NUM_IGMP_GROUP	(NET_CARDS * (1 + NET_GROUPS))	/* and that of all hosts, for each card */

/*
 * IPv6. An interface has its link-local address, and those of prefixes that routers advertise, or that are
 * given. What other hosts fill: the tables below, whose sizes are all that they can take.
 */
#define LWIP_IPV6		1
#define LWIP_IPV6_NUM_ADDRESSES	4
#define IPV6_FRAG_COPYHEADER	1
#define IPV6_REASS_MAXAGE	IP_REASS_MAXAGE
#define LWIP_ND6_QUEUEING	1
#define LWIP_ND6_NUM_NEIGHBORS	ARP_TABLE_SIZE
#define MEMP_NUM_ND6_QUEUE	(LWIP_ND6_NUM_NEIGHBORS * NET_WAITING)
struct nd6_q_entry;
_Bool net_can_wait(const struct nd6_q_entry *first);	/* one more packet (interface/route.c) */
#define LWIP_ND6_NUM_DESTINATIONS 32
#define LWIP_ND6_NUM_PREFIXES	(2 * NET_CARDS)
#define LWIP_ND6_NUM_ROUTERS	(2 * NET_CARDS)
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 1
#define MEMP_NUM_MLD6_GROUP	(NET_CARDS * (LWIP_IPV6_NUM_ADDRESSES + NET_GROUPS))
struct netif;
struct ip6_addr;
const struct ip6_addr *net_router(struct netif *n, const struct ip6_addr *to);
#define LWIP_HOOK_ND6_GET_GW(netif, to)	net_router(netif, to)

/* By which card a packet leaves (interface/route.c), and the name servers of each (interface/given.c). */
struct ip4_addr;
struct ip_addr;
struct netif *net_route4(const struct ip4_addr *from, const struct ip4_addr *to);
struct netif *net_route6(const struct ip6_addr *from, const struct ip6_addr *to);
#define LWIP_HOOK_IP4_ROUTE_SRC(from, to)	net_route4(from, to)
#define LWIP_HOOK_IP6_ROUTE(from, to)		net_route6(from, to)
void net_name_server(struct netif *n, unsigned place, const struct ip_addr *a);
void net_no_name_server(struct netif *n, const struct ip_addr *a);
unsigned net_name_servers(struct netif *n);

/*
 * Names (client/host.c, socket/truncated.c). net_no_host, while a failure is reported: a name server has
 * said that there is no such host. net_truncated: an answer was cut off, and its question, its first bytes,
 * is put by TCP to that server; what comes is given to dns.c, within NET_TRUNCATED_S, if true is returned.
 */
struct pbuf;
struct udp_pcb;
typedef void net_answer(void *arg, struct udp_pcb *pcb, struct pbuf *p, const struct ip_addr *from,
			uint16_t port);
#define NET_TRUNCATED_S		10	/* two lost segments, each of which is sent again after 3 s */
extern _Bool net_no_host;
_Bool net_truncated(unsigned place, const struct ip_addr *server, struct pbuf *answer, unsigned bytes,
		    net_answer *answers);

#define TCP_MSS			1460
#define TCP_WND			(22 * TCP_MSS)	/* at first: stream.c makes it larger */
#define LWIP_WND_SCALE		1
#define TCP_RCV_SCALE		5		/* up to 2 MiB */
#define LWIP_TCP_SACK_OUT	1
#define TCP_SND_BUF		(1024 * 1024)
#define TCP_SND_QUEUELEN	1536
#define TCP_TMR_INTERVAL	50		/* delayed acknowledgements; the other timers count in twice that */
/* Room that a small segment gets for bytes of a later call. A client pays for it (stream.c: PER_PBUF). */
#define TCP_OVERSIZE		128
#define LWIP_TCP_KEEPALIVE	1
#define SO_REUSE		1

#define LWIP_STATS		1
#define LWIP_STATS_DISPLAY	0
#define MEM_STATS		1
#define MEMP_STATS		0

/* Packets that came out of order are kept in the card's buffers too: fewer if few are free. */
uint16_t net_out_of_order(const struct ip_addr *peer);
#define TCP_OOSEQ_MAX_PBUFS	1
#define TCP_OOSEQ_PBUFS_LIMIT(pcb)	net_out_of_order(&(pcb)->remote_ip)

/* When a segment in order is acknowledged: socket/window.c. */
struct tcp_pcb;
void net_acknowledge(struct tcp_pcb *pcb, unsigned bytes);

/*
 * Fast recovery (socket/recovery.c): it begins. net_recovery_ends: returns true if it is over with
 * this acknowledgement. net_recovery_goes_on: it is not, and so many bytes were acknowledged.
 */
void net_recovery_begins(const struct tcp_pcb *pcb);
_Bool net_recovery_ends(struct tcp_pcb *pcb, uint32_t acknowledged);
void net_recovery_goes_on(struct tcp_pcb *pcb, uint32_t bytes);

uint16_t net_checksum(const void *data, int bytes);
#define LWIP_CHKSUM		net_checksum

/*
 * Checksums that the card computes, or has verified (card/offload.c). net_complete: of a packet
 * that is sent in parts it is computed here.
 */
#define LWIP_CHECKSUM_CTRL_PER_NETIF	1
#define LWIP_INLINE_IP_CHKSUM		1	/* that of IP, as its header is made */
void net_complete(struct pbuf *p, const struct netif *n);

uint32_t net_random(void);
#define LWIP_RAND()		net_random()

/*
 * Connections that begin (socket/half_open.c). The number of one that is begun here, and
 * of the answer to a SYN; a pcb of one that is not completed; one that an answer completes and that is not
 * kept; a SYN with the names of one that has ended is a new one; a listening socket takes a segment.
 */
struct tcp_pcb_listen;
struct tcp_hdr;
uint32_t net_first_number(const struct ip_addr *local, uint16_t local_port, const struct ip_addr *remote,
			  uint16_t port);
uint32_t net_answer_number(const struct tcp_pcb *pcb);
struct tcp_pcb *net_half_open(uint8_t priority);
struct tcp_pcb *net_half_open_again(struct tcp_pcb_listen *l, const struct tcp_hdr *h);
_Bool net_begins_again(const struct tcp_pcb *old, unsigned flags, uint32_t number);
signed char net_takes_segment(const struct tcp_pcb *pcb);
#define LWIP_HOOK_TCP_ISN		net_first_number
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, ...)	((pcb)->state > SYN_RCVD ? ERR_OK : net_takes_segment(pcb))

#endif
