/** Pairs of regions, the most alike on top; of equal ones the first that came. A binary heap. */
export class PairHeap {
  private readonly keys: number[] = [];
  private readonly first: number[] = [];
  private readonly second: number[] = [];
  /** Entries by their place in the order of arrival. */
  private readonly heap: number[] = [];

  push(key: number, a: number, b: number): void {
    const entry = this.keys.length;
    this.keys.push(key);
    this.first.push(a);
    this.second.push(b);
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.above(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes the top off; the heap must not be empty. */
  pop(): { readonly key: number; readonly a: number; readonly b: number } {
    const { heap } = this;
    const top = heap[0]!;
    const entry = heap.pop()!;
    const length = heap.length;
    if (length > 0) {
      let at = 0;
      for (let child = 1; child < length; child = 2 * at + 1) {
        if (child + 1 < length && this.above(heap[child + 1]!, heap[child]!)) child++;
        if (!this.above(heap[child]!, entry)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = entry;
    }
    return { key: this.keys[top]!, a: this.first[top]!, b: this.second[top]! };
  }

  private above(a: number, b: number): boolean {
    const difference = this.keys[a]! - this.keys[b]!;
    return difference > 0 || (difference === 0 && a < b);
  }
}
