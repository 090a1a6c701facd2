/* SPDX-License-Identifier: BSD-2-Clause */
/* client.c - adds to a counter, and to one that there is not. */
#include <pecan/names.h>
#include <pecan/print.h>
#include <proto/counter_client.h>

static void add(L4_ThreadId_t server, L4_Word_t which, L4_Word_t amount)
{
	struct counter_add_out out;

	switch (counter_add(server, which, amount, &out)) {
	case COUNTER_OK: printf("counter %lu: %lu\n", which, out.sum); break;
	case COUNTER_E_REQUEST: printf("counter %lu: the server refuses the request\n", which); break;
	case COUNTER_E_OVERFLOW: printf("counter %lu: too large\n", which); break;
	case COUNTER_E_LOST: printf("counter %lu: the server does not answer\n", which); break;
	}
}

int main(void)
{
	L4_ThreadId_t server;
	enum names_error e;

	e = pecan_lookup("counter", true, &server);
	if (e != NAMES_OK) {
		printf("client: counter: %s\n", pecan_names_error_text(e));
		return 1;
	}
	add(server, 3, 4);
	add(server, 3, 5);
	add(server, COUNTERS, 1);
	return 0;
}
