/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer.c - the network's other end, which is not counted: gives the counted machine its address by DHCP, if
 * that is Pecan; then sends datagrams, each when the one before has come back, and a stream, and takes one.
 * Both streams go in bursts of BURST segments, each of which is answered with a byte.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "linux.h"
#include "rows.h"

enum { ANSWER_S = 60, LEASE = 86400, PATH = 64 };
enum { DHCP_BYTES = 300, DHCP_OPTIONS = 240, DHCP_KIND = 242, OFFER = 2, REQUEST = 3, ACK = 5 };

static char bytes[BURST_BYTES];

static struct sockaddr_in name_of(unsigned address, int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(address) },
				     .sin_port = htons((unsigned short)port) };
}

void net_begin(unsigned address)
{
	struct ifreq r = { .ifr_name = "eth0" };
	struct sockaddr_in own = name_of(address, 0), mask = name_of(MASK, 0);
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	memcpy(&r.ifr_addr, &own, sizeof own);
	must(ioctl(s, SIOCSIFADDR, &r), "address");
	memcpy(&r.ifr_netmask, &mask, sizeof mask);
	must(ioctl(s, SIOCSIFNETMASK, &r), "mask");
	r.ifr_flags = IFF_UP | IFF_RUNNING;
	must(ioctl(s, SIOCSIFFLAGS, &r), "up");
	close(s);
}

void net_allow(const char *name, const char *value)
{
	char path[PATH];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/net/%s", name);
	fd = open(path, O_WRONLY);
	must((int)write(fd, value, strlen(value)), path);
	close(fd);
}

/* ---- DHCP ---- */

static unsigned char *option(unsigned char *at, int kind, unsigned value)
{
	unsigned ordered = htonl(value);

	at[0] = (unsigned char)kind;
	at[1] = 4;
	memcpy(at + 2, &ordered, 4);
	return at + 6;
}

/* Makes the answer of a request: an address, its mask, this server, and how long. */
static void answer_dhcp(unsigned char *m)
{
	unsigned near = htonl(NEAR);
	unsigned char *end = m + DHCP_KIND + 1;

	m[0] = 2;
	memcpy(m + 16, &near, 4);
	m[DHCP_KIND] = m[DHCP_KIND] == REQUEST ? ACK : OFFER;
	end = option(end, 54, PEER);
	end = option(end, 51, LEASE);
	end = option(end, 1, MASK);
	*end = 0xff;
}

/* Until the machine that is counted has its address. */
static void serve_dhcp(void)
{
	struct sockaddr_in own = name_of(0, 67), all = name_of(0xffffffff, 68);
	int s = socket(AF_INET, SOCK_DGRAM, 0), one = 1;
	unsigned char m[DHCP_BYTES * 2] = { 0 };

	must(setsockopt(s, SOL_SOCKET, SO_BROADCAST, &one, sizeof one), "broadcast");
	must(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5), "eth0");
	must(bind(s, (struct sockaddr *)&own, sizeof own), "DHCP");
	do {
		if (recv(s, m, sizeof m, 0) <= DHCP_KIND || m[0] != 1 || m[DHCP_OPTIONS] != 53)
			continue;
		answer_dhcp(m);
		sendto(s, m, DHCP_BYTES, 0, (struct sockaddr *)&all, sizeof all);
	} while (m[DHCP_KIND] != ACK);
	close(s);
}

/* ---- the work ---- */

/* A datagram that was lost is sent again; one that is only late, on a busy host, is not. */
static void send_datagrams(int s, size_t size)
{
	struct sockaddr_in to = name_of(NEAR, UDP_PORT);

	for (int i = 0; i < FIRST + EXCHANGES;) {
		sendto(s, bytes, size, 0, (struct sockaddr *)&to, sizeof to);
		i += recv(s, bytes, sizeof bytes, 0) == (ssize_t)size;
	}
}

/* DEPTH of them, and the next ones when all have come back. */
static void send_many(int s)
{
	struct sockaddr_in to = name_of(NEAR, DEEP_PORT);

	for (int i = 0; i < FIRST + EXCHANGES; i++) {
		for (int n = 0; n < DEPTH; n++)
			sendto(s, bytes, SHORT, 0, (struct sockaddr *)&to, sizeof to);
		for (int n = 0; n < DEPTH; n++)
			if (recv(s, bytes, sizeof bytes, 0) != SHORT)
				work_failed("a datagram of many");
	}
}

static void send_stream(int s)
{
	for (int i = 0; i < FIRST + EXCHANGES; i++)
		if (send(s, bytes, BURST_BYTES, 0) != BURST_BYTES || recv(s, bytes, 1, 0) != 1)
			work_failed("a burst");
}

static void take_stream(int s)
{
	while (recv(s, bytes, BURST_BYTES, MSG_WAITALL) == BURST_BYTES)
		must((int)send(s, bytes, 1, 0), "send");
}

void work_peer(bool dhcp)
{
	struct sockaddr_in to = name_of(NEAR, TCP_PORT);
	struct timeval limit = { .tv_sec = ANSWER_S };
	int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0);

	net_allow("ipv4/tcp_timestamps", "0");	/* without that option a segment has SEGMENT bytes */
	if (dhcp)
		serve_dhcp();
	must(setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), "timeout");
	send_datagrams(udp, SHORT);
	send_datagrams(udp, LONG);
	send_many(udp);
	while (connect(tcp, (struct sockaddr *)&to, sizeof to) != 0)
		sleep(1);
	send_stream(tcp);
	take_stream(tcp);
}
