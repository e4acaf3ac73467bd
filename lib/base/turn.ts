/** A function that runs `work` once, at the end of the turn of the event loop, however often it is called in it. */
export function atEndOfTurn(work: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      work();
    });
  };
}
