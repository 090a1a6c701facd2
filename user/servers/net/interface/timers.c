/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timers.c - see timers.h. lwIP does not say whether requests of ARP are pending, or datagrams incomplete:
 * that follows from the frames that pass here.
 */
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/igmp.h>
#include <lwip/ip4_frag.h>
#include <lwip/ip6_frag.h>
#include <lwip/mld6.h>
#include <lwip/nd6.h>
#include <lwip/priv/nd6_priv.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/sys.h>
#include <pecan/endian.h>

#include "interface.h"
#include "timers.h"

enum {
	PENDING_MS = 7000,		/* lwIP requests an address five times, each second */
	INCOMPLETE_MS = (IP_REASS_MAXAGE + 2) * IP_TMR_INTERVAL,
	ARP_FORGETS = 300, DAY = 86400,	/* s: no entry of ARP is older */
	TYPE_AT = 12, ARP_OPERATION_AT = 20, ARP_REQUEST_CODE = 1, FRAGMENT_AT = SIZEOF_ETH_HDR + 6,
	NEXT_AT = SIZEOF_ETH_HDR + 6, FIRST_HEADER_AT = SIZEOF_ETH_HDR + IP6_HLEN,
};

/* Calls that were missed are made up for, up to `most`. */
static const struct timer { uint32_t interval, most; void (*run)(void); } timers[] = {
	{ TCP_TMR_INTERVAL, 1, tcp_tmr },
	{ DHCP_FINE_TIMER_MSECS, 1, dhcp_fine_tmr },
	{ ARP_TMR_INTERVAL, ARP_FORGETS, etharp_tmr },
	{ IP_TMR_INTERVAL, 1, ip_reass_tmr },
	{ IGMP_TMR_INTERVAL, 1, igmp_tmr },
	{ MLD6_TMR_INTERVAL, 1, mld6_tmr },
	{ IP6_REASS_TMR_INTERVAL, 1, ip6_reass_tmr },
	{ ND6_TMR_INTERVAL, DAY, nd6_tmr },
	{ DNS_TMR_INTERVAL, DAY, dns_tmr },
	{ DHCP_COARSE_TIMER_MSECS, DAY / DHCP_COARSE_TIMER_SECS, dhcp_coarse_tmr },
};

enum { TIMERS = sizeof timers / sizeof timers[0], COARSE = TIMERS - 1 };

static uint32_t last[TIMERS];		/* ms: when each should have run */
static uint32_t pending_since, incomplete_since;
static bool pending, incomplete;

/* ---- what they work on ---- */

static uint32_t word16(const void *frame, unsigned offset)
{
	return be16_at((const uint8_t *)frame + offset);
}

void timers_sending(const void *frame, unsigned bytes)
{
	if (bytes < SIZEOF_ETH_HDR + SIZEOF_ETHARP_HDR || word16(frame, TYPE_AT) != ETHTYPE_ARP
	    || word16(frame, ARP_OPERATION_AT) != ARP_REQUEST_CODE)
		return;
	pending = true;
	pending_since = sys_now();
}

static bool is_extension(uint8_t header)
{
	return header == IP6_NEXTH_HOPBYHOP || header == IP6_NEXTH_ROUTING || header == IP6_NEXTH_DESTOPTS;
}

/* A part of a datagram, or it may be, behind several other headers. */
static bool is_fragment6(const void *frame, unsigned bytes)
{
	const uint8_t *next = (const uint8_t *)frame + NEXT_AT;

	if (bytes <= FIRST_HEADER_AT)
		return false;
	if (is_extension(*next))
		next = (const uint8_t *)frame + FIRST_HEADER_AT;
	return *next == IP6_NEXTH_FRAGMENT || is_extension(*next);
}

bool timers_received(const void *frame, unsigned bytes)
{
	uint32_t type = bytes >= SIZEOF_ETH_HDR + IP_HLEN ? word16(frame, TYPE_AT) : 0;

	if (!(type == ETHTYPE_IP && (word16(frame, FRAGMENT_AT) & (IP_MF | IP_OFFMASK)))
	    && !(type == ETHTYPE_IPV6 && is_fragment6(frame, bytes)))
		return false;
	incomplete = true;
	incomplete_since = sys_now();
	return true;
}

/* A neighbor's address is being asked for. A router's is kept when it does not answer. */
static bool asks_neighbor(const struct nd6_neighbor_cache_entry *e)
{
	switch (e->state) {
	case ND6_INCOMPLETE: return !e->isrouter || e->counter.probes_sent < LWIP_ND6_MAX_MULTICAST_SOLICIT;
	case ND6_DELAY:
	case ND6_PROBE: return true;
	default: return false;
	}
}

/* A group of IPv4 or IPv6 is to be reported. */
static bool has_report(const struct netif *n)
{
	const struct igmp_group *group = netif_igmp_data(n);
	const struct mld_group *group6 = netif_mld6_data(n);

	while (group && group->timer == 0)
		group = group->next;
	while (group6 && group6->timer == 0)
		group6 = group6->next;
	return group || group6;
}

/* Neighbors and routers of IPv6, an address of it that is being checked, groups. */
static bool discovers(const struct netif *n)
{
	if (!netif_is_link_up(n))
		return false;
	for (unsigned i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++)
		if (neighbor_cache[i].netif == n && asks_neighbor(&neighbor_cache[i]))
			return true;
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_istentative(netif_ip6_addr_state(n, i)))
			return true;
	return has_report(n) || (n->rs_count > 0 && !ip6_addr_isduplicated(netif_ip6_addr_state(n, 0)));
}

static bool asks_address(const struct netif *n)
{
	const struct dhcp *d = netif_dhcp_data(n);

	return d && d->request_timeout > 0 && netif_is_link_up(n);
}

bool timers_needed(void)
{
	pending &= sys_now() - pending_since < PENDING_MS;
	incomplete &= sys_now() - incomplete_since < INCOMPLETE_MS;
	if (tcp_active_pcbs || tcp_tw_pcbs || pending || incomplete)
		return true;
	INTERFACE_FOREACH(i)
		if (asks_address(*i) || discovers(*i))
			return true;
	return false;
}

/* ---- running them ---- */

void timers_begin(void)
{
	for (unsigned i = 0; i < TIMERS; i++)
		last[i] = sys_now();
}

void timers_run(void)
{
	for (unsigned i = 0; i < TIMERS; i++) {
		const struct timer *t = &timers[i];
		uint32_t n = (sys_now() - last[i]) / t->interval;

		last[i] += n * t->interval;
		for (n = n < t->most ? n : t->most; n > 0; n--)
			t->run();
	}
}

static uint32_t earlier(uint32_t a, uint32_t minutes)
{
	return minutes && minutes < a ? minutes : a;
}

/* A lease has to be renewed, bound again, or ends. */
static uint32_t earlier_lease(uint32_t minutes, const struct dhcp *d)
{
	minutes = earlier(minutes, d->t1_renew_time);
	minutes = earlier(minutes, d->t2_rebind_time);
	return earlier(minutes, d->t0_timeout ? (uint32_t)d->t0_timeout - d->lease_used : 0);
}

/* Of the leases alone. */
uint32_t timers_next(void)
{
	uint32_t minutes = TIMERS_LONGEST_MS / DHCP_COARSE_TIMER_MSECS, passed = sys_now() - last[COARSE];

	INTERFACE_FOREACH(i)
		if (netif_dhcp_data(*i))
			minutes = earlier_lease(minutes, netif_dhcp_data(*i));
	return minutes * DHCP_COARSE_TIMER_MSECS - passed;
}
