// Where the labels of a drawing stand: beside their nodes, in lines, without covering one another.

/** Where a label may stand beside its node, the best place first. */
const PLACES = [
  { x: 0, y: 1 },
  { x: 0, y: -1 },
  { x: 1, y: 0 },
  { x: -1, y: 0 },
];

/** Between a node and its label, in pixels. */
export const GAP = 3;

/** Between two labels on a line, in pixels. */
const SPACE = 4;

/** From the top of a line to that of the next, in the height of its letters. */
export const LINE = 1.2;

/**
 * A label in lines of at most `most` of the unit of `widthOf(text)`, broken between words alone:
 * `{ lines, width }`, the width being that of the longest line.
 */
export function wrapped(text, most, widthOf) {
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length && widthOf(longer) <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return { lines, width: Math.max(...lines.map(widthOf)) };
}

function labelBox({ x, y, radius, width, height }, place) {
  const middleX = x + place.x * (radius + GAP + width / 2);
  const middleY = y + place.y * (radius + GAP + height / 2);
  return {
    left: middleX - width / 2,
    right: middleX + width / 2,
    top: middleY - height / 2,
    bottom: middleY + height / 2,
  };
}

const dotBox = ({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });

const apart = (a, b) => a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;

/**
 * The place `{ x, y }` (-1, 0 or 1 each way) of each node's label, or null where there is no room for it.
 *
 * `nodes` are `{ x, y, radius, width, height, must }` on the screen, the most important first: a label stays within
 * `room { width, height }` and covers none that came before it. Where the nodes are `few` it covers no node either;
 * in a crowd it stands below its node only, for elsewhere it would seem another's. With `must` it always shows.
 */
export function placeLabels(nodes, room, few) {
  const taken = few ? nodes.map(dotBox) : [];
  const places = few ? PLACES : PLACES.slice(0, 1);
  const fits = (box) =>
    box.left >= 0 &&
    box.top >= 0 &&
    box.right <= room.width &&
    box.bottom <= room.height &&
    taken.every((other) => apart(box, other));
  return nodes.map((node) => {
    const choices = places.map((place) => ({ place, box: labelBox(node, place) }));
    const choice = choices.find(({ box }) => fits(box)) ?? (node.must ? choices[0] : null);
    if (choice) taken.push({ ...choice.box, left: choice.box.left - SPACE, right: choice.box.right + SPACE });
    return choice?.place ?? null;
  });
}
