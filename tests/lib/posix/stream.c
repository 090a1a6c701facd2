/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - the server of the task's streams, as its parent has one. The library has such a server too, for
 * its children: the names of the handlers differ here.
 */
#include <string.h>
#define serve_stream_ends parent_stream_ends
#define serve_stream_read parent_stream_read
#define serve_stream_write parent_stream_write
#define serve_stream_directory parent_stream_directory
#include <proto/stream_server.h>
#include "servers.h"

struct stream_caller { int unused; };

struct stream_parent stream_parent;

enum stream_status serve_stream_ends(struct stream_caller *c, struct stream_ends_out *out)
{
	(void)c;
	out->ends = stream_parent.ends;
	return STREAM_OK;
}

enum stream_status serve_stream_read(struct stream_caller *c, struct stream_read_out *out)
{
	(void)c;
	if (stream_parent.busy) {
		stream_parent.busy--;
		return STREAM_BUSY;
	}
	if (stream_parent.interrupted) {
		stream_parent.interrupted = false;
		return STREAM_INTERRUPTED;
	}
	if (!stream_parent.input)
		return STREAM_END;
	out->text_bytes = strlen(stream_parent.input);
	memcpy(out->text, stream_parent.input, out->text_bytes);
	stream_parent.input = NULL;
	return STREAM_OK;
}

enum stream_status serve_stream_write(struct stream_caller *c, const struct stream_write_in *in)
{
	(void)c;
	if (stream_parent.closed)
		return STREAM_END;
	if (in->error) {
		memcpy(stream_parent.errors + stream_parent.error_bytes, in->text, in->text_bytes);
		stream_parent.error_bytes += in->text_bytes;
	} else {
		memcpy(stream_parent.output + stream_parent.output_bytes, in->text, in->text_bytes);
		stream_parent.output_bytes += in->text_bytes;
	}
	return STREAM_OK;
}

enum stream_status serve_stream_directory(struct stream_caller *c, struct stream_directory_out *out)
{
	(void)c;
	strcpy(out->path, stream_parent.directory);
	return STREAM_OK;
}

static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct stream_caller c = { 0 };

	(void)from;
	if (spoiled(tag, STREAM_THREAD))
		return true;
	if (!stream_serve(tag, &c))
		return false;
	check_request("the parent", STREAM_BAD_REQUEST);
	return true;
}

void stream_begin(void)
{
	kernel_server(STREAM_THREAD, serve);
}
