/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spoof.c - spoof COUNT: sends so many frames of type TYPE by eth0 with its own address as the sender's, and
 * as many with another one, by a socket of AF_PACKET. To all; each has 60 bytes.
 */
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { TYPE = 0x88b5, FRAME = 60, OWN = 0, OTHER = 1 };	/* TYPE: for experiments (IEEE 802) */

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void send_frame(int s, const unsigned char *from, int kind)
{
	unsigned char frame[FRAME] = { [12] = TYPE >> 8, [13] = TYPE & 0xff, [14] = (unsigned char)kind };

	memset(frame, 0xff, ETH_ALEN);
	memcpy(frame + ETH_ALEN, from, ETH_ALEN);
	frame[ETH_ALEN] ^= (unsigned char)(kind == OTHER ? 4 : 0);
	if (send(s, frame, FRAME, 0) != FRAME)
		fail("send");
}

int main(int argc, char **argv)
{
	int count = argc == 2 ? atoi(argv[1]) : 0, s = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(TYPE) };
	struct ifreq r = { .ifr_name = "eth0" };

	at.sll_ifindex = (int)if_nametoindex("eth0");
	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) != 0 || ioctl(s, SIOCGIFHWADDR, &r) != 0)
		fail("eth0");
	for (int i = 0; i < count; i++) {
		send_frame(s, (unsigned char *)r.ifr_hwaddr.sa_data, OTHER);
		send_frame(s, (unsigned char *)r.ifr_hwaddr.sa_data, OWN);
	}
	printf("spoof: %d frames of each kind are sent\n", count);
	return 0;
}
