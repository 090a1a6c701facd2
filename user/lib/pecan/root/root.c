/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - see <pecan/root.h>.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <pecan/root.h>
#include <string.h>

enum { ROOT_NUMBER = 2, ROOT_VERSION = 1 };	/* of the root server, from UserBase (protocols 7.2) */

static const char *const error_texts[] = {
	[ROOT_OK]	  = "done",
	[ROOT_E_REQUEST]  = "the root task does not know this request",
	[ROOT_E_RIGHT]	  = "the program has no right to that; rights are in the system description",
	[ROOT_E_NAME]	  = "there is no such program or file in the boot image",
	[ROOT_E_IMAGE]	  = "the program cannot be loaded; the log says why",
	[ROOT_E_MEMORY]	  = "the program's memory limit is reached, or wrong (`memory` in its section)",
	[ROOT_E_KMEM]	  = "not enough kernel memory: the program's (`kernel-memory`), or for a new program",
	[ROOT_E_LIMIT]	  = "too many tasks, threads or mappings; end some first",
	[ROOT_E_TASK]	  = "there is no such task or thread",
	[ROOT_E_ARGUMENT] = "a number or address is out of range",
	[ROOT_E_BUSY]	  = "another program has it",
	[ROOT_E_ABSENT]	  = "this kernel or machine has not got it",
	[ROOT_E_POOL]	  = "no free memory is left; end something",
	[ROOT_E_ARGS]	  = "too many arguments (63 are possible), or they are too long",
};

L4_ThreadId_t pecan_root(void)
{
	static L4_ThreadId_t root;

	if (L4_IsNilThread(root))
		root = L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()) + ROOT_NUMBER, ROOT_VERSION);
	return root;
}

const char *pecan_error_text(enum root_error e)
{
	if (e == ROOT_LOST)
		return "the root task did not answer";
	return (unsigned)e < sizeof(error_texts) / sizeof(error_texts[0]) ? error_texts[e] : "unknown error";
}

bool pecan_call_server(L4_ThreadId_t server, const struct pecan_call *c, L4_Word_t *label)
{
	L4_MsgTag_t tag = L4_Niltag;
	unsigned got;

	if (c->words > 0)
		L4_LoadMRs(1, (int)c->words, (L4_Word_t *)c->in);
	tag.X.label = c->label;
	tag.X.u = c->words;
	L4_Set_MsgTag(tag);
	tag = L4_Call(server);
	if (L4_IpcFailed(tag))
		return false;
	got = (unsigned)L4_UntypedWords(tag);
	if (got > c->room)
		got = c->room;
	if (got > 0)
		L4_StoreMRs(1, (int)got, c->out);
	if (got < c->room)
		memset(c->out + got, 0, (c->room - got) * sizeof(L4_Word_t));
	*label = L4_Label(tag);
	return true;
}
