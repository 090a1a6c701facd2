# SPDX-License-Identifier: BSD-2-Clause
"""machine_code.py - the kernel's machine code, as objdump prints it, for checks of it."""
import collections
import re
import subprocess

from arch import MACHINE

# A call or a jump by a table of constants.
BITS = int(MACHINE['WORD_BITS'])
BY_TABLE = re.compile(r'\*-?0x[0-9a-f]+\(,%%\w+,%d\)$' % (BITS // 8))
Line = collections.namedtuple('Line', 'at name operands target')
HEAD = re.compile(r'^([0-9a-f]+) <([^>]+)>:$')
PREFIX = r'(?:rep|repz|repnz|lock|bnd|notrack|data16|[cdefgs]s) '
CODE = re.compile(r'^ *([0-9a-f]+):\t(?:%s)*(\S+) *([^#]*)' % PREFIX)
TARGET = re.compile(r'^([0-9a-f]+) <')

ENDS = re.compile(r'^(ret|iret|sysret|sysexit|ud2|hlt)[ql]?$')


class Code:
    """The kernel's text: each line by its address, the next one, and where functions begin."""

    def __init__(self, text):
        self.lines, self.after, self.owner, self.starts, self.memory = {}, {}, {}, {}, {}
        name, last = None, None
        for line in text.split('\n'):
            head, code = HEAD.match(line), CODE.match(line)
            if head:
                name, last = head.group(2), None
                if not name.endswith('.cold'):
                    self.starts[int(head.group(1), 16)] = name
            elif code and name:
                at, target = int(code.group(1), 16), TARGET.match(code.group(3))
                self.lines[at] = Line(at, code.group(2), code.group(3).strip(),
                                      int(target.group(1), 16) if target else None)
                self.owner[at] = re.sub(r'\.cold$', '', name)
                if last is not None:
                    self.after[last] = at
                last = at

    def load(self, dump):
        """Take the bytes of constants and data, as objdump -s prints them."""
        for line in dump.split('\n'):
            m = re.match(r'^ ([0-9a-f]{8,16}) ((?:[0-9a-f]+ ){1,4}) ', line)
            if m:
                data = bytes.fromhex(m.group(2).replace(' ', ''))
                self.memory.update((int(m.group(1), 16) + i, b) for i, b in enumerate(data))

    def table(self, operands):
        """The addresses of code in a table of constants, by the operand of a call or jump."""
        at, found = int(operands.split('(')[0].lstrip('*'), 16) % (1 << BITS), []
        while True:
            word = sum(self.memory.get(at + i, 0) << 8 * i for i in range(BITS // 8))
            if word not in self.lines:
                return found
            found.append(word)
            at += BITS // 8

    def named(self, name):
        return [at for at, n in self.starts.items() if n == name]


def read_kernel(kernel):
    def objdump(*words):
        return subprocess.run([MACHINE['CROSS'] + 'objdump', *words, kernel], capture_output=True, text=True,
                              check=True).stdout
    code = Code(objdump('-d', '--no-show-raw-insn'))
    code.load(objdump('-s', '-j', '.rodata', '-j', '.data'))
    return code
