// SPDX-License-Identifier: GPL-2.0-or-later
// The source: CodeMirror, set up for prose in Markdown.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { markdown, markdownLanguage, insertNewlineContinueMarkup } from '@codemirror/lang-markdown';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { search, searchKeymap } from '@codemirror/search';
import { EditorSelection, EditorState } from '@codemirror/state';
import { EditorView, drawSelection, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const looks = HighlightStyle.define([
  { tag: tags.heading, class: 'md-heading' },
  { tag: tags.strong, class: 'md-strong' },
  { tag: tags.emphasis, class: 'md-emphasis' },
  { tag: tags.strikethrough, class: 'md-struck' },
  { tag: [tags.link, tags.url], class: 'md-link' },
  { tag: [tags.monospace, tags.labelName], class: 'md-code' },
  { tag: tags.quote, class: 'md-quote' },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.meta], class: 'md-mark' },
  { tag: [tags.tagName, tags.angleBracket, tags.attributeName, tags.attributeValue, tags.comment], class: 'md-html' },
]);

/** Puts `mark` around each selection, or takes it away where it is already. */
export const wrap = (mark) => (view) => {
  const length = mark.length;
  view.dispatch(view.state.changeByRange(({ from, to }) => {
    const { doc } = view.state;
    if (doc.sliceString(from - length, from) === mark && doc.sliceString(to, to + length) === mark) {
      return {
        changes: [{ from: from - length, to: from }, { from: to, to: to + length }],
        range: EditorSelection.range(from - length, to - length),
      };
    }
    return {
      changes: [{ from, insert: mark }, { from: to, insert: mark }],
      range: EditorSelection.range(from + length, to + length),
    };
  }), { userEvent: 'input', scrollIntoView: true });
  view.focus();
  return true;
};

/** Begins each line of the selection with what `begin` gives for its number, or with nothing if all do already. */
export const lines = (pattern, begin) => (view) => {
  const { doc, selection: { main } } = view.state;
  const touched = [];
  for (let at = doc.lineAt(main.from).number; at <= doc.lineAt(main.to).number; at += 1) touched.push(doc.line(at));
  const all = touched.every(({ text }) => pattern.test(text));
  const changes = touched.map(({ from, text }, at) => {
    const old = text.match(pattern)?.[0].length ?? 0;
    return { from, to: from + old, insert: all ? '' : begin(at + 1) };
  });
  view.dispatch({ changes, userEvent: 'input', scrollIntoView: true });
  view.focus();
  return true;
};

/** `[text](address)` of the selection, with the caret where the address goes. */
export const link = (view) => {
  const { from, to } = view.state.selection.main;
  const text = view.state.doc.sliceString(from, to);
  const isAddress = /^https?:\/\/\S+$/.test(text);
  const insert = isAddress ? `[](${text})` : `[${text}](https://)`;
  const caret = isAddress ? from + 1 : from + text.length + 3;
  view.dispatch({ changes: { from, to, insert }, selection: isAddress ? { anchor: caret } : { anchor: caret, head: caret + 8 }, userEvent: 'input' });
  view.focus();
  return true;
};

export const commands = {
  bold: wrap('**'),
  italic: wrap('*'),
  code: wrap('`'),
  link,
  heading: lines(/^#{1,6} /, () => '## '),
  quote: lines(/^> /, () => '> '),
  list: lines(/^[-*+] /, () => '- '),
  numbered: lines(/^\d+[.)] /, (number) => `${number}. `),
};

/** Starts the editor in `parent`; `files` gets what is pasted or dropped, and where. */
export function startSource({ parent, text, onChange, onSave, files }) {
  const given = (event, at) => {
    const list = [...(event.clipboardData ?? event.dataTransfer)?.files ?? []];
    if (!list.length) return false;
    event.preventDefault();
    files(list, at);
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        drawSelection(),
        EditorView.lineWrapping,
        EditorState.allowMultipleSelections.of(true),
        markdown({ base: markdownLanguage, completeHTMLTags: false }),
        syntaxHighlighting(looks),
        search({ top: true }),
        placeholder('Write in Markdown. Paste pictures, or drop them here.'),
        EditorView.contentAttributes.of({ 'aria-label': 'Text', spellcheck: 'true', autocorrect: 'on', autocapitalize: 'on' }),
        EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()); }),
        EditorView.domEventHandlers({
          paste: (event, it) => given(event, it.state.selection.main.head),
          drop: (event, it) => given(event, it.posAtCoords({ x: event.clientX, y: event.clientY }) ?? it.state.doc.length),
        }),
        keymap.of([
          { key: 'Mod-b', run: commands.bold },
          { key: 'Mod-i', run: commands.italic },
          { key: 'Mod-e', run: commands.code },
          { key: 'Mod-k', run: commands.link },
          { key: 'Mod-Alt-2', run: commands.heading },
          { key: 'Mod-Shift-.', run: commands.quote },
          { key: 'Mod-Shift-7', run: commands.numbered },
          { key: 'Mod-Shift-8', run: commands.list },
          { key: 'Mod-s', run: () => { onSave(); return true; } },
          { key: 'Enter', run: insertNewlineContinueMarkup },
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          // Tab leads on to the rest of the page, as everywhere.
          { key: 'Mod-]', run: indentMore },
          { key: 'Mod-[', run: indentLess },
        ]),
      ],
    }),
  });
  return view;
}
