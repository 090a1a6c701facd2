/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.c - see packet.h. Times of NTP are seconds since 1900 in 32.32 bits.
 */
#include <stdio.h>
#include <string.h>
#include "packet.h"

enum {
	FIRST = 0, STRATUM = 1, ROOT_DELAY = 4, ROOT_DISPERSION = 8, CODE = 12, CODE_BYTES = 4, REFERENCE = 16,
	ORIGINATE = 24, RECEIVED = 32, TRANSMITTED = 40,	/* offsets */
	VERSION = 4, OLDEST = 3, CLIENT = 3, SERVER = 4, NOT_SYNCHRONIZED = 3, STRATA = 16, US = 1000000,
	FARTHEST = 16 << 16,		/* s, in 16.16 bits: a root that is so far away says nothing (RFC 5905) */
	CLOCKS_DIFFER = 1000,		/* us: by how much two clocks may differ over an exchange */
};

#define FROM_1900_TO_1970	2208988800ll
#define ERA			(1ll << 32)	/* s */
#define HALF			(1ull << 31)

static uint32_t word(const uint8_t *from)
{
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static uint64_t number(const uint8_t *from)
{
	return (uint64_t)word(from) << 32 | word(from + 4);
}

/* In us since 1970, rounded. Without the highest bit it is of the era that begins in 2036 (RFC 4330, 3). */
static int64_t time_of(uint64_t stamp)
{
	int64_t seconds = (int64_t)(stamp >> 32) + (stamp >> 63 ? 0 : ERA) - FROM_1900_TO_1970;

	return seconds * US + (int64_t)(((stamp & 0xffffffff) * US + HALF) >> 32);
}

void ntp_request(uint8_t to[NTP_BYTES], uint64_t cookie)
{
	memset(to, 0, NTP_BYTES);
	to[FIRST] = VERSION << 3 | CLIENT;
	for (unsigned i = 0; i < sizeof cookie; i++)
		to[TRANSMITTED + i] = (uint8_t)(cookie >> (56 - 8 * i));
}

static enum ntp_verdict say(char why[NTP_WHY], enum ntp_verdict v, const char *what)
{
	snprintf(why, NTP_WHY, "%s", what);
	return v;
}

/* Stratum 0: the reference is a code of four letters. What is none is shown as a dot. */
static enum ntp_verdict refusal(const uint8_t *from, char why[NTP_WHY])
{
	char code[CODE_BYTES + 1] = "";

	for (unsigned i = 0; i < CODE_BYTES; i++)
		code[i] = from[CODE + i] > ' ' && from[CODE + i] < 0x7f ? (char)from[CODE + i] : '.';
	snprintf(why, NTP_WHY, "the server refuses requests: %s", code);
	return NTP_REFUSED;
}

/* What a server says of itself, in an answer to this request. */
static enum ntp_verdict check(const uint8_t *from, char why[NTP_WHY])
{
	uint64_t reference = number(from + REFERENCE), transmitted = number(from + TRANSMITTED);

	if (from[STRATUM] == 0)
		return refusal(from, why);
	if (from[FIRST] >> 6 == NOT_SYNCHRONIZED || from[STRATUM] >= STRATA)
		return say(why, NTP_BAD, "the server's clock has no source");
	if ((uint64_t)word(from + ROOT_DELAY) / 2 + word(from + ROOT_DISPERSION) >= FARTHEST)
		return say(why, NTP_BAD, "the server's source is too far away");
	if (transmitted == 0 || number(from + RECEIVED) == 0)
		return say(why, NTP_BAD, "the answer has no time");
	if (reference && time_of(reference) > time_of(transmitted))
		return say(why, NTP_BAD, "the server's clock was set after the answer");
	return NTP_GOOD;
}

enum ntp_verdict ntp_answer(const uint8_t *from, size_t bytes, uint64_t cookie, const struct ntp_times *t,
			    struct ntp_sample *out, char why[NTP_WHY])
{
	unsigned version = bytes > 0 ? from[FIRST] >> 3 & 7 : 0;
	enum ntp_verdict v;
	int64_t received, transmitted;

	if (bytes < NTP_BYTES || (from[FIRST] & 7) != SERVER || version < OLDEST || version > VERSION)
		return say(why, NTP_FOREIGN, "what came is no answer of a server of NTP");
	if (number(from + ORIGINATE) != cookie)
		return say(why, NTP_FOREIGN, "what came answers another request");
	v = check(from, why);
	if (v != NTP_GOOD)
		return v;
	received = time_of(number(from + RECEIVED));
	transmitted = time_of(number(from + TRANSMITTED));
	out->delay = (t->received - t->sent) - (transmitted - received);
	if (transmitted < received || out->delay < -CLOCKS_DIFFER)
		return say(why, NTP_BAD, "the answer's times contradict each other");
	out->delay = out->delay > 0 ? out->delay : 0;
	out->offset = ((received - t->sent) + (transmitted - t->received)) / 2;
	out->stratum = from[STRATUM];
	return NTP_GOOD;
}
