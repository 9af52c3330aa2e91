// SPDX-License-Identifier: GPL-2.0-or-later
// What is being written, kept in this browser: for when no server answers, and for when the browser is killed.

const DATABASE = 'bucketpress';
const STORE = 'unsaved';
/** Copies of posts nobody came back to. */
const KEPT_MS = 90 * 24 * 3600 * 1000;

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Runs one request; a browser that keeps nothing (private windows, full disks) is no reason not to write. */
async function run(mode, ask) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      // Strict: on disk before it counts as kept.
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined;
  }
}

/** Of one user and post: `{base, title, content, excerpt, at, sent}`. */
export const keep = (key, copy) => run('readwrite', (store) => store.put(copy, key)).then((done) => done !== undefined);
export const read = (key) => run('readonly', (store) => store.get(key));
export const drop = (key) => run('readwrite', (store) => store.delete(key));

/** Removes copies that are older than anybody remembers. */
export const tidy = () => run('readwrite', (store) => {
  const cursor = store.openCursor();
  cursor.onsuccess = () => {
    if (!cursor.result) return;
    if (Date.now() - (cursor.result.value.at ?? 0) > KEPT_MS) cursor.result.delete();
    cursor.result.continue();
  };
  return cursor;
});
