/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stretch.c - a QEMU TCG plugin: how many instructions does the message loop of the root task execute for a
 * message?
 *
 * A stretch begins when a function begins whose name is `serve_client`, `job_message` or `watch_run`, and
 * ends with the next `watch_is_due` or `watch_pause`. All instructions between are counted, those of
 * the kernel too, and an iteration of a REP string as one; but not those of an interrupt, which are from
 * `entry_irq` to the next instruction of user code. It has the name of the last function in it that says what
 * the message is.
 *
 *	-plugin stretch.so,syms=FILE,out=FILE	with -accel tcg,thread=single -smp 1
 *
 *	syms=FILE	lines "ADDRESS NAME" in hexadecimal: the functions of the root task and of the kernel
 *	out=FILE	where to write, at the end of QEMU, a line "LONGEST TIMES NAME" for each name
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../scope/qplugin.h"

enum { SYMBOLS = 4096 };

QP_EXPORT int qemu_plugin_version = 1;

enum role { ROLE_NONE, ROLE_BEGIN, ROLE_END, ROLE_NAME, ROLE_INTERRUPT };

struct symbol { uint64_t va, longest, times; enum role role; char name[56]; };

static struct symbol symbols[SYMBOLS];
static unsigned nsymbols;
static FILE *out;

static uint64_t executed, began, interrupted;	/* interrupted: 0: not now */
static struct symbol *name;		/* of the stretch; 0: none is under way */

static const char *const names[] = {
	"serve_root_", "serve_fault", "fault_message", "task_end", "start_work", "end_work", "serve_objects",
	"say_all", "look_at_starts",
};

static enum role role_of(const char *symbol)
{
	if (!strcmp(symbol, "serve_client") || !strcmp(symbol, "job_message") || !strcmp(symbol, "watch_run"))
		return ROLE_BEGIN;
	if (!strcmp(symbol, "watch_is_due") || !strcmp(symbol, "watch_pause"))
		return ROLE_END;
	if (!strcmp(symbol, "entry_irq"))
		return ROLE_INTERRUPT;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (!strncmp(symbol, names[i], strlen(names[i])))
			return ROLE_NAME;
	return ROLE_NONE;
}

static bool read_symbols(const char *file)
{
	FILE *f = fopen(file, "r");
	struct symbol *s = symbols;

	while (f && s < symbols + SYMBOLS && fscanf(f, "%" SCNx64 " %55s", &s->va, s->name) == 2) {
		s->role = role_of(s->name);
		s += s->role != ROLE_NONE;
	}
	if (f)
		fclose(f);
	nsymbols = (unsigned)(s - symbols);
	return nsymbols > 0;
}

static void on_function(unsigned vcpu, void *data)
{
	struct symbol *s = data;

	(void)vcpu;
	if (s->role == ROLE_BEGIN && !name) {
		began = executed;
		name = s;
	} else if (s->role == ROLE_NAME && name) {
		name = s;
	} else if (s->role == ROLE_INTERRUPT && name && !interrupted) {
		interrupted = executed;
	} else if (s->role == ROLE_END && name) {
		uint64_t length = executed - began;

		name->times++;
		if (length > name->longest)
			name->longest = length;
		name = NULL;
	}
}

static void on_user_code(unsigned vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (interrupted)
		began += executed - interrupted;
	interrupted = 0;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t va = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));

	(void)id;
	if (!(va >> 63))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_user_code, QP_CB_NO_REGS, NULL);
	for (unsigned i = 0; i < nsymbols; i++)
		if (symbols[i].va == va)
			qemu_plugin_register_vcpu_tb_exec_cb(tb, on_function, QP_CB_NO_REGS, &symbols[i]);
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		qemu_plugin_register_vcpu_insn_exec_inline(qemu_plugin_tb_get_insn(tb, i), QP_INLINE_ADD_U64,
							   &executed, 1);
}

static void on_exit_qemu(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	for (unsigned i = 0; i < nsymbols; i++)
		if (symbols[i].times)
			fprintf(out, "%" PRIu64 " %" PRIu64 " %s\n", symbols[i].longest, symbols[i].times,
				symbols[i].name);
	fclose(out);
}

QP_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "syms=", 5) && read_symbols(argv[i] + 5))
			continue;
		if (!strncmp(argv[i], "out=", 4) && (out = fopen(argv[i] + 4, "w")))
			continue;
		fprintf(stderr, "stretch: wrong option %s (see bench/stretch/stretch.c)\n", argv[i]);
		return -1;
	}
	if (!out || !nsymbols) {
		fprintf(stderr, "stretch: out and syms are needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_exit_qemu, NULL);
	return 0;
}
