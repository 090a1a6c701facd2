/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `ping HOST [COUNT]`: sends ICMP echo requests, one a second, and prints the answers. Status 1:
 * none came.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/endian.h>
#include <pecan/print.h>
#include <pecan/sockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COUNT = 4, DATA = 56, ANSWER_MS = 1000, MS_US = 1000, REQUEST4 = 8, ANSWER4 = 0,
	REQUEST6 = 128, ANSWER6 = 129,
};

/* The server puts in identifier and checksum. */
struct echo { uint8_t type, code; uint16_t checksum, id, sequence; unsigned char data[DATA]; };

static int fail(enum sockets_status s)
{
	printf("ping: %s\n", socket_error_text(s));
	return 1;
}

static uint64_t now_ms(void)
{
	return L4_SystemClock().raw / MS_US;
}

/* Is it the answer to this request? */
static bool is_answer(const struct echo *e, long bytes, const struct echo *request)
{
	return bytes == sizeof *e && e->type == (request->type == REQUEST6 ? ANSWER6 : ANSWER4)
	       && e->sequence == request->sequence
	       && memcmp(e->data, request->data, DATA) == 0;
}

/* Wait for the answer; others, which come too late, are dropped. Returns false if none came in time. */
static bool receive(const struct socket *s, const struct echo *request)
{
	uint64_t begun = L4_SystemClock().raw, end = begun / MS_US + ANSWER_MS;
	char text[SOCKET_ADDRESS_TEXT];
	struct socket_datagram d;
	struct echo answer;
	long bytes;

	for (;;) {
		uint64_t now = now_ms();

		if (now >= end || !socket_until(s, SOCKETS_IN, (unsigned)(end - now)))
			return false;
		bytes = socket_receive(s, &answer, sizeof answer, 0, &d);
		if (is_answer(&answer, bytes, request))
			break;
	}
	begun = L4_SystemClock().raw - begun;
	printf("%ld bytes from %s: number %u, %lu.%03u ms\n", bytes, socket_address_text(d.from.address, text),
	       be16(answer.sequence), (unsigned long)(begun / MS_US), (unsigned)(begun % MS_US));
	return true;
}

/* Returns how many answers came, or the negative of a status. */
static long ping(const struct socket *s, const struct socket_name *to, unsigned long count)
{
	struct echo request = { .type = socket_is_ipv4(to->address) ? REQUEST4 : REQUEST6 };
	long answers = 0;

	for (unsigned i = 0; i < DATA; i++)
		request.data[i] = (unsigned char)i;
	for (unsigned long i = 1; i <= count; i++) {
		uint64_t begun = now_ms(), passed;
		long sent;

		request.sequence = be16((uint16_t)i);
		sent = socket_send(s, &request, sizeof request, to);
		if (sent < 0)
			return sent;
		answers += receive(s, &request);
		passed = now_ms() - begun;
		if (i < count && passed < ANSWER_MS)
			L4_Sleep(L4_TimePeriod((ANSWER_MS - passed) * MS_US));
	}
	return answers;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : COUNT;
	struct socket_name to = { 0 };
	enum sockets_status e;
	struct socket s;
	long answers;

	if (argc < 2 || argc > 3 || count == 0) {
		printf("usage: ping HOST [COUNT]\n");
		return 2;
	}
	e = socket_resolve(argv[1], SOCKETS_BOTH, &to.address);
	if (e == SOCKETS_OK)
		e = socket_open(SOCKETS_ECHO, SOCKETS_BOTH, &s);
	if (e != SOCKETS_OK)
		return fail(e);
	answers = ping(&s, &to, count);
	socket_close(&s, false);
	if (answers < 0)
		return fail((enum sockets_status)-answers);
	printf("%lu sent, %ld answered\n", count, answers);
	return answers == 0;
}
