/* SPDX-License-Identifier: BSD-2-Clause */
#include <pecan/names.h>
#include <pecan/print.h>
#include <proto/stock_client.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	L4_ThreadId_t server;
	enum names_error e;
	struct stock_take_out out;
	L4_Word_t pieces = argc > 1 ? strtoul(argv[1], 0, 10) : 1;

	e = pecan_lookup("stock", true, &server);
	if (e != NAMES_OK) {
		printf("buy: stock: %s\n", pecan_names_error_text(e));
		return 1;
	}
	if (stock_put(server, 7, 10) != STOCK_OK) {
		printf("nothing can be put into the stock\n");
		return 1;
	}
	switch (stock_take(server, 7, pieces, &out)) {
	case STOCK_OK: printf("taken, %lu are left\n", out.left); return 0;
	case STOCK_E_EMPTY: printf("there are not so many\n"); return 1;
	default: printf("the server does not take that\n"); return 1;
	}
}
