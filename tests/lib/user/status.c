/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - tests of the page of the running system, and of what its server understands of HTTP
 * (user/servers/status).
 */
#include "harness.h"
#include <servers/status/http.h>
#include <servers/status/model.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 256 * 1024 };

static struct model m;
static char page[PAGE];
static struct text text;

static void add_space(unsigned long number, unsigned long task, const char *name)
{
	struct model_space *s = model_add_space(&m);

	if (!s)
		return;
	*s = (struct model_space){
		.number = number, .task = task, .kernel = 40960, .kernel_limit = 131072,
		.memory = task ? 57344 : 0, .memory_limit = task ? 4194304 : 0, .threads = 1, .pages = 12,
	};
	snprintf(s->name, sizeof s->name, "%s", name);
}

static void add_thread(unsigned long number, unsigned long space, unsigned long partner)
{
	struct model_thread *t = model_add_thread(&m);

	if (t)
		*t = (struct model_thread){
			.number = number, .version = 1, .space = space, .priority = 100, .used = 1234567,
			.state = "waiting", .partner = partner, .permille = 15,
		};
}

static void extent(unsigned long from, unsigned long at, unsigned long space, bool writable)
{
	model_add_extent(&m, &(struct model_extent){
		.from = from, .at = at, .space = space, .pages = 1, .bytes = 4096, .writable = writable });
}

/* sigma0, root, and two programs that share a page. */
static void small_system(void)
{
	model_clear(&m);
	m.uptime = 12345678;
	m.memory = 200 << 20;
	m.memory_free = 180 << 20;
	m.kernel = 30 << 20;
	m.kernel_used = 1 << 20;
	add_space(1, 0, "sigma0");
	add_space(2, 0, "root");
	add_space(3, 1, "one");
	add_space(4, 2, "two");
	add_thread(60, 3, 61);
	add_thread(61, 4, 0);
	model_add_extent(&m, &(struct model_extent){
		.space = 1, .pages = 4096, .bytes = 1 << 24, .writable = true });
	model_add_extent(&m, &(struct model_extent){
		.from = 1, .at = 0x1000000, .space = 2, .pages = 512, .bytes = 512 * 4096, .writable = true });
	extent(2, 0x7000, 3, true);
	extent(2, 0x8000, 3, false);
	extent(2, 0x7000, 4, true);
	extent(2, 0x8000, 4, false);
	model_find_shared(&m);
	m.window = 100000;
}

static bool write_page(unsigned refresh)
{
	text = (struct text){ .at = page, .size = sizeof page };
	page_write(&text, &m, refresh);
	return !text.full;
}

static bool has(const char *what)
{
	return strstr(page, what);
}

/* Is each element closed, in the order in which they were opened? */
static bool is_nested(const char *at)
{
	static const char *const empty[] = { "meta", "link", "rect", "!DOCTYPE" };
	char open[32][16];
	unsigned depth = 0;

	for (at = strchr(at, '<'); at; at = strchr(at + 1, '<')) {
		char name[16];
		bool end = at[1] == '/', alone = false;

		if (sscanf(at + 1 + end, "%15[!A-Za-z0-9]", name) != 1)
			return false;
		for (unsigned i = 0; i < sizeof empty / sizeof *empty; i++)
			alone |= strcmp(name, empty[i]) == 0;
		if (alone)
			continue;
		if (!end && depth == 32)
			return false;
		if (!end)
			strcpy(open[depth++], name);
		else if (depth == 0 || strcmp(open[--depth], name) != 0)
			return false;
	}
	return depth == 0;
}

TEST(HSTA0001, "pages that a space has from another are added up; one of two spaces is shared")
{
	small_system();
	CHECK(m.gifts == 4 && m.gift[1].from == 1 && m.gift[1].to == 2 && m.gift[1].pages == 512);
	CHECK(m.gift[2].from == 2 && m.gift[2].to == 3 && m.gift[2].pages == 2 && m.gift[2].extents == 2);
	CHECK(m.shares == 1 && m.shared[0].a == 3 && m.shared[0].b == 4 && m.shared[0].pages == 1);
}

TEST(HSTA0002, "extents of different sizes that overlap in their source are found to be shared")
{
	model_clear(&m);
	model_add_extent(&m, &(struct model_extent){
		.from = 2, .at = 0x10000, .space = 5, .pages = 16, .bytes = 0x10000, .writable = true });
	extent(2, 0x13000, 6, false);
	extent(2, 0x14000, 6, false);
	extent(2, 0x20000, 6, true);
	extent(3, 0x13000, 6, true);
	model_find_shared(&m);
	CHECK(m.shares == 1 && m.shared[0].a == 5 && m.shared[0].b == 6 && m.shared[0].pages == 2);
}

TEST(HSTA0014, "of extents with absent pages as many are shared as must be, with 0 too the pair is named")
{
	for (unsigned long pages = 0; pages <= 8; pages++) {
		model_clear(&m);
		model_add_extent(&m, &(struct model_extent){
			.from = 2, .at = 0x10000, .space = 5, .pages = pages, .bytes = 0x8000, .writable = true });
		model_add_extent(&m, &(struct model_extent){
			.from = 2, .at = 0x12000, .space = 6, .pages = 3, .bytes = 0x4000, .writable = true });
		model_find_shared(&m);
		CHECK(m.shares == 1 && m.shared[0].pages == (pages > 5 ? pages - 5 : 0));
	}
}

TEST(HSTA0003, "what does not fit into the model is counted")
{
	model_clear(&m);
	for (unsigned long i = 0; i < MODEL_EXTENTS + 7; i++)
		extent(1, i << 12, 2, true);
	CHECK(m.extents == MODEL_EXTENTS && m.left_out == 7 && m.gift[0].pages == MODEL_EXTENTS + 7);
	for (unsigned long i = 0; i < MODEL_FLOWS + 3; i++)
		model_add_message(&m, i, 1);
	CHECK(m.flows == MODEL_FLOWS && m.left_out == 10 && m.messages == MODEL_FLOWS + 3);
}

TEST(HSTA0004, "the page has tasks, threads, memory, limits, lines of the drawing; its elements are nested")
{
	small_system();
	CHECK(write_page(0) && is_nested(page));
	CHECK(has("<tbody>\n<tr><td>-</td><td class=\"t\">sigma0</td><td>1</td><td>-</td><td>-</td>"));
	CHECK(has("<td>1</td><td class=\"t\">one</td><td>3</td><td>56</td><td>4096</td>"));
	CHECK(has("<td>2</td><td class=\"t\">two</td><td>4</td><td>56</td><td>4096</td>"));
	CHECK(has("<td>60.1</td><td class=\"t\">one</td><td class=\"t\">waiting</td><td class=\"t\">two</td>"
		  "<td>100</td><td>1.234</td><td>1.5</td>"));
	CHECK(has("<title>sigma0 to root: 512 pages in 1 extents</title>"));
	CHECK(has("<title>root to two: 2 pages in 2 extents</title>") && has("one and two share at least 4 KiB"));
	CHECK(has("20480 of 204800 KiB") && has("12.3 s"));
	CHECK(!has("http-equiv=\"refresh\"") && write_page(5) && has("http-equiv=\"refresh\" content=\"5\""));
}

TEST(HSTA0016, "each line of the drawing has the size of what it stands for, the first one too")
{
	model_clear(&m);
	add_space(2, 0, "root");
	add_space(3, 1, "one");
	model_add_extent(&m, &(struct model_extent){
		.from = 2, .at = 0x7000, .space = 3, .pages = 5, .bytes = 5 * 4096, .writable = true });
	CHECK(write_page(0) && has("root to one: 5 pages in 1 extents") && has(">20 KiB</text>"));
}

TEST(HSTA0005, "messages are shown by the second, the most frequent first")
{
	small_system();
	for (unsigned i = 0; i < 3; i++)
		model_add_message(&m, 3, 4);
	for (unsigned i = 0; i < 40; i++)
		model_add_message(&m, 4, 3);
	model_add_message(&m, 4, 0);
	CHECK(write_page(0) && is_nested(page) && has("<dd>440</dd>"));
	CHECK(has("<td class=\"t\">two</td><td class=\"t\">one</td><td>40</td><td>400</td></tr>\n"
		  "<tr><td class=\"t\">one</td><td class=\"t\">two</td><td>3</td><td>30</td>"));
	CHECK(has("100.0 ms before the page was made: 44 messages"));
	m.counted = MODEL_IN_USE;
	CHECK(write_page(0) && is_nested(page) && has("messages were not counted"));
	CHECK(!has("<table id=\"messages\""));
}

TEST(HSTA0006, "names of programs have no meaning in HTML")
{
	model_clear(&m);
	add_space(7, 3, "<script>&\"'\x01\xff");
	CHECK(write_page(0) && is_nested(page) && !has("<script"));
	CHECK(has("&#60;script&#62;&#38;&#34;&#39;&#63;&#255;"));
}

TEST(HSTA0007, "a page of a model that is full in each table fits, also with spaces that map in a circle")
{
	model_clear(&m);
	for (unsigned long i = 1; i <= MODEL_SPACES; i++)
		add_space(i, i, "a-name-of-thirty-one-characters");
	for (unsigned long i = 0; i < MODEL_THREADS; i++)
		add_thread(i + 1, i % MODEL_SPACES + 1, i);
	for (unsigned long i = 0; i < MODEL_GIFTS; i++)
		extent(i % MODEL_SPACES + 1, i << 12, (i + 1) % MODEL_SPACES + 1, true);
	for (unsigned long i = 0; i < MODEL_SHARED; i++) {
		m.shared[i] = (struct model_shared){ 1, i % MODEL_SPACES + 1, ~0ul >> 20 };
		m.shares++;
	}
	for (unsigned long i = 0; i < MODEL_FLOWS; i++)
		model_add_message(&m, i % MODEL_SPACES, i / 2);
	while (model_add_irq(&m))
		;
	CHECK(write_page(5) && is_nested(page));
}

TEST(HSTA0008, "what does not fit into a text is left out, with what comes after it")
{
	char small[16] = "";
	struct text t = { .at = small, .size = sizeof small };

	text_add(&t, "%s", "0123456789");
	text_add(&t, "%s", "abcdefghij");
	text_add(&t, "x");
	CHECK(t.full && t.used == 10 && small[15] == 0 && memcmp(small, "0123456789", 10) == 0);
}

/* ---- HTTP ---- */

static enum http_status parse(const char *request)
{
	struct http_request r;

	return http_parse(request, strlen(request), &r);
}

TEST(HSTA0009, "requests for the page are understood, with any header lines and line ends")
{
	struct http_request r;
	const char *head = "HEAD /live?x=1 HTTP/1.0\nA: b\nhost:localhost\n\n";

	CHECK(parse("GET / HTTP/1.1\r\nHost: 10.0.2.15\r\nA: b\r\n\r\n") == HTTP_OK);
	CHECK(parse("GET /?a HTTP/1.1\nHost:127.0.0.1\n\nHost: x") == HTTP_OK);
	CHECK(http_parse(head, strlen(head), &r) == HTTP_OK && r.head && r.refresh == 5);
}

TEST(HSTA0010, "a request is refused by what is wrong with it: 400, 404, 405")
{
	CHECK(parse("GET /x HTTP/1.1\r\n\r\n") == HTTP_ABSENT);
	CHECK(parse("GET /livex HTTP/1.1\r\n\r\n") == HTTP_ABSENT);
	CHECK(parse("POST / HTTP/1.1\r\n\r\n") == HTTP_METHOD);
	CHECK(parse("DELETE /x HTTP/1.1\r\n\r\n") == HTTP_METHOD);
	CHECK(parse("GET / HTTP/2.0\r\n\r\n") == HTTP_BAD && parse("GET /\r\n\r\n") == HTTP_BAD);
	CHECK(parse("GET  / HTTP/1.1\r\n\r\n") == HTTP_BAD && parse("\r\n\r\n") == HTTP_BAD);
	CHECK(parse(" / HTTP/1.1\r\n\r\n") == HTTP_BAD && parse("G\x01T / HTTP/1.1\r\n\r\n") == HTTP_BAD);
	CHECK(parse("GET x HTTP/1.1\r\n\r\n") == HTTP_BAD && parse("GET / HTTP/1.1 x\r\n\r\n") == HTTP_BAD);
}

TEST(HSTA0011, "each part of a head wants more, up to a limit; a NUL is refused at once")
{
	static const char head[] = "GET / HTTP/1.1\r\nHost: 10.0.2.15\r\n\r\n";
	static char large[HTTP_HEAD_MAX];
	struct http_request r;

	for (size_t n = 0; n < sizeof head - 1; n++)
		CHECK(http_parse(head, n, &r) == HTTP_MORE);
	memset(large, 'x', sizeof large);
	CHECK(http_parse(large, sizeof large - 1, &r) == HTTP_MORE);
	CHECK(http_parse(large, sizeof large, &r) == HTTP_BAD);
	CHECK(http_parse("GET \0", 5, &r) == HTTP_BAD);
}

TEST(HSTA0012, "no bytes make the parser read beyond them: 200,000 heads with changed bytes")
{
	static const char head[] = "GET /live HTTP/1.1\r\nHost: [::1]:80\r\n\r\n";
	unsigned long seed = 1;

	for (unsigned i = 0; i < 200000; i++) {
		size_t bytes = 1 + i % (sizeof head - 1);
		char *copy = malloc(bytes);
		struct http_request r;
		enum http_status s;

		memcpy(copy, head, bytes);
		for (unsigned k = 0; k < 1 + i % 3; k++) {
			seed = seed * 6364136223846793005ul + 1442695040888963407ul;
			copy[(seed >> 33) % bytes] = (char)(seed >> 56);
		}
		s = http_parse(copy, bytes, &r);
		free(copy);
		CHECK(s == HTTP_MORE || s == HTTP_OK || s == HTTP_BAD || s == HTTP_ABSENT || s == HTTP_METHOD
		      || s == HTTP_MISDIRECTED);
	}
}

TEST(HSTA0013, "the head of an answer has status, length, and for 405 the methods")
{
	char to[512];
	size_t n = http_answer(to, sizeof to, HTTP_METHOD, "text/plain", 123);

	CHECK(n == strlen(to) && strncmp(to, "HTTP/1.1 405 Method Not Allowed\r\n", 33) == 0);
	CHECK(strstr(to, "\r\nContent-Length: 123\r\n") && strstr(to, "\r\nAllow: GET, HEAD\r\n"));
	CHECK(strcmp(to + n - 4, "\r\n\r\n") == 0 && http_answer(to, 20, HTTP_OK, "text/plain", 1) == 0);
}

/* The status of a request with this line after the first one. */
static enum http_status with_host(const char *line)
{
	char request[256];

	snprintf(request, sizeof request, "GET / HTTP/1.1\r\n%s\r\n", line);
	return parse(request);
}

TEST(HSTA0015, "the field Host has to be there once, with an address or localhost, and a port or none")
{
	static const char *const own[] = {
		"127.0.0.1:8080", "localhost", "LocalHost:1", "10.0.2.15", " \t10.0.2.15 \t", "[::1]",
		"[fe80::1]:8080",
	};
	static const char *const foreign[] = {
		"a.example", "localhost.a.example", "127.0.0.1.a.example", "1.2.3", "127.0.0.1:80a",
		"127.0.0.1:a.example",
		"127.0.0.1 a.example", "[::1", "[::1]a", "[a.example]", "[]", "", ":80", "::1", "localhost/",
		"@localhost",
		"0123456789012345678901234567890123456789012345678901234567890123456789",
	};
	char line[128];

	for (unsigned i = 0; i < sizeof own / sizeof *own; i++) {
		snprintf(line, sizeof line, "Host: %s\r\n", own[i]);
		CHECK(with_host(line) == HTTP_OK);
	}
	for (unsigned i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		snprintf(line, sizeof line, "Host: %s\r\n", foreign[i]);
		CHECK(with_host(line) == HTTP_MISDIRECTED);
	}
	CHECK(with_host("") == HTTP_BAD && with_host("Host : localhost\r\n") == HTTP_BAD);
	CHECK(with_host("X-Host: localhost\r\n") == HTTP_BAD && with_host("\r\nHost: localhost\r\n") == HTTP_BAD);
	CHECK(with_host("Host: localhost\r\nHost: localhost\r\n") == HTTP_BAD);
}
