/** Disjoint sets over 0…n−1: things that are one, joined pair by pair. */
export class Sets {
  private readonly parent: number[];

  constructor(size: number) {
    this.parent = Array.from({ length: size }, (_, index) => index);
  }

  join(a: number, b: number): void {
    const [low, high] = [this.root(a), this.root(b)].sort((x, y) => x - y) as [number, number];
    this.parent[high] = low;
  }

  /** Members of each set in ascending order; sets by their first member. */
  groups(): number[][] {
    const groups = new Map<number, number[]>();
    for (let index = 0; index < this.parent.length; index++) {
      const root = this.root(index);
      const members = groups.get(root);
      if (members) members.push(index);
      else groups.set(root, [index]);
    }
    return [...groups.values()];
  }

  private root(index: number): number {
    let at = index;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at]!]!;
      at = this.parent[at]!;
    }
    return at;
  }
}
