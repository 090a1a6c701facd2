/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checked.c - see checked.h. Each victim has a space of its own. The client and the server know of each
 * message what it must be by its number, which hostile threads cannot: both work out the same random numbers.
 */
#include "checked.h"
#include "thread_state.h"
#include "random.h"

enum checker { CLIENT, SERVER, MEMORY, GENERAL, VECTORS, OTHER_VECTORS };
enum kind { WORDS, STRING, MAP, KINDS };

enum { LONGEST = 700, OWN_PAGES = 4, WORDS_OF_PAGE = PAGE / sizeof(word), LOOP = 4000, ERROR_KIND = 0xf };

static struct { struct space space; L4_ThreadId_t thread; volatile word rounds; } checkers[CHECKERS];
static volatile word wrong;
static const char *volatile first;
static word secret, nap_us;
static char source[LONGEST + 1], sink[LONGEST + 1];

static void expect(bool right, const char *what)
{
	if (right)
		return;
	if (wrong++ == 0)
		first = what;
}

/* Looks random; threads with the same secret compute the same. */
static word mix(word n, word of)
{
	uint64_t w = (secret + n * 0x9e3779b97f4a7c15) ^ of * 0xd6e8feb86659fd93;

	w = (w ^ w >> 29) * 0xbf58476d1ce4e5b9;
	return (word)(w ^ w >> 32);
}

/* After round n of a victim: hostile threads run. */
static void nap(word n)
{
	if (mix(n, 0) % 4 == 0)
		sleep_us(nap_us);
}

/* ---- client and server ---- */

static enum kind kind_of(word n) { return mix(n, 1) % (2 * KINDS) < KINDS ? WORDS : mix(n, 2) % KINDS; }
static word words_of(word n) { return mix(n, 3) % 4 ? mix(n, 4) % 9 : mix(n, 4) % 64; }
static word bytes_of(word n) { return 1 + mix(n, 5) % LONGEST; }

/* Message n, number m of it. */
static void load(word n, word m)
{
	word u = words_of(n + m);

	for (word i = 1; i <= u; i++)
		L4_LoadMR((int)i, mix(n, 16 * m + 32) + i);
	L4_Set_MsgTag(tag_make(mix(n, 8 + m) & 0xffff, u, 0));
}

static bool is_loaded(L4_MsgTag_t tag, word n, word m)
{
	word u = words_of(n + m);
	bool same = tag.raw == tag_make(mix(n, 8 + m) & 0xffff, u, 0).raw;

	for (word i = 1; i <= u; i++)
		same &= mr((int)i) == mix(n, 16 * m + 32) + i;
	return same;
}

static L4_MsgTag_t call(L4_ThreadId_t to)
{
	L4_MsgTag_t tag = L4_Call(to);

	expect(L4_IpcSucceeded(tag), "a call");
	return tag;
}

/*
 * The message with the item, after the server has said that it waits for it. Pages are mapped to the same
 * place one after the other, and unmapped: what is left in a TLB of the one before has wrong words.
 */
static void pass_item(word n)
{
	word at = WINDOW + n % OWN_PAGES * PAGE;
	volatile word *mine = (volatile word *)at;
	L4_Fpage_t page = fpage(at, 12, RW);

	if (kind_of(n) == STRING) {
		fill_bytes((word)source, bytes_of(n), n);
		load_string((word)source, bytes_of(n));
	} else {
		*mine = mix(n, 6);
		load_map(1, page, 0);
		L4_Set_MsgTag(tag_make(0, 0, 2));
	}
	expect(is_loaded(call(checkers[SERVER].thread), n, 2), "the answer to an item");
	if (kind_of(n) == MAP) {
		expect(*mine == mix(n, 7), "the server's word in the client's page");
		L4_UnmapFpage(fpage(at, 12, RWX));
	}
}

static void be_client(void *unused)
{
	(void)unused;
	image_read();
	for (;; checkers[CLIENT].rounds++) {
		word n = checkers[CLIENT].rounds;

		nap(n);
		load(n, 0);
		expect(is_loaded(call(checkers[SERVER].thread), n, 1), "words of an answer");
		if (kind_of(n) != WORDS)
			pass_item(n);
	}
}

/* From the client only. */
static void take_item(word n)
{
	volatile word *there = (volatile word *)(word)WINDOW;
	L4_ThreadId_t client = checkers[CLIENT].thread;
	L4_MsgBuffer_t buffer;
	L4_MsgTag_t tag;

	load(n, 1);
	if (kind_of(n) == STRING) {
		L4_MsgBufferClear(&buffer);
		L4_MsgBufferAppendSimpleRcvString(&buffer, L4_StringItem((int)bytes_of(n), sink));
		L4_AcceptStrings(L4_StringItemsAcceptor, &buffer);
		tag = call(client);
		expect(L4_TypedWords(tag) == 2 && has_bytes((word)sink, bytes_of(n), n, 0), "bytes of a string");
	} else {
		L4_Accept(L4_MapGrantItems(L4_FpageLog2(WINDOW, 12)));
		tag = call(client);
		expect(L4_TypedWords(tag) == 2 && *there == mix(n, 6), "a page that was mapped");
		*there = mix(n, 7);
	}
	L4_Accept(L4_UntypedWordsAcceptor);
}

/* What does not come from the client comes from hostile threads, and is not answered. */
static void be_server(void *unused)
{
	L4_ThreadId_t from, client = checkers[CLIENT].thread;
	L4_MsgTag_t tag;

	(void)unused;
	image_read();
	tag = L4_Wait(&from);
	for (;;) {
		word n = checkers[SERVER].rounds;

		if (L4_IpcFailed(tag) || from.raw != client.raw) {
			expect(L4_IpcFailed(tag) ? (L4_ErrorCode() & ERROR_KIND) == RECEIVE_OVERFLOW
						 : is_stranger(from), "an error or a sender");
			tag = L4_Wait(&from);
			continue;
		}
		expect(is_loaded(tag, n, 0), "words of a call");
		if (kind_of(n) != WORDS)
			take_item(n);
		load(n, kind_of(n) == WORDS ? 1 : 2);
		checkers[SERVER].rounds++;
		tag = L4_ReplyWait(client, &from);
	}
}

/* ---- memory and registers ---- */

static void be_memory(void *unused)
{
	volatile word *mine = (volatile word *)(word)WINDOW;
	enum { STEP = 37 };

	(void)unused;
	image_read();
	for (word i = 0; i < OWN_PAGES * WORDS_OF_PAGE; i++)
		mine[i] = mix(0, i);
	for (;; checkers[MEMORY].rounds++) {
		word n = checkers[MEMORY].rounds;

		nap(n);
		for (word i = n % STEP; i < OWN_PAGES * WORDS_OF_PAGE; i += STEP) {
			expect(mine[i] == mix(n / STEP, i), "a word of memory");
			mine[i] = mix(n / STEP + 1, i);
		}
	}
}

static void be_general(void *unused)
{
	struct regs before, after;
	struct thread_state state;

	(void)unused;
	image_read();
	thread_state_take(&state);
	for (;; checkers[GENERAL].rounds++) {
		word n = checkers[GENERAL].rounds;

		nap(n);
		regs_pattern(&before, mix(n, 1));
		before.REG_COUNT = 1 + mix(n, 2) % LOOP;
		after = before;
		regs_call(&after, (word)count_register);
		before.REG_COUNT = 0;
		expect(!__builtin_memcmp(&before, &after, REGS * sizeof(word)), "general registers");
		expect(thread_state_is(&state), "the UTCB pointer or other state");
	}
}

static void be_vectors(void *arg)
{
	struct fpu mine, found;
	word which = (word)arg;

	image_read();
	for (;; checkers[which].rounds++) {
		word n = checkers[which].rounds;

		nap(n);
		fpu_pattern(&mine, mix(n, which));
		fpu_load(&mine);
		count_down(1 + mix(n, 2) % LOOP);
		if (n % 4 == 0)
			L4_Yield();
		fpu_store(&found);
		expect(fpu_same(&mine, &found), "vector registers");
	}
}

/* ---- all of them ---- */

static void start(enum checker c, void (*run)(void *), word prio, word slice_us)
{
	L4_ThreadId_t t = checkers[c].thread;

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(slice_us), L4_Never) != 0);
	thread_go(t, prio, thread_frame(stack_new(), run, (void *)(word)c));
}

void checked_start(word seed, word prio, word slice_us, word nap)
{
	static void (*const run[CHECKERS])(void *) = {
		[CLIENT] = be_client, [SERVER] = be_server, [MEMORY] = be_memory, [GENERAL] = be_general,
		[VECTORS] = be_vectors, [OTHER_VECTORS] = be_vectors,
	};

	secret = seed * 2 + 1;
	nap_us = nap;
	wrong = 0;
	first = 0;
	for (unsigned c = 0; c < CHECKERS; c++) {
		space_make(&checkers[c].space);
		checkers[c].rounds = 0;
		checkers[c].thread = space_waiting(&checkers[c].space, supervisor);
	}
	for (unsigned i = 0; i < OWN_PAGES; i++) {
		map_page(&checkers[CLIENT].space, CHECKED_PAGE + i, i * PAGE, RW);
		map_page(&checkers[MEMORY].space, CHECKED_PAGE + OWN_PAGES + i, i * PAGE, RW);
	}
	for (unsigned c = 0; c < CHECKERS; c++)
		start(c, run[c], prio, slice_us);
}

void checked_end(void)
{
	for (unsigned c = 0; c < CHECKERS; c++)
		space_delete(&checkers[c].space);
}

const char *checked_what(void) { return first; }
word checked_wrong(void) { return wrong; }
word checked_rounds(unsigned checker) { return checkers[checker].rounds; }
L4_ThreadId_t checked_thread(unsigned checker) { return checkers[checker].thread; }
