/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket_text.c - addresses as text: see <pecan/sockets.h>. Of IPv6 as RFC 5952 has it.
 */
#include <pecan/sockets.h>
#include <stdio.h>

enum { GROUPS = 8 };

/* The longest run of groups of zeros, from *at on. Returns how many; 0 for less than two. */
static unsigned find_zeros(const unsigned group[GROUPS], unsigned *at)
{
	unsigned longest = 1, run = 0;

	for (unsigned i = 0; i < GROUPS; i++) {
		run = group[i] ? 0 : run + 1;
		if (run > longest) {
			longest = run;
			*at = i + 1 - run;
		}
	}
	return longest > 1 ? longest : 0;
}

const char *socket_address_text(struct socket_address a, char text[SOCKET_ADDRESS_TEXT])
{
	unsigned group[GROUPS], at = GROUPS, zeros, n = 0;

	if (socket_is_ipv4(a)) {
		snprintf(text, SOCKET_ADDRESS_TEXT, "%u.%u.%u.%u", (unsigned)(a.low >> 24 & 0xff),
			 (unsigned)(a.low >> 16 & 0xff), (unsigned)(a.low >> 8 & 0xff), (unsigned)(a.low & 0xff));
		return text;
	}
	for (unsigned i = 0; i < GROUPS; i++)
		group[i] = (i < GROUPS / 2 ? a.high : a.low) >> 16 * (GROUPS / 2 - 1 - i % (GROUPS / 2)) & 0xffff;
	zeros = find_zeros(group, &at);
	for (unsigned i = 0; i < GROUPS; i++) {
		if (zeros && i == at) {
			n += (unsigned)snprintf(text + n, SOCKET_ADDRESS_TEXT - n, "::");
			i += zeros - 1;
			continue;
		}
		n += (unsigned)snprintf(text + n, SOCKET_ADDRESS_TEXT - n, "%s%x",
					i == 0 || (zeros && i == at + zeros) ? "" : ":", group[i]);
	}
	return text;
}
