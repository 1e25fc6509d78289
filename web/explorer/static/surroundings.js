// The small drawing of a page: one node in the middle, what it is linked to on two sides, each a link.
import { s } from "./dom.js";
import { shapePath } from "./shapes.js";
import { addressOf, count, fr, kindOf, KINDS, nameOf, shorten } from "./words.js";

const WIDTH = 640;
const ROW = 30;

/** A drawing of `node` and its `neighbours`, which may carry an `actionCount`. */
export function surroundings(node, neighbours) {
  const left = neighbours.filter((_, i) => i % 2);
  const right = neighbours.filter((_, i) => i % 2 === 0);
  const rows = Math.max(left.length, right.length, 3);
  const height = rows * ROW + 40;
  const middle = { x: WIDTH / 2, y: height / 2 };

  const places = (side, sign) =>
    side.map((neighbour, i) => {
      const t = side.length === 1 ? 0 : (2 * i) / (side.length - 1) - 1;
      const bow = Math.sqrt(Math.max(0, 1 - (t * 0.8) ** 2));
      return { neighbour, sign, x: middle.x + sign * (40 + 62 * bow), y: middle.y + (i - (side.length - 1) / 2) * ROW };
    });
  const all = [...places(right, 1), ...places(left, -1)];

  return s(
    "svg",
    { class: "surroundings", viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": fr`${nameOf(node)} et ce qui lui est lié` },
    all.map(({ x, y }) => s("path", { class: "link", d: `M${middle.x} ${middle.y}Q${(middle.x + x) / 2} ${y} ${x} ${y}` })),
    s("path", { class: `shape kind-${kindOf(node.id)}`, d: shapePath(kindOf(node.id), 17, middle.x, middle.y) }),
    all.map(({ neighbour, x, y, sign }) => {
      const kind = kindOf(neighbour.id);
      const tally = neighbour.actionCount;
      return s(
        "a",
        { href: addressOf(neighbour.id) },
        s("title", null, `${KINDS[kind].title}\u202f: ${nameOf(neighbour)}${tally === undefined ? "" : ` (${count(tally, "action")})`}`),
        s("path", { class: `shape kind-${kind}`, d: shapePath(kind, 6 + Math.min(4, Math.sqrt(tally ?? 1)), x, y) }),
        s("text", { x: x + sign * 16, y: y + 4.5, "text-anchor": sign > 0 ? "start" : "end" }, shorten(nameOf(neighbour), 24), tally > 1 && s("tspan", { class: "faint" }, ` ${tally}`)),
      );
    }),
  );
}
