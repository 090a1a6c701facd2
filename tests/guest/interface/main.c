/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the supervisor: runs one test after the other and prints TAP.
 *
 * It has the highest priority and only waits: for the end of the test, for a request to send a
 * start message, for a fault that a test did not expect, or for the time limit. A test that hangs
 * is reported and deleted, and the run continues.
 *
 *   1..N                         the plan
 *   # note                       from a failed test, before its line
 *   attack ROW ROUNDS VALUE      what an attack came to (tests/guest/attack), before its line
 *   ok 3 - GIPC0007 sentence      not ok ...;  "# SKIP why" where a test does not apply
 *   N passed, N failed           the last line
 *
 * each with a number and a checksum behind it (log.c).
 */
#include "args.h"
#include "exception_message.h"
#include "log.h"
#include "supervisor.h"

enum { TEST_LIMIT_S = 10, US_PER_S = 1000000, FIGURES = 4 };

extern const struct guest_test *__start_guest_tests[], *__stop_guest_tests[];

static const char *volatile skip_reason;
static supervisor_job *volatile job;
static struct { const char *row; word rounds, value; } figure[FIGURES];	/* of the running test */
static volatile unsigned figures;

/* ---- what tests send ---- */

static void __attribute__((noreturn)) end_test(enum verdict v)
{
	L4_MsgTag_t tag;

	L4_LoadMR(1, v);
	L4_Set_MsgTag(tag_make(LABEL_END, 1, 0));
	tag = L4_Send(supervisor);
	(void)tag;
	guest_wait();
}

static void log_place(const char *file, int line, const char *what)
{
	log_text(file);
	log_text(":");
	log_dec((word)line);
	log_text(": ");
	log_text(what);
}

void guest_fail(const char *file, int line, const char *what)
{
	log_place(file, line, what);
	log_line();
	end_test(FAILED);
}

void guest_check_eq(const char *file, int line, const char *what, word got, word want)
{
	if (got == want)
		return;
	log_place(file, line, what);
	log_text(" is ");
	log_hex(got);
	log_text(", expected ");
	log_hex(want);
	log_line();
	end_test(FAILED);
}

void guest_note(const char *text, word value)
{
	log_text(text);
	log_text(" ");
	log_hex(value);
	log_line();
}

void guest_skip(const char *why)
{
	skip_reason = why;
	end_test(SKIPPED);
}

void guest_figure(const char *row, word rounds, word value)
{
	CHECK(figures < FIGURES);
	figure[figures].row = row;
	figure[figures].rounds = rounds;
	figure[figures++].value = value;
}

void guest_supervise(supervisor_job *f)
{
	job = f;
	end_test(GOES_ON);
}

/* ---- what the supervisor does with messages ---- */

static void report(const char *what, L4_ThreadId_t from, word a, word b)
{
	log_text("unexpected ");
	log_text(what);
	log_text(" of thread ");
	log_hex(from.raw);
	log_text(": ");
	log_hex(a);
	log_text(", ");
	log_hex(b);
	log_line();
}

static word start_thread(L4_ThreadId_t t, word ip, word sp)
{
	L4_LoadMR(1, ip);
	L4_LoadMR(2, sp);
	L4_Set_MsgTag(tag_make(0, 2, 0));
	return L4_IpcSucceeded(L4_Reply(t));
}

/* Faults on the image: own threads share the supervisor's pages, other spaces are mapped them. */
static enum verdict page_fault(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	word address = mr(1), ip = mr(2);
	bool own = L4_IsLocalId(from);

	if (!image_fault(tag, address) && !(own && pool_fault(tag, address))) {
		report("page fault (address, ip)", from, address, ip);
		return FAILED;
	}
	image_touch(address);
	if (own)
		L4_Set_MsgTag(L4_Niltag);
	else
		image_map(address);
	return RUNNING;
}

/* Answers a message: the reply is loaded if *reply is not nil. */
static enum verdict handle(L4_MsgTag_t tag, L4_ThreadId_t from, L4_ThreadId_t *reply)
{
	word ok;

	*reply = from;
	if (tag_protocol(tag) == N_PAGEFAULT)
		return page_fault(tag, from);
	*reply = L4_nilthread;
	if (L4_Label(tag) == LABEL_END)
		return mr(1);
	if (L4_Label(tag) == LABEL_START) {
		ok = start_thread((L4_ThreadId_t){ .raw = mr(1) }, mr(2), mr(3));
		L4_LoadMR(1, ok);
		L4_Set_MsgTag(tag_make(0, 1, 0));
		*reply = from;
		return RUNNING;
	}
	if (tag_protocol(tag) == N_EXCEPTION)
		report("exception (number, ip)", from, mr(M_NUMBER), mr(M_IP));
	else
		report("message (tag, MR1)", from, tag.raw, mr(1));
	return FAILED;
}

static enum verdict supervise(word limit)
{
	word deadline = now() + limit;
	L4_ThreadId_t to = L4_nilthread, from;

	for (;;) {
		word time = now();
		enum verdict v;
		L4_MsgTag_t tag;

		if (time >= deadline)
			break;
		L4_Accept(L4_UntypedWordsAcceptor);
		tag = L4_Ipc(to, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_TimePeriod(deadline - time)),
			     &from);
		to = L4_nilthread;
		if (L4_IpcFailed(tag) || is_stranger(from))
			continue;
		v = handle(tag, from, &to);
		if (v != RUNNING)
			return v;
	}
	log_text("timed out");
	log_line();
	return FAILED;
}

/* ---- the run ---- */

static void test_body(void *test)
{
	((const struct guest_test *)test)->run();
	end_test(PASSED);
}

enum verdict run_one(const struct guest_test *test)
{
	L4_ThreadId_t t;
	word top;
	enum verdict v;

	log_clear();
	figures = 0;
	world_begin();
	t = thread_waiting(supervisor);
	top = stack_new();
	if (!start_thread(t, (word)guest_thread_entry, thread_frame(top, test_body, (void *)test))) {
		log_text("the test's own thread could not be started");
		log_line();
		return FAILED;
	}
	v = supervise(args_number("limit", TEST_LIMIT_S) * US_PER_S);
	world_end();
	return v;
}

static void print_figures(void)
{
	for (unsigned i = 0; i < figures; i++) {
		put_text("attack ");
		put_text(figure[i].row);
		put_text(" ");
		put_dec(figure[i].rounds);
		put_text(" ");
		put_dec(figure[i].value);
		put_text("\n");
	}
}

static void print_result(enum verdict v, word number, const struct guest_test *test)
{
	if (v == FAILED)
		log_print();
	print_figures();
	put_text(v == FAILED ? "not ok " : "ok ");
	put_dec(number);
	put_text(" - ");
	put_text(test->id);
	put_text(" ");
	put_text(test->sentence);
	if (v == SKIPPED) {
		put_text(" # SKIP ");
		put_text(skip_reason);
	}
	put_text("\n");
}

static void print_plan(word n)
{
	put_text("1..");
	put_dec(n);
	put_text("\n");
}

static void end_run(word passed, word failed)
{
	put_dec(passed);
	put_text(" passed, ");
	put_dec(failed);
	put_text(" failed\n");
	emulator_exit(failed ? 1 : 0);
	guest_wait();
}

/* The library's start code ends here if main should return: a root server has no caller. */
void _exit(int status) __attribute__((noreturn));

void _exit(int status)
{
	(void)status;
	guest_wait();
}

static bool comes_before(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a < *b;
}

/* Sorted by id, whatever the order of the linker. */
static void sort_tests(const struct guest_test **t, word n)
{
	for (word i = 1; i < n; i++)
		for (word j = i; j > 0 && comes_before(t[j]->id, t[j - 1]->id); j--) {
			const struct guest_test *swap = t[j];

			t[j] = t[j - 1];
			t[j - 1] = swap;
		}
}

/* Move those to be run to the front; how many. */
static word select_tests(const struct guest_test **t, word n)
{
	word selected = 0;

	for (word i = 0; i < n; i++)
		if (args_select(t[i]->id)) {
			const struct guest_test *swap = t[selected];

			t[selected++] = t[i];
			t[i] = swap;
		}
	return selected;
}

int main(void)
{
	const struct guest_test **tests = __start_guest_tests;
	word all = (word)(__stop_guest_tests - __start_guest_tests), n, passed = 0, failed = 0;

	world_init();
	put_init();
	sort_tests(tests, all);
	n = select_tests(tests, all);
	print_plan(n);
	for (word i = 0; i < n; i++) {
		enum verdict v = run_one(tests[i]);

		if (v == GOES_ON)
			v = job(tests, all);
		print_result(v, i + 1, tests[i]);
		if (v == FAILED)
			failed++;
		else
			passed++;
	}
	end_run(passed, failed);
	return 0;
}
