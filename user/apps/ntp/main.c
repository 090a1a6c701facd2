/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - ntp: sets the clock by a server of NTP.
 *
 *   ntp [-n] [-p PORT] SERVER; -n: only shows what the server says
 *
 * Of SAMPLES answers that with the shortest way counts, as its error is at most half of that way. Status 1:
 * the clock was not set, and a line says why.
 */
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "packet.h"

#define NTP_PORT	"123"

enum { SAMPLES = 4, PERIOD_US = 2000000, PATIENCE_US = 2000000, US = 1000000, MOST = 512 };

struct exchange {
	const char *server, *port;
	int fd;
	int64_t at_boot;		/* the date, when the clock that nothing sets was 0 */
	char why[NTP_WHY];		/* there is no answer */
};

__attribute__((format(printf, 1, 2))) _Noreturn static void fail(const char *format, ...)
{
	va_list args;

	fputs("ntp: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static int64_t clock_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * US + t.tv_nsec / 1000;
}

static void no_answer(struct exchange *x, const char *why)
{
	snprintf(x->why, sizeof x->why, "%s", why);
}

/*
 * Wait for the answer to a request until its time is over, whatever else comes meanwhile: a host that does
 * not see the requests cannot end the wait.
 */
static bool receive(struct exchange *x, uint64_t cookie, int64_t sent, struct ntp_sample *out)
{
	uint8_t answer[MOST];

	for (;;) {
		int64_t left = sent + PATIENCE_US - clock_us(CLOCK_MONOTONIC);
		struct timeval wait = { (time_t)(left / US), (suseconds_t)(left % US) };
		struct ntp_times times = { x->at_boot + sent, 0 };
		enum ntp_verdict v;
		ssize_t n;

		if (left <= 0)
			return false;
		setsockopt(x->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
		n = recv(x->fd, answer, sizeof answer, 0);
		times.received = x->at_boot + clock_us(CLOCK_MONOTONIC);
		if (n < 0 && errno != EAGAIN)
			no_answer(x, strerror(errno));
		if (n < 0)
			return false;
		v = ntp_answer(answer, (size_t)n, cookie, &times, out, x->why);
		if (v == NTP_REFUSED)
			fail("%s: %s", x->server, x->why);
		if (v != NTP_FOREIGN)
			return v == NTP_GOOD;
	}
}

static bool sample(struct exchange *x, struct ntp_sample *out)
{
	uint8_t request[NTP_BYTES];
	uint64_t cookie;
	int64_t sent;

	if (getrandom(&cookie, sizeof cookie, GRND_NONBLOCK) != sizeof cookie)
		fail("there are no random numbers, and without them any host could answer");
	ntp_request(request, cookie);
	sent = clock_us(CLOCK_MONOTONIC);
	if (send(x->fd, request, sizeof request, 0) < 0) {
		no_answer(x, strerror(errno));
		return false;
	}
	return receive(x, cookie, sent, out);
}

/* Returns how many answers came; *best is the one with the shortest way. */
static unsigned measure(struct exchange *x, struct ntp_sample *best)
{
	unsigned answers = 0;

	for (unsigned i = 0; i < SAMPLES; i++) {
		struct ntp_sample s;

		if (i > 0)
			usleep(PERIOD_US);
		if (!sample(x, &s))
			continue;
		if (answers++ == 0 || s.delay < best->delay)
			*best = s;
	}
	return answers;
}

/* The first of the server's addresses that answers. */
static unsigned ask(struct exchange *x, struct ntp_sample *best)
{
	struct addrinfo *found, hints = { .ai_socktype = SOCK_DGRAM };
	unsigned answers = 0;
	int e = getaddrinfo(x->server, x->port, &hints, &found);

	if (e)
		fail("%s: %s", x->server, gai_strerror(e));
	for (const struct addrinfo *a = found; a && answers == 0; a = a->ai_next) {
		x->fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
		if (x->fd < 0)
			fail("there is no network: %s", strerror(errno));
		if (connect(x->fd, a->ai_addr, a->ai_addrlen) == 0)
			answers = measure(x, best);
		else
			no_answer(x, strerror(errno));
		close(x->fd);
	}
	freeaddrinfo(found);
	return answers;
}

static void set(const struct exchange *x, const struct ntp_sample *s)
{
	int64_t now = x->at_boot + s->offset + clock_us(CLOCK_MONOTONIC);
	struct timespec t = { (time_t)(now / US), (long)(now % US) * 1000 };

	if (now > 0 && clock_settime(CLOCK_REALTIME, &t) == 0)
		return;
	if (errno == EPERM)
		fail("the clock is not set: this program has not got the right `clock`");
	fail("the clock is not set: %s", now > 0 ? strerror(errno) : "this is before 1970");
}

static _Noreturn void usage(void)
{
	fputs("ntp [-n] [-p PORT] SERVER: sets the clock by a server of NTP; -n: only shows what that says\n",
	      stderr);
	exit(1);
}

int main(int argc, char **argv)
{
	struct exchange x = { .port = NTP_PORT, .why = "there is no answer" };
	struct ntp_sample s = { 0 };
	bool only_show = false;
	unsigned answers;
	int c;

	while ((c = getopt(argc, argv, "np:")) != -1) {
		if (c == 'n')
			only_show = true;
		else if (c == 'p')
			x.port = optarg;
		else
			usage();
	}
	if (argc - optind != 1)
		usage();
	x.server = argv[optind];
	x.at_boot = clock_us(CLOCK_REALTIME) - clock_us(CLOCK_MONOTONIC);
	answers = ask(&x, &s);
	if (answers == 0)
		fail("%s: %s", x.server, x.why);
	printf("%s: stratum %u, %u of %d answers, offset %c%lld.%06lld s, delay %lld.%06lld s\n", x.server,
	       s.stratum, answers, SAMPLES, s.offset < 0 ? '-' : '+', llabs(s.offset) / US,
	       llabs(s.offset) % US, (long long)s.delay / US, (long long)s.delay % US);
	if (only_show)
		return 0;
	set(&x, &s);
	puts("the clock is set");
	return 0;
}
