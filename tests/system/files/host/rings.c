/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rings.c - requests by rings: what they do, how many are done for one message, and clients that lie.
 */
#include <string.h>

#include <pecan/dma.h>
#include <pecan/file_clients.h>
#include <pecan/file_ring.h>
#include <servers/files/cache/cache.h>
#include <servers/files/request/ring.h>
#include "fake.h"

enum { DISK_KIB = 8192, BIG = 65536, PAGE = 4096, PAGES = BIG / PAGE, ROUNDS = 64, RINGS = 8, FIRST = 10,
       COLD = 7, AT = FILE_RING_DATA, ROOM = BIG - FILE_RING_DATA };

static char bytes[BIG];
static L4_Word_t file;
static struct ring_end end;		/* of the client */
static struct files_rings *shared;
static char *data;			/* the client's block */

static void write_big(void)
{
	L4_Word_t f;

	CHECK(fs_open("/big", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, BIG) == BIG && fs_close(f) == FILES_OK);
}

static void begin(void)
{
	for (unsigned i = 0; i < BIG; i++)
		bytes[i] = (char)(i / 7);
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(write_big, true));
}

static void attach_as(L4_Word_t task)
{
	struct pecan_dma block;

	CHECK(pecan_dma_open(task + RING_BLOCK, task, &block) == ROOT_OK);
	shared = block.at;
	data = block.at;
	end = (struct ring_end){ 0 };
	memset(shared, 0, sizeof *shared);
	CHECK(serve_files_ring(&fake_caller, &(struct files_ring_in){ task + RING_BLOCK }) == FILES_OK);
}

static void attach(void)
{
	attach_as(CLIENT);
}

static void open_big(void)
{
	CHECK(fs_open("/big", FILES_WRITE, &file) == FILES_OK);
	attach();
}

/* All of it is in the cache then. */
static void open_warm(void)
{
	static char seen[BIG];

	open_big();
	CHECK(fs_read(file, 0, seen, BIG) == BIG);
}

static void put(uint64_t tag, enum files_ring_kind kind, uint64_t offset, uint32_t n)
{
	uint32_t at = AT + (uint32_t)(tag % PAGES) * PAGE % ROOM;
	struct files_ring_request r = { tag, file, offset, kind, at, n, 0 };

	CHECK(ring_ask(&end, &shared->requests, &r));
}

static enum files_status bell(bool wait)
{
	return serve_files_bell(&fake_caller, &(struct files_bell_in){ wait, end.taken });
}

static bool take(uint64_t *tag, enum files_status *s, uint32_t *n)
{
	struct files_ring_answer a;

	if (!ring_take(&end, &shared->answers, &a))
		return false;
	*tag = a.tag;
	*s = (enum files_status)a.status;
	*n = a.bytes;
	return true;
}

/* The next answer is this one. */
static bool is_next(uint64_t tag, enum files_status s, uint32_t n)
{
	uint64_t t;
	enum files_status status;
	uint32_t got;

	return take(&t, &status, &got) && t == tag && status == s && got == n;
}

/* ---- requests ---- */

static void read_and_write(void)
{
	open_warm();
	for (unsigned i = 0; i + 1 < PAGES; i++)
		put(i, FILES_RING_READ, (uint64_t)i * PAGE, PAGE);
	CHECK(bell(true) == FILES_OK);
	for (unsigned i = 0; i + 1 < PAGES; i++) {
		CHECK(is_next(i, FILES_OK, PAGE));
		CHECK(memcmp(data + AT + i * PAGE, bytes + i * PAGE, PAGE) == 0);
	}
	put(1, FILES_RING_READ, BIG - 5, PAGE);
	put(2, FILES_RING_READ, BIG, PAGE);
	memset(data + AT + 3 * PAGE, 'w', PAGE);
	put(3, FILES_RING_WRITE, BIG, PAGE);
	put(4, FILES_RING_READ, BIG, PAGE);
	put(5, FILES_RING_SYNC, 0, 0);
	CHECK(bell(true) == FILES_OK);
	CHECK(is_next(1, FILES_OK, 5) && is_next(2, FILES_OK, 0) && is_next(3, FILES_OK, PAGE));
	CHECK(is_next(4, FILES_OK, PAGE) && memcmp(data + AT + 4 * PAGE, data + AT + 3 * PAGE, PAGE) == 0);
	CHECK(is_next(5, FILES_OK, 0) && !cache_is_dirty());
}

TEST(FSRV1701, "reads, writes and syncs by a ring do what the messages do, in the order of the requests")
{
	begin();
	CHECK(life(read_and_write, true));
	CHECK(disk_check("-fn") == 0);
}

/* Until the disk has answered all. Returns how often the client would have been woken up. */
static unsigned let_answer(void)
{
	unsigned woken = 0;

	for (unsigned i = 0; i < ROUNDS && cache_any_under_way(); i++) {
		disk_let_answer(1);
		cache_take_answers();
		while (ring_advance())
			;
		woken += !L4_IsNilThread(ring_to_wake());
	}
	return woken;
}

static void read_cold(void)
{
	uint64_t tag;
	enum files_status s;
	uint32_t n;

	open_big();
	put(1, FILES_RING_READ, 0, PAGE);
	put(2, FILES_RING_READ, 8 * PAGE, PAGE);
	CHECK(bell(true) == FILES_LATER && ring_any_held() && L4_IsNilThread(ring_to_wake()));
	CHECK(fs_close(file) == FILES_OK && fs_open("/big", 0, &file) == FILES_OK);
	CHECK(let_answer() == 1 && !ring_any_held());
	CHECK(take(&tag, &s, &n) && s == FILES_E_HANDLE && n == 0);
	CHECK(take(&tag, &s, &n) && s == FILES_E_HANDLE && n == 0 && !take(&tag, &s, &n));
	open_big();
	put(1, FILES_RING_READ, 4 * PAGE, PAGE);
	put(2, FILES_RING_READ, 12 * PAGE, PAGE);
	CHECK(bell(true) == FILES_LATER);
	CHECK(let_answer() == 1 && !ring_any_held());
	CHECK(memcmp(data + AT + PAGE, bytes + 4 * PAGE, PAGE) == 0);
	CHECK(memcmp(data + AT + 2 * PAGE, bytes + 12 * PAGE, PAGE) == 0);
}

TEST(FSRV1702, "requests that lack blocks are held, until their file is closed; the client is woken up once")
{
	begin();
	CHECK(life(read_cold, true));
}

static void read_many_cold(void)
{
	uint64_t tag;
	enum files_status s;
	uint32_t n;

	open_big();
	for (unsigned i = 0; i < COLD; i++)
		put(i, FILES_RING_READ, (uint64_t)i * PAGE, PAGE);
	CHECK(bell(true) == FILES_OK && ring_has_more(&end, &shared->answers.index) == false);
	CHECK(bell(true) == FILES_LATER);
	CHECK(let_answer() == 1 && !ring_any_held());
	for (unsigned i = 0; i < COLD; i++)
		CHECK(take(&tag, &s, &n) && s == FILES_OK && n == PAGE);
	for (unsigned i = 0; i < COLD; i++)
		CHECK(memcmp(data + AT + i * PAGE, bytes + i * PAGE, PAGE) == 0);
}

TEST(FSRV1710, "one message begins four requests that lack blocks, and the next one the others")
{
	begin();
	CHECK(life(read_many_cold, true));
}

static void read_much(void)
{
	unsigned done = 0, bells = 0;
	uint64_t tag;
	enum files_status s;
	uint32_t n;

	open_warm();
	for (unsigned i = 0; i < FILES_RING_PLACES; i++)
		put(0, FILES_RING_READ, 0, ROOM);
	while (done < FILES_RING_PLACES && bells++ < FILES_RING_PLACES) {
		unsigned before = done;

		CHECK(bell(true) == FILES_OK);
		while (take(&tag, &s, &n))
			done += s == FILES_OK && n == ROOM;
		CHECK(done > before && done - before <= 3);
	}
	CHECK(done == FILES_RING_PLACES);
}

TEST(FSRV1703, "one message does not do more than three reads of 60 KiB, and the next ones do the others")
{
	begin();
	CHECK(life(read_much, false));
}

/* ---- clients that lie ---- */

static void lie_in_entries(void)
{
	static const struct files_ring_request bad[] = {
		{ .kind = FILES_RING_READ, .at = 0, .bytes = PAGE },
		{ .kind = FILES_RING_READ, .at = AT - 1, .bytes = 1 },
		{ .kind = FILES_RING_WRITE, .at = BIG, .bytes = 1 },
		{ .kind = FILES_RING_READ, .at = UINT32_MAX, .bytes = PAGE },
		{ .kind = FILES_RING_READ, .at = AT, .bytes = BIG },
		{ .kind = FILES_RING_READ, .at = AT, .bytes = UINT32_MAX },
		{ .kind = FILES_RING_READ, .at = AT, .bytes = PAGE, .offset = UINT64_MAX },
		{ .kind = FILES_RING_WRITE, .at = AT, .bytes = PAGE, .offset = UINT64_MAX - PAGE },
		{ .kind = FILES_RING_SYNC + 1, .at = AT, .bytes = PAGE },
	};
	struct files_ring_request r;

	open_warm();
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		r = bad[i];
		r.tag = UINT64_MAX - i;
		r.handle = file;
		CHECK(ring_ask(&end, &shared->requests, &r) && bell(true) == FILES_OK);
		CHECK(is_next(r.tag, FILES_E_ARGUMENT, 0));
	}
	r = (struct files_ring_request){ .handle = file + 1, .at = AT, .bytes = PAGE };
	CHECK(ring_ask(&end, &shared->requests, &r) && bell(true) == FILES_OK && is_next(0, FILES_E_HANDLE, 0));
	CHECK(fs_close(file) == FILES_OK && fs_open("/big", 0, &file) == FILES_OK);
	put(1, FILES_RING_WRITE, 0, PAGE);
	CHECK(bell(true) == FILES_OK && is_next(1, FILES_E_ARGUMENT, 0));
	put(1, FILES_RING_READ, 0, PAGE);
	CHECK(bell(true) == FILES_OK && is_next(1, FILES_OK, PAGE));
}

TEST(FSRV1704, "an entry with a bad place, size, offset, kind or handle is refused, and the next one is done")
{
	begin();
	CHECK(life(lie_in_entries, true));
	CHECK(disk_check("-fn") == 0);
}

static void lie_in_index(void)
{
	open_warm();
	shared->requests.index = FILES_RING_PLACES + 1;
	CHECK(bell(true) == FILES_E_HANDLE && bell(true) == FILES_E_HANDLE && !ring_any_held());
	attach();
	put(1, FILES_RING_READ, 0, PAGE);
	shared->answers.index = 77;		/* the server does not read what it has written */
	CHECK(bell(false) == FILES_OK && shared->answers.index == 1);
	CHECK(serve_files_ring(&fake_caller, &(struct files_ring_in){ 0 }) == FILES_OK);
	CHECK(bell(false) == FILES_E_HANDLE);
	CHECK(serve_files_ring(&fake_caller, &(struct files_ring_in){ OTHER }) == FILES_E_ARGUMENT);
}

TEST(FSRV1705, "an index that no client can have ends the connection; another one can be made")
{
	begin();
	CHECK(life(lie_in_index, false));
}

/* ---- places, and clients that end ---- */

static void end_with_held(void)
{
	open_big();
	put(1, FILES_RING_READ, 0, PAGE);
	CHECK(bell(true) == FILES_LATER);
	fs_ended(CLIENT);
	client_drop_ended();
	ring_drop_ended();
	CHECK(!L4_IsNilThread(ring_to_wake()) && !ring_any_held());	/* its thread is not there any more */
	CHECK(let_answer() == 0);
	fs_ended(0);
	CHECK(fs_attach(CLIENT) == FILES_OK);
	open_big();
	put(1, FILES_RING_READ, 0, PAGE);
	CHECK(bell(true) == FILES_OK && is_next(1, FILES_OK, PAGE));
}

TEST(FSRV1706, "requests of a client that has ended are dropped while the disk is at work for them")
{
	begin();
	CHECK(life(end_with_held, false));
}

static enum files_status attach_other(L4_Word_t task)
{
	CHECK(fs_attach(task) == FILES_OK);
	return serve_files_ring(&fake_caller, &(struct files_ring_in){ task + RING_BLOCK });
}

static void take_all_places(void)
{
	for (unsigned i = 0; i + 1 < RINGS; i++)
		CHECK(attach_other(FIRST + i) == FILES_OK);
	CHECK(attach_other(FIRST + RINGS) == FILES_E_LIMIT);
	CHECK(attach_other(NAMED) == FILES_OK);
	CHECK(attach_other(FIRST) == FILES_OK);
	fs_ended(FIRST + 1);
	CHECK(attach_other(FIRST + RINGS) == FILES_OK);
}

TEST(FSRV1707, "a section has a place for rings when others have all others; those of an ended task are free")
{
	begin();
	CHECK(life(take_all_places, false));
}

/* ---- answers that are taken beside ---- */

/* The first client's block is under way when the second one's, which is refused, is read again. */
static void wait_for_another(void)
{
	struct files_rings *first;

	open_big();
	put(1, FILES_RING_READ, 0, PAGE);
	CHECK(bell(true) == FILES_LATER);
	first = shared;
	fs_client(OTHER);
	CHECK(fs_open("/big", FILES_WRITE, &file) == FILES_OK);
	attach_as(OTHER);
	fake->bad_to = fake->sectors;
	put(1, FILES_RING_READ, 8 * PAGE, PAGE);
	CHECK(bell(true) == FILES_LATER);
	disk_let_answer(1);
	cache_take_answers();
	fake->bad_to = 0;
	fake->bad_waits = 1;
	while (ring_advance())
		;
	CHECK(fake->bad_waits == 0);
	let_answer();
	CHECK(!cache_any_under_way() && first->answers.index == 1 && shared->answers.index == 1);
}

TEST(FSRV1708, "no request is left when one waits for the disk and what another one waits for ends meanwhile")
{
	begin();
	CHECK(life(wait_for_another, false));
	fake->bad_to = fake->bad_waits = 0;
}

static void send_again(void)
{
	open_big();
	put(1, FILES_RING_READ, 0, PAGE);
	CHECK(bell(true) == FILES_LATER);
	ring_forget(fake_caller.thread);
	CHECK(let_answer() == 0 && !ring_any_held() && is_next(1, FILES_OK, PAGE));
}

TEST(FSRV1709, "a thread that has sent another message gets no answer to its FILES_BELL any more")
{
	begin();
	CHECK(life(send_again, false));
}
