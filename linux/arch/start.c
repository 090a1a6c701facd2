// SPDX-License-Identifier: GPL-2.0-only
/*
 * start.c - the start and the end of Linux, and what its machine-dependent part asks of the system below.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched/task_stack.h>
#include <linux/start_kernel.h>
#include <linux/syscalls.h>
#include <linux/utsname.h>
#include <asm/page.h>
#include <as-layout.h>
#include <kern_util.h>
#include <longjmp.h>
#include <os.h>
#include <skas.h>
#include "edge.h"

extern int uml_exitcode;

static int __init start_kernel_proc(void *unused)
{
	block_signals();
	cpu_tasks[0].pid = 1;
	cpu_tasks[0].task = current;
	start_kernel();
	return 0;
}

int __init start_uml(void)
{
	jmp_buf *buf = &init_task.thread.switch_buf;

	init_task.thread.request.u.thread.proc = start_kernel_proc;
	new_thread(task_stack_page(&init_task), buf, uml_finishsetup);
	longjmp(*buf, 1);
	return 0;
}

void halt_skas(void) { edge_exit(uml_exitcode); }
void os_dump_core(void) { edge_exit(1); }

void reboot_skas(void)
{
	pr_warn("a restart of Linux ends its task: start it again\n");
	edge_exit(0);
}

void exit(int status) { edge_exit(status); }

/* ---- text before there is a console ---- */

static void say(const char *format, va_list list)
{
	char text[256];

	edge_console_write(text, vscnprintf(text, sizeof(text), format, list));
}

void os_warn(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(format, list);
	va_end(list);
}

void os_info(const char *format, ...) { }

int printf(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(format, list);
	va_end(list);
	return 0;
}

void um_early_printk(const char *s, unsigned int n) { edge_console_write(s, n); }
void os_flush_stdout(void) { }

/* ---- the machine ---- */

unsigned long os_get_top_address(void) { return EDGE_KIP + 2 * PAGE_SIZE; }
void os_early_checks(void) { }
void os_check_bugs(void) { }
void stack_protections(unsigned long address) { }
int os_getpid(void) { return 1; }
int os_is_signal_stack(void) { return 0; }
void os_kill_ptraced_process(int pid, int reap) { }

void get_host_cpu_features(void (*flags)(char *line), void (*cache)(char *line)) { }
void setup_machinename(char *to) { strcpy(to, "x86_64"); }
void setup_hostinfo(char *to, int len) { strscpy(to, "Pecan", len); }

ssize_t os_getrandom(void *to, size_t len, unsigned int flags) { return edge_random(to, len); }

long elf_aux_hwcap;

unsigned long get_thread_reg(int reg, jmp_buf *buf)
{
	switch (reg) {
	case HOST_IP:
		return (*buf)[0].JB_IP;
	case HOST_SP:
		return (*buf)[0].JB_SP;
	default:
		return (*buf)[0].__rbp;
	}
}

/* What flush_thread unmaps when a program begins: its address space is new, so nothing is mapped. */
int unmap(struct mm_id *id, unsigned long addr, unsigned long len, int done, void **data) { return 0; }

SYSCALL_DEFINE3(modify_ldt, int, func, void __user *, ptr, unsigned long, bytes) { return -ENOSYS; }

SYSCALL_DEFINE6(mmap, unsigned long, addr, unsigned long, len, unsigned long, prot, unsigned long, flags,
		unsigned long, fd, unsigned long, off)
{
	if (off & ~PAGE_MASK)
		return -EINVAL;
	return ksys_mmap_pgoff(addr, len, prot, flags, fd, off >> PAGE_SHIFT);
}
