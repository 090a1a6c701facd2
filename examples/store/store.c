/* SPDX-License-Identifier: BSD-2-Clause */
/* store.c - serves stock.idl, keeps the stock on the disk, and shows it to clients of port 7. */
#include <errno.h>
#include <netinet/in.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <proto/stock_server.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define STOCK	"/disk/home/stock"

enum { PORT = 7, WAITING = 4 };

struct stock_caller { L4_ThreadId_t thread; };

static atomic_ulong pieces[STOCK_ARTICLES];	/* the thread of the network reads it meanwhile */

/* ---- the disk ---- */

/* What is on the disk is in one of two files, whole, at each moment. */
static enum stock_status set(L4_Word_t article, L4_Word_t number)
{
	L4_Word_t all[STOCK_ARTICLES];
	FILE *f = fopen(STOCK ".new", "w");
	int written;

	for (int i = 0; i < STOCK_ARTICLES; i++)
		all[i] = pieces[i];
	all[article] = number;
	written = f != NULL && fwrite(all, sizeof all, 1, f) == 1 && fflush(f) == 0 && fsync(fileno(f)) == 0;
	if (!f || fclose(f) != 0 || !written || rename(STOCK ".new", STOCK) != 0) {
		perror("store: " STOCK);
		return STOCK_E_DISK;
	}
	pieces[article] = number;
	return STOCK_OK;
}

/* Returns 0 if there is a stock that cannot be read. */
static int load(void)
{
	L4_Word_t all[STOCK_ARTICLES];
	FILE *f;
	int read;

	for (int waited = 0; access("/disk/home", F_OK) != 0; sleep(1))	/* its driver may start later */
		if (waited++ == 5)
			fprintf(stderr, "store: it waits for a disk with a folder `home`\n");
	f = fopen(STOCK, "r");
	if (!f)
		return errno == ENOENT;			/* the first time */
	read = fread(all, sizeof all, 1, f) == 1;
	fclose(f);
	for (int i = 0; read && i < STOCK_ARTICLES; i++)
		pieces[i] = all[i];
	return read;
}

/* ---- the protocol ---- */

enum stock_status serve_stock_put(struct stock_caller *c, const struct stock_put_in *in)
{
	(void)c;
	return set(in->article, pieces[in->article] + in->pieces);
}

enum stock_status serve_stock_take(struct stock_caller *c, const struct stock_take_in *in,
				   struct stock_take_out *out)
{
	(void)c;
	if (pieces[in->article] < in->pieces)
		return STOCK_E_EMPTY;
	out->left = pieces[in->article] - in->pieces;
	return set(in->article, out->left);
}

bool permit_stock(struct stock_caller *c)
{
	return pecan_may_use(c->thread);
}

/* ---- the network ---- */

static void show(int fd)
{
	FILE *f = fdopen(fd, "w");

	if (!f) {
		close(fd);
		return;
	}
	for (int i = 0; i < STOCK_ARTICLES; i++)
		if (pieces[i] != 0)
			fprintf(f, "article %d: %lu pieces\n", i, pieces[i]);
	fclose(f);
}

/* A new server of the network knows nothing of the socket: then it is made again. */
static void *answer(void *unused)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	for (;; sleep(1)) {
		int fd, one = 1, port = socket(AF_INET, SOCK_STREAM, 0);

		setsockopt(port, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
		if (bind(port, (struct sockaddr *)&at, sizeof at) == 0 && listen(port, WAITING) == 0)
			while ((fd = accept(port, NULL, NULL)) >= 0)
				show(fd);
		close(port);
	}
	return unused;
}

int main(void)
{
	struct stock_caller c;
	pthread_t network;
	L4_MsgTag_t tag;

	if (!load() || pthread_create(&network, NULL, answer, NULL) != 0) {
		fprintf(stderr, "store: it cannot begin\n");
		return 1;
	}
	if (pecan_register("stock", L4_nilthread) != NAMES_OK)
		return 1;
	tag = L4_Wait(&c.thread);
	for (;;)
		tag = stock_serve(tag, &c) ? L4_ReplyWait(c.thread, &c.thread) : L4_Wait(&c.thread);
}
