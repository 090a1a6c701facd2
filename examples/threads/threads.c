/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - a server thread adds two words; the first thread calls it.
 *
 * A message is a tag (label, number of words) and words in message registers 1 to 63. L4_Call sends and
 * waits for the answer of that thread; L4_ReplyWait answers and waits for the next message of any thread.
 */
#include <l4/ipc.h>
#include <pecan/print.h>
#include <pecan/thread.h>

enum { ADD = 1 };		/* label of the request: two words in, their sum out */

static L4_MsgTag_t tag(L4_Word_t label, L4_Word_t words)
{
	L4_MsgTag_t t = L4_Niltag;

	t.X.label = label;
	t.X.u = words;
	return t;
}

static void serve(void *unused)
{
	L4_ThreadId_t client;
	L4_MsgTag_t request = L4_Wait(&client);

	(void)unused;
	for (;;) {
		L4_Word_t a, b;

		L4_StoreMR(1, &a);
		L4_StoreMR(2, &b);
		L4_LoadMR(1, a + b);
		if (L4_Label(request) == ADD && L4_UntypedWords(request) == 2)
			L4_Set_MsgTag(tag(0, 1));
		else
			L4_Set_MsgTag(tag(1, 0));
		request = L4_ReplyWait(client, &client);
		while (L4_IpcFailed(request))		/* the client did not wait for its answer */
			request = L4_Wait(&client);
	}
}

int main(void)
{
	L4_ThreadId_t server;
	L4_Word_t sum;

	if (pecan_thread_start(serve, 0, 0, &server) != ROOT_OK) {
		printf("threads: no second thread\n");
		return 1;
	}
	for (L4_Word_t i = 1; i <= 3; i++) {
		L4_Set_MsgTag(tag(ADD, 2));
		L4_LoadMR(1, i);
		L4_LoadMR(2, 10 * i);
		if (L4_IpcFailed(L4_Call(server))) {
			printf("threads: the server did not answer\n");
			return 1;
		}
		L4_StoreMR(1, &sum);
		printf("%lu + %lu = %lu\n", i, 10 * i, sum);
	}
	return 0;
}
