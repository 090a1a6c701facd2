# SPDX-License-Identifier: BSD-2-Clause
"""idl.py - reads the interface file of a protocol (docs/user/protocols.md); for tools/stubs."""
import re

REGISTERS, SHORT = 63, 7		# words of a message, and of one in registers
LONG = 8				# bytes of a field of 64 bits, whatever the size of a word
SCALAR = ('word', 'long', 'signed', 'thread', 'zero')
ROLES = ('ok', 'error', 'malformed', 'refused', 'denied', 'lost', 'later')
NAME = re.compile(r'[A-Za-z]\w*$')
USED = ('server', 'out', 'in', 'tag', 'u', 'w', 'c', 'to', 'status')	# names in the generated functions


class Wrong(Exception):
    pass


class Item:
    """A named thing with a comment: a constant, a member of an enumeration, the enumeration itself."""

    def __init__(self, name, value=None, doc=''):
        self.name, self.value, self.doc, self.members = name, value, doc, []


class Field:
    def __init__(self, kind, name, doc):
        self.kind, self.name, self.doc = kind, name, doc
        self.size = self.words = self.at = 0		# bytes of text; words in the message; its first MR
        self.max = self.flags = self.flags_max = None
        self.nonempty = self.optional = self.ends = False


class Message:
    """The fields of a request or of its answer; least and most untyped words."""

    def __init__(self):
        self.fields, self.least, self.most, self.typed = [], 0, 0, 0

    def add(self, f):
        last = self.fields[-1] if self.fields else None
        if last and (last.kind in ('bytes', 'rest', 'map') or last.optional and not f.optional):
            raise Wrong('%s has no fixed place: %s is of variable length, or optional' % (f.name, last.name))
        if f.kind in ('bytes', 'rest') and any(g.ends for g in self.fields):
            raise Wrong('%s is of variable length, and the message may end before' % f.name)
        if f.name in [g.name for g in self.fields if g.name]:
            raise Wrong('there is a field %s already' % f.name)
        f.at = 1 + self.most + self.typed
        self.fields.append(f)
        self.least += {'bytes': 1, 'rest': 0, 'map': 0}.get(f.kind, 0 if f.optional else f.words)
        self.most += 0 if f.kind == 'map' else f.words
        self.typed += 2 * (f.kind == 'map')
        if self.most + self.typed > REGISTERS:
            raise Wrong('the message has more than %d words' % REGISTERS)

    def tail(self):
        """The field of variable length, if there is one."""
        return next((f for f in self.fields if f.kind in ('bytes', 'rest') or f.ends), None)

    def named(self):
        return [f for f in self.fields if f.name]

    def fixed(self):
        """The message has always as many words."""
        return self.least == self.most and not self.tail()

    def scalar(self):
        """It fits into the registers of a short call, word by word."""
        return self.most <= SHORT and all(f.kind in SCALAR for f in self.fields)


class Request:
    def __init__(self, label, name, modes, doc):
        self.label, self.name, self.doc = label, name, doc
        self.later, self.oneway, self.needs = 'later' in modes, 'oneway' in modes, None
        self.message = {'in': Message(), 'out': Message()}

    def short(self):
        """The client needs no message registers in memory (<l4/short.h>)."""
        return not self.oneway and self.message['in'].scalar() and self.message['out'].scalar()


class Protocol:
    """word: the bytes of a word of the machine, which is the constant WORD of an interface file."""

    def __init__(self, word):
        self.name = self.doc = ''
        self.word, self.role, self.value, self.label = word, {}, {'WORD': word}, 0
        self.constants, self.enums, self.requests, self.status = [], [], [], None


class Reader:
    def __init__(self, path, word):
        self.path, self.p, self.comment, self.block, self.number = path, Protocol(word), [], None, 0

    def read(self):
        with open(self.path, encoding='ascii') as f:
            lines = f.read().split('\n')
        for self.number, line in enumerate(lines, 1):
            try:
                self.line(line)
            except Wrong as e:
                raise Wrong('%s:%d: %s' % (self.path, self.number, e)) from None
        for role in ('ok', 'malformed', 'lost'):
            if role not in self.p.role:
                raise Wrong('%s: the status has no `%s`' % (self.path, role))
        if any(r.later for r in self.p.requests) and 'later' not in self.p.role:
            raise Wrong('%s: the status has no `later`, and a request has' % self.path)
        return self.p

    def line(self, line):
        text, _, remark = line.partition('#')
        if not text.strip():
            if '#' in line:
                self.comment.append(remark[1:] if remark.startswith(' ') else remark)
            elif not self.p.name and self.comment:
                self.p.doc, self.comment = '\n'.join(self.comment), []
            else:
                self.comment = []
            return
        words = text.split()
        doc, self.comment = remark.strip() or '\n'.join(self.comment), []
        if text[0] in ' \t':
            if not self.block:
                raise Wrong('an indented line that belongs to nothing')
            self.block(words, doc)
        elif words[0] in ('protocol', 'const', 'enum', 'status', 'request'):
            self.block = None
            getattr(self, words[0])(words[1:], doc)
        else:
            raise Wrong('%r is none of protocol, const, enum, status, request' % words[0])

    def protocol(self, words, doc):
        if self.p.name or len(words) != 1:
            raise Wrong('`protocol NAME`, once')
        self.p.name = words[0]
        self.p.doc = self.p.doc or doc

    def define(self, name, value):
        if not NAME.match(name) or name in self.p.value:
            raise Wrong('%s is no name, or is defined already' % name)
        self.p.value[name] = value

    def const(self, words, doc):
        if len(words) < 2:
            raise Wrong('`const NAME VALUE`')
        text = ' '.join(words[1:])
        self.define(words[0], text if text.startswith('"') else self.number_of(text))
        self.p.constants.append(Item(words[0], text, doc))

    def number_of(self, text):
        """The value of a number, a name, or a sum of products of them; / rounds down."""
        total = 0
        for sign, product in re.findall(r'([+-]?)([^+-]+)', text):
            value = 1
            for operator, part in re.findall(r'([*/]?)([^*/]+)', product):
                number = self.factor(part.strip())
                value = value // number if operator == '/' else value * number
            total += -value if sign == '-' else value
        return total

    def factor(self, text):
        number = self.p.value.get(text, text)
        try:
            return number if isinstance(number, int) else int(number, 0)
        except ValueError:
            raise Wrong('%s is no number and no constant' % text) from None

    def enum(self, words, doc):
        if len(words) != 1:
            raise Wrong('`enum NAME`')
        enum = Item(words[0], doc=doc)
        self.p.enums.append(enum)

        def member(words, doc):
            if len(words) not in (1, 3) or words[1:2] not in ([], ['=']):
                raise Wrong('`NAME` or `NAME = VALUE`')
            before = enum.members[-1].value if enum.members else -1
            value = self.number_of(words[2]) if words[2:] else before + 1
            self.define(words[0], value)
            enum.members.append(Item(words[0], value, doc))
        self.block = member

    def status(self, words, doc):
        if self.p.status or len(words) != 1:
            raise Wrong('`status NAME`, once')
        self.p.status = Item(words[0], doc=doc)

        def member(words, doc):
            if len(words) != 2 or words[0] not in ROLES or words[0] != 'error' and words[0] in self.p.role:
                raise Wrong('`ROLE NAME`; roles: %s; only `error` more than once' % ' '.join(ROLES))
            answers = [m for m in self.p.status.members if m.value >= 0]
            if not answers and words[0] != 'ok':
                raise Wrong('the first is `ok`')
            value = {'lost': -1, 'later': -2}.get(words[0], len(answers))
            self.define(words[1], value)
            self.p.role[words[0]] = words[1]
            self.p.status.members.append(Item(words[1], value, doc))
        self.block = member

    def request(self, words, doc):
        if words[1:2] == ['=']:
            self.p.label = self.number_of(words[2])
            del words[1:3]
        if len(words) < 2 or not NAME.match(words[1]) or set(words[2:]) - {'later', 'oneway'}:
            raise Wrong('`request LABEL [= NUMBER] FUNCTION [later] [oneway]`')
        if self.p.label in [self.p.value[r.label] for r in self.p.requests]:
            raise Wrong('there is a request with the number %d already' % self.p.label)
        if self.p.label >> 8 * self.p.word - 17:
            raise Wrong('the number %d is of the kernel, or has too many bits' % self.p.label)
        self.define(words[0], self.p.label)
        self.p.label += 1
        r = Request(words[0], words[1], words[2:], doc)
        self.p.requests.append(r)

        def field(words, doc):
            if words[0] == 'needs':
                self.needs(r, words[1:])
                return
            if len(words) < 2 or words[0] not in r.message or r.oneway and words[0] == 'out':
                raise Wrong('`in KIND NAME ...` or `out KIND NAME ...`; a oneway request has no out')
            r.message[words[0]].add(self.field(words[0], words[1:], doc))
        self.block = field

    def needs(self, r, words):
        if len(words) != 1 or r.needs or r.oneway or 'denied' not in self.p.role:
            raise Wrong('`needs RIGHT`, once; the status has a `denied`, and the request is not oneway')
        self.number_of(words[0])
        r.needs = words[0]

    def field(self, direction, words, doc):
        kind = words[0]
        name = '' if kind == 'zero' else words[1] if words[1:] else ''
        if kind != 'zero' and (not NAME.match(name) or name in USED):
            raise Wrong('%r is no name for a field' % name)
        f, options = Field(kind, name, doc), words[1 if kind == 'zero' else 2:]
        if kind in ('text', 'bytes', 'rest', 'words'):
            if not options:
                raise Wrong('%s has no size' % name)
            f.size = self.number_of(options.pop(0)) * (self.p.word if kind == 'words' else 1)
            if f.size <= 0:
                raise Wrong('%s has no size' % name)
        elif kind not in SCALAR + ('map',) or kind == 'map' and direction == 'in':
            raise Wrong('there is no kind %s %s' % (direction, kind))
        if kind in ('text', 'rest') and f.size % self.p.word:
            raise Wrong('the size of %s is no multiple of %d' % (name, self.p.word))
        f.words = -(-f.size // self.p.word) + (kind == 'bytes') if f.size else 1
        if kind == 'long':
            f.kind, f.words = ('word', 1) if self.p.word == LONG else ('long', LONG // self.p.word)
        self.options(f, direction, options)
        return f

    def below(self, f, limit):
        """The limit; None if no value of the field is above it."""
        greatest = (1 << 8 * self.p.word * f.words) - 1
        if self.number_of(limit) > greatest:
            raise Wrong('%s has not so many bits: use `long`' % f.name)
        return limit if self.number_of(limit) < greatest else None

    def options(self, f, direction, options):
        while options:
            word = options.pop(0)
            if word == 'max' and f.kind in ('word', 'long') and options:
                f.max = self.below(f, options.pop(0))
            elif word == 'nonempty' and f.kind == 'text':
                f.nonempty = True
            elif word == 'optional' and direction == 'in' and f.kind in ('word', 'thread'):
                f.optional = True
            elif word == 'ends' and direction == 'out' and f.kind == 'word':
                f.ends = True
            elif word == 'with' and f.kind == 'bytes' and options[1:2] == ['max'] and len(options) == 3:
                f.flags, f.flags_max = options[0], options[2]
                if max(self.number_of(f.flags_max), f.size) >> 4 * self.p.word:
                    raise Wrong('%s or its count do not fit into half a word' % f.flags)
                options = []
            else:
                raise Wrong('%s has no option %r' % (f.kind, word))
