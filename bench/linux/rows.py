# SPDX-License-Identifier: BSD-2-Clause
"""rows.py - the rows of `make bench-linux`: what they are called, and what they may cost."""
import collections

# window: its number in bench/linux/rows.h. work: the run that has it. times: the target, in units of Linux's
# figure, or 0: then `target`, a number, is all there is. unit: of the figure.
Row = collections.namedtuple('Row', 'name window work times target unit text')

PER = 'instructions'
BOOT_BEFORE_DRIVERS = 87_303_130	# at commit 9353d09f, with its boot image
BOOT = 'boot'			# no program's work: counted by machines.boot

ROWS = [
    Row('read_4k_depth_1', 1, 'disk', 1, None, PER, 'read 4 KiB of the disk, one at a time (O_DIRECT)'),
    Row('read_4k_depth_32', 2, 'disk', 1, None, PER, 'the same, 32 requests under way (io_uring)'),
    Row('file_read_4k', 3, 'files', 2, None, PER, 'pread of 4 KiB of a file that is in the cache'),
    Row('open_fstat_close', 4, 'files', 2, None, PER, 'open, fstat and close'),
    Row('sql_inserts', 10, 'sql', 1.2, None, PER, 'SQLite: an insert of 10,000 in one transaction'),
    Row('sql_transactions', 11, 'sql', 1.2, None, PER, 'SQLite: a transaction of 1,000, one insert each'),
    Row('udp_echo_64', 6, 'net', 1, None, PER, 'receive a datagram of 64 bytes and send it back'),
    Row('udp_echo_1400', 7, 'net', 1, None, PER, 'the same with 1,400 bytes'),
    Row('tcp_receive', 8, 'net', 1.5, None, PER, 'a stream that is received, per segment of 1,460 bytes'),
    Row('tcp_send', 9, 'net', 1.5, None, PER, 'a stream that is sent, per segment of 1,460 bytes'),
    Row('restart', 5, 'restart', 0, 10_000_000, PER, 'from kill of the driver to the next answer'),
    Row('boot', 0, BOOT, 0, 3 * BOOT_BEFORE_DRIVERS, PER, 'from the kernel to the prompt'),
    Row('memory', 0, BOOT, 0, 16 * 1024, 'KiB', 'RAM that is not free at the prompt'),
]
