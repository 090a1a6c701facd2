/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - see <pecan/names.h>.
 */
#include <l4/ipc.h>
#include <pecan/names.h>
#include <proto/names_client.h>
#include <proto/root_client.h>
#include <string.h>

enum { AGAIN_US = 1000, LIST_TRIES = 2 };

static const char *const error_texts[] = {
	[NAMES_OK]	  = "done",
	[NAMES_E_REQUEST] = "the name is empty, too long or not printable, or the request is unknown",
	[NAMES_E_ABSENT]  = "no thread has that name",
	[NAMES_E_TAKEN]   = "another program has that name",
	[NAMES_E_OWNER]   = ("the name or thread is another program's, or its section does not have it in "
			     "`provides`"),		/* parentheses: clang takes this for a missing comma */
	[NAMES_E_FULL]    = "the name service is full",
	[NAMES_E_REFUSED] = "the program may not use the name service; its section has no `uses names`",
	[NAMES_E_UNPROVIDED] = "no section of the system description has the name in `provides`",
};

const char *pecan_names_error_text(enum names_error e)
{
	if (e == NAMES_E_LOST)
		return "there is no name service";
	return (unsigned)e < sizeof(error_texts) / sizeof(error_texts[0]) ? error_texts[e] : "unknown error";
}

/* Asked for at each call: the service may have been restarted. */
bool pecan_names(L4_ThreadId_t *service)
{
	struct root_names_out out;

	while (root_names(pecan_root(), &out) == ROOT_E_BUSY)
		L4_Sleep(L4_TimePeriod(AGAIN_US));
	*service = out.service;
	return !L4_IsNilThread(out.service);
}

/* The service, if it is another one than *service: a call is repeated if the service ended during it. */
static bool next_service(L4_ThreadId_t *service)
{
	L4_ThreadId_t last = *service;

	return pecan_names(service) && L4_IsThreadNotEqual(*service, last);
}

static enum names_error enter(const char *name, L4_ThreadId_t thread, L4_Word_t flags)
{
	L4_ThreadId_t service = L4_nilthread;
	enum names_error e = NAMES_E_LOST;

	while (e == NAMES_E_LOST && next_service(&service)) {
		e = names_register(service, thread, flags, name);
		for (unsigned n = 1; n < NAMES_SWEEPS && e == NAMES_E_FULL; n++)
			e = names_register(service, thread, flags, name);
	}
	return e;
}

enum names_error pecan_register(const char *name, L4_ThreadId_t thread) { return enter(name, thread, 0); }
enum names_error pecan_stand_in(const char *name) { return enter(name, L4_nilthread, NAMES_STAND_IN); }

enum names_error pecan_unregister(const char *name)
{
	L4_ThreadId_t service = L4_nilthread;
	enum names_error e = NAMES_E_LOST;

	while (e == NAMES_E_LOST && next_service(&service))
		e = names_unregister(service, name);
	return e;
}

enum names_error pecan_lookup(const char *name, bool wait, L4_ThreadId_t *thread)
{
	struct names_lookup_out out = { L4_nilthread };
	L4_ThreadId_t service = L4_nilthread;
	enum names_error e = NAMES_E_LOST;

	while (e == NAMES_E_LOST && next_service(&service)) {
		e = names_lookup(service, wait ? NAMES_WAIT : 0, name, &out);
		for (unsigned n = 1; n < NAMES_SWEEPS && e == NAMES_E_FULL; n++)
			e = names_lookup(service, wait ? NAMES_WAIT : 0, name, &out);
	}
	*thread = out.thread;
	return e;
}

/* Not repeated more often: what the table has may be what ends the service. */
static enum names_error list(L4_Word_t position, struct names_list_out *out)
{
	L4_ThreadId_t service = L4_nilthread;
	enum names_error e = NAMES_E_LOST;

	for (unsigned n = 0; n < LIST_TRIES && e == NAMES_E_LOST && next_service(&service); n++)
		e = names_list(service, position, out);
	return e;
}

bool pecan_next_name(L4_Word_t *position, struct pecan_name *n)
{
	struct names_list_out out;

	do {
		if (list(*position, &out) != NAMES_OK || out.next == 0)
			return false;
		*position = out.next;
	} while (out.task == 0);
	n->thread = out.thread;
	n->task = out.task;
	memcpy(n->name, out.name, sizeof(n->name));
	return true;
}
