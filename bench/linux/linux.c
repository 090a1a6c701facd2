/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux.c - the first program of the Linux that `make bench-linux` counts: loads the modules in /modules by
 * their names' order, does the work that the kernel's option work=NAME names, and switches off.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "linux.h"
#include "rows.h"

#define DISK "/dev/vda"

enum { PATH = 300, DISK_WAITS = 1000, DISK_WAIT_US = 10000 };

static _Noreturn void end(void)
{
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

_Noreturn void work_failed(const char *text)
{
	printf("work: failed: %s: %m\n", text);
	end();
}

void must(int result, const char *text)
{
	if (result < 0)
		work_failed(text);
}

static void load_modules(void)
{
	struct dirent **names;
	int n = scandir("/modules", &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[PATH];
		int fd;

		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/modules/%s", names[i]->d_name);
		fd = open(path, O_RDONLY);
		must((int)syscall(SYS_finit_module, fd, "", 0), path);
		close(fd);
	}
}

/* ---- blocks of the disk ---- */

static void read_one(int disk, char *to)
{
	static unsigned n;

	if (pread(disk, to, READ_BYTES, (off_t)block_at(n++)) != READ_BYTES)
		work_failed("pread of the disk");
}

static void write_one(int disk, const char *from)
{
	static unsigned n;

	if (pwrite(disk, from, READ_BYTES, (off_t)block_at(n++)) != READ_BYTES)
		work_failed("pwrite of the disk");
}

static struct ring {
	int fd;
	unsigned *submitted, *array, *taken, *done, mask;
	struct io_uring_sqe *request;
	struct io_uring_cqe *answer;
	uint8_t operation;
	unsigned long bytes;		/* of what is read */
} ring;

/* Best practice of Linux 6.1 for one thread: fixed buffers and file, work of completions in that thread. */
static void make_ring(int disk, char *buffers)
{
	struct io_uring_params p = { .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN };
	struct iovec v = { buffers, (size_t)DEPTH * READ_BYTES };
	char *sq, *cq;

	ring.fd = (int)syscall(SYS_io_uring_setup, DEPTH, &p);
	must(ring.fd, "io_uring_setup");
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * sizeof(unsigned), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_CQ_RING);
	ring.request = mmap(NULL, p.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQES);
	ring.submitted = (unsigned *)(sq + p.sq_off.tail);
	ring.array = (unsigned *)(sq + p.sq_off.array);
	ring.taken = (unsigned *)(cq + p.cq_off.head);
	ring.done = (unsigned *)(cq + p.cq_off.tail);
	ring.answer = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	ring.mask = DEPTH - 1;
	must((int)syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &v, 1), "fixed buffers");
	must((int)syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &disk, 1), "fixed file");
}

static void put_request(char *buffers, unsigned slot)
{
	static unsigned n;
	unsigned at = *ring.submitted & ring.mask;

	ring.request[at] = (struct io_uring_sqe){
		.opcode = ring.operation, .flags = IOSQE_FIXED_FILE, .fd = 0, .len = READ_BYTES,
		.addr = (uint64_t)(uintptr_t)(buffers + (size_t)slot * READ_BYTES), .off = block_at(n++) % ring.bytes,
		.user_data = slot,
	};
	ring.array[at] = at;
	__atomic_store_n(ring.submitted, *ring.submitted + 1, __ATOMIC_RELEASE);
}

/* DEPTH requests are under way, `more` of them not submitted yet: take what is answered, and put as many. */
static unsigned next_answers(char *buffers, unsigned *more)
{
	unsigned answers = 0;

	must((int)syscall(SYS_io_uring_enter, ring.fd, *more, 1, IORING_ENTER_GETEVENTS, NULL, 0),
	     "io_uring_enter");
	while (*ring.taken != __atomic_load_n(ring.done, __ATOMIC_ACQUIRE)) {
		struct io_uring_cqe *c = &ring.answer[*ring.taken & (2 * DEPTH - 1)];

		if (c->res != READ_BYTES)
			work_failed("an answer of io_uring");
		put_request(buffers, (unsigned)c->user_data);
		__atomic_store_n(ring.taken, *ring.taken + 1, __ATOMIC_RELEASE);
		answers++;
	}
	*more = answers;
	return answers;
}

/* Returns how many are not submitted yet. */
static unsigned begin_many(int disk, char *buffers, uint8_t operation, unsigned long bytes)
{
	make_ring(disk, buffers);
	ring.operation = operation;
	ring.bytes = bytes;
	for (unsigned i = 0; i < DEPTH; i++)
		put_request(buffers, i);
	return DEPTH;
}

static char *new_buffers(void)
{
	return mmap(NULL, (size_t)DEPTH * READ_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

static char *read_disk(int disk)
{
	char *buffers = new_buffers();
	unsigned more;

	ROW(ROW_READ_1, read_one(disk, buffers));
	more = begin_many(disk, buffers, IORING_OP_READ_FIXED, DISK_BYTES);
	ROW_DEEP(ROW_READ_32, next_answers(buffers, &more));
	return buffers;
}

static void work_disk(void)
{
	int disk = open(DISK, O_RDONLY | O_DIRECT);

	must(disk, DISK);
	read_disk(disk);
}

/* A disk that Linux looks for while this program runs. It is read, and written by a ring of its own. */
static void work_other_disk(const char *path)
{
	char *buffers;
	unsigned more;
	int disk = -1;

	for (int i = 0; i < DISK_WAITS && disk < 0; i++) {
		disk = open(path, O_RDWR | O_DIRECT);
		usleep(disk < 0 ? DISK_WAIT_US : 0);
	}
	must(disk, path);
	buffers = read_disk(disk);
	close(ring.fd);
	ROW(ROW_WRITE_1, write_one(disk, buffers));
	more = begin_many(disk, buffers, IORING_OP_WRITE_FIXED, DISK_BYTES);
	ROW_DEEP(ROW_WRITE_32, next_answers(buffers, &more));
}

static void mount_disk(void)
{
	mkdir("/disk", 0700);
	must(mount(DISK, "/disk", "ext4", MS_NOATIME, ""), "mount");
}

/* The file of work_files, by a ring. */
static void read_file(void)
{
	char *buffers = new_buffers();
	int file = open("/disk/" WORK_FILE, O_RDONLY);
	unsigned more;

	must(file, WORK_FILE);
	more = begin_many(file, buffers, IORING_OP_READ_FIXED, FILE_BYTES);
	ROW_DEEP(ROW_FILE_READ_32, next_answers(buffers, &more));
}

static void do_work(const char *work)
{
	if (strcmp(work, "disk") == 0) {
		work_disk();
	} else if (strcmp(work, "nvme") == 0) {
		work_other_disk("/dev/nvme0n1");
	} else if (strcmp(work, "ahci") == 0) {
		work_other_disk("/dev/sda");
	} else if (strcmp(work, "files") == 0) {
		mount_disk();
		work_files("/disk");
		read_file();
	} else if (strcmp(work, "names") == 0) {
		mount_disk();
		work_directories("/disk");
	} else if (strcmp(work, "writes") == 0) {
		mount_disk();
		work_writes("/disk");
	} else if (strcmp(work, "sql") == 0) {
		mount_disk();
		work_sql("/disk");
	} else if (strcmp(work, "net") == 0) {
		net_begin(NEAR);
		work_net();
	} else if (strcmp(work, "path") == 0) {
		net_begin(PATH_NEAR);
		net_allow("core/rmem_max", "1048576");
		net_allow("core/wmem_max", "1048576");
		net_allow("ipv4/tcp_timestamps", "0");
		work_path();
	} else {
		net_begin(PEER);
		work_peer(strcmp(work, "peer-dhcp") == 0);
	}
}

int main(void)
{
	mkdir("/dev", 0700);
	mkdir("/proc", 0700);
	must(mount("proc", "/proc", "proc", 0, ""), "proc");
	must(mount("devtmpfs", "/dev", "devtmpfs", 0, ""), "devtmpfs");
	must(open("/dev/console", O_RDWR), "/dev/console");
	dup2(0, 1);
	dup2(0, 2);
	load_modules();
	do_work(getenv("work"));
	printf("work: done\n");
	end();
}
