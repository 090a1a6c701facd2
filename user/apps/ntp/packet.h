/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.h - requests and answers of SNTP, the time of a server (RFC 4330, RFC 5905).
 */
#ifndef NTP_PACKET_H
#define NTP_PACKET_H

#include <stddef.h>
#include <stdint.h>

enum { NTP_BYTES = 48, NTP_WHY = 64 };

enum ntp_verdict {
	NTP_GOOD,
	NTP_FOREIGN,			/* no answer to this request: it says nothing about the server */
	NTP_BAD,			/* an answer that gives no time */
	NTP_REFUSED,			/* the server wants no more requests */
};

/* One exchange, in us since 1970: sent and received by the own clock. */
struct ntp_times { int64_t sent, received; };

/* What it says: how much the server's clock is ahead of the own one, and how long the way took, in us. */
struct ntp_sample { int64_t offset, delay; unsigned stratum; };

/*
 * Make a request. `cookie` stands in place of the time of sending, and comes back in the answer: it must be
 * random, so that only a host that has seen the request can answer it, and the request says nothing of the
 * own clock.
 */
void ntp_request(uint8_t to[NTP_BYTES], uint64_t cookie);

/* Check what came for a request. Unless it is NTP_GOOD, `why` says what is wrong with it. */
enum ntp_verdict ntp_answer(const uint8_t *from, size_t bytes, uint64_t cookie, const struct ntp_times *t,
			    struct ntp_sample *out, char why[NTP_WHY]);

#endif
