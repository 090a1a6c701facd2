/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.c - a ring of lines; see history.h.
 */
#include <string.h>

#include "history.h"

void history_restore(struct history *h)
{
	if (h->count > HISTORY_LINES || h->next >= HISTORY_LINES)
		h->count = h->next = 0;
	for (unsigned i = 0; i < HISTORY_LINES; i++)
		h->text[i][LINE_BYTES] = 0;
}

void history_add(struct history *h, const char *text, size_t len)
{
	const char *last = history_get(h, 1);

	if (len == 0 || len > LINE_BYTES)
		return;
	if (last && strlen(last) == len && memcmp(last, text, len) == 0)
		return;
	memcpy(h->text[h->next], text, len);
	h->text[h->next][len] = 0;
	h->next = (h->next + 1) % HISTORY_LINES;
	if (h->count < HISTORY_LINES)
		h->count++;
}

const char *history_get(const struct history *h, unsigned back)
{
	if (back == 0 || back > h->count)
		return NULL;
	return h->text[(h->next + HISTORY_LINES - back) % HISTORY_LINES];
}
