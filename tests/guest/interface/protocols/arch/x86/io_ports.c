/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_ports.c - I/O ports: the fault protocol, and mapping and unmapping of ports (protocols 6). The
 * ports used are the CMOS clock's, which can be read without harm, and some without a device.
 */
#include "machine.h"

enum { CMOS = 0x70, CMOS_DATA = 0x71, NOWHERE = 0x2600 };

struct io {
	L4_ThreadId_t owner;
	word (*in)(word);
	void (*out)(word, word);
	word port;
	volatile word value, done;
};

/* Done: sends to the owner, which serves our faults. */
static void io_done(struct io *io)
{
	L4_MsgTag_t tag;

	io->done = 1;
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(io->owner);
	(void)tag;
}

static void do_io(void *arg)
{
	struct io *io = arg;

	if (io->in)
		io->value = io->in(io->port);
	else
		io->out(io->port, 0);
	io_done(io);
}

static L4_ThreadId_t start_io(struct space *s, struct io *io)
{
	io->done = 0;
	io->owner = L4_Myself();
	return space_start_pager(s, do_io, io, L4_Myself());
}

static void own_ports(word port, word size)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(port, (int)size))));
}

static void check_fault(L4_MsgTag_t tag, word port, word log2, void (*at)(void))
{
	L4_Fpage_t f = { .raw = mr(1) };

	CHECK_EQ(tag.raw, 0xffffffffff860002);
	CHECK(L4_IsIoFpage(f));
	CHECK_EQ(L4_IoFpagePort(f), port);
	CHECK_EQ(L4_IoFpageSizeLog2(f), log2);
	CHECK_EQ(mr(2), at);
}

static L4_MsgTag_t reply_ports(L4_ThreadId_t t, L4_Fpage_t f)
{
	load_map(1, f, 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	return L4_Reply(t);
}

/* True if a thread of s can use the port; false if it faults. */
static bool can_use(struct space *s, word port)
{
	static struct io io;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	io = (struct io){ .in = port_in8, .port = port };
	t = start_io(s, &io);
	tag = pager_serve(t);
	CHECK(L4_IpcSucceeded(tag));
	thread_delete(t);
	space_forget_last(s);
	return tag_protocol(tag) != N_IO_FAULT;
}

TEST(GIOP0001, "using a port without permission is a fault: label -8 with rw, the port and the instruction")
{
	static struct io io;
	struct space s;

	space_make(&s);
	io = (struct io){ .in = port_in8, .port = CMOS_DATA };
	check_fault(pager_serve(start_io(&s, &io)), CMOS_DATA, 0, port_in8_at);
}

TEST(GIOP0002, "the fault names 1, 2 or 4 ports, for input and output")
{
	static const struct { word (*in)(word); void (*out)(word, word); word log2; void (*at)(void); } op[] = {
		{ port_in16, 0, 1, port_in16_at }, { port_in32, 0, 2, port_in32_at },
		{ 0, port_out8, 0, port_out8_at }, { 0, port_out16, 1, port_out16_at },
		{ 0, port_out32, 2, port_out32_at },
	};
	static struct io io;
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < sizeof op / sizeof *op; i++) {
		L4_ThreadId_t t;

		io = (struct io){ .in = op[i].in, .out = op[i].out, .port = NOWHERE };
		t = start_io(&s, &io);
		check_fault(pager_serve(t), NOWHERE, op[i].log2, op[i].at);
		thread_delete(t);
	}
}

TEST(GIOP0003, "a reply that maps the port lets the instruction complete")
{
	static struct io io;
	struct space s;
	L4_ThreadId_t t;

	own_ports(CMOS, 2);
	space_make(&s);
	port_out8(CMOS, 0x0d);
	io = (struct io){ .in = port_in8, .port = CMOS_DATA };
	t = start_io(&s, &io);
	check_fault(pager_serve(t), CMOS_DATA, 0, port_in8_at);
	CHECK(L4_IpcSucceeded(reply_ports(t, L4_IoFpage(CMOS_DATA, 1))));
	CHECK(io.done);
	CHECK(io.value & 0x80);		/* register D: the battery is good */
}

TEST(GIOP0004, "an empty reply lets the thread fault again")
{
	static struct io io;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	io = (struct io){ .in = port_in8, .port = CMOS_DATA };
	t = start_io(&s, &io);
	for (unsigned i = 0; i < 3; i++) {
		check_fault(pager_serve(t), CMOS_DATA, 0, port_in8_at);
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Reply(t)));
	}
	CHECK(!io.done);
}

static void map_ports(struct space *s, L4_Fpage_t f)
{
	struct received r;

	map_into(s, f, 0, L4_CompleteAddressSpace, &r);
	CHECK_EQ(r.error, 0);
}

TEST(GIOP0005, "exactly the ports that were mapped can be used")
{
	struct space s;

	own_ports(NOWHERE, 32);
	space_make(&s);
	map_ports(&s, L4_IoFpage(NOWHERE + 8, 4));
	for (word i = 5; i < 15; i++)
		CHECK_EQ(can_use(&s, NOWHERE + i), i >= 8 && i < 12);
}

TEST(GIOP0006, "unmapping takes the ports back, a part too")
{
	struct space s;

	own_ports(NOWHERE, 32);
	space_make(&s);
	map_ports(&s, L4_IoFpage(NOWHERE, 16));
	L4_UnmapFpage(L4_FpageAddRights(L4_IoFpage(NOWHERE + 4, 4), L4_FullyAccessible));
	CHECK(can_use(&s, NOWHERE + 3));
	CHECK(!can_use(&s, NOWHERE + 4));
	CHECK(!can_use(&s, NOWHERE + 7));
	CHECK(can_use(&s, NOWHERE + 8));
	L4_UnmapFpage(L4_FpageAddRights(L4_IoFpage(NOWHERE, 32), L4_FullyAccessible));
	CHECK(!can_use(&s, NOWHERE));
	(void)port_in8(NOWHERE);
}

TEST(GIOP0007, "a wide access needs all of its ports")
{
	static struct io io;
	struct space s;

	own_ports(NOWHERE, 32);
	space_make(&s);
	map_ports(&s, L4_IoFpage(NOWHERE, 2));
	io = (struct io){ .in = port_in16, .port = NOWHERE };
	CHECK_EQ(tag_protocol(pager_serve(start_io(&s, &io))), 0);
	CHECK(io.done);
	io = (struct io){ .in = port_in32, .port = NOWHERE };
	check_fault(pager_serve(start_io(&s, &io)), NOWHERE, 2, port_in32_at);
}

TEST(GIOP0008, "ports are no rights to memory, and memory none to ports")
{
	struct space s;

	own_ports(NOWHERE, 32);
	space_make(&s);
	map_page(&s, 0, 0, L4_ReadWriteOnly);
	CHECK(!can_use(&s, NOWHERE));
	map_ports(&s, L4_IoFpage(NOWHERE, 32));
	CHECK(probe_read(&s, (word)NOWHERE << 12).faulted);
	L4_UnmapFpage(L4_FpageAddRights(L4_IoFpage(0, 0x10000), L4_FullyAccessible));
	CHECK(!probe_read(&s, WINDOW).faulted);
}

TEST(GIOP0009, "without a window an I/O item is an overflow, and gives no port")
{
	struct space s;
	struct received r;

	own_ports(NOWHERE, 32);
	space_make(&s);
	map_into(&s, L4_IoFpage(NOWHERE, 4), 0, L4_Nilpage, &r);
	CHECK_EQ(r.error & 0xf, RECEIVE_OVERFLOW);
	CHECK(!can_use(&s, NOWHERE));
}

TEST(GIOP0010, "ports that the sender does not have are not given")
{
	struct space s, t;
	static struct io io;

	space_make(&s);
	space_make(&t);
	own_ports(NOWHERE, 32);
	map_ports(&s, L4_IoFpage(NOWHERE, 4));
	L4_Flush(L4_FpageAddRights(L4_IoFpage(NOWHERE, 32), L4_FullyAccessible));
	CHECK(!can_use(&s, NOWHERE));
	map_ports(&t, L4_IoFpage(NOWHERE, 4));
	io = (struct io){ .in = port_in8, .port = NOWHERE };
	check_fault(pager_serve(start_io(&t, &io)), NOWHERE, 0, port_in8_at);
}

TEST(GIOP0011, "granted ports leave the granter")
{
	struct space s;
	struct received r;

	own_ports(NOWHERE + 64, 8);
	space_make(&s);
	grant_into(&s, L4_IoFpage(NOWHERE + 64, 8), 0, L4_CompleteAddressSpace, &r);
	CHECK_EQ(r.error, 0);
	CHECK(can_use(&s, NOWHERE + 64));
}

TEST(GIOP0012, "an access that runs past the last port is refused, and the kernel continues")
{
	static struct io io;
	struct space s;
	L4_MsgTag_t tag;

	space_make(&s);
	io = (struct io){ .in = port_in32, .port = 0xfffe };
	tag = pager_serve(start_io(&s, &io));
	CHECK(L4_IpcSucceeded(tag));
	CHECK(!io.done);
}

/* The owner gets its exceptions too. */
static void io_past_end(void *arg)
{
	struct io *io = arg;

	L4_Set_ExceptionHandler(io->owner);
	port_in32(0xfffe);
	io_done(io);
}

/* On ia32 the bitmaps of some spaces follow each other in memory. */
TEST(GIOP0023, "the same if the space has the last ports, and each other space the first ones")
{
	enum { SPACES = 8 };
	static struct io io;
	struct space s[SPACES];

	own_ports(0, 8);
	own_ports(0xfff8, 8);
	for (unsigned i = 0; i < SPACES; i++) {
		space_make(&s[i]);
		map_ports(&s[i], L4_IoFpage(i % 2 ? 0 : 0xfff8, 8));
		CHECK(can_use(&s[i], i % 2 ? 0 : 0xffff));
	}
	for (unsigned i = 0; i < SPACES; i += 2) {
		io = (struct io){ .owner = L4_Myself() };
		CHECK(L4_IpcSucceeded(pager_serve(space_start_pager(&s[i], io_past_end, &io, L4_Myself()))));
		CHECK(!io.done);
	}
}

static void string_input(void *arg)
{
	struct io *io = arg;

	port_insb(io->port, (void *)&io->value);
	io_done(io);
}

TEST(GIOP0013, "a string input instruction faults like any other")
{
	static struct io io;
	struct space s;
	L4_ThreadId_t t;

	own_ports(NOWHERE, 32);
	space_make(&s);
	io = (struct io){ .owner = L4_Myself(), .port = NOWHERE };
	t = space_start_pager(&s, string_input, &io, L4_Myself());
	check_fault(pager_serve(t), NOWHERE, 0, port_insb_at);
	CHECK(L4_IpcSucceeded(reply_ports(t, L4_IoFpage(NOWHERE, 1))));
	CHECK(io.done);
	CHECK_EQ(io.value & 0xff, 0xff);
}

TEST(GIOP0014, "a thread of this space uses the ports that its space got from sigma0")
{
	own_ports(NOWHERE, 32);
	CHECK_EQ(port_in8(NOWHERE), 0xff);
	CHECK_EQ(port_in16(NOWHERE), 0xffff);
}

/* The 8259s and their trigger modes: the kernel's own whether it uses them or not (plat/pc/pic.c). */
static const struct { word first, count; } kernels[] = { { 0x20, 2 }, { 0xa0, 2 }, { 0x4d0, 2 } };

/* Returns true if another space, which has no port, gets this one from us; we ask sigma0 for it. */
static bool passed_on(word port)
{
	static struct io io;
	struct mark mark = world_mark();
	struct space s;
	L4_ThreadId_t t;

	L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(port, 1));
	space_make(&s);
	io = (struct io){ .in = port_in8, .port = port };
	t = start_io(&s, &io);
	check_fault(pager_serve(t), port, 0, port_in8_at);
	CHECK(L4_IpcSucceeded(reply_ports(t, L4_IoFpage(port, 1))));
	pager_serve(t);			/* the same fault, or that it is done */
	space_delete(&s);
	world_release(mark);
	return io.done;
}

/* CPUID leaf 1, EDX. Without a local APIC the 8254 is the timer; with one, a kernel option decides. */
static bool has_local_apic(void)
{
	struct cpuid id;

	cpuid(1, 0, &id);
	return id.edx >> 9 & 1;
}

TEST(GIOP0022, "sigma0 has no port of the 8259s, nor of the 8254 if it is the timer, but those beside")
{
	bool timer;

	for (unsigned i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		word first = kernels[i].first, end = first + kernels[i].count;

		for (word port = first; port < end; port++)
			CHECK(!passed_on(port));
		CHECK(passed_on(first - 1));
		CHECK(passed_on(end));
	}
	timer = !passed_on(0x40);
	CHECK(timer || has_local_apic());
	for (word port = 0x41; port < 0x44; port++)
		CHECK_EQ(!passed_on(port), timer);
	CHECK(passed_on(0x3f));
	CHECK(passed_on(0x44));
}

TEST(GIOP0015, "ports beyond the last one and odd sizes give what there is of them, and nothing else")
{
	static struct io io;
	struct space s;
	L4_MsgTag_t tag;

	own_ports(NOWHERE, 32);
	for (word size = 0; size < 64; size++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;
		L4_Fpage_t f;

		space_make(&s);
		io = (struct io){ .in = port_in8, .port = 0x2700 };
		t = start_io(&s, &io);
		tag = pager_serve(t);
		check_fault(tag, 0x2700, 0, port_in8_at);
		f.raw = (word)NOWHERE << 16 | size << 10 | 2 << 4 | 7;
		CHECK(L4_IpcSucceeded(reply_ports(t, f)));
		tag = pager_serve(t);
		check_fault(tag, 0x2700, 0, port_in8_at);
		CHECK(!io.done);
		space_delete(&s);
		world_release(mark);
	}
}
