/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mac.c - tests of the addresses of the bridge's ports (user/servers/bridge/mac.c).
 */
#include "harness.h"
#include <servers/bridge/mac.h>
#include <pecan/places.h>

#define CARD	0x525400123456ull

TEST(HMAC0001, "each section has another address, a local one of no group, and none is the card's")
{
	static const uint64_t cards[] = { CARD, 0, 0x001122334455ull, 0xfeffffffffffull, 0x020000000000ull };

	for (unsigned c = 0; c < sizeof(cards) / sizeof(cards[0]); c++)
		for (unsigned i = 1; i <= PLACES_SECTIONS; i++) {
			uint64_t mac = mac_of_section(cards[c], i);

			CHECK(mac >> 48 == 0 && (mac & MAC_LOCAL) && !(mac & MAC_GROUP) && mac != cards[c]);
			for (unsigned other = 1; other < i; other++)
				CHECK(mac != mac_of_section(cards[c], other));
		}
}

TEST(HMAC0002, "an address is given as PROGRAM=XX:XX:XX:XX:XX:XX, and is neither 0 nor that of a group")
{
	static const char *const wrong[] = {
		"", "a", "=02:11:22:33:44:55", "a=", "a=02:11:22:33:44", "a=02:11:22:33:44:5",
		"a=02:11:22:33:44:55:66", "a=02:11:22:33:44:5g", "a=02-11-22-33-44-55",
		"a=00:00:00:00:00:00", "a=03:11:22:33:44:55",
		"a=ff:ff:ff:ff:ff:ff", "a=02:11:22:33:44:55 ", "a=2:11:22:33:44:55", "a==02:11:22:33:44:55",
	};
	unsigned n;
	uint64_t mac;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK(!mac_given(wrong[i], &n, &mac));
	CHECK(mac_given("guest=02:1a:2B:33:44:5f", &n, &mac) && n == 5 && mac == 0x021a2b33445full);
}

TEST(HMAC0003, "the first byte of a frame's address is the highest of the number")
{
	CHECK(mac_at("\x52\x54\x00\x12\x34\xfe") == 0x5254001234feull);
}
