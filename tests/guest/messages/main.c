/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `messages PROTOCOL COUNT SEED`: sends COUNT messages that break the protocol to its server, and
 * checks that each is refused: by the status for malformed messages, without words, or, one with typed items,
 * by the kernel. breaker.c makes them from the interface file. Ends with a line that begins "messages: ok" or
 * "messages: FAILED".
 */
#include <l4/ipc.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <proto/console_messages.h>
#include <proto/disk_messages.h>
#include <proto/every_messages.h>
#include <proto/files_messages.h>
#include <proto/grant_messages.h>
#include <proto/link_messages.h>
#include <proto/names_messages.h>
#include <proto/pagers_messages.h>
#include <proto/pci_messages.h>
#include <proto/random_messages.h>
#include <proto/root_messages.h>
#include <proto/rtc_messages.h>
#include <proto/sockets_messages.h>
#include <proto/stream_messages.h>
#include <proto/tenant_messages.h>
#include <stdlib.h>
#include <string.h>

#include "breaker.h"
#include "every.h"

enum { OVERFLOW = 8, ERROR_KIND = 0xf, UNHEARD = 16 };

static bool find_console(L4_ThreadId_t *server)
{
	return pecan_lookup(CONSOLE_NAME, true, server) == NAMES_OK;
}

static bool find_pci(L4_ThreadId_t *server)
{
	return pecan_lookup(PCI_NAME, true, server) == NAMES_OK;
}

static bool find_disk(L4_ThreadId_t *server)
{
	return pecan_lookup(DISK_NAME, true, server) == NAMES_OK;
}

static bool find_random(L4_ThreadId_t *server)
{
	return pecan_lookup(RANDOM_NAME, true, server) == NAMES_OK;
}

static bool find_link(L4_ThreadId_t *server)
{
	return pecan_lookup("link", true, server) == NAMES_OK;
}

static bool find_sockets(L4_ThreadId_t *server)
{
	return pecan_lookup("sockets", true, server) == NAMES_OK;
}

static bool find_files(L4_ThreadId_t *server)
{
	return pecan_lookup("files", true, server) == NAMES_OK;
}

static bool find_rtc(L4_ThreadId_t *server)
{
	return pecan_spawn(RTC_NAME, "", 0, 0, 0) == ROOT_OK && pecan_lookup(RTC_NAME, true, server) == NAMES_OK;
}

static bool find_tenant(L4_ThreadId_t *server)
{
	return pecan_spawn("tenant", "victim", 0, 0, server) == ROOT_OK;
}

/* Tasks of the demos: a giver, and a worker. Its pager is this task, which gets no fault. */
static bool find_grant(L4_ThreadId_t *server)
{
	return pecan_spawn("grant", "giver 0x1", 0, 0, server) == ROOT_OK;
}

static bool find_pagers(L4_ThreadId_t *server)
{
	return pecan_spawn("pagers", "worker 0x1", 0, 0, server) == ROOT_OK;
}

/* With an output that is a pipe: the shell has the server. */
static bool find_stream(L4_ThreadId_t *server)
{
	struct pecan_task me;

	if (pecan_task_of(L4_nilthread, &me) != ROOT_OK)
		return false;
	*server = me.streams;
	return !L4_IsNilThread(me.streams);
}

static bool find_root(L4_ThreadId_t *server)
{
	*server = pecan_root();
	return true;
}

static bool find_every(L4_ThreadId_t *server)
{
	const char *wrong = "no server";

	if (every_start(server))
		wrong = every_wrong(*server);
	if (wrong)
		printf("messages: every: %s\n", wrong);
	return wrong == NULL;
}

static const struct {
	const struct stub_protocol *protocol;
	bool (*find)(L4_ThreadId_t *server);
} servers[] = {
	{ &names_protocol, pecan_names },
	{ &rtc_protocol, find_rtc },
	{ &console_protocol, find_console },
	{ &tenant_protocol, find_tenant },
	{ &stream_protocol, find_stream },
	{ &root_protocol, find_root },
	{ &every_protocol, find_every },
	{ &grant_protocol, find_grant },
	{ &pagers_protocol, find_pagers },
	{ &pci_protocol, find_pci },
	{ &disk_protocol, find_disk },
	{ &random_protocol, find_random },
	{ &files_protocol, find_files },
	{ &link_protocol, find_link },
	{ &sockets_protocol, find_sockets },
};

static void fail(const struct breaker *b, L4_MsgTag_t answer)
{
	printf("messages: FAILED: %s, %s: label 0x%lx, %u words, %u typed: the answer has tag 0x%lx, error %lu\n",
	       b->request->name, b->way, b->label, b->untyped, b->typed, answer.raw,
	       L4_IpcFailed(answer) ? L4_ErrorCode() : 0);
	pecan_exit(1);
}

static void load(const struct breaker *b)
{
	L4_LoadMRs(1, BREAKER_WORDS, (L4_Word_t *)b->word);
	L4_Set_MsgTag(stub_tag(b->label, b->untyped, b->typed));
}

/* The kernel does not deliver items that the server does not accept. */
static bool is_refused(const struct breaker *b, L4_MsgTag_t answer, int malformed)
{
	if (b->typed != 0)
		return L4_IpcFailed(answer) && (L4_ErrorCode() & ERROR_KIND) == OVERFLOW;
	return stub_is(answer, (L4_Word_t)malformed, 0, 0);
}

/* Now and then the sender does not wait for the answer. */
static void send(struct breaker *b, L4_ThreadId_t server, int malformed)
{
	L4_MsgTag_t answer;

	load(b);
	if (b->typed == 0 && breaker_random(b) % UNHEARD == 0) {
		if (L4_IpcFailed(L4_Send(server)))
			fail(b, L4_MsgTag());
		return;
	}
	answer = L4_Call(server);
	if (!is_refused(b, answer, malformed))
		fail(b, answer);
}

int main(int argc, char **argv)
{
	static struct breaker b;
	L4_ThreadId_t server;
	unsigned long count;

	if (argc != 4)
		return 2;
	count = strtoul(argv[2], 0, 10);
	breaker_seed(&b, strtoul(argv[3], 0, 10));
	for (unsigned i = 0; i < sizeof servers / sizeof servers[0]; i++) {
		if (strcmp(servers[i].protocol->name, argv[1]) != 0)
			continue;
		if (!servers[i].find(&server)) {
			printf("messages: FAILED: there is no server of %s\n", argv[1]);
			return 1;
		}
		for (unsigned long n = 0; n < count; n++) {
			breaker_make(&b, servers[i].protocol);
			send(&b, server, servers[i].protocol->malformed);
		}
		printf("messages: ok: %s refused %lu messages of %u kinds\n", argv[1], count, breaker_kinds(&b));
		return 0;
	}
	printf("messages: FAILED: no protocol %s\n", argv[1]);
	return 1;
}
