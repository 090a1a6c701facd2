# SPDX-License-Identifier: BSD-2-Clause
"""guest.py - drive a machine under QEMU over its serial line, as a user at a terminal would.

Guest starts tools/qemu with the serial line on pipes; expect() waits for a pattern, send() types.
HANG is the one limit: it ends what hangs, and no healthy run comes near it, however busy the host is.
Typed is any program on a terminal of its own.
Checks counts results and prints the line that tools/test sums up.

The guest tests number the lines that they print, each with a checksum: "TEXT #NUMBER:SUM" (both in
hexadecimal; tests/guest/interface/log.c). received() takes the numbers off and counts what is missing or
damaged, and whole() repeats such a run: what the serial line lost is no result.
"""
import concurrent.futures
import fcntl
import os
import pty
import random
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback

from arch import MACHINE, O

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HANG = int(os.environ.get('HANG', 1200))	# seconds after which a guest, or a program, is ended
PIPE_BYTES = 1 << 20	# of the serial line: what the guest can print while the reader does not run
TOGETHER = 0.005	# seconds: a guest prints by bytes, and each piece that is read costs a search
PROMPT = r'^pecan> '	# of the shell
SPAN = 4096		# no pattern matches more than this
STOPPED = '\nThe kernel has stopped.'
QUIET = 10		# looks, one a second at most, without output: a kernel that has stopped prints no more
TRIES = 5		# runs of a guest whose output is damaged
# Status of QEMU when the guest tests have ended it, after all that they print: by its exit device, or by
# switching the machine off.
BY_ITSELF = (1, 3) if MACHINE['QEMU_EXIT'] else (0,)
# For a guest whose kernel prints much: it prints on the serial line and the screen, which is emulated slowly.
NO_SCREEN = ['-vga', 'none'] if MACHINE['FAMILY'] == 'x86' else []
NUMBERED = re.compile(r'^(.*) #([0-9a-f]+):([0-9a-f]{8})$')


class GuestError(Exception):
    """The guest did not do what was expected; the text has what was waited for and what came."""


class Lost(GuestError):
    """A line was printed, and did not come."""


guests = set()			# processes; they end with a program that is ended by SIGTERM


def end_all(number, unused):
    for process in list(guests):
        process.terminate()
    os._exit(128 + number)


signal.signal(signal.SIGTERM, end_all)


def environment():
    """Ours without what the make that called us would hand down to another make."""
    make = ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES')
    return {k: v for k, v in os.environ.items() if k not in make}


def virtio_disk(path, drive='', device=''):
    """QEMU's options for a disk with the bytes of a file; more options of its drive and its device."""
    return ['-drive', 'file=%s,if=none,id=disk,format=raw%s' % (path, drive),
            '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on' + device]


def nvme_disk(path, drive='', device=''):
    """The same for a disk of NVMe; `serial` of its device is not optional."""
    return ['-drive', 'file=%s,if=none,id=disk,format=raw%s' % (path, drive),
            '-device', 'nvme,drive=disk,serial=disk-of-test' + device]


def ahci_disk(path, drive=''):
    """The same for a SATA disk."""
    return ['-drive', 'file=%s,if=none,id=disk,format=raw%s' % (path, drive),
            '-device', 'ich9-ahci,id=sata', '-device', 'ide-hd,drive=disk,bus=sata.0,serial=disk-of-test']


def virtio_random(count, period):
    """QEMU's options for a source of random numbers that gives `count` bytes each `period` ms."""
    return ['-object', 'rng-random,id=few,filename=/dev/urandom', '-device',
            'virtio-rng-pci,disable-legacy=on,rng=few,max-bytes=%d,period=%d' % (count, period)]


PORTS = range(20000, 32768)	# Linux gives none of them by itself to a socket (ip_local_port_range)
reserved = []			# sockets with names of ports: each is in one process at a time


def free_port():
    """A port of this machine at which nothing listens. Until this process ends no other caller gets it, of
    whichever process, and no socket whose port the host chooses."""
    for port in random.sample(PORTS, len(PORTS)):
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind('\0pecan-port-%d' % port)
            socket.create_server(('127.0.0.1', port)).close()
        except OSError:
            name.close()
        else:
            reserved.append(name)
            return port
    raise GuestError('no port is free')


class Guest:
    def __init__(self, *options, life=HANG, command='tools/qemu', echo=None):
        self.text = ''			# everything the guest printed, carriage returns taken out
        self.raw = bytearray()		# the same, as it came
        self.at = 0			# up to here it has been matched
        self.commands = 0
        self.echo = echo		# called with each piece that arrives
        self.status = None
        argv = ['timeout', '-k', '5', str(life), os.path.join(TOP, command)] + list(options)
        self.process = subprocess.Popen(argv, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        guests.add(self.process)
        try:
            fcntl.fcntl(self.process.stdout, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except OSError:			# beyond what this user may have: then it is as large as usual
            pass

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()

    def read(self, limit):
        """Take what arrives within limit seconds. False at the end of the output."""
        fd = self.process.stdout.fileno()
        if not select.select([fd], [], [], max(0, limit))[0]:
            return True
        time.sleep(TOGETHER)
        data = os.read(fd, PIPE_BYTES)
        self.raw += data
        piece = data.decode('latin-1').replace('\r', '').replace('\0', '')
        self.text += piece
        if self.echo and piece:
            self.echo(piece)
        return bool(data)

    def expect(self, pattern, limit=HANG):
        """Wait for pattern (a regular expression); returns the match; the next search starts after it."""
        rx = re.compile(pattern, re.M)
        end, start = time.monotonic() + limit, self.at
        alive, quiet = True, 0
        while True:
            m = rx.search(self.text, start)
            if m:
                self.at = m.end()
                return m
            # Only what is new can make a difference: else each piece would cost as much as all before it.
            start = max(start, self.text.rfind('\n', 0, max(0, len(self.text) - SPAN)) + 1)
            if not alive:
                self.wait()
                what = 'QEMU ended (status %d) before /%s/ came' % (self.status, pattern)
                raise (Lost if self.status in BY_ITSELF else GuestError)(what + self.tail())
            if time.monotonic() > end:
                raise GuestError('/%s/ did not come in %d s%s' % (pattern, limit, self.tail()))
            if quiet >= QUIET and STOPPED in self.text[self.at:]:
                raise GuestError('the kernel has stopped before /%s/ came%s' % (pattern, self.tail()))
            before = len(self.text)
            alive = self.read(1)
            quiet = quiet + 1 if len(self.text) == before else 0

    def seen(self, pattern, start=0, limit=HANG):
        """The same as expect, of what may have come already, after `start` of the text: beside commands whose
        ends were waited for.
        """
        at, self.at = self.at, start
        m = self.expect(pattern, limit)
        self.at = max(at, m.end())
        return m

    def send(self, text):
        """Type text, as it is."""
        try:
            self.process.stdin.write(text.encode('latin-1'))
            self.process.stdin.flush()
        except BrokenPipeError:
            raise GuestError('QEMU ended before %r could be typed%s' % (text, self.tail())) from None

    def line(self, text):
        """Type a line."""
        self.send(text + '\r')

    def command(self, line):
        """Type a line at the shell's prompt; what was printed until its end. What servers and programs in the
        background print shows a prompt too, so an echo that is like no other ends it.
        """
        self.line(line)
        at = self.at
        self.expect(PROMPT)
        self.commands += 1
        self.line('echo end-%d' % self.commands)
        self.expect(r'^(\x1b\[K)?end-%d\n' % self.commands)
        self.expect(PROMPT)
        return self.text[at:self.at]

    def finish(self, limit=HANG):
        """Wait until QEMU ends by itself; its exit status."""
        end = time.monotonic() + limit
        while self.read(1):
            if time.monotonic() > end:
                raise GuestError('QEMU did not end in %d s%s' % (limit, self.tail()))
        return self.wait()

    def conclude(self):
        """After the last line of a program that ends QEMU: wait for it, or end QEMU, where none can."""
        if MACHINE['QEMU_EXIT']:
            self.finish()
        else:
            self.end()

    def wait(self):
        self.status = self.process.wait()
        guests.discard(self.process)
        return self.status

    def tail(self, lines=15):
        """The end of what the guest printed, for an error message."""
        last = self.text.rstrip().split('\n')[-lines:]
        return '; the guest printed last:\n' + '\n'.join('    | ' + line for line in last)

    def end(self):
        """End QEMU if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.stdin.close()
        except BrokenPipeError:			# something was typed, and QEMU has ended by itself
            pass
        self.process.stdout.close()
        self.wait()


class Typed:
    """A program on a pseudo-terminal, which a user types at."""

    def __init__(self, *argv, **more):
        """more: variables of its environment."""
        self.seen, self.name = b'', argv[0]
        self.child, self.fd = pty.fork()
        if self.child == 0:
            os.environ.update(more)
            os.execvp('timeout', ['timeout', '--foreground', str(HANG)] + list(argv))

    def expect(self, pattern):
        """Wait until this comes; returns the match; what follows it is kept."""
        m = None
        while not m:
            m = re.search(pattern, self.seen)
            if m:
                self.seen = self.seen[m.end():]
            elif not select.select([self.fd], [], [], HANG)[0]:
                raise GuestError('%s: %r did not come after %r' % (self.name, pattern, self.seen[-300:]))
            else:
                self.read(pattern)
        return m

    def read(self, pattern):
        try:
            self.seen += os.read(self.fd, 4096)
        except OSError:
            last = self.seen[-300:]
            raise GuestError('%s ended before %r, after %r' % (self.name, pattern, last)) from None

    def type(self, text):
        os.write(self.fd, text)

    def finish(self):
        """Wait until it ends by itself; its exit status."""
        try:
            while os.read(self.fd, 4096):
                pass
        except OSError:			# the terminal closes when the last program that has it ends
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])

    def end(self):
        os.kill(self.child, signal.SIGTERM)
        os.close(self.fd)
        os.waitpid(self.child, 0)


def ports_are_built(what, *more):
    """Builds all ports, the boot image with them, and more. False, with a note, if there is no source."""
    for name in os.listdir('ports'):
        status = subprocess.run(['tools/deps', 'port', name], check=False).returncode
        if status == 4:
            print('note: %s was not tested: the source of port %s cannot be reached' % (what, name))
            return False
        if status:
            sys.exit(status)
    # Several sections build the same.
    os.makedirs(O, exist_ok=True)
    subprocess.run(['flock', O + '/ports.lock', 'make', '-s', 'all', O + '/ports.tar',
                    O + '/tests/ports.tar', O + '/tests/messages', *more], check=True)
    return True


GRUB = """set timeout=0
menuentry guest {
	multiboot2 /boot/pecan pecan %s
	module2 /boot/sigma0 sigma0
	module2 /boot/root %s
%s	boot
}
"""


def bochs(name, root, append, build=O, commands=None, image=None, **options):
    """A Guest under Bochs, booted by GRUB: kernel, sigma0 in build, root ("FILE ARGS"); name: its folder;
    image: the boot image, if it gets one.

    commands: for Bochs's debugger, what it prints comes between what the guest prints.
    """
    work = os.path.join(TOP, O, 'test', name)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work + '/iso/boot/grub')
    files = ((build + '/pecan', 'pecan'), (build + '/sigma0', 'sigma0'), (root.split()[0], 'root'))
    for source, target in (*files, (image, 'image')) if image else files:
        shutil.copy(os.path.join(TOP, source), work + '/iso/boot/' + target)
    with open(work + '/iso/boot/grub/grub.cfg', 'w', encoding='ascii') as f:
        f.write(GRUB % (append, root, '	module2 /boot/image\n' if image else ''))
    grub = '/usr/lib/grub/' + MACHINE['GRUB'].split(':')[0]
    subprocess.run(['grub-mkrescue', '-o', work + '/iso.iso', '-d', grub, work + '/iso'], check=True,
                   capture_output=True)
    if commands:
        with open(work + '/debug', 'w', encoding='ascii') as f:
            f.write(commands)
    words = [work + '/iso.iso'] + ([work + '/debug'] if commands else [])
    return Guest(*words, command='tools/bochs', **options)


def symbols(path):
    """{name: address} of an ELF file."""
    out = subprocess.run(['nm', path], cwd=TOP, capture_output=True, text=True, check=True).stdout
    return {f[2]: int(f[0], 16) for f in map(str.split, out.splitlines()) if len(f) == 3}


def checksum(number, text):
    """FNV-1a of 32 bits, begun with the number of the line."""
    total = 0x811c9dc5 ^ number
    for c in text.encode('latin-1'):
        total = (total ^ c) * 0x1000193 & 0xffffffff
    return total


def received(text):
    """(numbered lines, all lines, how many are lost): the lines without their numbers."""
    numbered, every = {}, []
    for line in text.split('\n'):
        m = NUMBERED.match(line)
        if m and checksum(int(m.group(2), 16), m.group(1)) == int(m.group(3), 16):
            line = numbered[int(m.group(2), 16)] = m.group(1)
        every.append(line)
    return list(numbered.values()), every, max(numbered, default=0) - len(numbered)


def complete(text):
    """The text of a run that has come to its end; Lost if that is not the sum."""
    numbered = received(text)[0]
    if not numbered or not re.match(r'\d+ passed, \d+ failed$', numbered[-1]):
        raise Lost('the sum is damaged')
    return text


def whole(name, play):
    """(numbered lines, all lines) of the text that play() returns: played again until no line is lost."""
    for _ in range(TRIES):
        try:
            numbered, every, lost = received(play())
        except Lost:
            lost = 1
        if lost == 0:
            return numbered, every
        print('note: %s: the serial line lost %d lines; run again' % (name, lost), flush=True)
    raise GuestError('%s: the serial line lost lines in each of %d runs, %d in the last one'
                     % (name, TRIES, lost))


def cpu_of_children():
    """Seconds of CPU of the processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def side_by_side(most, function, arguments):
    """function(*a) for each a of these, up to `most` at a time: for guests that are idle most of the time. An
    exception of one of them is raised when those before it have ended."""
    with concurrent.futures.ThreadPoolExecutor(most) as pool:
        for done in [pool.submit(function, *a) for a in arguments]:
            done.result()


def require(ok, what):
    """A check fails if it is not so."""
    if not ok:
        raise GuestError(what)


def empty(folder):
    """A new folder in place of the one that is there."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


class Checks:
    """Counts named checks; prints each, and the sum at the end. pattern: chooses some by their names."""

    def __init__(self, pattern=''):
        self.passed = self.failed = 0
        self.pattern = re.compile(pattern)

    def wanted(self, name):
        return bool(self.pattern.search(name))

    def run_wanted(self, checks):
        """Each (name, function, arguments...) whose name the pattern chooses."""
        for name, function, *arguments in checks:
            if self.wanted(name):
                self.run(name, function, *arguments)

    def result(self, name, ok, why=''):
        print('%s - %s%s' % ('ok' if ok else 'not ok', name, '' if ok else ': ' + why), flush=True)
        self.passed += ok
        self.failed += not ok
        return ok

    def run(self, name, function, *arguments):
        """One check: function raises GuestError (or AssertionError) if it fails. Any other exception fails
        this check too, and the checks after it run. What takes long is said."""
        started, used = time.monotonic(), cpu_of_children()
        try:
            function(*arguments)
        except (GuestError, AssertionError, OSError) as e:
            return self.result(name, False, str(e) or traceback.format_exc())
        except Exception:
            return self.result(name, False, traceback.format_exc())
        seconds = time.monotonic() - started
        if seconds > 10:
            print('# %.0f s, %.0f of them on a CPU:' % (seconds, cpu_of_children() - used))
        return self.result(name, True)

    def done(self):
        print('%d passed, %d failed' % (self.passed, self.failed), flush=True)
        sys.exit(1 if self.failed else 0)
