/** Human boundary pixels of a picture. */
export interface HumanBoundaries {
  readonly width: number;
  readonly height: number;
  /** How often each pixel may be matched; 0 where there is no boundary. */
  readonly capacity: Uint16Array;
}

/** Where nothing is. */
const NONE = -1;

/**
 * Matches predicted boundary pixels, added one by one, with human ones within a distance: as many as can be at all, which
 * takes former matches apart and together again (augmenting paths). A predicted pixel that was matched stays so.
 */
export class BoundaryMatcher {
  private readonly offsets: readonly (readonly [dx: number, dy: number])[];
  /** The predicted pixels that hold a place at each human one. */
  private readonly holders: number[][] = [];
  /** Numbers of human pixels. */
  private readonly humanAt: Int32Array;
  private readonly capacities: number[] = [];
  private readonly xs: number[] = [];
  private readonly ys: number[] = [];
  /** Human pixels from which no free place can be reached, now or later. */
  private readonly closed: boolean[] = [];
  private readonly reachedIn: number[] = [];
  private readonly reachedFrom: number[] = [];
  /** Of a predicted pixel: in which search, and at which human pixel it would give up a place. */
  private readonly seenIn: number[] = [];
  private readonly givesUp: number[] = [];
  private search = 0;

  /** @param tolerance pixels, Euclidean */
  constructor(
    private readonly human: HumanBoundaries,
    tolerance: number,
  ) {
    const { capacity } = human;
    this.humanAt = new Int32Array(capacity.length).fill(NONE);
    for (let i = 0; i < capacity.length; i++) {
      if (capacity[i] === 0) continue;
      this.humanAt[i] = this.capacities.push(capacity[i]!) - 1;
      this.holders.push([]);
      this.closed.push(false);
      this.reachedIn.push(0);
      this.reachedFrom.push(NONE);
    }
    this.offsets = offsetsWithin(tolerance);
  }

  /** Adds a predicted pixel that may be matched so many times. Returns how many places more are taken now. */
  add(x: number, y: number, times = 1): number {
    const pixel = this.xs.push(x) - 1;
    this.ys.push(y);
    this.seenIn.push(0);
    this.givesUp.push(NONE);
    let matched = 0;
    while (matched < times && this.augment(pixel)) matched++;
    return matched;
  }

  private augment(pixel: number): boolean {
    const search = ++this.search;
    const { width, height } = this.human;
    const queue = [pixel];
    const reached: number[] = [];
    this.seenIn[pixel] = search;
    this.givesUp[pixel] = NONE;
    for (const one of queue) {
      for (const [dx, dy] of this.offsets) {
        const x = this.xs[one]! + dx;
        const y = this.ys[one]! + dy;
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const human = this.humanAt[y * width + x]!;
        if (human === NONE || this.closed[human] || this.reachedIn[human] === search) continue;
        this.reachedIn[human] = search;
        this.reachedFrom[human] = one;
        const holders = this.holders[human]!;
        if (holders.length < this.capacities[human]!) {
          this.shift(human);
          return true;
        }
        reached.push(human);
        for (const holder of holders) {
          if (this.seenIn[holder] === search) continue;
          this.seenIn[holder] = search;
          this.givesUp[holder] = human;
          queue.push(holder);
        }
      }
    }
    // All that was reached leads to what was reached and is full: no later path through it can end at a free place.
    for (const human of reached) this.closed[human] = true;
    return false;
  }

  /** Gives the free place to who reached it, the place that this one leaves to who reached that, and so on. */
  private shift(free: number): void {
    for (let place = free; place !== NONE; ) {
      const taker = this.reachedFrom[place]!;
      const left = this.givesUp[taker]!;
      this.holders[place]!.push(taker);
      if (left !== NONE) {
        const holders = this.holders[left]!;
        holders.splice(holders.indexOf(taker), 1);
      }
      place = left;
    }
  }
}

/** Steps of at most a length, the shortest first. */
function offsetsWithin(length: number): (readonly [number, number])[] {
  const reach = Math.floor(length);
  const all: (readonly [number, number])[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) if (dx * dx + dy * dy <= length * length) all.push([dx, dy]);
  }
  return all.sort(([a, b], [c, d]) => a * a + b * b - c * c - d * d || b - d || a - c);
}
