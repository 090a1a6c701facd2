/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strings.c - string items: complete and cut ones, page faults on either side, timeouts, aborts. Pages of the
 * pool and the 2 MiB page are seen here 1:1, and at WINDOW in other spaces.
 */
#include "string_items.h"
#include "bad_values.h"

static void check_cut(word error, const struct taker *t, word offset)
{
	CHECK(t->got.done);
	CHECK_EQ(error, SEND_OVERFLOW | offset << OFFSET);
	CHECK_EQ(t->got.error, RECEIVE_OVERFLOW | offset << OFFSET);
}

/* ---- what arrives ---- */

TEST(GSTR0001, "a string of any length and alignment arrives in another space, and nothing beyond it")
{
	static const int length[] = { 0, 1, 7, 100, PAGE, PAGE + 1, 3 * PAGE - 5 };
	static struct taker t;
	struct space s;

	make_target(&s, 4);
	for (unsigned i = 0; i < sizeof length / sizeof *length; i++) {
		struct mark mark = world_mark();
		word n = (word)length[i];

		taker_init(&t);
		taker_buffer(&t, WINDOW + 3 + i, 4 * PAGE - 16);
		fill_bytes(pool(0) + i, n, i);
		fill_bytes(pool(DST), 4 * PAGE, 99);
		space_start(&s, take, &t);
		CHECK_EQ(send_string(s.thread[s.threads - 1], pool(0) + i, length[i]), 0);
		CHECK(t.got.done && t.got.error == 0);
		CHECK_EQ(t.got.mr[1] >> 10, n);
		CHECK(has_bytes(pool(DST) + 3 + i, n, i, 0));
		CHECK(has_bytes(pool(DST), 3 + i, 99, 0));
		CHECK(has_bytes(pool(DST) + 3 + i + n, 8, 99, 3 + i + n));
		thread_delete(s.thread[s.threads - 1]);
		space_forget_last(&s);
		world_release(mark);
	}
}

TEST(GSTR0002, "the sender's addresses are not delivered to the receiver")
{
	static struct taker t;
	struct space s;

	make_target(&s, 1);
	taker_init(&t);
	taker_buffer(&t, WINDOW, PAGE);
	CHECK_EQ(send_string(space_start(&s, take, &t), pool(0), 100), 0);
	CHECK_EQ(t.got.error, 0);
	CHECK(t.got.mr[2] == 0 || t.got.mr[2] == WINDOW);
}

TEST(GSTR0003, "a compound string is gathered from its parts and scattered over those of the buffer")
{
	static struct taker t;
	static union { L4_StringItem_t item; word room[8]; } source, buffer;
	L4_StringItem_t rest = L4_StringItem(50, (void *)(pool(0) + 20));
	L4_StringItem_t tail = L4_StringItem(100, (void *)(WINDOW + 500));
	struct space s;
	L4_ThreadId_t to;
	L4_Msg_t msg;

	make_target(&s, 1);
	fill_bytes(pool(0), 70, 5);
	source.item = L4_StringItem(10, (void *)pool(0));
	L4_AddSubstringAddressTo(&source.item, (void *)(pool(0) + 10));
	L4_AddSubstringTo(&source.item, &rest);
	buffer.item = L4_StringItem(7, (void *)WINDOW);
	L4_AddSubstringAddressTo(&buffer.item, (void *)(WINDOW + 200));
	L4_AddSubstringTo(&buffer.item, &tail);
	taker_init(&t);
	L4_MsgBufferAppendRcvString(&t.buffers, &buffer.item);
	to = space_start(&s, take, &t);
	L4_MsgClear(&msg);
	L4_MsgAppendStringItem(&msg, &source.item);
	L4_MsgLoad(&msg);
	CHECK(L4_IpcSucceeded(L4_Send(to)));
	CHECK_EQ(t.got.error, 0);
	CHECK(has_bytes(pool(DST), 7, 5, 0));
	CHECK(has_bytes(pool(DST) + 200, 7, 5, 7));
	CHECK(has_bytes(pool(DST) + 500, 56, 5, 14));
}

TEST(GSTR0004, "two strings and words in one message: the second string goes to the second buffer")
{
	static struct taker t;
	struct space s;
	L4_ThreadId_t to;
	L4_Msg_t msg;

	make_target(&s, 1);
	fill_bytes(pool(0), 100, 8);
	taker_init(&t);
	taker_buffer(&t, WINDOW, 1000);
	taker_buffer(&t, WINDOW + 2000, 1000);
	to = space_start(&s, take, &t);
	L4_MsgClear(&msg);
	L4_MsgAppendWord(&msg, 4711);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(30, (void *)pool(0)));
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(70, (void *)(pool(0) + 30)));
	L4_MsgLoad(&msg);
	CHECK(L4_IpcSucceeded(L4_Send(to)));
	CHECK_EQ(t.got.error, 0);
	CHECK_EQ(t.got.mr[1], 4711);
	CHECK(has_bytes(pool(DST), 30, 8, 0));
	CHECK(has_bytes(pool(DST) + 2000, 70, 8, 30));
}

TEST(GSTR0005, "a string longer than its buffer is cut there: both sides get the number of bytes copied")
{
	static struct taker t;
	struct space s;

	make_target(&s, 3);
	fill_bytes(pool(0), 3 * PAGE, 1);
	taker_init(&t);
	taker_buffer(&t, WINDOW, PAGE + 77);
	check_cut(send_string(space_start(&s, take, &t), pool(0), 3 * PAGE), &t, PAGE + 77);
	CHECK(has_bytes(pool(DST), PAGE + 77, 1, 0));
}

TEST(GSTR0006, "a receiver without acceptance or buffers gets no string: what came before stays")
{
	static struct taker t;
	struct space s;
	L4_ThreadId_t to;
	L4_Msg_t msg;

	make_target(&s, 1);
	fill_bytes(pool(0), 100, 6);
	taker_init(&t);
	t.accept = L4_UntypedWordsAcceptor;
	taker_buffer(&t, WINDOW, PAGE);
	check_cut(send_string(space_start(&s, take, &t), pool(0), 10), &t, 0);
	taker_init(&t);
	t.accept = L4_MapGrantItems(L4_CompleteAddressSpace);
	taker_buffer(&t, WINDOW, PAGE);
	check_cut(send_string(space_start(&s, take, &t), pool(0), 10), &t, 0);
	taker_init(&t);			/* strings, and no buffer for any */
	check_cut(send_string(space_start(&s, take, &t), pool(0), 10), &t, 0);
	taker_init(&t);			/* strings, and a buffer for the first of two */
	taker_buffer(&t, WINDOW, 100);
	to = space_start(&s, take, &t);
	L4_MsgClear(&msg);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(30, (void *)pool(0)));
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(70, (void *)(pool(0) + 30)));
	L4_MsgLoad(&msg);
	CHECK(L4_IpcFailed(L4_Send(to)));
	check_cut(L4_ErrorCode(), &t, 30);
	CHECK(has_bytes(pool(DST), 30, 6, 0));
}

TEST(GSTR0020, "a buffer without C ends the place for its string: the next buffer is not written")
{
	static struct taker t;
	struct space s;

	make_target(&s, 2);
	fill_bytes(pool(0), 2000, 5);
	for (word i = 0; i < 1000; i++)
		*(volatile uint8_t *)(pool(DST) + PAGE + i) = 0x55;
	taker_init(&t);
	taker_buffer(&t, WINDOW, 1000);
	taker_buffer(&t, WINDOW + PAGE, 1000);
	check_cut(send_string(space_start(&s, take, &t), pool(0), 2000), &t, 1000);
	CHECK(has_bytes(pool(DST), 1000, 5, 0));
	for (word i = 0; i < 1000; i++)
		CHECK_EQ(*(volatile uint8_t *)(pool(DST) + PAGE + i), 0x55);
}

/* Waits for a string, and answers with one of its own. */
static void answer_string(void *arg)
{
	struct taker *t = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;
	L4_Msg_t msg;

	L4_AcceptStrings(t->accept, &t->buffers);
	tag = L4_Wait(&from);
	receive_note(&t->got, tag, from);
	L4_MsgClear(&msg);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(200, (void *)WINDOW));
	L4_MsgLoad(&msg);
	L4_Reply(from);
}

TEST(GSTR0007, "a call with a string is answered with a string")
{
	static struct taker t;
	struct space s;
	L4_MsgBuffer_t mine;
	L4_MsgTag_t tag;
	L4_ThreadId_t server;
	L4_Msg_t msg;

	make_target(&s, 1);
	taker_init(&t);
	taker_buffer(&t, WINDOW, PAGE);
	server = space_start(&s, answer_string, &t);
	fill_bytes(pool(0), 200, 21);
	L4_MsgBufferClear(&mine);
	L4_MsgBufferAppendSimpleRcvString(&mine, L4_StringItem(PAGE, (void *)pool(4)));
	L4_AcceptStrings(L4_StringItemsAcceptor, &mine);
	L4_MsgClear(&msg);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(200, (void *)pool(0)));
	L4_MsgLoad(&msg);
	tag = L4_Call(server);
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(mr(1) >> 10, 200);
	CHECK(has_bytes(pool(4), 200, 21, 0));
}

TEST(GSTR0008, "inside a space a string is moved as memmove does, up, down and onto itself")
{
	static const long shift[] = { 1, 100, PAGE + 3, -1, -100, -PAGE - 3, 0 };
	static struct taker t;

	for (unsigned i = 0; i < sizeof shift / sizeof *shift; i++) {
		word to = pool(4) + (word)shift[i];

		taker_init(&t);
		taker_buffer(&t, to, 3 * PAGE);
		fill_bytes(pool(4), 3 * PAGE, i);
		CHECK_EQ(send_string(thread_start(take, &t), pool(4), 3 * PAGE), 0);
		CHECK_EQ(t.got.error, 0);
		CHECK(has_bytes(to, 3 * PAGE, i, 0));
	}
}

TEST(GSTR0018, "one that is moved up over itself and cut counts as no bytes, one that goes down as what came")
{
	static struct taker t;

	for (int i = 0; i < 2; i++) {
		taker_init(&t);
		taker_buffer(&t, pool(4) + (i ? 100 : -100), PAGE + 7);
		fill_bytes(pool(4), 2 * PAGE, 9);
		check_cut(send_string(thread_start(take, &t), pool(4), 2 * PAGE), &t, i ? 0 : PAGE + 7);
		CHECK(has_bytes(pool(4) + (i ? 100 : -100), PAGE + 7, 9, 0));
	}
}

TEST(GSTR0019, "calls and answers of one string each: all of it is there, and known by the buffer")
{
	static const word length[] = { 1, 8, 1001, PAGE, PAGE };
	static struct echo e = { .at = WINDOW };
	L4_MsgBuffer_t buffers;
	struct space s;
	L4_ThreadId_t to;

	make_target(&s, 1);
	to = space_start(&s, echo_strings, &e);
	L4_MsgBufferClear(&buffers);
	L4_MsgBufferAppendSimpleRcvString(&buffers, L4_StringItem(PAGE, (void *)pool(2)));
	L4_AcceptStrings(L4_StringItemsAcceptor, &buffers);
	for (word i = 0; i < sizeof length / sizeof *length; i++) {
		fill_bytes(pool(0), PAGE, i + 1);
		fill_bytes(pool(2), PAGE, 77);
		load_string(pool(0), length[i]);
		CHECK(L4_IpcSucceeded(L4_Call(to)));
		CHECK_EQ(mr(1), length[i] << 10);
		CHECK_EQ(mr(2), pool(2));
		CHECK_EQ(e.mr[1], length[i] << 10);
		CHECK_EQ(e.mr[2], WINDOW);
		CHECK(has_bytes(pool(2), length[i], i + 1, 0));
		CHECK(has_bytes(pool(2) + length[i], PAGE - length[i], 77, length[i]));
	}
	L4_Accept(L4_UntypedWordsAcceptor);
}

TEST(GSTR0009, "a string of one MiB arrives whole")
{
	static struct taker t;
	word big = big_page(), at = 0x1235;
	struct received r;
	struct space s;

	space_make(&s);
	map_into(&s, fpage(big, BIG_LOG2, RW), 0, L4_FpageLog2(WINDOW, BIG_LOG2), &r);
	CHECK_EQ(r.error, 0);
	fill_bytes(pool(0), MIB, 3);
	taker_init(&t);
	taker_buffer(&t, WINDOW + at, MIB);
	CHECK_EQ(send_string(space_start(&s, take, &t), pool(0), MIB), 0);
	CHECK_EQ(t.got.error, 0);
	CHECK(has_bytes(big + at, MIB, 3, 0));
}

/* ---- page faults ---- */

TEST(GSTR0010, "missing pages of the receiver's buffer are requested as writes, and the copy continues")
{
	static struct taker t;
	static struct string_pager p;
	struct space s;
	L4_ThreadId_t to;

	space_make(&s);
	p = (struct string_pager){ .mute = false };
	fill_bytes(pool(0), 3 * PAGE, 6);
	taker_init(&t);
	t.pager = thread_start(serve_strings, &p);
	taker_buffer(&t, WINDOW + 8, 3 * PAGE);
	to = space_start(&s, take, &t);
	CHECK_EQ(send_string(to, pool(0), 3 * PAGE - 16), 0);
	CHECK_EQ(t.got.error, 0);
	CHECK_EQ(p.faults, 3);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(p.address[i] & -(word)PAGE, WINDOW + (word)i * PAGE);
		CHECK_EQ(p.access[i], L4_Writable);
		CHECK_EQ(p.from[i], to.raw);
	}
	CHECK(has_bytes(pool(SERVED) + 8, 3 * PAGE - 16, 6, 0));
}

TEST(GSTR0011, "missing pages of the sender are requested from its pager, as reads")
{
	static struct taker t;
	static struct giver g;
	static struct string_pager p;
	struct space s;
	L4_ThreadId_t from;

	space_make(&s);
	p = (struct string_pager){ .mute = false };
	fill_bytes(pool(SERVED), 2 * PAGE, 13);
	taker_init(&t);
	taker_buffer(&t, pool(0), 2 * PAGE);
	g = (struct giver){ .to = thread_start(take, &t), .pager = thread_start(serve_strings, &p),
			    .at = WINDOW, .bytes = 2 * PAGE };
	from = space_start(&s, give, &g);
	CHECK(g.done && t.got.done);
	CHECK_EQ(g.error, 0);
	CHECK_EQ(t.got.error, 0);
	CHECK_EQ(p.faults, 2);
	CHECK_EQ(p.access[0], L4_Readable);
	CHECK_EQ(p.from[0], from.raw);
	CHECK(has_bytes(pool(0), 2 * PAGE, 13, 0));
}

TEST(GSTR0012, "a page that the receiver may only read is not written")
{
	static struct taker t;
	static struct string_pager p;
	struct space s;

	space_make(&s);
	map_page(&s, DST, 0, L4_Readable);
	fill_bytes(pool(DST), PAGE, 50);
	fill_bytes(pool(0), PAGE, 51);
	p = (struct string_pager){ .mute = false };
	taker_init(&t);
	t.pager = thread_start(serve_strings, &p);
	taker_buffer(&t, WINDOW, PAGE);
	CHECK_EQ(send_string(space_start(&s, take, &t), pool(0), PAGE), 0);
	CHECK_EQ(p.faults, 1);
	CHECK(has_bytes(pool(DST), PAGE, 50, 0));
	CHECK(has_bytes(pool(SERVED), PAGE, 51, 0));
}

TEST(GSTR0013, "the kernel interface page is no buffer, whatever a pager replies")
{
	static struct taker t;
	static struct string_pager p;
	word before = *(volatile word *)kip, error;
	struct space s;

	space_make(&s);
	p = (struct string_pager){ .mute = false };
	taker_init(&t);
	t.pager = thread_start(serve_strings, &p);
	t.xfer = L4_Timeouts(L4_Never, L4_TimePeriod(5000));
	taker_buffer(&t, SPACE_KIP, PAGE);
	fill_bytes(pool(0), PAGE, 1);
	error = send_string(space_start_prio(&s, take, &t, PRIO_RECEIVER), pool(0), PAGE);
	CHECK_EQ(error, XFER_PARTNER_SEND);
	CHECK_EQ(*(volatile word *)kip, before);
	check_alive();
}

/* ---- ends ---- */

TEST(GSTR0014, "a transfer timeout of zero ends both at the first fault: 5 at the side whose timeout it is")
{
	static struct taker t;
	static struct string_pager p;
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < 2; i++) {
		p = (struct string_pager){ .mute = false };
		taker_init(&t);
		t.pager = thread_start(serve_strings, &p);
		t.xfer = i ? L4_Timeouts(L4_Never, L4_ZeroTime) : 0;
		taker_buffer(&t, WINDOW, PAGE);
		L4_Set_XferTimeouts(i ? 0 : L4_Timeouts(L4_ZeroTime, L4_Never));
		CHECK_EQ(send_string(space_start(&s, take, &t), pool(0), 10),
			 i ? XFER_PARTNER_SEND : XFER_MINE_SEND);
		L4_Set_XferTimeouts(0);
		CHECK(t.got.done);
		CHECK_EQ(t.got.error, i ? XFER_MINE_RECEIVE : XFER_PARTNER_RECEIVE);
		CHECK_EQ(p.faults, 0);
	}
}

TEST(GSTR0015, "a finite transfer timeout ends both when the pager does not answer; the offset is right")
{
	static struct taker t;
	static struct giver g;
	static struct string_pager p;
	struct space s;

	make_target(&s, 1);
	p = (struct string_pager){ .mute = true };
	taker_init(&t);
	t.pager = thread_start(serve_strings, &p);
	t.xfer = L4_Timeouts(L4_Never, L4_TimePeriod(2000));
	taker_buffer(&t, WINDOW, 2 * PAGE);
	CHECK_EQ(send_string(space_start(&s, take, &t), pool(0), 2 * PAGE),
		 XFER_PARTNER_SEND | (word)PAGE << OFFSET);
	CHECK_EQ(t.got.error, XFER_MINE_RECEIVE | (word)PAGE << OFFSET);
	CHECK_EQ(p.faults, 1);
	taker_init(&t);
	taker_buffer(&t, pool(0), PAGE);
	g = (struct giver){ .to = thread_start(take, &t), .pager = thread_start(serve_strings, &p),
			    .xfer = L4_Timeouts(L4_TimePeriod(2000), L4_Never), .at = WINDOW + PAGE,
			    .bytes = PAGE };
	space_start(&s, give, &g);
	sleep_us(10000);
	CHECK(g.done && t.got.done);
	CHECK_EQ(g.error, XFER_MINE_SEND);
	CHECK_EQ(t.got.error, XFER_PARTNER_RECEIVE);
}

TEST(GSTR0016, "a receiver whose pager does not answer can be deleted: the sender gets an error")
{
	static struct taker t;
	static struct giver g;
	static struct string_pager p;
	struct space s;
	L4_ThreadId_t to;

	space_make(&s);
	p = (struct string_pager){ .mute = true };
	taker_init(&t);
	t.pager = thread_start(serve_strings, &p);
	taker_buffer(&t, WINDOW, PAGE);
	to = space_start(&s, take, &t);
	g = (struct giver){ .to = to, .at = pool(0), .bytes = PAGE };
	thread_start(give, &g);
	CHECK(!g.done);
	CHECK_EQ(p.faults, 1);
	CHECK_EQ(thread_state(to), L4_SCHEDRESULT_RECEIVING);
	space_delete(&s);
	CHECK(g.done);
	CHECK_EQ(g.error & 0xf, SEND_ABORTED);
	check_alive();
}

TEST(GSTR0017, "a long string that is aborted ends for both with error 7 and the same offset")
{
	enum { ROUNDS = 12, STEP_US = 300 };
	static struct taker t;
	static struct giver g;
	unsigned aborted = 0;

	for (word i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t pager, from, to;
		word old[5];

		taker_init(&t);
		taker_buffer(&t, big_page(), MIB);
		to = thread_start_prio(take, &t, PRIO_RECEIVER);
		while (thread_state(to) != L4_SCHEDRESULT_WAITING)
			sleep_us(20);
		g = (struct giver){ .to = to, .at = pool(0), .bytes = MIB };
		from = thread_start_prio(give, &g, PRIO_BELOW);
		sleep_us(50 + i * STEP_US);
		L4_ExchangeRegisters(from, 4, 0, 0, 0, 0, L4_nilthread, &old[0], &old[1], &old[2],
				     &old[3], &old[4], &pager);
		sleep_us(1000);
		if (g.done && (g.error & 0xf) == SEND_ABORTED) {
			aborted++;
			CHECK_EQ(t.got.error, g.error | 1);
			CHECK(g.error >> OFFSET < MIB);
		}
		thread_delete(from);
		thread_delete(to);
		world_release(mark);
	}
	guest_note("aborted in the middle", aborted);
	CHECK(aborted > 0);
	check_alive();
}
