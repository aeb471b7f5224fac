interface Findable {
  label: string;
  group: string;
  keywords?: string;
}

/** What a query finds, best first: at the start of the name, at the start of a word, anywhere, as letters in order. */
export function rank<T extends Findable>(all: readonly T[], query: string): readonly T[] {
  const wanted = query.trim().toLowerCase();
  return all
    .map((item, place) => ({ item, place, score: score(item, wanted) }))
    .filter(({ score: value }) => value > 0)
    .toSorted((a, b) => b.score - a.score || a.place - b.place)
    .map(({ item }) => item);
}

function score({ label, group, keywords = "" }: Findable, wanted: string): number {
  const name = label.toLowerCase();
  const rest = `${group} ${keywords}`.toLowerCase();
  if (wanted === "" || name.startsWith(wanted)) {
    return 4;
  }
  if (name.split(/\W+/).some((word) => word.startsWith(wanted))) {
    return 3;
  }
  if (name.includes(wanted) || rest.includes(wanted)) {
    return 2;
  }
  return inOrder(name, wanted) ? 1 : 0;
}

function inOrder(text: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    const at = text.indexOf(letter, from);
    if (at < 0) {
      return false;
    }
    from = at + letter.length;
  }
  return true;
}
