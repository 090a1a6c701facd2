/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the console driver: an ordinary task that serves user/proto/console.idl.
 *
 * One thread does all the work in a loop of messages: an interrupt of UART or keyboard is a message
 * from its hardware thread, a request is a message from a client. It waits nowhere else, and never
 * for a client. A second thread carries root's log to the first one, as a client like any other; a
 * third one registers the driver's name with the name service, and again if that is started anew.
 *
 * The driver has no state that its clients need, and the lines that were typed outlive it (pecan_keep):
 * when it is started again, clients find the new one by name and repeat the request that failed.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/server.h>
#include <pecan/thread.h>
#include <string.h>

#include "client.h"
#include "log.h"
#include "terminal.h"

enum { NAMES_RETRY_US = 100000, CONTINUER_PRIORITY = 105 };

static L4_ThreadId_t server;

enum console_status serve_con_info(struct console_caller *c, struct con_info_out *out)
{
	unsigned columns, rows;

	(void)c;
	terminal_size(&columns, &rows);
	*out = (struct con_info_out){ columns, rows, terminal_parts() };
	return CONSOLE_OK;
}

bool client_has_ended(L4_ThreadId_t client)
{
	struct pecan_task t;

	return pecan_task_of(client, &t) == ROOT_E_TASK;
}

L4_Word_t client_task(const struct console_caller *c)
{
	return pecan_client_task(c->thread);
}

L4_Word_t client_own_task(void)
{
	return pecan_client_task(server);
}

bool client_has_place(struct holder who, unsigned taken, struct holder (*holder)(unsigned i))
{
	struct places background = places_of(CLIENT_BACKGROUND, CLIENT_OF_TASK, CLIENT_OF_SECTION);
	unsigned own = 0;

	for (unsigned i = 0; i < taken; i++) {
		struct holder h = holder(i);

		own += h.task == who.task;
		if (h.task != control_foreground())
			places_take(&background, h.section);
	}
	if (taken == CLIENT_PLACES || own >= CLIENT_OF_TASK)
		return false;
	return who.task == control_foreground() || places_has(&background, who.section, own);
}

bool permit_console(struct console_caller *c)
{
	return pecan_may_use(c->thread);
}

static void carry_log(void *arg)
{
	char text[LOG_BYTES];
	unsigned used = 0, n, whole;

	(void)arg;
	while ((n = pecan_log_read(text + used, sizeof text - used)) != 0) {
		used += n;
		whole = log_whole(text, used, n);
		if (whole > 0)
			console_write_to(server, text, whole);
		memmove(text, text + whole, used - whole);
		used -= whole;
	}
}

/*
 * The screen is drawn, and long texts are continued, in pieces, each for a call of this thread: its priority
 * is below those of drivers and servers, so that they wait for one piece at most.
 */
static L4_ThreadId_t continuer;
static bool continuer_waits;

static void call_for_pieces(void *unused)
{
	(void)unused;
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(server);
	}
}

static bool is_continuer(L4_ThreadId_t from)
{
	return L4_IsLocalId(from) && L4_IsThreadEqual(L4_GlobalIdOf(from), continuer);
}

/* At the driver's own priority if that is lower. */
static bool start_continuer(void)
{
	return pecan_thread_start(call_for_pieces, NULL, CONTINUER_PRIORITY, &continuer) == ROOT_OK
	    || pecan_thread_start(call_for_pieces, NULL, 0, &continuer) == ROOT_OK;
}

static void piece(void)
{
	continuer_waits = true;
	writer_continue();
	terminal_flush();
}

/* After each message: what was typed, and a call for the next piece if there is one. */
static void continue_all(void)
{
	reader_continue();
	terminal_renew();
	if (continuer_waits && (terminal_is_behind() || writer_can_continue())) {
		continuer_waits = false;
		L4_Set_MsgTag(L4_Niltag);
		L4_Reply(continuer);
	}
}

static void give_up(const char *why)
{
	pecan_log(why);
	pecan_exit(1);
}

/* No thread sends to this one: its wait for the name service ends when the service does. */
static void keep_name(void *arg)
{
	L4_ThreadId_t names;

	(void)arg;
	for (;;) {
		if (pecan_names(&names) && pecan_register(CONSOLE_NAME, server) == NAMES_OK)
			L4_Receive(names);
		L4_Sleep(L4_TimePeriod(NAMES_RETRY_US));
	}
}

int main(void)
{
	struct console_caller c;
	enum names_error e;
	L4_MsgTag_t tag;

	server = L4_Myself();
	reader_init();
	if (!terminal_init())
		give_up("no serial line and no screen could be opened: does its section have"
			" `irq`, `ports` and `physical`?");
	e = pecan_register(CONSOLE_NAME, L4_nilthread);
	if (e != NAMES_OK && e != NAMES_E_LOST)	/* without a name service keep_name waits for one */
		give_up(pecan_names_error_text(e));
	if (pecan_thread_start(carry_log, NULL, 0, NULL) != ROOT_OK
	    || pecan_thread_start(keep_name, NULL, 0, NULL) != ROOT_OK || !start_continuer())
		give_up("no threads for log, name and screen: raise this program's kernel-memory limit in init");
	for (;;) {
		tag = pecan_wait_alive(&c.thread);
		if (L4_IpcFailed(tag))
			continue;
		if (is_continuer(c.thread))
			piece();
		else if (!terminal_interrupt(c.thread, reader_typed) && console_serve(tag, &c))
			L4_Reply(c.thread);
		continue_all();
	}
}
