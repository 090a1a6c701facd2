/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - see <pecan/names.h>.
 */
#include <pecan/names.h>
#include <string.h>

static const char *const error_texts[] = {
	[NAMES_OK]	  = "done",
	[NAMES_E_REQUEST] = "the name service does not know this request",
	[NAMES_E_ABSENT]  = "no thread has that name",
	[NAMES_E_TAKEN]   = "another program has that name",
	[NAMES_E_OWNER]   = "the name or thread is another program's",
	[NAMES_E_FULL]    = "the name service is full",
	[NAMES_E_SERVICE] = "there is no name service",
};

const char *pecan_names_error_text(enum names_error e)
{
	return (unsigned)e < sizeof(error_texts) / sizeof(error_texts[0]) ? error_texts[e] : "unknown error";
}

/* Looked up at each call: the service may have been restarted. */
static enum names_error call(const struct pecan_call *c)
{
	L4_Word_t label;
	L4_ThreadId_t service;

	if (c->room > 0)
		memset(c->out, 0, c->room * sizeof(L4_Word_t));
	if (pecan_call(&(struct pecan_call){ ROOT_NAMES, 0, 0, &service.raw, 1 }) != ROOT_OK
	    || L4_IsNilThread(service) || !pecan_call_server(service, c, &label))
		return NAMES_E_SERVICE;
	return (enum names_error)label;
}

enum names_error pecan_register(const char *name, L4_ThreadId_t thread)
{
	L4_Word_t in[1 + NAMES_NAME_WORDS] = { thread.raw };

	pecan_pack(&in[1], NAMES_NAME_WORDS, name);
	return call(&(struct pecan_call){ NAMES_REGISTER, in, 1 + NAMES_NAME_WORDS, 0, 0 });
}

enum names_error pecan_unregister(const char *name)
{
	L4_Word_t in[NAMES_NAME_WORDS];

	pecan_pack(in, NAMES_NAME_WORDS, name);
	return call(&(struct pecan_call){ NAMES_UNREGISTER, in, NAMES_NAME_WORDS, 0, 0 });
}

enum names_error pecan_lookup(const char *name, bool wait, L4_ThreadId_t *thread)
{
	L4_Word_t in[1 + NAMES_NAME_WORDS] = { wait ? NAMES_WAIT : 0 };

	pecan_pack(&in[1], NAMES_NAME_WORDS, name);
	return call(&(struct pecan_call){ NAMES_LOOKUP, in, 1 + NAMES_NAME_WORDS, &thread->raw, 1 });
}

bool pecan_next_name(L4_Word_t *position, struct pecan_name *n)
{
	L4_Word_t out[3 + NAMES_NAME_WORDS];

	if (call(&(struct pecan_call){ NAMES_LIST, position, 1, out, 3 + NAMES_NAME_WORDS }) != NAMES_OK
	    || out[0] == 0)
		return false;
	*position = out[0];
	n->thread.raw = out[1];
	n->task = out[2];
	pecan_unpack(n->name, sizeof(n->name), &out[3], NAMES_NAME_WORDS);
	return true;
}
