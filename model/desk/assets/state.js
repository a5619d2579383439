/* What the page holds, how it is undone, and how a link holds it. */
export const state = { policy: '', data: {}, figures: {}, edits: {}, scenario: '' };
const before = [];
const TOGETHER = 1500; // ms
let committed = '';
let last = {};

const copy = (value) => JSON.parse(JSON.stringify(value));
export const snapshot = () => copy(state);

export function replace(other) {
  for (const key of Object.keys(state)) state[key] = copy(other[key] ?? (typeof state[key] === 'string' ? '' : {}));
}
/* A state as it was asked for first: nothing before it can be undone. */
export function begin(other) {
  replace(other);
  before.length = 0;
  committed = JSON.stringify(state);
}
/* The hand has let go: what was there before can be had again. Steps of one slider that follow one another are one. */
export function commit(id) {
  const now = JSON.stringify(state);
  if (now === committed) return false;
  const time = performance.now();
  if (id === undefined || id !== last.id || time - last.time > TOGETHER || !before.length) before.push(committed);
  last = { id, time };
  if (before.length > 200) before.shift();
  committed = now;
  return true;
}
export const undoable = () => before.length > 0;
export function undo() {
  if (!before.length) return;
  last = {};
  committed = before.pop();
  replace(JSON.parse(committed));
}

const bytes = (text) => new TextEncoder().encode(text);
export function toLink(other) {
  let binary = '';
  for (const byte of bytes(JSON.stringify(other))) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
export function fromLink(text) {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const found = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
    return found && typeof found === 'object' && typeof found.policy === 'string' && typeof found.data === 'object' ? found : null;
  } catch {
    return null;
  }
}
