/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redirection_kernel.c - redirection of the kernel's messages for a thread, of strings and pages, of calls to
 * sigma0. A worker of the space `watched` sends to a thread in `beyond`; the test is the redirector.
 */
#include "route.h"

static struct space watched, beyond;

static void setup(void)
{
	space_make(&watched);
	space_make(&beyond);
	watch(watched.anchor, L4_Myself());
}

/* ---- faults, exceptions ---- */

static volatile word touched;

/* Its first pager is the test, which the faults of the program itself reach directly. */
struct faulter { L4_ThreadId_t pager; };

static void fault_elsewhere(void *arg)
{
	struct faulter *f = arg;

	touched = 1;
	L4_Set_Pager(f->pager);
	touched = *(volatile word *)WINDOW;
}

static word map_window(L4_ThreadId_t t)
{
	L4_Fpage_t page = fpage(pool(0), 12, L4_ReadWriteOnly);
	L4_MsgTag_t tag;

	load_map(1, page, WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Send_Timeout(t, L4_ZeroTime);
	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

TEST(GRED0015, "a page fault is redirected like a message, and the redirector may answer it")
{
	static struct faulter f;
	struct heard h;
	L4_ThreadId_t t;

	setup();
	*(volatile word *)pool(0) = 77;
	f = (struct faulter){ .pager = beyond.anchor };
	t = space_start(&watched, fault_elsewhere, &f);
	h = hear(t);
	CHECK_EQ(h.got.error, 0);
	CHECK_EQ(h.got.tag, READ_FAULT | REDIRECTED);
	CHECK_EQ(h.got.mr[1], WINDOW);
	CHECK_EQ(h.intended, beyond.anchor.raw);
	CHECK_EQ(map_window(t), 0);
	CHECK_EQ(touched, 77);
}

static void map_from_window(void *arg)
{
	struct ear *e = arg;
	L4_Fpage_t page = fpage(WINDOW, 12, L4_ReadWriteOnly);

	listen(e);
	load_map(1, page, WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	if (L4_IpcFailed(L4_Send_Timeout((L4_ThreadId_t){ .raw = e->heard.got.from }, L4_ZeroTime)))
		e->heard.got.done = false;
}

TEST(GRED0016, "or hand it on to the pager, which maps what it has")
{
	static struct faulter f;
	static struct ear e;
	struct heard h;
	L4_ThreadId_t t;

	setup();
	*(volatile word *)pool(0) = 78;
	map_page(&beyond, 0, 0, L4_ReadWriteOnly);
	e = (struct ear){ .from = L4_anythread };
	f = (struct faulter){ .pager = space_start(&beyond, map_from_window, &e) };
	t = space_start(&watched, fault_elsewhere, &f);
	h = hear(t);
	L4_LoadMR(1, h.got.mr[1]);
	L4_LoadMR(2, h.got.mr[2]);
	L4_Set_VirtualSender(t);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (h.got.tag & ~(word)REDIRECTED) | PROPAGATED });
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(f.pager, L4_ZeroTime)));
	CHECK(e.heard.got.done);
	CHECK_EQ(e.heard.got.tag, READ_FAULT | REDIRECTED | PROPAGATED);
	CHECK_EQ(e.heard.got.from, t.raw);
	CHECK_EQ(touched, 78);
}

enum { FORGED = 5 };

/* Sends messages with these tags and the words of a page fault itself; then has one, whose pager is to[0]. */
struct forger { L4_ThreadId_t to[FORGED]; word tags[FORGED]; };

static void forge(void *arg)
{
	struct forger *f = arg;

	for (int i = 0; i < FORGED; i++) {
		L4_LoadMR(1, WINDOW);
		L4_LoadMR(2, 0);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = f->tags[i] });
		L4_Send(f->to[i]);
	}
	touched = 1;
	L4_Set_Pager(f->to[0]);
	touched = *(volatile word *)WINDOW;
}

TEST(GRED0024, "what a thread sends out with a label of the kernel's has r, its faults have not")
{
	const word other = tag_make(7, 2, 0).raw;
	static struct forger f;
	static struct ear e = { .from = L4_anythread };
	L4_ThreadId_t t;
	struct heard h;

	setup();
	*(volatile word *)pool(0) = 79;
	f = (struct forger){
		.to = { L4_Myself(), thread_start(listen, &e), beyond.anchor, L4_Myself(), L4_Myself() },
		.tags = { READ_FAULT, READ_FAULT, READ_FAULT, (word)N_EXCEPTION << 20 | 2, other },
	};
	t = space_start(&watched, forge, &f);
	for (int i = 0; i < FORGED; i++) {
		h = hear(t);
		CHECK_EQ(h.got.error, 0);
		CHECK_EQ(h.got.tag, f.tags[i] | (f.tags[i] == other ? 0 : REDIRECTED));
		CHECK_EQ(h.got.mr[1], WINDOW);
	}
	CHECK(!e.heard.got.done);
	h = hear(t);
	CHECK_EQ(h.got.tag, READ_FAULT);
	CHECK_EQ(h.got.mr[1], WINDOW);
	CHECK_EQ(map_window(t), 0);
	CHECK_EQ(touched, 79);
}

struct raiser { L4_ThreadId_t handler; volatile word done; };

static void raise_exception(void *arg)
{
	struct raiser *r = arg;

	L4_Set_ExceptionHandler(r->handler);
	trap_ud();
	r->done = 1;
}

TEST(GRED0017, "an exception is redirected, and the thread continues where the redirector's reply sets it")
{
	static struct raiser r;
	struct heard h;
	L4_ThreadId_t t;

	setup();
	r = (struct raiser){ .handler = beyond.anchor };
	t = space_start(&watched, raise_exception, &r);
	h = hear(t);
	CHECK_EQ((long)h.got.tag >> 20, N_EXCEPTION);
	CHECK_EQ(h.got.tag & REDIRECTED, REDIRECTED);
	CHECK_EQ(h.intended, beyond.anchor.raw);
	CHECK_EQ(h.got.mr[1], trap_ud);
	for (int i = 1; i <= (int)(h.got.tag & 63); i++)
		L4_LoadMR(i, h.got.mr[i]);
	L4_LoadMR(1, (word)trap_ud_next);
	L4_Set_MsgTag(tag_make(0, h.got.tag & 63, 0));
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK(r.done);
}

/* ---- items, system servers ---- */

static char text[64];

struct writer { L4_ThreadId_t to, by; volatile bool done; };

static void send_text(void *arg)
{
	struct writer *w = arg;
	L4_Msg_t msg;

	L4_MsgClear(&msg);
	L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(12, "hello, world"));
	L4_MsgLoad(&msg);
	w->done = L4_IpcSucceeded(L4_Send(w->to));
}

TEST(GRED0018, "a string goes to the redirector's buffer")
{
	static struct writer w;
	L4_MsgBuffer_t buffers;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	setup();
	w = (struct writer){ .to = beyond.anchor };
	t = space_start(&watched, send_text, &w);
	L4_MsgBufferClear(&buffers);
	L4_MsgBufferAppendSimpleRcvString(&buffers, L4_StringItem(sizeof(text), text));
	L4_AcceptStrings(L4_StringItemsAcceptor, &buffers);
	tag = L4_Receive_Timeout(t, L4_ZeroTime);
	L4_Accept(L4_UntypedWordsAcceptor);
	CHECK(L4_IpcSucceeded(tag));
	CHECK(L4_IpcRedirected(tag));
	CHECK(w.done);
	for (int i = 0; i < 12; i++)
		CHECK_EQ(text[i], "hello, world"[i]);
}

/* All its pages are mapped before the message to start. */
static void send_page_when_told(void *arg)
{
	struct writer *w = arg;
	L4_ThreadId_t to = L4_nilthread;

	for (int i = 0; i < 2; i++, to = w->to) {
		load_map(1, fpage(WINDOW, 12, L4_ReadWriteOnly), WINDOW);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		w->done = L4_IpcSucceeded(L4_Send(to)) && i == 1;
		if (i == 0 && L4_IpcFailed(L4_Receive(w->by)))
			return;
	}
}

TEST(GRED0019, "a map item goes to the redirector's space, not to that of its destination")
{
	static struct writer w;
	static struct receiver r;
	struct space third;
	L4_ThreadId_t watcher, t;

	setup();
	space_make(&third);
	map_page(&watched, 3, 0, L4_ReadWriteOnly);
	r = (struct receiver){ .from = L4_anythread, .window = fpage(WINDOW, 12, 0).raw };
	watcher = space_start(&third, receive_once, &r);
	w = (struct writer){ .to = beyond.anchor, .by = L4_Myself() };
	t = space_start(&watched, send_page_when_told, &w);
	watch(watched.anchor, watcher);
	CHECK_EQ(tell(t, L4_nilthread, 1), 0);
	CHECK(w.done);
	CHECK(r.got.done);
	CHECK_EQ(r.got.error, 0);
	CHECK_EQ(r.got.tag & REDIRECTED, REDIRECTED);
	CHECK(!probe_read(&third, WINDOW).faulted);
	CHECK(probe_read(&beyond, WINDOW).faulted);
}

static volatile word answer;

static void ask_sigma0(void *unused)
{
	(void)unused;
	answer = L4_Sigma0_GetAny(L4_nilthread, 12, fpage(WINDOW, 12, 0)).raw;
}

TEST(GRED0020, "a call to sigma0 is redirected and forwarded, and its answer arrives")
{
	struct heard h;
	L4_ThreadId_t t;

	setup();
	answer = 0;
	t = space_start(&watched, ask_sigma0, 0);
	h = hear(t);
	CHECK_EQ(h.got.error, 0);
	CHECK_EQ((long)h.got.tag >> 20, N_SIGMA0);
	CHECK_EQ(h.intended, L4_GlobalId(user_base, 1).raw);
	L4_LoadMR(1, h.got.mr[1]);
	L4_LoadMR(2, h.got.mr[2]);
	L4_Set_VirtualSender(t);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (h.got.tag & ~(word)REDIRECTED) | PROPAGATED });
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(L4_GlobalId(user_base, 1), L4_TimePeriod(100000))));
	sleep_us(10000);
	CHECK(answer != 0);
}

struct calls { volatile word clock, result, done; };

static void make_calls(void *arg)
{
	struct calls *c = arg;

	L4_ThreadSwitch(L4_nilthread);
	c->clock = now();
	c->result = L4_GlobalIdOf(L4_MyLocalId()).raw;
	L4_UnmapFpage(fpage(WINDOW, 12, L4_FullyAccessible));
	c->done = 1;
}

TEST(GRED0021, "system calls are no messages: those of a watched space return as ever")
{
	static struct calls c;
	L4_ThreadId_t t;

	setup();
	c = (struct calls){ 0 };
	t = space_start(&watched, make_calls, &c);
	CHECK(c.done);
	CHECK(c.clock != 0);
	CHECK_EQ(c.result, t.raw);
	CHECK_EQ(hear(L4_anythread).got.error, RECEIVE_TIMEOUT);
}
