/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * linux.lds.S - Linux as a program: code (r-x), all else (rw-), as root of Pecan loads no pages with both
 * rights. What common.lds.S of arch/um has besides is for modules, and for a system below that is Linux.
 */
#include <asm-generic/vmlinux.lds.h>
#include <asm/page.h>
#include <asm/thread_info.h>

OUTPUT_FORMAT(elf64-x86-64)
ENTRY(_start)
jiffies = jiffies_64;

PHDRS
{
	code PT_LOAD FLAGS(5);
	data PT_LOAD FLAGS(6);
}

SECTIONS
{
	. = START;
	__binary_start = .;
	_text = .;
	INIT_TEXT_SECTION(PAGE_SIZE) :code
	.text : {
		_stext = .;
		TEXT_TEXT
		SCHED_TEXT
		CPUIDLE_TEXT
		LOCK_TEXT
		IRQENTRY_TEXT
		SOFTIRQENTRY_TEXT
		*(.text.start .text.stub .fixup)
	} :code
	.exit.text : { EXIT_TEXT } :code
	.altinstr_replacement : { *(.altinstr_replacement) } :code
	_etext = .;

	. = ALIGN(PAGE_SIZE);
	_sdata = .;
	.first : { QUAD(0) } :data
	RO_DATA(PAGE_SIZE)
	EXCEPTION_TABLE(0)
	BUG_TABLE

	.uml.setup.init : {
		__uml_setup_start = .;
		*(.uml.setup.init)
		__uml_setup_end = .;
	}
	.uml.help.init : {
		__uml_help_start = .;
		*(.uml.help.init)
		__uml_help_end = .;
	}
	.uml.postsetup.init : {
		__uml_postsetup_start = .;
		*(.uml.postsetup.init)
		__uml_postsetup_end = .;
	}
	.init.setup : { INIT_SETUP(0) }
	PERCPU_SECTION(32)
	.initcall.init : { INIT_CALLS }
	.con_initcall.init : { CON_INITCALL }
	.uml.exitcall : {
		__uml_exitcall_begin = .;
		*(.uml.exitcall.exit)
		__uml_exitcall_end = .;
	}
	.altinstructions : {
		__alt_instructions = .;
		*(.altinstructions)
		__alt_instructions_end = .;
	}
	.exit.data : { EXIT_DATA }
	.init_array : {
		__init_array_start = .;
		*(.init_array.* .init_array)
		__init_array_end = .;
	}
	.init.ramfs : { INIT_RAM_FS }
	__init_begin = .;
	.init.data : { INIT_DATA }
	__init_end = .;
	.data : {
		INIT_TASK_DATA(THREAD_SIZE)
		. = ALIGN(THREAD_SIZE);
		*(.data..init_irqstack)
		DATA_DATA
	}
	_edata = .;
	. = ALIGN(PAGE_SIZE);
	__bss_start = .;
	SBSS(0)
	BSS(0)
	__bss_stop = .;
	_end = .;

	ELF_DETAILS
	/DISCARD/ : {
		EXIT_CALL
		*(.discard .discard.* .export_symbol .modinfo .note.* .eh_frame .exitcall.exit)
	}
}
