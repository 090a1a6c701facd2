/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.js - a terminal in a <pre>: what Pecan's console, its shell and `top` use of one. Other escape
 * sequences are ignored. Without colours and wrapping: a line has the length that was written.
 */
"use strict";

class Terminal {
	static ROWS = 24;			/* of the part that ESC[2J clears and ESC[H begins */
	static KEPT = 2000;			/* lines */
	static KEYS = {
		Enter: "\r", Backspace: "\x7f", Tab: "\t", Escape: "\x1b", Delete: "\x1b[3~", Home: "\x1b[H",
		End: "\x1b[F", ArrowUp: "\x1b[A", ArrowDown: "\x1b[B", ArrowRight: "\x1b[C",
		ArrowLeft: "\x1b[D",
	};

	/* send(text) gets what was typed or pasted. */
	constructor(element, send) {
		this.element = element;
		this.lines = [""];
		this.row = this.column = 0;
		this.decoder = new TextDecoder();
		this.escape = null;		/* what came of an escape sequence */
		this.drawing = false;
		element.addEventListener("keydown", event => this.key(event, send));
		element.addEventListener("paste", event => {
			send(event.clipboardData.getData("text").replace(/\r?\n/g, "\r"));
			event.preventDefault();
		});
		element.focus();
	}

	key(event, send) {
		const { key } = event, letter = key.length === 1;
		const copies = key === "c" && !getSelection().isCollapsed;
		let text = Terminal.KEYS[key] ?? (letter ? key : "");

		if (event.metaKey || event.isComposing || (event.ctrlKey && (copies || key === "v")))
			return;
		if (event.ctrlKey && letter)
			text = String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f);
		if (text === "" || (event.shiftKey && key === "Tab"))
			return;
		send(text);
		event.preventDefault();
	}

	put(byte) {
		for (const c of this.decoder.decode(Uint8Array.of(byte), { stream: true }))
			this.character(c);
		if (!this.drawing) {
			this.drawing = true;
			requestAnimationFrame(() => this.draw());
		}
	}

	character(c) {
		if (this.escape !== null)
			this.sequence(c);
		else if (c === "\x1b")
			this.escape = "";
		else if (c === "\n")
			this.next_row();
		else if (c === "\r")
			this.column = 0;
		else if (c === "\b")
			this.column = Math.max(0, this.column - 1);
		else if (c >= " ")
			this.write(c);
	}

	next_row() {
		if (++this.row === this.lines.length)
			this.lines.push("");
		if (this.lines.length > Terminal.KEPT) {
			this.lines.shift();
			this.row--;
		}
	}

	write(c) {
		const line = this.lines[this.row].padEnd(this.column);

		this.lines[this.row] = line.slice(0, this.column) + c + line.slice(this.column + 1);
		this.column++;
	}

	/* ESC [ parameters letter; or ESC and another character than [, which is ignored. */
	sequence(c) {
		this.escape += c;
		if (this.escape === "[" || /^\[[^@-~]*$/.test(this.escape))
			return;
		const [, parameter, final] = /^\[(.*)(.)$/.exec(this.escape) ?? [];
		this.escape = null;
		switch (final) {
		case "C": this.column += Number(parameter || 1); break;
		case "D": this.column = Math.max(0, this.column - Number(parameter || 1)); break;
		case "K": this.lines[this.row] = this.lines[this.row].slice(0, this.column); break;
		case "J": this.lines.splice(this.top(), Infinity, ...Array(Terminal.ROWS).fill("")); break;
		case "H": this.row = this.top(); this.column = 0; break;
		}
	}

	top() {
		return Math.max(0, this.lines.length - Terminal.ROWS);
	}

	draw() {
		const { element, lines, row, column } = this, line = lines[row].padEnd(column + 1);
		const at_end = element.scrollTop + element.clientHeight >= element.scrollHeight - 20;
		const cursor = document.createElement("span");

		this.drawing = false;
		cursor.id = "cursor";
		cursor.textContent = line[column];
		element.replaceChildren(lines.slice(0, row).map(l => l + "\n").join("") + line.slice(0, column),
			cursor, line.slice(column + 1) + lines.slice(row + 1).map(l => "\n" + l).join(""));
		if (at_end)
			element.scrollTop = element.scrollHeight;
	}
}
