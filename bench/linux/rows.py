# SPDX-License-Identifier: BSD-2-Clause
"""rows.py - the rows of `make bench-linux`: what they are called, and what they may cost."""
import collections

# window: its number in bench/linux/rows.h; of a path its round trip in ms. work: the run that has it. The
# target is `times` what Debian's Linux needs and `more`; of BYTES it is the least, of other units the most.
Row = collections.namedtuple('Row', 'name window work times more unit text')

PER, BYTES = 'instructions', 'bytes'
BOOT = 'boot'			# no program's work: counted by machines.boot
PATH = 'path'			# both ends of a long path: machines.long_path
OS = 'os'			# of Linux as a server of Pecan, not of Pecan's own programs
LARGE = '-of-4k'			# the same work on a disk with blocks of 4 KiB, not of 1
CALL, SWITCH = 450, 900		# what Linux on Pecan may add to a call, to a switch

ROWS = [
    Row('read_4k_depth_1', 1, 'disk', 1, 0, PER, 'read 4 KiB of the disk, one at a time (O_DIRECT)'),
    Row('read_4k_depth_32', 2, 'disk', 1, 0, PER, 'the same, 32 requests under way (io_uring)'),
    Row('nvme_read_depth_1', 1, 'nvme', 1, 0, PER, 'read_4k_depth_1 of a disk of NVMe'),
    Row('nvme_read_depth_32', 2, 'nvme', 1, 0, PER, 'read_4k_depth_32 of it'),
    Row('nvme_write_depth_1', 47, 'nvme', 1, 0, PER, 'the same, written'),
    Row('nvme_write_depth_32', 48, 'nvme', 1, 0, PER, 'the same, written'),
    Row('ahci_read_depth_1', 1, 'ahci', 1, 0, PER, 'read_4k_depth_1 of a SATA disk'),
    Row('ahci_read_depth_32', 2, 'ahci', 1, 0, PER, 'read_4k_depth_32 of it'),
    Row('ahci_write_depth_1', 47, 'ahci', 1, 0, PER, 'the same, written'),
    Row('ahci_write_depth_32', 48, 'ahci', 1, 0, PER, 'the same, written'),
    Row('file_read_4k', 3, 'files', 0, 1_000, PER, 'pread of 4 KiB of a file that is in the cache'),
    Row('file_read_4k_depth_32', 49, 'files', 0, 1_000, PER, 'the same, 32 reads under way by a ring'),
    Row('open_fstat_close', 4, 'files', 0, 7_900, PER, 'open, fstat and close'),
    Row('create_in_16', 27, 'names', 0, 70_000, PER, 'create and close a file in a directory of 16'),
    Row('create_in_128', 28, 'names', 0, 70_000, PER, 'create and close a file in a directory of 128'),
    Row('create_in_512', 29, 'names', 0, 70_000, PER, 'create and close a file in a directory of 512'),
    Row('create_in_2048', 30, 'names', 0, 70_000, PER, 'create and close a file in a directory of 2,048'),
    Row('stat_in_16', 31, 'names', 0, 6_000, PER, 'stat of any file of it'),
    Row('stat_in_128', 32, 'names', 0, 6_000, PER, 'stat of any file of it'),
    Row('stat_in_512', 33, 'names', 0, 6_000, PER, 'stat of any file of it'),
    Row('stat_in_2048', 34, 'names', 0, 6_000, PER, 'stat of any file of it'),
    Row('write_4k', 40, 'writes', 0, 3_700, PER, 'pwrite of 4 KiB over what is there, one after the other'),
    Row('write_4k_random', 41, 'writes', 1, 0, PER, 'the same, far from each other'),
    Row('write_4k_fsync', 42, 'writes', 1, 0, PER, 'the same one after the other, each with fsync'),
    Row('append_4k', 43, 'writes', 0, 15_000, PER, 'write of 4 KiB at the end of a file'),
    Row('grow_64k', 44, 'writes', 0, 230_000, PER, 'pwrite of 64 KiB at the end of a file of up to 8 MiB'),
    Row('read_64k', 45, 'writes', 1, 0, PER, 'pread of 64 KiB of a file that is not in the cache'),
    Row('read_64k_again', 51, 'writes', 1, 0, PER, 'the same, the file was read once before'),
    Row('write_back_4k', 46, 'writes', 1, 0, PER, 'write_4k_random, 1,000 and sync: all that they cost'),
    Row('sql_inserts', 10, 'sql', 1, 0, PER, 'SQLite: an insert of 10,000 in one transaction'),
    Row('sql_transactions', 11, 'sql', 1, 0, PER, 'SQLite: a transaction of 1,000, one insert each'),
    Row('udp_echo_64', 6, 'net', 0, 8_000, PER, 'receive a datagram of 64 bytes and send it back'),
    Row('udp_echo_1400', 7, 'net', 1, 0, PER, 'the same with 1,400 bytes'),
    Row('udp_echo_64_depth_32', 50, 'net', 0, 4_000, PER, 'the same with 64 bytes, 32 under way (recvmmsg)'),
    Row('tcp_receive', 8, 'net', 0, 3_500, PER, 'a stream that is received, per segment of 1,460 bytes'),
    Row('tcp_send', 9, 'net', 0, 3_500, PER, 'a stream that is sent, per segment of 1,460 bytes'),
    Row('path_20ms', 20, PATH, 0.9, 0, BYTES, 'a stream over a path of 20 ms, bytes in 10 s'),
    Row('path_100ms', 100, PATH, 0.9, 0, BYTES, 'the same over a path of 100 ms'),
    Row('restart', 5, 'restart', 0, 2_000_000, PER, 'from kill of the driver to the next answer'),
    Row('getppid', 12, OS, 0, 700, PER, 'getppid'),
    Row('read_zero', 13, OS, 1, CALL, PER, 'a read of 1 byte of /dev/zero'),
    Row('write_null', 14, OS, 1, CALL, PER, 'a write of 1 byte to /dev/null'),
    Row('stat', 15, OS, 1, CALL, PER, 'stat of /bin/busybox'),
    Row('pipe', 16, OS, 1, 4 * CALL + 2 * SWITCH, PER, 'a byte to another process and one back'),
    Row('futex', 17, OS, 1, 4 * CALL + 2 * SWITCH, PER, 'another thread woken by a futex, and back'),
    Row('fault_in_order', 18, OS, 1.5, 0, PER, 'a page fault of fresh memory, page after page'),
    Row('fault_scattered', 19, OS, 2, 0, PER, 'the same, pages far from each other'),
    Row('fork_exit_wait', 20, OS, 2.5, 0, PER, 'fork, exit of the child, wait'),
    Row('fork_copies', 52, OS, 2.5, 0, PER, 'the same, with 16 pages of both written by the child'),
    Row('vfork_exec_exit', 21, OS, 2, 0, PER, 'vfork, exec of a small static program, its exit, wait'),
    Row('signal', 22, OS, 2, 0, PER, 'a signal to itself, handler and sigreturn'),
    Row('gzip', 23, OS, 1.08, 0, PER, 'gzip of 5 MiB of text'),
    Row('bzip2', 24, OS, 1.08, 0, PER, 'bzip2 of the same'),
    Row('sha256sum', 25, OS, 1.08, 0, PER, 'sha256sum of 400 files, 50 MiB together'),
    Row('tar', 26, OS, 1.3, 0, PER, 'tar of the same to /dev/null'),
    Row('tmpfs_read_4k', 3, OS, 1, CALL, PER, 'file_read_4k on tmpfs'),
    Row('tmpfs_open_close', 4, OS, 1, 3 * CALL, PER, 'open_fstat_close on tmpfs'),
    Row('tmpfs_inserts', 10, OS, 1.3, 0, PER, 'sql_inserts on tmpfs'),
    Row('tmpfs_transactions', 11, OS, 1.3, 0, PER, 'sql_transactions on tmpfs'),
    Row('boot', 0, BOOT, 0, 60_000_000, PER, 'from the kernel to the prompt'),
    Row('memory', 0, BOOT, 0, 8 * 1024, 'KiB', 'RAM not free at the prompt, without cached blocks'),
]
ROWS += [row._replace(name=row.name + '_of_4k', work=row.work + LARGE, times=1, more=0,
                      text=row.text + '; blocks of 4 KiB')
         for row in ROWS if row.work in ('names', 'writes', 'sql') or row.name == 'file_read_4k_depth_32']
