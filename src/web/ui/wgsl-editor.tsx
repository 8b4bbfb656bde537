import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'preact/hooks';
import type { EditOutcome } from '../engine/wire.js';

const KEYWORDS =
  /^(?:alias|break|case|const|const_assert|continue|continuing|default|diagnostic|discard|else|enable|fn|for|if|let|loop|override|requires|return|struct|switch|var|while)\b/;
const TYPES = /^(?:bool|f16|f32|i32|u32|array|atomic|ptr|vec[234][fihu]?|mat[234]x[234][fh]?)\b/;

/** Just enough of WGSL to colour it. */
const wgsl = StreamLanguage.define<{ comment: boolean }>({
  startState: () => ({ comment: false }),
  token(stream, state) {
    if (state.comment || stream.match('/*')) {
      state.comment = !stream.match(/^.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^\/\/.*/)) return 'comment';
    if (stream.match(/^@\w+/)) return 'meta';
    if (stream.match(KEYWORDS)) return 'keyword';
    if (stream.match(TYPES)) return 'typeName';
    if (stream.match(/^(?:0x[\da-f]+|\d+\.?\d*(?:e[+-]?\d+)?)[fhiu]?/i)) return 'number';
    if (!stream.match(/^\w+/)) stream.next();
    return null;
  },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--muted)' },
  { tag: [tags.keyword, tags.meta], color: 'var(--tone)' },
  { tag: tags.typeName, color: 'var(--tone-2)' },
  { tag: tags.number, color: 'var(--tone-2)' },
]);

/** A shader that can be changed; the compiler's errors stand at their lines. */
export function WgslEditor(props: { code: string; errors: EditOutcome['errors']; onChange: (code: string) => void }) {
  const { code, errors, onChange } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    const editor = new EditorView({
      doc: code,
      parent: place.current!,
      extensions: [
        lineNumbers(),
        EditorView.lineWrapping,
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        wgsl,
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({ 'aria-label': 'WGSL' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) tell.current(update.state.doc.toString());
        }),
      ],
    });
    view.current = editor;
    return () => editor.destroy();
  }, [code]);
  useEffect(() => {
    const { state } = view.current!;
    const marks = errors.map(({ line, column, message }) => {
      const { from, to } = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
      return { from: Math.min(to, from + Math.max(0, column - 1)), to, severity: 'error' as const, message };
    });
    view.current!.dispatch(setDiagnostics(state, marks));
  }, [errors]);
  return <div ref={place} class="editor" />;
}
