# SPDX-License-Identifier: BSD-2-Clause
"""machine_code.py - the kernel's machine code, as objdump prints it, for checks of it."""
import collections
import re
import subprocess

from arch import MACHINE, O, part

M = part('code')			# what the machine's instructions look like
WORD = int(MACHINE['WORD_BITS']) // 8
Line = collections.namedtuple('Line', 'at name operands target')
HEAD = re.compile(r'^([0-9a-f]+) <([^>]+)>:$')


class Code:
    """The kernel's text: each line by its address, the next one, and where functions begin."""

    def __init__(self, text):
        self.lines, self.after, self.owner, self.starts, self.memory = {}, {}, {}, {}, {}
        self.small = None	# what the register of small data has
        self.links = set()	# of a program: addresses of the pointers to system calls (user/lib/l4)
        name, last = None, None
        for line in text.split('\n'):
            head, code = HEAD.match(line), M.LINE.match(line)
            if head:
                name, last = head.group(2), None
                if not name.endswith('.cold'):
                    self.starts[int(head.group(1), 16)] = name
            elif code and name:
                at, target = int(code.group(1), 16), M.TARGET.search(code.group(3))
                self.lines[at] = Line(at, code.group(2), code.group(3).strip(),
                                      int(target.group(1), 16) if target else None)
                self.owner[at] = re.sub(r'\.cold$', '', name)
                if last is not None:
                    self.after[last] = at
                last = at

    def load(self, dump):
        """Take the bytes of constants and data, as objdump -s prints them."""
        for line in dump.split('\n'):
            m = re.match(r'^ ([0-9a-f]{6,16}) ((?:[0-9a-f]+ ){1,4}) ', line)
            if m:
                data = bytes.fromhex(m.group(2).replace(' ', ''))
                self.memory.update((int(m.group(1), 16) + i, b) for i, b in enumerate(data))

    def table(self, at, base=0):
        """The addresses of code in a table of constants; base: what is added to each."""
        found = []
        while True:
            word = bytes(self.memory.get(at + i, 0) for i in range(WORD))
            to = int.from_bytes(word, MACHINE['BYTE_ORDER']) + base & (1 << 8 * WORD) - 1
            if to not in self.lines:
                return found
            found.append(to)
            at += WORD

    def named(self, name):
        return [at for at, n in self.starts.items() if n == name]


def read_kernel(kernel=O + '/pecan'):
    def objdump(*words):
        return subprocess.run([MACHINE['CROSS'] + 'objdump', *words, kernel], capture_output=True, text=True,
                              check=True).stdout
    code = Code(objdump('-d', '--no-show-raw-insn'))
    code.load(objdump('-s', '-j', '.rodata', '-j', '.kdb_rodata', '-j', '.data', '-j', '.sdata'))
    symbols = objdump('-t')
    links = re.findall(r'^([0-9a-f]+) .* \.(?:s?bss|s?data)\b.* __L4_\w+$', symbols, re.M)
    code.links = {int(at, 16) for at in links}
    small = re.search(r'^([0-9a-f]+) .* _SDA_BASE_$', symbols, re.M)
    code.small = int(small.group(1), 16) if small else None
    return code
