/** Properties in an XMP packet, written as an attribute, as an element, or as a list. Source: ISO 16684-1. */

/** The value of a property, or the values of a list, whatever the prefix of its namespace; null if it is absent. */
export function values(xmp: string, namespace: string, name: string): string[] | null {
  const quoted = namespace.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const prefixes = new Set(
    Array.from(xmp.matchAll(new RegExp(`xmlns:([\\w.-]+)\\s*=\\s*["']${quoted}["']`, "g")), (found) => found[1]),
  );
  for (const prefix of prefixes) {
    const tag = `${prefix.replaceAll(".", "\\.")}:${name}`;
    const attribute = new RegExp(`\\s${tag}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(xmp);
    if (attribute) return [(attribute[1] ?? attribute[2]).trim()];
    const element = new RegExp(`<${tag}(?:\\s[^<>]*)?>([\\s\\S]*?)</${tag}\\s*>`).exec(xmp);
    if (!element) continue;
    const items = Array.from(element[1].matchAll(/<rdf:li(?:\s[^<>]*)?>([^<]*)</g), (item) => item[1].trim());
    return items.length > 0 ? items : [element[1].replace(/<[^>]*>/g, " ").trim()];
  }
  return null;
}

/** The first value of a property; null if it is absent. */
export const value = (xmp: string, namespace: string, name: string): string | null =>
  values(xmp, namespace, name)?.[0] ?? null;
