# SPDX-License-Identifier: BSD-2-Clause
"""trees - a disk with files in runs of one block each, for tests/system/files/pieces/run: the maps of their
blocks are made here, as large as the form permits, and lie in the blocks of another file."""
import os
import re
import shutil
import struct

from disks import at, host, new_disk

BLOCK, DEPTH, FANOUT = 1024, 5, 75
RUNS = (2000, 300, 300)		# of the files runs-1, runs-2, runs-3
NODES = 1500
EXTENTS = 0x80000


def crc32c(crc, data):
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc


def table_entry(n):
    for _ in range(8):
        n = n >> 1 ^ 0x82f63b78 if n & 1 else n >> 1
    return n


TABLE = [table_entry(n) for n in range(256)]


class File:
    """A file of the disk: its inode's number, and its blocks."""
    def __init__(self, disk, name):
        self.disk, self.name = disk, name
        text = host('debugfs', '-R', 'stat ' + name, disk).decode()
        self.inode = int(re.search(r'Inode: (\d+)', text).group(1))
        self.generation = int(re.search(r'Generation: (\d+)', text).group(1))
        self.blocks = [int(n) for n in host('debugfs', '-R', 'blocks ' + name, disk).split()]
        with open(disk, 'rb') as f:
            f.seek(1024 + 0x68)
            self.seed = crc32c(~0 & 0xffffffff, f.read(16))

    def set_map(self, words, size, flags):
        """The 15 words of the inode that map its blocks."""
        places = ['%d' % i for i in range(12)] + ['IND', 'DIND', 'TIND']
        lines = ['sif %s block[%s] %d\n' % (self.name, p, w) for p, w in zip(places, words)]
        lines += ['sif %s size %d\n' % (self.name, size), 'sif %s flags %d\n' % (self.name, flags)]
        with open(at('commands'), 'w', encoding='ascii') as f:
            f.writelines(lines)
        host('debugfs', '-w', '-f', at('commands'), self.disk)


class Maps:
    """Blocks for maps."""
    def __init__(self, disk):
        self.disk, self.free = disk, File(disk, '/nodes').blocks

    def put(self, data):
        block = self.free.pop()
        with open(self.disk, 'r+b') as f:
            f.seek(block * BLOCK)
            f.write(data.ljust(BLOCK, b'\0'))
        return block

    def node(self, of, depth, entries):
        """A block of a tree of extents, with its checksum."""
        most = (BLOCK - 12) // 12
        data = (struct.pack('<HHHHI', 0xf30a, len(entries), most, depth, 0) + b''.join(entries)).ljust(
            12 + 12 * most, b'\0')
        crc = crc32c(crc32c(of.seed, struct.pack('<II', of.inode, of.generation)), data)
        return self.put(data + struct.pack('<I', crc))


def extent(first, block):
    return struct.pack('<IHHI', first, 1, 0, block)


def index(first, block):
    return struct.pack('<IIHH', first, block, 0, 0)


def set_root(of, depth, entries, blocks):
    root = (struct.pack('<HHHHI', 0xf30a, len(entries), 4, depth, 0) + b''.join(entries)).ljust(60, b'\0')
    of.set_map(struct.unpack('<15I', root), blocks * BLOCK, EXTENTS)


def full_tree(maps, of, runs):
    """As many extents in a block as it has room for: two levels of blocks."""
    leaves = [index(i, maps.node(of, 0, [extent(n, of.blocks[runs - 1 - n])
                                         for n in range(i, min(i + 84, runs))]))
              for i in range(0, runs, 84)]
    set_root(of, 2, [index(0, maps.node(of, 1, leaves))], runs)


def deep_tree(maps, of, runs):
    """Each extent has a block of its own, and so have the indexes of all levels but the uppermost."""
    entries = []
    for n in range(runs):
        entry = extent(n, of.blocks[runs - 1 - n])
        for depth in range(DEPTH - 1):
            entry = index(n, maps.node(of, depth, [entry]))
        entries.append(entry)
    tops = [index(i, maps.node(of, DEPTH - 1, entries[i:i + FANOUT])) for i in range(0, runs, FANOUT)]
    set_root(of, DEPTH, tops, runs)


def indirect(maps, of, runs):
    """The blocks are mapped by three indirect ones each; before them is a hole."""
    words = BLOCK // 4
    thirds = [maps.put(struct.pack('<%dI' % len(part), *part))
              for part in (list(reversed(of.blocks[:runs]))[i:i + words] for i in range(0, runs, words))]
    second = maps.put(struct.pack('<%dI' % len(thirds), *thirds))
    of.set_map([0] * 14 + [maps.put(struct.pack('<I', second))],
               (12 + words + words ** 2 + runs) * BLOCK, 0)


def make_trees():
    """Each block of a file begins with its number in the map, the last one being the first on the disk."""
    tree = at('tree')
    shutil.rmtree(tree, ignore_errors=True)
    os.makedirs(tree)
    for i, runs in enumerate(RUNS):
        with open(os.path.join(tree, 'runs-%d' % (i + 1)), 'wb') as f:
            f.write(b''.join(struct.pack('<I', runs - 1 - n).ljust(BLOCK, b'.') for n in range(runs)))
    with open(os.path.join(tree, 'nodes'), 'wb') as f:
        f.write(b'nodes'.ljust(NODES * BLOCK, b'.'))
    disk = new_disk('trees', 64, ('-b', '1024', '-O', 'metadata_csum', '-d', tree))
    shutil.rmtree(tree)
    maps = Maps(disk)
    for i, make in enumerate((full_tree, deep_tree, indirect)):
        make(maps, File(disk, '/runs-%d' % (i + 1)), RUNS[i])
    return disk
