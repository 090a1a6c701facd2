# SPDX-License-Identifier: BSD-2-Clause
"""foreign - disks of forms that other systems make: sectors of 4,096 bytes."""
from disks import PROMPT, at, clean, content, end, gpt, make_image, new_disk, read, shell, system
from guest import nvme_disk, virtio_disk

LARGE = ',logical_block_size=4096,physical_block_size=4096'


def use(disk, device, image='image.tar'):
    """Files are written and read again, with drivers and servers that are ended, and e2fsck finds nothing."""
    def large(path):
        return device(path, device=LARGE)
    with system(disk, image=image, device=large) as g:
        g.expect(PROMPT)
        shell(g, 'echo one > /disk/x', 'cp /lib/data /disk/data', 'kill files', 'echo two >> /disk/x')
        assert 'Pass 5' in shell(g, 'e2fsck -fy /dev/disk'), g.tail()
        assert 'sectors of 4096 bytes' in shell(g, 'disk'), g.tail()
        shell(g, 'disk read 3')
        assert 'one\ntwo' in shell(g, 'cat /disk/x'), g.tail()
        end(g)



def check_files(disk):
    clean(disk)
    assert content(disk, '/x') == b'one\ntwo\n' and content(disk, '/data') == read('data')


def large_sectors():
    """A disk with sectors of 4,096 bytes, of both kinds: the file system on all of it."""
    for device in (virtio_disk, nvme_disk):
        disk = new_disk('large-' + device.__name__, options=('-b', '4096'))
        use(disk, device)
        check_files(disk)


def large_partition():
    """In a partition of such a disk, whose table counts its sectors: the first one, or by its number."""
    whole, inner = at('large-whole.img'), new_disk('large-inner', 8, ('-b', '4096'))
    table = bytes(4096) + gpt(10 << 8, {2: (256, 8 << 8)}, sector=4096)
    make_image(name='second.tar', change=name_second)
    for image in ('image.tar', 'second.tar'):
        with open(inner, 'rb') as f, open(whole, 'wb') as to:
            to.write(table.ljust(1 << 20, b'\xa5') + f.read() + bytes(1 << 20))
        use(whole, virtio_disk, image)
        with open(whole, 'rb') as f, open(at('large-out.img'), 'wb') as to:
            f.seek(1 << 20)
            to.write(f.read(8 << 20))
        check_files(at('large-out.img'))


def name_second(init):
    for p in ('files', 'e2fsck'):
        init = init.replace('task %s\n' % p, 'task %s\n\tdisk partition 2\n' % p)
    return init


def small_blocks():
    """Blocks that are smaller than the disk's sectors are named, and nothing is formatted or repaired."""
    disk = new_disk('small-blocks', options=('-b', '1024'))
    before = open(disk, 'rb').read()
    with system(disk, device=lambda path: virtio_disk(path, device=LARGE)) as g:
        g.expect(PROMPT)
        assert "not supported: blocks that are smaller than the disk's sectors" in g.text, g.tail()
        assert 'there is no disk with files' in shell(g, 'ls /disk'), g.tail()
        end(g)
    assert open(disk, 'rb').read() == before


CHECKS = (('a disk with sectors of 4,096 bytes', large_sectors),
          ('a partition of a disk with sectors of 4,096 bytes', large_partition),
          ('blocks that are smaller than the sectors of the disk', small_blocks))
