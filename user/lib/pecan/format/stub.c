/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stub.c - see <proto/stub.h>.
 */
#include <l4/message.h>
#include <pecan/endian.h>
#include <proto/root.h>
#include <proto/stub.h>
#include <string.h>

enum { WORD = sizeof(L4_Word_t) };

/* A word of any bytes: one access, where memcpy would be a call. */
struct __attribute__((packed, may_alias)) bytes { L4_Word_t word; };

int stub_status(L4_MsgTag_t tag, L4_Word_t last, int refused)
{
	L4_Word_t label = L4_Label(tag);

	if (L4_IpcSucceeded(tag) && label == ROOT_NOT_PERMITTED)
		return refused;
	return L4_IpcFailed(tag) || label == 0 || label > last ? -1 : (int)label;
}

bool stub_is_request(L4_MsgTag_t tag)
{
	return L4_IpcSucceeded(tag) && L4_Label(tag) != ROOT_NOTICE;
}

L4_Word_t stub_put_bytes(int mr, const char *from, L4_Word_t bytes)
{
	L4_Word_t words = stub_words(bytes), last = 0;

	for (L4_Word_t i = 0; i < bytes / WORD; i++)
		L4_LoadMR(mr + (int)i, ((const struct bytes *)from)[i].word);
	memcpy(&last, from + bytes / WORD * WORD, bytes % WORD);
	if (bytes % WORD != 0)
		L4_LoadMR(mr + (int)words - 1, last);
	return words;
}

/* What a word has behind its first bytes in memory, in any order; less than a word of them. */
static L4_Word_t behind(L4_Word_t word, L4_Word_t bytes)
{
	return endian_is_big() ? word << bytes * 8 : word >> bytes * 8;
}

/* The words of the message as bytes; what a last word has beyond them is 0. */
bool stub_take_bytes(int mr, char *to, L4_Word_t bytes)
{
	L4_Word_t left = bytes % WORD, last;

	for (L4_Word_t i = 0; i < bytes / WORD; i++)
		((struct bytes *)to)[i].word = stub_word(mr + (int)i);
	if (left == 0)
		return true;
	last = stub_word(mr + (int)(bytes / WORD));
	memcpy(to + bytes - left, &last, left);
	return behind(last, left) == 0;
}

bool stub_put_text(int mr, const char *text, L4_Word_t bytes)
{
	L4_Word_t n = strnlen(text, bytes), used;

	used = stub_put_bytes(mr, text, n < bytes ? n : bytes - 1);
	for (L4_Word_t i = used; i < bytes / WORD; i++)
		L4_LoadMR(mr + (int)i, 0);
	return n < bytes;
}

bool stub_take_text(int mr, char *text, L4_Word_t bytes)
{
	L4_Word_t n, rest;

	stub_take_bytes(mr, text, bytes);
	n = strnlen(text, bytes);
	if (n == bytes)
		return false;
	rest = behind(stub_word(mr + (int)(n / WORD)), n % WORD);
	for (L4_Word_t i = n / WORD + 1; i < stub_words(bytes); i++)
		rest |= stub_word(mr + (int)i);
	return rest == 0;
}

L4_Word_t stub_put_rest(int mr, const char *text, L4_Word_t bytes)
{
	L4_Word_t n = strnlen(text, bytes);

	if (n == bytes)
		return 0;
	L4_LoadMR(mr + (int)(n / WORD), 0);
	stub_put_bytes(mr, text, n);
	return n / WORD + 1;
}

bool stub_take_rest(int mr, char *text, L4_Word_t words)
{
	text[0] = 0;
	return words == 0 || stub_take_text(mr, text, words * WORD);
}
