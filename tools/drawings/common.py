# SPDX-License-Identifier: BSD-2-Clause
"""common.py - what the drawings share: where they lie, how large they are, their heads and notes.

Each other file of this folder is a drawing, docs/pictures/NAME.svg, with - in the place of _. It has draw(),
which returns the file, and planted(), which returns [(what, was it right?)] for the self-test of
tools/pictures. A drawing that is not made of files with another purpose has TABLE, a path, and table(), which
returns what the tree gives for it; draw(text) then takes the text of the table.
"""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, 'tools'), os.path.join(TOP, 'bench')]
# pylint: disable=wrong-import-position
import arch  # noqa: E402
from picture import wrapped  # noqa: E402

FOLDER, WIDTH, EDGE = 'docs/pictures', 900, 16
MACHINE = 'x86_64'


def read(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as f:
        return f.read()


def tool(name):
    """A program of tools/ as a module."""
    return arch.load(name.replace('-', '_'), os.path.join(TOP, 'tools', name))


def made_from(*paths):
    return 'made by tools/pictures from ' + ', '.join(paths)


def draw_head(picture, title, what):
    """The first two lines of a drawing, which end at 56."""
    picture.text(EDGE, 30, title, 'title')
    picture.text(EDGE, 50, what, 'soft')


def draw_notes(picture, y, *notes):
    """Paragraphs of small text from y on; returns the height of the drawing."""
    lines = [line for note in notes for line in wrapped(note.split(), WIDTH - 2 * EDGE, 'small')]
    for i, line in enumerate(lines):
        picture.text(EDGE, y + 14 + 16 * i, line, 'small', 'soft')
    return y + 14 + 16 * len(lines)


def refused(function, *arguments):
    """Does it end the program?"""
    try:
        function(*arguments)
        return False
    except SystemExit:
        return True
