/* SPDX-License-Identifier: BSD-2-Clause */
#include <pecan/names.h>
#include <pecan/print.h>
#include <proto/stock_client.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	L4_ThreadId_t server;
	struct stock_take_out out;
	L4_Word_t pieces = argc > 1 ? strtoul(argv[1], 0, 10) : 1;

	if (pecan_lookup("stock", true, &server) != NAMES_OK)
		return 1;
	stock_put(server, 7, 10);
	switch (stock_take(server, 7, pieces, &out)) {
	case STOCK_OK: printf("taken, %lu are left\n", out.left); return 0;
	case STOCK_E_EMPTY: printf("there are not so many\n"); return 1;
	default: printf("the server does not take that\n"); return 1;
	}
}
