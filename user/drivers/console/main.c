/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the console driver: an ordinary task that serves <proto/console.h>.
 *
 * One thread does all the work in a loop of messages: an interrupt of UART or keyboard is a message
 * from its hardware thread, a request is a message from a client. It waits nowhere else, and never
 * for a client. A second thread carries root's log to the first one, as a client like any other; a
 * third one registers the driver's name with the name service, and again if that is started anew.
 *
 * The driver has no state that its clients need: when it is started again after
 * its end, clients find the new one by name and repeat the request that failed.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <string.h>

#include "client.h"
#include "terminal.h"

enum { LOG_BYTES = 512, NAMES_RETRY_US = 100000, KNOWN = 64 };

static L4_ThreadId_t server;

bool client_answer(L4_ThreadId_t to, enum console_status status, const L4_Word_t *words, unsigned n)
{
	L4_MsgTag_t tag = { .raw = (L4_Word_t)status << 16 | n };

	L4_Set_MsgTag(tag);
	for (unsigned i = 0; i < n; i++)
		L4_LoadMR((int)(1 + i), words[i]);
	return L4_IpcSucceeded(L4_Reply(to));
}

bool client_answer_text(L4_ThreadId_t to, enum console_status status, const char *text, size_t len)
{
	L4_Word_t words[REQUEST_WORDS] = { len };
	unsigned n = 1 + (unsigned)((len + sizeof words[0] - 1) / sizeof words[0]);

	memcpy(&words[1], text, len);
	return client_answer(to, status, words, n);
}

static void info(const struct request *q)
{
	unsigned columns, rows;

	terminal_size(&columns, &rows);
	client_answer(q->from, CONSOLE_OK,
		      (L4_Word_t[]){ columns, rows, terminal_parts(), terminal_sent(), reader_bytes() }, 5);
}

bool client_has_ended(L4_ThreadId_t client)
{
	struct pecan_task t;

	return pecan_task_of(client, &t) == ROOT_E_TASK;
}

/*
 * The thread's task; 0: 0 if it has ended. A thread id never names another thread later, so root is asked
 * once. The sender is a local id if it is a thread of this driver.
 */
static L4_Word_t task_of(L4_ThreadId_t thread)
{
	static struct { L4_ThreadId_t thread; L4_Word_t task; } known[KNOWN];
	struct pecan_task t;
	unsigned i;

	if (L4_IsLocalId(thread))
		thread = L4_GlobalIdOf(thread);
	i = (unsigned)(L4_ThreadNo(thread) % KNOWN);
	if (L4_IsThreadNotEqual(known[i].thread, thread)) {
		if (pecan_task_of(thread, &t) != ROOT_OK)
			return 0;
		known[i].thread = thread;
		known[i].task = t.task;
	}
	return known[i].task;
}

static void serve(struct request *q)
{
	q->task = task_of(q->from);
	if (q->task == 0)
		return;
	switch (q->label) {
	case CONSOLE_WRITE: writer_write(q); break;
	case CONSOLE_READ_LINE: reader_line(q); break;
	case CONSOLE_READ_KEY: reader_key(q); break;
	case CONSOLE_WATCH: control_watch(q); break;
	case CONSOLE_FOREGROUND: control_give(q); break;
	case CONSOLE_WAITING: reader_waiting(q); break;
	case CONSOLE_HISTORY: reader_history(q); break;
	case CONSOLE_INFO: info(q); break;
	default: client_answer(q->from, CONSOLE_BAD_REQUEST, NULL, 0); break;
	}
}

static void receive(struct request *q)
{
	L4_MsgTag_t tag = L4_Wait(&q->from);

	if (L4_IpcFailed(tag)) {
		q->from = L4_nilthread;
		return;
	}
	q->label = L4_Label(tag);
	q->words = (unsigned)L4_UntypedWords(tag);
	q->word[0] = 0;
	for (unsigned i = 0; i < q->words; i++)
		L4_StoreMR((int)(1 + i), &q->word[i]);
}

static void carry_log(void *arg)
{
	char text[LOG_BYTES];
	unsigned n;

	(void)arg;
	while ((n = pecan_log_read(text, sizeof text)) != 0)
		console_write_to(server, text, n);
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
		const struct pecan_call find = { ROOT_NAMES, NULL, 0, &names.raw, 1 };

		if (pecan_call(&find) == ROOT_OK && !L4_IsNilThread(names)
		    && pecan_register(CONSOLE_NAME, server) == NAMES_OK)
			L4_Receive(names);
		L4_Sleep(L4_TimePeriod(NAMES_RETRY_US));
	}
}

int main(void)
{
	static struct request q;
	enum names_error e;

	server = L4_Myself();
	if (!terminal_init())
		give_up("no serial line and no screen could be opened: does init give this program the"
			" rights irq=, io= and phys=?");
	e = pecan_register(CONSOLE_NAME, L4_nilthread);
	if (e != NAMES_OK && e != NAMES_E_SERVICE)	/* without a name service keep_name waits for one */
		give_up(pecan_names_error_text(e));
	if (pecan_thread_start(carry_log, NULL, 0, NULL) != ROOT_OK
	    || pecan_thread_start(keep_name, NULL, 0, NULL) != ROOT_OK)
		give_up("no threads for log and name: raise this program's kernel-memory limit in init");
	for (;;) {
		receive(&q);
		if (L4_IsNilThread(q.from))
			continue;
		if (!terminal_interrupt(q.from, reader_typed))
			serve(&q);
		writer_continue();
		reader_continue();
		terminal_flush();
	}
}
