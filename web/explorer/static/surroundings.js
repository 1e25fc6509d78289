// The small drawing of a page: one node in the middle, what it is linked to on two sides, each a link.
import { shorten } from "../shared/nodes.js";
import { shapePath } from "../shared/shapes.js";
import { KINDS } from "../shared/tables.js";
import { s } from "./dom.js";
import { addressOf, count, fr, kindOf, nameOf } from "./words.js";

const WIDTH = 640;
const ROW = 30;

/** A drawing of `node` and its `neighbours`, which may carry a `tally` of actions. */
export function surroundings(node, neighbours) {
  const sides = [neighbours.filter((_, i) => i % 2 === 0), neighbours.filter((_, i) => i % 2)];
  const height = Math.max(...sides.map(({ length }) => length), 3) * ROW + 40;
  const middle = { x: WIDTH / 2, y: height / 2 };
  const around = [...placesOf(sides[0], 1, middle), ...placesOf(sides[1], -1, middle)];
  return s(
    "svg",
    {
      class: "surroundings",
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: "group",
      "aria-label": fr`${nameOf(node)} et ce qui lui est lié`,
    },
    around.map(({ x, y }) => {
      const d = `M${middle.x} ${middle.y}Q${(middle.x + x) / 2} ${y} ${x} ${y}`;
      return s("path", { class: "link", d });
    }),
    shape(node.id, 17, middle),
    around.map(neighbourLink),
  );
}

const shape = (id, radius, { x, y }) =>
  s("path", { class: `shape kind-${kindOf(id)}`, d: shapePath(kindOf(id), radius, x, y) });

/** Where the neighbours of one side stand: `{ neighbour, side, x, y }`, on a bow around the middle. */
function placesOf(neighbours, side, middle) {
  const last = neighbours.length - 1;
  return neighbours.map((neighbour, i) => {
    const t = last ? (2 * i) / last - 1 : 0;
    const bow = Math.sqrt(Math.max(0, 1 - (t * 0.8) ** 2));
    return { neighbour, side, x: middle.x + side * (40 + 62 * bow), y: middle.y + (i - last / 2) * ROW };
  });
}

function neighbourLink({ neighbour, side, x, y }) {
  const { id, tally } = neighbour;
  const known = tally === undefined ? "" : ` (${count(tally, "action")})`;
  return s(
    "a",
    { href: addressOf(id) },
    s("title", null, `${KINDS[kindOf(id)].title}\u202f: ${nameOf(neighbour)}${known}`),
    shape(id, 6 + Math.min(4, Math.sqrt(tally ?? 1)), { x, y }),
    s(
      "text",
      { x: x + side * 16, y: y + 4.5, "text-anchor": side > 0 ? "start" : "end" },
      shorten(nameOf(neighbour), 24),
      tally > 1 && s("tspan", { class: "faint" }, ` ${tally}`),
    ),
  );
}
