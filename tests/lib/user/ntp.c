/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ntp.c - tests of the answers of time servers (user/apps/ntp/packet.c).
 */
#include <string.h>
#include "harness.h"
#include <apps/ntp/packet.h>

enum { US = 1000000, MUTATIONS = 20000 };

#define COOKIE		0x0123456789abcdefull
#define IN_2026		(20782ll * 86400 * US)	/* us since 1970 */
#define IN_1900		2208988800ll		/* s from 1900 to 1970 */

static uint8_t packet[NTP_BYTES + 4];
static struct ntp_sample sample;
static char why[NTP_WHY];

static void put(unsigned at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		packet[at + i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t stamp(int64_t us)
{
	return (uint64_t)(us / US + IN_1900) << 32 | (uint64_t)((us % US << 32) / US);
}

/* A good answer, of a server that has received and sent at these times. */
static void answer(int64_t received, int64_t sent)
{
	memset(packet, 0, sizeof packet);
	packet[0] = 4 << 3 | 4;
	packet[1] = 2;
	put(16, stamp(received - 60 * (int64_t)US));
	put(24, COOKIE);
	put(32, stamp(received));
	put(40, stamp(sent));
}

/* The verdict on the packet, for a request on its way from 0 to 30 ms of the own clock, which shows 2026. */
static enum ntp_verdict verdict(size_t bytes)
{
	static const struct ntp_times t = { IN_2026, IN_2026 + 30000 };
	enum ntp_verdict v;

	why[0] = 0;
	v = ntp_answer(packet, bytes, COOKIE, &t, &sample, why);
	CHECK((v == NTP_GOOD) == (why[0] == 0));
	return v;
}

static bool says(const char *text)
{
	return strcmp(why, text) == 0;
}

static bool near(int64_t us, int64_t to)
{
	return us - to <= 1 && to - us <= 1;
}

static enum ntp_verdict changed(unsigned at, uint8_t value)
{
	answer(IN_2026, IN_2026);
	packet[at] = value;
	return verdict(NTP_BYTES);
}

TEST(HNTP0001, "a request is of a client, has the cookie as its time, and nothing else")
{
	uint8_t request[NTP_BYTES], zero[NTP_BYTES] = { 0 };

	memset(request, 0xff, sizeof request);
	ntp_request(request, COOKIE);
	CHECK(request[0] == 0x23 && memcmp(request + 1, zero, 39) == 0);
	CHECK(memcmp(request + 40, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8) == 0);
}

TEST(HNTP0002, "offset and delay of an answer: a clock behind, ahead, by years, over the change of the era")
{
	static const int64_t off[] = { 0, 250000, -250000, 5ll * 365 * 86400 * US, -5ll * 365 * 86400 * US,
				       20ll * 365 * 86400 * US };

	for (unsigned i = 0; i < sizeof off / sizeof *off; i++) {
		answer(IN_2026 + off[i] + 10000, IN_2026 + off[i] + 15000);
		CHECK(verdict(NTP_BYTES) == NTP_GOOD);
		CHECK(near(sample.delay, 25000) && near(sample.offset, off[i] - 2500) && sample.stratum == 2);
	}
	CHECK(stamp(IN_2026 + off[5]) >> 63 == 0);		/* after 2036 */
	CHECK(verdict(NTP_BYTES + 4) == NTP_GOOD);
}

TEST(HNTP0003, "what is no answer to this request is foreign: too short, of another mode, version, cookie")
{
	for (size_t bytes = 0; bytes < NTP_BYTES; bytes++) {
		answer(IN_2026, IN_2026);
		CHECK(verdict(bytes) == NTP_FOREIGN);
	}
	for (unsigned first = 0; first < 0x40; first++)
		CHECK((changed(0, (uint8_t)first) == NTP_GOOD) == (first == 0x24 || first == 0x1c));
	for (unsigned i = 24; i < 32; i++)
		CHECK(changed(i, 0x55) == NTP_FOREIGN && says("what came answers another request"));
	/* Nor does one with another cookie end the requests. */
	answer(IN_2026, IN_2026);
	memcpy(packet + 12, "DENY", 4);
	packet[1] = 0;
	packet[24] ^= 1;
	CHECK(verdict(NTP_BYTES) == NTP_FOREIGN);
}

TEST(HNTP0004, "a server that refuses is shown with its code, of which only letters reach the screen")
{
	answer(IN_2026, IN_2026);
	packet[1] = 0;
	memcpy(packet + 12, "RATE", 4);
	CHECK(verdict(NTP_BYTES) == NTP_REFUSED && says("the server refuses requests: RATE"));
	memcpy(packet + 12, "\x1b[\0\xff", 4);
	CHECK(verdict(NTP_BYTES) == NTP_REFUSED && says("the server refuses requests: .[.."));
}

TEST(HNTP0005, "a server whose clock has no source, a far one, no time, or wrong times gives no time")
{
	CHECK(changed(0, 0xe4) == NTP_BAD && says("the server's clock has no source"));
	CHECK(changed(0, 0x64) == NTP_GOOD && changed(0, 0xa4) == NTP_GOOD);
	CHECK(changed(1, 16) == NTP_BAD && changed(1, 255) == NTP_BAD && changed(1, 15) == NTP_GOOD);
	CHECK(changed(9, 16) == NTP_BAD && says("the server's source is too far away"));
	CHECK(changed(4, 0xff) == NTP_BAD && changed(9, 15) == NTP_GOOD);
	answer(IN_2026, IN_2026);
	put(40, 0);
	CHECK(verdict(NTP_BYTES) == NTP_BAD && says("the answer has no time"));
	answer(IN_2026, IN_2026);
	put(32, 0);
	CHECK(verdict(NTP_BYTES) == NTP_BAD);
	answer(IN_2026, IN_2026);
	put(16, stamp(IN_2026 + US));
	CHECK(verdict(NTP_BYTES) == NTP_BAD && says("the server's clock was set after the answer"));
	put(16, 0);
	CHECK(verdict(NTP_BYTES) == NTP_GOOD);
	answer(IN_2026 + 1, IN_2026);
	CHECK(verdict(NTP_BYTES) == NTP_BAD && says("the answer's times contradict each other"));
	answer(IN_2026, IN_2026 + 32000);
	CHECK(verdict(NTP_BYTES) == NTP_BAD && says("the answer's times contradict each other"));
	answer(IN_2026, IN_2026 + 30500);
	CHECK(verdict(NTP_BYTES) == NTP_GOOD && sample.delay == 0);
}

TEST(HNTP0006, "of mutated answers none has a way that is longer than the exchange, or of no length")
{
	unsigned good = 0;
	uint32_t r = 1;

	for (unsigned i = 0; i < MUTATIONS; i++) {
		answer(IN_2026 + 10000, IN_2026 + 15000);
		for (unsigned n = 0; n < 1 + i % 3; n++) {
			r = r * 1664525 + 1013904223;
			packet[(r >> 8) % NTP_BYTES] = (uint8_t)(r >> 16);
		}
		if (verdict(NTP_BYTES) != NTP_GOOD)
			continue;
		good++;
		CHECK(sample.delay >= 0 && sample.delay <= 30000 && sample.stratum > 0 && sample.stratum < 16);
	}
	CHECK(good > MUTATIONS / 10 && good < MUTATIONS / 2);
}
