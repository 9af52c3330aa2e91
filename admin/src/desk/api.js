// SPDX-License-Identifier: GPL-2.0-or-later
// Asking the API: pages of lists, several changes at once, and what to tell when it refuses.

import apiFetch from '@wordpress/api-fetch';
import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { addQueryArgs } from '@wordpress/url';

/** As many as one batch may hold. */
const BATCH = 25;

/** What went wrong, as a sentence. */
export async function reason(error) {
  if (error?.name === 'AbortError') return null;
  if (error instanceof Response) {
    const body = await error.json().catch(() => ({}));
    return body.message ?? `The server answered with an error (${error.status}).`;
  }
  if (error?.code === 'fetch_error' || error instanceof TypeError) return 'The server cannot be reached. Check the connection and try again.';
  return error?.message ?? 'Something went wrong. Try again.';
}

/** One page of a collection, with its totals. */
export async function getPage(path, query, signal) {
  const answer = await apiFetch({ path: addQueryArgs(path, query), parse: false, signal });
  const total = Number(answer.headers.get('X-WP-Total') ?? 0);
  const pages = Number(answer.headers.get('X-WP-TotalPages') ?? 0);
  return { items: await answer.json(), total, pages };
}

/** Changes many items: `changes` are `{ method, path, body }`. Tells what became of each, in their order. */
export async function many(changes) {
  const outcomes = [];
  for (let at = 0; at < changes.length; at += BATCH) {
    const requests = changes.slice(at, at + BATCH);
    try {
      const { responses } = await apiFetch({ path: '/batch/v1', method: 'POST', data: { requests } });
      outcomes.push(...responses.map(({ status, body }) => ({ ok: status < 400, body, message: status < 400 ? null : body?.message })));
    } catch (error) {
      const message = await reason(error);
      outcomes.push(...requests.map(() => ({ ok: false, message })));
    }
  }
  return outcomes;
}

/** Requests at a time, where no batch takes them. */
const AT_ONCE = 4;

/** The same for what cannot be in a batch: `changes` are what `apiFetch` takes. */
export async function each(changes) {
  const outcomes = [];
  let next = 0;
  const work = async () => {
    while (next < changes.length) {
      const at = next;
      next += 1;
      try {
        outcomes[at] = { ok: true, body: await apiFetch(changes[at]), message: null };
      } catch (error) {
        outcomes[at] = { ok: false, message: await reason(error) };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

/** The answer to a question, asked again when `key` changes; the last answer stays while the next is on its way. */
export function useAnswer(ask, key) {
  const [state, setState] = useState({ answer: null, isLoading: true, error: null });
  const running = useRef(null);
  const load = useCallback(() => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState((old) => ({ ...old, isLoading: true }));
    ask(control.signal).then(
      (answer) => { if (!control.signal.aborted) setState({ answer, isLoading: false, error: null }); },
      async (error) => {
        const message = await reason(error);
        if (!control.signal.aborted) setState((old) => ({ ...old, isLoading: false, error: message }));
      },
    );
  }, [key]);
  useEffect(() => {
    load();
    return () => running.current?.abort();
  }, [load]);
  return { ...state, reload: load, change: (next) => setState((old) => ({ ...old, answer: next(old.answer) })) };
}
