# SPDX-License-Identifier: BSD-2-Clause
"""system - what the rows share that attack the servers of the running system: pages, tenant, terminal.

A boot image with the program intruder (tests/guest/attack/intruder) beside the real servers; a user who types
at the shell meanwhile, and counts what is wrong; the line of the row.
"""
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../../../tools'))
from guest import HANG, Guest, GuestError, O, PROMPT, TOP, ports_are_built  # noqa: E402

SERVERS = ['names', 'console', 'pci', 'virtio-blk', 'virtio-net', 'virtio-rng', 'virtio-console', 'shell',
           'rtc']
NEWS = re.compile(r'^root: .*(?:is started again|was stopped|has ended|was killed|hangs).*|.*panic.*', re.M)


def make_image(name, descriptions, sections, programs):
    """A boot image: the system description of these files with more sections, and programs of the host."""
    folder = os.path.join(TOP, O, 'test', 'attack-' + name)
    os.makedirs(folder, exist_ok=True)
    text = ''
    for path in descriptions:
        with open(os.path.join(TOP, path), encoding='ascii') as f:
            text += f.read()
    init, image = os.path.join(folder, 'init'), os.path.join(folder, 'image.tar')
    with open(init, 'w', encoding='ascii') as f:
        f.write(text + sections + 'task absent; provides never-*\n')	# names to wait for
    subprocess.run(['tools/mkboot', image, init, *programs], cwd=TOP, check=True)
    return image


class Victim:
    """The user at the shell: what must be answered, and what is wrong."""

    def __init__(self, guest, ports=False):
        self.guest, self.wrong, self.count = guest, [], 0
        self.ports, self.gained = ports, 0

    def note(self, what):
        self.wrong.append(what)
        print('wrong: ' + what, flush=True)

    def threads(self):
        """[(task, program, thread id)] of `ps`, without the intruders."""
        rows = re.findall(r'^ +(\d+|-) +(\d+\.\d+) +\d+ (\S+) ', self.shown('ps'), re.M)
        return [(task, program, thread) for task, thread, program in rows if 'intruder' not in program]

    def shown(self, line):
        """What a line shows; other text may be between."""
        self.count += 1
        end = 'end-%d-of-it' % self.count
        start = len(self.guest.text)
        self.guest.line(line)
        self.guest.line('echo ' + end)
        self.guest.expect(r'(?<!echo )%s\n' % end)
        return self.guest.text[start:self.guest.at]

    def check(self, line, wanted):
        """This line shows something that matches."""
        if not re.search(wanted, self.shown(line), re.M):
            self.note('%r does not show /%s/%s' % (line, wanted, self.guest.tail()))

    def work_beside(self, program, words, work, pause=0):
        """Do `work` until the intruder `program`, in the background, has ended, and once more then.

        Returns what the intruder gained: its exit status, or 1 if it has ended in another way. pause: seconds
        after each work, for an intruder that runs only when the shell's programs are idle.
        """
        ended = re.compile(r'\[\d+\] %s: (?!waits)(?:(done)|exit status (\d+)|.*)\n' % program)
        at = len(self.guest.text)
        self.guest.line('%s %s &' % (program, words))
        while not ended.search(self.guest.text, at):	# the shell says so before its next prompt
            work()
            time.sleep(pause)
        work()
        found = ended.search(self.guest.text, at)
        gained = 0 if found.group(1) else int(found.group(2) or 1)
        if gained:
            print('%s: %s' % (found.group().strip(),
                              '; '.join(re.findall(r'gained: .*', self.guest.text[at:]))), flush=True)
        return gained

    def news(self, start=0):
        """Tasks that ended, and no one else had to end them."""
        for found in NEWS.finditer(self.guest.text, start):
            self.note(found.group())


def report(row, rounds, victim, gained):
    print('attack %s %d %d' % (row, rounds, len(victim.wrong) + gained))


def play(victim, steps):
    """The steps; a guest that does not do what was expected is one more wrong thing."""
    try:
        return steps()
    except GuestError as e:
        victim.note(str(e))
        return 0


def play_at_shell(row, rounds, image, attack, *options):
    """A row: attack(victim, rounds) beside a user at the shell of this image, with options of tools/qemu; it
    returns what was gained."""
    with Guest('--boot', image, *options, life=9 * HANG) as guest:
        victim = Victim(guest)
        gained = play(victim, lambda: attack(victim, rounds))
    report(row, rounds, victim, gained)


def play_campaign(row, start, of_kind, clean):
    """A row of ROUNDS of the command line: of_kind(guest, ports).campaign(rounds). start(folder, ports)
    returns a disk and a guest; clean(disk) is called when the guest has ended."""
    rounds = int(sys.argv[1])
    ports = ports_are_built('files and network', O + '/tests/intruder')
    folder = os.path.join(TOP, O, 'test', 'attack-' + row)
    os.makedirs(folder, exist_ok=True)
    disk, guest = start(folder, ports)
    with guest:
        victim = of_kind(guest, ports)
        play(victim, lambda: victim.campaign(rounds))
    play(victim, lambda: clean(disk))
    report(row, rounds, victim, victim.gained)
