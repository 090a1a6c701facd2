/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - the name service, the drivers of the clock and of random numbers.
 */
#include <string.h>
#include <proto/names_server.h>
#include <proto/random_server.h>
#include <proto/rtc_server.h>
#include "servers.h"

#pragma weak serve_names_register
#pragma weak serve_names_unregister
#pragma weak serve_names_list
#pragma weak serve_rtc_tick

struct names_caller { int unused; };
struct rtc_caller { int unused; };
struct random_caller { int unused; };

struct source source;
struct date date;

enum { LATE = 32 };
struct late { L4_ThreadId_t to; struct rtc_date_out out; };

/* Names of servers that have ended are gone. */
enum names_error serve_names_lookup(struct names_caller *c, const struct names_lookup_in *in,
				    struct names_lookup_out *out)
{
	static const struct { const char *name; unsigned thread; } names[] = {
		{ "console", CONSOLE_THREAD }, { "files", FILES_THREAD }, { "sockets", NET_THREAD },
		{ "rtc", RTC_THREAD }, { "random", RANDOM_THREAD },
	};

	(void)c;
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(in->name, names[i].name) == 0 && kernel_has_server(names[i].thread)) {
			out->thread = kernel_thread(names[i].thread);
			return NAMES_OK;
		}
	return NAMES_E_ABSENT;
}

enum rtc_status serve_rtc_date(struct rtc_caller *c, struct rtc_date_out *out)
{
	(void)c;
	date.requests++;
	out->at_boot = date.at_boot;
	return RTC_OK;
}

enum rtc_status serve_rtc_set(struct rtc_caller *c, const struct rtc_set_in *in)
{
	(void)c;
	date.set = in->us;
	return date.answer;
}

enum random_status serve_random_get(struct random_caller *c, const struct random_get_in *in,
				    struct random_get_out *out)
{
	(void)c;
	source.requests++;
	if (source.busy) {
		source.busy--;
		return RANDOM_BUSY;
	}
	out->data_bytes = in->count + source.extra;
	memset(out->data, 0x42, sizeof out->data);
	return RANDOM_OK;
}

bool permit_names(struct names_caller *c) { (void)c; return true; }
bool permit_rtc(struct rtc_caller *c) { (void)c; return true; }
bool allow_rtc(struct rtc_caller *c, L4_Word_t right) { (void)c; return right && date.allowed; }
bool permit_random(struct random_caller *c) { (void)c; return true; }

static bool names(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct names_caller c = { 0 };

	(void)from;
	if (spoiled(tag, NAMES_THREAD))
		return true;
	if (!names_serve(tag, &c))
		return false;
	check_request("the name service", NAMES_E_REQUEST);
	return true;
}

static void put_date(void *arg)
{
	struct rtc_date_out *out = arg;

	put_rtc_date(RTC_OK, out);
}

/* In the order of the requests, each with the date of the moment when it was made. */
static void answer_first(void *arg)
{
	struct late *l = arg;

	kernel_answer(l->to, RTC_THREAD, put_date, &l->out);
}

static bool answer_late(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	static struct late late[LATE];
	static unsigned next;
	struct late *l = &late[next++ % LATE];

	if (L4_Label(tag) != RTC_DATE)
		return false;
	l->to = from;
	serve_rtc_date(NULL, &l->out);
	kernel_at(kernel_now() + date.late, answer_first, l);
	return true;
}

static bool rtc(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct rtc_caller c = { 0 };

	if (date.silent)
		return false;
	if (date.late && answer_late(tag, from))
		return false;
	if (spoiled(tag, RTC_THREAD))
		return true;
	if (!rtc_serve(tag, &c))
		return false;
	check_request("the clock", RTC_BAD_REQUEST);
	return true;
}

static bool numbers(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct random_caller c = { 0 };

	(void)from;
	if (spoiled(tag, RANDOM_THREAD))
		return true;
	if (!random_serve(tag, &c))
		return false;
	check_request("the source of random numbers", RANDOM_E_REQUEST);
	return true;
}

/* In place of lib/pecan/arch. */
bool pecan_random_word(unsigned long *to);

bool pecan_random_word(unsigned long *to)
{
	*to = 0x1122334455667788ul;
	return source.cpu;
}

void names_begin(void)
{
	date.at_boot = DATE * 1000000 - kernel_now();
	kernel_server(NAMES_THREAD, names);
	kernel_server(RTC_THREAD, rtc);
	kernel_server(RANDOM_THREAD, numbers);
}
