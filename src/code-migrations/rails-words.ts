// Irregular words that are common table names; the rest follows the rules that ActiveSupport::Inflector applies first.
const irregular: Readonly<Record<string, string>> = {
  person: "people",
  child: "children",
  man: "men",
  woman: "women",
  datum: "data",
  medium: "media",
};
const same = ["equipment", "information", "series", "species", "news", "money"];

/** `category` → `categories`, as Rails names a table after a reference. */
export function plural(word: string): string {
  return lastWord(word, (last) => {
    if (same.includes(last)) return last;
    if (irregular[last]) return irregular[last];
    if (/[^aeiou]y$/.test(last)) return last.replace(/y$/, "ies");
    if (/(s|x|z|ch|sh)$/.test(last)) return `${last}es`;
    return `${last}s`;
  });
}

/** `categories` → `category`, as Rails names a key after a table. */
export function singular(word: string): string {
  return lastWord(word, (last) => {
    if (same.includes(last)) return last;
    const known = Object.entries(irregular).find(([, many]) => many === last);
    if (known) return known[0];
    if (last.endsWith("ies")) return last.replace(/ies$/, "y");
    if (/(s|x|z|ch|sh)es$/.test(last) && !/(ases|uses|oses)$/.test(last)) return last.replace(/es$/, "");
    if (/(status|alias|virus|bonus|campus|address|process)es$/.test(last)) return last.replace(/es$/, "");
    return last.replace(/(?<!s)s$/, "");
  });
}

function lastWord(word: string, change: (last: string) => string): string {
  const at = word.lastIndexOf("_") + 1;
  return word.slice(0, at) + change(word.slice(at));
}
